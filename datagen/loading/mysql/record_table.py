"""The load record as MySQL and MariaDB keep it: the table `loaded_files`, one row a table.

It is put in place in the same moment as the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from datagen.errors import DataError
from datagen.loading.load_record import LoadedFile
from datagen.loading.mysql.connection import name_of

if TYPE_CHECKING:
    from datagen.loading.backend import Facts

TABLE = "loaded_files"
_COLUMNS = {
    "table_name": ("varchar(64) NOT NULL PRIMARY KEY", "Table the file was loaded into"),
    "row_count": ("bigint NOT NULL", "Rows the file had"),
    "byte_count": ("bigint NOT NULL", "Bytes the file had; of a series of files, those of the rows alone"),
    "sha256": ("varchar(64)", "SHA-256 of the file as its manifest states it; empty if it had none"),
    "release": ("varchar(64)", "Release of datagen that made the file; empty without a manifest"),
    "seed": ("bigint", "Seed of the data set; empty without a manifest"),
    "options": ("mediumtext", "Options of the data set as JSON; empty without a manifest"),
    "totals": ("mediumtext", "Control totals of columns as JSON; empty without a manifest"),
    "generation": ("varchar(64)", "Load that put the tables in place; the same in all that belong together"),
    "loaded_at": ("varchar(40)", "When it did, or when rows were last appended; local time with its distance from UTC"),
}
_LATER = {"loaded_at"}
"""The columns that tables of earlier releases lack."""
_COMMENT = "The files that the tables were loaded from; one row a table"


def columns_of(cursor: Any, database: str, facts: Facts) -> list[str]:
    """The columns of the table that a database has; none if it has not the table.

    Raises: `DataError` for another one of its name.
    """
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
        "ORDER BY ordinal_position",
        (database, TABLE),
    )
    found = [row[0] for row in cursor.fetchall()]
    if found and not set(_COLUMNS) - _LATER <= set(found) <= set(_COLUMNS):
        raise DataError(
            f"{database}.{TABLE} is not a load record, though it has its name, so it is left alone. "
            f"Rename or drop it, or {facts.elsewhere}."
        )
    return found


def read(cursor: Any, database: str, facts: Facts) -> list[LoadedFile]:
    """The rows of the table; none where there is no such table."""
    if not (known := columns_of(cursor, database, facts)):
        return []
    names = ", ".join(map(name_of, known))
    cursor.execute(f"SELECT {names} FROM {name_of(database, TABLE)} ORDER BY table_name")  # noqa: S608 - our names
    return [LoadedFile(**dict(zip(known, row, strict=True))) for row in cursor.fetchall()]


def create(cursor: Any, database: str) -> None:
    """Make the table, empty; a load that was killed before its swap may have left one."""
    cursor.execute(f"DROP TABLE IF EXISTS {name_of(database, TABLE)}")
    columns = ", ".join(f"{name_of(name)} {kind} COMMENT %s" for name, (kind, _) in _COLUMNS.items())
    cursor.execute(
        f"CREATE TABLE {name_of(database, TABLE)} ({columns}) "
        "ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT=%s",
        [*(comment for _, comment in _COLUMNS.values()), _COMMENT],
    )


def write(cursor: Any, database: str, files: Iterable[LoadedFile], facts: Facts) -> None:
    """Put rows in the place of those of the same tables; within the transaction of the cursor, if it is in one."""
    known = columns_of(cursor, database, facts)
    names, marks = ", ".join(map(name_of, known)), ", ".join(["%s"] * len(known))
    statement = f"REPLACE INTO {name_of(database, TABLE)} ({names}) VALUES ({marks})"  # noqa: S608 - our names
    cursor.executemany(statement, [[getattr(file, name) for name in known] for file in files])
