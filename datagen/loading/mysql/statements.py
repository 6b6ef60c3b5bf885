"""Running SQLAlchemy expressions over PyMySQL, and naming a world's tables in a database for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy.dialects.mysql import pymysql as pymysql_dialect

if TYPE_CHECKING:
    from sqlalchemy import Table, TableClause


def table_in(table: Table, database: str) -> TableClause:
    """A table of the same name and columns in a database, as statements name it."""
    columns = [sqlalchemy.column(item.name, item.type) for item in table.columns]
    return sqlalchemy.table(table.name, *columns, schema=database)


def execute(cursor: Any, statement: Any) -> None:
    """Run a statement; values travel as parameters."""
    compiled = statement.compile(dialect=_dialect(), compile_kwargs={"render_postcompile": True})
    cursor.execute(str(compiled), compiled.params)


@cache
def _dialect() -> Any:
    return pymysql_dialect.dialect(paramstyle="pyformat")


def in_one(table: str, statements: Iterable[str]) -> str | None:
    """Statements that each alter a table, its name quoted, or index it, as one that reads the table once; or None."""
    alter = f"ALTER TABLE {table} "
    parts = []
    for statement in statements:
        if statement.startswith(alter):
            parts.append(statement.removeprefix(alter))
        else:
            made, _, rest = statement.partition(f" ON {table} ")
            parts.append(f"ADD {made.removeprefix('CREATE ')} {rest}")
    return alter + ", ".join(parts) if parts else None


def made_name(item: Any) -> str:
    """The name of a constraint or an index in the database, which long ones do not keep as they are."""
    names = _dialect().identifier_preparer
    name = names.format_index(item) if isinstance(item, sqlalchemy.Index) else names.format_constraint(item)
    return str(name).removeprefix("`").removesuffix("`").replace("``", "`")


def quoted_name(table: Table) -> str:
    """The name of a table as the statements of its DDL have it."""
    return str(_dialect().identifier_preparer.format_table(table))
