"""Memory that forked workers share with the process that started them, in slots.

What a worker renders is written where its parent reads it, so that it need not go through a socket. The parent lends a
slot to a worker for one unit, and has it back when nothing refers to what is in it any more.
"""

from __future__ import annotations

import mmap
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import pyarrow as pa

SLOT_BYTES = 1 << 26
"""Room in a slot; memory is only taken by what is written there."""
NOWHERE = -1
"""The place of what is not in a slot."""
_LINE = 64
"""Buffers begin at multiples of this, as Arrow wants them."""


class Slot:
    """A piece of shared memory, filled from its beginning."""

    def __init__(self, number: int, memory: memoryview) -> None:
        self.number, self._memory = number, memory
        self._begin: int = pa.py_buffer(memory).address
        self._used = 0

    def clear(self) -> None:
        """What is in it is not wanted any more."""
        self._used = 0

    def allocate(self, size: int) -> memoryview | None:
        """The next so many bytes, or nothing where there is no room."""
        begin = -(-self._used // _LINE) * _LINE
        if begin + size > len(self._memory):
            return None
        self._used = begin + size
        return self._memory[begin : self._used]

    def place_of(self, data: memoryview) -> int:
        """Where in the slot these bytes are; they are copied there if they are elsewhere. Without room, `NOWHERE`."""
        place: int = pa.py_buffer(data).address - self._begin
        if 0 <= place < len(self._memory):
            return place
        copy = self.allocate(data.nbytes)
        if copy is None:
            return NOWHERE
        copy[:] = data.cast("B")
        return int(pa.py_buffer(copy).address) - self._begin


class Slots:
    """The slots of some workers, made before they are forked."""

    def __init__(self, count: int) -> None:
        """None are there where the system has no memory to share: what they are for does without."""
        self._slots: list[Slot] = []
        self._free: list[int] = []
        try:
            whole = memoryview(mmap.mmap(-1, max(count, 1) * SLOT_BYTES))
        except OSError:
            return
        self._slots = [Slot(number, whole[number * SLOT_BYTES : (number + 1) * SLOT_BYTES]) for number in range(count)]
        self._free = list(range(count))

    def __getitem__(self, number: int) -> Slot:
        return self._slots[number]

    def lend(self) -> int | None:
        """The number of a slot that is free, the one used last if it can be: its memory is there already."""
        return self._free.pop() if self._free else None

    def give_back(self, number: int | None) -> None:
        """Nobody needs what is in this slot."""
        if number is not None:
            self._free.append(number)

    def contents(self, number: int) -> memoryview:
        """What is in a slot that was lent; it is free again when neither this nor any part of it is left."""
        owner = np.frombuffer(self._slots[number]._memory, np.uint8)
        weakref.finalize(owner, self._free.append, number).atexit = False
        return owner.data


_current: ContextVar[Slot | None] = ContextVar("slot", default=None)


@contextmanager
def into(slot: Slot | None) -> Iterator[None]:
    """Within this, `allocate` takes memory from the slot, if there is one."""
    if slot:
        slot.clear()
    before = _current.set(slot)
    try:
        yield
    finally:
        _current.reset(before)


def allocate(size: int) -> pa.Buffer:
    """A buffer of so many bytes to write to: in the slot at hand, where there is one with room."""
    slot = _current.get()
    memory = slot.allocate(size) if slot else None
    return pa.allocate_buffer(size) if memory is None else pa.py_buffer(memory)
