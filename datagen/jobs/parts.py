"""Writes the data of a world in parts, which workers write side by side, and goes on with a run that was ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.errors import OutputError
from datagen.jobs.content import Content, Parts, Request
from datagen.progress import Progress, counted

if TYPE_CHECKING:
    from datagen.dataset import Dataset
    from datagen.output.manifest import Written
    from datagen.output.part_files import Place
    from datagen.parts import Cut, PartWriter
    from datagen.runner import Workers


class Home(Protocol):
    """A data set on its way to its place: a `Stage` of a directory, or an `ObjectStage`."""

    @property
    def files(self) -> Mapping[str, Written]:
        """What has been written so far, by name."""
        ...

    def adopt(self, files: Mapping[str, Written]) -> None:
        """Take in files that others have written."""
        ...

    def publish(self, manifest: bytes) -> None:
        """Write the manifest, the last of all files."""
        ...


def write_in_parts(request: Request, directory: Path, progress: Progress) -> Content:
    """Write a data set in parts into a directory or an object store, with a manifest; gives what was written.

    In a directory it is there whole or not at all. Parts of a run that does not come to its end stay in the staging
    directory or the store, for one that is to `resume`.

    Raises: `OutputError` if the directory cannot be written or must not be replaced; what its content raises.
    """
    from datagen.output.file_names import store_of
    from datagen.output.object_store import ObjectPlace, opened
    from datagen.output.part_files import LocalPlace
    from datagen.output.staging import staged

    parts = request.writing.parts
    resume = parts is not None and parts.resume
    if uri := store_of(directory):
        store = ObjectPlace(uri)
        stage = opened(store, resume=resume)
        with _kept(store, store.shown, progress):
            made = _Run(request, stage, store, progress).write()
        store.forget()
        return made
    with staged(directory, goes_on=lambda left: resume or _left_over(left, progress)) as local:
        place = LocalPlace(local.directory)
        try:
            with _kept(place, str(local.directory), progress):
                made = _Run(request, local, place, progress).write()
        except BaseException:
            local.kept = bool(_finished(place))
            raise
    LocalPlace(local.final).forget()
    return made


def _left_over(staging: Path, progress: Progress) -> bool:
    """Tell of what an earlier run has finished, and that this one does not go on with it."""
    from datagen.output.part_files import LocalPlace

    if count := _finished(LocalPlace(staging)):
        progress.say(f"Note: {_groups(count)} of a run that was ended are removed; --resume would have kept them.")
    return False


@contextmanager
def _kept(place: Place, shown: str, progress: Progress) -> Iterator[None]:
    """Tell what is finished if this is left by an exception."""
    try:
        yield
    except BaseException:
        if count := _finished(place):
            progress.say(f"Note: {_groups(count)} stay in {shown}; the same command with --resume goes on.")
        raise


def _finished(place: Place) -> int:
    from datagen.output.part_files import is_receipt

    try:
        return sum(map(is_receipt, place.names()))
    except OutputError:  # it is gone, or cannot be reached any more
        return 0


def _groups(count: int) -> str:
    return f"{counted(count, 'finished group')} of units"


class _Run:
    """The writing of a data set in parts: what is asked for, where it goes, and the totals of what is there."""

    def __init__(self, request: Request, home: Home, place: Place, progress: Progress) -> None:
        from datagen.control_totals import Totals

        self.request, self.home, self.place, self.progress = request, home, place, progress
        self.parts = request.writing.parts or Parts()
        self.totals = Totals(request.world.facts)

    def write(self) -> Content:
        """Write all parts to their place, and publish them; gives what was written."""
        from datagen.generate import survey

        phases = self.request.writing.phases
        with _crew(self.parts, self.request.writing.workers, self.place) as workers:
            with self.progress.phase(phases[0]):
                made = self.request.content()
                step = _on_cluster(made) if self.parts.cluster else _here
                if made.dataset:
                    survey(made.dataset, workers, step("survey_unit"))
                writer, found = self._begin(made)
            if made.dataset:
                self._say_what_is_left(found)
                with self.progress.phase(phases[1], made.dataset.unit_count):
                    self._write_dataset(made.dataset, found, writer, workers, step("make"))
        self._sweep()
        self.home.publish(self.request.manifest(made, self.home.files, self.totals))
        return made

    def _begin(self, made: Content) -> tuple[PartWriter, Cut]:
        """Cut the data set into groups, and write the tables that are there already; gives what writes the others."""
        from datagen.generate import write_frames
        from datagen.parts import ROWS, PartWriter, cut, run_id

        tables, kind, rows = self.request.world.facts, self.request.writing.format, self.parts.rows or ROWS
        run = run_id(self.request.world.name, self.request.seed, made.options, kind, rows)
        writer = PartWriter(self.place, run, kind, tables, self.totals.wanted)
        found = cut(made.dataset, writer, rows)
        with writer.files(0, on_write=self.progress.wrote) as (files, sink):
            write_frames(made.frames, {name: tables[name].arrow_schema() for name in made.frames}, files, self.totals)
        self.home.adopt(sink.files)
        return writer, found

    def _say_what_is_left(self, found: Cut) -> None:
        if self.parts.resume:
            left = len(found.groups) - len(found.known)
            self.progress.say(f"{_groups(len(found.known))} are there already, {left} to go.")

    def _write_dataset(self, dataset: Dataset, found: Cut, writer: PartWriter, workers: Workers, make: Any) -> None:
        """Write the static tables of the data set, then its groups of units; `make` makes a unit, if not its own."""
        from datagen.output.file_names import TableFile
        from datagen.parts import write_tables, write_units

        totals, wrote = self.totals, self.progress.wrote
        self.home.adopt(write_tables(dataset.static_tables(), writer, totals, wrote))
        before = frozenset(file.table for file in map(TableFile.named, self.home.files) if file)
        writer = replace(writer, before=before)
        self.home.adopt(
            write_units(dataset, found, writer, workers, totals, wrote, lambda _: self.progress.step(), make)
        )

    def _sweep(self) -> None:
        """Remove what is not of the data set, such as parts that a worker had begun when it ended; receipts stay."""
        from datagen.output.part_files import RECEIPTS

        wanted = self.home.files
        self.place.remove(
            name for name in self.place.names() if name not in wanted and not name.startswith(f"{RECEIPTS}/")
        )


@contextmanager
def _crew(parts: Parts, count: int, place: Place) -> Iterator[Workers]:
    """The workers that write: so many of this machine, or those of a cluster."""
    from datagen.workers import best_workers

    if parts.cluster is None:
        yield best_workers(count)
        return
    from datagen.cluster import Terms, connected
    from datagen.parts import releases

    with connected(parts.cluster, Terms(releases(), _marker(place))) as workers:
        yield workers


def _marker(place: Place) -> Path | None:
    """A file by which workers see that they write to the same directory; None for a store, which all reach alike."""
    from datagen.output.part_files import MARKER, RECEIPTS, LocalPlace, write_small

    if not isinstance(place, LocalPlace):
        return None
    name = f"{RECEIPTS}/{uuid.uuid4().hex}{MARKER}"
    write_small(place, name, b"")
    return place.directory / name


def _on_cluster(made: Content) -> Callable[[str], Any]:
    """A step of the data set as workers of a cluster take it: opened there, from its recipe."""
    from datagen.cluster import FromRecipe

    assert made.recipe
    opened = FromRecipe(made.recipe, "")
    return lambda step: replace(opened, step=step)


def _here(step: str) -> None:
    """A step that is the data set's own."""
