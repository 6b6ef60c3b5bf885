"""What a loaded database says of where its rows came from: the view `loaded_files`, one row a table.

A view of constants: it is put in place in the same moment as the tables, and costs nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from datagen.loading.history import Growing, History
from datagen.loading.source_files import Directory

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

VIEW = "loaded_files"
IS_TEXT = "csv"
"""The option that says whether a history was loaded from CSV alone."""
_COLUMNS = {
    "table_name": ("text", "Table the file was loaded into"),
    "row_count": ("bigint", "Rows the file had"),
    "byte_count": ("bigint", "Bytes the file had; of a series of files, those of the rows alone"),
    "sha256": ("text", "SHA-256 of the file as its manifest states it; empty if it had none"),
    "release": ("text", "Release of datagen that made the file; empty without a manifest"),
    "seed": ("bigint", "Seed of the data set; empty without a manifest"),
    "options": ("text", "Options of the data set as JSON; empty without a manifest"),
    "totals": ("text", "Control totals of columns as JSON; empty without a manifest"),
}
_DAY = dt.timedelta(1)
_COMMENT = "The files that the tables were loaded from; one row a table"


@dataclass(frozen=True)
class LoadedFile:
    """A row of the view: what was known of a table's file when it was loaded."""

    table_name: str
    row_count: int
    byte_count: int
    sha256: str | None = None
    release: str | None = None
    seed: int | None = None
    options: str | None = None
    totals: str | None = None


def files_of(
    directory: Directory, counts: Mapping[str, int], totals: Mapping[str, Mapping[str, Decimal]]
) -> list[LoadedFile]:
    """What is known of the files of a directory, of which so many rows with these control totals were loaded."""
    if directory.history:
        return [
            history_of(table, counts[table], size, totals.get(table, {}), directory.history, is_text=directory.is_text)
            for table, size in directory.row_bytes().items()
        ]
    manifest = directory.manifest
    files = []
    for table in dict.fromkeys(source.table.name for source in directory.sources):
        known: dict[str, Any] = {}
        if manifest and (resource := manifest.resource(table)):
            known = {
                "sha256": resource.written.sha256,
                "release": manifest.release,
                "seed": manifest.seed,
                "options": json.dumps(manifest.options),
                "totals": json.dumps(dict(resource.totals)),
            }
        files.append(LoadedFile(table, counts[table], sum(source.size for source in directory.of(table)), **known))
    return files


def history_of(
    table: str, rows: int, size: int, totals: Mapping[str, Decimal], history: History, *, is_text: bool
) -> LoadedFile:
    """What is noted of a table that was loaded from the files of a history, all of them CSV or not."""
    return LoadedFile(
        table_name=table,
        row_count=rows,
        byte_count=size,
        release=history.release,
        seed=history.seed,
        options=json.dumps(history.options() | {IS_TEXT: is_text}),
        totals=json.dumps({name: str(total) for name, total in totals.items()}),
    )


def noted(files: Iterable[LoadedFile], growing: Growing) -> History | None:
    """The history that a database was loaded from, by its view of loaded files; None if that does not tell."""
    file = next((file for file in files if file.table_name == growing.table), None)
    if file is None or file.seed is None or file.release is None:
        return None
    try:
        known = json.loads(file.options or "{}")
        first, as_of = (dt.date.fromisoformat(known.pop(name)) for name in ("start_date", "end_date"))
        return History(
            growing=growing,
            seed=file.seed,
            first=first,
            rules=known.pop("rules"),
            last=as_of - _DAY,
            rows=int(known.pop("rows")),
            release=file.release,
            more=known,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def read(cursor: Cursor, schema: str, metadata: MetaData | None = None) -> list[LoadedFile]:
    """The rows of the view, or those about the tables of a world; none where there is no such view."""
    cursor.execute(
        "SELECT array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s AND c.relkind = 'v'",
        (schema, VIEW),
    )
    row = cursor.fetchone()
    if row is None or set(row[0]) != set(_COLUMNS):
        return []
    names = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    cursor.execute(sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(schema, VIEW)))
    files = [LoadedFile(*row) for row in cursor.fetchall()]
    return [file for file in files if metadata is None or file.table_name in metadata.tables]


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
