"""Running SQLAlchemy expressions over PyMySQL, and naming a world's tables in a database for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    parts = [f"ADD {part}" for part in _parts(table, statements)]
    return f"ALTER TABLE {table} {', '.join(parts)}" if parts else None


def with_all(table: str, create: str, statements: Iterable[str]) -> str:
    """The CREATE of a table with what statements would add to it."""
    columns, end, options = create.partition("\n)ENGINE=")
    return ", \n\t".join([columns, *_parts(table, statements)]) + end + options


def _parts(table: str, statements: Iterable[str]) -> Iterator[str]:
    """What statements add to a table."""
    alter = f"ALTER TABLE {table} ADD "
    for statement in statements:
        if statement.startswith(alter):
            yield statement.removeprefix(alter)
        else:
            made, _, columns = statement.partition(f" ON {table} ")
            yield f"{made.removeprefix('CREATE ')} {columns}"


def made_name(item: Any) -> str:
    """The name of a constraint or an index in the database, which long ones do not keep as they are."""
    names = _dialect().identifier_preparer
    name = names.format_index(item) if isinstance(item, sqlalchemy.Index) else names.format_constraint(item)
    return str(name).removeprefix("`").removesuffix("`").replace("``", "`")


def quoted_name(table: Table) -> str:
    """The name of a table as the statements of its DDL have it."""
    return str(_dialect().identifier_preparer.format_table(table))
