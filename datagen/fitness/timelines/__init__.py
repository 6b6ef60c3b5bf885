"""Whose life can be explained in the fitness world, as SQL files; see `datagen.explain`."""

from pathlib import Path

SQL = Path(__file__).parent
