"""Parts in an object store, `s3://bucket/prefix`: nothing is renamed there, and the manifest is the last object.

The endpoint comes from the environment (`AWS_ENDPOINT_URL`), as keys and region do, or from the address:
`s3://bucket/prefix?endpoint_override=10.0.0.1:9000&scheme=http`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import OutputError
from datagen.frozen import dataclass
from datagen.output.file_names import TableFile, named
from datagen.output.manifest import NAME, Written
from datagen.output.part_files import RECEIPTS, write_small

if TYPE_CHECKING:
    import pyarrow as pa

_CHECK = "Check bucket, endpoint and keys (AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)."


@contextmanager
def as_store_errors(doing: str, where: str) -> Iterator[None]:
    """Turn an error of the store into an `OutputError` that says what, where, why and what next."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = str(error).partition(" (Request ID")[0].partition("; Details")[0].partition("\n")[0].rstrip(".")
        raise OutputError(f"Cannot {doing} {where}: {reason}. {_CHECK}") from error


@cache
def _opened(uri: str, process: int) -> tuple[Any, str]:
    """The store of an address, and the bucket and prefix in it; a process has connections of its own."""
    del process
    from pyarrow.fs import FileSystem

    store, path = FileSystem.from_uri(uri)
    return store, path.rstrip("/")


@dataclass(frozen=True)
class ObjectPlace:
    """A prefix of a bucket; see `datagen.output.part_files.Place`."""

    uri: str

    @property
    def shown(self) -> str:
        """The address as messages name it."""
        return named(Path(self.uri))

    @property
    def _store(self) -> tuple[Any, str]:
        with as_store_errors("reach", self.shown):
            return _opened(self.uri, os.getpid())

    def begin(self, name: str) -> ObjectStream:
        """An object to be written: sent when it is whole, for one that is cut short would be there all the same."""
        return ObjectStream(self, name)

    def put(self, name: str, pieces: Iterable[bytes | pa.Buffer]) -> None:
        """Write an object. Raises `OutputError` if it cannot be."""
        store, prefix = self._store
        with as_store_errors("write", f"{self.shown}/{name}"), store.open_output_stream(f"{prefix}/{name}") as stream:
            for piece in pieces:
                stream.write(piece)

    def names(self) -> list[str]:
        """The names of all objects below the prefix. Raises `OutputError` where there is no such bucket."""
        from pyarrow.fs import FileSelector, FileType

        store, prefix = self._store
        with as_store_errors("read", self.shown):
            bucket = prefix.partition("/")[0]
            if store.get_file_info(bucket).type == FileType.NotFound:
                raise OutputError(f"There is no bucket {bucket} for {self.shown}. Make it, or name another one.")
            found = store.get_file_info(FileSelector(prefix, allow_not_found=True, recursive=True))
            return sorted(item.path[len(prefix) + 1 :] for item in found if item.type == FileType.File)

    def read(self, name: str) -> bytes:
        """An object as a whole."""
        store, prefix = self._store
        with as_store_errors("read", f"{self.shown}/{name}"), store.open_input_file(f"{prefix}/{name}") as file:
            data: bytes = file.read()
            return data

    def holds(self, name: str, written: Written) -> bool:
        """Whether an object of this size is there: objects are whole or not there at all."""
        store, prefix = self._store
        with as_store_errors("read", f"{self.shown}/{name}"):
            return bool(store.get_file_info(f"{prefix}/{name}").size == written.bytes)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects."""
        store, prefix = self._store
        for name in names:
            with as_store_errors("remove", f"{self.shown}/{name}"):
                store.delete_file(f"{prefix}/{name}")

    def forget(self) -> None:
        """Remove the receipts."""
        store, prefix = self._store
        with suppress(OSError):
            store.delete_dir(f"{prefix}/{RECEIPTS}")


class ObjectStream:
    """An object in the making, in memory: a part is some ten megabytes."""

    def __init__(self, place: ObjectPlace, name: str) -> None:
        self._place, self._name = place, name
        self._pieces: list[bytes | pa.Buffer] = []

    def write(self, data: bytes | pa.Buffer) -> None:
        """Add bytes."""
        self._pieces.append(data)

    def close(self) -> None:
        """Send it."""
        self._place.put(self._name, self._pieces)
        self._pieces = []

    def abandon(self) -> None:
        """Send nothing."""
        self._pieces = []


class ObjectStage:
    """A data set on its way into an object store; has what `staging.Stage` has of what others write."""

    def __init__(self, place: ObjectPlace) -> None:
        self.place = place
        self.files: dict[str, Written] = {}

    def adopt(self, files: Mapping[str, Written]) -> None:
        """Take in objects that others have written."""
        self.files |= files

    def publish(self, manifest: bytes) -> None:
        """Write the manifest, which makes it a data set. Raises `OutputError` if another run has done so meanwhile."""
        if NAME in self.place.names():
            raise _held(self.place)
        write_small(self.place, NAME, manifest)


def opened(place: ObjectPlace, *, resume: bool) -> ObjectStage:
    """A data set to be written to a prefix that is empty or, to `resume`, holds what a run has left.

    Raises: `OutputError` for any other, and for a store that cannot be reached.
    """
    names = place.names()
    if NAME in names:
        raise _held(place)
    strange = [name for name in names if TableFile.named(name) is None and not name.startswith(f"{RECEIPTS}/")]
    if strange:
        raise OutputError(f"{place.shown} holds {strange[0]}, which is not of a data set. Choose another prefix.")
    if names and not resume:
        raise OutputError(
            f"{place.shown} holds {len(names):,} objects of a run that was ended. "
            "Give --resume to go on with it, or remove them."
        )
    return ObjectStage(place)


def _held(place: ObjectPlace) -> OutputError:
    return OutputError(
        f"{place.shown} holds a data set, and objects are not replaced. Choose another prefix, or remove that one."
    )
