"""An open file as Python's readers want it, read by position so that readers side by side do not disturb each other."""

from __future__ import annotations

import io
import os
from collections.abc import Callable


class RawFile(io.RawIOBase):
    """What a function `read(size, offset)` gives, as a file; it can be sought in if its size is known."""

    def __init__(self, read: Callable[[int, int], bytes], size: int | None = None) -> None:
        self._read, self._size, self._at = read, size, 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """Whether its size is known."""
        return self._size is not None

    def tell(self) -> int:
        """The position, in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another position; gives it."""
        if self._size is None:
            raise io.UnsupportedOperation("The size of this file is not known.")
        self._at = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence] + offset
        return self._at

    def readinto(self, target: object) -> int:
        """Fill a buffer as far as there are bytes; gives how many."""
        view = memoryview(target)  # type: ignore[arg-type]
        data = self._read(len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
