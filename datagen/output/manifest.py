"""The manifest of a directory of tables: a Frictionless Data Package, `datapackage.json`.

It is written last, so a directory that has one is complete. Nothing of the machine or the moment is in it: its bytes
follow from release, seed and options. Tools that know Data Packages can read and validate the directory from it alone
(`frictionless validate datapackage.json`); generator, release, world, seed, options, totals and files are this
project's own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen import __version__
from datagen.errors import InputError
from datagen.frozen import dataclass
from datagen.output.file_names import CSV, DUCKDB, SQLITE, DatabaseFile, TableFile, by_table

if TYPE_CHECKING:
    from datagen.table_facts import Facts, TableFacts

NAME = "datapackage.json"
GENERATOR = "datagen"
LICENCE = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}
"""What may be done with generated data: anything. Rows that are computed from a seed tell of nobody, and the project
claims no right in them; a public-domain dedication says so where the law would otherwise leave it open."""
SYNTHETIC = "Synthetic: every row is generated, and none is about a real person, business or payment."
"""What each description of data says first."""
_CSV = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
}
_PARQUET = {"profile": "data-resource", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
_DATABASES = {
    DUCKDB: {"profile": "data-resource", "format": DUCKDB, "mediatype": "application/vnd.duckdb"},
    SQLITE: {"profile": "data-resource", "format": SQLITE, "mediatype": "application/vnd.sqlite3"},
}
"""Which table of a database's file is meant, the property `table` of the dialect says: Table Dialect of Data Package 2,
https://datapackage.org/standard/table-dialect/#table."""


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
    files: Mapping[str, Written]
    """Its files by name, in order; the rows of the table are theirs, one file after the other."""
    columns: tuple[str, ...]
    totals: Mapping[str, str]

    @property
    def path(self) -> str:
        """The name of the file, or of the first and the last one."""
        first, *others = self.files
        return f"{first} to {others[-1]}" if others else first

    @property
    def written(self) -> Written:
        """What was written of all files; of several, the hash is that of the lines `<sha256>  <name>`."""
        all_written = self.files.values()
        if len(self.files) == 1:
            return next(iter(all_written))
        lines = "".join(f"{file.sha256}  {name}\n" for name, file in self.files.items())
        digest = hashlib.sha256(lines.encode()).hexdigest()
        return Written(sum(file.rows for file in all_written), sum(file.bytes for file in all_written), digest)


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
    tables: Facts,
    files: Mapping[str, Written],
    *,
    world: str,
    seed: int,
    options: Mapping[str, Any],
    totals: Mapping[str, Mapping[str, object]] | None = None,
    title: str = "",
    inside: Mapping[str, Mapping[str, int]] | None = None,
) -> bytes:
    """The text of the manifest for these files, whose names `datagen.output.file_names` tells; all are of one format.

    `options` are the choices that decide the content, values of JSON or dates (leave out workers and paths). `totals`
    gives control totals as `{table: {column: total}}`, each an int, `Decimal` or decimal text. The `title` is that of
    the world, its name by default. Tables stand parents first; foreign keys to tables without a file are left out, as
    are files that are not among the `tables`. `inside` gives the rows of each table in a database's file, by the names
    of file and table.
    """
    held = {table: {file.name: files[file.name] for file in found} for table, found in by_table(files).items()}
    for name, rows in (inside or {}).items():
        held |= {table: {name: replace(files[name], rows=count)} for table, count in rows.items()}
    present = {name: table for name, table in tables.items() if name in held}
    is_csv = all(name.endswith(CSV) for table in present for name in held[table])
    package = {
        "name": world,
        "title": title or world,
        "description": SYNTHETIC,
        "keywords": ["synthetic", world],
        "licenses": [LICENCE],
        "contributors": [{"title": f"{GENERATOR} {__version__}", "role": "author"}],
        "profile": "tabular-data-package" if is_csv else "data-package",
        "generator": GENERATOR,
        "release": __version__,
        "world": world,
        "seed": seed,
        "options": dict(options),
        "resources": [
            _resource(
                table,
                held[table.name],
                _CSV if is_csv else _form(table.name, held[table.name]),
                present,
                (totals or {}).get(table.name, {}),
            )
            for table in present.values()
        ],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"The option value {value!r} cannot stand in a manifest.")


def _form(table: str, files: Iterable[str]) -> Mapping[str, Any]:
    """The properties of the format of a table's files, which are not CSV."""
    database = DatabaseFile.named(next(iter(files)))
    return {**_DATABASES[database.kind], "dialect": {"table": table}} if database else _PARQUET


def _resource(
    table: TableFacts,
    files: Mapping[str, Written],
    form: Mapping[str, Any],
    present: Facts,
    totals: Mapping[str, object],
) -> dict[str, Any]:
    found = {
        enforced: [
            {
                "fields": list(item.columns),
                "reference": {"resource": _name(present[parent]), "fields": list(columns)},
            }
            for item in table.references
            for parent, columns in item.parents
            if item.enforced is enforced and parent in present
        ]
        for enforced in (True, False)
    }
    schema = {
        "fields": table.fields,
        "missingValues": [""],
        "primaryKey": table.primary_key,
    }
    resource = {
        "name": _name(table),
        "profile": form["profile"],
        "path": next(iter(files)) if len(files) == 1 else list(files),
        "description": table.comment,
        **form,
        **_stated(files),
        "schema": schema | ({"foreignKeys": found[True]} if found[True] else {}),
        **({"references": found[False]} if found[False] else {}),
    }
    return resource | ({"totals": {column: str(total) for column, total in totals.items()}} if totals else {})


def _name(table: TableFacts) -> str:
    """What a table is called: by its own name, and before it that of its database where there are several."""
    return f"{table.database}.{table.name}".removeprefix(".")


def _stated(files: Mapping[str, Written]) -> dict[str, Any]:
    """Rows, bytes and hash of the file of a table, or of each of its files."""
    each = {
        name: {"rows": file.rows, "bytes": file.bytes, "hash": f"sha256:{file.sha256}"} for name, file in files.items()
    }
    (first, stated), *others = each.items()
    if not others and first.endswith(CSV):
        return stated
    # Not as properties of the table: tools that know them count what they read, which of several files is the first.
    return {"files": [{"path": name, **stated} for name, stated in each.items()]}


def read_manifest(directory: Path, name: str = NAME) -> Manifest | None:
    """The manifest of a directory, or None if it has none; `name` is another one for one of several.

    Raises `InputError` if there is one that cannot be read or is not of this project.
    """
    path = directory / name
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
        raise InputError(f"The manifest {path} cannot be read: {error.strerror}. Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"The manifest {path} is damaged or not one of datagen's. Generate the directory again or restore the file."
        ) from error


def _read_resource(resource: Mapping[str, Any]) -> Resource:
    database, _, table = resource["name"].rpartition(".")
    files: Sequence[Mapping[str, Any]] = resource.get("files", [resource])
    if not files or not all(_holds(file["path"], database, table) for file in files):
        raise ValueError(table)
    return Resource(
        table=table,
        files={
            file["path"]: Written(_count(file["rows"]), _count(file["bytes"]), _digest(file["hash"])) for file in files
        },
        columns=tuple(field["name"] for field in resource["schema"]["fields"]),
        totals=_totals(resource.get("totals", {})),
    )


def _holds(name: str, database: str, table: str) -> bool:
    """Whether a name is that of a file of the table; no name may lead elsewhere."""
    if whole := DatabaseFile.named(name):
        return database in ("", whole.database)
    file = TableFile.named(name)
    return file is not None and (file.database, file.table) == (database, table)


def _count(stated: object) -> int:
    if type(stated) is not int or stated < 0:
        raise ValueError(stated)
    return stated


def _digest(text: str) -> str:
    return text.removeprefix("sha256:")


def _totals(stated: Mapping[str, str]) -> dict[str, str]:
    if not all(re.fullmatch(r"-?\d+(\.\d+)?", total) for total in stated.values()):
        raise ValueError(stated)
    return dict(stated)


def is_ours(directory: Path) -> bool:
    """Whether the directory has a manifest this project wrote, and so may be replaced."""
    try:
        return read_manifest(directory) is not None
    except InputError:
        return False
