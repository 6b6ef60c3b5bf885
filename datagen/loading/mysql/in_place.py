"""Putting rows in the place of others in one transaction, where tables cannot be moved whole.

MariaDB moves a partitioned table one partition at a time, and a server that is killed meanwhile has lost it ("doesn't
exist in engine"); MySQL, killed meanwhile, has lost tables beside it ("tablespace is missing"), and also those of a
database whose folder has not the database's own name. There the tables stay where they are, and the staged rows are
copied into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datagen.ddl import TableDdl, ddl
from datagen.errors import DatabaseError
from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.statements import quoted_name, with_all
from datagen.partitions import in_one_piece, months_of
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.backend import Existing, Facts


def is_needed(cursor: Any, facts: Facts, existing: Existing, metadata: MetaData) -> bool:
    """Whether tables cannot be moved, for they are partitioned, or are to be, or MySQL's folder has another name.

    Raises: `DatabaseError` if tables that have rows are partitioned otherwise than they are to be.
    """
    there = _partitions(cursor, existing.schema)
    wanted = {table.name: _wanted(table) for table in metadata.tables.values()}
    is_renamed = facts.title == "MySQL" and not re.fullmatch(r"\w+", existing.schema, re.ASCII)
    if not is_renamed and not any(wanted.values()) and not any(there.get(name) for name in existing.tables):
        return False
    for name in sorted(existing.filled):
        if there.get(name, []) != wanted[name]:
            raise DatabaseError(
                f"{existing.schema}.{name} has rows and other partitions than it is to have, and a server changes them "
                "in steps that a crash would leave half done. Drop the tables, or load into another database; nothing "
                "has changed."
            )
    return True


def _partitions(cursor: Any, database: str) -> dict[str, list[str]]:
    cursor.execute(
        "SELECT table_name, partition_name FROM information_schema.partitions WHERE table_schema = %s "
        "AND partition_name IS NOT NULL ORDER BY table_name, partition_ordinal_position",
        (database,),
    )
    found: dict[str, list[str]] = {}
    for table, partition in cursor.fetchall():
        found.setdefault(table, []).append(partition)
    return found


def _wanted(table: Table) -> list[str]:
    months = months_of(table)
    return [*(f"p{start:%Y_%m}" for start in months.starts[:-1]), "p_later"] if months else []


def staged_ddl(metadata: MetaData, made: Mapping[str, TableDdl], dialect: str) -> dict[str, TableDdl]:
    """The same DDL for tables that are not partitioned: a server that is killed while it makes or drops one leaves
    files behind that nothing removes."""
    plain = ddl(in_one_piece(metadata), dialect)
    return {name: replace(parts, create=plain[name].create) for name, parts in made.items()}


def renew_empty(
    cursor: Any,
    existing: Existing,
    metadata: MetaData,
    made: Mapping[str, TableDdl],
    extra: Mapping[tuple[str, str], str],
) -> None:
    """Make the tables that have no rows anew, as they are to be; the cursor's session checks no foreign keys."""
    cursor.execute(f"USE {name_of(existing.schema)}")
    empty = [table for table in load_order(metadata) if table.name not in existing.filled]
    for table in reversed(empty):  # all of them first: MySQL partitions no table that another refers to
        cursor.execute(f"DROP TABLE IF EXISTS {quoted_name(table)}")
    for table in empty:
        parts = made[table.name]
        more = [*parts.keys, *parts.indexes.values(), *parts.foreign_keys.values()]
        for partition in _wanted(table):  # of a table that a killed load had begun to make; no name stands for them all
            cursor.execute(f"DROP TABLE IF EXISTS {name_of(f'#mysql50#{table.name}#P#{partition}')}")
        cursor.execute(with_all(quoted_name(table), parts.create, more))
        for index in (text for (of, _), text in extra.items() if of == table.name):
            cursor.execute(f"ALTER TABLE {quoted_name(table)} ADD {index}")


def replace_rows(cursor: Any, existing: Existing, tables: Iterable[Table], staging: str) -> None:
    """Put the rows of staged tables in the place of those that are there, within the transaction of the cursor."""
    for table in tables:
        live, columns = name_of(existing.schema, table.name), ", ".join(map(name_of, column_names(table)))
        if table.name in existing.filled:
            cursor.execute(f"DELETE FROM {live}")  # noqa: S608 - a name of the schema
        cursor.execute(f"INSERT INTO {live} ({columns}) SELECT {columns} FROM {name_of(staging, table.name)}")  # noqa: S608


def go_on_counting(cursor: Any, facts: Facts, existing: Existing, tables: Iterable[Table]) -> None:
    """Let the next row without a number get the one after the last, as in a table that is new.

    In MariaDB only where it would not: killed while it alters a partitioned table, it leaves a file behind
    (`#sql-alter-*.par`) that nothing removes, and by which the database cannot be dropped. MySQL does not, and what it
    says of its next numbers may be a day old.
    """
    for table in tables:
        numbered = next((item for item in table.columns if item.identity), None)
        if table.name not in existing.filled or numbered is None:
            continue
        live = name_of(existing.schema, table.name)
        cursor.execute(f"SELECT coalesce(max({name_of(numbered.name)}), 0) + 1 FROM {live}")  # noqa: S608 - our own names
        (wanted,) = cursor.fetchone()
        cursor.execute(
            "SELECT auto_increment FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
            (existing.schema, table.name),
        )
        if cursor.fetchone() != (wanted,) or facts.title == "MySQL":
            cursor.execute(f"ALTER TABLE {live} AUTO_INCREMENT = 1")
