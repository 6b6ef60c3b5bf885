# ruff: noqa: S608 - the SQL is made of names of the schema
"""Where checks ask: tables in DuckDB, filled from files or frames. Another database needs only the same few methods."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.options import usable_cores
from datagen.schema import kind

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Column, Table

    from datagen.checks.findings import Finding

Rows = list[dict[str, Any]]
MEMORY = "384MB"
"""What DuckDB may hold in memory; it moves the rest to a temporary directory."""
EXAMPLES = 5
"""How many offending rows are shown."""
PLACES_FILE = Path(__file__).parents[1] / "pools" / "places.csv"
PLACES = ("zip", "city", "state", "latitude", "longitude", "area_code")
"""The columns of the relation `places`, all text: ZIP code, city, state, position, area code that belong together."""
_TYPES = {
    "char": "VARCHAR",
    "text": "VARCHAR",
    "varchar": "VARCHAR",
    "int": "INTEGER",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "time": "TIME",
}


class Unanswered(Exception):  # noqa: N818 - a finding about the data, not an error of ours
    """A query that the database can make nothing of, as the tables are; says why in a sentence."""


class Database(Protocol):
    """A database that holds some of a world's tables, by their names."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables it holds."""
        ...

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column. May raise `Unanswered`."""
        ...

    def each(self, queries: Sequence[str]) -> Generator[Rows | Unanswered, None, None]:
        """The rows of each query, or why there are none, in order; several may run at a time.

        Whoever needs no more of them closes it.
        """
        ...

    def define(self, name: str, sql: str) -> bool:
        """Keep the rows of a query under a name for the queries to come; False if that cannot be done."""
        ...

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        ...

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with, as a type that holds the sum of any: `MEM000012` gives 12.

        Of more than 18 digits, the last 18; null without any.
        """
        ...


class DuckDatabase:
    """Tables in DuckDB's memory, compressed and bounded; a context manager. Threads: all cores by default.

    With one thread every query runs on `connection`, inside a transaction that is open there. `on_disk`, tables are
    kept in a temporary file and compressed as they are filled: for those that are far larger than the memory.
    """

    def __init__(self, memory: str = MEMORY, threads: int | None = None, *, on_disk: bool = False) -> None:
        import duckdb

        self._threads = threads or usable_cores()
        self._spill = tempfile.TemporaryDirectory(prefix="datagen-checks-")
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,  # rows are asked for by keys, and order costs time and memory
            "enable_progress_bar": False,
            "checkpoint_threshold": "1TB",  # compressed when `compress` says so, and not amidst questions
            "threads": self._threads,
        }
        for name, value in settings.items():
            self.connection.execute(f"SET {name} = {_literal(value)}")
        self._path = [self._attach("held", f"{self._spill.name}/held.duckdb" if on_disk else "")]
        if on_disk:  # what follows from the tables is read once or twice: to compress it would not pay
            self._path.append(self._attach("kept"))
        self._use(self.connection)
        self._tables: set[str] = set()

    def _attach(self, name: str, path: str = "") -> str:
        options = "" if path else "(COMPRESS)"
        self.connection.execute(f"ATTACH {_literal(path or ':memory:')} AS {name} {options}")
        return f"{name}.main"

    def _use(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET search_path = {_literal(','.join(self._path))}")

    def __enter__(self) -> DuckDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory and the temporary directory."""
        self.connection.close()
        self._spill.cleanup()

    @property
    def tables(self) -> frozenset[str]:
        """The tables that were filled."""
        return frozenset(self._tables)

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column."""
        return _fetch(self.connection, sql)

    def each(self, queries: Sequence[str]) -> Generator[Rows, None, None]:
        """The rows of each query, in order, two queries at a time: most are too short to keep all threads busy."""
        if self._threads == 1:
            yield from map(self.rows, queries)
            return
        own = threading.local()

        def ask(sql: str) -> Rows:
            if not hasattr(own, "cursor"):
                own.cursor = self.connection.cursor()
                self._use(own.cursor)
            return _fetch(own.cursor, sql)

        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(ask, queries)

    def define(self, name: str, sql: str) -> bool:
        """Keep the rows of a query as a table."""
        self.connection.execute(f'CREATE OR REPLACE TABLE {self._path[-1]}."{name}" AS {sql}')
        return True

    def create(self, name: str, sql: str) -> None:
        """Fill one of the world's tables from a query."""
        self.connection.execute(f'CREATE OR REPLACE TABLE {self._path[0]}."{name}" AS {sql}')
        self._tables.add(name)

    def compress(self) -> None:
        """Compress what was filled since."""
        self.connection.execute("CHECKPOINT held")

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        return f"SELECT * FROM {csv_text(PLACES_FILE, list(PLACES))}"

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with."""
        return f"try_cast(regexp_extract({column}, '[0-9]{{0,18}}$') AS HUGEINT)"


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    cursor = connection.execute(sql)
    names = [item[0] for item in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Check:
    """A query, and what its rows mean."""

    sql: str
    judge: Callable[[Rows], Iterable[Finding]]
    unanswered: Callable[[Unanswered], Iterable[Finding]]
    """What it means that the query fails; called if `judge` raises `Unanswered`, too."""


def run(
    database: Database, work: Iterable[Check | Finding], step: Callable[[], None] = lambda: None
) -> Iterator[Finding]:
    """The findings of jobs in their order, among findings that need no query; `step` is called after each job."""
    work = list(work)
    with closing(database.each([item.sql for item in work if isinstance(item, Check)])) as answers:
        for item in work:
            if isinstance(item, Check):
                yield from _found(item, next(answers))
                step()
            else:
                yield item


def _found(job: Check, answer: Rows | Unanswered) -> list[Finding]:
    try:
        return list(job.unanswered(answer) if isinstance(answer, Unanswered) else job.judge(answer))
    except Unanswered as reason:
        return list(job.unanswered(reason))


def fill_from_frames(database: DuckDatabase, table: Table, frame: Any) -> None:
    """Fill a table from a pandas frame with the table's columns, converted to the declared types.

    A value that cannot be converted becomes empty. Raises `pyarrow.ArrowException` for a column of mixed types and
    `duckdb.Error` for a missing one.
    """
    import pyarrow as pa

    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    database.connection.register("frame_", arrow)
    try:
        columns = ", ".join(f'try_cast("{item.name}" AS {sql_type(item)}) AS "{item.name}"' for item in table.columns)
        database.create(table.name, f"SELECT {columns} FROM frame_")
    finally:
        database.connection.unregister("frame_")


def csv_text(path: Path | Sequence[Path], names: list[str]) -> str:
    """A DuckDB table function that reads a CSV file, or several in turn, strictly, every column as text."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    paths = _literal(str(path)) if isinstance(path, Path) else f"[{', '.join(_literal(str(item)) for item in path)}]"
    return (
        f"read_csv({paths}, header = true, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', columns = {{{columns}}})"
    )


def sql_type(column: Column[Any]) -> str:
    """The column's type in DuckDB."""
    name = kind(column)
    if name == "decimal":
        return f"DECIMAL({getattr(column.type, 'precision', 38)}, {getattr(column.type, 'scale', 0)})"
    return _TYPES[name]


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def offending(sql: str) -> str:
    """A query for the first few rows of a query, in the order of their columns, each with the number of all of them."""
    # Ordered by the whole row, so that the examples are the same whatever order the threads end in.
    return f"SELECT q.*, count(*) OVER () AS n_ FROM ({sql}) q ORDER BY q LIMIT {EXAMPLES}"


def offenders(rows: Rows) -> tuple[int, tuple[Mapping[str, Any], ...]]:
    """How many rows break a rule, and the first few of them, from the rows of `offending`."""
    count = int(rows[0]["n_"]) if rows else 0
    # DuckDB drops a LIMIT that it takes to be larger than the result, so it is applied once more.
    return count, tuple({name: value for name, value in row.items() if name != "n_"} for row in rows[:EXAMPLES])
