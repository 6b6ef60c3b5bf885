"""Loading a directory into a database, whole or not at all.

New tables are created, filled, keyed, indexed and compared with their manifest beside those that readers see, and then
take their place in one moment. Killed at any other, the database holds all of the old data or all of the new. What a
killed load leaves behind is removed by the next.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from datagen.errors import DataError
from datagen.frozen import dataclass
from datagen.loading.backend import (
    BLOCK,
    Backend,
    Existing,
    Facts,
    RowsRefused,
    Staging,
    Worker,
    noting_what_is_left,
    rows_in_the_way,
)
from datagen.loading.continuity import check_continuity
from datagen.loading.diagnosis import explain
from datagen.loading.load_record import LoadedFile, files_of, generation_of
from datagen.loading.source_files import Directory, Source
from datagen.loading.task_graph import Stop, Task, Work
from datagen.loading.value_formats import check_forms
from datagen.progress import Progress
from datagen.schema import load_order, references

if TYPE_CHECKING:
    from sqlalchemy import FromClause, MetaData, Table


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: Mapping[str, int]
    """Rows by table, of the tables the directory has."""
    bytes: int
    seconds: float
    kept: tuple[str, ...]
    """Tables that the directory does not have and whose rows stayed."""
    warnings: tuple[str, ...]
    seconds_of: Mapping[str, float] = field(default_factory=dict)
    """Of a world in several databases, the seconds that each took."""


def load(
    backend: Backend,
    directory: Directory,
    metadata: MetaData,
    *,
    schema: str,
    truncate: bool = False,
    views: Path | None = None,
    report: Progress | None = None,
) -> Loaded:
    """Load the tables of a directory; with `truncate` they replace those of the database that have rows already.

    Tables of the world that the directory does not have keep their rows, or are made empty. `views` is a directory of
    SQL files, one view each, that are created with the tables. Nothing has changed if it raises.

    Raises:
        DataError: rows that break a rule of their table, or rows in the way.
        DatabaseError: everything else that fails.
    """
    begun = time.perf_counter()
    report = report or Progress(quiet=True)
    refuse_forms(directory)
    with noting_what_is_left(), backend.exclusive(schema):
        existing = backend.inspect(schema, metadata)
        given = refuse_rows(backend.facts, existing, directory, truncate=truncate)
        with backend.stage(existing, metadata, views, generation_of(directory)) as staging, dropped_on_failure(staging):
            build = Build(backend.facts, staging, existing, directory, metadata, report)
            build.run()
            files = build.files(backend.record(schema))
            warnings = staging.swap(files, views, set() if truncate else given)
    for warning in warnings:
        report.say(f"Note: {warning}")
    seconds = time.perf_counter() - begun
    return Loaded(build.counts, directory.size, seconds, tuple(build.kept), (*directory.warnings, *warnings))


def create_tables(backend: Backend, metadata: MetaData, schema: str) -> list[str]:
    """Create, empty, the tables that the schema does not have, with everything about them; gives their names."""
    with backend.exclusive(schema):
        existing = backend.inspect(schema, metadata)
        new = [table.name for table in load_order(metadata) if table.name not in existing.tables]
        backend.create_tables(schema, metadata, new)
    return new


def refuse_forms(directory: Directory) -> None:
    """Refuse values that a database would take, but not as they are meant."""
    for name in dict.fromkeys(source.table.name for source in directory.sources if source.resource is None):
        if fault := check_forms(directory.of(name)):
            raise fault


def refuse_rows(facts: Facts, existing: Existing, directory: Directory, *, truncate: bool) -> set[str]:
    """Refuse to double the rows of tables, unless they are to be replaced; gives the tables of the directory."""
    given = {source.table.name for source in directory.sources}
    if not truncate and (there := sorted(existing.filled & given)):
        raise rows_in_the_way(facts, existing.schema, there)
    return given


@contextmanager
def dropped_on_failure(staging: Staging) -> Iterator[None]:
    """Remove what was staged if the work within fails."""
    try:
        yield
    except BaseException:
        staging.drop()
        raise


@dataclasses.dataclass
class Build:
    """The new tables in the making, over several connections."""

    facts: Facts
    staging: Staging
    existing: Existing
    directory: Directory
    metadata: MetaData
    report: Progress
    counts: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    parts: dict[Path, int] = field(default_factory=dict)
    """Rows by file."""
    totals: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """Control totals by table, where there is no manifest to state them."""

    def __post_init__(self) -> None:
        self.tables = load_order(self.metadata)
        self.sources = {table.name: self.directory.of(table.name) for table in self.tables}
        self.kept = [name for name in self.existing.tables if name in self.existing.filled and not self.sources[name]]
        """Tables whose rows stay."""
        self._telling = threading.Lock()
        self._work: Work[Worker] = Work([])

    def run(self, what: str = "") -> None:
        """Build all tables, and see that they hold what they should; progress names `what` they belong to."""
        if self.kept:
            self.staging.hold(self.kept)
        self._work = Work([task for table in self.tables for task in self._tasks(table)])
        steps = sum(-(-source.size // BLOCK) for source in self.directory.sources) + self._work.size
        title = f"Load into {self.facts.title}" + (f", {what}" if what else "")
        with self.staging.workers() as workers, self.report.phase(title, steps):
            self._work.run(workers)
        if history := self.directory.history:
            with self._refusing(self.metadata.tables[history.growing.table]):
                check_continuity(self.staging.ask, self._staged, self.directory, self.parts)

    def _staged(self, name: str) -> FromClause:
        return self.staging.staged(self.metadata.tables[name])

    def files(self, record: Iterable[LoadedFile]) -> list[LoadedFile]:
        """The load record when the new tables are in their place; `record` is what it says now."""
        replaced = set(self.metadata.tables) - set(self.kept)
        files = files_of(self.directory, self.counts, self.totals, self.staging.generation)
        return [*files, *(file for file in record if file.table_name not in replaced)]

    def _tasks(self, table: Table) -> Iterator[Task[Worker]]:
        name, size, small = table.name, self._size(table.name), self._is_small(table.name)

        def task(what: str, needs: Iterable[str], run: Callable[[Worker], None]) -> Task[Worker]:
            return Task(f"{what} {name}", size, frozenset(needs), partial(self._run, table, run))

        filled = task("fill", (), partial(self._fill, table=table, with_keys=small))
        yield filled
        keyed, done = filled.name, [filled.name]
        if not small:
            key = task("key", [filled.name], lambda worker: worker.add_keys(table))
            yield key
            keyed, done = key.name, [key.name]
        for index in [*([] if small else self.staging.own_indexes(table)), *self.staging.extra_indexes(table)]:
            add = task(f"index {index} of", [keyed], partial(_add_index, table=table, name=index))
            done.append(add.name)
            yield add
        parents = {parent for item in references(table) if item.enforced for parent, _ in item.parents}
        ready = [f"fill {parent}" if self._is_small(parent) else f"key {parent}" for parent in parents - {name}]
        yield task("finish", [*done, *ready], lambda worker: worker.finish(table))
        # With its indexes, whose values tell a table's references: on MySQL 4 times cheaper than without.
        yield task("prove", [f"finish {name}"], partial(self._prove, table=table))

    def _run(self, table: Table, run: Callable[[Worker], None], worker: Worker) -> None:
        with self._refusing(table):
            run(worker)
        self.step()

    @contextmanager
    def _refusing(self, table: Table) -> Iterator[None]:
        """Turn the database's refusal of rows into the fault of a file."""
        try:
            yield
        except RowsRefused as error:
            raise explain(error, table, self.directory.sources, self._rows) from error

    def _rows(self, table: Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of columns of a staged table."""
        found = self.staging.staged(table)
        return self.staging.ask(select(*(found.c[name] for name in columns)))

    def _is_small(self, name: str) -> bool:
        return self._size(name) < self.facts.small and name not in self.kept

    def _size(self, name: str) -> int:
        return sum(source.size for source in self.sources[name])

    def _fill(self, worker: Worker, *, table: Table, with_keys: bool) -> None:
        if table.name in self.kept:
            worker.copy_kept(table, with_keys=with_keys)
            return
        sources = self.sources[table.name]
        parts = worker.fill(table, sources, self.step, self._sent, with_keys=with_keys)
        with self._telling:
            self.parts |= parts
            if sources:
                self.counts[table.name] = sum(parts.values())

    def _sent(self, source: Source, rows: int) -> None:
        """Compare a file that has arrived with what the manifest states of it."""
        said = source.written.rows if source.written else rows
        if rows != said:
            raise DataError(
                f"{source.path} has {rows:,} rows where its manifest states {said:,}. Generate the data again. "
                "The database is as it was."
            )
        with self._telling:
            self.report.wrote(source.table.name, rows, source.size)

    def _prove(self, worker: Worker, *, table: Table) -> None:
        """See that a table has the control totals that its manifest states."""
        history = self.directory.history
        if resource := next((item.resource for item in self.sources[table.name] if item.resource), None):
            self._compare_totals(worker.totals(table, resource.totals), table, resource.totals)
        if history and table.name == history.growing.table:
            self.totals[table.name] = worker.totals(table, history.growing.totals)

    def _compare_totals(self, found: Mapping[str, Decimal], table: Table, said: Mapping[str, str]) -> None:
        for column, total in found.items():
            if total != Decimal(said[column]):
                raise DataError(
                    f"The control total of {table.name}.{column} is {total} where the manifest of "
                    f"{self.directory.path} states {said[column]}. Generate the data again. The database is as it was."
                )

    def step(self) -> None:
        """Tell that a block was sent or a task ended; raises `Stop` if the work was given up."""
        if self._work.given_up:
            raise Stop
        with self._telling:
            self.report.step()


def _add_index(worker: Any, *, table: Table, name: str) -> None:
    worker.add_index(table, name)
