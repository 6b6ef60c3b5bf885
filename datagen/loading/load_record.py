"""The load record: what a loaded database says of where its rows came from, one row a table."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from datagen.frozen import dataclass
from datagen.loading.history import AppendOnlyTable, History
from datagen.loading.source_files import Directory
from datagen.output.manifest import Manifest

IS_TEXT = "csv"
"""The option that says whether a history was loaded from CSV alone."""
_DAY = dt.timedelta(1)


@dataclass(frozen=True)
class LoadedFile:
    """A row of the record: what was known of a table's file when it was loaded."""

    table_name: str
    row_count: int
    byte_count: int
    sha256: str | None = None
    release: str | None = None
    seed: int | None = None
    options: str | None = None
    """Options of the data set as JSON."""
    totals: str | None = None
    """Control totals of columns as JSON."""
    generation: str | None = None
    """The load that put the table in place; databases with the same one belong together."""
    loaded_at: str | None = None
    """When it did, or when rows were last appended: local time with its distance from UTC."""


def generation_of(directory: Directory) -> str:
    """What tells the content of a directory from all others: the same for the same files, as far as they are known."""
    manifest, history = directory.manifest, directory.history
    if manifest:
        content = sorted((item.table, item.written.sha256) for item in manifest.resources)
        known: object = [manifest.world, manifest.release, manifest.seed, manifest.options, content]
    elif history:
        known = [history.release, history.seed, history.options()]
    else:
        return uuid.uuid4().hex
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:32]


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")


def files_of(
    directory: Directory, counts: Mapping[str, int], totals: Mapping[str, Mapping[str, Decimal]], generation: str
) -> list[LoadedFile]:
    """What is known of the files of a directory, of which so many rows with these control totals were loaded."""
    if directory.history:
        found = [
            history_of(table, counts[table], size, totals.get(table, {}), directory.history, is_text=directory.is_text)
            for table, size in directory.row_bytes().items()
        ]
        return [replace(file, generation=generation) for file in found]
    manifest = directory.manifest
    files = []
    for table in dict.fromkeys(source.table.name for source in directory.sources):
        known: dict[str, Any] = {"generation": generation, "loaded_at": _now()}
        if manifest and (resource := manifest.resource(table)):
            known |= {
                "sha256": resource.written.sha256,
                "release": manifest.release,
                "seed": manifest.seed,
                "options": json.dumps(manifest.options),
                "totals": json.dumps(dict(resource.totals)),
            }
        files.append(LoadedFile(table, counts[table], sum(source.size for source in directory.of(table)), **known))
    return files


def history_of(
    table: str, rows: int, size: int, totals: Mapping[str, Decimal], history: History, *, is_text: bool
) -> LoadedFile:
    """What is noted of a table that was loaded from the files of a history, all of them CSV or not."""
    return LoadedFile(
        table_name=table,
        row_count=rows,
        byte_count=size,
        release=history.release,
        seed=history.seed,
        options=json.dumps(history.options() | {IS_TEXT: is_text}),
        totals=json.dumps({name: str(total) for name, total in totals.items()}),
        loaded_at=_now(),
    )


def noted(files: Iterable[LoadedFile], growing: AppendOnlyTable) -> History | None:
    """The history that a database was loaded from, by its load record; None if that does not tell."""
    file = next((file for file in files if file.table_name == growing.table), None)
    if file is None or file.seed is None or file.release is None:
        return None
    try:
        known = json.loads(file.options or "{}")
        first, as_of = (dt.date.fromisoformat(known.pop(name)) for name in ("start_date", "end_date"))
        return History(
            growing=growing,
            seed=file.seed,
            first=first,
            rules=known.pop("rules"),
            last=as_of - _DAY,
            rows=int(known.pop("rows")),
            release=file.release,
            more=known,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def loaded_options(files: Iterable[LoadedFile]) -> Mapping[str, Any]:
    """The options of the data set that tables were loaded from, as was noted; empty if that is not known."""
    known = [file.options for file in files if file.options]
    # Tables of the same size and window may come from several directories: the largest set of options tells the most.
    return max((json.loads(text) for text in known), key=len, default={})


def stated_files(manifest: Manifest) -> list[LoadedFile]:
    """What a manifest states of its files, as a load of them would note it."""
    options = json.dumps(manifest.options)
    return [
        LoadedFile(
            item.table,
            item.written.rows,
            item.written.bytes,
            item.written.sha256,
            manifest.release,
            manifest.seed,
            options,
            json.dumps(dict(item.totals)),
        )
        for item in manifest.resources
    ]
