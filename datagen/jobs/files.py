"""What commands do with files: write the data of a world, and verify it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.checks.findings import summary
from datagen.errors import CheckError, DataError, OutputError, listed
from datagen.jobs.content import Content, Request
from datagen.jobs.copies import at_hand
from datagen.output.file_names import DATABASE_FORMATS, LAKE_FORMATS, named, store_of
from datagen.world import Options, World, loaded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from datagen.checks.findings import Verdict
    from datagen.output.manifest import Manifest, Written
    from datagen.output.staging import Stage
    from datagen.progress import Progress

VERDICT_FILE = "verification.json"
"""The details of a verification, beside the data."""
_MOST_NAMED = 5


def write(request: Request, directory: Path, progress: Progress) -> Content:
    """Write a data set as files with a manifest, whole or not at all; gives what was written.

    Raises: `OutputError` if the directory cannot be written or must not be replaced; what its content raises.
    """
    from datagen.output.staging import staged

    if request.writing.parts:
        from datagen.jobs.parts import write_in_parts

        return write_in_parts(request, directory, progress)
    with staged(directory) as stage:
        return fill(request, stage, progress)


def fill(request: Request, stage: Stage, progress: Progress) -> Content:
    """Write a data set into a staged directory, and publish it; see `write`."""
    from datagen.control_totals import Totals
    from datagen.generate import survey, write_dataset, write_frames
    from datagen.output.database_files import DatabaseModel
    from datagen.output.table_writers import table_files
    from datagen.workers import best_workers

    world, writing = request.world, request.writing
    tables, workers = world.facts, best_workers(writing.workers)
    totals = Totals(tables)
    model = DatabaseModel(world.name, lambda: world.metadata, lambda: world.views)
    with table_files(writing.format, stage, tables, progress.wrote, model=model) as files:
        with ExitStack() as phase:
            phase.enter_context(progress.phase(writing.phases[0]))
            made = request.content()
            schemas = {name: tables[name].arrow_schema() for name in made.frames}
            write_what_is_there = partial(write_frames, made.frames, schemas, files, totals)
            if made.dataset is None:
                write_what_is_there()
            else:
                survey(made.dataset, workers)
                units = made.dataset.unit_count

                def begun() -> None:
                    write_what_is_there()
                    phase.close()
                    phase.enter_context(progress.phase(writing.phases[1], units))

                write_dataset(made.dataset, workers, files, lambda _: progress.step(), totals, begun)
        if writing.format in DATABASE_FORMATS:
            with progress.phase("Keys and rows of the database"):
                files.finish()
        if writing.format in LAKE_FORMATS:
            with progress.phase("Commits to the lake"):
                files.finish()
    stage.publish(request.manifest(made, stage.files, totals, files.inside))
    return made


def digest(world: World, tables: Sequence[str], frames: Mapping[str, pd.DataFrame | pa.Table]) -> str:
    """The text by which a manifest names tables that came from elsewhere: `sha256:` and the hash of their rows."""
    from datagen.generate import frames_digest

    schemas = {table: world.facts[table].arrow_schema() for table in tables}
    return f"sha256:{frames_digest({table: frames[table] for table in tables}, schemas)}"


def is_as_written(directory: Path) -> bool:
    """Whether a directory holds a data set of ours and nothing else, byte for byte as it was written."""
    from datagen.output.manifest import NAME, read_manifest

    try:
        manifest = read_manifest(directory)
        files = {name: file for item in manifest.resources for name, file in item.files.items()} if manifest else {}
        strange = {path.name for path in directory.iterdir()} - {NAME, VERDICT_FILE, *files}
        return bool(files) and not strange and all(_is_file(directory / name, file) for name, file in files.items())
    except (OSError, OutputError):
        return False


def _is_file(path: Path, file: Written) -> bool:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256


def verify_files(
    world: World,
    directory: Path,
    given: Options,
    progress: Progress,
    workers: int | None = None,
    memory: int | None = None,
) -> Verdict:
    """Verify the files of a directory, tell how it came out, and put the details into its `verification.json`.

    Of an object store, a copy is verified; the details go there, too. Options that are `given` go before those of the
    manifest. `memory` is the MiB that may be used; by default it follows the machine. A directory that cannot be
    written to keeps no details, which is said.

    Raises: `UsageError` or `StateError` if it is no data set, `InputError` for files that cannot be read, `OutputError`
    for an object store that cannot be.
    """
    from datagen.checks.verify import verify_directory

    with at_hand(directory, progress) as files:
        if world.verify_files:
            verdict: Verdict = loaded(world.verify_files)(files, workers, progress, memory)
        else:
            verdict = verify_directory(files, world, given, memory=memory, threads=workers, progress=progress)
    store = store_of(directory)
    kept = _keep_in_store(verdict, store) if store else _keep(verdict, directory / VERDICT_FILE)
    progress.say(f"\n{summary(verdict)}\n{kept}")
    return verdict


def _keep_in_store(verdict: Verdict, uri: str) -> str:
    from datagen.output.object_store import ObjectPlace

    place = ObjectPlace(uri)
    try:
        place.put(VERDICT_FILE, [verdict.to_json().encode()])
    except OutputError as error:
        return f"Note: the details are not kept. {error}"
    return f"Details are in {place.shown}/{VERDICT_FILE}."


def _keep(verdict: Verdict, path: Path) -> str:
    """Write the details beside the data; the line about that."""
    from datagen.output.text_file import put_text

    try:
        put_text(path, verdict.to_json(), "Check its permissions and the room.")
    except OutputError as error:
        return f"Note: the details are not kept. {error}"
    return f"Details are in {path}."


def refuse_broken(verdict: Verdict, what: str, advice: str) -> None:
    """Raise `CheckError`, naming what is broken, unless every hard rule and every check of the schema holds."""
    broken = [finding.check for finding in verdict.failed() if not finding.statistical]
    if broken:
        raise CheckError(f"{what} breaks {listed(broken, _MOST_NAMED)}. {advice}")


def refuse_broken_files(verdict: Verdict, directory: Path) -> None:
    """Raise `CheckError` if the files of a directory break a rule or the schema."""
    where = named(directory)
    details = f"{where}/{VERDICT_FILE}"
    refuse_broken(verdict, f"The data in {where}", f"The report names the offending rows; see also {details}.")


def manifest_of(directory: Path | None) -> Manifest | None:
    """The manifest of a directory that a database is compared with; None for no directory.

    Raises: `DataError` for a directory without a manifest.
    """
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory) if directory else None
    if directory and manifest is None:
        raise DataError(
            f"{directory} has no manifest to compare the database with. Give the directory that was loaded, "
            "or none, to compare with what the last load noted."
        )
    return manifest
