"""Profiles of cards are read by columns where they stand as written, and mean what any reader of JSON finds."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from datagen.calendar import date_of
from datagen.errors import StateError
from datagen.payments import state
from datagen.payments.card_profiles import CardProfiles
from datagen.payments.card_store import Stored
from datagen.payments.cards import CardKinds
from datagen.payments.history import History
from datagen.payments.rules import PaymentsRules
from datagen.payments.state_reader import StateReader
from datagen.pools.pool_files import SHIPPED
from tests.payments.payments_runs import begun

KINDS = CardKinds(PaymentsRules())
PROFILES = CardProfiles(KINDS)
DAYS = some.integers(0, 65_000)  # from 1970 to 2147
CARDS = some.lists(
    some.tuples(
        some.integers(0, 10**10 - 1), some.integers(0, len(KINDS.kinds) - 1), some.integers(0, 999_998), DAYS, DAYS
    ),
    unique_by=lambda card: card[0],
    max_size=60,
)


def stored(cards: list[tuple[int, int, int, int, int]]) -> Stored:
    number, kind, *others = np.array(cards, np.int64).reshape(-1, 5).T
    return Stored(number, kind.astype(np.int16), *(column.astype(np.int32) for column in others))


@pytest.mark.slow
@given(CARDS)
def test_profiles_are_json_and_are_read_again(cards: list[tuple[int, int, int, int, int]]) -> None:
    text = b"".join(PROFILES.write(stored(cards)))
    told = [
        (f"CARD{number:010d}", {"card_profile_id": f"CARD{number:010d}"}
         | KINDS.kinds[kind]._asdict() | {"merchant_id": f"M{home + 1:06d}"}
         | {"stored_date": str(date_of(since)), "last_payment_date": str(date_of(paid))})
        for number, kind, home, since, paid in cards
    ]  # fmt: skip
    assert list(json.loads(b"{" + text + b"}").items()) == told
    around = b"{\n" + text + b"}\n"
    read = PROFILES.read(around, 2, 2 + len(text))
    assert read is not None
    assert [tuple(card) for card in zip(*(values.tolist() for values in read), strict=True)] == cards


def test_more_profiles_than_a_piece_holds_are_read_again() -> None:
    count = 30_001
    rows = np.arange(count, dtype=np.int32)
    cards = Stored(rows.astype(np.int64) * 7, (rows % len(KINDS.kinds)).astype(np.int16), rows, rows, rows + 9)
    text = b"".join(PROFILES.write(cards))
    assert text.count(b"\n") == count
    read = PROFILES.read(text, 0, len(text))
    assert read is not None
    assert all((new == old).all() for new, old in zip(read, cards, strict=True))


LINE = (
    b'"CARD0000000007": {"card_profile_id": "CARD0000000007", "card_bin": "411111", "card_type": "credit", '
    b'"card_issuer": "Chase", "card_brand": "Visa", "merchant_id": "M000001", '
    b'"stored_date": "2024-01-31", "last_payment_date": "2024-02-29"}'
)


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        LINE + b",\n",
        LINE + b"\n\n",
        LINE + b" \n",
        LINE + b"\n" + LINE + b"\n",
        LINE + b",\n" + LINE + b"\n",
        LINE.replace(b"M000001", b"M1") + b"\n",
        LINE.replace(b"M000001", b"M00000x") + b"\n",
        LINE.replace(b"01-31", b"01-32") + b"\n",
        LINE.replace(b"01-31", b"13-31") + b"\n",
        LINE.replace(b"2024-02", b"2023-02") + b"\n",
        LINE.replace(b"2024-02", b"1969-02") + b"\n",
        LINE.replace(b"Chase", b"Chess") + b"\n",
        LINE.replace(b"Chase", b"Chas\\u0065") + b"\n",
        LINE.replace(b"Visa", b"visa") + b"\n",
        LINE.replace(b"7", b"8", 1) + b"\n",
        LINE.replace(b", ", b",") + b"\n",
        LINE.replace(b"CARD", b"card") + b"\n",
        LINE[:-1] + b', "note": "mine"}\n',
        b"{}\n",
        b"\n",
        b'"CARD0000000007": {}\n',
        b"x" * 400 + b"\n",
        b"\0" * 400 + b"\n",
        b"x" * 5_000_000 + b"\n",
    ],
)
def test_what_does_not_stand_as_written_is_left_to_a_reader_of_json(text: bytes) -> None:
    assert PROFILES.read(text, 0, len(text)) is None
    assert PROFILES.read(LINE + b"\n", 0, len(LINE) + 1) is not None


@lru_cache
def january() -> list[bytes]:
    """The lines of a state."""
    return begun("2024-01-01", "2024-01-20").state.splitlines(keepends=True)


def careful(text: bytes) -> History:
    reader = StateReader("here")
    return state._history(reader, state._parsed(reader, text), None, lambda _: None, SHIPPED)


def quick(text: bytes) -> History | None:
    written = state._as_written(text, SHIPPED)
    try:
        return state._history(StateReader("here"), *written, lambda _: None, SHIPPED) if written else None
    except StateError:
        return None


def told(history: History) -> tuple[object, ...]:
    return *(values.tolist() for values in history.cards.cards), b"".join(state.write(history)), history.release


@some.composite
def edited(draw: some.DrawFn) -> bytes:
    """A state after a few edits, as hands, scripts and accidents make them."""
    lines = list(january())
    profiles = next(place for place, line in enumerate(lines) if b"card_profiles" in line)
    for _ in range(draw(some.integers(1, 4))):
        place = draw(some.integers(profiles - 3, len(lines) - 1) | some.integers(0, len(lines) - 1))
        other = draw(some.integers(0, len(lines) - 1))
        line = lines[place]
        at = draw(some.integers(0, len(line)))
        match draw(some.integers(0, 8)):
            case 0:
                lines[place : place + draw(some.integers(1, 3))] = []
            case 1:
                lines.insert(other, line)
            case 2:
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines[place] = line[:at] + draw(some.binary(max_size=2)) + line[at + draw(some.integers(0, 2)) :]
            case 4:
                letter = draw(some.sampled_from(list(b'0123456789{}[]",:\\\n MCARD')))
                lines[place] = line[:at] + bytes([letter]) + line[at + draw(some.integers(0, 1)) :]
            case 5:
                lines[place] = line.replace(*draw(some.sampled_from(WORDS)))
            case 6:
                lines[place] = lines[other]
            case 7:
                lines[place] = line.replace(b"}\n", b"},\n") if draw(some.booleans()) else line.replace(b"},\n", b"}\n")
            case _:
                lines[place] = draw(some.sampled_from(LINES))
        if not lines:
            break
    return b"".join(lines)


WORDS = [
    (b"Chase", b"Citi"),
    (b"Visa", b"Amex"),
    (b"411111", b"424242"),
    (b"credit", b"debit"),
    (b"M00000", b"M00001"),
    (b"M00000", b"M99999"),
    (b"CARD", b"KARD"),
    (b'": ', b'" : '),
    (b"active", b"churned"),
    (b"card_profiles", b"card_profile"),
    (b"total_transactions", b"card_profiles"),
    (b"merchant_counter", b"card_profiles"),
    (b"a", b"\\u0061"),
]
LINES = [
    b"{\n",
    b"},\n",
    b"\n",
    b'"card_profiles": {\n',
    b'"card_profiles": {},\n',
    b'"total_transactions": 5,\n',
    b'"x": {\n',
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(edited())
def test_what_is_read_by_columns_is_what_the_json_says(text: bytes) -> None:
    if (history := quick(text)) is not None:
        assert told(history) == told(careful(text))
        return
    try:
        expected = told(careful(text))
    except StateError as error:
        with pytest.raises(StateError) as caught:
            state.read(text, "here")
        assert str(caught.value) == str(error)
    else:
        assert told(state.read(text, "here")) == expected


def test_a_state_as_written_is_read_by_columns() -> None:
    lines = january()
    card = next(place for place, line in enumerate(lines) if b"card_profiles" in line) + 1
    for kept in (
        lines,
        [*lines[:card], lines[card + 1], lines[card], *lines[card + 2 :]],
    ):
        text = b"".join(kept)
        history = quick(text)
        assert history is not None
        assert told(history) == told(careful(text))
