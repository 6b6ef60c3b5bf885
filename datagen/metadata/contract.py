"""A data contract by the Open Data Contract Standard 3.1: https://bitol-io.github.io/open-data-contract-standard/."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import String

from datagen import __version__
from datagen.checks.questions import PLACES, standing_alone
from datagen.ddl import column_type
from datagen.metadata.subject import Subject
from datagen.output.manifest import GENERATOR, LICENCE, SYNTHETIC
from datagen.schema import allowed_values, kind, references, unique_columns

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_TYPES = {
    "smallint": "integer",
    "int": "integer",
    "bigint": "integer",
    "decimal": "number",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
    "time": "time",
}
"""The logical types of columns; all others are strings."""


def contract(subject: Subject, place: str) -> dict[str, Any]:
    """The contract about the tables, and about the files, which are found at `place`, where there are any."""
    world = subject.world
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:{GENERATOR}:{world.name}")),
        "name": f"{world.title}, synthetic",
        "version": __version__,
        "status": "active",
        "domain": world.name,
        "tags": ["synthetic"],
        "team": {"name": GENERATOR, "description": "The generator of the data, which has no other owner."},
        "description": {
            "purpose": f"{world.title}: tables that agree with each other, for development, tests and teaching.",
            "usage": f"{LICENCE['title']} ({LICENCE['name']}), {LICENCE['path']}",
            "limitations": f"{SYNTHETIC} Conclusions about real businesses cannot be drawn from it.",
        },
        "schema": [_schema(subject, world.metadata.tables[name]) for name in subject.tables],
        **({"servers": [_server(subject, place)]} if subject.files else {}),
        "customProperties": [
            {"property": "synthetic", "value": True},
            {"property": "licence", "value": LICENCE["name"]},
            {"property": "generator", "value": f"{GENERATOR} {__version__}"},
        ],
    }


def _server(subject: Subject, place: str) -> dict[str, Any]:
    (first, *_), *_ = subject.files.values()
    return {"server": "files", "type": "local", "path": place, "format": first.name.rpartition(".")[2]}


def _schema(subject: Subject, table: Table) -> dict[str, Any]:
    quality = list(_quality(subject, table))
    links = [
        {"type": "foreignKey", "from": _ends(table.name, item.columns), "to": _ends(parent, columns)}
        for item in references(table)
        for parent, columns in item.parents
        if item.enforced and parent in subject.tables and len(item.columns) > 1
    ]
    return {
        "name": table.name,
        "physicalName": table.name,
        "logicalType": "object",
        "physicalType": "table",
        "description": table.comment or table.name,
        "properties": [_property(subject, table, item) for item in table.columns],
        **({"relationships": links} if links else {}),
        **({"quality": quality} if quality else {}),
    }


def _ends(table: str, columns: tuple[str, ...]) -> list[str]:
    return [f"{table}.{name}" for name in columns]


def _property(subject: Subject, table: Table, item: Column[Any]) -> dict[str, Any]:
    keys = [column.name for column in table.primary_key]
    links = [
        {"type": "foreignKey", "to": f"{parent}.{columns[0]}"}
        for reference in references(table)
        for parent, columns in reference.parents
        if reference.enforced and reference.columns == (item.name,) and parent in subject.tables
    ]
    allowed = allowed_values(table).get(item.name, {})
    options: dict[str, Any] = {name: allowed[name] for name in ("minimum", "maximum") if name in allowed}
    if isinstance(item.type, String) and item.type.length:
        options["maxLength"] = item.type.length
    return {
        "name": item.name,
        "logicalType": _TYPES.get(kind(item), "string"),
        "physicalType": column_type(item, "postgresql"),
        "description": item.comment or item.name,
        "required": not item.nullable,
        "unique": item.name in unique_columns(table),
        **({"primaryKey": True, "primaryKeyPosition": keys.index(item.name) + 1} if item.name in keys else {}),
        **({"logicalTypeOptions": options} if options else {}),
        **({"relationships": links} if links else {}),
        **({"quality": [_one_of(item.name, allowed["enum"])]} if "enum" in allowed else {}),
    }


def _one_of(name: str, values: list[Any]) -> Mapping[str, Any]:
    return {
        "name": f"values of {name}",
        "type": "library",
        "metric": "invalidValues",
        "arguments": {"validValues": list(values)},
        "mustBe": 0,
    }


def _quality(subject: Subject, table: Table) -> Iterator[dict[str, Any]]:
    """The hard rules of the data whose first table this is; those that read `places`, which no server has, are left."""
    found = subject.questions
    for item in found.questions if found else ():
        first = next((name for name in item.uses if name in subject.files), None)
        is_rule = item.group not in ("schema", "references") and not item.statistical
        if found and is_rule and first == table.name and PLACES not in item.uses:
            query = standing_alone(item, found.relations, {})
            yield {
                "name": item.check,
                "description": item.title,
                "type": "sql",
                "query": f"select count(*) from ({query}) broken",  # noqa: S608 - the rules' own SQL
                "mustBe": 0,
            }
