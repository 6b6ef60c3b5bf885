"""The rows of the bank as columns, by database."""
