"""What writing and checking files needs to know of a world's tables, as plain values.

Tables are declared with SQLAlchemy, which takes longer to import than a small data set takes to generate. So a world's
package has a file `table_facts.json`, which `python docs/build.py` writes; `tests/test_docs.py` compares it with the
declaration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.frozen import dataclass

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "table_facts.json"
"""The file of a world's package that has the facts of its tables."""


@dataclass(frozen=True)
class Reference:
    """A rule that the values of columns, where all are filled, are those of a row elsewhere."""

    columns: tuple[str, ...]
    parents: tuple[tuple[str, tuple[str, ...]], ...]
    """(table, its columns): the row is in one of these tables; a foreign key has one."""
    enforced: bool
    """Whether it is a foreign key, which a database enforces."""

    @property
    def name(self) -> str:
        """Its columns as one word."""
        return "_".join(self.columns)


@dataclass(frozen=True)
class RowCheck:
    """A CHECK of a table."""

    name: str
    sql: str
    """The condition that each row meets."""
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ColumnFacts:
    """A column as those who write and check files see it."""

    name: str
    kind: str
    """Its type in one word, see `datagen.any_table.kind`."""
    length: int | None
    """Of text: the most characters, if there is a limit."""
    digits: tuple[int, int]
    """Of decimals: how many, and how many of them behind the point."""
    nullable: bool


@dataclass(frozen=True)
class TableFacts:
    """A table as those who write and check files see it."""

    name: str
    database: str
    """The database that holds it, '' if its world has one."""
    comment: str
    fields: list[dict[str, Any]]
    """Its columns as Frictionless fields."""
    types: list[str]
    """The type of each column as `arrow_type` takes it."""
    required: list[bool]
    """Whether each column must be filled."""
    primary_key: list[str]
    unique: list[str]
    """The columns that are unique by themselves."""
    keys: list[list[str]]
    """The columns of the primary key, and of each UNIQUE."""
    checks: list[RowCheck]
    totals: list[str]
    """The columns with control totals."""
    references: list[Reference]

    @cached_property
    def columns(self) -> list[ColumnFacts]:
        """Its columns."""
        found = zip(self.fields, self.types, self.required, strict=True)
        return [
            ColumnFacts(
                field["name"],
                kind.partition("(")[0],
                field.get("constraints", {}).get("maxLength"),
                digits_in(kind),
                nullable=not required,
            )
            for field, kind, required in found
        ]

    def arrow_schema(self) -> pa.Schema:
        """Names, types, which columns must be filled, and the table's name as metadata `table`."""
        import pyarrow as pa

        columns = zip(self.fields, self.types, self.required, strict=True)
        fields = [pa.field(field["name"], arrow_type(kind), nullable=not required) for field, kind, required in columns]
        return pa.schema(fields, metadata={"table": self.name})


Facts = Mapping[str, TableFacts]
"""Tables by name, parents of foreign keys before their children."""


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a column of a kind (`datagen.schema.kind`); of decimals with their size, `decimal(12,2)`."""
    import pyarrow as pa

    if kind.startswith("decimal"):
        return pa.decimal128(*digits_in(kind))
    if kind in ("char", "text", "varchar"):
        return pa.string()
    if kind in ("smallint", "int", "bigint"):
        return pa.int64()
    return {
        "boolean": pa.bool_(),
        "timestamp": pa.timestamp("s"),
        "date": pa.date32(),
        "time": pa.time32("s"),
    }[kind]


def digits_in(kind: str) -> tuple[int, int]:
    """How many digits a kind such as `decimal(12,2)` has, and how many behind the point; of others no matter what."""
    precision, _, scale = kind.partition("(")[2].removesuffix(")").partition(",")
    return int(precision or 38), int(scale or 0)


def read_facts(path: Path) -> Facts:
    """The facts of a file."""
    stated = json.loads(path.read_bytes())
    return {
        item["name"]: TableFacts(**{**item, "references": _references(item), "checks": _checks(item)})
        for item in stated
    }


def facts_text(facts: Facts) -> str:
    """The text of the file, a line a table."""
    return "[\n" + ",\n".join(json.dumps(asdict(table), ensure_ascii=False) for table in facts.values()) + "\n]\n"


def _checks(item: Mapping[str, Any]) -> list[RowCheck]:
    return [RowCheck(stated["name"], stated["sql"], tuple(stated["columns"])) for stated in item["checks"]]


def _references(item: Mapping[str, Any]) -> list[Reference]:
    return [
        Reference(
            tuple(stated["columns"]),
            tuple((table, tuple(columns)) for table, columns in stated["parents"]),
            stated["enforced"],
        )
        for stated in item["references"]
    ]
