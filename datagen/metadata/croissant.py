"""Croissant 1.0, JSON-LD for data sets of machine learning: https://docs.mlcommons.org/croissant/docs/croissant-spec.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.metadata.subject import DataFile, Subject
from datagen.output.file_names import CSV
from datagen.output.manifest import GENERATOR, LICENCE, SYNTHETIC
from datagen.schema import kind, references

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

# fmt: off
_WORDS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)
# fmt: on
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    **{word: f"cr:{word}" for word in _WORDS},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
"""The context that the specification gives."""
_TYPES = {
    "smallint": "sc:Integer",
    "int": "sc:Integer",
    "bigint": "sc:Integer",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "timestamp": "sc:DateTime",
    "date": "sc:Date",
}
"""The types of columns; all others are text, times of day too, for which readers have none."""
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def croissant(subject: Subject, place: str) -> dict[str, Any]:
    """The description of the files of a data set, which are found at `place`, relative to that of the description."""
    world = subject.world
    tables = [world.metadata.tables[name] for name in subject.tables]
    days = {"datePublished": subject.last_day} if subject.last_day else {}
    return {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"{GENERATOR}-{world.name}",
        "description": f"{world.title}, {len(tables)} tables that agree with each other. {SYNTHETIC}",
        "license": LICENCE["path"],
        "creator": {"@type": "sc:Organization", "name": GENERATOR},
        "keywords": ["synthetic", "relational", world.name],
        "version": __version__,
        "citeAs": f"{GENERATOR} {__version__}, {world.name}, seed {subject.made.get('seed', 'not stated')}",
        "isLiveDataset": False,
        "url": place or ".",
        **days,
        "distribution": [item for table in tables for item in _distribution(subject, table, place)],
        "recordSet": [_record_set(subject, table) for table in tables],
    }


def _distribution(subject: Subject, table: Table, place: str) -> Iterator[dict[str, Any]]:
    files = subject.files[table.name]
    for file in files:
        yield {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": f"{place}/{file.name}" if place else file.name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _media(file),
            "sha256": file.sha256,
        }
    if len(files) > 1:
        yield {
            "@type": "cr:FileSet",
            "@id": f"files-of-{table.name}",
            "name": f"files-of-{table.name}",
            "description": f"The files of {table.name}, whose rows follow each other.",
            "containedIn": [{"@id": file.name} for file in files],
            "encodingFormat": _media(files[0]),
            "includes": f"*.{files[0].name.rpartition('.')[2]}",
        }


def _media(file: DataFile) -> str:
    return _MEDIA[CSV if file.name.endswith(f".{CSV}") else "parquet"]


def _record_set(subject: Subject, table: Table) -> dict[str, Any]:
    files = subject.files[table.name]
    origin = (
        {"fileSet": {"@id": f"files-of-{table.name}"}} if len(files) > 1 else {"fileObject": {"@id": files[0].name}}
    )
    # Readers join what is linked, and fail on a circle: so links lead to tables that come before, never to the own one.
    before = subject.tables[: subject.tables.index(table.name)]
    parents = {
        item.columns[0]: f"{item.parents[0][0]}/{item.parents[0][1][0]}"
        for item in references(table)
        if len(item.columns) == len(item.parents) == 1 and item.parents[0][0] in before
    }
    key = [{"@id": _field_id(item)} for item in table.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.comment or table.name,
        **({"key": key[0] if len(key) == 1 else key} if key else {}),
        "field": [_field(item, origin, parents) for item in table.columns],
    }


def _field_id(item: Column[Any]) -> str:
    return f"{item.table.name}/{item.name}"


def _field(item: Column[Any], origin: Mapping[str, Any], parents: Mapping[str, str]) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": _field_id(item),
        "name": item.name,
        "description": item.comment or item.name,
        "dataType": _TYPES.get(kind(item), "sc:Text"),
        "source": {**origin, "extract": {"column": item.name}},
    }
    return field | ({"references": {"field": {"@id": parents[item.name]}}} if item.name in parents else {})
