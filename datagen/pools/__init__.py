"""The data behind coherent people and places, as small text files; README.md states the sources."""
