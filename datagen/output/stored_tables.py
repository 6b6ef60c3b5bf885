"""Which tables a directory holds: in files of their own, or in those of databases, into which one has to look."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.any_table import database_of, load_order
from datagen.output.file_names import DUCKDB, DatabaseFile, TableFile, by_table, names_in

if TYPE_CHECKING:
    from datagen.any_table import AnyTables


def tables_there(directory: Path, tables: AnyTables) -> dict[str, list[TableFile]]:
    """The files of each table in a directory, those that hold one table first.

    Raises:
        OSError: if the directory cannot be read.
        InputError: for a database's file that is none.
    """
    names, known = names_in(directory), {table.name: table for table in load_order(tables)}
    found = by_table(names)
    for file in filter(None, map(DatabaseFile.named, names)):
        for table in map(known.get, _names(directory / file.name, file.kind)):
            if table is not None and database_of(table) in ("", file.database):
                held = TableFile(file.name, table.name, file.kind, None, database_of(table))
                found.setdefault(table.name, []).append(held)
    return found


def _names(path: Path, kind: str) -> Iterable[str]:
    from datagen.output import duckdb_file, sqlite_file

    return duckdb_file.tables_in(path) if kind == DUCKDB else sqlite_file.tables_in(path)
