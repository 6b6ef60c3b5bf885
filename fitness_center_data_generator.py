#!/usr/bin/env python3
"""The reference (MDM) tables of a chain of fitness centres: a class to import and a command to type."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen.errors import DatagenError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from datagen.fitness.rules import FitnessRules

DEFAULT_DIRECTORY = "generated_data_mdm"
_MOST = {"facilities": 10_000, "members": 10_000_000, "staff": 1_000_000}
_LAST_SEED = 2**63 - 1


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
    ) -> None:
        """Choose the size, the seed and the as-of day (default: today), and the rules if not the world's own.

        Raises `UsageError` for a value that cannot be used.
        """
        self.num_facilities = _count("facilities", num_facilities)
        self.num_members = _count("members", num_members)
        self.num_staff = _count("staff", num_staff)
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= _LAST_SEED:
            raise UsageError(f"The seed (--seed) must be a whole number from 0 to {_LAST_SEED}, not {seed!r}.")
        self.seed = seed
        self.end_date = _as_of_day(end_date)
        if rules is None:
            from datagen.fitness.rules import FitnessRules

            rules = FitnessRules()
        self.rules = rules
        self._frames: dict[str, pd.DataFrame] = {}
        self._streets: Any = None

    def generate_membership_types(self) -> pd.DataFrame:
        """`membershiptypes`: ten plans."""
        from datagen.fitness.reference.catalogue import membership_types

        return self._kept("membershiptypes", lambda: membership_types(self.rules.plans, self.end_date))

    def generate_class_types(self) -> pd.DataFrame:
        """`classtypes`: forty class formats."""
        from datagen.fitness.reference.catalogue import class_types

        return self._kept("classtypes", class_types)

    def generate_certifications(self) -> pd.DataFrame:
        """`instructorcertifications`: the certifications that formats require and instructors hold."""
        from datagen.fitness.reference.catalogue import certifications

        return self._kept("instructorcertifications", certifications)

    def generate_facilities(self) -> pd.DataFrame:
        """`facilities`: the clubs, each in a real city of its own."""
        from datagen.fitness.reference.facilities import facilities
        from datagen.places import load_places

        return self._kept(
            "facilities",
            lambda: facilities(
                self._streams("facilities"),
                self.num_facilities,
                self._street_names(),
                load_places(),
                self.rules.facilities,
            ),
        )

    def generate_facility_areas(self) -> pd.DataFrame:
        """`facilityareas`: the rooms of the clubs, sized for the members a club can expect."""
        from datagen.fitness.reference.areas import facility_areas

        return self._kept(
            "facilityareas",
            lambda: facility_areas(
                self._streams("facilityareas"),
                self.generate_facilities()["facilityid"],
                self.num_members / self.num_facilities,
                self.rules.facilities,
            ),
        )

    def generate_equipment(self) -> pd.DataFrame:
        """`equipment`: the machines in the rooms."""
        from datagen.fitness.reference.equipment import equipment

        return self._kept(
            "equipment",
            lambda: equipment(
                self._streams("equipment"), self.generate_facility_areas(), self.end_date, self.rules.equipment
            ),
        )

    def generate_members(self) -> pd.DataFrame:
        """`members`: people near the clubs; more of them leave the first ones as they were."""
        from datagen.fitness.reference.members import members
        from datagen.places import load_places

        return self._kept(
            "members",
            lambda: members(
                self._streams("members"),
                self.num_members,
                self.generate_facilities(),
                self._street_names(),
                load_places(),
                self.end_date,
                self.rules.members,
            ),
        )

    def generate_staff(self) -> pd.DataFrame:
        """`staff`: the teams of the clubs; number i (from 0) belongs to facility i mod `num_facilities`."""
        from datagen.fitness.reference.staff import staff
        from datagen.places import load_places

        return self._kept(
            "staff",
            lambda: staff(
                self._streams("staff"),
                self.num_staff,
                self.generate_facilities(),
                load_places(),
                self.end_date,
                self.rules.staff,
            ),
        )

    def generate_all(self) -> dict[str, pd.DataFrame]:
        """The eight frames by table name, parents before their children."""
        return {
            "membershiptypes": self.generate_membership_types(),
            "classtypes": self.generate_class_types(),
            "instructorcertifications": self.generate_certifications(),
            "facilities": self.generate_facilities(),
            "facilityareas": self.generate_facility_areas(),
            "equipment": self.generate_equipment(),
            "members": self.generate_members(),
            "staff": self.generate_staff(),
        }

    def save_to_csv(self, directory: str | Path = DEFAULT_DIRECTORY) -> Path:
        """Write the tables as CSV with a manifest, whole or not at all; gives the directory.

        A directory that is there is replaced only if it is empty or was written by this project. Raises `OutputError`
        if it cannot be written.
        """
        from datagen.fitness.tables import metadata
        from datagen.output.csv import arrow_to_columns, frame_to_arrow, header, render
        from datagen.output.manifest import build
        from datagen.output.publish import staged
        from datagen.schema import arrow_schema

        frames = self.generate_all()
        final = Path(directory)
        with staged(final) as stage:
            for name, frame in frames.items():
                table = frame_to_arrow(frame, arrow_schema(metadata.tables[name]))
                stage.append(f"{name}.csv", header(table.column_names))
                stage.append(f"{name}.csv", render(arrow_to_columns(table)), rows=table.num_rows)
            stage.publish(build(metadata, stage.files, world="fitness", seed=self.seed, options=self._options()))
        return final

    def _options(self) -> dict[str, Any]:
        """The choices that decide the content, as the manifest states them."""
        from datagen.fitness.rules import FitnessRules
        from datagen.rules import describe

        usual = {item.path: item.value for item in describe(FitnessRules())}
        changed = {item.path: item.value for item in describe(self.rules) if item.value != usual[item.path]}
        options: dict[str, Any] = {
            "facilities": self.num_facilities,
            "members": self.num_members,
            "staff": self.num_staff,
            "end_date": self.end_date,
        }
        return options | ({"rules": {path: str(value) for path, value in changed.items()}} if changed else {})

    def _kept(self, table: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if table not in self._frames:
            self._frames[table] = make()
        return self._frames[table]

    def _streams(self, aspect: str) -> Any:
        from datagen.streams import Streams

        return Streams(self.seed, "fitness", aspect)

    def _street_names(self) -> Any:
        if self._streets is None:
            from datagen.people import faker_pools

            self._streets = faker_pools(self._streams("pools")).streets
        return self._streets


def _count(what: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST[what]:
        raise UsageError(
            f"The number of {what} (--{what}) must be a whole number from 1 to {_MOST[what]}, not {value!r}."
        )
    return value


def _as_of_day(value: dt.date | str | None) -> dt.date:
    """The as-of day: the data is complete up to the end of the day before it."""
    from datagen.calendar import FIRST_YEAR, LAST_YEAR

    if value is None:
        return dt.datetime.now().astimezone().date()
    if isinstance(value, dt.datetime):
        value = value.date()
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageError(f"The end date (--end-date) must be a day such as 2026-01-31, not {value!r}.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"The end date (--end-date) must lie in the years {FIRST_YEAR} to {LAST_YEAR}, not on {day}.")
    return day


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--facilities", type=int, default=2, show_default=True, help="Clubs, each in a city of its own.")
@click.option("--members", type=int, default=500, show_default=True, help="Members of the chain.")
@click.option("--staff", type=int, default=25, show_default=True, help="Staff of the chain.")
@click.option("--seed", type=int, default=42, show_default=True, help="The same seed gives the same bytes.")
@click.option("--end-date", metavar="YYYY-MM-DD", help="The as-of day.  [default: today]")
@click.option("--output-dir", default=DEFAULT_DIRECTORY, show_default=True, help="Directory for the CSV files.")
def command(facilities: int, members: int, staff: int, seed: int, end_date: str | None, output_dir: str) -> None:
    """Make the eight reference (MDM) tables of a chain of fitness centres as CSV files.

    \b
    Examples:
      python fitness_center_data_generator.py
      python fitness_center_data_generator.py --facilities 10 --members 10000 --staff 250
    """
    generator = FitnessCenterDataGenerator(facilities, members, staff, seed, end_date)
    directory = generator.save_to_csv(output_dir)
    for name, frame in generator.generate_all().items():
        click.echo(f"{name:26}{len(frame):>12,} rows")
    click.echo(f"Written to {directory}.")


def main() -> None:
    """Run the command; mistakes are told in one line, with exit status 2 for a bad value and 1 for the rest."""
    try:
        status = command.main(standalone_mode=False)
    except DatagenError as error:
        click.echo(f"Error: {error}", err=True)
        status = error.exit_status
    except click.ClickException as error:
        click.echo(f"Error: {error.format_message()}", err=True)
        status = error.exit_code
    except click.Abort:
        click.echo("Stopped. Earlier output is as it was.", err=True)
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
