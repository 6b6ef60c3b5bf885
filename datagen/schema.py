"""What is derived from a world's SQLAlchemy `MetaData`: constraints, Arrow types, DDL and documents.

A world writes its tables once (types, keys, NOT NULL, CHECK, comments); everything here follows from them. The first
half helps to declare tables, the second half reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    column,
)
from sqlalchemy.dialects import registry
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, SetColumnComment, SetTableComment
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    import pyarrow as pa

# Names for every key, index and CHECK, so that an error of a database can be read.
NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}

# Subclasses stand before their bases.
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (CHAR, "char"),
    (Text, "text"),
    (String, "varchar"),
    (Integer, "int"),
    (Numeric, "decimal"),
    (Boolean, "boolean"),
    (DateTime, "timestamp"),
    (Date, "date"),
    (Time, "time"),
)
_FRICTIONLESS: dict[str, dict[str, Any]] = {
    "char": {"type": "string"},
    "text": {"type": "string"},
    "varchar": {"type": "string"},
    "int": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "timestamp": {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    "date": {"type": "date"},
    "time": {"type": "time"},
}


# --- declaring -------------------------------------------------------------------------------------------------------


def one_of(name: str, values: Sequence[Any]) -> CheckConstraint:
    """CHECK that the column takes one of these values."""
    return CheckConstraint(column(name).in_(list(values)), name=name)


def at_least(name: str, low: float) -> CheckConstraint:
    """CHECK that the column is not below `low`."""
    return CheckConstraint(column(name) >= low, name=name)


def between(name: str, low: int, high: int) -> CheckConstraint:
    """CHECK that the column lies in `low` to `high`, both included."""
    return CheckConstraint(column(name).between(low, high), name=name)


def after(later: str, earlier: str) -> CheckConstraint:
    """CHECK that one column of a row is greater than another."""
    return CheckConstraint(column(later) > column(earlier), name=f"{later}_after_{earlier}")


def not_before(later: str, earlier: str) -> CheckConstraint:
    """CHECK that one column of a row is not less than another."""
    return CheckConstraint(column(later) >= column(earlier), name=f"{later}_not_before_{earlier}")


def filled_only_if(name: str, condition: ColumnElement[bool]) -> CheckConstraint:
    """CHECK that the column is empty wherever the condition does not hold."""
    return CheckConstraint(column(name).is_(None) | condition, name=f"{name}_only_if")


def filled_if_and_only_if(name: str, condition: ColumnElement[bool]) -> CheckConstraint:
    """CHECK that the column is filled where the condition holds, and empty elsewhere."""
    return CheckConstraint(column(name).is_not(None) == condition, name=f"{name}_if_and_only_if")


# --- reading ---------------------------------------------------------------------------------------------------------


def load_order(metadata: MetaData) -> list[Table]:
    """The tables, parents before their children; the order is always the same."""
    return list(metadata.sorted_tables)


def column_names(table: Table) -> list[str]:
    """The names of the table's columns, in order."""
    return [column.name for column in table.columns]


def kind(column: Column[Any]) -> str:
    """The column's type in one word: char, text, varchar, int, decimal, boolean, timestamp, date or time."""
    for cls, name in _KINDS:
        if isinstance(column.type, cls):
            return name
    raise TypeError(f"{column} has the type {column.type!r}, which the engine has no words for.")


def constraints_of(table: Table, cls: type[Any]) -> list[Any]:
    """The table's constraints of one class (`CheckConstraint`, ...), by name."""
    return sorted((item for item in table.constraints if isinstance(item, cls)), key=lambda item: str(item.name))


def foreign_keys(table: Table) -> list[tuple[str, str, str]]:
    """(column, parent table, parent column) of each foreign key, in column order."""
    return [
        (child.name, key.column.table.name, key.column.name) for child in table.columns for key in child.foreign_keys
    ]


def total_columns(table: Table) -> list[str]:
    """The columns with control totals (`datagen.control_totals`), in order: decimals and keys, primary and foreign."""
    children = {child for child, _, _ in foreign_keys(table)}
    return [item.name for item in table.columns if item.primary_key or item.name in children or kind(item) == "decimal"]


def allowed_values(table: Table) -> dict[str, dict[str, Any]]:
    """What the CHECKs say of single columns: `{column: {"enum": [...], "minimum": 0, "maximum": 5}}`."""
    found: dict[str, dict[str, Any]] = {}
    for check in constraints_of(table, CheckConstraint):
        test = check.sqltext
        name = getattr(getattr(test, "left", None), "name", None)
        if name is None:
            continue
        bounds = [getattr(part, "value", None) for part in getattr(test.right, "clauses", [test.right])]
        if None in bounds:  # compared with another column
            continue
        if test.operator is operators.in_op:
            found.setdefault(name, {})["enum"] = bounds[0]
        elif test.operator is operators.ge:
            found.setdefault(name, {})["minimum"] = bounds[0]
        elif test.operator is operators.between_op:
            found.setdefault(name, {}).update(minimum=bounds[0], maximum=bounds[1])
    return found


def unique_columns(table: Table) -> set[str]:
    """The columns that are unique by themselves: the primary key and the single-column UNIQUEs."""
    keys = constraints_of(table, PrimaryKeyConstraint) + constraints_of(table, UniqueConstraint)
    return {next(iter(key.columns)).name for key in keys if len(key.columns) == 1}


def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema: names, types, which columns must be filled, and its name as metadata `table`."""
    import pyarrow as pa

    plain: dict[str, Any] = {
        "char": pa.string(),
        "text": pa.string(),
        "varchar": pa.string(),
        "int": pa.int64(),
        "boolean": pa.bool_(),
        "timestamp": pa.timestamp("s"),
        "date": pa.date32(),
        "time": pa.time32("s"),
    }

    def arrow_type(item: Column[Any]) -> pa.DataType:
        if isinstance(item.type, Numeric):
            return pa.decimal128(item.type.precision or 38, item.type.scale or 0)
        return plain[kind(item)]

    fields = [pa.field(item.name, arrow_type(item), nullable=bool(item.nullable)) for item in table.columns]
    return pa.schema(fields, metadata={"table": table.name})


def field_descriptors(table: Table) -> list[dict[str, Any]]:
    """The table's columns as Frictionless Table Schema fields."""
    allowed = allowed_values(table)
    unique = unique_columns(table)
    fields = []
    for item in table.columns:
        constraints: dict[str, Any] = {}
        if not item.nullable:
            constraints["required"] = True
        if item.name in unique:
            constraints["unique"] = True
        if isinstance(item.type, String) and item.type.length:
            constraints["maxLength"] = item.type.length
        constraints |= allowed.get(item.name, {})
        field = {"name": item.name, **_FRICTIONLESS[kind(item)], "description": item.comment}
        fields.append(field | ({"constraints": constraints} if constraints else {}))
    return fields


@dataclass(frozen=True)
class Ddl:
    """The statements that build the tables, in the phases a bulk load wants; run in this order they are complete."""

    tables: list[str]
    """CREATE TABLE with NOT NULL and CHECK (and every key, where the dialect cannot add one later)."""
    keys: list[str]
    """ALTER TABLE for primary keys and UNIQUE."""
    foreign_keys: list[str]
    indexes: list[str]
    """CREATE INDEX for foreign keys and time columns."""
    comments: list[str]

    def __iter__(self) -> Iterator[str]:
        return iter([*self.tables, *self.keys, *self.foreign_keys, *self.indexes, *self.comments])


def ddl(metadata: MetaData, dialect: str = "postgresql") -> Ddl:
    """The DDL of all tables, parents first, for a dialect SQLAlchemy knows by this name."""
    target = registry.load(dialect)()
    tables = load_order(metadata)

    def compiled(items: Iterable[Any]) -> list[str]:
        return [str(item.compile(dialect=target)).strip() for item in items]

    def added(*classes: type[Any]) -> list[str]:
        if not target.supports_alter:
            return []
        found = [item for table in tables for cls in classes for item in constraints_of(table, cls)]
        return compiled(AddConstraint(item, isolate_from_table=False) for item in found)

    comments: list[Any] = []
    if target.supports_comments:
        for table in tables:
            comments.append(SetTableComment(table))
            comments.extend(SetColumnComment(item) for item in table.columns)
    return Ddl(
        tables=compiled(CreateTable(_without_keys(table) if target.supports_alter else table) for table in tables),
        keys=added(PrimaryKeyConstraint, UniqueConstraint),
        foreign_keys=added(ForeignKeyConstraint),
        indexes=compiled(
            CreateIndex(index) for table in tables for index in sorted(table.indexes, key=lambda index: str(index.name))
        ),
        comments=compiled(comments),
    )


def _without_keys(table: Table) -> Table:
    columns = [Column(item.name, item.type, nullable=item.nullable) for item in table.columns]
    checks = [CheckConstraint(item.sqltext, name=item.name) for item in constraints_of(table, CheckConstraint)]
    return Table(table.name, MetaData(), *columns, *checks)


def data_dictionary(metadata: MetaData, title: str) -> str:
    """A Markdown page: each table, and each column with its type, key, allowed values and meaning."""
    lines = [f"# {title}", "", f"{len(metadata.tables)} tables, parents before their children."]
    for table in load_order(metadata):
        lines += ["", f"## {table.name}", "", table.comment or "", ""]
        lines += ["| column | type | required | key | allowed | meaning |", "|---|---|---|---|---|---|"]
        parents = {child: parent for child, parent, _ in foreign_keys(table)}
        unique, allowed = unique_columns(table), allowed_values(table)
        for item in table.columns:
            key = "primary" if item.primary_key else "unique" if item.name in unique else ""
            key = f"→ {parents[item.name]}" if item.name in parents else key
            cells = [
                item.name,
                _sized(item),
                "" if item.nullable else "yes",
                key,
                _allowed_text(allowed.get(item.name, {})),
                item.comment or "",
            ]
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _sized(item: Column[Any]) -> str:
    if isinstance(item.type, Numeric):
        return f"decimal({item.type.precision},{item.type.scale})"
    if isinstance(item.type, String) and item.type.length:
        return f"{kind(item)}({item.type.length})"
    return kind(item)


def _allowed_text(allowed: dict[str, Any]) -> str:
    if "enum" in allowed:
        return ", ".join(map(str, allowed["enum"]))
    if "maximum" in allowed:
        return f"{allowed['minimum']} to {allowed['maximum']}"
    return f"at least {allowed['minimum']}" if allowed else ""


def erd(metadata: MetaData) -> str:
    """The entity relationship diagram as Mermaid text."""
    lines = ["erDiagram"]
    links = []
    for table in metadata.tables.values():
        parents = foreign_keys(table)
        children = {child for child, _, _ in parents}
        lines.append(f"    {table.name.upper()} {{")
        for item in table.columns:
            mark = " PK" if item.primary_key else " FK" if item.name in children else ""
            lines.append(f"        {kind(item)} {item.name}{mark}")
        lines.append("    }")
        links += [f'    {parent.upper()} ||--o{{ {table.name.upper()} : "{child}"' for child, parent, _ in parents]
    return "\n".join([*lines, "", *links]) + "\n"
