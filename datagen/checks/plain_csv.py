"""Files of CSV that are plain, as a run writes large tables: no quotes, lines end with LF, a value between two commas.

NumPy finds the places of all values of a block of lines. It need not read what is otherwise: such a file is not plain,
and whoever asked reads it in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.frozen import dataclass

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Words = NDArray[Any]
"""Eight bytes each as a number without a sign, the first byte in its lowest bits."""
MARGIN = 24
"""Bytes that there are before and after the lines of a block, so that words can be read at their ends."""
_BLOCK = 1 << 21
"""Bytes that are read at a time: what is reckoned of their lines stays near the processor."""
_LONGEST = 1 << 20
"""Bytes of a line; DuckDB reads lines of up to twice as many."""
_MOST = 1 << 19
"""Values of a block: what is reckoned of more, as tables of empty columns have, would take much memory."""
_COMMA, _LINE_END = b",\n"
_ASCII = 1 << 7
_OTHER_SIGNS = (b'"', b"\r", b"\0")


class NotPlainError(ValueError):
    """A file, or a value, is not written in the one way that is read here."""


@dataclass(frozen=True)
class Values:
    """The values of a column in a block of lines that are not empty."""

    block: Block
    starts: Ints
    ends: Ints
    """The places in the block's buffer of each value's first byte, and of the comma or line end after its last."""

    @cached_property
    def lengths(self) -> Ints:
        """Bytes of each."""
        return self.ends - self.starts

    def bytes_at(self, places: Ints) -> Bytes:
        """The bytes at places in the buffer."""
        return np.frombuffer(self.block.buffer, np.uint8)[places]

    def words_at(self, places: Ints, count: int) -> list[Words]:
        """So many words from each of some places on, at most three: first words, second words, ..."""
        buffer = self.block.buffer
        there = np.ndarray(len(buffer) - 8 * count + 1, f"V{8 * count}", buffer, strides=(1,))
        return list(there[places].view("<u8").reshape(-1, count).T)


@dataclass(frozen=True)
class Block:
    """Some lines of a file."""

    buffer: bytearray
    """What is in it, and in `ends`, holds until the next block is asked for."""
    ends: Ints
    """The places of the commas and line ends after the values, (columns, lines)."""
    size: int
    """Bytes."""

    @cached_property
    def text(self) -> bytes:
        """The lines, which stay as they are; the first one begins behind the margin of the buffer."""
        return bytes(memoryview(self.buffer)[MARGIN : MARGIN + self.size])

    @property
    def lines(self) -> int:
        """How many there are."""
        return len(self.ends[0])

    def values(self, column: int) -> tuple[Values, Bools | None]:
        """Those of a column, by its place, and which lines have one, unless all have."""
        ends = self.ends[column]
        if column:
            starts = self.ends[column - 1] + 1
        else:
            starts = np.empty_like(ends)
            starts[0], starts[1:] = MARGIN, self.ends[-1, :-1]
            starts[1:] += 1
        filled = starts != ends
        if filled.all():
            return Values(self, starts, ends), None
        return Values(self, starts[filled], ends[filled]), filled


def blocks(path: Path, names: Sequence[str]) -> Iterator[Block]:
    """The lines of a file after its header, which names the columns, in blocks.

    Raises: `NotPlainError` for lines that have not so many values, and whatever else is not plain; `OSError`.
    """
    header = f"{','.join(names)}\n".encode()
    buffer = bytearray(MARGIN + 2 * _BLOCK + MARGIN)
    splitter = _Splitter(buffer, len(names))
    is_first = True
    with path.open("rb", buffering=0) as file:
        end = MARGIN
        while read := file.readinto(memoryview(buffer)[end : end + _BLOCK]):
            end += read
            if is_first:
                begin = MARGIN + len(header)
                if buffer[MARGIN : min(begin, end)] != header:
                    raise NotPlainError
                is_first = False
                buffer[MARGIN : MARGIN + end - begin] = buffer[begin:end]
                end -= begin - MARGIN
            after = buffer.rfind(b"\n", MARGIN, end) + 1
            if after:
                yield splitter.block(after)
                buffer[MARGIN : MARGIN + end - after] = buffer[after:end]
                end -= after - MARGIN
            elif end - MARGIN > _BLOCK:
                raise NotPlainError
    if end != MARGIN or is_first:  # the last line has no end
        raise NotPlainError


class _Splitter:
    """Finds the values in the lines of a buffer, in memory that it uses again and again."""

    def __init__(self, buffer: bytearray, columns: int) -> None:
        self._buffer, self._signs = buffer, np.frombuffer(buffer, np.uint8)
        self._columns = columns
        self._commas, self._line_ends = np.zeros(len(buffer), bool), np.zeros(len(buffer), bool)
        self._ends = np.empty(0, np.int64)

    def block(self, end: int) -> Block:
        """The lines that end before this place.

        Raises: `NotPlainError`.
        """
        lines = slice(MARGIN, end)
        if any(self._buffer.find(sign, MARGIN, end) >= 0 for sign in _OTHER_SIGNS) or not self._is_text(lines):
            raise NotPlainError
        marks, line_ends = self._commas[:end], self._line_ends[:end]  # none in the margin
        np.equal(self._signs[lines], _LINE_END, out=line_ends[lines])
        np.equal(self._signs[lines], _COMMA, out=marks[lines])
        rows = int(np.count_nonzero(line_ends))
        places = np.flatnonzero(np.logical_or(marks, line_ends, out=marks))
        if len(places) != rows * self._columns or len(places) > _MOST:
            raise NotPlainError
        if len(self._ends) < len(places):
            self._ends = np.empty(len(places) * 5 // 4, np.int64)
        ends = self._ends[: len(places)].reshape(self._columns, rows)
        np.copyto(ends, places.reshape(rows, self._columns).T)
        if not line_ends[ends[-1]].all() or np.diff(ends[-1], prepend=MARGIN).max() > _LONGEST:
            raise NotPlainError
        return Block(self._buffer, ends, end - MARGIN)

    def _is_text(self, lines: slice) -> bool:
        """Whether bytes are UTF-8."""
        if self._signs[lines].max() < _ASCII:
            return True
        try:
            str(memoryview(self._buffer)[lines], "utf-8")
        except UnicodeDecodeError:
            return False
        return True
