"""The plots of the fitness world's report, as SQL files; see `datagen.report.plots`."""

from pathlib import Path

SQL = Path(__file__).parent
