"""Running SQLAlchemy expressions over psycopg2, and naming a world's tables in a schema for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
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


@cache
def _dialect() -> Any:
    return psycopg2_dialect.dialect()  # type: ignore[no-untyped-call]
