"""Tables of a lake: directories of Parquet files, with a Delta log or Iceberg metadata that registers them in place.

The data files follow from the rows, as Parquet files do. The metadata has clocks and identifiers of the libraries that
write it, so its bytes differ from run to run.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.output.file_names import CATALOG, DELTA, ICEBERG

_DAY = "day"
_NAMESPACE = "main"
"""Where tables are that have no database, or layer, of their own."""
_NOT_IN_ADDRESSES = "#?%"
_LIBRARIES = {DELTA: "deltalake", ICEBERG: "pyiceberg"}


@dataclass(frozen=True)
class LakeFile:
    """A Parquet file of a table, by its name below the directory of the table."""

    name: str
    rows: int
    bytes: int
    day: dt.date | None = None
    """The day of its rows, of a table that is partitioned by days."""


@dataclass(frozen=True)
class LakeTable:
    """A table of a lake as it is declared once."""

    name: str
    """Its directory below that of the lake: `members`, `accounts_db/accounts`."""
    schema: pa.Schema
    comment: str = ""
    day_of: str | None = None
    """The column of moments by whose days it is partitioned, in directories `day=2026-01-31`, if it is."""


class Lake(Protocol):
    """A lake in the making, whose files are at a place that is not yet the final one; to be closed."""

    def close(self) -> None:
        """Nothing more is committed."""
        ...

    def commit(self, table: LakeTable, files: Sequence[LakeFile], *, replace: bool = False) -> None:
        """Make a version of a table that has these files besides those that it had, or in their place."""
        ...


def lake_at(kind: str, place: Path, final: Path) -> Lake:
    """A lake of a kind, delta or iceberg, at a place that is renamed to the final one when it is complete."""
    refuse_missing(kind)
    return DeltaLake(place) if kind == DELTA else IcebergLake(place, final)


def refuse_missing(kind: str) -> None:
    """Raise `UsageError` if the library that a format needs is not installed."""
    library = _LIBRARIES[kind]
    try:
        __import__(library)
    except ModuleNotFoundError as error:
        raise UsageError(f"--format {kind} needs {library}. Run: pip install 'datagen[{kind}]'") from error


def lake_schema(kind: str, schema: pa.Schema, comments: Mapping[str, str]) -> pa.Schema:
    """A schema in the types that a lake has: moments in microseconds; Delta has no times of day, which are text there.

    `comments` are those of the columns.
    """
    note = "comment" if kind == DELTA else "doc"
    fields = []
    for item in schema:
        found = item.type
        if pa.types.is_timestamp(found):
            found = pa.timestamp("us")
        elif pa.types.is_time(found):
            found = pa.string() if kind == DELTA else pa.time64("us")
        about = {note: comments[item.name]} if comments.get(item.name) else None
        fields.append(pa.field(item.name, found, item.nullable, about))
    return pa.schema(fields)


class DeltaLake:
    """Delta tables; the log of each names its files by where they are below the table, so the lake can be moved."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def close(self) -> None:
        """Nothing is held open."""

    def commit(self, table: LakeTable, files: Sequence[LakeFile], *, replace: bool = False) -> None:
        """Make a version of a table."""
        import deltalake
        from deltalake.transaction import AddAction, create_table_with_add_actions

        where = str(self._place / table.name)
        by = [_DAY] if table.day_of else []
        schema = deltalake.Schema.from_arrow(_with_day(table.schema) if by else table.schema)
        actions: list[Any] = [
            AddAction(
                item.name,
                item.bytes,
                {_DAY: str(item.day)} if by else {},
                0,
                True,
                json.dumps({"numRecords": item.rows}),
            )
            for item in files
        ]
        if not deltalake.DeltaTable.is_deltatable(where):
            create_table_with_add_actions(
                where, schema, actions, partition_by=by, name=Path(table.name).name, description=table.comment
            )
            return
        mode = "overwrite" if replace else "append"
        deltalake.DeltaTable(where).create_write_transaction(actions, mode, schema, partition_by=by)


class IcebergLake:
    """Iceberg tables in a catalogue of SQLite; their metadata names files by the whole path of the final place."""

    def __init__(self, place: Path, final: Path) -> None:
        from pyiceberg.catalog.sql import SqlCatalog

        if any(character in str(final) for character in _NOT_IN_ADDRESSES):
            raise UsageError(f"Iceberg names files by addresses, in which {final} would mean another. Rename it.")
        self._final = final
        settings = {
            "uri": f"sqlite:///{place / CATALOG}",
            "warehouse": f"file://{final}",
            "py-io-impl": "datagen.output.iceberg_io.StagedFileIO",
            "staged.final": str(final),
            "staged.place": str(place),
        }
        self._catalog = SqlCatalog("datagen", **settings)

    def commit(self, table: LakeTable, files: Sequence[LakeFile], *, replace: bool = False) -> None:
        """Make a version of a table."""
        from pyiceberg.expressions import AlwaysTrue
        from pyiceberg.transforms import DayTransform

        identifier = _identifier(table.name)
        where = f"file://{self._final}/{table.name}"
        if not self._catalog.table_exists(identifier):
            self._catalog.create_namespace_if_not_exists(identifier[:-1])
            found = self._catalog.create_table(identifier, table.schema, where, properties=_about(table))
            if table.day_of:
                with found.update_spec() as update:
                    update.add_field(table.day_of, DayTransform(), _DAY)
        found = self._catalog.load_table(identifier)
        with found.transaction() as transaction:
            if replace and found.current_snapshot():
                transaction.delete(AlwaysTrue())
            transaction.add_files([f"{where}/{item.name}" for item in files])

    def close(self) -> None:
        """Close the catalogue."""
        self._catalog.close()


def _with_day(schema: pa.Schema) -> pa.Schema:
    """The columns of a Delta table that is partitioned by days, which only names of directories tell."""
    return schema.append(pa.field(_DAY, pa.date32(), nullable=False))


def _about(table: LakeTable) -> dict[str, str]:
    return {"comment": table.comment} if table.comment else {}


def registered(kind: str, directory: Path, table: str) -> dict[str, int]:
    """The rows of each file, by name below the table, that the newest version of a table of a lake has.

    Metadata that cannot be read, as that of Iceberg when the directory was moved, has none.

    Raises: `UsageError` if the library that reads it is not installed.
    """
    refuse_missing(kind)
    try:
        return _in_delta(directory / table) if kind == DELTA else _in_iceberg(directory, table)
    except Exception:  # whatever a library raises for damage, the version has no files then
        return {}


def _in_delta(place: Path) -> dict[str, int]:
    import deltalake

    actions = pa.table(deltalake.DeltaTable(str(place)).get_add_actions(flatten=True)).to_pydict()
    return dict(zip(actions["path"], actions["num_records"], strict=True))


def _in_iceberg(directory: Path, table: str) -> dict[str, int]:
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("datagen", uri=f"sqlite:///{directory / CATALOG}", warehouse=f"file://{directory}")
    try:
        files = catalog.load_table(_identifier(table)).inspect.files().to_pydict()
    finally:
        catalog.close()
    where = f"file://{directory.absolute()}/{table}/"
    return {
        path.removeprefix(where): rows for path, rows in zip(files["file_path"], files["record_count"], strict=True)
    }


def _identifier(table: str) -> tuple[str, ...]:
    *before, name = table.split("/")
    return (*(before or [_NAMESPACE]), name)
