"""Loading a world that lies in several databases: all of them are made ready, then swapped one after another.

One transaction cannot span databases. So everything that can fail comes first - staging, keys, checks -, and only then
are the new tables put in place, database by database, each in one moment with the generation it belongs to. Killed in
between, some databases hold the new generation and others the old, each whole; `status` says so, and the same load
again finds what is staged and only finishes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from datagen.errors import DatagenError, NoSuchDatabase, listed
from datagen.frozen import dataclass
from datagen.loading.backend import Backend, Existing, Staging, noting_what_is_left
from datagen.loading.load import Build, Loaded, refuse_forms, refuse_rows
from datagen.loading.load_record import LoadedFile, files_of, generation_of
from datagen.loading.source_files import Directory
from datagen.progress import Progress
from datagen.schema import databases, part_of

if TYPE_CHECKING:
    from sqlalchemy import MetaData

AGAIN = "Run the same command again: it finishes what is left."
"""What to do where some databases hold the new data and others the old."""


@dataclass(frozen=True)
class Part:
    """One database of a world."""

    name: str
    backend: Backend
    metadata: MetaData
    """Its tables."""


@dataclass(frozen=True)
class DatabaseStatus:
    """What a database of a world holds, by its load record."""

    name: str
    place: str
    exists: bool
    files: tuple[LoadedFile, ...] = ()
    waiting: str | None = None
    """The generation of complete tables that an interrupted load has left beside the others."""

    @property
    def generations(self) -> frozenset[str]:
        """The generations of its tables; databases that belong together have one and the same."""
        return frozenset(file.generation for file in self.files if file.generation)

    @property
    def loaded_at(self) -> str | None:
        """When its newest table was loaded or appended to, if that is known."""
        return max((file.loaded_at for file in self.files if file.loaded_at), default=None)

    @property
    def rows(self) -> int:
        """The rows that were loaded."""
        return sum(file.row_count for file in self.files)


def parts_of(backend: Backend, metadata: MetaData, prefix: str = "") -> list[Part]:
    """The databases of a world's tables, all on the server of a backend, in the order in which they are loaded.

    `prefix` goes before the name that each has on the server.
    """
    return [Part(name, backend.beside(prefix + name), part_of(metadata, name)) for name in databases(metadata)]


def load_all(
    parts: Sequence[Part],
    directory: Directory,
    *,
    schema: str,
    truncate: bool = False,
    report: Progress | None = None,
    before_swap: Callable[[], None] = lambda: None,
) -> Loaded:
    """Load the tables of a directory into their databases; see `datagen.loading.load.load`.

    `before_swap` is called when everything is staged, and raises if it must not take its place. Before the first swap
    nothing has changed if this raises; after it, the message says which databases hold the new data.

    Raises:
        DataError: rows that break a rule of their table, or rows in the way.
        DatabaseError: everything else that fails.
    """
    begun, report = time.perf_counter(), report or Progress(quiet=True)
    refuse_forms(directory)
    load = _Load(parts, directory, schema, report)
    with noting_what_is_left(), ExitStack() as stack:
        for part in parts:
            stack.enter_context(part.backend.exclusive(schema))
        existing = {part.name: part.backend.inspect(schema, part.metadata) for part in parts}
        if not load.finish(existing):
            given = {
                part.name: refuse_rows(part.backend.facts, existing[part.name], load.own(part), truncate=truncate)
                for part in parts
            }
            load.stage(existing, stack)
            before_swap()
            load.swap({} if truncate else given)
    for warning in load.warnings:
        report.say(f"Note: {warning}")
    seconds, warnings = time.perf_counter() - begun, (*directory.warnings, *load.warnings)
    return Loaded(load.counts, directory.size, seconds, tuple(load.kept), warnings, load.seconds)


class _Load:
    """A load into several databases."""

    def __init__(self, parts: Sequence[Part], directory: Directory, schema: str, report: Progress) -> None:
        self._parts, self._directory, self._schema, self._report = parts, directory, schema, report
        self._generation = generation_of(directory)
        self._ready: dict[str, tuple[Staging, list[LoadedFile]]] = {}
        self._swapped: list[str] = []
        self.counts: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self.kept: list[str] = []
        self.warnings: list[str] = []

    def own(self, part: Part) -> Directory:
        """The files of a database."""
        mine = (source for source in self._directory.sources if source.table.name in part.metadata.tables)
        return replace(self._directory, sources=tuple(mine))

    def finish(self, existing: Mapping[str, Existing]) -> bool:
        """Finish an interrupted load of the same files, if there is one to be finished."""
        done = [part for part in self._parts if self._is_done(part)]
        left = [part for part in self._parts if part not in done]
        if not done or not left or not self._directory.manifest:
            return False
        with ExitStack() as stack:
            for part in left:
                staging = stack.enter_context(part.backend.staged(existing[part.name], part.metadata, None))
                if staging is None or staging.generation != self._generation:
                    return False
                self._ready[part.name] = staging, self._files(part)
            names = listed([part.name for part in left], 3)
            self._report.say(f"Finishing an interrupted load: {names} still had to follow.")
            self.swap({})
        self.counts = {source.table.name: 0 for source in self._directory.sources}
        for source in self._directory.sources:
            self.counts[source.table.name] += source.written.rows if source.written else 0
        return True

    def _is_done(self, part: Part) -> bool:
        """Whether a database holds this generation of all tables that the directory has of it."""
        given = {source.table.name for source in self.own(part).sources}
        record = {file.table_name: file.generation for file in part.backend.record(self._schema)}
        return bool(given) and all(record.get(name) == self._generation for name in given)

    def _files(self, part: Part) -> list[LoadedFile]:
        """The load record of a database whose tables were staged by an earlier run; none of them was kept."""
        own, manifest = self.own(part), self._directory.manifest
        assert manifest
        counts = {item.table: item.written.rows for item in manifest.resources}
        others = [file for file in part.backend.record(self._schema) if file.table_name not in part.metadata.tables]
        return [*files_of(own, counts, {}, self._generation), *others]

    def stage(self, existing: Mapping[str, Existing], stack: ExitStack) -> None:
        """Make the new tables of all databases ready, and note durably that they are."""
        builds = {}
        for part in self._parts:
            begun = time.perf_counter()
            staging = stack.enter_context(
                part.backend.stage(existing[part.name], part.metadata, None, self._generation)
            )
            stack.enter_context(self._dropped_before_the_first_swap(staging))
            build = Build(part.backend.facts, staging, existing[part.name], self.own(part), part.metadata, self._report)
            build.run(part.name)
            builds[part.name] = build
            self.seconds[part.name] = time.perf_counter() - begun
            self.counts |= build.counts
            self.kept += build.kept
            self._ready[part.name] = staging, build.files(part.backend.record(self._schema))
        if not self.kept:  # rows that were kept may change until the next run
            for staging, _ in self._ready.values():
                staging.mark_ready()

    @contextmanager
    def _dropped_before_the_first_swap(self, staging: Staging) -> Iterator[None]:
        """Remove what was staged if the work within fails, unless the next run can finish it."""
        try:
            yield
        except BaseException:
            if not self._swapped:
                staging.drop()
            raise

    def swap(self, empty: Mapping[str, set[str]]) -> None:
        """Put the new tables of one database after the other in place."""
        for name, (staging, files) in self._ready.items():
            begun = time.perf_counter()
            with self._noting_what_is_done():
                self.warnings += staging.swap(files, None, empty.get(name, set()))
            self._swapped.append(name)
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    @contextmanager
    def _noting_what_is_done(self) -> Iterator[None]:
        """Say in what ends the work within which databases hold the new data already."""
        try:
            yield
        except BaseException as error:
            if not self._swapped:
                raise
            what = (
                f"{listed(self._swapped, 3)} {_hold(self._swapped)} the new data already, the others the old. {AGAIN}"
            )
            if isinstance(error, DatagenError):
                raise type(error)(f"{error} {what}") from error
            error.add_note(what)
            raise


def status(parts: Sequence[Part], schema: str) -> list[DatabaseStatus]:
    """What each database of a world holds.

    Raises: `DatabaseError` for a server that cannot be asked.
    """
    return [_status(part, schema) for part in parts]


def _status(part: Part, schema: str) -> DatabaseStatus:
    try:
        part.backend.connect()
    except NoSuchDatabase:
        return DatabaseStatus(part.name, part.backend.place, exists=False)
    files = [file for file in part.backend.record(schema) if file.table_name in part.metadata.tables]
    with part.backend.staged(Existing(schema, (), frozenset()), part.metadata, None) as staging:
        waiting = staging.generation if staging else None
    return DatabaseStatus(part.name, part.backend.place, exists=True, files=tuple(files), waiting=waiting)


def why_apart(found: Sequence[DatabaseStatus]) -> str:
    """Why databases do not belong together, in a sentence or two; empty if they do."""
    groups: dict[frozenset[str], list[str]] = {}
    for item in found:
        groups.setdefault(item.generations, []).append(item.name)
    if len(groups) == 1 and len(next(iter(groups))) <= 1:
        return ""
    parts = [f"{listed(names, 3)} {_hold(names)} {_generation_text(which)}" for which, names in groups.items()]
    newest = {item.waiting for item in found if item.waiting} & {one for which in groups for one in which}
    then = AGAIN if newest else "Load all of them anew."
    return f"The databases do not belong together: {'; '.join(parts)}. {then}"


def _hold(names: Sequence[str]) -> str:
    return "holds" if len(names) == 1 else "hold"


def _generation_text(generations: frozenset[str]) -> str:
    if not generations:
        return "nothing"
    one = min(generations)
    return f"generation {one[:8]}" if len(generations) == 1 else f"{len(generations)} generations, {one[:8]} among them"
