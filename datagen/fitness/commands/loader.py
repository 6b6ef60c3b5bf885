"""Loading the tables of a chain of fitness centres into a database, whole or not at all, and verifying them there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs, verbs
from datagen.errors import UsageError
from datagen.fitness.world import WORLD
from datagen.frozen import dataclass
from datagen.hints import typed
from datagen.jobs import one_database
from datagen.loading.session import Session
from datagen.options import given_window

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.loading.load import Loaded
    from datagen.progress import Progress


class FitnessCenterDatabaseLoader(Session):
    """Loads directories of CSV or Parquet files into a database and verifies what is there.

    Without a URL, given or set as DATABASE_URL in the environment or `.env`, an embedded server in `.postgres/` is
    started, and goes on running. Methods connect when they have to; all of them raise `DatagenError`s.

    >>> with FitnessCenterDatabaseLoader("postgresql://user:password@localhost:5432/fitnessdb") as loader:
    ...     loader.load("generated_data_complete", truncate=True)
    ...     loader.verify_data_integrity().ok
    """

    def __init__(
        self, database_url: str | None = None, schema: str | None = None, *, report: Progress | None = None
    ) -> None:
        """Choose the database, the schema in it (by default the usual one, such as `public`), and who hears of the work
        (by default standard output)."""
        super().__init__(WORLD.name, typed(WORLD, "psql"), database_url, schema, report)

    def create_schema(self) -> list[str]:
        """Create the tables that are not there, empty, with keys, indexes and comments; gives their names."""
        from datagen.loading.load import create_tables

        self.connect()
        return create_tables(self.backend, WORLD.metadata, self.schema)

    def load(self, data_dir: str | Path = WORLD.directory, truncate: bool = False) -> Loaded:
        """Load the tables of a directory; `truncate` lets them replace rows that are there already.

        Killed or failing at any moment, the database is as it was; readers see all of the new data at once.

        Raises: `DataError`, with file, line, column, value and reason, for data that must not be loaded.
        """
        return one_database.replace_tables(WORLD, Path(data_dir), self, truncate=truncate)

    def verify_data_integrity(
        self, data_dir: str | Path | None = None, *, end_date: str | None = None, months: int | None = None
    ) -> Verdict:
        """Verify what is in the database by every rule, within a read-only transaction, and tell the outcome.

        Rows and control totals are compared with the manifest of `data_dir`, or with what the last load noted; as-of
        day and months come from there unless they are given. The result's `ok` says whether all is well.

        Raises: `DataError` for a `data_dir` without a manifest.
        """
        directory = Path(data_dir) if data_dir else None
        return one_database.verify_loaded(WORLD, self, directory, given_window(end_date=end_date, months=months))

    def create_performance_indexes(self) -> list[str]:
        """Create the indexes that reports on single members, machines or instructors want; gives their names.

        Later loads create them again on the new tables.
        """
        return list(one_database.create_indexes(WORLD, self))


def load_and_verify(
    data_dir: str | Path,
    database_url: str | None = None,
    schema: str | None = None,
    *,
    truncate: bool = False,
    create_database: bool = False,
    report: Progress | None = None,
) -> tuple[Loaded, Verdict]:
    """Load a directory and verify the result in the database; tells how to open it. See the methods of the loader.

    `truncate` lets the data replace rows that are there; in the embedded server it always does.
    """
    with FitnessCenterDatabaseLoader(database_url, schema, report=report) as loader:
        loader.connect(create_database=create_database)
        # The embedded server is ours: what an earlier run loaded there may go.
        loaded = loader.load(data_dir, truncate or loader.server is not None)
        loader.report.say(one_database.described(loaded))
        verdict = loader.verify_data_integrity(data_dir)
        loader.report.say(loader.how_to_open())
    return loaded, verdict


def load_csv_to_postgres(csv_directory: str = WORLD.directory, connection_string: str | None = None) -> Loaded:
    """Load all CSV files of a directory into a database without rows in these tables; see the loader's `load`."""
    with FitnessCenterDatabaseLoader(connection_string) as loader:
        return loader.load(csv_directory)


def create_performance_indexes(connection_string: str | None = None) -> list[str]:
    """Create the indexes for reports in a loaded database; gives their names."""
    with FitnessCenterDatabaseLoader(connection_string) as loader:
        return loader.create_performance_indexes()


@console.command(
    """Load CSV or Parquet files of a chain of fitness centres into a database, and verify what is there.

    PostgreSQL, MySQL, MariaDB and SQL Server can be loaded into, by the beginning of the URL. Without --database-url
    and DATABASE_URL (environment or .env), an embedded PostgreSQL in .postgres/ is used.

    \b
    Examples:
      python database_loader.py --data-dir generated_data_complete --truncate
      python database_loader.py --verify-only
      python database_loader.py --data-dir generated_data_mdm --database-url postgresql://user:password@host/fitnessdb
      python database_loader.py --data-dir generated_data_mdm --database-url mysql://user:password@host/fitnessdb
      python database_loader.py --psql
    """,
    click.option("--data-dir", type=console.path, help="Directory of the files to load, CSV or Parquet."),
    console.load_options,
    click.option("--verify-only", is_flag=True, help="Load nothing; verify what is in the database, changing nothing."),
    console.database_options,
    click.option("--end-date", metavar="YYYY-MM-DD", help="With --verify-only: as-of day, if nothing else tells it."),
    click.option(
        "--months",
        type=click.IntRange(1, 36),
        help="With --verify-only: months of the window, if nothing else tells them.",
    ),
    click.option(
        "--status", is_flag=True, help="Tell what the database holds, and of the embedded server whether it runs."
    ),
    click.option("--psql", is_flag=True, help="Open psql on the database; an embedded server is started if need be."),
    click.option("--stop", is_flag=True, help="Stop the embedded server."),
    *console.ENDS,
)
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:
    """Check the options, then load, verify or manage the server; the exit status."""
    asked = _Asked(**options)
    if asked.status + asked.psql + asked.stop + (asked.verify_only or bool(asked.data_dir) or asked.indexes) != 1:
        raise UsageError(
            "Give --data-dir DIR to load it, or one of --verify-only, --indexes, --status, --psql and --stop."
        )
    if asked.truncate and not asked.load:
        raise UsageError("--truncate goes with --data-dir and a load; leave it out.")
    if (asked.end_date or asked.months) and not asked.verify_only:
        raise UsageError("--end-date and --months go with --verify-only; a load has them from its files.")
    if asked.verify_only:
        console.refuse(context, "--verify-only, which changes nothing", {"indexes", "create_database"})
    if asked.status:
        console.refuse_all_but(context, "--status", {"status", "database_url", "schema", "as_json"})
        return verbs.show_status(WORLD, asked.target, asked.as_json)
    if asked.stop:
        console.refuse_all_but(context, "--stop, which is about the embedded server", {"stop", "as_json"})
        return verbs.stop(WORLD, asked.as_json)
    if asked.psql:
        console.refuse_all_but(context, "--psql", {"psql", "database_url", "schema"})
        verbs.open_psql(WORLD, asked.target)
    _work(asked)
    return 0


@dataclass(frozen=True)
class _Asked:
    """What the options ask for, under their names."""

    data_dir: Path | None
    truncate: bool
    verify_only: bool
    database_url: str | None
    create_database: bool
    schema: str | None
    end_date: str | None
    months: int | None
    indexes: bool
    as_json: bool
    status: bool
    psql: bool
    stop: bool
    quiet: bool
    verbose: bool

    @property
    def load(self) -> Path | None:
        """The directory to load."""
        return None if self.verify_only else self.data_dir

    @property
    def target(self) -> jobs.Target:
        """The database."""
        return jobs.Target(
            self.database_url, self.schema, self.create_database, self.truncate, self.indexes, verify=False
        )


def _work(asked: _Asked) -> None:
    """Load, index and verify, as far as that is asked for."""
    if asked.load:
        from datagen.loading.preflight import refuse_missing

        refuse_missing(asked.load)
    target = asked.target
    title = f"{WORLD.title}: {target.place(WORLD)}"
    report = console.begin(title, quiet=asked.quiet or asked.as_json, verbose=asked.verbose)
    outcome: dict[str, Any] = {}
    verdict: Verdict | None = None
    if asked.load:
        outcome = jobs.load(WORLD, asked.load, target, report).plain()
    elif asked.indexes:
        outcome["indexes"] = jobs.index_database(WORLD, target, report)
    if asked.verify_only:
        window = given_window(end_date=asked.end_date, months=asked.months)
        verdict = jobs.verify_database(WORLD, target, report, asked.data_dir, window)
        outcome["verified"] = verdict.plain()
    if asked.as_json:
        console.give(outcome)
    jobs.refuse_broken_database(verdict)


def main() -> None:
    """Run the command."""
    console.main(command)
