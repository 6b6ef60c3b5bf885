"""Indexes for reports, from a world's file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from datagen.errors import DatabaseError, listed
from datagen.loading.mysql.connection import name_of

_INDEX = re.compile(r"^CREATE INDEX IF NOT EXISTS (\w+) ON (\w+) \(([\w, ]+)\)")


def create_indexes(cursor: Any, database: str, file: Path) -> list[str]:
    """Make those indexes of a file that are not there, those of a table in one go; gives the names of all.

    The file has a statement `CREATE INDEX IF NOT EXISTS name ON table (columns)` on each line. An index of some rows
    alone (`WHERE ...`) becomes one of all, which serves the same reports.

    Raises: `DatabaseError` if a table is not there.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    found = [match.groups() for line in lines if (match := _INDEX.match(line))]
    cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (database,))
    tables = {row[0] for row in cursor.fetchall()}
    if missing := sorted({table for _, table, _ in found} - tables):
        raise DatabaseError(
            f"The database {database} has no table {listed(missing, 1)} to make indexes on. Load a data set first, or "
            "name the database that has one in the URL."
        )
    cursor.execute(
        "SELECT table_name, index_name FROM information_schema.statistics WHERE table_schema = %s", (database,)
    )
    there = set(cursor.fetchall())
    for table in dict.fromkeys(table for _, table, _ in found):
        wanted = [(name, columns) for name, of, columns in found if of == table and (table, name) not in there]
        if wanted:
            added = ", ".join(
                f"ADD INDEX {name_of(name)} ({', '.join(name_of(item.strip()) for item in columns.split(','))})"
                for name, columns in wanted
            )
            cursor.execute(f"ALTER TABLE {name_of(database, table)} {added}")
    return [name for name, _, _ in found]
