"""Whether the metadata of a lake registers the files that its directory is to have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datagen.checks.findings import Finding, Outcome
from datagen.errors import UsageError
from datagen.output.file_names import CATALOG, DELTA, ICEBERG
from datagen.output.manifest import Manifest

_LOG = "_delta_log"


def judge_lake(directory: Path, manifest: Manifest) -> Iterator[Finding]:
    """A finding for each table of a lake: its newest version is the files of the manifest, with their rows.

    None for a directory that is no lake; skipped where the library that reads the metadata is not installed.
    """
    for resource in manifest.resources:
        names = [Path(name) for name in resource.files]
        place = names[0].parent
        if (directory / place / _LOG).is_dir():
            kind = DELTA
        elif (directory / CATALOG).is_file() and (directory / place / "metadata").is_dir():
            kind = ICEBERG
        else:
            continue
        from datagen.output.lakes import registered  # with Arrow, which no other files need

        title = f"The newest version of {resource.table} in the lake is its files"
        stated = {name.name: resource.files[name.as_posix()].rows for name in names}
        try:
            found = registered(kind, directory, place.as_posix())
        except UsageError as error:
            outcome, reason = Outcome.SKIPPED, str(error)
        else:
            outcome = Outcome.PASSED if found == stated else Outcome.FAILED
            reason = "" if found == stated else _difference(stated, found)
        yield Finding(f"{resource.table}.lake", "files", title, "the metadata of the lake", outcome, reason)


def _difference(stated: dict[str, int], found: dict[str, int]) -> str:
    missing, more = sorted(stated.keys() - found.keys()), sorted(found.keys() - stated.keys())
    if missing:
        return f"It does not have {missing[0]}."
    if more:
        return f"It has {more[0]}, which the manifest does not list."
    name = next(name for name in stated if stated[name] != found[name])
    return f"It has {found[name]:,} rows of {name}, not {stated[name]:,}."
