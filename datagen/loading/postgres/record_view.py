"""The load record as PostgreSQL keeps it: the view `loaded_files`, one row a table.

A view of constants: it is put in place in the same moment as the tables, and costs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from psycopg2 import sql

from datagen.loading.load_record import LoadedFile

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

VIEW = "loaded_files"
_COLUMNS = {
    "table_name": ("text", "Table the file was loaded into"),
    "row_count": ("bigint", "Rows the file had"),
    "byte_count": ("bigint", "Bytes the file had; of a series of files, those of the rows alone"),
    "sha256": ("text", "SHA-256 of the file as its manifest states it; empty if it had none"),
    "release": ("text", "Release of datagen that made the file; empty without a manifest"),
    "seed": ("bigint", "Seed of the data set; empty without a manifest"),
    "options": ("text", "Options of the data set as JSON; empty without a manifest"),
    "totals": ("text", "Control totals of columns as JSON; empty without a manifest"),
    "generation": ("text", "Load that put the tables in place; the same in all databases that belong together"),
    "loaded_at": ("text", "When it did, or when rows were last appended; local time with its distance from UTC"),
}
_LATER = {"generation", "loaded_at"}
"""The columns that views of earlier releases lack."""
_COMMENT = "The files that the tables were loaded from; one row a table"


def read(cursor: Cursor, schema: str) -> list[LoadedFile]:
    """The rows of the view; none where there is no such view."""
    cursor.execute(
        "SELECT array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s AND c.relkind = 'v'",
        (schema, VIEW),
    )
    row = cursor.fetchone()
    there = set(row[0]) if row else set()
    if not set(_COLUMNS) - _LATER <= there <= set(_COLUMNS):
        return []
    known = [name for name in _COLUMNS if name in there]
    names = sql.SQL(", ").join(map(sql.Identifier, known))
    cursor.execute(sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(schema, VIEW)))
    return [LoadedFile(**dict(zip(known, row, strict=True))) for row in cursor.fetchall()]


def write(cursor: Cursor, schema: str, files: Iterable[LoadedFile]) -> None:
    """Make the view, or make it anew."""
    view = sql.Identifier(schema, VIEW)
    rows = [
        sql.SQL("({})").format(
            sql.SQL(", ").join(
                sql.SQL("{}::{}").format(sql.Literal(getattr(file, name)), sql.SQL(kind))
                for name, (kind, _) in _COLUMNS.items()
            )
        )
        for file in files
    ]
    names = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    cursor.execute(
        sql.SQL("CREATE OR REPLACE VIEW {} AS SELECT * FROM (VALUES {}) AS f ({})").format(
            view, sql.SQL(", ").join(rows), names
        )
    )
    cursor.execute(sql.SQL("COMMENT ON VIEW {} IS {}").format(view, sql.Literal(_COMMENT)))
    for name, (_, comment) in _COLUMNS.items():
        column = sql.Identifier(schema, VIEW, name)
        cursor.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(column, sql.Literal(comment)))
