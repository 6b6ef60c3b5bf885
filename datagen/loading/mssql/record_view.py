# ruff: noqa: S608 - the SQL is made of names in brackets and texts in quotes
"""The load record as SQL Server keeps it: the view `loaded_files`, one row a table.

A view of constants: it is put in place in the same moment as the tables, and costs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from datagen.loading.load_record import LoadedFile
from datagen.loading.mssql.connection import Link
from datagen.loading.mssql.statements import name, text

VIEW = "loaded_files"
_COLUMNS = {
    "table_name": "nvarchar(128)",
    "row_count": "bigint",
    "byte_count": "bigint",
    "sha256": "nvarchar(64)",
    "release": "nvarchar(50)",
    "seed": "bigint",
    "options": "nvarchar(max)",
    "totals": "nvarchar(max)",
    "generation": "nvarchar(64)",
}


def read(link: Link, schema: str) -> list[LoadedFile]:
    """The rows of the view; none where there is no such view."""
    columns = link.rows(
        "SELECT c.name FROM sys.views AS v JOIN sys.columns AS c ON c.object_id = v.object_id "
        f"WHERE v.schema_id = SCHEMA_ID({text(schema)}) AND v.name = {text(VIEW)} ORDER BY c.column_id"
    )
    if [row[0] for row in columns] != list(_COLUMNS):
        return []
    return [LoadedFile(*row) for row in link.rows(f"SELECT {', '.join(_COLUMNS)} FROM {name(schema, VIEW)}")]


def write(link: Link, schema: str, files: Iterable[LoadedFile]) -> None:
    """Make the view, or make it anew."""
    rows = ", ".join(
        "(" + ", ".join(f"CAST({text(getattr(file, key))} AS {kind})" for key, kind in _COLUMNS.items()) + ")"
        for file in files
    )
    link.run(
        f"CREATE OR ALTER VIEW {name(schema, VIEW)} AS SELECT {', '.join(_COLUMNS)} "
        f"FROM (VALUES {rows}) AS files ({', '.join(_COLUMNS)})"
    )
