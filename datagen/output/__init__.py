"""Writing tables down: CSV text, atomic publishing of a directory, and its manifest."""
