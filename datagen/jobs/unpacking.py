"""The tables of a database's file as Parquet files, for as long as they are loaded into a server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import DataError
from datagen.output.file_names import DATABASE_FORMATS, PARQUET, DatabaseFile, Days, file_name
from datagen.output.manifest import NAME, Manifest, Written, build, read_manifest
from datagen.world import World

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.loading.history import History
    from datagen.progress import Progress

_UNCHANGED = "Nothing has been loaded."


@contextmanager
def as_files(world: World, directory: Path, progress: Progress) -> Iterator[Path]:
    """A directory of files, a table each, with the rows of a directory: itself, unless it has a database's file.

    Raises:
        DataError: for a database's file that is not the one that the manifest states.
        InputError: for a damaged manifest.
    """
    manifest = read_manifest(directory)
    held = _held(manifest)
    if not manifest or not held or manifest.world != world.name:
        yield directory
        return
    for name, written in held.items():
        _refuse_other_bytes(directory / name, written)
    with tempfile.TemporaryDirectory(prefix="datagen-") as place:
        with progress.phase("Tables out of the file", len(manifest.resources)):
            _write(world, directory, manifest, Path(place), progress)
        yield Path(place)


@contextmanager
def history_as_files(world: World, directory: Path, history: History, progress: Progress) -> Iterator[Path]:
    """A directory of files of days with the rows of a history: itself, unless it is kept in a database's file.

    Raises:
        DataError: for a database's file whose columns or values are not those of the tables.
    """
    whole = next((path for kind in DATABASE_FORMATS if (path := directory / f"{world.name}.{kind}").is_file()), None)
    if whole is None:
        yield directory
        return
    days, tables = Days(history.first, history.last), world.metadata.tables.values()
    with tempfile.TemporaryDirectory(prefix="datagen-") as place:
        with progress.phase("Tables out of the file", len(tables)):
            for table in tables:
                _copy(whole, table, Path(place, days.file(table.name, PARQUET)))
                progress.step()
        yield Path(place)


def _held(manifest: Manifest | None) -> Mapping[str, Written]:
    """The databases' files that a manifest lists."""
    resources = manifest.resources if manifest else ()
    return {name: file for item in resources for name, file in item.files.items() if DatabaseFile.named(name)}


def _refuse_other_bytes(path: Path, said: Written) -> None:
    from datagen.data_directory import digest_of

    try:
        same = path.stat().st_size == said.bytes and digest_of(path) == said.sha256
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}. Restore it. {_UNCHANGED}") from None
    if not same:
        raise DataError(
            f"{path} has other bytes than {NAME} states: it is cut, damaged or edited. Restore it or generate the data "
            f"again. {_UNCHANGED}"
        )


def _write(world: World, directory: Path, manifest: Manifest, place: Path, progress: Progress) -> None:
    from datagen.data_directory import digest_of
    from datagen.schema import database_of

    files = {}
    for resource in manifest.resources:
        table = world.metadata.tables.get(resource.table)
        if table is None:
            raise DataError(
                f"{directory} was made by release {manifest.release}, whose table {resource.table} this one has not. "
                f"Generate the data again. {_UNCHANGED}"
            )
        name = "/".join(filter(None, (database_of(table), file_name(table.name, PARQUET))))
        (place / name).parent.mkdir(exist_ok=True)
        for source in resource.files:
            rows = _copy(directory / source, table, place / name)
        files[name] = Written(rows, (place / name).stat().st_size, digest_of(place / name))
        progress.step()
    text = build(
        world.facts,
        files,
        world=world.name,
        seed=manifest.seed,
        options=manifest.options,
        totals={item.table: item.totals for item in manifest.resources},
        title=world.title,
    )
    (place / NAME).write_bytes(text)


def _copy(source: Path, table: Table, target: Path) -> int:
    """Write the rows that a database's file has of a table; gives how many they are."""
    from pyarrow import parquet

    from datagen.data_directory import read_batches
    from datagen.schema import arrow_schema

    rows = 0
    with parquet.ParquetWriter(target, arrow_schema(table)) as writer:
        for batch in read_batches(source, table):
            writer.write_table(batch)
            rows += batch.num_rows
    return rows
