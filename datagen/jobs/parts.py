"""Writes the data of a world in parts, which workers write side by side, and goes on with a run that was ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.jobs.content import Content, Parts, Writing
from datagen.progress import Progress, counted
from datagen.world import World

if TYPE_CHECKING:
    from datagen.control_totals import Totals
    from datagen.dataset import Dataset
    from datagen.output.part_files import Place
    from datagen.output.staging import Stage
    from datagen.parts import Cut, PartWriter
    from datagen.runner import Workers


def write_in_parts(
    world: World, directory: Path, seed: int, content: Callable[[], Content], writing: Writing, progress: Progress
) -> Content:
    """Write a data set in parts into a directory, with a manifest, whole or not at all; gives what was written.

    Parts of a run that does not come to its end stay in the staging directory, for one that is to `resume`.

    Raises: `OutputError` if the directory cannot be written or must not be replaced; what `content` raises.
    """
    from datagen.output.part_files import LocalPlace
    from datagen.output.staging import staged

    resume = writing.parts is not None and writing.parts.resume
    with staged(directory, goes_on=lambda left: resume or _left_over(left, progress)) as stage, _kept(stage, progress):
        made = _fill(world, stage, seed, content, writing, progress)
    LocalPlace(stage.final).forget()
    return made


def _left_over(staging: Path, progress: Progress) -> bool:
    """Tell of what an earlier run has finished, and that this one does not go on with it."""
    if count := _finished(staging):
        progress.say(f"Note: {_groups(count)} of a run that was ended are removed; --resume would have kept them.")
    return False


@contextmanager
def _kept(stage: Stage, progress: Progress) -> Iterator[None]:
    """Keep what is finished if this is left by an exception, and tell of it."""
    try:
        yield
    except BaseException:
        if count := _finished(stage.directory):
            stage.kept = True
            progress.say(f"Note: {_groups(count)} stay in {stage.directory}; the same command with --resume goes on.")
        raise


def _finished(directory: Path) -> int:
    from datagen.output.part_files import receipts_in

    return len(receipts_in(directory))


def _groups(count: int) -> str:
    return f"{counted(count, 'finished group')} of units"


def _fill(
    world: World, stage: Stage, seed: int, content: Callable[[], Content], writing: Writing, progress: Progress
) -> Content:
    """Write all parts into a staged directory, and publish it."""
    from datagen.control_totals import Totals
    from datagen.output.manifest import build
    from datagen.output.part_files import LocalPlace

    tables = world.facts
    totals = Totals(tables)
    made = _write(world, stage, seed, content, writing, progress, totals)
    _sweep(LocalPlace(stage.directory), stage.files)
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
    stage: Stage,
    seed: int,
    content: Callable[[], Content],
    writing: Writing,
    progress: Progress,
    totals: Totals,
) -> Content:
    """Write all parts; gives what was written."""
    from datagen.generate import survey, write_frames
    from datagen.output.part_files import LocalPlace
    from datagen.parts import ROWS, PartWriter, cut, run_id

    tables, parts = world.facts, writing.parts or Parts()
    place, rows = LocalPlace(stage.directory), parts.rows or ROWS
    with _crew(writing, stage.directory) as workers:
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
def _crew(writing: Writing, directory: Path) -> Iterator[Workers]:
    """The workers that write, of this machine or of a cluster."""
    from datagen.workers import best_workers

    place = writing.parts.cluster if writing.parts else None
    if place is None:
        yield best_workers(writing.workers)
        return
    from datagen.cluster import Terms, connected
    from datagen.output.part_files import MARKER, RECEIPTS
    from datagen.output.staging import as_output_errors
    from datagen.parts import releases

    marker = directory / RECEIPTS / f"{uuid.uuid4().hex}{MARKER}"
    with as_output_errors("write", marker):
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
    with connected(place, Terms(releases(), marker)) as workers:
        yield workers


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
    stage: Stage,
    progress: Progress,
    make: Any,
) -> None:
    from datagen.output.file_names import TableFile
    from datagen.parts import write_tables, write_units

    stage.adopt(write_tables(dataset.static_tables(), writer, totals, progress.wrote))
    writer = replace(writer, before=frozenset(file.table for file in map(TableFile.named, stage.files) if file))
    stage.adopt(write_units(dataset, found, writer, workers, totals, progress.wrote, lambda _: progress.step(), make))
