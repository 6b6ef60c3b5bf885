"""Loading the e-commerce world, run from a clone: `python -m etl.load`."""
