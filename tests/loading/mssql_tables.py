"""What the fake SQL Server's tables are, and how names and columns are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.loading.mssql_tds import Field

NAME = r"(?:\[(?:[^\]]|\]\])+\]|\w+)"
COLUMN = re.compile(
    rf"^\s*({NAME}) (\w+)(?:\(([\w, ]+)\))?(?: COLLATE \w+)?( NOT NULL| NULL)?( IDENTITY\(1,1\))?(?: NOT NULL)?,?\s*$"
)
_ALIASES = {"integer": "int", "numeric": "decimal"}


class SqlError(Exception):
    """An error of the server, with its number."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass
class Stored:
    """A table, with its rows and what is declared of it."""

    fields: list[Field]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, tuple[list[str], int, list[str]]] = field(default_factory=dict)
    """Of each foreign key: its columns, the number of the table it leads to, and the columns there."""
    indexes: dict[str, str] = field(default_factory=dict)
    untrusted: set[str] = field(default_factory=set)
    triggers: list[str] = field(default_factory=list)
    comments: int = 0
    scheme: str | None = None


def bare(name: str) -> str:
    """A name without brackets."""
    return name[1:-1].replace("]]", "]") if name.startswith("[") else name


def names_in(columns: str) -> list[str]:
    """The names that stand in a list of them."""
    return [bare(name) for name in re.findall(NAME, columns)]


def field_of(found: re.Match[str]) -> Field:
    """A column, as `COLUMN` has found it."""
    kind = found[2].lower()
    kind = _ALIASES.get(kind, kind)
    numbers = [0 if part.strip() == "max" else int(part) for part in (found[3] or "").split(",") if part.strip()]
    size, scale = [*numbers, 0, 0][:2]
    nullable = found[4] == " NULL" and not found[5]
    return Field(bare(found[1]), kind, size, scale, nullable, bool(found[5]))
