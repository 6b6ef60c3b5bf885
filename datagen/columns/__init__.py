"""Columns of generated tables: compact NumPy arrays with three renderings.

`text()` gives what a CSV file holds, as an Arrow string array built from fixed-width byte tables (a few nanoseconds a
value, where formatting costs hundreds); `pieces()` says where in such tables it stands, so that whole lines are put
together at once; `typed()` gives the same values with their Arrow type, for frames and Parquet. A null is a negative
code, or `NULL` in a column of days or seconds.
"""

from datagen.columns.column import (
    NO_CODE,
    NULL,
    Column,
    Columns,
    Totalled,
    exact_sum,
    or_no_code,
    or_null,
    text_of,
    typed_table,
)
from datagen.columns.ids import (
    DIGITS,
    Identity,
    Numbered,
    Serial,
    id_texts,
    number_in,
    padded_numbers,
    text_without_nul,
)
from datagen.columns.numbers import MONEY_PRECISION, RATE_PRECISION, RATE_SCALE, Money, Rate, Whole
from datagen.columns.texts import Coded, Flag, Labels, Texts
from datagen.columns.times import Clock, Day, Stamp

__all__ = [
    "DIGITS",
    "MONEY_PRECISION",
    "NO_CODE",
    "NULL",
    "RATE_PRECISION",
    "RATE_SCALE",
    "Clock",
    "Coded",
    "Column",
    "Columns",
    "Day",
    "Flag",
    "Identity",
    "Labels",
    "Money",
    "Numbered",
    "Rate",
    "Serial",
    "Stamp",
    "Texts",
    "Totalled",
    "Whole",
    "exact_sum",
    "id_texts",
    "number_in",
    "or_no_code",
    "or_null",
    "padded_numbers",
    "text_of",
    "text_without_nul",
    "typed_table",
]
