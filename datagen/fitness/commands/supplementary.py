"""The supplementary tables of a chain of fitness centres, made from its reference and transactional tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console
from datagen.fitness.commands.parameters import history_options, reference_option
from datagen.fitness.size import MOST_MONTHS
from datagen.fitness.world import WORLD
from datagen.hints import look_into
from datagen.options import as_of_day, seed_number, usable_cores, whole_number, worker_count
from datagen.output.file_names import CSV, PARQUET, file_pattern
from datagen.pools.pool_files import Pools, pools_of
from datagen.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from datagen.fitness.rules import FitnessRules
    from datagen.fitness.supplementary.dataset import AdditionalDataset
    from datagen.jobs import Content

DEFAULT_DIRECTORY = "generated_data_additional"


class AdditionalDataGenerator:
    """Makes the nine supplementary tables from reference and transactional frames.

    The frames may come from the other two generators, be read back from CSV files with pandas, or be edited: their
    visible columns are all that counts. Shifts and certificates follow from the reference frames and the seed, so seed,
    end date and months must be those that the transactional tables were made with.

    >>> frames = FitnessCenterDataGenerator(2, 500, 25, end_date="2026-11-20").generate_all()
    >>> ods_tables = FitnessCenterODSGenerator(frames, end_date="2026-11-20").generate_all()
    >>> tables = AdditionalDataGenerator(frames, ods_tables, end_date="2026-11-20").generate_all()
    """

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        ods_tables: Mapping[str, pd.DataFrame],
        seed: int = 42,
        end_date: dt.date | str | None = None,
        months: int = 12,
        *,
        rules: FitnessRules | None = None,
        pools: Pools | Path | str | None = None,
    ) -> None:
        """Choose the eight reference frames, the six transactional ones (classschedules, classinstances,
        classenrollments and memberaccess are read), the seed, the as-of day (default: today) and the window in months,
        and pools of names for technicians, or their directory.

        Raises `UsageError` for options that cannot be used.
        """
        self.seed, self.end_date = seed_number(seed), as_of_day(end_date)
        self.months = whole_number("--months", months, 1, MOST_MONTHS)
        if rules is None:
            from datagen.fitness.rules import FitnessRules

            rules = FitnessRules()
        self.frames, self.ods_tables, self.rules = dict(frames), dict(ods_tables), rules
        self.pools = pools_of(pools)
        self._tables: dict[str, pd.DataFrame] = {}

    def dataset(self) -> AdditionalDataset:
        """The tables as a stream: some at once, some a facility and a month at a time, some after them.

        Raises `FrameError`, naming table, column and value, for frames that do not fit together.
        """
        from datagen.fitness.supplementary.dataset import AdditionalDataset
        from datagen.frame_reader import refuse_nul

        refuse_nul(self.frames)
        refuse_nul(self.ods_tables)
        return AdditionalDataset(
            self.frames, self.ods_tables, self.rules, self.seed, self.end_date, self.months, self.pools
        )

    def generate_all(self) -> dict[str, pd.DataFrame]:
        """The nine tables as frames; made once, together. Raises `FrameError` as `dataset` does."""
        from datagen.fitness.supplementary.dataset import TABLES

        if not self._tables:
            from datagen.generate import collect_frames
            from datagen.workers import best_workers

            made = collect_frames(self.dataset(), best_workers(usable_cores()))
            self._tables = {table: made[table] for table in TABLES}
        return dict(self._tables)

    def generate_equipment_usage(self) -> pd.DataFrame:
        """`equipmentusage`: sessions on machines within visits."""
        return self.generate_all()["equipmentusage"]

    def generate_equipment_maintenance(self) -> pd.DataFrame:
        """`equipmentmaintenance`: services and repairs of machines."""
        return self.generate_all()["equipmentmaintenance"]

    def generate_staff_facilities(self) -> pd.DataFrame:
        """`stafffacilities`: where staff belong over time."""
        return self.generate_all()["stafffacilities"]

    def generate_staff_certifications(self) -> pd.DataFrame:
        """`staffcertifications`: certificates of instructors and their renewals."""
        return self.generate_all()["staffcertifications"]

    def generate_staff_schedules(self) -> pd.DataFrame:
        """`staffschedules`: shifts, those ahead included."""
        return self.generate_all()["staffschedules"]

    def generate_staff_time_tracking(self) -> pd.DataFrame:
        """`stafftimetracking`: the hours of the shifts worked."""
        return self.generate_all()["stafftimetracking"]

    def generate_staff_payroll(self) -> pd.DataFrame:
        """`staffpayroll`: pay slips of 14-day periods."""
        return self.generate_all()["staffpayroll"]

    def generate_instructor_performance(self) -> pd.DataFrame:
        """`instructorperformance`: quarterly evaluations of instructors."""
        return self.generate_all()["instructorperformance"]

    def generate_instructor_feedback(self) -> pd.DataFrame:
        """`instructorfeedback`: what members said of classes they attended."""
        return self.generate_all()["instructorfeedback"]

    def save_to_csv(
        self, directory: str | Path = DEFAULT_DIRECTORY, workers: int | None = None, report: Progress | None = None
    ) -> Path:
        """Write the nine tables as CSV with a manifest, whole or not at all; gives the directory.

        A directory that is there is replaced only if it is empty or was written by this project. Raises `FrameError`
        as `dataset` does, and `OutputError` if the directory cannot be written.
        """
        return self.save(directory, CSV, workers, report)

    def save_to_parquet(
        self, directory: str | Path = DEFAULT_DIRECTORY, workers: int | None = None, report: Progress | None = None
    ) -> Path:
        """The same as Parquet files, one a month of a table whose rows come by days."""
        return self.save(directory, PARQUET, workers, report)

    def save(
        self, directory: str | Path, kind: str, workers: int | None = None, report: Progress | None = None
    ) -> Path:
        """The same as files of a format, "csv" or "parquet"."""
        from datagen.jobs import Request, Writing, write

        phases = ("Visits, classes and shifts", "Supplementary tables")
        writing = Writing(kind, worker_count(workers), phases=phases)
        asked = Request(WORLD, self.seed, self.content, writing)
        write(asked, Path(directory), report or Progress(quiet=True))
        return Path(directory)

    def content(self) -> Content:
        """The tables and the options that decide them, as a data set is written of them.

        Raises: `FrameError` as `dataset` does.
        """
        from datagen.fitness.dataset import REFERENCE_TABLES
        from datagen.fitness.supplementary.activity import TABLES
        from datagen.jobs import Content, digest
        from datagen.rules import changes

        dataset = self.dataset()  # checks the frames before they are hashed
        options = {
            "reference": digest(WORLD, REFERENCE_TABLES, self.frames),
            "transactions": digest(WORLD, TABLES, self.ods_tables),
            "end_date": self.end_date,
            "months": self.months,
            "rules": changes(self.rules),
            **self.pools.options,
        }
        return Content(options, dataset=dataset)


@console.command(
    """Generate the nine supplementary tables from directories of reference (MDM) and transactional (ODS) tables.

    Seed, end date and months must be those that the transactional tables were generated with; by default they are read
    from the manifest of their directory.

    \b
    Examples:
      python additional_data_generator.py
      python additional_data_generator.py --mdm-dir generated_data_complete --ods-dir generated_data_complete
    """,
    reference_option("generated_data_mdm"),
    click.option(
        "--ods-dir",
        cls=console.Setting,
        type=console.path,
        default="generated_data_ods",
        show_default=True,
        help="Directory to read the transactional tables from, CSV or Parquet; they may have been edited.",
    ),
    history_options(DEFAULT_DIRECTORY),
    console.pools_option,
)
@click.pass_context
def command(
    context: click.Context,
    /,
    mdm_dir: Path,
    ods_dir: Path,
    output_dir: Path,
    kind: str,
    workers: int | None,
    pools: Pools | None,
    rules: Path | None,
    settings: Sequence[str],
    quiet: bool,
    verbose: bool,
    **history: Any,
) -> None:
    """Check the options and write the tables."""
    from datagen.fitness.dataset import REFERENCE_TABLES
    from datagen.fitness.supplementary.activity import TABLES
    from datagen.frame_files import read_frames

    count, changed = worker_count(workers), console.changed_rules(WORLD.rules, rules, settings)
    history = console.as_stated(context, ods_dir, history)
    frames, ods_tables = read_frames(mdm_dir, REFERENCE_TABLES), read_frames(ods_dir, TABLES)
    generator = AdditionalDataGenerator(frames, ods_tables, **history, rules=changed, pools=pools)
    window = f"seed {generator.seed}, {generator.months} months to {generator.end_date}"
    report = console.begin(f"Supplementary tables from {mdm_dir} and {ods_dir}: {window}", quiet=quiet, verbose=verbose)
    generator.save(output_dir, kind, count, report)
    report.finish(
        output_dir, look_into(output_dir / file_pattern("equipmentusage", kind, WORLD.name), "equipmentusage")
    )


def main() -> None:
    """Run the command."""
    console.main(command)
