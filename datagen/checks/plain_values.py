"""What the bytes of a column of plain CSV mean, each value of which is written in the one way that its type has.

Eight digits are read at a time, as a word of eight bytes: XOR with the form that it should have, `00:00:00`, leaves a
number below ten in each byte where a digit stands and zero elsewhere; two digits, four and eight become a number in a
multiplication each, for all values of a block at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from datagen.calendar import SECONDS_A_DAY
from datagen.checks.plain_csv import MARGIN, Bools, Ints, NotPlainError, Values, Words
from datagen.frozen import dataclass

MOST_DIGITS = 16
"""Of a number."""
IN_A_VIEW = 12
"""Bytes of a text that its view holds itself."""
_FAR = 1 << 9
"""Bytes: texts that are farther from each other are taken one by one."""
_LEAST = np.array([0, 0, *(10**digits for digits in range(1, MOST_DIGITS))])
"""The least number of so many digits."""
_EIGHT = 8
_ZERO, _MINUS, _POINT = b"0-."
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
"""Of the days that are read here."""
_MICROSECONDS = 1_000_000
_HIGH_BITS = 0x80_80_80_80_80_80_80_80
_BIT_UNLESS_DIGIT, _BIT_UNLESS_ZERO = 0x76, 0x7F
"""What sets the high bit of a byte that is added to it, unless it is below ten, or is zero."""
_TWO, _FOUR, _ONE = 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0xFFFFFFFF


@dataclass(frozen=True)
class _Form:
    """The form of eight bytes."""

    zero: int
    """The word in which all digits are 0."""
    guard: int


def _form(text: bytes) -> _Form:
    """The form of a text, in which 0 stands for a digit; of what follows it in the word, nothing is known."""
    guards = bytes(_BIT_UNLESS_DIGIT if sign == _ZERO else _BIT_UNLESS_ZERO for sign in text)
    return _Form(int.from_bytes(text, "little"), int.from_bytes(guards, "little"))


_DIGITS = _form(b"00000000")
_YEAR_MONTH, _DAY, _DAY_MINUTE, _SECOND, _CLOCK = map(_form, (b"0000-00-", b"00", b"00 00:00", b":00", b"00:00:00"))


def _in_form(words: Words, form: _Form, count: int = _EIGHT) -> Words:
    """A number below ten in each byte where a digit stands; 0 in the others, and in those after the first `count`."""
    found = words ^ form.zero
    if count < _EIGHT:
        found &= (1 << (8 * count)) - 1
    _refuse_if(bool(np.bitwise_or.reduce((found + form.guard) | found) & _HIGH_BITS))
    return found


def _refuse_if(wrong: bool) -> None:
    if wrong:
        raise NotPlainError


def _pairs(digits: Words) -> Words:
    """In each byte the number that it and the next one make."""
    pairs: Words = digits * 10 + (digits >> 8)
    return pairs


def _byte(words: Words, place: int) -> Words:
    return (words >> (8 * place)) & 0xFF if place else words & 0xFF


def _number_of(digits: Words) -> Words:
    """The number that eight digits make."""
    two = _pairs(digits) & _TWO
    four = (two * 100 + (two >> 16)) & _FOUR
    return (four * 10_000 + (four >> 32)) & _ONE


def digits_between(values: Values, starts: Ints, ends: Ints) -> Ints:
    """The numbers that the digits between places make, 16 at most.

    Raises: `NotPlainError` where there are none, more, or others than digits.
    """
    lengths = ends - starts
    shortest, longest = int(lengths.min()), int(lengths.max())
    _refuse_if(shortest < 1 or longest > MOST_DIGITS)
    if longest <= _EIGHT:
        return _last_eight(values, ends, longest if shortest == longest else lengths).view(np.int64)
    low = _last_eight(values, ends, np.minimum(lengths, _EIGHT))
    high = _last_eight(values, ends - _EIGHT, np.maximum(lengths - _EIGHT, 0))
    found: Ints = (high * 10**_EIGHT + low).view(np.int64)
    return found


def _last_eight(values: Values, ends: Ints, lengths: Ints | int) -> Words:
    """The number of so many digits before each of these places, up to eight."""
    [words] = values.words_at(ends - _EIGHT, 1)
    return _number_of(_in_form(_last_bytes(words ^ _DIGITS.zero, lengths) ^ _DIGITS.zero, _DIGITS))


def _last_bytes(words: Words, lengths: Ints | int) -> Words:
    """Words with 0 in the place of all but so many of their last bytes."""
    if isinstance(lengths, int):
        return words if lengths >= _EIGHT else words >> _bits(lengths) << _bits(lengths)
    others = (np.maximum(_EIGHT - lengths, 0) * 8).view(np.uint64)
    return words >> others << others


def _first_bytes(words: Words, lengths: Ints | int) -> Words:
    """Words with 0 in the place of all but so many of their first bytes, none if it is below 0."""
    if isinstance(lengths, int):
        return words if lengths >= _EIGHT else words << _bits(lengths) >> _bits(lengths)
    others = (np.clip(_EIGHT - lengths, 0, _EIGHT) * 8).view(np.uint64)
    return words << others >> others


def _bits(lengths: int) -> int:
    """Of a word, those that are not of so many bytes."""
    return 8 * (_EIGHT - max(lengths, 0))


def whole_numbers(values: Values) -> Ints:
    """Whole numbers, `0`, `12`, `-3`.

    Raises: `NotPlainError` for what is not written so.
    """
    return _signed(values, lambda values, starts: _whole(values, starts, values.ends))


def decimals(values: Values, size: int, scale: int) -> Ints:
    """Decimals with so many digits behind the point, `0.50`, `-12.00`, in units of the last of them.

    `size` is how many digits there are at most, and 16 is.

    Raises: `NotPlainError` for what is not written so.
    """
    _refuse_if(scale >= MOST_DIGITS)
    most = 10 ** (min(size, MOST_DIGITS) - scale)
    return _signed(values, lambda values, starts: _decimal(values, starts, scale, most))


def _signed(values: Values, read: Callable[[Values, Ints], Ints]) -> Ints:
    """Numbers that may be negative, of which something reads what follows on the sign."""
    negative = values.bytes_at(values.starts) == _MINUS
    if not negative.any():
        return read(values, values.starts)
    found = read(values, values.starts + negative)
    _refuse_if(bool((found[negative] == 0).any()))
    return np.where(negative, -found, found)


def _whole(values: Values, starts: Ints, ends: Ints) -> Ints:
    """Numbers without needless zeros, from their first digits on."""
    found = digits_between(values, starts, ends)
    _refuse_if(bool((found < _LEAST.take(ends - starts)).any()))
    return found


def _decimal(values: Values, starts: Ints, scale: int, most: int) -> Ints:
    points = values.ends - scale - 1 if scale else values.ends
    whole = _whole(values, starts, points)
    _refuse_if(bool(whole.max() >= most))
    if not scale:
        return whole
    _refuse_if(bool((values.bytes_at(points) != _POINT).any()))
    found: Ints = digits_between(values, points + 1, values.ends) + whole * 10**scale
    return found


@lru_cache(maxsize=1)
def _months() -> tuple[Ints, Ints]:
    """The day on which each month begins, since 1970, and how many it has."""
    first = np.datetime64(f"{_FIRST_YEAR}-01")
    months = np.arange(first, np.datetime64(f"{_LAST_YEAR + 1}-02")).astype("datetime64[D]").astype(np.int64)
    return months[:-1], np.diff(months)


def _days(year_month: Words, days: Words) -> Ints:
    """Days since 1970, of words in the form `0000-00-` and the pairs of a day's digits."""
    pairs = _pairs(year_month)
    years = _byte(pairs, 0) * 100 + _byte(pairs, 2) - _FIRST_YEAR  # those before are very large
    months = _byte(pairs, 5) - 1
    _refuse_if(bool(years.max() > _LAST_YEAR - _FIRST_YEAR or months.max() >= 12))
    begins, lengths = _months()
    places = (years * 12 + months).view(np.int64)
    _refuse_if(bool((days - 1 >= lengths.take(places).view(np.uint64)).any()))
    found: Ints = begins.take(places) + days.view(np.int64) - 1
    return found


def _seconds(hours: Words, minutes: Words, seconds: Words) -> Ints:
    _refuse_if(bool(hours.max() > 23 or minutes.max() > 59 or seconds.max() > 59))
    return ((hours * 60 + minutes) * 60 + seconds).view(np.int64)


def _refuse_other_lengths(values: Values, length: int) -> None:
    _refuse_if(bool((values.lengths != length).any()))


def dates(values: Values) -> Ints:
    """Days since 1970, of dates such as `2026-01-31`.

    Raises: `NotPlainError` for what is not written so, and for years that no data has.
    """
    _refuse_other_lengths(values, len("2026-01-31"))
    first, second = values.words_at(values.starts, 2)
    days = _byte(_pairs(_in_form(second, _DAY, 2)), 0)
    return _days(_in_form(first, _YEAR_MONTH), days)


def times(values: Values) -> Ints:
    """Microseconds since midnight, of times such as `06:30:00`.

    Raises: `NotPlainError` for what is not written so.
    """
    _refuse_other_lengths(values, len("06:30:00"))
    [words] = values.words_at(values.starts, 1)
    pairs = _pairs(_in_form(words, _CLOCK))
    return _seconds(_byte(pairs, 0), _byte(pairs, 3), _byte(pairs, 6)) * _MICROSECONDS


def timestamps(values: Values) -> Ints:
    """Microseconds since 1970, of timestamps such as `2026-01-31 06:30:00`.

    Raises: `NotPlainError` for what is not written so, and for years that no data has.
    """
    _refuse_other_lengths(values, len("2026-01-31 06:30:00"))
    first, second, third = values.words_at(values.starts, 3)
    middle, last = _pairs(_in_form(second, _DAY_MINUTE)), _pairs(_in_form(third, _SECOND, 3))
    days = _days(_in_form(first, _YEAR_MONTH), _byte(middle, 0))
    seconds = _seconds(_byte(middle, 3), _byte(middle, 6), _byte(last, 1))
    return (days * SECONDS_A_DAY + seconds) * _MICROSECONDS


def truths(values: Values) -> Bools:
    """Truth values, of the words `true` and `false`.

    Raises: `NotPlainError` for another word.
    """
    [words] = values.words_at(values.starts, 1)
    words = _first_bytes(words, values.lengths)
    found: Bools = words == int.from_bytes(b"true", "little")
    opposite = words == int.from_bytes(b"false", "little")
    _refuse_if(not (found | opposite).all())
    return found


def numbers_after(values: Values, prefix: bytes) -> Ints:
    """The numbers of ids, each of which is a prefix of at most eight bytes and 1 to 16 digits.

    Raises: `NotPlainError` for what is not written so.
    """
    size = len(prefix)
    _refuse_if(bool(values.lengths.min() <= size))
    [words] = values.words_at(values.starts, 1)
    _refuse_if(bool((_first_bytes(words, size) != int.from_bytes(prefix, "little")).any()))
    return digits_between(values, values.starts + size, values.ends)


def views(values: Values) -> tuple[Words, list[bytes]]:
    """Texts as the views of Arrow, two words each, and the bytes beside them, if there are any.

    The first word is the length and four bytes, the second one eight more bytes, or of a text of more than twelve its
    place in the bytes beside.
    """
    lengths = values.lengths
    shortest, longest = int(lengths.min()), int(lengths.max())
    sizes = longest if shortest == longest else lengths
    first, second = values.words_at(values.starts, 2)
    out = np.empty((len(lengths), 2), np.uint64)
    np.bitwise_or(lengths.view(np.uint64), _first_bytes(first << 32, sizes + 4), out=out[:, 0])
    out[:, 1] = _first_bytes((first >> 32) | (second << 32), sizes - 4)
    if longest <= IN_A_VIEW:
        return out, []
    is_long = lengths > IN_A_VIEW
    places, beside = _beside(values, is_long)
    out[is_long, 1] = places.view(np.uint64) << 32
    return out, [beside]


def _beside(values: Values, chosen: Bools) -> tuple[Ints, bytes]:
    """Bytes that hold the chosen texts, and the place of each in them: just these, or if they are many all lines."""
    starts, lengths = values.starts[chosen], values.lengths[chosen]
    if _FAR * len(starts) > values.block.size:
        return starts - MARGIN, values.block.text
    places = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    return np.cumsum(lengths) - lengths, b"".join(values.block.buffer[start:end] for start, end in places)
