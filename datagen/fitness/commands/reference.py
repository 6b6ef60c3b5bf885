"""The reference (MDM) tables of a chain of fitness centres: a class to import and a command to type."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from datagen import console
from datagen.fitness.size import DEMO, Size
from datagen.fitness.world import WORLD
from datagen.hints import as_installed
from datagen.options import as_of_day, seed_number
from datagen.output.file_names import CSV, PARQUET
from datagen.pools.pool_files import Pools, pools_of
from datagen.progress import Progress

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from datagen.fitness.reference.reference_tables import ReferenceTables
    from datagen.fitness.rules import FitnessRules
    from datagen.jobs import Content

DEFAULT_DIRECTORY = "generated_data_mdm"


class FitnessCenterDataGenerator:
    """Makes the eight reference tables as pandas frames, from a seed.

    Every frame is made when first asked for and kept, so the methods can be called alone and in any order. Ids and
    texts have dtype `str`, dates and timestamps datetime64[s], times of day are HH:MM:SS texts, money is float64
    rounded to two decimals, and what is absent is missing.

    >>> generator = FitnessCenterDataGenerator(num_facilities=2, num_members=500, num_staff=25, seed=42)
    >>> frames = generator.generate_all()
    """

    def __init__(
        self,
        num_facilities: int = 2,
        num_members: int = 500,
        num_staff: int = 25,
        seed: int = 42,
        end_date: dt.date | str | None = None,
        *,
        rules: FitnessRules | None = None,
        pools: Pools | Path | str | None = None,
    ) -> None:
        """Choose the size, the seed and the as-of day (default: today), the rules if not the world's own, and pools of
        names and streets, or their directory, if not those that are shipped.

        Raises `UsageError` for a value that cannot be used, `PoolError` for a file of pools that cannot be read.
        """
        size = Size(num_facilities, num_members, num_staff)
        self.num_facilities, self.num_members, self.num_staff = size.facilities, size.members, size.staff
        self.seed = seed_number(seed)
        self.end_date = as_of_day(end_date)
        if rules is None:
            from datagen.fitness.rules import FitnessRules

            rules = FitnessRules()
        size.refuse_what_cannot_be(rules)
        self.rules, self.pools = rules, pools_of(pools)
        self._frames: dict[str, pd.DataFrame] = {}

    def generate_membership_types(self) -> pd.DataFrame:
        """`membershiptypes`: ten plans."""
        return self._frame("membershiptypes")

    def generate_class_types(self) -> pd.DataFrame:
        """`classtypes`: forty class formats."""
        return self._frame("classtypes")

    def generate_certifications(self) -> pd.DataFrame:
        """`instructorcertifications`: the certifications that formats require and instructors hold."""
        return self._frame("instructorcertifications")

    def generate_facilities(self) -> pd.DataFrame:
        """`facilities`: the clubs, each in a real city of its own."""
        return self._frame("facilities")

    def generate_facility_areas(self) -> pd.DataFrame:
        """`facilityareas`: the rooms of the clubs, sized for the members a club can expect."""
        return self._frame("facilityareas")

    def generate_equipment(self) -> pd.DataFrame:
        """`equipment`: the machines in the rooms."""
        return self._frame("equipment")

    def generate_members(self) -> pd.DataFrame:
        """`members`: people near the clubs, numbered as they join; with more of them, the same people are there."""
        return self._frame("members")

    def generate_staff(self) -> pd.DataFrame:
        """`staff`: the teams of the clubs, numbered as they were hired."""
        return self._frame("staff")

    def generate_all(self) -> dict[str, pd.DataFrame]:
        """The eight frames by table name, parents before their children."""
        return {table: self._frame(table) for table in self._tables.all()}

    def save_to_csv(self, directory: str | Path = DEFAULT_DIRECTORY, report: Progress | None = None) -> Path:
        """Write the tables as CSV with a manifest, whole or not at all; gives the directory.

        A directory that is there is replaced only if it is empty or was written by this project. `report` hears of
        the progress.

        Raises: `OutputError` if it cannot be written.
        """
        return self.save(directory, CSV, report)

    def save_to_parquet(self, directory: str | Path = DEFAULT_DIRECTORY, report: Progress | None = None) -> Path:
        """The same as Parquet files."""
        return self.save(directory, PARQUET, report)

    def save(self, directory: str | Path, kind: str, report: Progress | None = None) -> Path:
        """The same as files of a format, "csv" or "parquet"."""
        from datagen.jobs import Request, Writing, write

        asked = Request(WORLD, self.seed, self.content, Writing(kind))
        write(asked, Path(directory), report or Progress(quiet=True))
        return Path(directory)

    def content(self) -> Content:
        """The tables and the options that decide them, as a data set is written of them."""
        from datagen.jobs import Content
        from datagen.rules import changes

        options = {
            "facilities": self.num_facilities,
            "members": self.num_members,
            "staff": self.num_staff,
            "end_date": self.end_date,
            "rules": changes(self.rules),
            **self.pools.options,
        }
        # Frames that were given out may have been changed since.
        return Content(options, {table: self._frames.get(table, made) for table, made in self._tables.all().items()})

    @cached_property
    def _tables(self) -> ReferenceTables:
        from datagen.fitness.reference.reference_tables import ReferenceTables

        size = Size(self.num_facilities, self.num_members, self.num_staff)
        return ReferenceTables(size, self.seed, self.end_date, self.rules, self.pools)

    def _frame(self, table: str) -> pd.DataFrame:
        if table not in self._frames:
            made: pa.Table = getattr(self._tables, table)
            self._frames[table] = made.to_pandas()
        return self._frames[table]


@console.command(
    """Generate the eight reference (MDM) tables of a chain of fitness centres as CSV or Parquet files.

    \b
    Examples:
      python fitness_center_data_generator.py
      python fitness_center_data_generator.py --facilities 10 --members 10000 --staff 250
    """,
    console.size_option("--facilities", DEMO.facilities, "Clubs, each in a city of its own."),
    console.size_option("--members", DEMO.members, "Members of the chain, past ones included."),
    console.size_option("--staff", DEMO.staff, "Staff of the chain."),
    console.seed_option,
    console.end_date_option,
    console.output_option(DEFAULT_DIRECTORY),
    console.format_option,
    console.pools_option,
    console.rule_options,
    console.talk_options,
)
def command(
    facilities: int,
    members: int,
    staff: int,
    seed: int,
    end_date: str | None,
    output_dir: Path,
    kind: str,
    pools: Pools | None,
    rules: Path | None,
    settings: Sequence[str],
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the options and write the tables."""
    changed = console.changed_rules(WORLD.rules, rules, settings)
    generator = FitnessCenterDataGenerator(facilities, members, staff, seed, end_date, rules=changed, pools=pools)
    title = f"Reference tables: {facilities:,} facilities, {members:,} members, {staff:,} staff, seed {seed}"
    report = console.begin(f"{title}, as of {generator.end_date}", quiet=quiet, verbose=verbose)
    generator.save(output_dir, kind, report)
    following = as_installed(WORLD, f"python fitness_center_ods_generator.py --mdm-dir {shlex.quote(str(output_dir))}")
    report.finish(output_dir, following)


def main() -> None:
    """Run the command."""
    console.main(command)
