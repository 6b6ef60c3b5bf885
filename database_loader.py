#!/usr/bin/env python3
"""Load the tables of a chain of fitness centres into PostgreSQL, whole or not at all, and verify them there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console
from datagen.errors import DatabaseError, DataError, UsageError
from datagen.fitness.world import WORLD
from datagen.loading.session import SCHEMA, Session, embedded_server, open_psql

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.loading.load import Loaded
    from datagen.progress import Progress

DATABASE = "fitness"
"""The database within the embedded server."""
DIRECTORY = "generated_data_complete"
OPEN = "python database_loader.py --psql"
LOAD = f"python database_loader.py --data-dir {DIRECTORY}"


class FitnessCenterDatabaseLoader(Session):
    """Loads directories of CSV or Parquet files into a PostgreSQL database and verifies what is there.

    Without a URL, given or set as DATABASE_URL in the environment or `.env`, an embedded server in `.postgres/` is
    started, and goes on running. Methods connect when they have to; all of them raise `DatagenError`s.

    >>> with FitnessCenterDatabaseLoader("postgresql://user:password@localhost:5432/fitnessdb") as loader:
    ...     loader.load("generated_data_complete", truncate=True)
    ...     loader.verify_data_integrity().ok
    """

    def __init__(
        self, database_url: str | None = None, schema: str = SCHEMA, *, report: Progress | None = None
    ) -> None:
        """Choose the database, the schema in it, and who is told of the work (default: standard output)."""
        super().__init__(DATABASE, OPEN, database_url, schema, report)

    def create_schema(self) -> list[str]:
        """Create the tables that are not there, empty, with keys, indexes and comments; gives their names."""
        from datagen.fitness.tables import metadata
        from datagen.loading.load import create_tables

        self.connect()
        return create_tables(self.backend, metadata, self.schema)

    def load(self, data_dir: str | Path = DIRECTORY, truncate: bool = False) -> Loaded:
        """Load the tables of a directory; `truncate` lets them replace rows that are there already.

        Killed or failing at any moment, the database is as it was; readers see all of the new data at once. Raises
        `DataError`, with file, line, column, value and reason, for data that must not be loaded.
        """
        from datagen.fitness.analytics import VIEWS
        from datagen.fitness.tables import metadata
        from datagen.loading.backend import noting_what_is_left
        from datagen.loading.load import load
        from datagen.loading.preflight import opened

        self.connect()
        with noting_what_is_left(), opened(Path(data_dir), metadata, WORLD.name) as directory:
            for warning in directory.warnings:
                self.report.say(f"Note: {warning}")
            return load(
                self.backend,
                directory,
                metadata,
                schema=self.schema,
                truncate=truncate,
                views=VIEWS,
                report=self.report,
            )

    def verify_data_integrity(
        self, data_dir: str | Path | None = None, *, end_date: str | None = None, months: int | None = None
    ) -> Verdict:
        """Judge what is in the database by every rule, within a read-only transaction, and tell the outcome.

        Rows and control totals are compared with the manifest of `data_dir`, or with what the last load noted; as-of
        day and months come from there unless they are given. The result's `ok` says whether all is well. Raises
        `DataError` for a `data_dir` without a manifest.
        """
        from datagen.checks.findings import summary
        from datagen.loading.verify import verify
        from datagen.options import as_of_day
        from datagen.output.manifest import read_manifest

        self.connect()
        manifest = read_manifest(Path(data_dir)) if data_dir else None
        if data_dir and manifest is None:
            raise DataError(
                f"{data_dir} has no manifest to compare the database with. Give the directory that was loaded, "
                "or none, to compare with what the last load noted."
            )
        given = {
            **({"end_date": as_of_day(end_date).isoformat()} if end_date else {}),
            **({"months": months} if months else {}),
        }
        verdict = verify(self.backend, WORLD, given, schema=self.schema, manifest=manifest, progress=self.report)
        self.report.say(f"\n{summary(verdict)}")
        return verdict

    def create_performance_indexes(self) -> list[str]:
        """Create the indexes that reports on single members, machines or instructors want; gives their names.

        Later loads make them again on the new tables.
        """
        from datagen.fitness.analytics import INDEXES

        self.connect()
        return self.backend.create_indexes(self.schema, INDEXES)


def load_and_verify(
    data_dir: str | Path,
    database_url: str | None = None,
    schema: str = SCHEMA,
    *,
    truncate: bool = False,
    create_database: bool = False,
    report: Progress | None = None,
) -> tuple[Loaded, Verdict]:
    """Load a directory and judge the result in the database; tells how to open it. See the methods of the loader.

    `truncate` lets the data replace rows that are there; in the embedded server it always does.
    """
    loader = FitnessCenterDatabaseLoader(database_url, schema, report=report)
    try:
        loader.connect(create_database=create_database)
        # The embedded server is ours: what an earlier run loaded there may go.
        loaded = loader.load(data_dir, truncate or loader.server is not None)
        loader.report.say(described(loaded))
        verdict = loader.verify_data_integrity(data_dir)
        loader.report.say(loader.how_to_open())
    finally:
        loader.close()
    return loaded, verdict


def load_csv_to_postgres(csv_directory: str = DIRECTORY, connection_string: str | None = None) -> Loaded:
    """Load all CSV files of a directory into a database without rows in these tables; see the loader's `load`."""
    with FitnessCenterDatabaseLoader(connection_string) as loader:
        return loader.load(csv_directory)


def create_performance_indexes(connection_string: str | None = None) -> list[str]:
    """Create the indexes for reports in a loaded database; gives their names."""
    with FitnessCenterDatabaseLoader(connection_string) as loader:
        return loader.create_performance_indexes()


def described(loaded: Loaded) -> str:
    """What a load did, in a line."""
    kept = f"; {', '.join(loaded.kept)} kept {'its' if len(loaded.kept) == 1 else 'their'} rows" if loaded.kept else ""
    rows = sum(loaded.rows.values())
    return f"Loaded {rows:,} rows into {len(loaded.rows)} tables in {loaded.seconds:.2f} s{kept}."


@console.command(
    """Load CSV or Parquet files of a chain of fitness centres into PostgreSQL, and verify what is there.

    Without --database-url and DATABASE_URL (environment or .env), an embedded PostgreSQL in .postgres/ is used.

    \b
    Examples:
      python database_loader.py --data-dir generated_data_complete --truncate
      python database_loader.py --verify-only
      python database_loader.py --data-dir generated_data_mdm --database-url postgresql://user:password@host/fitnessdb
      python database_loader.py --psql
    """
)
@click.option("--data-dir", type=console.path, help="Directory of the files to load, CSV or Parquet.")
@click.option("--truncate", is_flag=True, help="Replace rows that the tables have already.")
@click.option("--verify-only", is_flag=True, help="Load nothing; judge what is in the database, changing nothing.")
@console.database_options
@click.option("--end-date", metavar="YYYY-MM-DD", help="With --verify-only: as-of day, if nothing else tells it.")
@click.option(
    "--months", type=click.IntRange(1, 36), help="With --verify-only: months of the window, if nothing else tells them."
)
@click.option("--indexes", is_flag=True, help="Also create the indexes that reports want.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON and nothing else.")
@click.option("--status", is_flag=True, help="Tell about the embedded server.")
@click.option("--psql", is_flag=True, help="Open psql on the embedded server; it is started if need be.")
@click.option("--stop", is_flag=True, help="Stop the embedded server.")
@console.talk_options
def command(**options: Any) -> int:
    """Check the options, then load, verify or manage the server; the exit status."""
    asked = _Asked(**options)
    if asked.status + asked.psql + asked.stop + (asked.verify_only or bool(asked.data_dir) or asked.indexes) != 1:
        raise UsageError(
            "Give --data-dir DIR to load it, or one of --verify-only, --indexes, --status, --psql and --stop."
        )
    if asked.truncate and not asked.load:
        raise UsageError("--truncate goes with --data-dir and a load; leave it out.")
    if (asked.status or asked.psql or asked.stop) and (asked.database_url or asked.create_database):
        raise UsageError("--status, --psql and --stop are about the embedded server; leave the database out.")
    if (asked.end_date or asked.months) and not asked.verify_only:
        raise UsageError("--end-date and --months go with --verify-only; a load has them from its files.")
    if asked.as_json and (asked.psql or asked.stop):
        raise UsageError("--json goes with a load, --verify-only, --indexes and --status; leave it out.")
    if asked.status:
        return _status(asked.as_json)
    if asked.psql:
        open_psql(embedded_server(DATABASE), asked.schema, LOAD)
    if asked.stop:
        stopped = embedded_server(DATABASE).stop()
        click.echo("Stopped the embedded PostgreSQL." if stopped else "No embedded PostgreSQL runs here.")
        return 0
    return _work(asked)


@dataclass(frozen=True)
class _Asked:
    """What the options ask for, under their names."""

    data_dir: Path | None
    truncate: bool
    verify_only: bool
    database_url: str | None
    create_database: bool
    schema: str
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


def _work(asked: _Asked) -> int:
    """Load, index and verify, as far as that is asked for; the exit status."""
    from datagen.loading.preflight import refuse_missing
    from datagen.progress import as_typed

    where = "the database" if asked.database_url else "DATABASE_URL or the embedded PostgreSQL"
    title = f"Fitness centres: {where}, schema {asked.schema}"
    report = console.begin(title, quiet=asked.quiet or asked.as_json, verbose=asked.verbose)
    loader = FitnessCenterDatabaseLoader(asked.database_url, asked.schema, report=report)
    outcome: dict[str, Any] = {}
    verdict: Verdict | None = None
    if asked.load:
        refuse_missing(asked.load)
    elif loader.server and not loader.server.data.exists():
        raise DatabaseError(
            f"There is no embedded PostgreSQL in {loader.server.directory}, so nothing is loaded. "
            f"Load into it first: {as_typed(LOAD)}; or give --database-url."
        )
    try:
        loader.connect(create_database=asked.create_database)
        if asked.load:
            loaded = loader.load(asked.load, asked.truncate)
            outcome["loaded"] = {name: value for name, value in asdict(loaded).items() if name != "seconds"}
            report.say(described(loaded))
        if asked.indexes:
            outcome["indexes"] = loader.create_performance_indexes()
            report.say(f"The database has the indexes {', '.join(outcome['indexes'])}.")
        if asked.verify_only:
            verdict = loader.verify_data_integrity(asked.data_dir, end_date=asked.end_date, months=asked.months)
            outcome["verified"] = json.loads(verdict.to_json())
        report.say(loader.how_to_open())
    finally:
        loader.close()
    if asked.as_json:
        click.echo(json.dumps(outcome, indent=1, ensure_ascii=False))
    if verdict:
        _refuse_failed([item.check for item in verdict.failed() if not item.statistical])
    return 0


def _refuse_failed(checks: Sequence[str]) -> None:
    if checks:
        more = f" and {len(checks) - 5} more" if len(checks) > 5 else ""
        raise DatabaseError(
            f"The database does not pass {len(checks)} of the checks: {', '.join(checks[:5])}{more}. "
            "The report names the offending keys; load the data again, or mend it."
        )


def _status(as_json: bool) -> int:
    server = embedded_server(DATABASE)
    state = server.status()
    if as_json:
        facts = {
            "running": state.running,
            "url": state.url,
            "version": state.version,
            "pid": state.pid,
            "bytes": state.bytes,
            "directory": str(server.directory),
        }
        click.echo(json.dumps(facts, indent=1))
    elif state.running:
        from datagen.progress import as_typed, size_text

        click.echo(
            f"PostgreSQL {state.version} runs in {server.directory} (process {state.pid}, {size_text(state.bytes)}).\n"
            f"URL: {state.url}\nTo look into it: {as_typed(OPEN)}"
        )
    elif state.version:
        click.echo(f"The PostgreSQL {state.version} in {server.directory} does not run; a load or --psql starts it.")
    else:
        click.echo(f"There is no embedded PostgreSQL in {server.directory}; a load without --database-url makes one.")
    return 0 if state.running else 1


def main() -> None:
    """Run the command."""
    console.main(command)


if __name__ == "__main__":
    main()
