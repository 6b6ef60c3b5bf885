"""Opening a directory that is to be loaded: its files are checked before anything of them is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import resource as limits
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.checks.file_series import Part, judge_days, parts
from datagen.errors import DataError
from datagen.loading.diagnosis import first_fault
from datagen.loading.parquet_as_csv import Text
from datagen.loading.row_errors import ADVICE, column_at, without_advice
from datagen.loading.source_files import Directory, Source
from datagen.options import usable_cores
from datagen.output.csv import header
from datagen.output.file_names import PARQUET, DatabaseFile, Days, TableFile, by_table, names_in, names_of_table
from datagen.output.manifest import NAME, Manifest, Resource, Written, read_manifest
from datagen.schema import column_names, database_of, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.history import History

_CHUNK = 1 << 20
_END_MARK = b"\n\\.\n"
_UNCHANGED = "Nothing has been loaded."
_OTHER_FILES = 64
"""Files that a process has open besides."""


def refuse_missing(path: Path) -> None:
    """Raise `DataError` for what is not a directory."""
    if not path.is_dir():
        raise DataError(f"There is no directory {path}. Name the one that holds the files.")


@contextmanager
def opened(path: Path, metadata: MetaData, world: str) -> Iterator[Directory]:
    """The directory with its files open and checked: complete, the same bytes and columns as its manifest states.

    Without a manifest, names, headers and line ends are all that can be checked, which `warnings` says. Raises
    `DataError` for a directory or file that must not be loaded, and `InputError` for a damaged manifest.
    """
    refuse_missing(path)
    manifest = read_manifest(path)
    _refuse_databases(path, manifest)
    tables = load_order(metadata)
    warnings = list(_judge_manifest(path, manifest, tables, world))
    there = _there(path)
    _allow_files(sum(map(len, there.values())))
    sources: list[Source] = []
    try:
        for table in tables:
            resource = manifest.resource(table.name) if manifest else None
            files = [file for file in there.get(table.name, ()) if file.database == database_of(table)]
            names = _names(path, table, files, manifest)
            sources.extend(_open(path, name, table, resource) for name in names)
        if not sources:
            raise DataError(
                f"{path} holds no CSV file of a table such as {tables[0].name}.csv, nor a Parquet one. "
                "Name another directory, or generate the data first."
            )
        _check_all(sources)
        yield Directory(path, manifest, tuple(sources), tuple(warnings))
    finally:
        for source in sources:
            os.close(source.descriptor)


@contextmanager
def opened_history(
    path: Path, metadata: MetaData, history: History, since: dt.date | None = None
) -> Iterator[Directory]:
    """The directory of a history with its files open and checked: those with days after `since`, or all.

    Tables that do not grow are taken from their newest files.

    Raises: `DataError` for days without a file and for files that must not be loaded.
    """
    growing = history.growing
    series = [part for part in parts(path, growing.table) if part.first <= history.last]
    if wrong := judge_days(growing.table, series, history.first, history.last).reason:
        raise DataError(f"{path} is not complete: {wrong} Restore its files. {_UNCHANGED}")
    earlier = [part for part in series if since and part.last <= since]
    _allow_files(len(series))
    sources: list[Source] = []
    try:
        for table in load_order(metadata):
            grows = table.name == growing.table
            files = series[len(earlier) :] if grows else [_newest(path, table.name, history.last)]
            sources += [_open_part(file, table) for file in files]
        _check_all(sources)
        begin = series[len(earlier)].first if len(earlier) < len(series) else history.last + dt.timedelta(1)
        size = _row_bytes(metadata.tables[growing.table], earlier)
        yield Directory(path, None, tuple(sources), (), history, begin, since, size)
    finally:
        for source in sources:
            os.close(source.descriptor)


def _newest(path: Path, table: str, last: dt.date) -> Part:
    found = [part for part in parts(path, table) if part.last == last]
    if not found:
        raise DataError(f"{path} has no file of {table} up to {last}, its last day. Restore it. {_UNCHANGED}")
    return found[0]


def _allow_files(number: int) -> None:
    """A series may have more files than a process may usually have open."""
    soft, hard = limits.getrlimit(limits.RLIMIT_NOFILE)
    wanted = number + _OTHER_FILES
    if soft != limits.RLIM_INFINITY and soft < wanted:
        limits.setrlimit(limits.RLIMIT_NOFILE, (wanted if hard == limits.RLIM_INFINITY else min(wanted, hard), hard))


def _open_part(part: Part, table: Table) -> Source:
    try:
        return replace(_opened(part.path, table, None), days=Days(part.first, part.last))
    except FileNotFoundError:
        raise DataError(
            f"{part.path} has just been removed. Is another run at work there? Run it again. {_UNCHANGED}"
        ) from None


def _row_bytes(table: Table, series: Sequence[Part]) -> int | None:
    if any(part.path.suffix != ".csv" for part in series):
        return None
    return sum(part.path.stat().st_size - len(header(column_names(table))) for part in series)


def _check_all(sources: Sequence[Source]) -> None:
    with ThreadPoolExecutor(usable_cores()) as pool:
        # The largest first, so that the threads end together; errors are reported in the order of the tables.
        largest = sorted(sources, key=lambda item: -item.size)
        checked = {source.path: pool.submit(_check, source, sources) for source in largest}
        for source in sources:
            checked[source.path].result()


def _refuse_databases(path: Path, manifest: Manifest | None) -> None:
    if manifest and any(DatabaseFile.named(name) for item in manifest.resources for name in item.files):
        raise DataError(
            f"{path} holds a database's file, {manifest.resources[0].path}; a load reads CSV or Parquet. Generate the "
            f"same data with --format parquet: seed and options stand in {NAME}. {_UNCHANGED}"
        )


def _judge_manifest(path: Path, manifest: Manifest | None, tables: list[Table], world: str) -> Iterator[str]:
    from datagen import __version__

    if manifest is None:
        yield f"{path} has no {NAME}: it may be incomplete, and its files are loaded as they are."
        return
    if manifest.world != world:
        raise DataError(f"{path} holds data of the world {manifest.world}, not {world}. Name another directory.")
    by_name = {table.name: table for table in tables}
    for resource in manifest.resources:
        table = by_name.get(resource.table)
        if table is None or list(resource.columns) != column_names(table):
            what = "is not a table" if table is None else "has other columns"
            raise DataError(
                f"{path} was made by release {manifest.release}, whose table {resource.table} {what} in this release, "
                f"{__version__}. Generate the data again."
            )
    if manifest.release != __version__:
        yield f"{path} was made by release {manifest.release}; this is {__version__}. The tables are the same."


def _there(path: Path) -> dict[str, list[TableFile]]:
    try:
        return by_table(names_in(path))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}. Check its permissions. {_UNCHANGED}") from None


def _names(path: Path, table: Table, there: Sequence[TableFile], manifest: Manifest | None) -> list[str]:
    """The files of a table that are to be loaded: those of the manifest, if there is one."""
    if manifest is None:
        return names_of_table(there)
    resource = manifest.resource(table.name)
    listed = [*resource.files] if resource else []
    kinds = {Path(name).suffix for name in listed}
    for file in there:
        if file.name not in listed and (not listed or Path(file.name).suffix in kinds):
            raise DataError(
                f"{path / file.name} is not listed in {NAME}, so it is not of this data set. "
                f"Move it away, or remove {NAME} to load what is there. {_UNCHANGED}"
            )
    return listed


def _open(path: Path, name: str, table: Table, resource: Resource | None) -> Source:
    file = path / name
    try:
        return replace(_opened(file, table, resource), name=name)
    except FileNotFoundError:
        raise DataError(
            f"{file} is missing, though {NAME} lists it: the directory is not complete. "
            f"Restore it or generate the data again. {_UNCHANGED}"
        ) from None


def _opened(file: Path, table: Table, resource: Resource | None) -> Source:
    """A file, open.

    Raises: `DataError` if it cannot be, and `FileNotFoundError`.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(
            f"{file} cannot be read: {error.strerror}. Check it and its permissions. {_UNCHANGED}"
        ) from None
    if not file.is_file():
        os.close(descriptor)
        raise DataError(f"{file} is not a file. Move it away and restore the table's file. {_UNCHANGED}")
    text = Text(file, descriptor, table) if file.suffix == f".{PARQUET}" else None
    return Source(table, file, descriptor, os.fstat(descriptor).st_size, resource, text=text)


def _check(source: Source, sources: Sequence[Source]) -> None:
    """Refuse a file that is not the manifest's, or not one that `COPY` reads as it is meant."""
    if not source.text:
        _check_header(source)
    if source.written:  # a file with the manifest's hash is as it was written
        _check_hash(source, source.written, sources)
    else:
        _check_marks(source)
    if not source.text and source.read(1, source.size - 1) != b"\n":
        raise DataError(
            f"{source.path}, line {_line(source, source.size)}: the last line has no end, so the file may be cut. "
            f"Restore it, or end it with a line break. {_UNCHANGED}"
        )


def _chunks(source: Source) -> Iterator[tuple[int, bytes]]:
    """(offset, bytes) of the file's parts."""
    offset = 0
    while chunk := source.read(_CHUNK, offset):
        yield offset, chunk
        offset += len(chunk)


def _check_hash(source: Source, said: Written, sources: Sequence[Source]) -> None:
    digest, size = hashlib.sha256(), 0
    for _, chunk in _chunks(replace(source, text=None)):
        digest.update(chunk)
        size += len(chunk)
    if (size, digest.hexdigest()) != (said.bytes, said.sha256):
        raise _other_bytes(source, sources, size, said.bytes)


def _check_marks(source: Source) -> None:
    """Refuse characters that `COPY` takes for something else."""
    tail = b""
    for offset, chunk in _chunks(source):
        text, begin = tail + chunk, offset - len(tail)
        tail = chunk[-len(_END_MARK) :]
        for mark, why in ((b"\0", "there is a NUL character"), (_END_MARK, "the line is '\\.', which ends a COPY")):
            if (at := text.find(mark)) >= 0:
                line = _line(source, begin + at + (1 if mark is _END_MARK else 0) + 1)
                where = "" if mark is _END_MARK else column_at(source, line, mark)
                raise DataError(f"{source.path}, {source.place(line)}{where}: {why}{ADVICE}")


def _other_bytes(source: Source, sources: Sequence[Source], found: int, said: int) -> DataError:
    """What is said of a file that is not the manifest's: the first thing that is wrong with it, if anything is."""
    try:
        _check_marks(source)
        fault = first_fault([source], sources)
    except DataError as error:
        fault = error
    first = f"{without_advice(fault)}. " if fault else ""
    how = f"{found:,} bytes instead of the {said:,}" if found != said else "other bytes than those"
    return DataError(
        f"{first}{source.path} has {how} that {NAME} states: it is cut, damaged or edited. Restore it or generate the "
        f"data again; to load edited files as they are, remove {NAME}. {_UNCHANGED}"
    )


def _check_header(source: Source) -> None:
    expected = header(column_names(source.table))
    first = source.read(max(len(expected) + 3, 4096), 0)
    if first.startswith(expected):
        return
    line = first.split(b"\n")[0]
    if not first:
        why = "the file is empty; it lacks even the header"
    elif first.startswith(b"\xef\xbb\xbf"):
        why = "the file begins with a byte order mark (BOM); save it as UTF-8 without one"
    elif first.startswith((b"\xff\xfe", b"\xfe\xff")):
        why = "the file is UTF-16; save it as UTF-8"
    elif first.startswith(expected[:-1] + b"\r\n"):
        why = "lines end in CR LF (Windows); save it with LF alone"
    else:
        why = _wrong_names(line.decode(errors="replace").rstrip("\r"), column_names(source.table))
    raise DataError(f"{source.path}, line 1: {why}. {_UNCHANGED}")


def _wrong_names(line: str, expected: list[str]) -> str:
    found = [name.strip('"') for name in line.split(",")]
    if missing := [name for name in expected if name not in found]:
        return f"the header lacks the column {missing[0]}; it should be '{','.join(expected)}'"
    if more := [name for name in found if name not in expected]:
        return (
            f"the header has the column '{more[0][:60]}', which the table has not; it should be '{','.join(expected)}'"
        )
    return f"the header's columns are not in their order; it should be '{','.join(expected)}'"


def _line(source: Source, end: int) -> int:
    """The number of the line that the byte before `end` is in."""
    offset, lines = 0, 1
    while offset < end - 1:
        chunk = source.read(min(_CHUNK, end - 1 - offset), offset)
        if not chunk:
            break
        lines += chunk.count(b"\n")
        offset += len(chunk)
    return lines
