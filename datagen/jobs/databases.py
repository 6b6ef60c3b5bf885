"""What commands do with databases: load a directory of a world, verify what was loaded, tell what there is.

A world lies in one database or in several; which it is, its declaration says, and nothing that calls these jobs has to
know.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import DatabaseError, DataError, UsageError
from datagen.frozen import dataclass
from datagen.hints import GROUP, typed
from datagen.jobs import one_database
from datagen.jobs.copies import at_hand
from datagen.jobs.files import refuse_broken
from datagen.jobs.several_databases import Databases
from datagen.jobs.unpacking import as_files, history_as_files
from datagen.output.file_names import named
from datagen.progress import Progress, as_typed
from datagen.world import Options, World, loaded

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.loading.append import Appended
    from datagen.loading.history import DirectoryHistory
    from datagen.loading.load import Loaded
    from datagen.loading.load_all import DatabaseStatus
    from datagen.loading.session import Session


@dataclass(frozen=True)
class Target:
    """The database, or the databases of a world that has several, that are loaded or verified, and how."""

    url: str | None = None
    """The database, or any on the server that holds several; None for DATABASE_URL or the embedded server."""
    schema: str | None = None
    """Where the tables lie; None for the usual place, `public` in PostgreSQL."""
    create_database: bool = False
    truncate: bool = False
    """Replace rows that the database has."""
    indexes: bool = False
    """Also create the indexes that reports want."""
    verify: bool = True
    """Verify the data in the database after a load."""
    prefix: str = ""
    """What goes before the names of the databases of a world that has several."""
    partition: str | None = None
    """`month` to partition the tables of which the world says so."""

    def place(self, world: World) -> str:
        """The database in words, without a password. Raises `UsageError` as `session` does."""
        session = self.session(world, Progress(quiet=True))
        return Databases(world, session, self.prefix).where if world.databases else session.where

    def session(self, world: World, progress: Progress) -> Session:
        """The database, or the server of several, not reached yet. Raises `UsageError` for a URL or schema that is
        none."""
        from datagen.loading.session import Session

        opener = typed(world, "psql") + (f" --prefix {shlex.quote(self.prefix)}" if self.prefix else "")
        return Session(world.name, opener, self.url, self.schema, progress)


def reach(world: World, target: Target, progress: Progress) -> None:
    """See that the database can be reached, before long work; starts the embedded server if that is the one."""
    with closing(target.session(world, progress)) as session:
        if not world.databases:
            session.connect(create_database=target.create_database)
            return
        with Databases(world, session, target.prefix) as databases:
            databases.connect(create_database=target.create_database)


@dataclass(frozen=True)
class LoadOutcome:
    """What a load did."""

    done: Loaded | Appended
    indexes: tuple[str, ...] = ()
    verdict: Verdict | None = None

    def plain(self) -> dict[str, Any]:
        """The outcome as values of JSON."""
        figures = {name: _plain(value) for name, value in asdict(self.done).items() if not name.startswith("seconds")}
        plain: dict[str, Any] = {"loaded": figures}
        if self.indexes:
            plain["indexes"] = list(self.indexes)
        return plain | ({"verified": self.verdict.plain()} if self.verdict else {})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def load(
    world: World, directory: Path, target: Target, progress: Progress, *, just_written: bool = False
) -> LoadOutcome:
    """Load a directory, or a copy of what lies in an object store, verify the data there, and tell how to open it.

    A data set replaces what the database holds of its tables; of a history that grows, what is new is appended. Files
    that have just been written replace what an earlier run left in the embedded server, and a failure says that they
    are complete.

    Raises: `DataError` for rows that the database must not take, `DatabaseError` for all else that fails (the database
    is then as it was); `StateError` for a directory without a history, where the world has histories; `OutputError`
    for an object store that cannot be read.
    """
    written = directory if just_written else None
    with at_hand(directory, progress) as here:
        history = _history(world, here)
        unpacked = history_as_files(world, here, history.history, progress) if history else None
        with unpacked or as_files(world, here, progress) as files:
            return _load(world, files, target, progress, history, written)


def _load(
    world: World,
    directory: Path,
    target: Target,
    progress: Progress,
    history: DirectoryHistory | None,
    written: Path | None,
) -> LoadOutcome:
    if target.indexes and world.indexes is None:
        raise UsageError(f"--indexes: the world {world.name} declares no indexes for reports. Leave it out.")
    with closing(target.session(world, progress)) as session:
        # The embedded server is ours: what an earlier run loaded there may go. Histories are appended to.
        truncate = target.truncate or (written is not None and session.server is not None and history is None)
        run = _load_several if world.databases else _load_one
        return run(world, directory, replace(target, truncate=truncate), session, history, written)


def _load_one(
    world: World,
    directory: Path,
    target: Target,
    session: Session,
    history: DirectoryHistory | None,
    written: Path | None,
) -> LoadOutcome:
    session.connect(create_database=target.create_database)
    with _saying_that_files_are_complete(world, written):
        done = one_database.load_directory(
            world, directory, session, history, truncate=target.truncate, partitioned=target.partition is not None
        )
    indexes = one_database.create_indexes(world, session) if target.indexes else ()
    wanted = target.verify and (history is not None or _states_window(world, directory, progress=session.report))
    verdict = one_database.verify_load(world, session, done, directory, history) if wanted else None
    session.report.say(session.how_to_open())
    return LoadOutcome(done, indexes, verdict)


def _load_several(
    world: World,
    directory: Path,
    target: Target,
    session: Session,
    history: DirectoryHistory | None,
    written: Path | None,
) -> LoadOutcome:
    assert history is None  # see `World`
    with Databases(world, session, target.prefix) as databases:
        databases.connect(create_database=target.create_database)
        with _saying_that_files_are_complete(world, written):
            done = databases.load(directory, truncate=target.truncate)
        wanted = target.verify and _states_window(world, directory, progress=session.report)
        verdict = databases.verify(directory) if wanted else None
        session.report.say(databases.how_to_open())
    return LoadOutcome(done, (), verdict)


def _states_window(world: World, directory: Path, progress: Progress) -> bool:
    """Whether a directory that was loaded has a manifest, by which the data can be verified; says so if not."""
    from datagen.output.manifest import read_manifest

    if read_manifest(directory) is not None:
        return True
    window = " and ".join(world.window_options)
    again = f"{GROUP} {world.name} verify-database"
    progress.say(
        f"Note: the data is not verified: nothing tells the time that it covers. {again} with {window} does it."
    )
    return False


@contextmanager
def _saying_that_files_are_complete(world: World, written: Path | None) -> Iterator[None]:
    """Say in errors of a load that the files in the directory just `written` are complete, and what loads them."""
    try:
        yield
    except (DatabaseError, DataError) as error:
        if not written:
            raise
        again = as_typed(typed(world, "load", written))
        raise type(error)(f"{error} The files in {named(written)} are complete; {again} loads them.") from error


def index_database(world: World, target: Target, progress: Progress) -> list[str]:
    """Create the indexes that reports want in a loaded database; gives their names.

    Raises: `DatabaseError` if the embedded server is meant and there is none, or there are no tables; `UsageError` for
    a world that declares no indexes.
    """
    with closing(target.session(world, progress)) as session:
        refuse_no_server(world, session)
        names = one_database.create_indexes(world, session, create_database=target.create_database)
        progress.say(session.how_to_open())
    return list(names)


def _history(world: World, directory: Path) -> DirectoryHistory | None:
    """The history that a directory holds, if the world's directories hold one. Raises for one with nothing to load."""
    from datagen.loading.preflight import refuse_missing

    if world.history_of:
        history: DirectoryHistory = loaded(world.history_of)(directory)
        return history
    refuse_missing(directory)
    return None


def verify_database(
    world: World, target: Target, progress: Progress, directory: Path | None = None, given: Options | None = None
) -> Verdict:
    """Verify what a database holds, or the several of a world, and tell how to open it; see `verify_loaded`.

    Raises: `DatabaseError` if the embedded server is meant and there is none.
    """
    with closing(target.session(world, progress)) as session:
        refuse_no_server(world, session)
        if world.databases:
            with Databases(world, session, target.prefix) as databases:
                databases.connect(create_database=target.create_database)
                verdict = databases.verify(directory, given)
                progress.say(databases.how_to_open())
            return verdict
        session.connect(create_database=target.create_database)
        verdict = one_database.verify_loaded(world, session, directory, given)
        progress.say(session.how_to_open())
    return verdict


def status(world: World, target: Target) -> list[DatabaseStatus]:
    """What the database of a world, or each of several, holds by its load record; nothing is changed.

    Raises: `DatabaseError` if the server cannot be reached, or the embedded one is meant and there is none.
    """
    with closing(target.session(world, Progress(quiet=True))) as session:
        refuse_no_server(world, session)
        if not world.databases:
            return one_database.status(world, session)
        with Databases(world, session, target.prefix) as databases:
            return databases.status()


def refuse_no_server(world: World, session: Session) -> None:
    """Raise `DatabaseError` if the embedded server is meant and there is none."""
    if session.server and not session.server.data.exists():
        again = as_typed(typed(world, "load", Path(world.directory)))
        raise DatabaseError(
            f"There is no embedded PostgreSQL in {session.server.directory}, so nothing is loaded. "
            f"Load into it first: {again}; or give --database-url."
        )


def refuse_broken_database(verdict: Verdict | None) -> None:
    """Raise `CheckError` if the data in a database breaks a rule or the schema."""
    if verdict:
        advice = "The report names the offending keys; load the data again, or mend it."
        refuse_broken(verdict, "The data in the database", advice)
