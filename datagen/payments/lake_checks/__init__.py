"""What a lake of payments is judged by, as SQL files; `datagen.checks.sql_rules` says how they are written."""

from pathlib import Path

SQL = Path(__file__).parent
