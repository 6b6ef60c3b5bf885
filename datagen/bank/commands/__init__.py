"""The command `dhub`: data sets of the bank as files and in six databases, and a look into these."""
