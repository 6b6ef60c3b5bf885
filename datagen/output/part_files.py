"""Parts of tables, which workers write side by side, and the receipts by which a run that was ended goes on.

A part is visible under its name when it is whole. A group of units is finished when its receipt is there: it is written
after the group's parts, and states them. Receipts are in `_parts/`, which readers of tables pass over; they go when the
data set is published.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.frozen import dataclass
from datagen.output.file_names import TableFile, part_name
from datagen.output.manifest import Written
from datagen.output.staging import as_output_errors

if TYPE_CHECKING:
    import pyarrow as pa

    from datagen.control_totals import Sums

RECEIPTS = "_parts"
"""The directory of receipts; names with `_` in front are passed over by Spark, Hive and Arrow."""
MARKER = ".marker"
"""How a file ends by which workers see that they write to the same directory as the driver."""
_UNFINISHED = ".inprogress"
_CHUNK = 1 << 20


class Stream(Protocol):
    """A file in the making."""

    def write(self, data: bytes | pa.Buffer) -> None:
        """Add bytes."""
        ...

    def close(self) -> None:
        """It is whole, and visible under its name."""
        ...

    def abandon(self) -> None:
        """It is not wanted, and does not become visible."""
        ...


class Place(Protocol):
    """Where parts are written, from any process or machine: picklable."""

    def begin(self, name: str) -> Stream:
        """A file to be written. Raises `OutputError`, as its stream does, if it cannot be."""
        ...

    def names(self) -> list[str]:
        """The names of all files that are there."""
        ...

    def read(self, name: str) -> bytes:
        """A small file as a whole. Raises `OutputError` if it cannot be read."""
        ...

    def holds(self, name: str, written: Written) -> bool:
        """Whether a file is there as it was written, as far as can be seen without reading all of it."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Remove files."""
        ...


@dataclass(frozen=True)
class LocalPlace:
    """A directory on this machine, or one that all machines share."""

    directory: Path

    def begin(self, name: str) -> LocalStream:
        """A file to be written beside its final name, and renamed when it is whole."""
        return LocalStream(self.directory / name)

    def names(self) -> list[str]:
        """The names of all files that are there."""
        with as_output_errors("read", self.directory):
            found = (path for path in self.directory.rglob("*") if path.is_symlink() or not path.is_dir())
            return sorted(path.relative_to(self.directory).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        """A small file as a whole."""
        with as_output_errors("read", self.directory / name):
            return (self.directory / name).read_bytes()

    def holds(self, name: str, written: Written) -> bool:
        """Whether a file has the bytes that were written, by their hash."""
        try:
            with (self.directory / name).open("rb") as file:
                if os.fstat(file.fileno()).st_size != written.bytes:
                    return False
                return hashlib.file_digest(file, "sha256").hexdigest() == written.sha256
        except OSError:
            return False

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and directories that have none any more."""
        with as_output_errors("clear", self.directory):
            for name in names:
                (self.directory / name).unlink(missing_ok=True)
            for path in sorted((path for path in self.directory.rglob("*") if path.is_dir()), reverse=True):
                with suppress(OSError):  # it has files
                    path.rmdir()

    def forget(self) -> None:
        """Remove the receipts."""
        shutil.rmtree(self.directory / RECEIPTS, ignore_errors=True)


class LocalStream:
    """A file on its way to its name. Two that are written at once, by a worker given up and its successor, are two."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_UNFINISHED}")
        with as_output_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)

    def write(self, data: bytes | pa.Buffer) -> None:
        """Add bytes."""
        rest = memoryview(data)
        with as_output_errors("write", self._path):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        """Rename it."""
        with as_output_errors("write", self._path):
            os.close(self._descriptor)
            self._beside.rename(self._path)

    def abandon(self) -> None:
        """Remove what there is of it."""
        with suppress(OSError):
            os.close(self._descriptor)
        with suppress(OSError):
            self._beside.unlink(missing_ok=True)


class _Part:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.hash = hashlib.sha256()
        self.bytes = self.rows = 0

    def append(self, data: bytes | pa.Buffer, rows: int) -> None:
        self.stream.write(data)
        self.hash.update(data)
        self.bytes += memoryview(data).nbytes
        self.rows += rows


class PartSink:
    """A sink that writes the file of a table as a part of it; see `datagen.output.table_writers.Sink`."""

    def __init__(self, place: Place, number: int, partition: str = "", after: Collection[str] = ()) -> None:
        """All parts have this number, those of tables that had rows `after` others the next."""
        self._place, self._number, self._partition, self._after = place, number, partition, after
        self._open: dict[str, _Part] = {}
        self.files: dict[str, Written] = {}
        """The parts that are whole, by name."""

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Add data, which holds so many rows, to the part of a table whose only file would have this name."""
        placed = self._placed(name)
        if placed not in self._open:
            self._open[placed] = _Part(self._place.begin(placed))
        self._open[placed].append(data, rows)

    def end(self, name: str) -> None:
        """The part is whole."""
        self._close(self._placed(name))

    def close(self) -> None:
        """All parts are whole."""
        for name in list(self._open):
            self._close(name)

    def abandon(self) -> None:
        """What is not whole is not wanted."""
        for part in self._open.values():
            part.stream.abandon()
        self._open.clear()

    def _close(self, name: str) -> None:
        part = self._open[name]
        part.stream.close()
        del self._open[name]
        self.files[name] = Written(part.rows, part.bytes, part.hash.hexdigest())

    def _placed(self, name: str) -> str:
        file = TableFile.named(name)
        assert file
        return part_name(file, self._number + (file.table in self._after), self._partition)


@dataclass(frozen=True)
class TablePart:
    """What a group of units has of a table."""

    columns: tuple[str, ...]
    rows: int = 0
    totals: Sums = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What a worker has written of a group of units."""

    run: str
    """The run that the group is of."""
    number: int
    """The group, by its place, from 0."""
    units: tuple[str, ...]
    files: Mapping[str, Written]
    """Its parts by name."""
    tables: Mapping[str, TablePart]
    """What there is of each table, also of those that have no rows here, and so no part."""
    summaries: Written
    """The file with the summaries of the units, `rows` of them."""

    def text(self) -> bytes:
        """As it is written."""
        plain = {
            "run": self.run,
            "group": self.number,
            "units": list(self.units),
            "files": {name: vars(file) for name, file in self.files.items()},
            "tables": {
                name: {
                    "columns": list(part.columns),
                    "rows": part.rows,
                    "totals": {column: _text(total) for column, total in part.totals.items()},
                }
                for name, part in self.tables.items()
            },
            "summaries": vars(self.summaries),
        }
        return (json.dumps({**plain, "seal": _seal(plain)}, indent=2) + "\n").encode()

    @classmethod
    def read(cls, text: bytes) -> Receipt:
        """A receipt that was written. Raises `ValueError`, `KeyError` or `TypeError` for what is none any more."""
        plain = json.loads(text)
        if plain.pop("seal") != _seal(plain):
            raise ValueError("the receipt is damaged")
        tables = {
            name: TablePart(
                tuple(part["columns"]),
                part["rows"],
                {column: _number(total) for column, total in part["totals"].items()},
            )
            for name, part in plain["tables"].items()
        }
        files = {name: Written(**file) for name, file in plain["files"].items()}
        summaries = Written(**plain["summaries"])
        return cls(plain["run"], plain["group"], tuple(plain["units"]), files, tables, summaries)


def _seal(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _text(total: int | Decimal) -> str:
    return format(total, "f") if isinstance(total, Decimal) else str(total)


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def is_receipt(name: str) -> bool:
    """Whether this is the name of a group's receipt."""
    return name.startswith(f"{RECEIPTS}/") and name.endswith(".json")


def receipts_in(directory: Path) -> list[Path]:
    """The receipts in a directory, whatever run they are of."""
    return sorted((directory / RECEIPTS).glob("*.json"))


def receipt_name(number: int) -> str:
    """The name of a group's receipt."""
    return f"{RECEIPTS}/group-{number:05}.json"


def summaries_name(number: int) -> str:
    """The name of the file with the summaries of a group's units."""
    return f"{RECEIPTS}/group-{number:05}.summaries"


def write_small(place: Place, name: str, data: bytes, rows: int = 0) -> Written:
    """Write a small file as a whole."""
    stream = place.begin(name)
    try:
        stream.write(data)
        stream.close()
    except BaseException:
        stream.abandon()
        raise
    return Written(rows, len(data), hashlib.sha256(data).hexdigest())


def write_summaries(place: Place, number: int, summaries: list[Any]) -> Written:
    """Write the summaries of a group's units, which settling asks for again when a run goes on."""
    return write_small(place, summaries_name(number), pickle.dumps(summaries, 5), len(summaries))


def finished(place: Place, run: str) -> Iterator[tuple[Receipt, list[Any]]]:
    """The groups of a run that are finished: their receipts, and the summaries of their units.

    What is not as its receipt states, or not of this run, is passed over.
    """
    for name in place.names():
        if not is_receipt(name):
            continue
        try:
            receipt = Receipt.read(place.read(name))
            stated = {**receipt.files, summaries_name(receipt.number): receipt.summaries}
            if receipt.run != run or receipt_name(receipt.number) != name:
                continue
            if not all(place.holds(file, written) for file, written in stated.items()):
                continue
            summaries = _Summaries(io.BytesIO(place.read(summaries_name(receipt.number)))).load()
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, pickle.UnpicklingError):
            continue
        yield receipt, summaries


class _Summaries(pickle.Unpickler):
    """Reads summaries, which are made of our own classes and of arrays; nothing else is looked up."""

    _ARRAYS = frozenset({"_reconstruct", "_frombuffer", "ndarray", "dtype", "scalar"})

    def find_class(self, module: str, name: str) -> Any:
        """A class of ours, or what makes an array. Raises `pickle.UnpicklingError` for anything else."""
        package = module.partition(".")[0]
        if package in ("numpy", "datagen"):
            found = super().find_class(module, name)
            if name in self._ARRAYS if package == "numpy" else isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a summary")
