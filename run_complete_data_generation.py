#!/usr/bin/env python3
"""The complete data set of a chain of fitness centres: all tables, consistent with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console
from datagen.errors import CheckError, UsageError
from datagen.fitness.size import DEMO, FULL_SCALE, MOST_MONTHS, Size
from datagen.options import as_of_day, seed_number, whole_number, worker_count
from datagen.output.file_names import CSV, PARQUET, file_pattern

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

    from datagen.checks.findings import Verdict
    from datagen.fitness.rules import FitnessRules
    from datagen.fitness.supplementary.dataset import CompleteDataset
    from datagen.plan import Plan
    from datagen.progress import Progress

DEFAULT_DIRECTORY = "generated_data_complete"


@dataclass(frozen=True)
class Choices:
    """What decides the content of a data set; the same choices and release give the same bytes.

    With `mdm_dir`, the reference tables are read from there, and `size` counts for nothing.
    """

    size: Size
    seed: int
    end_date: dt.date
    months: int
    rules: FitnessRules
    mdm_dir: Path | None = None

    def reference_frames(self) -> dict[str, pd.DataFrame]:
        """The eight reference tables. Raises `FrameError` for files that are not such tables."""
        if self.mdm_dir is not None:
            from datagen.fitness.dataset import REFERENCE_TABLES
            from datagen.frame_files import read_frames

            return read_frames(self.mdm_dir, REFERENCE_TABLES)
        from fitness_center_data_generator import FitnessCenterDataGenerator

        size = self.size
        return FitnessCenterDataGenerator(
            size.facilities, size.members, size.staff, self.seed, self.end_date, rules=self.rules
        ).generate_all()

    def dataset(self, frames: Mapping[str, pd.DataFrame]) -> CompleteDataset:
        """The other tables, as a stream. Raises `FrameError` for frames that cannot be worked from."""
        from datagen.fitness.supplementary.dataset import CompleteDataset

        return CompleteDataset(frames, self.rules, self.seed, self.end_date, self.months)

    def manifest_options(self, frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, pa.Schema]) -> dict[str, Any]:
        """The choices as the manifest states them; nothing of the machine is in it, hence no paths."""
        from datagen.generate import frames_digest
        from datagen.rules import changes

        sizes = {name: len(frames[name]) for name in ("facilities", "members", "staff")}
        brought = {"reference": f"sha256:{frames_digest(frames, schemas)}"} if self.mdm_dir else {}
        return sizes | brought | {"end_date": self.end_date, "months": self.months, "rules": changes(self.rules)}


def expected(choices: Choices, workers: int, kind: str = CSV) -> Plan:
    """What a run would make, found by making a small part of it; nothing is written."""
    from datagen.fitness.tables import metadata
    from datagen.plan import plan
    from datagen.schema import arrow_schema

    sample = choices if choices.mdm_dir else replace(choices, size=choices.size.sample())
    frames = sample.reference_frames()
    dataset = choices.dataset(frames)
    schemas = {name: arrow_schema(metadata.tables[name]) for name in frames}
    growth = partial(choices.size.growth, sample.size)
    return plan(frames, schemas, dataset, growth, workers, metadata if kind == PARQUET else None)


def generate(choices: Choices, output_dir: Path, workers: int, report: Progress, kind: str = CSV) -> None:
    """Write all tables in a format, with a manifest, whole or not at all.

    Raises `FrameError` for reference tables that cannot be worked from, and `OutputError` if `output_dir` cannot be
    written or must not be replaced.
    """
    from datagen.control_totals import Totals
    from datagen.fitness.tables import metadata
    from datagen.generate import write_dataset, write_frames
    from datagen.output.manifest import build
    from datagen.output.staging import staged
    from datagen.output.table_writers import table_files
    from datagen.schema import arrow_schema
    from datagen.workers import best_workers

    totals = Totals(metadata)
    with staged(output_dir) as stage:
        with table_files(kind, stage, metadata, report.wrote) as files:
            with report.phase("Reference tables"):
                frames = choices.reference_frames()
                dataset = choices.dataset(frames)  # checks the frames before anything is made of them
                schemas = {name: arrow_schema(metadata.tables[name]) for name in frames}
                write_frames(frames, schemas, files, totals)
            with report.phase("Transactions", dataset.unit_count):
                write_dataset(dataset, best_workers(workers), files, lambda _: report.step(), totals)
        options, sums = choices.manifest_options(frames, schemas), totals.by_table
        stage.publish(
            build(metadata, stage.files, world=dataset.world, seed=choices.seed, options=options, totals=sums)
        )


def load(directory: Path, database_url: str | None, truncate: bool, report: Progress) -> None:
    """Load a directory into PostgreSQL, judge it there, and tell how to open it.

    Raises `DatabaseError` or `DataError` if it cannot be loaded - the database is then as it was - and `CheckError` if
    a rule is broken in the database.
    """
    from database_loader import load_and_verify

    report.say()
    _, proof = load_and_verify(directory, database_url, truncate=truncate, report=report)
    _refuse_broken(proof, "The data in the database")


def verified(directory: Path, report: Progress) -> None:
    """Verify the files of a directory and tell how it came out.

    Raises `UsageError` if it is no data set, and `CheckError` if a rule or the schema is broken.
    """
    from datagen.checks.findings import summary
    from datagen.checks.verify import NAME
    from datagen.fitness.command import verify

    with report.phase("Verification"):
        proof = verify(directory)
    report.say(f"\n{summary(proof)}\nDetails are in {directory / NAME}.")
    _refuse_broken(proof, f"The data in {directory}", f" See {directory / NAME} for the offending rows.")


def _refuse_broken(proof: Verdict, what: str, where: str = "") -> None:
    if not proof.ok:
        broken = ", ".join(finding.check for finding in proof.failed() if not finding.statistical)
        raise CheckError(f"{what} breaks {broken}.{where}")


@console.command(
    """Make the complete data set of a chain of fitness centres as CSV or Parquet files.

    Without a size, the demo's is made. The same seed, end date and options give the same bytes, whatever the machine.

    \b
    Examples:
      python run_complete_data_generation.py --demo
      python run_complete_data_generation.py --facilities 5 --members 2000 --staff 100
      python run_complete_data_generation.py --full-scale --end-date 2026-01-31 --months 24
      python run_complete_data_generation.py --full-scale --plan
      python run_complete_data_generation.py --demo --format parquet
      python run_complete_data_generation.py --demo --set payments.success_rate=0.9
      python run_complete_data_generation.py --mdm-dir generated_data_mdm
      python run_complete_data_generation.py --verify generated_data_complete
      python run_complete_data_generation.py --demo --load-database
    """
)
@click.option("--demo", is_flag=True, help="2 facilities, 500 members, 25 staff.")
@click.option("--full-scale", is_flag=True, help="10 facilities, 10,000 members, 250 staff.")
@console.size_option("--facilities", DEMO.facilities, "Facilities, each in a city of its own.")
@console.size_option("--members", DEMO.members, "Members of the chain, past ones included.")
@console.size_option("--staff", DEMO.staff, "Staff of the chain.")
@console.seed_option
@console.end_date_option
@console.months_option(MOST_MONTHS)
@console.output_option(DEFAULT_DIRECTORY, console.Setting)
@console.format_option
@console.reference_option(None)
@console.workers_option
@click.option("--plan", is_flag=True, help="Print the tables, size, memory and time to expect; make nothing.")
@click.option("--generate-only", is_flag=True, help="Write files and verify them, no more.  [the default]")
@click.option("--load-database", is_flag=True, help="Load the files into PostgreSQL and verify them there too.")
@click.option(
    "--database-url",
    metavar="URL",
    help="PostgreSQL to load into, postgresql://...  [default: DATABASE_URL, or an embedded server in .postgres/]",
)
@click.option("--truncate", is_flag=True, help="Let the load replace rows that the database holds.")
@click.option("--verify", "verify_dir", type=console.path, help="Verify the files of a directory; make nothing.")
@click.option("--no-verify", is_flag=True, help="Do not verify the files after writing them.")
@console.rule_options
@console.talk_options
@click.pass_context
def command(
    context: click.Context,
    demo: bool,
    full_scale: bool,
    facilities: int,
    members: int,
    staff: int,
    seed: int,
    end_date: str | None,
    months: int,
    output_dir: Path,
    kind: str,
    mdm_dir: Path | None,
    workers: int | None,
    plan: bool,
    generate_only: bool,
    load_database: bool,
    database_url: str | None,
    truncate: bool,
    verify_dir: Path | None,
    no_verify: bool,
    rules: Path | None,
    settings: Sequence[str],
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the options, then plan, make or verify the data set."""
    from datagen.fitness.rules import FitnessRules

    if verify_dir is not None:
        verified(verify_dir, console.begin(f"Verifying {verify_dir}", quiet=quiet, verbose=verbose))
        return
    if generate_only and load_database:
        raise UsageError("--generate-only and --load-database exclude each other; give one of them.")
    if (database_url or truncate) and not load_database:
        raise UsageError("--database-url and --truncate go with --load-database; add it, or leave them out.")
    choices = Choices(
        size=_size(context, demo, full_scale, Size(facilities, members, staff)),
        seed=seed_number(seed),
        end_date=as_of_day(end_date),
        months=whole_number("--months", months, 1, MOST_MONTHS),
        rules=console.changed_rules(FitnessRules(), rules, settings),
        mdm_dir=mdm_dir,
    )
    if not mdm_dir:
        choices.size.check_staff(choices.rules.bands.members_for_all_tables)
    count = worker_count(workers)
    if plan:
        click.echo(expected(choices, count, kind).text())
        return
    report = console.begin(_title(choices), quiet=quiet, verbose=verbose)
    generate(choices, output_dir, count, report, kind)
    if not no_verify:
        verified(output_dir, report)
    report.finish(output_dir, console.look_into(output_dir / file_pattern("memberaccess", kind)))
    if load_database:
        load(output_dir, database_url, truncate, report)


def _size(context: click.Context, demo: bool, full_scale: bool, given: Size) -> Size:
    """The size asked for: numbers typed go before --demo and --full-scale, and these before settings."""
    typed = [name for name in ("facilities", "members", "staff") if console.is_typed(context, name)]
    if demo and full_scale:
        raise UsageError("--demo and --full-scale exclude each other; give one of them.")
    if console.is_typed(context, "mdm_dir") and (demo or full_scale or typed):
        raise UsageError("With --mdm-dir, the reference tables there decide the size; leave out options of size.")
    if demo or full_scale:
        return replace(FULL_SCALE if full_scale else DEMO, **{name: getattr(given, name) for name in typed})
    return given


def _title(choices: Choices) -> str:
    size = choices.size
    what = (
        f"reference tables from {choices.mdm_dir}"
        if choices.mdm_dir
        else f"{size.facilities:,} facilities, {size.members:,} members, {size.staff:,} staff"
    )
    return f"Fitness centres: {what}, seed {choices.seed}, {choices.months} months to {choices.end_date}"


def main() -> None:
    """Run the command."""
    console.main(command)


if __name__ == "__main__":
    main()
