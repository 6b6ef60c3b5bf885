"""The manifest of a directory of tables: a Frictionless Data Package, `datapackage.json`.

It is written last, so a directory that has one is complete. Nothing of the machine or the moment is in it: its bytes
follow from release, seed and options. Tools that know Data Packages can read and validate the directory from it alone
(`frictionless validate datapackage.json`); generator, release, world, seed, options and totals are this project's own.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.errors import OutputError

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

NAME = "datapackage.json"
GENERATOR = "datagen"
_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


@dataclass(frozen=True)
class Written:
    """What was written of a file: rows of data (the header is none), bytes, and their SHA-256 in hexadecimal."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Resource:
    """A table as a manifest states it; `totals` are control totals by column, as exact decimal text."""

    table: str
    path: str
    written: Written
    columns: tuple[str, ...]
    totals: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """What a manifest says of its directory."""

    world: str
    seed: int
    options: Mapping[str, Any]
    release: str
    resources: tuple[Resource, ...]

    def resource(self, table: str) -> Resource | None:
        """The table's entry, or None if the directory does not have the table."""
        return next((item for item in self.resources if item.table == table), None)


def build(
    metadata: MetaData,
    files: Mapping[str, Written],
    *,
    world: str,
    seed: int,
    options: Mapping[str, Any],
    totals: Mapping[str, Mapping[str, object]] | None = None,
) -> bytes:
    """The text of the manifest for these files, which are named `<table>.csv`.

    `options` are the choices that decide the content, values of JSON or dates (leave out workers and paths). `totals`
    gives control totals as `{table: {column: total}}`, each an int, `Decimal` or decimal text. Tables stand parents
    first; foreign keys to tables without a file are left out, as are files that are not tables of the metadata.
    """
    from datagen.schema import load_order

    tables = [table for table in load_order(metadata) if f"{table.name}.csv" in files]
    present = {table.name for table in tables}
    package = {
        "name": world,
        "profile": "tabular-data-package",
        "generator": GENERATOR,
        "release": __version__,
        "world": world,
        "seed": seed,
        "options": dict(options),
        "resources": [
            _resource(table, files[f"{table.name}.csv"], present, (totals or {}).get(table.name, {}))
            for table in tables
        ],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"The option value {value!r} cannot stand in a manifest.")


def _resource(table: Table, written: Written, present: set[str], totals: Mapping[str, object]) -> dict[str, Any]:
    from datagen.schema import field_descriptors, foreign_keys

    keys = [
        {"fields": [child], "reference": {"resource": parent, "fields": [column]}}
        for child, parent, column in foreign_keys(table)
        if parent in present
    ]
    schema = {
        "fields": field_descriptors(table),
        "missingValues": [""],
        "primaryKey": [column.name for column in table.primary_key],
    }
    resource = {
        "name": table.name,
        "profile": "tabular-data-resource",
        "path": f"{table.name}.csv",
        "description": table.comment or "",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "rows": written.rows,
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256}",
        "schema": schema | ({"foreignKeys": keys} if keys else {}),
    }
    return resource | ({"totals": {column: str(total) for column, total in totals.items()}} if totals else {})


def read_manifest(directory: Path) -> Manifest | None:
    """The manifest of a directory, or None if it has none.

    Raises `OutputError` if there is one that cannot be read or is not of this project.
    """
    path = directory / NAME
    try:
        package = json.loads(path.read_bytes())
        if package["generator"] != GENERATOR:
            raise ValueError(package["generator"])
        return Manifest(
            world=package["world"],
            seed=package["seed"],
            options=package["options"],
            release=package["release"],
            resources=tuple(map(_read_resource, package["resources"])),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(f"The manifest {path} cannot be read: {error.strerror}. Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            f"The manifest {path} is damaged or not one of datagen's. Generate the directory again or restore the file."
        ) from error


def _read_resource(resource: Mapping[str, Any]) -> Resource:
    return Resource(
        table=resource["name"],
        path=resource["path"],
        written=Written(resource["rows"], resource["bytes"], resource["hash"].removeprefix("sha256:")),
        columns=tuple(field["name"] for field in resource["schema"]["fields"]),
        totals=resource.get("totals", {}),
    )


def is_ours(directory: Path) -> bool:
    """Whether the directory has a manifest this project wrote, and so may be replaced."""
    try:
        return read_manifest(directory) is not None
    except OutputError:
        return False
