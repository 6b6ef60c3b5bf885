# ruff: noqa: S608 - the SQL is made of names of the schema
"""Where checks of files and frames ask: tables in DuckDB."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.any_table import column_names, digits_of, kind, quoted
from datagen.checks.duckdb_files import csv_text, duckdb_rows, literal, parquet_rows
from datagen.checks.engine import PLACES, PLACES_FILE, Ids, Rows
from datagen.checks.side_by_side import Alone, InTurn
from datagen.errors import InputError
from datagen.options import memory_limit, usable_cores
from datagen.output.file_names import CSV, DUCKDB, SQLITE

if TYPE_CHECKING:
    import duckdb

    from datagen.any_table import AnyColumn, AnyTable


_AT_A_TIME = 2
"""How many queries run side by side."""
_RAW = "raw_of_"
_FULL = 64 << 20
"""Bytes: a disk with less free space counts as full."""
_MANY = 1 << 13
"""Rows: of fewer, the different values are counted one by one."""
_MOST_BITS = 1 << 29
"""What DuckDB counts bits of at most, rounded down."""
_READS_STREAMS = 2
"""The major version of DuckDB from which on it reads streams itself."""
_DIGITS = 18
"""How many an id has at most whose number is looked at."""
_PREFIX = re.compile(r"[A-Za-z]*")
_BYTES = ' collate "C"'
"""The order by bytes: DuckDB has no other, and allows no word about it where values are not texts."""
_TYPES = {
    "char": "VARCHAR",
    "text": "VARCHAR",
    "varchar": "VARCHAR",
    "smallint": "SMALLINT",
    "bigint": "BIGINT",
    "int": "INTEGER",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "time": "TIME",
}


class OutOfSpaceError(InputError):
    """Neither memory nor disk suffice for a query."""


class DuckDatabase:
    """Tables in DuckDB, bounded in memory; a context manager. Threads: all cores by default.

    What does not fit into the memory goes to a temporary directory. A query for which it does not suffice all the same
    is asked once more, alone and with one thread. With one thread every query runs on `connection`, inside a
    transaction that is open there. `on_disk`, tables are kept in a temporary file and compressed as they are filled:
    for those that are far larger than the memory.
    """

    def __init__(self, memory: int | None = None, threads: int | None = None, *, on_disk: bool = False) -> None:
        """`memory` bounds what DuckDB holds, in MiB; by default it follows the machine (`options.memory_limit`)."""
        import _duckdb as duckdb  # the library; what the package adds is not asked for and takes 50 ms to import

        self.memory = memory or memory_limit()
        self._threads = threads or usable_cores()
        self._spill = tempfile.TemporaryDirectory(prefix="datagen-checks-")
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        settings: dict[str, Any] = {
            "memory_limit": f"{self.memory}MiB",
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,  # rows are asked for by keys, and order costs time and memory
            "checkpoint_threshold": "1TB",  # a file is compressed when `compress` says so, and not amidst queries
            "threads": self._threads,
        }
        for name, value in settings.items():
            self.connection.execute(f"SET {name} = {literal(value)}")
        with suppress(duckdb.InvalidInputException):  # in a notebook without ipywidgets, which has no bar anyway
            self.connection.execute("SET enable_progress_bar = false")
        self._on_disk = on_disk
        self._path = [self._attach("held", f"{self._spill.name}/held.duckdb" if on_disk else ":memory:")]
        if on_disk:  # what follows from the tables is read once or twice: to compress it would not pay
            self._path.append(self._attach("kept", ":memory:"))
        self._use(self.connection)
        self._tables: set[str] = set()
        self._ids: dict[tuple[str, str], Ids] = {}
        self._rows: dict[str, int] = {}
        self._alone = Alone(_AT_A_TIME)
        self._of_thread = threading.local()

    def _attach(self, name: str, path: str) -> str:
        self.connection.execute(f"ATTACH {literal(path)} AS {quoted(name)}")
        return f"{quoted(name)}.main"

    def _use(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET search_path = {literal(','.join(self._path))}")

    def __enter__(self) -> DuckDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def given(self, name: str, rows: Any) -> Iterator[None]:
        """Have queries of this thread read rows of Arrow by a name."""
        import duckdb  # noqa: F401 - the library reads Arrow by what is in the package

        self.here.register(name, rows)
        try:
            yield
        finally:
            self.here.unregister(name)

    @property
    def reads_streams(self) -> bool:
        """Whether rows of Arrow are read as a query needs them.

        Before 2.0 DuckDB had a thread of Arrow read ahead, which did not end with the query.
        """
        import _duckdb as duckdb

        return int(duckdb.__version__.partition(".")[0]) >= _READS_STREAMS

    def close(self) -> None:
        """Free the memory and the temporary directory."""
        self.connection.close()
        self._spill.cleanup()

    @property
    def tables(self) -> frozenset[str]:
        """The tables that were filled."""
        return frozenset(self._tables)

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column.

        Raises: `OutOfSpaceError` if neither memory nor disk suffice.
        """
        return self._ask(self.here, sql)

    @property
    def here(self) -> duckdb.DuckDBPyConnection:
        """The connection that queries of this thread run on."""
        own: duckdb.DuckDBPyConnection = getattr(self._of_thread, "cursor", self.connection)
        return own

    def each(self, queries: Sequence[str]) -> Generator[Rows, None, None]:
        """The rows of each query, in order, two queries at a time: most are too short to keep all threads busy."""
        if self._threads == 1 or len(queries) == 1:
            yield from map(self.rows, queries)
            return
        with self.side_by_side() as pool:
            yield from pool.map(self.rows, queries)

    @contextmanager
    def side_by_side(self) -> Iterator[Executor]:
        """Does jobs that ask, two at a time; with one thread, each as it is submitted. An error ends them all."""
        if self._threads == 1:
            yield InTurn()
            return
        cursors: list[duckdb.DuckDBPyConnection] = []

        def begin() -> None:
            self._of_thread.cursor = self.connection.cursor()
            self._use(self._of_thread.cursor)
            cursors.append(self._of_thread.cursor)

        with ThreadPoolExecutor(_AT_A_TIME, initializer=begin) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for cursor in cursors:
                    cursor.interrupt()
                raise

    def _ask(self, connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
        """The rows of a query; for one that the memory does not suffice for, a second attempt that needs less."""
        import _duckdb as duckdb

        try:
            with suppress(*((duckdb.OutOfMemoryException,) if self._threads > 1 else ())), self._alone.among_others():
                return _fetch(connection, sql)
            with self._alone:
                return self._with_one_thread(connection, sql)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            if isinstance(error, duckdb.IOException) and shutil.disk_usage(self._spill.name).free > _FULL:
                raise
            raise OutOfSpaceError(
                f"The checks need more than {self.memory:,} MiB of memory and the space in {tempfile.gettempdir()}. "
                "Free some there, set TMPDIR to a directory that has more, or give `verify` more --memory."
            ) from error

    def _with_one_thread(self, connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
        connection.execute("SET threads = 1")
        try:
            return _fetch(connection, sql)
        finally:
            connection.execute(f"SET threads = {self._threads}")

    def define(self, queries: Mapping[str, str]) -> bool:
        """Keep the rows of queries as tables, two at a time: many are of few rows, which one thread makes."""
        for _ in self.each([self._made(self._path[-1], name, sql) for name, sql in queries.items()]):
            pass
        return True

    def create(self, name: str, sql: str) -> None:
        """Fill one of the world's tables from a query."""
        [made] = self.rows(self._made(self._path[0], name, sql))
        self._tables.add(name)
        self._rows[name] = made["Count"]
        for key in [key for key in [*self._ids] if key[0] == name]:  # of a copy: other threads fill other tables
            del self._ids[key]

    def _made(self, place: str, name: str, sql: str) -> str:
        return f"CREATE OR REPLACE TABLE {place}.{quoted(name)} AS {sql}"

    def view(self, name: str, sql: str) -> None:
        """Have one of the world's tables read from a query each time that it is asked."""
        self.rows(f"CREATE OR REPLACE VIEW {self._path[0]}.{quoted(name)} AS {sql}")
        self._tables.add(name)

    def enum(self, name: str, sql: str) -> str:
        """An ENUM of the values that a query returns, in its order; the name by which it is a type of columns."""
        made = f"{self._path[0]}.{quoted(name)}"
        self.rows(f"CREATE OR REPLACE TYPE {made} AS ENUM ({sql})")
        return made

    def retype(self, table: str, column: str, to: str) -> None:
        """Hold a column of one of the world's tables in another type."""
        name = quoted(column)  # the table is made anew: to ALTER it to a long ENUM takes DuckDB five times as long
        self.rows(
            self._made(self._path[0], table, f"SELECT * REPLACE (cast({name} AS {to}) AS {name}) FROM {quoted(table)}")
        )

    def compress(self) -> None:
        """Compress what was filled since, if tables are kept in a file: in memory it costs more than it saves."""
        if self._on_disk:
            self.rows("CHECKPOINT held")

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        return f"SELECT * FROM {csv_text(PLACES_FILE, PLACES)}"

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with."""
        return f"try_cast(regexp_extract({column}, '[0-9]{{0,18}}$') AS HUGEINT)"

    def ids(self, table: str, column: str) -> Ids | None:
        """What is known of the ids in a column: what `judge_ids` found, if they are of one form."""
        return self._ids.get((table, column))

    def know_ids(self, table: str, column: str, ids: Ids) -> None:
        """Take what is known of the ids in a column of a table that was filled."""
        self._ids[table, column] = ids

    def judge_ids(self, table: str, column: str) -> None:
        """Look at the ids of a large table in one scan for all who ask for their form, total or how many there are.

        What is known of them already is not asked again.
        """
        if (table, column) in self._ids:
            return
        rows, one = self._sample(table, column)
        prefix, mask = str(one).rstrip("0123456789"), _mask(rows)
        if (
            rows < _MANY
            or mask >= _MOST_BITS
            or one == prefix
            or not (isinstance(one, str) and _PREFIX.fullmatch(prefix))
        ):
            return
        name, digits = quoted(column), len(one) - len(prefix)
        number = f"try_cast(substring({name}, {len(prefix) + 1}) AS BIGINT)"
        forms = {f"regexp_full_match({name}, {literal(f'{prefix}[0-9]{{1,{_DIGITS}}}')})": f"strlen({name})"}
        if digits <= _DIGITS:  # most ids of a table are equally long, which is seen in half the time
            forms = {f"{name} GLOB {literal(prefix + '[0-9]' * digits)}": str(len(one)), **forms}
        for form, length in forms.items():
            found = self.rows(
                f"SELECT count(*) FILTER (WHERE NOT {form}) AS others, sum({number}) AS total, "
                f"bit_count(bitstring_agg({number} & {mask}, 0, {mask})) AS different, "
                f"min({length}) AS shortest, max({length}) AS longest FROM {quoted(table)}"
            )[0]
            if not found.pop("others"):
                self._ids[table, column] = Ids(rows, prefix, **{key: int(value) for key, value in found.items()})
                return

    def _sample(self, table: str, column: str) -> tuple[int, Any]:
        """How many rows a table was filled with, and one of the values of a column, '' if there is none."""
        if (rows := self._rows.get(table)) is None:
            rows = int(self.rows(f"SELECT count(*) AS n FROM {quoted(table)}")[0]["n"])
        if rows < _MANY:
            return rows, ""
        name = quoted(column)
        found = self.rows(f"SELECT {name} AS one FROM {quoted(table)} WHERE {name} IS NOT NULL LIMIT 1")
        return rows, found[0]["one"] if found else ""

    def different(self, table: str, column: str) -> str:
        """SQL, in a scan of a table, for how many different values a column has, or for a number below it.

        Of many rows, the bits are counted that the numbers in the values set: those of ids, which count up from
        anywhere, set one each if there are as many bits as rows, and no two values are the same where the bits differ.
        """
        if known := self.ids(table, column):
            return str(known.different)
        name = quoted(column)
        rows, one = self._sample(table, column)
        if rows < _MANY:
            return f"count(DISTINCT {name})"
        digits, mask = len(str(one)) - len(str(one).rstrip("0123456789")), _mask(rows)
        if not digits or mask >= _MOST_BITS:
            return ""
        first = max(len(one) - digits, len(one) - 18) + 1 if isinstance(one, str) else 0
        number = f"try_cast(substring({name}, {first}) AS BIGINT)" if first else name
        return f"coalesce(bit_count(bitstring_agg({number} & {mask}, 0, {mask})), 0)"


def _mask(rows: int) -> int:
    """The bits of a number that tell so many rows apart, if their numbers count up."""
    return (1 << rows.bit_length()) - 1


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    cursor = connection.execute(sql.replace(_BYTES, ""))
    names = [item[0] for item in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fill_from_frames(database: DuckDatabase, table: AnyTable, frame: Any) -> None:
    """Fill a table from a pandas frame with the table's columns, converted to the declared types.

    A value that cannot be converted becomes empty.

    Raises: `pyarrow.ArrowException` for a column of mixed types and `duckdb.Error` for a missing one.
    """
    import pyarrow as pa

    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    columns = ", ".join(typed(item) for item in table.columns)
    with database.given("frame_", arrow):
        database.create(table.name, f"SELECT {columns} FROM frame_")


def typed(column: AnyColumn) -> str:
    """SQL for a column's values in its type, by its name; empty where a value cannot be converted."""
    return f"try_cast({quoted(column.name)} AS {sql_type(column)}) AS {quoted(column.name)}"


def typed_rows(database: DuckDatabase, table: AnyTable, files: Sequence[Path]) -> str:
    """A query for the rows of a table's files, all of one format, in the types of its columns.

    A value that is not of its type is empty.
    """
    return f"SELECT {', '.join(map(typed, table.columns))} FROM {raw_rows(database, table, files)}"


def raw_rows(database: DuckDatabase, table: AnyTable, files: Sequence[Path]) -> str:
    """What FROM takes for the rows of a table's files, all of one format; those of CSV and SQLite as text.

    Rows of an SQLite file, which DuckDB cannot read by itself, are taken into the database, to be dropped by
    `drop_raw`.
    """
    form = files[0].suffix[1:]
    if form == CSV:
        return csv_text(files, column_names(table))
    if form == DUCKDB:
        return duckdb_rows(files[0], table.name)
    if form == SQLITE:
        return _taken_in(database, table, files[0])
    return parquet_rows(files)


def drop_raw(database: DuckDatabase, table: AnyTable) -> None:
    """Free what `raw_rows` keeps of a table, if anything."""
    database.rows(f"DROP TABLE IF EXISTS {quoted(f'{_RAW}{table.name}')}")


def _taken_in(database: DuckDatabase, table: AnyTable, path: Path) -> str:
    import pyarrow as pa

    from datagen.checks.batches import Batches
    from datagen.output.sqlite_file import read_texts

    name = f"{_RAW}{table.name}"
    schema = pa.schema([(item, pa.string()) for item in column_names(table)])
    with database.given("texts_", Batches(schema, lambda: read_texts(path, table))):
        database.rows(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM texts_")
    return quoted(name)


def sql_type(column: AnyColumn) -> str:
    """The column's type in DuckDB."""
    name = kind(column)
    if name == "decimal":
        return "DECIMAL({}, {})".format(*digits_of(column))
    return _TYPES[name]
