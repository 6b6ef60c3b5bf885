"""What is derived from a world's SQLAlchemy `MetaData`: constraints, references, Arrow types and documents.

A world writes its tables once (types, keys, NOT NULL, CHECK, comments); everything here follows from them. The first
half helps to declare tables, the second half reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnClause,
    ColumnElement,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    column,
)
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import operators, visitors

from datagen import any_table
from datagen.any_table import WHOLE_NUMBERS as WHOLE_NUMBERS
from datagen.any_table import column_names as column_names
from datagen.any_table import database_of as database_of
from datagen.any_table import digits_of
from datagen.any_table import kind as kind
from datagen.any_table import load_order as load_order
from datagen.any_table import quoted as quoted
from datagen.frozen import dataclass
from datagen.table_facts import Facts, Reference, RowCheck, TableFacts, arrow_type

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

_WHOLE = "whole"
"""What a `MetaData` of a part of a world's tables calls that of all of them."""
_FRICTIONLESS: dict[str, dict[str, Any]] = {
    "char": {"type": "string"},
    "text": {"type": "string"},
    "varchar": {"type": "string"},
    "bigint": {"type": "integer"},
    "smallint": {"type": "integer"},
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


def constraints_of(table: Table, cls: type[Any]) -> list[Any]:
    """The table's constraints of one class (`CheckConstraint`, ...), by name, those without one by their columns."""
    found = (item for item in table.constraints if isinstance(item, cls))
    return sorted(found, key=lambda item: (str(item.name), [column.name for column in item.columns]))


def databases(metadata: MetaData) -> list[str]:
    """The databases of the tables, in the order of the tables' first appearance; [''] if there is but one."""
    return list(dict.fromkeys(database_of(table) for table in metadata.tables.values()))


def tables_in(metadata: MetaData, database: str) -> list[Table]:
    """The tables of one database, parents of foreign keys before their children."""
    return [table for table in load_order(metadata) if database_of(table) == database]


def part_of(metadata: MetaData, database: str) -> MetaData:
    """The tables of one database as a `MetaData` of their own, whose soft references still lead into the whole.

    Raises: `ValueError` for a foreign key that leads into another database, which no database could enforce.
    """
    part = MetaData(naming_convention=metadata.naming_convention, info={_WHOLE: metadata})
    for table in tables_in(metadata, database):
        for reference in references(table):
            if reference.enforced and crosses(table, reference):
                raise ValueError(f"{table.name}.{reference.name} is a foreign key into another database.")
        table.to_metadata(part)
    return part


def _all_tables(table: Table) -> Mapping[str, Table]:
    """The tables of a table's world, be it one of a part of it."""
    whole: MetaData = table.metadata.info.get(_WHOLE, table.metadata)
    return whole.tables


def references(table: Table) -> list[Reference]:
    """The foreign keys of a table and its soft references, in the order of their first columns.

    A soft reference is one that no database can enforce, because it leads into another one or into one of several
    tables. Its column declares it: `info={"references": "customers.customer_id"}`, or a tuple of such names.

    Raises: `ValueError` for a soft reference to what is not in the metadata.
    """
    hard = [
        Reference(
            tuple(element.parent.name for element in key.elements),
            ((key.referred_table.name, tuple(element.column.name for element in key.elements)),),
            enforced=True,
        )
        for key in constraints_of(table, ForeignKeyConstraint)
    ]
    soft = [
        Reference((item.name,), _soft_parents(table, item), enforced=False)
        for item in table.columns
        if "references" in item.info
    ]
    places = {name: place for place, name in enumerate(column_names(table))}
    return sorted([*hard, *soft], key=lambda item: [places[name] for name in item.columns])


def links(table: Table) -> list[Reference]:
    """What leads from a table to others, as diagrams show it: its references, and columns that name what another table
    has several rows of, such as the versions of a merchant (`info={"versions": "merchants.merchant_id"}`).

    No check follows from the latter, for they are no keys: what must hold of them is a rule of the world.

    Raises: `ValueError` for what is not in the metadata.
    """
    named = [
        Reference((item.name,), _soft_parents(table, item, "versions"), enforced=False)
        for item in table.columns
        if "versions" in item.info
    ]
    return [*references(table), *named]


def crosses(table: Table, reference: Reference) -> bool:
    """Whether a reference leads into another database than that of its table."""
    return any_table.crosses(_all_tables(table), table, reference)


def _soft_parents(table: Table, item: Column[Any], kind: str = "references") -> tuple[tuple[str, tuple[str, ...]], ...]:
    stated, tables = item.info[kind], _all_tables(table)
    parents = []
    for target in [stated] if isinstance(stated, str) else stated:
        parent, _, name = target.rpartition(".")
        if parent not in tables or name not in tables[parent].columns:
            raise ValueError(f"{table.name}.{item.name} refers to {target}, which is no column of these tables.")
        parents.append((parent, (name,)))
    return tuple(parents)


def foreign_keys(table: Table) -> list[tuple[str, str, str]]:
    """(column, parent table, parent column) of each foreign key of one column, in column order."""
    return [
        (item.columns[0], item.parents[0][0], item.parents[0][1][0])
        for item in references(table)
        if item.enforced and len(item.columns) == 1
    ]


def total_columns(table: Table) -> list[str]:
    """The columns with control totals (`datagen.control_totals`), in order: decimals and keys, primary and foreign."""
    children = {name for item in references(table) for name in item.columns}
    return [item.name for item in table.columns if has_total(item, is_reference=item.name in children)]


def has_total(column: Column[Any], *, is_reference: bool) -> bool:
    """Whether the column has a control total: a decimal, or a key that is a number or an id that ends with one."""
    is_key = column.primary_key or is_reference
    return kind(column) == "decimal" or (is_key and kind(column) in (*WHOLE_NUMBERS, "char", "varchar", "text"))


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
    return {next(iter(key.columns)).name for key in _keys(table) if len(key.columns) == 1}


def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema: names, types, which columns must be filled, and its name as metadata `table`."""
    import pyarrow as pa

    fields = [pa.field(item.name, arrow_type(_type(item)), nullable=bool(item.nullable)) for item in table.columns]
    return pa.schema(fields, metadata={"table": table.name})


def _type(item: Column[Any]) -> str:
    """The kind of a column as `arrow_type` takes it."""
    return "decimal({},{})".format(*digits_of(item)) if kind(item) == "decimal" else kind(item)


def table_facts(metadata: MetaData) -> Facts:
    """What those who write and check files need to know of the tables, parents before their children."""
    return {table.name: facts_of(table) for table in load_order(metadata)}


@cache
def facts_of(table: Table) -> TableFacts:
    """What those who write and check files need to know of a table."""
    return TableFacts(
        name=table.name,
        database=database_of(table),
        comment=table.comment or "",
        fields=field_descriptors(table),
        types=[_type(item) for item in table.columns],
        required=[not item.nullable for item in table.columns],
        primary_key=[item.name for item in table.primary_key],
        unique=sorted(unique_columns(table)),
        keys=[[item.name for item in key.columns] for key in _keys(table)],
        checks=[_row_check(table, check) for check in constraints_of(table, CheckConstraint)],
        totals=total_columns(table),
        references=references(table),
    )


def _keys(table: Table) -> list[Any]:
    return constraints_of(table, PrimaryKeyConstraint) + constraints_of(table, UniqueConstraint)


def _row_check(table: Table, check: CheckConstraint) -> RowCheck:
    dialect = DefaultDialect(paramstyle="named")  # other styles double the % of a LIKE
    dialect.supports_native_boolean = True
    sql = str(check.sqltext.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    columns = tuple(part.name for part in visitors.iterate(check.sqltext) if isinstance(part, ColumnClause))
    return RowCheck(str(check.name).removeprefix(f"ck_{table.name}_"), sql, columns)


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
        field = {"name": item.name, **_FRICTIONLESS[kind(item)], "description": item.comment or ""}
        fields.append(field | ({"constraints": constraints} if constraints else {}))
    return fields


@dataclass(frozen=True)
class Described:
    """What a data dictionary says of a column, each as text, '' for nothing."""

    table: str
    column: str
    type: str
    required: str
    key: str
    allowed: str
    meaning: str


def described_columns(metadata: MetaData) -> Iterator[Described]:
    """Each column of each table, parents before their children."""
    for table in load_order(metadata):
        parents = {name: _parents_text(item) for item in links(table) for name in item.columns}
        unique, allowed = unique_columns(table), allowed_values(table)
        for item in table.columns:
            key = "primary" if item.primary_key else "unique" if item.name in unique else ""
            yield Described(
                table.name,
                item.name,
                _sized(item),
                "" if item.nullable else "yes",
                parents.get(item.name, key),
                _allowed_text(allowed.get(item.name, {})),
                item.comment or "",
            )


def data_dictionary(metadata: MetaData, title: str) -> str:
    """A Markdown page: each table, and each column with its type, key, allowed values and meaning."""
    lines = [f"# {title}", "", f"{len(metadata.tables)} tables, parents before their children."]
    for name, columns in groupby(described_columns(metadata), key=lambda item: item.table):
        lines += ["", f"## {name}", "", metadata.tables[name].comment or "", ""]
        lines += ["| column | type | required | key | allowed | meaning |", "|---|---|---|---|---|---|"]
        for item in columns:
            cells = (item.column, item.type, item.required, item.key, item.allowed, item.meaning)
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _parents_text(item: Reference) -> str:
    parents = " or ".join(parent for parent, _ in item.parents)
    return f"→ {parents}" if item.enforced else f"→ {parents} (not enforced)"


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
    """The entity relationship diagram as Mermaid text; references that no database enforces are dotted.

    What refers to one of several rows, such as the versions of a merchant, is so on both ends.
    """
    lines = ["erDiagram"]
    drawn = []
    for table in metadata.tables.values():
        children = {name for item in references(table) for name in item.columns}
        lines.append(f"    {table.name.upper()} {{")
        for item in table.columns:
            mark = " PK" if item.primary_key else " FK" if item.name in children else ""
            lines.append(f"        {kind(item)} {item.name}{mark}")
        lines.append("    }")
        drawn += [
            f"    {parent.upper()} {'||' if children.issuperset(item.columns) else '}|'}"
            f'{"--" if item.enforced else ".."}o{{ {table.name.upper()} : "{item.name}"'
            for item in links(table)
            for parent, _ in item.parents
        ]
    return "\n".join([*lines, "", *drawn]) + "\n"
