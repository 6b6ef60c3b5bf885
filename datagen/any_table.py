"""What is asked of tables, be they declared with SQLAlchemy or known by their facts, which are read without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from datagen.table_facts import ColumnFacts, Facts, Reference, TableFacts

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData, Table

    AnyColumn = Column[Any] | ColumnFacts
    AnyTable = Table | TableFacts
    AnyTables = MetaData | Facts

WHOLE_NUMBERS = ("smallint", "int", "bigint")
"""The kinds of column that hold whole numbers."""
_KINDS = {
    "CHAR": "char",
    "Text": "text",
    "String": "varchar",
    "BigInteger": "bigint",
    "SmallInteger": "smallint",
    "Integer": "int",
    "Numeric": "decimal",
    "Boolean": "boolean",
    "DateTime": "timestamp",
    "Date": "date",
    "Time": "time",
}
"""The kind of a column by the class of its type in SQLAlchemy, or by that from which it comes."""


@overload
def load_order(tables: MetaData) -> list[Table]: ...
@overload
def load_order(tables: Facts) -> list[TableFacts]: ...
def load_order(tables: AnyTables) -> list[Table] | list[TableFacts]:
    """The tables, parents of foreign keys before their children; the order is always the same.

    Of tables that refer to each other, one says so of its key: `ForeignKey(..., use_alter=True)`.
    """
    return [*tables.values()] if isinstance(tables, Mapping) else list(tables.sorted_tables)


def column_names(table: AnyTable) -> list[str]:
    """The names of the table's columns, in order."""
    return [column.name for column in table.columns]


def key_of(table: AnyTable) -> list[str]:
    """The columns of the primary key."""
    return [item if isinstance(item, str) else item.name for item in table.primary_key]


def kind(column: AnyColumn) -> str:
    """The column's type in one word.

    One of char, text, varchar, smallint, int, bigint, decimal, boolean, timestamp, date and time.

    Raises: `TypeError` for a type that the engine does not have.
    """
    if isinstance(column, ColumnFacts):
        return column.kind
    for cls in type(column.type).__mro__:
        if cls.__name__ in _KINDS and cls.__module__.startswith("sqlalchemy."):
            return _KINDS[cls.__name__]
    raise TypeError(f"{column} has the type {column.type!r}, which the engine has no words for.")


def length_of(column: AnyColumn) -> int | None:
    """The most characters that a column of text takes, if there is a limit."""
    length: int | None = column.length if isinstance(column, ColumnFacts) else getattr(column.type, "length", None)
    return length


def digits_of(column: AnyColumn) -> tuple[int, int]:
    """How many digits a decimal has, and how many of them are behind the point."""
    if isinstance(column, ColumnFacts):
        return column.digits
    return getattr(column.type, "precision", None) or 38, getattr(column.type, "scale", None) or 0


def database_of(table: AnyTable) -> str:
    """The database that holds the table (`Table(..., info={"database": "accounts_db"})`); '' if its world has one."""
    return table.database if isinstance(table, TableFacts) else str(table.info.get("database", ""))


def crosses(tables: Mapping[str, AnyTable], table: AnyTable, reference: Reference) -> bool:
    """Whether a reference leads into another database than that of its table; `tables` are all of them, by name."""
    return any(database_of(tables[parent]) != database_of(table) for parent, _ in reference.parents)


def quoted(name: str) -> str:
    """The name of a table or column as DuckDB, PostgreSQL and standard SQL take any name: in double quotes."""
    return '"' + name.replace('"', '""') + '"'
