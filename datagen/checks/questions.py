"""The checks of a data set written out, for those who ask them without this package: queries and relations as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from datagen.any_table import load_order
from datagen.checks.engine import Question
from datagen.checks.schema_checks import schema_questions
from datagen.checks.sql_rules import Catalogue, SqlRule, fill_in, parameters, read_catalogue
from datagen.checks.verify import Suite
from datagen.frozen import dataclass

PLACES = "places"
"""The relation that no file of a data set holds: `datagen/pools/places.csv`."""


@dataclass(frozen=True)
class SourceTable:
    """Files of a directory that are read as a table, which is none of the world's."""

    name: str
    files: tuple[Path, ...]
    """CSV or Parquet, or one of JSON: an object, whose members are the columns of the one row."""
    columns: Mapping[str, str]
    """The type of each column, as DuckDB calls it."""
    series: bool = False
    """Whether the names of the files tell days; see `datagen.checks.file_series`."""


@dataclass(frozen=True)
class Sources:
    """What the checks of a directory read besides its tables, for those who ask them without this package."""

    tables: tuple[SourceTable, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Tables as CSV with a header, all of whose columns are texts, by name."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Queries by name, each after those that it needs."""

    @property
    def names(self) -> frozenset[str]:
        """What can be read."""
        return frozenset({*(table.name for table in self.tables), *self.texts, *self.relations})


@dataclass(frozen=True)
class Questions:
    """What is asked of the tables that are there."""

    questions: tuple[Question, ...]
    relations: Mapping[str, str]
    """The query of each relation that is used, by name, each after those that it needs; not `places`."""
    left_out: Mapping[str, str]
    """Why a rule cannot be asked of the files alone, by check."""

    @property
    def needs_places(self) -> bool:
        """Whether a question or a relation reads the places of the United States."""
        return any(PLACES in item.uses for item in self.questions)


def written_out(suite: Suite, tables: Collection[str], others: Collection[str] = ()) -> Questions:
    """All checks of the schema, rules and figures of a data set that has these tables, with its rules filled in.

    `others` are what can be read besides.

    Raises: `ValueError` for an SQL file that is not of the form of `datagen.checks.sql_rules`.
    """
    held = [table for table in load_order(suite.tables) if table.name in tables]
    asked = [question for table in held for question in schema_questions(table, tables)]
    catalogue = read_catalogue(suite.sql)
    values = parameters(suite.rules, suite.window, suite.parameters)
    left_out: dict[str, str] = {}
    relations: dict[str, str] = {}
    for rule in catalogue.rules:
        if missing := sorted(catalogue.tables_of(rule) - {*tables, *others}):
            left_out[rule.check] = f"It reads {' and '.join(missing)}, which is no table among the files."
        elif rule.statistical and suite.window.days < rule.least_days:
            left_out[rule.check] = f"The window is {suite.window.days} days long; it needs {rule.least_days}."
        else:
            uses = tuple(_uses(catalogue, rule))
            known = (name for name in uses if name in catalogue.relations)
            relations |= {name: fill_in(catalogue.relations[name].sql, values) for name in known}
            sql = fill_in(rule.sql, values)
            asked.append(Question(rule.check, rule.group, rule.title, rule.source, sql, uses, rule.least_rows))
    return Questions(tuple(asked), relations, left_out)


def _uses(catalogue: Catalogue, rule: SqlRule) -> Iterator[str]:
    """What a rule reads, once each, and before each relation what that reads."""
    seen: dict[str, None] = {}

    def add(names: tuple[str, ...]) -> None:
        for name in names:
            if name in catalogue.relations:
                add(catalogue.relations[name].uses)
            seen.setdefault(name)

    add(rule.uses)
    return iter(seen)


def standing_alone(question: Question, relations: Mapping[str, str], tables: Mapping[str, str]) -> str:
    """The query with its relations in front of it, and with those tables that are called otherwise there.

    `tables` gives the name of each table as that place calls it, and may give one for `places`.
    """
    known = [
        f'"{name}" as ({relations[name]})' if name in relations else f'"{name}" as (select * from {tables[name]})'  # noqa: S608 - names of ours
        for name in question.uses
        if name in relations or name in tables
    ]
    return f"with {', '.join(known)}\nselect * from ({question.sql}) asked" if known else question.sql
