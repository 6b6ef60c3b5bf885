"""Columns of generated tables: compact NumPy arrays with two renderings.

`text()` gives what a CSV file holds, as an Arrow string array built from fixed-width byte tables (a few nanoseconds a
value, where formatting costs hundreds); `typed()` gives the same values with their Arrow type, for frames and
Parquet. A null is a negative code, or `NULL` in a column of days or seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of, bits_of, numbers_of
from datagen.calendar import SECONDS_A_DAY

NULL = np.iinfo(np.int32).min
"""Marks the absent value in columns of days, and of seconds."""
NO_CODE = -1
"""Marks the absent value in columns of codes."""

MONEY_PRECISION = 12
DIGITS = "0123456789"
_MOST_DIGITS = 18
"""Digits that any 64-bit number can have."""


class Column(Protocol):
    """One column: `len()` values, to be had as text and typed."""

    def __len__(self) -> int: ...

    def text(self) -> pa.StringArray:
        """The values as a CSV file holds them."""
        ...

    def typed(self) -> pa.Array:
        """The values with their Arrow type."""
        ...


@runtime_checkable
class Totalled(Protocol):
    """A column that knows the sum of its numbers, or of those that its ids end with."""

    def total(self) -> int | Decimal:
        """The sum; nulls count nothing."""
        ...


Columns = Mapping[str, Column]


def or_null(known: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[np.int32]:
    """Days or seconds where they are known, `NULL` elsewhere; `values` may be of any integer type."""
    return np.where(known, values.astype(np.int32, copy=False), np.int32(NULL))


def or_no_code(known: NDArray[np.bool_] | np.bool_, codes: NDArray[Any]) -> NDArray[np.intp]:
    """Codes where they are known, `NO_CODE` elsewhere; `codes` may be of any integer type, unsigned ones included."""
    return np.where(known, codes.astype(np.intp, copy=False), np.intp(NO_CODE))


def number_in(text: str) -> int:
    """The number that an id ends with: `MEM000012` gives 12; of more than 18 digits, the last 18; 0 without any."""
    return int(text[len(text.rstrip(DIGITS)) :][-_MOST_DIGITS:] or 0)


def exact_sum(numbers: NDArray[np.integer[Any]], most: int) -> int:
    """The sum of whole numbers from -`most` to `most`, however large it is."""
    if most * len(numbers) < 1 << 63:
        return int(numbers.sum(dtype=np.int64))
    return sum(numbers.tolist())


def text_of(values: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> pa.StringArray:
    """Fixed-width ASCII values (dtype `S<w>` or a record of such) as an Arrow string array, without copying."""
    count, width = len(values), values.dtype.itemsize
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    validity = None if valid is None else bits_of(valid)
    data = pa.py_buffer(np.ascontiguousarray(values).view(np.uint8))
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), data, validity)


@lru_cache(maxsize=16)
def _digits(width: int) -> NDArray[np.bytes_]:
    """The numbers below 10**width (width <= 4), padded with zeros."""
    return np.array([f"{number:0{width}d}" for number in range(10**width)], dtype=f"S{width}")


def padded_numbers(prefix: str, width: int, numbers: NDArray[np.int64]) -> NDArray[Any]:
    """`prefix` and each number, padded with zeros to `width` digits, as records of fixed-width bytes."""
    groups = [4] * (width // 4)
    if width % 4:
        groups.insert(0, width % 4)
    out = np.empty(
        len(numbers), dtype=[("prefix", f"S{len(prefix)}"), *((f"g{i}", f"S{g}") for i, g in enumerate(groups))]
    )
    out["prefix"] = prefix.encode()
    rest = numbers
    for i, group in reversed(list(enumerate(groups))):
        rest, part = np.divmod(rest, 10**group)
        out[f"g{i}"] = _digits(group).take(part)
    return out


def text_without_nul(values: NDArray[Any], lengths: NDArray[np.integer[Any]]) -> pa.StringArray:
    """Fixed-width ASCII values, without the NULs with which shorter ones are filled up, as an Arrow string array.

    `lengths` are those without NULs, which may stand anywhere in a value.
    """
    offsets = np.zeros(len(values) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    letters = values.tobytes().translate(None, b"\0")
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(letters))


def id_texts(
    prefix: str, width: int, numbers: NDArray[np.int64], valid: NDArray[np.bool_] | None = None
) -> pa.StringArray:
    """`prefix` and each number, none negative, padded with zeros to `width` digits; larger numbers have more digits.

    So an id follows from its number alone, however many there are. Those that are not `valid` are null.
    """
    most = int(numbers.max(initial=0))
    if most < 10**width:
        return text_of(padded_numbers(prefix, width, numbers), valid)
    digits = len(str(most))
    own = width + np.searchsorted(10 ** np.arange(width, digits, dtype=np.int64), numbers, side="right")
    values = padded_numbers(prefix, digits, numbers)
    letters = values.view(np.uint8).reshape(len(values), -1)
    letters[:, len(prefix) : len(prefix) + digits][np.arange(digits) < (digits - own)[:, None]] = 0
    texts = text_without_nul(values, own + len(prefix))
    return texts if valid is None else pc.if_else(array_of(valid), texts, pa.NULL)


@dataclass(frozen=True)
class Serial:
    """Consecutive ids: `prefix`, which ends with no digit, and `first`, `first + 1`, ... as `id_texts` writes them."""

    prefix: str
    width: int
    first: int
    count: int

    def __len__(self) -> int:
        return self.count

    def text(self) -> pa.StringArray:
        return id_texts(self.prefix, self.width, np.arange(self.first, self.first + self.count, dtype=np.int64))

    def typed(self) -> pa.Array:
        return self.text()

    def total(self) -> int:
        """The sum of the numbers."""
        return self.count * (2 * self.first + self.count - 1) // 2


@dataclass(frozen=True)
class Identity:
    """Consecutive whole numbers as keys: `first`, `first + 1`, ..."""

    first: int
    count: int

    def __len__(self) -> int:
        return self.count

    def text(self) -> pa.StringArray:
        return id_texts("", 1, self._numbers())

    def typed(self) -> pa.Array:
        return array_of(self._numbers())

    def total(self) -> int:
        """The sum of the numbers."""
        return self.count * (2 * self.first + self.count - 1) // 2

    def _numbers(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.first + self.count, dtype=np.int64)


@dataclass(frozen=True)
class Numbered:
    """Ids that are not consecutive: `prefix`, which ends with no digit, and each number, as `id_texts` writes them.

    Where they are nullable, a negative number is null.
    """

    prefix: str
    width: int
    numbers: NDArray[np.int64]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        if not self.nullable:
            return id_texts(self.prefix, self.width, self.numbers)
        valid = self.numbers >= 0
        return id_texts(self.prefix, self.width, np.where(valid, self.numbers, 0), valid)

    def typed(self) -> pa.Array:
        return self.text()

    def total(self) -> int:
        """The sum of the numbers; nulls count nothing."""
        numbers = np.maximum(self.numbers, 0) if self.nullable else self.numbers
        return exact_sum(numbers, int(numbers.max(initial=0)))


@dataclass(frozen=True)
class Labels:
    """The texts that codes stand for: a vocabulary, or the ids of another table."""

    values: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, values: Iterable[str]) -> Labels:
        """Labels from any iterable of texts."""
        return cls(tuple(values))

    def __getstate__(self) -> dict[str, Any]:
        return {"values": self.values}

    @cached_property
    def fixed(self) -> NDArray[np.bytes_] | None:
        """The labels as fixed-width bytes, where they are of one width and ASCII: three times faster to take from."""
        encoded = [value.encode() for value in self.values]
        if len({len(value) for value in encoded}) != 1 or not encoded[0]:
            return None
        return np.array(encoded, dtype=f"S{len(encoded[0])}")

    @cached_property
    def arrow(self) -> pa.StringArray:
        """The labels as an Arrow array."""
        return array_of(self.values)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers in the labels, which are ids."""
        return np.array([number_in(value) for value in self.values], np.int64)

    @cached_property
    def most(self) -> int:
        """The largest of these numbers."""
        return int(self.numbers.max(initial=0))


@dataclass(frozen=True)
class Coded:
    """Values that are few or refer to another table: codes into labels; a negative code is null."""

    codes: NDArray[Any]
    labels: Labels
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    def text(self) -> pa.StringArray:
        if not self.nullable:
            fixed = self.labels.fixed
            return self.labels.arrow.take(array_of(self.codes)) if fixed is None else text_of(fixed.take(self.codes))
        return self.labels.arrow.take(array_of(self.codes, self.codes < 0))

    def typed(self) -> pa.Array:
        return self.text()

    def total(self) -> int:
        """The sum of the numbers in the labels, which are ids; nulls count nothing."""
        codes = self.codes[self.codes >= 0] if self.nullable else self.codes
        return exact_sum(self.labels.numbers.take(codes), self.labels.most)


@lru_cache(maxsize=32)
def _day_texts(first: int, last: int) -> NDArray[np.bytes_]:
    days = np.arange(first, last + 1).astype("datetime64[D]")
    return np.datetime_as_string(days).astype("S10")


def _day_table(days: NDArray[Any]) -> tuple[int, NDArray[np.bytes_]]:
    """The texts of whole five-year blocks around these days, so that few different tables are made."""
    block = 1_826
    first, last = (int(days.min()) // block) * block, (int(days.max()) // block + 1) * block
    return first, _day_texts(first, last)


@lru_cache(maxsize=1)
def _clock_texts() -> NDArray[np.bytes_]:
    seconds = np.arange(SECONDS_A_DAY).astype("datetime64[s]")
    return np.datetime_as_string(seconds).astype("S19").view("S1").reshape(-1, 19)[:, 11:].copy().view("S8").ravel()


@dataclass(frozen=True)
class Day:
    """Dates as days since 1970-01-01."""

    days: NDArray[np.int32]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.days)

    def text(self) -> pa.StringArray:
        valid = self.days != NULL if self.nullable else None
        days = self.days if valid is None else np.where(valid, self.days, 0)
        if not len(days):
            return array_of([])
        first, table = _day_table(days)
        return text_of(table.take(days - first), valid)

    def typed(self) -> pa.Array:
        mask = self.days == NULL if self.nullable else None
        return array_of(self.days.astype(np.int32), mask).cast(pa.date32())


_STAMP = np.dtype([("day", "S10"), ("between", "S1"), ("clock", "S8")])


@dataclass(frozen=True)
class Stamp:
    """Local timestamps: days since 1970-01-01 and seconds of the day (`NULL` where absent)."""

    days: NDArray[np.int32]
    seconds: NDArray[np.int32]
    nullable: bool = False
    separator: str = " "

    def __len__(self) -> int:
        return len(self.days)

    def text(self) -> pa.StringArray:
        valid = self.seconds != NULL if self.nullable else None
        seconds = self.seconds if valid is None else np.where(valid, self.seconds, 0)
        out = np.empty(len(self.days), _STAMP)
        if len(out):
            first, table = _day_table(self.days)
            out["day"], out["clock"] = table.take(self.days - first), _clock_texts().take(seconds)
            out["between"] = self.separator.encode()
        return text_of(out, valid)

    def typed(self) -> pa.Array:
        mask = self.seconds == NULL if self.nullable else None
        moments = self.days.astype(np.int64) * SECONDS_A_DAY + self.seconds
        return array_of(moments, mask).cast(pa.timestamp("s"))


@dataclass(frozen=True)
class Clock:
    """Times of day as seconds."""

    seconds: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.seconds)

    def text(self) -> pa.StringArray:
        return text_of(_clock_texts().take(self.seconds))

    def typed(self) -> pa.Array:
        return array_of(self.seconds.astype(np.int32, copy=False)).cast(pa.time32("s"))


@lru_cache(maxsize=1)
def _whole_texts() -> pa.StringArray:
    return array_of([str(number) for number in range(1_500)])


@dataclass(frozen=True)
class Whole:
    """Whole numbers; where they are nullable, a negative one is null."""

    numbers: NDArray[Any]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        if self.nullable:
            return self.typed().cast(pa.string())
        table = _whole_texts()
        if len(self) and self.numbers.min() >= 0 and self.numbers.max() < len(table):
            return table.take(array_of(self.numbers))
        return array_of(self.numbers.astype(np.int64, copy=False)).cast(pa.string())

    def typed(self) -> pa.Array:
        return array_of(self.numbers.astype(np.int64, copy=False), self.numbers < 0 if self.nullable else None)


_MANY_AMOUNTS = 2_000  # from so many on, the table of all usual amounts pays


@lru_cache(maxsize=1)
def _amount_texts() -> pa.StringArray:
    """The amounts from 0.00 to 1,000.00."""
    return Money(np.arange(100_001)).typed().cast(pa.string())


@dataclass(frozen=True)
class Money:
    """Amounts, and other figures with two decimals, as whole hundredths; null where `nulls` is true."""

    cents: NDArray[np.int64]
    nulls: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.cents)

    def typed(self) -> pa.Array:
        words = np.empty((len(self.cents), 2), np.int64)
        words[:, 0] = self.cents
        words[:, 1] = words[:, 0] >> 63
        validity = None if self.nulls is None else bits_of(~self.nulls)
        kind = pa.decimal128(MONEY_PRECISION, 2)
        return pa.Array.from_buffers(kind, len(words), [validity, pa.py_buffer(words)])

    def text(self) -> pa.StringArray:
        if len(self) >= _MANY_AMOUNTS and self.nulls is None:
            table = _amount_texts()
            if self.cents.min() >= 0 and self.cents.max() < len(table):
                return table.take(array_of(self.cents))
        encoded = array_of(self.cents).dictionary_encode()
        if len(encoded.dictionary) > len(self.cents) // 4:
            return self.typed().cast(pa.string())
        # A few prices make up most columns of money: render each once.
        table = Money(numbers_of(encoded.dictionary)).typed().cast(pa.string())
        return table.take(array_of(numbers_of(encoded.indices), self.nulls))

    def total(self) -> Decimal:
        """The sum of the amounts; nulls count nothing."""
        cents = self.cents if self.nulls is None else self.cents[~self.nulls]
        return Decimal(exact_sum(cents, 10**MONEY_PRECISION)).scaleb(-2)


RATE_PRECISION, RATE_SCALE = 9, 4


@dataclass(frozen=True)
class Rate:
    """Figures with four decimals, such as percents a year, as whole ten-thousandths; negative ones are null."""

    points: NDArray[np.int64]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.points)

    def typed(self) -> pa.Array:
        words = np.zeros((len(self.points), 2), np.int64)
        words[:, 0] = self.points
        validity = bits_of(self.points >= 0) if self.nullable else None
        kind = pa.decimal128(RATE_PRECISION, RATE_SCALE)
        return pa.Array.from_buffers(kind, len(words), [validity, pa.py_buffer(words)])

    def text(self) -> pa.StringArray:
        encoded = array_of(self.points).dictionary_encode()  # the same few come again and again
        return Rate(numbers_of(encoded.dictionary), self.nullable).typed().cast(pa.string()).take(encoded.indices)

    def total(self) -> Decimal:
        """The sum of the figures; nulls count nothing."""
        points = self.points[self.points >= 0] if self.nullable else self.points
        return Decimal(exact_sum(points, 10**RATE_PRECISION)).scaleb(-RATE_SCALE)


@dataclass(frozen=True)
class Texts:
    """Texts that are all different, or nearly so, as an Arrow array."""

    values: pa.StringArray

    def __len__(self) -> int:
        return len(self.values)

    def text(self) -> pa.StringArray:
        return self.values

    def typed(self) -> pa.Array:
        return self.values


@dataclass(frozen=True)
class Flag:
    """Truth values, written `true` and `false`."""

    values: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def text(self) -> pa.StringArray:
        return array_of(["false", "true"]).take(array_of(self.values.view(np.uint8)))

    def typed(self) -> pa.Array:
        return array_of(self.values)


def typed_table(columns: Columns) -> pa.Table:
    """The columns as an Arrow table with their types."""
    return pa.table({name: column.typed() for name, column in columns.items()})
