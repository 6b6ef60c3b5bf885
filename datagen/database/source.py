"""A directory of CSV files that is to be loaded, checked before anything of it is sent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.database.forms import first_fault
from datagen.database.refusals import column_at
from datagen.errors import DataError
from datagen.options import usable_cores
from datagen.output.csv import header
from datagen.output.manifest import NAME, Manifest, Resource, read_manifest
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

_CHUNK = 1 << 20
_END_MARK = b"\n\\.\n"
_UNCHANGED = "Nothing has been loaded."


@dataclass(frozen=True)
class Source:
    """The file of one table, open since it was checked: what is sent is what was checked."""

    table: Table
    path: Path
    descriptor: int
    size: int
    """Bytes it has."""
    resource: Resource | None
    """What the manifest says of it."""

    def read(self, size: int, offset: int) -> bytes:
        """Bytes of the file."""
        return os.pread(self.descriptor, size, offset)


@dataclass(frozen=True)
class Directory:
    """The tables of a directory, parents first."""

    path: Path
    manifest: Manifest | None
    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = field(default=())

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(source.size for source in self.sources)


@contextmanager
def opened(path: Path, metadata: MetaData, world: str) -> Iterator[Directory]:
    """The directory with its files open and checked: complete, the same bytes and columns as its manifest states.

    Without a manifest, names, headers and line ends are all that can be checked, which `warnings` says. Raises
    `DataError` for a directory or file that must not be loaded, and `OutputError` for a damaged manifest.
    """
    if not path.is_dir():
        raise DataError(f"There is no directory {path}. Give --data-dir the one that holds the CSV files.")
    manifest = read_manifest(path)
    tables = load_order(metadata)
    warnings = list(_judge_manifest(path, manifest, tables, world))
    sources: list[Source] = []
    try:
        for table in tables:
            resource = manifest.resource(table.name) if manifest else None
            if (source := _open(path, table, resource, listed=manifest is not None)) is not None:
                sources.append(source)
        if not sources:
            raise DataError(
                f"{path} holds no CSV file of a table such as {tables[0].name}.csv. Give another --data-dir, "
                "or generate the data first."
            )
        with ThreadPoolExecutor(usable_cores()) as pool:
            # The largest first, so that the threads end together; errors are told in the order of the tables.
            largest = sorted(sources, key=lambda item: -item.size)
            checked = {source.table.name: pool.submit(_check, source) for source in largest}
            for source in sources:
                checked[source.table.name].result()
        yield Directory(path, manifest, tuple(sources), tuple(warnings))
    finally:
        for source in sources:
            os.close(source.descriptor)


def _judge_manifest(path: Path, manifest: Manifest | None, tables: list[Table], world: str) -> Iterator[str]:
    from datagen import __version__

    if manifest is None:
        yield f"{path} has no {NAME}: it may be incomplete, and its files are loaded as they are."
        return
    if manifest.world != world:
        raise DataError(f"{path} holds data of the world {manifest.world}, not {world}. Give another --data-dir.")
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


def _open(path: Path, table: Table, resource: Resource | None, *, listed: bool) -> Source | None:
    file = path / f"{table.name}.csv"
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if resource:
            raise DataError(
                f"{file} is missing, though {NAME} lists it: the directory is not complete. "
                f"Restore it or generate the data again. {_UNCHANGED}"
            ) from None
        return None
    except OSError as error:
        raise DataError(
            f"{file} cannot be read: {error.strerror}. Check it and its permissions. {_UNCHANGED}"
        ) from None
    if not file.is_file():
        os.close(descriptor)
        raise DataError(f"{file} is not a file. Move it away and restore the table's file. {_UNCHANGED}")
    if listed and resource is None:
        os.close(descriptor)
        raise DataError(
            f"{file} is not listed in {NAME}, so it is not of this data set. "
            f"Move it away, or remove {NAME} to load what is there. {_UNCHANGED}"
        )
    return Source(table, file, descriptor, os.fstat(descriptor).st_size, resource)


def _check(source: Source) -> None:
    """Refuse a file that is not the manifest's, or not one that `COPY` reads as it is meant."""
    _check_header(source)
    digest = hashlib.sha256()
    look: list[Callable[[bytes], None]] = [digest.update] if source.resource else []
    offset, tail = 0, b""
    while chunk := source.read(_CHUNK, offset):
        for use in look:
            use(chunk)
        if not source.resource:  # a file with the manifest's hash is as it was written
            _check_bytes(source, tail + chunk, offset - len(tail))
            tail = chunk[-len(_END_MARK) :]
        offset += len(chunk)
    said = source.resource.written if source.resource else None
    if said and (offset, digest.hexdigest()) != (said.bytes, said.sha256):
        how = f"has {offset:,} bytes instead of {said.bytes:,}" if offset != said.bytes else "has other bytes"
        fault = f"First fault: {found} " if (found := first_fault(source)) else ""
        raise DataError(
            f"{source.path} {how} than {NAME} states: it is cut, damaged or edited. {fault}Restore it or generate the "
            f"data again; to load edited files as they are, remove {NAME}. {_UNCHANGED}"
        )
    if source.read(1, offset - 1) != b"\n":
        raise DataError(
            f"{source.path}, line {_line(source, offset)}: the last line has no end, so the file may be cut. "
            f"Restore it, or end it with a line break. {_UNCHANGED}"
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


def _check_bytes(source: Source, text: bytes, begin: int) -> None:
    for mark, why in ((b"\0", "there is a NUL character"), (_END_MARK, "the line is '\\.', which ends a COPY")):
        if (at := text.find(mark)) >= 0:
            line = _line(source, begin + at + (1 if mark is _END_MARK else 0) + 1)
            where = "" if mark is _END_MARK else column_at(source, line, mark)
            raise DataError(f"{source.path}, line {line}{where}: {why}. Mend or restore the file. {_UNCHANGED}")


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
