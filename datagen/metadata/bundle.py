"""All descriptions of a world and its data, as a directory of files."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from datagen.ddl import script
from datagen.errors import OutputError
from datagen.metadata.contract import contract
from datagen.metadata.croissant import croissant
from datagen.metadata.dbt import project
from datagen.metadata.subject import Subject
from datagen.metadata.yaml_text import yaml_text
from datagen.output.manifest import NAME
from datagen.output.text_file import put_text
from datagen.report.diagram import STYLE, diagram
from datagen.schema import (
    Described,
    data_dictionary,
    databases,
    described_columns,
    erd,
    field_descriptors,
    part_of,
)

DIALECTS = ("postgresql", "mysql", "mssql", "sqlite")
"""The dialects that the tables are written in."""
_END = {"mssql": ";\nGO\n"}
"""What ends a statement; SQL Server's tools run what stands before GO at once."""


def bundle(subject: Subject, out: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of each file of the descriptions, which are to stand in the directory `out`.

    Croissant is about files of a table each: it is there where there are such, and the rules are among the tests of dbt
    where there is data.
    """
    world = subject.world
    metadata = world.metadata
    for dialect in DIALECTS:
        yield from _ddl(subject, dialect)
    yield "erd.mmd", erd(metadata)
    rows = {name: subject.rows.get(name) if subject.directory else None for name in subject.tables}
    yield "erd.svg", diagram(metadata, rows, STYLE) + "\n"
    yield "data_dictionary.md", data_dictionary(metadata, f"{world.title}: the tables")
    yield "data_dictionary.csv", _dictionary(subject)
    for name in subject.tables:
        yield f"frictionless/{name}.json", _json(_table_schema(subject, name))
    if subject.files and subject.apart:
        yield "croissant.json", _json(croissant(subject, _from(out, subject)))
    yield "odcs.yaml", yaml_text(contract(subject, _from(out, subject)))
    for name, text in project(subject, _from(out / "dbt", subject)):
        yield f"dbt/{name}", text


def _from(place: Path, subject: Subject) -> str:
    """Where the data is, seen from a directory of descriptions; '' without data."""
    return Path(os.path.relpath(subject.directory, place)).as_posix() if subject.directory else ""


def _ddl(subject: Subject, dialect: str) -> Iterator[tuple[str, str]]:
    """The DDL of the tables of each database."""
    metadata = subject.world.metadata
    for database in databases(metadata):
        statements = script(part_of(metadata, database), dialect)
        text = "".join(f"{statement.strip()}{_END.get(dialect, f';{chr(10)}')}" for statement in statements)
        yield f"ddl/{dialect}/{database}.sql" if database else f"ddl/{dialect}.sql", text


def _dictionary(subject: Subject) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(item.name for item in fields(Described))
    writer.writerows(map(astuple, described_columns(subject.world.metadata)))
    return text.getvalue()


def _table_schema(subject: Subject, name: str) -> dict[str, Any]:
    table = subject.world.metadata.tables[name]
    keys = [column.name for column in table.primary_key]
    return {"fields": field_descriptors(table), "missingValues": [""], "primaryKey": keys}


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_bundle(subject: Subject, out: Path) -> list[Path]:
    """Write all descriptions into a directory, in place of files of their names; gives their paths.

    Raises:
        OutputError: if one cannot be written, or if the directory is one of data of its own.
    """
    if (out / NAME).exists():
        raise OutputError(f"{out} holds data, which descriptions would be lost among. Name another place with --out.")
    advice = "Name another place with --out."
    return [put_text(out / name, text, advice, parents=True) for name, text in bundle(subject, out)]
