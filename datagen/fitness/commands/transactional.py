"""The transactional (ODS) tables of a chain of fitness centres, made from its reference tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datagen import console
from datagen.fitness.commands.parameters import history_options, reference_option
from datagen.fitness.size import MOST_MONTHS
from datagen.fitness.world import WORLD
from datagen.hints import look_into
from datagen.options import as_of_day, seed_number, usable_cores, whole_number, worker_count
from datagen.output.file_names import CSV, PARQUET, file_pattern
from datagen.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from datagen.fitness.dataset import FitnessDataset
    from datagen.fitness.rules import FitnessRules
    from datagen.jobs import Content

DEFAULT_DIRECTORY = "generated_data_ods"


class FitnessCenterODSGenerator:
    """Makes the six transactional tables from reference frames.

    The frames may come from `FitnessCenterDataGenerator.generate_all()`, be read back from its CSV files with pandas,
    or be edited or made by hand: their visible columns are all that counts.

    >>> frames = FitnessCenterDataGenerator(2, 500, 25, end_date="2026-11-20").generate_all()
    >>> tables = FitnessCenterODSGenerator(frames, end_date="2026-11-20").generate_all()
    """

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        seed: int = 42,
        end_date: dt.date | str | None = None,
        months: int = 12,
        *,
        rules: FitnessRules | None = None,
    ) -> None:
        """Choose the frames, the seed, the as-of day (default: today) and the window in months (1-36).

        Raises `UsageError` for options that cannot be used.
        """
        self.seed, self.end_date = seed_number(seed), as_of_day(end_date)
        self.months = whole_number("--months", months, 1, MOST_MONTHS)
        if rules is None:
            from datagen.fitness.rules import FitnessRules

            rules = FitnessRules()
        self.frames, self.rules = dict(frames), rules

    def dataset(self) -> FitnessDataset:
        """The tables as a stream: some made at once, the others a facility and a month at a time.

        Raises `FrameError`, naming table, column and value, for frames that cannot be worked from.
        """
        from datagen.fitness.dataset import FitnessDataset
        from datagen.frame_reader import refuse_nul

        refuse_nul(self.frames)
        return FitnessDataset(self.frames, self.rules, self.seed, self.end_date, self.months)

    def generate_all(self) -> dict[str, pd.DataFrame]:
        """The six tables as frames: membermemberships, memberpayments, classschedules, classinstances,
        classenrollments, memberaccess. For large sizes use `save_to_csv` or `save_to_parquet`, which stream to files.

        Raises `FrameError` as `dataset` does."""
        from datagen.fitness.dataset import TRANSACTION_TABLES
        from datagen.generate import collect_frames
        from datagen.workers import best_workers

        tables = collect_frames(self.dataset(), best_workers(usable_cores()))
        return {table: tables[table] for table in TRANSACTION_TABLES}

    def save_to_csv(
        self, directory: str | Path = DEFAULT_DIRECTORY, workers: int | None = None, report: Progress | None = None
    ) -> Path:
        """Write the six tables as CSV with a manifest, whole or not at all; gives the directory.

        A directory that is there is replaced only if it is empty or was written by this project. `workers` processes
        (default: the cores) make the data, which does not depend on them; `report` hears of the progress. Raises
        `FrameError` as `dataset` does, and `OutputError` if the directory cannot be written.
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

        phases = ("Memberships and timetable", "Transactions")
        writing = Writing(kind, worker_count(workers), phases=phases)
        asked = Request(WORLD, self.seed, self.content, writing)
        write(asked, Path(directory), report or Progress(quiet=True))
        return Path(directory)

    def content(self) -> Content:
        """The tables and the options that decide them, as a data set is written of them.

        Raises: `FrameError` as `dataset` does.
        """
        from datagen.fitness.dataset import REFERENCE_TABLES
        from datagen.jobs import Content, digest
        from datagen.rules import changes

        dataset = self.dataset()  # checks the frames before they are hashed
        options = {
            "reference": digest(WORLD, REFERENCE_TABLES, self.frames),
            "end_date": self.end_date,
            "months": self.months,
            "rules": changes(self.rules),
        }
        return Content(options, dataset=dataset)


@console.command(
    """Generate the six transactional (ODS) tables from a directory of reference (MDM) tables.

    \b
    Examples:
      python fitness_center_ods_generator.py
      python fitness_center_ods_generator.py --mdm-dir generated_data_mdm --months 24
    """,
    reference_option("generated_data_mdm"),
    history_options(DEFAULT_DIRECTORY),
)
def command(
    mdm_dir: Path,
    seed: int,
    end_date: str | None,
    months: int,
    output_dir: Path,
    kind: str,
    workers: int | None,
    rules: Path | None,
    settings: Sequence[str],
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the options and write the tables."""
    from datagen.fitness.dataset import REFERENCE_TABLES
    from datagen.frame_files import read_frames

    count, changed = worker_count(workers), console.changed_rules(WORLD.rules, rules, settings)
    frames = read_frames(mdm_dir, REFERENCE_TABLES)
    generator = FitnessCenterODSGenerator(frames, seed, end_date, months, rules=changed)
    title = f"Transactional tables from {mdm_dir}: seed {seed}, {months} months to {generator.end_date}"
    report = console.begin(title, quiet=quiet, verbose=verbose)
    generator.save(output_dir, kind, count, report)
    report.finish(output_dir, look_into(output_dir / file_pattern("memberaccess", kind, WORLD.name), "memberaccess"))


def main() -> None:
    """Run the command."""
    console.main(command)
