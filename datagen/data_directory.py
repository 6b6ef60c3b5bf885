"""A directory of a data set: which files make up its tables, what they were made with, and their typed rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import DataError
from datagen.output.file_names import CSV, DUCKDB, SQLITE, DatabaseFile, names_of_table
from datagen.output.manifest import read_manifest
from datagen.output.stored_tables import tables_there
from datagen.world import World, loaded

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Table


_BLOCK = 1 << 23
"""Bytes of a CSV file that are read at a time."""
_ROWS = 1 << 16
"""Rows of a database's file that are read at a time."""


class DataDirectory:
    """What a directory holds of the tables of a world."""

    def __init__(self, world: World, directory: Path) -> None:
        """Look into a directory.

        Raises:
            OSError: if it cannot be read.
            InputError: for a manifest or a database's file that is damaged.
        """
        self.world, self.path = world, directory
        self.manifest = read_manifest(directory)
        """What the directory says of itself; None for one that does not."""
        self._found = tables_there(directory, world.metadata)
        self.tables = [name for name in world.metadata.tables if name in self._found]
        """The tables that are there, in the order of the world."""
        self._digests: dict[Path, str] = {}

    @property
    def made(self) -> Mapping[str, Any]:
        """What the data set was made with: the seed and the options, as the directory states them."""
        if self.world.history_of:
            history = loaded(self.world.history_of)(self.path).history
            days = {"start_date": history.first.isoformat(), "end_date": history.last.isoformat()}
            return {"seed": history.seed, **days, "rules": dict(history.rules), "release": history.release}
        if self.manifest is None:
            return {}
        return {"seed": self.manifest.seed, **self.manifest.options, "release": self.manifest.release}

    @property
    def options(self) -> Mapping[str, Any]:
        """The options that decide the content, as manifest or history state them; none where nothing does."""
        if self.world.history_of:
            options: Mapping[str, Any] = loaded(self.world.history_of)(self.path).history.options()
            return options
        return self.world.stated(self.manifest.options if self.manifest else None)

    def digests(self, name: str) -> Mapping[Path, str]:
        """The SHA-256 of each file of a table, in hexadecimal, of its bytes as they are.

        Raises:
            OSError: for a file that cannot be read.
        """
        for path in self.files(name):
            if path not in self._digests:
                self._digests[path] = digest_of(path)
        return {path: self._digests[path] for path in self.files(name)}

    def files(self, name: str) -> list[Path]:
        """The files that make up a table, in the order of its rows.

        Of a history, all tables but the growing one are whole in the newest file; runs may have written either format.
        A database's file holds all of it.
        """
        if not self.world.history_of:
            return [self.path / file for file in names_of_table(self._found[name])]
        if whole := [file.name for file in self._found[name] if DatabaseFile.named(file.name)]:
            return [self.path / whole[0]]
        history = loaded(self.world.history_of)(self.path).history
        days = [(file.days.first, file.name) for file in self._found[name] if file.days]
        names = [file for first, file in sorted(days) if first <= history.last]
        return [self.path / file for file in (names if history.growing.table == name else names[-1:])]

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last day of a history."""
        history = loaded(self.world.history_of)(self.path).history
        return history.first.isoformat(), history.last.isoformat()

    def rows(self) -> Mapping[str, int]:
        """The number of rows of each table."""
        stated = {item.table: item.written.rows for item in self.manifest.resources} if self.manifest else {}
        return {name: stated[name] if name in stated else self.arrow(name).num_rows for name in self.tables}

    def arrow(self, name: str) -> pa.Table:
        """A table as a typed Arrow table.

        Raises:
            DataError: for files whose columns or values are not those of the table.
        """
        import pyarrow as pa

        table = self.world.metadata.tables[name]
        return pa.concat_tables([read_rows(path, table) for path in self.files(name)])


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal.

    Raises:
        OSError: for a file that cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path, table: Table) -> pa.Table:
    """The rows of a file, typed.

    Raises:
        DataError: for a file whose columns or values are not those of the table.
    """
    import pyarrow as pa

    from datagen.schema import arrow_schema

    schema = arrow_schema(table)
    try:
        return _times_of_text(_read(path, table, schema).select(schema.names), schema).cast(schema)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise _unreadable(path, table, error) from error


def read_batches(path: Path, table: Table) -> Iterator[pa.Table]:
    """The rows that a file has of a table, typed, a few at a time.

    Raises:
        DataError: for a file whose columns or values are not those of the table.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    from datagen.schema import arrow_schema

    schema = arrow_schema(table)
    try:
        if path.suffix in (f".{DUCKDB}", f".{SQLITE}"):
            yield from _batches_of_database(path, table, schema)
            return
        with path.open("rb") as file:
            if path.suffix == f".{CSV}":
                batches: Any = csv.open_csv(file, csv.ReadOptions(block_size=_BLOCK), _parsing(), _conversion(schema))
            else:
                batches = parquet.ParquetFile(file).iter_batches()
            for batch in batches:
                yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise _unreadable(path, table, error) from error


def _unreadable(path: Path, table: Table, error: Exception) -> DataError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error).partition("\n")[0]
    return DataError(f"{path} cannot be read as {table.name}: {reason}. Mend or restore it.")


def _times_of_text(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with times of day as such where they are text, as the files of a Delta table have them."""
    import pyarrow as pa

    from datagen.output.csv import typed

    for place, (found, wanted) in enumerate(zip(table.schema, schema, strict=True)):
        if pa.types.is_time(wanted.type) and pa.types.is_string(found.type):
            table = table.set_column(place, found.name, typed(table[place].combine_chunks(), wanted.type))
    return table


def _read(path: Path, table: Table, schema: pa.Schema) -> pa.Table:
    form = path.suffix[1:]
    if form == CSV:
        return _read_csv(path, schema)
    return _read_database(path, table, schema) if form in (DUCKDB, SQLITE) else _read_parquet(path)


def _batches_of_database(path: Path, table: Table, schema: pa.Schema) -> Iterator[pa.Table]:
    import pyarrow as pa

    if path.suffix == f".{DUCKDB}":
        for batch in _duckdb_batches(path, table):
            yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)
        return
    from datagen.output.csv import typed
    from datagen.output.sqlite_file import read_texts

    for batch in read_texts(path, table):
        yield pa.table({field.name: typed(batch[field.name], field.type) for field in schema}).cast(schema)


def _duckdb_batches(path: Path, table: Table) -> Iterator[pa.RecordBatch]:
    import duckdb

    from datagen.checks.duckdb_files import duckdb_rows

    try:
        with duckdb.connect() as connection:
            yield from connection.sql(f"SELECT * FROM {duckdb_rows(path, table.name)}").to_arrow_reader(_ROWS)  # noqa: S608
    except duckdb.Error as error:
        raise OSError(str(error)) from error


def _read_database(path: Path, table: Table, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([schema.empty_table(), *_batches_of_database(path, table, schema)])


def _read_parquet(path: Path) -> pa.Table:
    from pyarrow import parquet

    with path.open("rb") as file:  # Arrow would take some paths for URLs, and folders for columns
        return parquet.ParquetFile(file).read()


def _read_csv(path: Path, schema: pa.Schema) -> pa.Table:
    from pyarrow import csv

    with path.open("rb") as file:
        return csv.read_csv(file, parse_options=_parsing(), convert_options=_conversion(schema))


def _parsing() -> Any:
    from pyarrow import csv

    return csv.ParseOptions(newlines_in_values=True)


def _conversion(schema: pa.Schema) -> Any:
    from pyarrow import csv

    return csv.ConvertOptions(
        column_types=schema, null_values=[""], strings_can_be_null=True, true_values=["true"], false_values=["false"]
    )
