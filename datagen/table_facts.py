"""What writing files needs to know of a world's tables, as plain values.

Tables are declared with SQLAlchemy, which takes longer to import than a small data set takes to generate. So a world's
package has a file `table_facts.json`, which `python docs/build.py` writes; `tests/test_docs.py` compares it with the
declaration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
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
class TableFacts:
    """A table as those who write files see it."""

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
    totals: list[str]
    """The columns with control totals."""
    references: list[Reference]

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
        precision, _, scale = kind.removeprefix("decimal(").removesuffix(")").partition(",")
        return pa.decimal128(int(precision), int(scale))
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


def read_facts(path: Path) -> Facts:
    """The facts of a file."""
    stated = json.loads(path.read_bytes())
    return {item["name"]: TableFacts(**{**item, "references": _references(item)}) for item in stated}


def facts_text(facts: Facts) -> str:
    """The text of the file, a line a table."""
    return "[\n" + ",\n".join(json.dumps(asdict(table), ensure_ascii=False) for table in facts.values()) + "\n]\n"


def _references(item: Mapping[str, Any]) -> list[Reference]:
    return [
        Reference(
            tuple(stated["columns"]),
            tuple((table, tuple(columns)) for table, columns in stated["parents"]),
            stated["enforced"],
        )
        for stated in item["references"]
    ]
