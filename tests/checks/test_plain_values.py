"""What the bytes of plain values mean: the same as to Python, and whatever is written otherwise is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.checks import plain_values
from datagen.checks.plain_csv import MARGIN, Block, NotPlainError, Values

EPOCH = dt.datetime.fromordinal(dt.date(1970, 1, 1).toordinal())
MICROSECOND = dt.timedelta(microseconds=1)
Read = Callable[[Values], Any]


def values(texts: Sequence[str]) -> Values:
    """A column of values, commas between them."""
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([len(text) + 1 for text in encoded]) - 1 + MARGIN
    starts = ends - [len(text) for text in encoded]
    text = b",".join(encoded) + b","
    block = Block(bytearray(b"7" * MARGIN + text + b"7" * MARGIN), ends[None], len(text))
    return Values(block, starts, ends)


def moments(kind: str, item: Any) -> int:
    """A date as days, a time or a timestamp as microseconds, as the columns of Arrow hold them."""
    if kind == "date":
        return (item - EPOCH.date()).days
    whole = dt.datetime.combine(EPOCH.date(), item) if kind == "time" else item
    return (whole - EPOCH) // MICROSECOND


@given(st.lists(st.integers(-(10**16) + 1, 10**16 - 1) | st.integers(-12, 120), min_size=1))
def test_whole_numbers(numbers: list[int]) -> None:
    assert plain_values.whole_numbers(values([str(number) for number in numbers])).tolist() == numbers


@given(st.integers(0, 6), st.data())
def test_decimals(scale: int, data: st.DataObject) -> None:
    digits = st.integers(-(10**15), 10**15) | st.integers(-1200, 1200)
    numbers = data.draw(st.lists(digits, min_size=1))
    texts = [f"{Decimal(number).scaleb(-scale):.{scale}f}" for number in numbers]
    assert plain_values.decimals(values(texts), 16, scale).tolist() == numbers


DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
TIMES = st.times().map(lambda time: time.replace(microsecond=0))


@given(st.lists(DATES, min_size=1))
def test_dates(dates: list[dt.date]) -> None:
    assert plain_values.dates(values([str(item) for item in dates])).tolist() == [moments("date", x) for x in dates]


@given(st.lists(TIMES, min_size=1))
def test_times(times: list[dt.time]) -> None:
    assert plain_values.times(values([str(item) for item in times])).tolist() == [moments("time", x) for x in times]


@given(st.lists(st.builds(dt.datetime.combine, DATES, TIMES), min_size=1))
def test_timestamps(stamps: list[dt.datetime]) -> None:
    found = plain_values.timestamps(values([str(item) for item in stamps]))
    assert found.tolist() == [moments("timestamp", item) for item in stamps]


@given(st.lists(st.booleans(), min_size=1))
def test_truth_values(truths: list[bool]) -> None:
    assert plain_values.truths(values([str(truth).lower() for truth in truths])).tolist() == truths


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from(["", "A", "MEM", "PREFIXES"]), st.integers(1, 9))
def test_numbers_of_ids(numbers: list[int], prefix: str, digits: int) -> None:
    ids = values([f"{prefix}{number:0{digits}}" for number in numbers])
    assert plain_values.numbers_after(ids, prefix.encode()).tolist() == numbers


def written(views: Any, beside: list[bytes]) -> list[bytes]:
    """The texts of views, as the format of Arrow says."""
    found = []
    for view in views.view(np.uint8).reshape(-1, 16):
        length, place = view[:4].view("<i4")[0], view[12:].view("<i4")[0]
        found.append(bytes(view[4 : 4 + length]) if length <= 12 else beside[0][place : place + length])
        assert length > 12 or not view[4 + length :].any()
        assert length <= 12 or bytes(view[4:8]) == found[-1][:4]
    return found


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters=',"\n\r\0'), min_size=1, max_size=40)


@given(st.lists(TEXTS, min_size=1) | st.lists(st.text("ab", min_size=11, max_size=14), min_size=1), st.booleans())
def test_texts(texts: list[str], far: bool) -> None:
    """Those that are far from each other are taken one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_values, "_FAR", 0 if far else 1 << 20)
        assert written(*plain_values.views(values(texts))) == [text.encode() for text in texts]


REFUSED: dict[str, tuple[Read, str, list[str]]] = {
    "whole number": (
        plain_values.whole_numbers,
        "12",
        ["+5", "05", "-0", "-", "--5", "1e3", " 5", "5 ", "0x1", "5.0", "٣", "1_000", "12345678901234567", "-05", "00"],
    ),
    "decimal": (
        lambda found: plain_values.decimals(found, 10, 2),
        "12.50",
        ["1.5", ".50", "-0.00", "00.50", "1:50", "1.505", "150", "-.50", "1.5e", "1. 5", "123456789.00", "+1.00"],
    ),
    "date": (
        plain_values.dates,
        "2026-01-31",
        [
            *(
                "2026-02-29",
                "2026-13-01",
                "2026-00-10",
                "2026-01-00",
                "2026-1-031",
                "2026/01/31",
                "1899-12-31",
                "20260131",
            ),
            *("2200-01-01", "2026-01-3a", "+026-01-31", "2026-01-31.", "2023-02-29", "2100-02-29"),
        ],
    ),
    "time": (
        plain_values.times,
        "06:30:00",
        ["24:00:00", "06:60:00", "06:30:60", "6:30:00", "06:30", "06:30:0 ", "06-30-00", "6:30:00."],
    ),
    "timestamp": (
        plain_values.timestamps,
        "2026-01-31 06:30:00",
        [
            *("2026-01-31T06:30:00", "2026-01-31 24:00:00", "2026-02-29 06:30:00", "2026-1-31 6:30:00.0", "2026-01-31"),
            *("2026-01-31 06:30:0Z", " 2026-1-31 06:30:00", "2026-01-31 06:30.00", "2026-01-31 06:30:00.5"),
        ],
    ),
    "truth value": (plain_values.truths, "true", ["True", "t", "1", "tru", "true ", "truetrue", "falses", "0"]),
    "id": (
        lambda found: plain_values.numbers_after(found, b"MEM"),
        "MEM01",
        ["MEX01", "MEM", "ME", "MEM0x", "MEM-1", "MEM 1", "mem01", "MEM01 ", "MEM12345678901234567"],
    ),
}


@pytest.mark.parametrize(("kind", "wrong"), [(kind, text) for kind, (*_, texts) in REFUSED.items() for text in texts])
def test_what_is_written_otherwise_is_refused_wherever_it_stands(kind: str, wrong: str) -> None:
    read, sound, _ = REFUSED[kind]
    read(values([sound] * 3))
    for place in range(4):
        texts = [sound] * 3
        texts.insert(place, wrong)
        with pytest.raises(NotPlainError):
            read(values(texts))


@pytest.mark.parametrize("kind", REFUSED)
def test_no_byte_can_be_another_unnoticed(kind: str) -> None:
    """Each byte of a sound value in turn is each other byte; what is accepted is another value."""
    read, sound, _ = REFUSED[kind]
    meant = read(values([sound]))[0]
    for place in range(len(sound)):
        for byte in {*range(1, 256)} - {*sound.encode()[place : place + 1]}:
            changed = values([sound])
            changed.block.buffer[MARGIN + place] = byte
            try:
                assert read(changed)[0] != meant
            except NotPlainError:
                continue
