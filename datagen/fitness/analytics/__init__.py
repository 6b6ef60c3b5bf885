"""First analytics of the fitness world: views, and the indexes that make questions about single things quick."""

from pathlib import Path

VIEWS = Path(__file__).parent / "views"
INDEXES = Path(__file__).parent / "indexes.sql"
