"""The command of the e-commerce world's document, run from a clone: `python -m src.main`."""
