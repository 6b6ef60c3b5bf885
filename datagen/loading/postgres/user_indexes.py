"""Indexes that users have made on a world's tables: a load makes them again on the new ones, under their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects import postgresql

from datagen.errors import DataError
from datagen.frozen import dataclass
from datagen.schema import constraints_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

_CANNOT = ("22", "23", "42", "54")
"""Classes of SQLSTATEs that say that an index cannot be made over these rows: bad values, keys, functions, sizes."""


@dataclass(frozen=True)
class Index:
    """An index as it can be made on another table."""

    table: str
    name: str
    unique: bool
    definition: str
    """What stands behind the table's name: `USING btree (memberid, checkintime) WHERE ...`."""


def own_names(metadata: MetaData) -> list[str]:
    """The names of all indexes and constraints of a world's tables, as PostgreSQL has them."""
    names = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
    found: list[str | None] = []
    for table in metadata.tables.values():
        found += [names.format_index(index) for index in table.indexes]
        for cls in (PrimaryKeyConstraint, UniqueConstraint, ForeignKeyConstraint, CheckConstraint):
            found += [names.format_constraint(item) for item in constraints_of(table, cls)]
    return [str(name).strip('"') for name in found]


def read(cursor: Cursor, schema: str, metadata: MetaData) -> list[Index]:
    """The indexes of a world's tables in a schema that are not the world's own, those of constraints left out."""
    # With an empty path the definitions name functions and types together with their schemas.
    cursor.execute("SELECT set_config('search_path', '', true)")
    cursor.execute(
        "SELECT t.relname, i.relname, x.indisunique, pg_get_indexdef(i.oid), "
        "format('CREATE %%sINDEX %%I ON %%I.%%I ', CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, "
        "i.relname, n.nspname, t.relname) "
        "FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
        "JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE n.nspname = %s AND t.relname = ANY(%s) AND t.relkind = 'r' AND x.indisvalid "
        "AND i.relname <> ALL(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')) ORDER BY 1, 2",
        (schema, list(metadata.tables), own_names(metadata)),
    )
    return [
        Index(table, name, unique, text.removeprefix(begin)) for table, name, unique, text, begin in cursor.fetchall()
    ]


def make(cursor: Cursor, schema: str, index: Index) -> None:
    """Make an index on the table of the same name in a schema.

    Raises: `DataError` if the rows do not fit it.
    """
    statement = sql.SQL("CREATE {}INDEX {} ON {} {}").format(
        sql.SQL("UNIQUE " if index.unique else ""),
        sql.Identifier(index.name),
        sql.Identifier(schema, index.table),
        sql.SQL(index.definition),
    )
    try:
        cursor.execute(statement)
    except psycopg2.Error as error:
        if (error.pgcode or "")[:2] not in _CANNOT:
            raise
        reason = ": ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
        raise DataError(
            f"The index {index.name} on {index.table}, not made by this project, cannot be made over the new rows: "
            f"{reason.rstrip('.')}. Drop it and load again. The database is as it was."
        ) from error


def make_missing(cursor: Cursor, schema: str, wanted: Iterable[Index]) -> None:
    """Make those indexes that the schema does not have yet."""
    cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = %s", (schema,))
    there = {name for (name,) in cursor.fetchall()}
    for index in wanted:
        if index.name not in there:
            make(cursor, schema, index)
