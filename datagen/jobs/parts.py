"""Writes the data of a world in parts, which workers write side by side, and goes on with a run that was ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.errors import OutputError
from datagen.jobs.content import Content, Parts, Writing
from datagen.progress import Progress, counted
from datagen.world import World

if TYPE_CHECKING:
    from datagen.control_totals import Totals
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


def write_in_parts(
    world: World, directory: Path, seed: int, content: Callable[[], Content], writing: Writing, progress: Progress
) -> Content:
    """Write a data set in parts into a directory or an object store, with a manifest; gives what was written.

    In a directory it is there whole or not at all. Parts of a run that does not come to its end stay in the staging
    directory or the store, for one that is to `resume`.

    Raises: `OutputError` if the directory cannot be written or must not be replaced; what `content` raises.
    """
    from datagen.output.object_store import ObjectPlace, opened, store_of
    from datagen.output.part_files import LocalPlace
    from datagen.output.staging import staged

    resume = writing.parts is not None and writing.parts.resume
    if uri := store_of(directory):
        store = ObjectPlace(uri)
        stage = opened(store, resume=resume)
        with _kept(store, store.shown, progress):
            made = _fill(world, stage, store, seed, content, writing, progress)
        store.forget()
        return made
    with staged(directory, goes_on=lambda left: resume or _left_over(left, progress)) as local:
        place = LocalPlace(local.directory)
        try:
            with _kept(place, str(local.directory), progress):
                made = _fill(world, local, place, seed, content, writing, progress)
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


def _fill(
    world: World,
    stage: Home,
    place: Place,
    seed: int,
    content: Callable[[], Content],
    writing: Writing,
    progress: Progress,
) -> Content:
    """Write all parts to their place, and publish them."""
    from datagen.control_totals import Totals
    from datagen.output.manifest import build

    tables = world.facts
    totals = Totals(tables)
    made = _write(world, stage, place, seed, content, writing, progress, totals)
    _sweep(place, stage.files)
    sums, title = totals.by_table, world.title
    text = build(tables, stage.files, world=world.name, seed=seed, options=made.options, totals=sums, title=title)
    stage.publish(text)
    return made


def _sweep(place: Place, wanted: Collection[str]) -> None:
    """Remove what is not of the data set, such as parts that a worker had begun when it ended; receipts stay."""
    from datagen.output.part_files import RECEIPTS

    place.remove(name for name in place.names() if name not in wanted and not name.startswith(f"{RECEIPTS}/"))


def _write(
    world: World,
    stage: Home,
    place: Place,
    seed: int,
    content: Callable[[], Content],
    writing: Writing,
    progress: Progress,
    totals: Totals,
) -> Content:
    """Write all parts; gives what was written."""
    from datagen.generate import survey, write_frames
    from datagen.parts import ROWS, PartWriter, cut, run_id

    tables, parts = world.facts, writing.parts or Parts()
    rows = parts.rows or ROWS
    with _crew(writing, place) as workers:
        with progress.phase(writing.phases[0]):
            made = content()
            step = _on_cluster(made) if parts.cluster else _here
            if made.dataset:
                survey(made.dataset, workers, step("survey_unit"))
            run = run_id(world.name, seed, made.options, writing.format, rows)
            writer = PartWriter(place, run, writing.format, tables, totals.wanted)
            found = cut(made.dataset, writer, rows)
            with writer.files(0, on_write=progress.wrote) as (files, sink):
                write_frames(made.frames, {name: tables[name].arrow_schema() for name in made.frames}, files, totals)
            stage.adopt(sink.files)
        if made.dataset:
            if parts.resume:
                left = len(found.groups) - len(found.known)
                progress.say(f"{_groups(len(found.known))} are there already, {left} to go.")
            with progress.phase(writing.phases[1], made.dataset.unit_count):
                _write_dataset(made.dataset, found, writer, workers, totals, stage, progress, step("make"))
    return made


@contextmanager
def _crew(writing: Writing, place: Place) -> Iterator[Workers]:
    """The workers that write, of this machine or of a cluster."""
    from datagen.workers import best_workers

    scheduler = writing.parts.cluster if writing.parts else None
    if scheduler is None:
        yield best_workers(writing.workers)
        return
    from datagen.cluster import Terms, connected
    from datagen.parts import releases

    with connected(scheduler, Terms(releases(), _marker(place))) as workers:
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


def _write_dataset(
    dataset: Dataset,
    found: Cut,
    writer: PartWriter,
    workers: Workers,
    totals: Totals,
    stage: Home,
    progress: Progress,
    make: Any,
) -> None:
    from datagen.output.file_names import TableFile
    from datagen.parts import write_tables, write_units

    stage.adopt(write_tables(dataset.static_tables(), writer, totals, progress.wrote))
    writer = replace(writer, before=frozenset(file.table for file in map(TableFile.named, stage.files) if file))
    stage.adopt(write_units(dataset, found, writer, workers, totals, progress.wrote, lambda _: progress.step(), make))
