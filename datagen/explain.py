"""One life, across all tables in the order of time: of a member, a customer, a card, an order.

What a life is, a world says in SQL files, in what DuckDB and PostgreSQL have in common. `:id` is whom it is about:

    -- subject member: ^MEM[0-9]+$
    select firstname || ' ' || lastname as name from members where memberid = :id
    -- event member memberaccess
    select checkintime as at, 'came in' as said, accessid as id from memberaccess where memberid = :id

A subject is found by the pattern of its ids; where ids are plain numbers, it is asked for as `order:17`. The query of a
subject gives its name, one row, or none if there is no such. An event names its table and gives rows (at, said, id).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import DataError, UsageError
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.checks.engine import Database

_BEGIN = re.compile(r"(?m)^-- (?=(?:subject|event) \w+)")
_ID = re.compile(r":id\b")
_WHERE = re.compile(r"(?s)\b(from .*) where (\w+) = :id\b")
"""Where a query for a name looks, and the column of the ids."""


@dataclass(frozen=True)
class Event:
    """Something that happened, as a row tells it."""

    at: dt.date | dt.datetime
    said: str
    table: str
    id: str


@dataclass(frozen=True)
class Life:
    """Whom it is about, and what happened, in the order of time."""

    kind: str
    id: str
    name: str
    events: tuple[Event, ...]

    def plain(self) -> dict[str, Any]:
        """As values of JSON."""
        events = [
            {"at": item.at.isoformat(), "said": item.said, "table": item.table, "id": item.id} for item in self.events
        ]
        return {"kind": self.kind, "id": self.id, "name": self.name, "events": events}

    def text(self) -> str:
        """As lines: when, what, and which row says so."""
        from datagen.progress import aligned

        lines = [(_moment(item.at), item.said, f"{item.table} {item.id}") for item in self.events]
        head = f"{self.name}, {self.kind} {self.id}"
        return f"{head}\n\n{aligned(lines, left=(0, 1, 2))}" if lines else f"{head}\n\nNothing has happened."


@dataclass(frozen=True)
class Story:
    """The kinds of lives of a world: by kind, the pattern of ids, the query for a name, and those for events."""

    patterns: Mapping[str, re.Pattern[str]]
    names: Mapping[str, str]
    events: Mapping[str, Sequence[tuple[str, str]]]

    def tables(self, kind: str) -> set[str]:
        """The tables whose rows its events are."""
        return {table for table, _ in self.events[kind]}

    def queries(self, kind: str) -> Iterator[str]:
        """Every query about a kind of life."""
        yield self.names[kind]
        yield from (sql for _, sql in self.events[kind])

    def find(self, asked: str) -> tuple[str, str]:
        """The kind and the id that are asked for, `MEM000123` or `member:MEM000123`.

        Raises:
            UsageError: for what is no id of any kind.
        """
        kind, _, given = asked.partition(":")
        if kind in self.patterns and self.patterns[kind].match(given):
            return kind, given
        fitting = [name for name, pattern in self.patterns.items() if pattern.match(asked)]
        if len(fitting) == 1:
            return fitting[0], asked
        if fitting:
            raise UsageError(
                f"{asked} may be one of several: say {' or '.join(f'{name}:{asked}' for name in fitting)}."
            )
        known = ", ".join(f"{name} ({in_words(pattern)})" for name, pattern in self.patterns.items())
        raise UsageError(f"{asked} is no id that can be explained. There are: {known}.")


def in_words(pattern: re.Pattern[str]) -> str:
    """What ids of a pattern look like: MEM and a number."""
    beginning = pattern.pattern.strip("^$").removesuffix("[0-9]+")
    return f"{beginning} and a number" if beginning else "a number"


def read_story(directory: Path) -> Story:
    """The kinds of lives that the SQL files of a directory declare.

    Raises:
        ValueError: for a block that is none.
    """
    patterns: dict[str, re.Pattern[str]] = {}
    names: dict[str, str] = {}
    events: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(directory.glob("*.sql")):
        for block in _BEGIN.split(path.read_text(encoding="utf-8"))[1:]:
            head, _, sql = block.strip().partition("\n")
            what, kind, *rest = head.replace(": ", " ", 1).split(" ", 2)
            sql = "\n".join(line for line in sql.split("\n") if not line.startswith("--")).strip().removesuffix(";")
            if not rest or not sql:
                raise ValueError(f"{path.name}: '{head}' is no subject with a pattern, and no event of a table.")
            if what == "subject":
                patterns[kind], names[kind] = re.compile(rest[0]), sql
                events.setdefault(kind, [])
            else:
                events.setdefault(kind, []).append((rest[0], sql))
    if missing := events.keys() - patterns.keys():
        raise ValueError(f"{directory.name}: {', '.join(sorted(missing))} has events and no subject.")
    return Story(patterns, names, events)


def _such_as(story: Story, kind: str, database: Database) -> str:
    """The first one of a kind, for a message; nothing if there is none."""
    where = _WHERE.search(story.names[kind])
    if not where:
        return ""
    rows = database.rows(f"select {where[2]} as id {where[1]} order by 1 limit 1")
    return f", such as {rows[0]['id']}" if rows else ""


def explain(story: Story, database: Database, asked: str) -> Life:
    """The life that an id stands for.

    Raises:
        UsageError: for what is no id.
        DataError: for an id that the data does not have.
    """
    kind, key = story.find(asked)
    literal = "'" + key.replace("'", "''") + "'" if not key.isdigit() else key
    found = database.rows(_ID.sub(lambda _: literal, story.names[kind]))
    if not found:
        raise DataError(
            f"There is no {kind} {key} in this data. Name one that is there{_such_as(story, kind, database)}."
        )
    events = [
        Event(row["at"], str(row["said"]), table, str(row["id"]))
        for table, sql in story.events[kind]
        for row in database.rows(_ID.sub(lambda _: literal, sql))
        if row["at"] is not None
    ]
    order = {table: place for place, (table, _) in enumerate(story.events[kind])}
    events.sort(key=lambda item: (_moment(item.at), order[item.table], item.id))
    return Life(kind, key, str(found[0]["name"]), tuple(events))


def _moment(at: dt.date | dt.datetime) -> str:
    """A day, or a moment of it."""
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, dt.datetime) else f"{at:%Y-%m-%d}"
