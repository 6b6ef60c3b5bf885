"""What a kind of database has to offer so that data can be loaded into it, appended to it and verified in it.

The loader knows the order of the work; a backend knows one kind of database, and no world. Statements that read or
change rows come as SQLAlchemy expressions, which name tables and quote names for any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.errors import DataError, listed
from datagen.frozen import dataclass
from datagen.loading.task_graph import Cancellable

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.engine import Check, Database
    from datagen.checks.findings import Finding
    from datagen.loading.load_record import LoadedFile
    from datagen.loading.source_files import Source

DONE = "The database holds the new data."
"""What is noted on an exception that ends a run after its data was committed."""
UNCHANGED = "The database is as it was."
BLOCK = 1 << 20
"""Bytes that count as one step of progress."""
Step = Callable[[], None]
"""Called for each block that was sent; raises what ends the work."""
Sent = Callable[["Source", int], None]
"""Called for each file that has arrived, with its rows; raises what ends the work."""


class RowsRefused(Exception):  # noqa: N818 - becomes a `DataError` once the diagnosis has found the row
    """The database refused rows of a table: values that are none, keys, CHECKs. The message is the database's own."""

    def __init__(self, reason: str, path: Path | None = None) -> None:
        """`path` is the file that was being sent, if one was."""
        super().__init__(reason)
        self.path = path


@dataclass(frozen=True)
class Facts:
    """What the loader has to know of a kind of database."""

    title: str
    """As messages name it, `PostgreSQL`."""
    dialect: str
    """As `datagen.ddl` and SQLAlchemy name it."""
    connections: int
    """So many build the tables of a load side by side."""
    small: int
    """A table with fewer bytes gets its keys and indexes in the transaction that fills it."""
    holder: str = "schema"
    """What tables lie in, as messages name it."""
    elsewhere: str = "give another --schema"
    """How a user loads into another one, as messages say it."""


@dataclass(frozen=True)
class Existing:
    """The tables of a world that a schema has, and which of them have rows."""

    schema: str
    tables: tuple[str, ...]
    filled: frozenset[str]


class Worker(Cancellable, Protocol):
    """One of the connections that build staged tables. What it does raises `RowsRefused` or `DatabaseError`."""

    def fill(
        self, table: Table, sources: Sequence[Source], step: Step, sent: Sent, *, with_keys: bool
    ) -> dict[Path, int]:
        """Create a table and send its files; gives the rows by file. `with_keys` adds its keys and indexes at once."""

    def copy_kept(self, table: Table, *, with_keys: bool) -> int:
        """Create a table and fill it with the rows that the old one has; gives the rows."""

    def add_keys(self, table: Table) -> None:
        """Add primary key and UNIQUEs to a table that was filled without."""

    def add_index(self, table: Table, name: str) -> None:
        """Add one index."""

    def finish(self, table: Table) -> None:
        """Add the foreign keys of a table, verified, whose parents have their keys, and its statistics."""

    def totals(self, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
        """The control totals of the columns, as far as they have one; see `datagen.control_totals`."""


class Staging(Protocol):
    """New tables in the making, where no reader sees them."""

    generation: str
    """What the new tables belong to; databases that hold the same belong together."""

    def workers(self) -> AbstractContextManager[list[Any]]:
        """Connections that build the tables: as many as the facts say and can be had, at least one (`Worker`s)."""

    def own_indexes(self, table: Table) -> Sequence[str]:
        """The indexes of a table that is filled without keys and indexes, for `add_index`."""

    def extra_indexes(self, table: Table) -> Sequence[str]:
        """Indexes that others have added to the old table and that the new one is to have, for `add_index`."""

    def hold(self, names: Sequence[str]) -> None:
        """Let others read these old tables until the swap, but not change them."""

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """The rows of a query over the staged tables."""

    def staged(self, table: Table) -> FromClause:
        """A staged table, for `ask`."""

    def mark_ready(self) -> None:
        """Note durably that the tables are complete, so that a run that is killed before the swap can be finished."""

    def swap(self, files: Sequence[LoadedFile], views: Path | None, empty: Iterable[str]) -> list[str]:
        """Put the new tables in the place of the old ones, in one moment, with their load record; gives warnings.

        Raises: `DataError` if somebody has filled a table that was `empty`, `DatabaseError` if others do not let go of
        the old ones.
        """

    def drop(self) -> None:
        """Remove what was staged, as far as the database can be reached."""


class Appending(Cancellable, Protocol):
    """New rows on their way into tables, in one transaction."""

    def hold(self, tables: Sequence[Table]) -> None:
        """Wait for those who write to the tables, and let nobody write but this transaction."""

    def fill(self, table: Table, sources: Sequence[Source], step: Step, sent: Sent) -> dict[Path, int]:
        """Send files to a temporary table with the keys and CHECKs of a table; gives the rows by file."""

    def existing(self, table: Table) -> FromClause:
        """The table itself, for statements."""

    def new(self, table: Table) -> FromClause:
        """The temporary table that `fill` has made."""

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def change(self, statement: Executable) -> int:
        """Run a statement that changes rows; gives how many."""

    def analyze(self, tables: Sequence[Table]) -> None:
        """Renew the statistics of tables that have grown."""

    def record(self, files: Sequence[LoadedFile]) -> None:
        """Put these in the place of what the load record says of their tables."""

    def commit(self) -> None:
        """Let everybody see it."""


class Snapshot(Protocol):
    """The tables of a schema as they are at one moment, to be judged."""

    files: Sequence[LoadedFile]
    """The load record."""

    def newer(self, table: Table, column: str, day: dt.date) -> str:
        """A query for the rows of a table after a day, as a relation in its place; its other rows are not needed then.

        To be asked before `database`.
        """

    def database(self, metadata: MetaData, loaded: Collection[str]) -> Database:
        """The tables, for checks; those without rows that are not among the `loaded` ones are left out."""

    def read_back(self, database: DuckDatabase, tables: Iterable[Table]) -> None:
        """Fill a DuckDB database with the rows of these tables, as far as they are there."""

    def table_work(self, database: Database, metadata: MetaData) -> Iterable[Check | Finding]:
        """Checks of what only a database can have got wrong: other columns, values that files cannot hold."""


class Backend(Protocol):
    """A database that a URL leads to. What it does raises `DatabaseError` with one line that a user can act on."""

    facts: Facts
    url: str

    def schema_of(self, given: str | None) -> str:
        """The schema that --schema names, or the usual one, as all methods take it.

        Raises: `UsageError` for a name that cannot be one.
        """

    def how_to_open(self, schema: str) -> str:
        """The command, as a shell takes it, that opens the database's own client on it; without the password."""

    @property
    def place(self) -> str:
        """Where it is, in words and without a password: `at localhost:5432, database sales`."""

    @property
    def connected(self) -> bool:
        """Whether the connection is open, as far as is known."""

    def connect(self, *, create_database: bool = False) -> Any:
        """The driver's connection, opened if it is not; `create_database` creates a database that is not there.

        Raises: `NoSuchDatabase`.
        """

    def close(self) -> None:
        """Close the connection."""

    def beside(self, database: str) -> Backend:
        """Another database on the same server."""

    def exclusive(self, schema: str) -> AbstractContextManager[None]:
        """One load at a time into this schema; the lock ends with the process, however that ends.

        Raises: `DatabaseError` for a database that cannot hold every character, too.
        """

    def inspect(self, schema: str, metadata: MetaData) -> Existing:
        """What a schema has of a world's tables.

        Raises: `DataError` for something else under the name of one.
        """

    def record(self, schema: str) -> list[LoadedFile]:
        """The load record of a schema; empty where there is none."""

    def create_tables(self, schema: str, metadata: MetaData, names: Sequence[str]) -> None:
        """Create tables, empty, with everything about them."""

    def create_indexes(self, schema: str, file: Path) -> list[str]:
        """Create the indexes of a world's file that are not there; gives the names of all."""

    def stage(
        self, existing: Existing, metadata: MetaData, views: Path | None, generation: str
    ) -> AbstractContextManager[Staging]:
        """Make room for new tables, removing what a killed load left behind.

        Raises: `DatabaseError` if something that others have added to the old tables could not be carried over.
        """

    def staged(
        self, existing: Existing, metadata: MetaData, views: Path | None
    ) -> AbstractContextManager[Staging | None]:
        """The complete tables that a killed load left ready for the swap, or None."""

    def appending(self, schema: str, metadata: MetaData) -> AbstractContextManager[Appending]:
        """A transaction in which rows are appended."""

    def snapshot(self, schema: str) -> AbstractContextManager[Snapshot]:
        """The tables at one moment, in a transaction that can change nothing."""


def rows_in_the_way(facts: Facts, schema: str, tables: Sequence[str]) -> DataError:
    """The error for tables that have rows and are not to be replaced."""
    return DataError(
        f"Tables of the {facts.holder} {schema} have rows already ({listed(tables, 1)}). Add --truncate to replace "
        f"them, or {facts.elsewhere}. Nothing has changed."
    )


@contextmanager
def noting_what_is_left() -> Iterator[None]:
    """Note on what ends the work within, such as Ctrl-C, that nothing has changed, unless something is noted on it."""
    try:
        yield
    except BaseException as error:
        if not getattr(error, "__notes__", ()):
            error.add_note(UNCHANGED)
        raise
