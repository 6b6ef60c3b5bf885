"""Slots of memory that workers share with their parent: lent, filled, passed on without copies, free when unused."""

from __future__ import annotations

import mmap

import numpy as np
import pyarrow as pa
import pytest

from datagen import shared_memory
from datagen.fork_pool import ForkPool
from datagen.runner import UNITS_AHEAD, Job, run
from datagen.shared_memory import NOWHERE, SLOT_BYTES, Slots, allocate, into
from tests.support.toy_job import needs_forks

LARGE = 100_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots with room for less than two large texts."""
    monkeypatch.setattr(shared_memory, "SLOT_BYTES", 2 * LARGE - 1)


def test_buffers_lie_beside_each_other_in_the_slot_at_hand() -> None:
    slot = Slots(2)[1]
    with into(slot):
        first, second = (pa.py_buffer(allocate(100)) for _ in range(2))
    assert [slot.place_of(memoryview(buffer)) for buffer in (first, second)] == [0, 128]
    with into(slot):  # of the next unit, which finds it empty
        assert slot.place_of(memoryview(allocate(100))) == 0
    assert slot.place_of(memoryview(allocate(5))) != 0, "nothing is in a slot that is not at hand"


def test_bytes_from_elsewhere_are_copied_into_the_slot_as_long_as_there_is_room(small: None) -> None:
    slots = Slots(1)
    text = np.arange(LARGE, dtype=np.uint8)
    number = slots.lend()
    assert number is not None
    place = slots[number].place_of(memoryview(text))
    assert bytes(slots.contents(number)[place : place + LARGE]) == text.tobytes()
    assert slots[number].place_of(memoryview(text)) == NOWHERE
    with into(None):
        assert allocate(LARGE).size == LARGE


def test_a_slot_is_lent_again_when_nothing_refers_to_its_contents() -> None:
    slots = Slots(1)
    number = slots.lend()
    assert number is not None
    assert slots.lend() is None
    part = pa.py_buffer(slots.contents(number)[10:20]).slice(2)
    assert slots.lend() is None
    del part
    assert slots.lend() == number
    slots.give_back(number)
    assert slots.lend() == number


def test_without_memory_to_share_there_are_no_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: int) -> mmap.mmap:
        raise OSError("no memory")

    monkeypatch.setattr(mmap, "mmap", refuse)
    assert Slots(3).lend() is None


def text_of(unit: int) -> bytes:
    return bytes([unit]) * (LARGE + unit)


def make(unit: int) -> tuple[int, None]:
    return unit, None


def render(unit: int, settled: None) -> list[pa.Buffer]:
    """Texts that are rendered in the slot, that come from elsewhere, and more than there is room for."""
    texts = []
    for _ in range(1 + unit % 3):
        text = allocate(LARGE + unit)
        np.frombuffer(text, np.uint8)[:] = unit  # type: ignore[index]
        texts.append(text)
    return [*texts, pa.py_buffer(text_of(unit))]


@needs_forks
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.usefixtures("small")
def test_results_are_whole_whether_they_are_used_at_once_or_all_kept(keep: bool) -> None:
    kept = []
    for unit, texts in run(range(30), Job(make, lambda summary: None, render), ForkPool(2)):
        assert [text.to_pybytes() for text in texts] == [text_of(unit)] * (2 + unit % 3)
        if keep:
            kept.append((unit, texts))
    for unit, texts in kept:
        assert texts[0].to_pybytes() == text_of(unit)


@needs_forks
def test_rendered_texts_do_not_go_through_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    received = []
    through = np.empty

    def counting(size: int, *arguments: object) -> np.ndarray:
        received.append(size)
        return through(size, *arguments)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("datagen.fork_pool.np.empty", counting)
    for _ in run(range(5 * UNITS_AHEAD), Job(make, lambda summary: None, render), ForkPool(2)):
        pass
    assert 0 < sum(received) < LARGE
    assert SLOT_BYTES > 4 * LARGE
