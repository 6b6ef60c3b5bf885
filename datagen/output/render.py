"""Rows on their way out: as CSV text, as typed Arrow tables, as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from datagen.columns import Columns, typed_table
from datagen.output import csv
from datagen.output.lines import lines_of

if TYPE_CHECKING:
    import pandas as pd


def to_csv(columns: Columns) -> pa.Buffer:
    """The rows as CSV text without a header."""
    text = lines_of(columns)
    return csv.render({name: column.text() for name, column in columns.items()}) if text is None else text


def to_arrow(columns: Columns) -> pa.Table:
    """The rows as a typed Arrow table."""
    return typed_table(columns)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """A typed Arrow table as a frame with the conventions of the reference frames.

    Texts are `str`, dates and timestamps datetime64[s], times of day HH:MM:SS texts, money float64.
    """
    import pandas as pd

    fields = []
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            # By way of text, which gives the nearest double; straight from decimals, 0.83 would be 0.8300000000000001.
            table = table.set_column(place, field.name, table[place].cast(pa.string()))
            fields.append(field.with_type(pa.float64()))
        elif pa.types.is_date(field.type):
            fields.append(field.with_type(pa.timestamp("s")))
        elif pa.types.is_time(field.type):
            fields.append(field.with_type(pa.string()))
        else:
            fields.append(field)
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas()
    if not len(frame):
        # Arrow leaves texts without rows in a state that pandas cannot join on.
        frame = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in frame.dtypes.items()})
    return frame
