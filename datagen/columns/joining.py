"""Columns of runs of rows that follow each other, joined: one rendering where there would be many of few rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from datagen.columns.column import Column, Columns
from datagen.columns.ids import Identity, Serial


def joined(runs: Sequence[Columns]) -> Columns | None:
    """The rows of all runs, in their order; None where their columns are not alike, such as ids that do not go on."""
    first, *others = runs
    if not others:
        return first
    if any(list(run) != list(first) for run in others):
        return None
    columns = {name: _joined([run[name] for run in runs]) for name in first}
    alike = {name: column for name, column in columns.items() if column is not None}
    return alike if len(alike) == len(columns) else None


def _joined(parts: Sequence[Column]) -> Column | None:
    kind = type(parts[0])
    if any(type(part) is not kind for part in parts):
        return None
    fields = [vars(part) for part in parts]
    if isinstance(parts[0], Serial | Identity):
        alike = all(
            after == before | {"first": before["first"] + before["count"], "count": after["count"]}
            for before, after in pairwise(fields)
        )
        return replace(parts[0], count=sum(map(len, parts))) if alike else None
    values = {name: _one([part[name] for part in fields]) for name in fields[0]}
    return None if any(value is _UNLIKE for value in values.values()) else kind(**values)


class _Unlike:
    """What stands for values that cannot be joined."""


_UNLIKE = _Unlike()


def _one(values: Sequence[Any]) -> Any:
    """Arrays one after the other; of anything else, what all have."""
    first = values[0]
    if all(isinstance(value, np.ndarray) for value in values):
        return np.concatenate([value for value in values if len(value)] or [first])  # empty ones may be of any type
    if all(isinstance(value, pa.Array) for value in values):
        return pa.concat_arrays(values)
    if any(isinstance(value, np.ndarray | pa.Array) for value in values):
        return _UNLIKE
    return first if all(value is first or value == first for value in values) else _UNLIKE
