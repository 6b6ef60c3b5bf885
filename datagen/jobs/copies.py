"""A data set of an object store, copied to this machine for as long as it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import InputError
from datagen.output.file_names import TableFile, store_of
from datagen.output.manifest import NAME

if TYPE_CHECKING:
    from datagen.progress import Progress


@contextmanager
def at_hand(directory: Path, progress: Progress) -> Iterator[Path]:
    """The directory of a data set: itself, or a copy of what lies in the object store that it is the address of.

    Raises:
        InputError: for a prefix without a manifest, which is no data set, or not yet.
        OutputError: for a store that cannot be read.
    """
    uri = store_of(directory)
    if uri is None:
        yield directory
        return
    from datagen.output.object_store import ObjectPlace

    place = ObjectPlace(uri)
    names = place.names()
    if NAME not in names:
        raise InputError(
            f"{place.shown} holds no data set: {NAME}, which is written last, is not there. Choose another prefix, or "
            "go on with the run that writes to it by --resume."
        )
    wanted = [name for name in names if name == NAME or TableFile.named(name)]
    with tempfile.TemporaryDirectory(prefix="datagen-") as copy:
        with progress.phase("Objects copied", len(wanted)):
            for name in wanted:
                target = Path(copy, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(place.read(name))
                progress.step()
        yield Path(copy)
