"""Running SQLAlchemy expressions over psycopg2, and naming a world's tables in a schema for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
from psycopg2 import sql
from sqlalchemy.dialects.postgresql import psycopg2 as psycopg2_dialect

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import FromClause, Table


def table_in(table: Table, schema: str) -> FromClause:
    """A table of the same name and columns in a schema, as statements name it."""
    columns = [sqlalchemy.column(item.name, item.type) for item in table.columns]
    return sqlalchemy.table(table.name, *columns, schema=schema)


def execute(cursor: Cursor, statement: Any) -> None:
    """Run a statement; values travel as parameters."""
    compiled = statement.compile(dialect=_dialect(), compile_kwargs={"render_postcompile": True})
    cursor.execute(str(compiled), compiled.params)


def continue_numbers(cursor: Cursor, table: Table) -> None:
    """Have the next row that comes without a number get the one after the largest; COPY leaves it at 1."""
    for item in table.columns:
        if item.identity is not None:
            statement = sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({column}), 1), max({column}) IS NOT NULL) "
                "FROM {table}"
            )
            named = sql.Identifier(table.name)
            cursor.execute(
                statement.format(
                    sql.Literal(named.as_string(cursor)),
                    sql.Literal(item.name),
                    column=sql.Identifier(item.name),
                    table=named,
                )
            )


@cache
def _dialect() -> Any:
    return psycopg2_dialect.dialect()  # type: ignore[no-untyped-call]
