"""The complete data set of a chain of fitness centres: all tables, consistent with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, verbs
from datagen.errors import Conflicts, OutputError, UsageError
from datagen.fitness.commands.parameters import months_option, reference_option
from datagen.fitness.size import DEMO, FULL_SCALE, MOST_MONTHS, Size
from datagen.fitness.world import WORLD
from datagen.frozen import dataclass
from datagen.hints import look_into
from datagen.options import as_of_day, seed_number, whole_number, worker_count
from datagen.output.file_names import CSV, PARQUET, file_pattern
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.progress import Progress, counted

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

    from datagen.fitness.course import Course
    from datagen.fitness.rules import FitnessRules
    from datagen.fitness.supplementary.dataset import CompleteDataset
    from datagen.jobs import Content, Parts
    from datagen.output.staging import Stage
    from datagen.plan import Plan

REFERENCE_DIRECTORY = "generated_data_mdm"
"""Where the reference tables go besides, for those who want them alone."""
_LEFT_OUT = (
    "Note: the reference tables alone are not written. {} --mdm-out DIR writes them elsewhere, --no-mdm nowhere."
)


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
    pools: Pools = SHIPPED

    def reference(self) -> tuple[Mapping[str, pd.DataFrame | pa.Table], Course | None]:
        """The eight reference tables: those of `mdm_dir` as frames, and those that are generated as Arrow tables.

        With generated ones comes the course that their memberships have run.

        Raises: `FrameError` for files that are not such tables.
        """
        if self.mdm_dir is not None:
            from datagen.fitness.dataset import REFERENCE_TABLES
            from datagen.frame_files import read_frames

            return read_frames(self.mdm_dir, REFERENCE_TABLES), None
        from datagen.fitness.reference.reference_tables import ReferenceTables

        tables = ReferenceTables(self.size, self.seed, self.end_date, self.rules, self.pools)
        return tables.all(), tables.course

    def dataset(self, frames: Mapping[str, pd.DataFrame | pa.Table], ran: Course | None = None) -> CompleteDataset:
        """The other tables, as a stream, of reference tables and the course that came with them.

        Raises: `FrameError` for frames that cannot be worked from.
        """
        from datagen.fitness.supplementary.dataset import CompleteDataset

        return CompleteDataset(frames, self.rules, self.seed, self.end_date, self.months, self.pools, ran=ran)

    def content(self) -> Content:
        """The tables and the options that decide them; nothing of the machine is among these, hence no paths.

        Raises: `FrameError` as the others do.
        """
        from datagen.jobs import Content, digest
        from datagen.rules import changes

        frames, ran = self.reference()
        dataset = self.dataset(frames, ran)  # checks the frames before anything is made of them
        sizes = {name: len(frames[name]) for name in ("facilities", "members", "staff")}
        from_files = {"reference": digest(WORLD, list(frames), frames)} if self.mdm_dir else {}
        window = {"end_date": self.end_date, "months": self.months}
        options = sizes | from_files | window | {"rules": changes(self.rules)} | self.pools.options
        return Content(options, frames, dataset, self._recipe(frames))

    def _recipe(self, frames: Mapping[str, pd.DataFrame | pa.Table]) -> Callable[[], CompleteDataset]:
        """Makes the data set anew elsewhere: from frames that were given, or from what else is chosen."""
        return partial(self.dataset, frames) if self.mdm_dir else self._anew

    def _anew(self) -> CompleteDataset:
        return self.dataset(*self.reference())


def expected(choices: Choices, workers: int, kind: str = CSV) -> Plan:
    """What a run would make, found by making a small part of it; nothing is written."""
    from datagen.checks.verify import count_checks
    from datagen.plan import plan, planned_format, stored

    tables = WORLD.facts
    sample = choices if choices.mdm_dir else replace(choices, size=choices.size.sample())
    frames, ran = sample.reference()
    dataset = choices.dataset(frames, ran)
    schemas = {name: tables[name].arrow_schema() for name in frames}
    growth = partial(choices.size.growth, sample.size)
    found = plan(frames, schemas, dataset, growth, workers, tables if planned_format(kind) == PARQUET else None)
    return replace(stored(found, kind), checks=count_checks(WORLD, kind))


def generate(
    choices: Choices, output_dir: Path, workers: int, report: Progress, kind: str = CSV, parts: Parts | None = None
) -> Content:
    """Write all tables in a format, with a manifest, whole or not at all; gives what was written.

    Raises: `FrameError` for reference tables that cannot be worked from, `OutputError` if `output_dir` cannot be
    written or must not be replaced.
    """
    from datagen.fitness.supplementary.dataset import CompleteDataset
    from datagen.jobs import Request, Writing, write

    writing = Writing(kind, workers, parts=parts)
    made = write(Request(WORLD, choices.seed, choices.content, writing), output_dir, report)
    if isinstance(made.dataset, CompleteDataset):
        for note in made.dataset.notes():
            report.say(note)
    return made


def write_reference(made: Content, stage: Stage, seed: int, kind: str) -> None:
    """Write the reference tables of a data set alone into a staged directory, and publish it.

    Raises: `OutputError` if that cannot be done.
    """
    from datagen.jobs import Content, Request, Writing, fill

    alone = Content({name: value for name, value in made.options.items() if name != "months"}, made.frames)
    writing = Writing(kind, phases=("Reference tables alone", ""))
    fill(Request(WORLD, seed, lambda: alone, writing), stage, Progress(quiet=True))


@dataclass(frozen=True)
class Asked:
    """What the options ask for, under their names."""

    facilities: int
    members: int
    staff: int
    seed: int
    end_date: str | None
    months: int
    kind: str
    mdm_dir: Path | None
    workers: int | None
    pools: Pools | None
    rules: Path | None
    settings: Sequence[str]
    quiet: bool = False
    verbose: bool = False
    demo: bool = False
    full_scale: bool = False
    as_json: bool = False
    output_dir: Path = field(default_factory=lambda: Path(WORLD.directory))
    mdm_out: Path | None = None
    no_mdm: bool = False
    no_verify: bool = False
    report: bool = False
    certificate: bool = False
    plan: bool = False
    generate_only: bool = False
    verify_dir: Path | None = None
    memory: int | None = None
    parts: bool = False
    part_rows: int | None = None
    resume: bool = False
    cluster: str | None = None
    load_database: bool = False
    database_url: str | None = None
    create_database: bool = False
    schema: str = "public"
    truncate: bool = False
    indexes: bool = False

    def choices(self, context: click.Context) -> Choices:
        """What decides the content. Raises `UsageError` for values that cannot be."""
        conflicts, usual = Conflicts(), WORLD.rules
        choices = Choices(
            size=conflicts.value_of(lambda: self._size(context), DEMO),
            seed=conflicts.value_of(lambda: seed_number(self.seed), 0),
            end_date=conflicts.value_of(lambda: as_of_day(self.end_date), as_of_day(None)),
            months=conflicts.value_of(lambda: whole_number("--months", self.months, 1, MOST_MONTHS), 1),
            rules=conflicts.value_of(lambda: console.changed_rules(usual, self.rules, self.settings, conflicts), usual),
            mdm_dir=self.mdm_dir,
            pools=self.pools or SHIPPED,
        )
        conflicts.value_of(lambda: worker_count(self.workers), 0)
        if not self.mdm_dir:
            with conflicts.noted():
                choices.size.refuse_what_cannot_be(choices.rules)
        conflicts.refuse()
        return choices

    def _size(self, context: click.Context) -> Size:
        """The size asked for: numbers typed go before --demo and --full-scale, and these before settings."""
        given = Size(self.facilities, self.members, self.staff)
        typed = [name for name in ("facilities", "members", "staff") if console.is_typed(context, name)]
        if self.demo and self.full_scale:
            raise UsageError("--demo and --full-scale exclude each other; give one of them.")
        if console.is_typed(context, "mdm_dir") and (self.demo or self.full_scale or typed):
            raise UsageError("With --mdm-dir, the reference tables there decide the size; leave out options of size.")
        if self.demo or self.full_scale:
            return replace(FULL_SCALE if self.full_scale else DEMO, **{name: getattr(given, name) for name in typed})
        return given


_SIZES = (
    click.option("--demo", is_flag=True, help="2 facilities, 500 members, 25 staff.  [the default size]"),
    click.option("--full-scale", is_flag=True, help="10 facilities, 10,000 members, 250 staff."),
    console.size_option("--facilities", DEMO.facilities, "Facilities, each in a city of its own."),
    console.size_option("--members", DEMO.members, "Members of the chain, past ones included."),
    console.size_option("--staff", DEMO.staff, "Staff of the chain."),
    console.seed_option,
    console.end_date_option,
    months_option,
    console.format_option,
    reference_option(None),
    console.workers_option,
    console.pools_option,
    console.rule_options,
)
_FILES: tuple[console.Decorator, ...] = (
    console.output_option(WORLD.directory, store=True),
    click.option(
        "--mdm-out",
        cls=console.Setting,
        type=console.path,
        help=f"Directory for the reference tables alone.  [default: {REFERENCE_DIRECTORY}, unless edited]",
    ),
    click.option("--no-mdm", is_flag=True, help="Do not write the reference tables alone as well."),
    *verbs.PARTS,
)


@console.command(
    """Generate the complete data set of a chain of fitness centres as CSV or Parquet files.

    Without a size, the demo's is taken. The same seed, end date and options give the same bytes, whatever the machine.

    \b
    Examples:
      python run_complete_data_generation.py --demo
      python run_complete_data_generation.py --facilities 5 --members 2000 --staff 100
      python run_complete_data_generation.py --full-scale --end-date 2026-01-31 --months 24
      python run_complete_data_generation.py --full-scale --plan
      python run_complete_data_generation.py --demo --format parquet
      python run_complete_data_generation.py --full-scale --parts
      python run_complete_data_generation.py --demo --set payments.success_rate=0.9
      python run_complete_data_generation.py --mdm-dir generated_data_mdm
      python run_complete_data_generation.py --verify generated_data_complete
      python run_complete_data_generation.py --demo --load-database
    """,
    *_SIZES,
    *_FILES,
    click.option("--plan", is_flag=True, help="Print the tables, size, memory and time to expect; generate nothing."),
    click.option("--generate-only", is_flag=True, help="Write files and verify them, no more.  [the default]"),
    click.option(
        "--verify",
        "verify_dir",
        metavar="DIR",
        type=console.path,
        help="Verify the files of a directory; generate nothing. Without a manifest, give --end-date and --months.",
    ),
    console.memory_option,
    *verbs.DELIVERY,
    console.json_option,
    console.talk_options,
)
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Check the options, then plan, generate or verify the data set."""
    asked = Asked(**options)
    if asked.verify_dir is not None:
        console.refuse_all_but(
            context, "--verify", {"verify_dir", "end_date", "months", "memory", "as_json", "quiet", "verbose"}
        )
        verbs.verify_files(context, WORLD, asked.verify_dir, as_json=asked.as_json, memory=asked.memory)
        return
    console.refuse(context, "a run without --verify", {"memory"})
    if asked.plan:
        ignored = {
            "output_dir",
            "mdm_out",
            "no_mdm",
            "no_verify",
            "report",
            "certificate",
            "generate_only",
            "resume",
            *console.LOADING,
            "load_database",
        }
        ignored |= {"quiet", "verbose"}
        console.refuse(context, "--plan", ignored)
        _plan(context, asked)
    else:
        _generate(context, asked)


@console.command(
    "Generate the complete data set as CSV or Parquet files.", *_SIZES, *_FILES, *verbs.DELIVERY, *console.ENDS
)
@click.pass_context
def generate_verb(context: click.Context, /, **options: Any) -> None:
    """Check the options, then generate, verify and load."""
    _generate(context, Asked(**options))


@console.command(
    "Print the tables, size, memory and time to expect; generate nothing.",
    *_SIZES,
    *verbs.PLANNED_PARTS,
    *console.TELLS,
)
@click.pass_context
def plan_verb(context: click.Context, /, **options: Any) -> None:
    """Check the options, then plan."""
    _plan(context, Asked(**options))


def _plan(context: click.Context, asked: Asked) -> None:
    found = verbs.with_parts(context, expected(asked.choices(context), worker_count(asked.workers), asked.kind))
    console.give(found.plain() if asked.as_json else found.text())


def _generate(context: click.Context, asked: Asked) -> None:
    from datagen import jobs

    if asked.generate_only and asked.load_database:
        raise UsageError("--generate-only and --load-database exclude each other; give one of them.")
    if asked.mdm_out and (asked.no_mdm or asked.mdm_dir):
        raise UsageError("--mdm-out writes reference tables that are generated; leave out --no-mdm and --mdm-dir.")
    choices, count, wanted = asked.choices(context), worker_count(asked.workers), verbs.delivery(context)
    parts = verbs.parts_of(context)
    report = console.begin(_title(choices), quiet=asked.quiet or asked.as_json, verbose=asked.verbose)
    if wanted.target:
        jobs.reach(WORLD, wanted.target, report)  # before the work
    _write(choices, asked, count, report, parts)
    file = asked.output_dir / file_pattern("memberaccess", asked.kind, WORLD.name)
    file = verbs.first_part(asked.output_dir, "members", asked.kind) if parts else file
    following = look_into(file, "memberaccess")
    verbs.deliver(WORLD, asked.output_dir, report, wanted, following)


def _write(choices: Choices, asked: Asked, workers: int, report: Progress, parts: Parts | None) -> None:
    """Write the data set and, into a directory of their own, the reference tables alone."""
    with ExitStack() as stack:
        stage = _reference_stage(asked, report, stack)
        made = generate(choices, asked.output_dir, workers, report, asked.kind, parts)
        if stage is None:
            return
        try:
            write_reference(made, stage, choices.seed, asked.kind)
        except OutputError as error:
            if asked.mdm_out:
                raise
            report.say(_LEFT_OUT.format(error))
        else:
            report.say(f"The reference tables alone are in {asked.mdm_out or REFERENCE_DIRECTORY}.")


def _reference_stage(asked: Asked, report: Progress, stack: ExitStack) -> Stage | None:
    """Where the reference tables alone are written, if anywhere.

    They are a by-product unless --mdm-out asks for them: what a user edited or keeps there stays, and is named.
    """
    from datagen.jobs import is_as_written
    from datagen.output.staging import staged

    if asked.no_mdm or asked.mdm_dir:
        return None
    if asked.mdm_out:
        if asked.mdm_out.resolve() == asked.output_dir.resolve():
            raise UsageError(f"--mdm-out: all tables go to {asked.output_dir}. Choose another directory.")
        return stack.enter_context(staged(asked.mdm_out))
    usual = Path(REFERENCE_DIRECTORY)
    if usual.resolve() == asked.output_dir.resolve():
        return None
    try:
        if usual.is_dir() and any(usual.iterdir()) and not is_as_written(usual):
            raise OutputError(f"{usual} holds files that were edited or are not datagen's, and stays as it is.")
        return stack.enter_context(staged(usual, ours=is_as_written))
    except (OSError, OutputError) as error:
        report.say(_LEFT_OUT.format(error))
        return None


def _title(choices: Choices) -> str:
    size = choices.size
    what = (
        f"reference tables from {choices.mdm_dir}"
        if choices.mdm_dir
        else f"{counted(size.facilities, 'facility', 'facilities')}, {counted(size.members, 'member')}, "
        f"{size.staff:,} staff"
    )
    return f"{WORLD.title}: {what}, seed {choices.seed}, {counted(choices.months, 'month')} to {choices.end_date}"


def main() -> None:
    """Run the command."""
    console.main(command)
