"""Writes the data of a world in parts, which workers write side by side, and goes on with a run that was ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.jobs.content import Content, Parts, Writing
from datagen.progress import Progress, counted
from datagen.world import World

if TYPE_CHECKING:
    from datagen.control_totals import Totals
    from datagen.dataset import Dataset
    from datagen.output.staging import Stage
    from datagen.parts import Cut, PartWriter


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
    from datagen.generate import write_frames
    from datagen.output.manifest import build
    from datagen.output.part_files import LocalPlace
    from datagen.parts import ROWS, PartWriter, cut, run_id

    tables, parts = world.facts, writing.parts or Parts()
    totals, rows = Totals(tables), parts.rows or ROWS
    with progress.phase(writing.phases[0]):
        made = content()
        run = run_id(world.name, seed, made.options, writing.format, rows)
        writer = PartWriter(LocalPlace(stage.directory), run, writing.format, tables, totals.wanted)
        found = cut(made.dataset, writer, rows)
        with writer.files(0, on_write=progress.wrote) as (files, sink):
            write_frames(made.frames, {name: tables[name].arrow_schema() for name in made.frames}, files, totals)
        stage.adopt(sink.files)
    if made.dataset:
        if parts.resume:
            progress.say(
                f"{_groups(len(found.known))} are there already, {len(found.groups) - len(found.known)} to go."
            )
        with progress.phase(writing.phases[1], made.dataset.unit_count):
            _write_dataset(made.dataset, found, writer, writing.workers, totals, stage, progress)
    sums, title = totals.by_table, world.title
    text = build(tables, stage.files, world=world.name, seed=seed, options=made.options, totals=sums, title=title)
    stage.publish(text)
    return made


def _write_dataset(
    dataset: Dataset, found: Cut, writer: PartWriter, workers: int, totals: Totals, stage: Stage, progress: Progress
) -> None:
    from datagen.output.file_names import TableFile
    from datagen.parts import write_tables, write_units
    from datagen.workers import best_workers

    stage.adopt(write_tables(dataset.static_tables(), writer, totals, progress.wrote))
    before = frozenset(file.table for file in map(TableFile.named, stage.files) if file)
    writer, on = replace(writer, before=before), best_workers(workers)
    stage.adopt(write_units(dataset, found, writer, on, totals, progress.wrote, lambda _: progress.step()))
