# ruff: noqa: S608 - the SQL is made of names in brackets and texts in quotes
"""What a schema of SQL Server has, by the server's catalogue: a world's tables, and what others have added to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from datagen.ddl import column_type
from datagen.errors import DatabaseError, DataError, listed
from datagen.frozen import dataclass
from datagen.loading.backend import Existing
from datagen.loading.mssql.statements import name, text
from datagen.schema import column_names, constraints_of, load_order

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData

    from datagen.loading.mssql.connection import Link

_TABLE = "U"
_KINDS = {"C": "the CHECK", "D": "the default", "F": "the foreign key", "PK": "the key", "TR": "the trigger",
          "UQ": "the UNIQUE", "V": "the view", "FN": "the function", "IF": "the function", "TF": "the function",
          "SP": "the security policy", "IX": "the index"}  # fmt: skip
"""Kinds of objects, as `sys.objects` has them, and of what is not there (IX)."""
_CONSTRAINTS = (CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint)
_ORDINARY = (0, 1, 2)
"""Types of indexes: a heap, the rows themselves, and those that can be made again as they were."""


def _texts(values: Iterable[str]) -> str:
    return ", ".join(map(text, values)) or "NULL"


def inspect(link: Link, schema: str, metadata: MetaData) -> Existing:
    """What a schema has of a world's tables.

    Raises: `DataError` for something else under the name of one.
    """
    tables = {table.name: table for table in load_order(metadata)}
    rows = link.rows(
        "SELECT o.name, RTRIM(o.type), c.name FROM sys.objects AS o "
        "LEFT JOIN sys.columns AS c ON c.object_id = o.object_id "
        f"WHERE o.schema_id = SCHEMA_ID({text(schema)}) AND o.name IN ({_texts(tables)}) ORDER BY o.name, c.column_id"
    )
    kinds: dict[str, str] = {}
    columns: dict[str, list[str]] = {}
    for found, kind, column in rows:
        kinds[found] = kind
        columns.setdefault(found, []).append(column)
    for found, kind in kinds.items():
        if found not in tables:  # in a database that does not tell them apart
            raise DataError(
                f"{schema}.{found} has the name of one of these tables but for capitals. Load into another schema "
                "(--schema NAME), or rename it."
            )
        if kind != _TABLE or columns[found] != column_names(tables[found]):
            what = "is not a table" if kind != _TABLE else "has other columns than this release makes"
            raise DataError(
                f"{schema}.{found} {what}, so it is left alone. Load into another schema (--schema NAME), or drop it."
            )
    there = tuple(item for item in tables if item in kinds)
    return Existing(schema, there, filled(link, schema, there))


def filled(link: Link, schema: str, tables: Iterable[str]) -> frozenset[str]:
    """Those of the tables that have rows."""
    return frozenset(item for item in tables if link.rows(f"SELECT TOP (1) 1 FROM {name(schema, item)}"))


def schema_exists(link: Link, schema: str) -> bool:
    """Whether there is such a schema."""
    return bool(link.rows(f"SELECT schema_id FROM sys.schemas WHERE name = {text(schema)}"))


def present(link: Link, schema: str, metadata: MetaData) -> dict[str, dict[str, str]]:
    """The tables of a world that a schema has, and of each the types of its columns."""
    rows = link.rows(
        "SELECT t.name, c.name, TYPE_NAME(c.user_type_id), c.max_length, c.precision, c.scale FROM sys.tables AS t "
        "JOIN sys.columns AS c ON c.object_id = t.object_id "
        f"WHERE t.schema_id = SCHEMA_ID({text(schema)}) AND t.name IN ({_texts(metadata.tables)}) "
        "ORDER BY t.name, c.column_id"
    )
    found: dict[str, dict[str, str]] = {}
    for table, column, kind, size, precision, scale in rows:
        found.setdefault(table, {})[column] = _form(kind, size, precision, scale)
    return found


def _form(kind: str, size: int, precision: int, scale: int) -> str:
    if kind in ("decimal", "numeric"):
        return f"numeric({precision}, {scale})"
    if kind in ("nvarchar", "nchar", "varchar", "char"):
        length = size // (2 if kind.startswith("n") else 1) if size > 0 else "max"
        return f"{kind}({length})"
    return f"{kind}({scale})" if kind in ("time", "datetime2", "datetimeoffset") else kind


def type_of(column: Column[Any]) -> str:
    """The type that a column should have, in the words of `present`."""
    made = re.sub(r" COLLATE \w+", "", column_type(column, "mssql")).lower()
    return {"integer": "int"}.get(made, made)


def not_trusted(link: Link, schema: str, tables: Iterable[str]) -> list[tuple[str, str]]:
    """(table, constraint) of the CHECKs and foreign keys of tables that the server has not verified, or does not heed.

    Bulk copies and `NOCHECK` leave such.
    """
    where = (
        f"WHERE t.schema_id = SCHEMA_ID({text(schema)}) AND t.name IN ({_texts(tables)}) "
        "AND (k.is_not_trusted = 1 OR k.is_disabled = 1)"
    )
    each = [
        f"SELECT t.name, k.name FROM sys.{kind} AS k JOIN sys.tables AS t ON t.object_id = k.parent_object_id {where}"
        for kind in ("check_constraints", "foreign_keys")
    ]
    return sorted((table, constraint) for table, constraint in link.rows(" UNION ALL ".join(each)))


@dataclass(frozen=True)
class Index:
    """An index that others have made, as it can be made again."""

    table: str
    name: str
    unique: bool
    columns: Sequence[str]
    """In brackets, with the direction."""
    included: Sequence[str]
    filter: str | None

    def statement(self, schema: str) -> str:
        """CREATE INDEX on the table of a schema."""
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        parts = [f"CREATE {kind} {name(self.name)} ON {name(schema, self.table)} ({', '.join(self.columns)})"]
        parts += [f"INCLUDE ({', '.join(self.included)})"] if self.included else []
        return " ".join([*parts, *([f"WHERE {self.filter}"] if self.filter else [])])


def own_names(metadata: MetaData) -> frozenset[str]:
    """The names of the project's own constraints and indexes."""
    tables = metadata.tables.values()
    constraints = {str(item.name) for table in tables for kind in _CONSTRAINTS for item in constraints_of(table, kind)}
    return frozenset(constraints | {str(index.name) for table in tables for index in table.indexes})


def user_indexes(link: Link, target: Existing, metadata: MetaData) -> list[Index]:
    """The indexes of the target's tables that are not the project's own."""
    rows = link.rows(
        "SELECT t.name, i.name, i.is_unique, i.filter_definition, c.name, k.is_descending_key, k.is_included_column "
        "FROM sys.indexes AS i JOIN sys.tables AS t ON t.object_id = i.object_id "
        "JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id "
        "JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id "
        f"WHERE t.schema_id = SCHEMA_ID({text(target.schema)}) AND t.name IN ({_texts(target.tables)}) "
        "AND i.type = 2 AND i.is_primary_key = 0 AND i.is_unique_constraint = 0 "
        f"AND i.name NOT IN ({_texts(sorted(own_names(metadata)))}) "
        "ORDER BY t.name, i.name, k.is_included_column, k.key_ordinal, k.index_column_id"
    )
    found: dict[tuple[str, str], Index] = {}
    for table, index, unique, condition, column, descending, included in rows:
        made = found.setdefault((table, index), Index(table, index, bool(unique), [], [], condition))
        if included:
            made.included.append(name(column))  # type: ignore[attr-defined]
        else:
            made.columns.append(name(column) + (" DESC" if descending else ""))  # type: ignore[attr-defined]
    return list(found.values())


def refuse_lost(link: Link, target: Existing, metadata: MetaData) -> None:
    """Refuse if something that others have made would be lost with the tables, or hold them fast.

    Such are triggers and constraints of theirs on them, foreign keys of other tables that lead to them, views and
    functions that are bound to them, security policies, and indexes of other kinds than the usual.
    """
    if not target.tables:
        return
    ours = f"t.schema_id = SCHEMA_ID({text(target.schema)}) AND t.name IN ({_texts(target.tables)})"
    own = _texts(sorted(own_names(metadata)))
    rows = link.rows(
        "SELECT RTRIM(o.type), o.name, t.name FROM sys.objects AS o "
        f"JOIN sys.tables AS t ON t.object_id = o.parent_object_id WHERE {ours} AND o.name NOT IN ({own}) "
        "UNION ALL SELECT N'F', f.name, p.name FROM sys.foreign_keys AS f "
        "JOIN sys.tables AS t ON t.object_id = f.referenced_object_id "
        "JOIN sys.tables AS p ON p.object_id = f.parent_object_id "
        f"WHERE {ours} AND NOT (p.schema_id = t.schema_id AND p.name IN ({_texts(target.tables)})) "
        "UNION ALL SELECT RTRIM(o.type), o.name, t.name FROM sys.sql_expression_dependencies AS d "
        "JOIN sys.tables AS t ON t.object_id = d.referenced_id JOIN sys.objects AS o ON o.object_id = d.referencing_id "
        f"WHERE {ours} AND d.is_schema_bound_reference = 1 AND o.type IN ('V', 'FN', 'IF', 'TF') "
        "UNION ALL SELECT N'SP', o.name, t.name FROM sys.security_predicates AS r "
        "JOIN sys.tables AS t ON t.object_id = r.target_object_id JOIN sys.objects AS o ON o.object_id = r.object_id "
        f"WHERE {ours} UNION ALL SELECT N'IX', i.name, t.name FROM sys.indexes AS i "
        f"JOIN sys.tables AS t ON t.object_id = i.object_id WHERE {ours} "
        f"AND i.type NOT IN ({', '.join(map(str, _ORDINARY))})"
    )
    if found := sorted({f"{_KINDS.get(kind, 'the object')} {item} of {table}" for kind, item, table in rows}):
        them = "them" if len(found) > 1 else "it"
        raise DatabaseError(
            f"{listed(found, 1)}, not made by this project, would be lost with the tables of {target.schema} that are "
            f"to be replaced. Drop {them} and make {them} again after the load, or load into another schema "
            "(--schema NAME)."
        )


def rights(link: Link, target: Existing) -> list[str]:
    """Statements that give everybody the rights on the target's tables that they have now."""
    rows = link.rows(
        "SELECT p.state, p.permission_name, t.name, c.name, u.name FROM sys.database_permissions AS p "
        "JOIN sys.tables AS t ON t.object_id = p.major_id "
        "JOIN sys.database_principals AS u ON u.principal_id = p.grantee_principal_id "
        "LEFT JOIN sys.columns AS c ON c.object_id = p.major_id AND c.column_id = p.minor_id "
        f"WHERE p.class = 1 AND t.schema_id = SCHEMA_ID({text(target.schema)}) AND t.name IN ({_texts(target.tables)}) "
        "ORDER BY t.name, u.name, p.permission_name"
    )
    found = []
    for state, right, table, column, user in rows:
        what = f"{right} ({name(column)})" if column else right
        verb, more = ("DENY", "") if state.strip() == "D" else ("GRANT", " WITH GRANT OPTION" * (state.strip() == "W"))
        found.append(f"{verb} {what} ON OBJECT::{name(target.schema, table)} TO {name(user)}{more}")
    return found


def in_schema(link: Link, schema: str) -> Mapping[str, Sequence[str]]:
    """The tables of a schema, and of each the names of its foreign keys."""
    rows = link.rows(
        "SELECT t.name, f.name FROM sys.tables AS t "
        "LEFT JOIN sys.foreign_keys AS f ON f.parent_object_id = t.object_id "
        f"WHERE t.schema_id = SCHEMA_ID({text(schema)}) ORDER BY t.name, f.name"
    )
    found: dict[str, list[str]] = {}
    for table, key in rows:
        found.setdefault(table, []).extend([key] if key else [])
    return found


def index_names(link: Link, schema: str) -> Mapping[str, frozenset[str]]:
    """The tables of a schema, and of each the names of its indexes."""
    rows = link.rows(
        "SELECT t.name, i.name FROM sys.tables AS t LEFT JOIN sys.indexes AS i ON i.object_id = t.object_id "
        f"WHERE t.schema_id = SCHEMA_ID({text(schema)})"
    )
    return {table: frozenset(index for of, index in rows if of == table) for table, _ in rows}
