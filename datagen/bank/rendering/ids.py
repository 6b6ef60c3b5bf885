"""Ids: the prefix and width of each table's, and the numbers of a block's rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.bank.vocabulary import ID_FORMS
from datagen.columns import Numbered, Serial, or_no_code
from datagen.frozen import dataclass


@dataclass(frozen=True)
class Ids:
    """The ids of the rows of a block, or of tables made in one piece."""

    firsts: Mapping[str, int]
    """The number of the first row of each table, from 1."""

    def serial(self, table: str, count: int) -> Serial:
        """The ids of a table's rows, one after the other."""
        prefix, width = ID_FORMS[table]
        return Serial(prefix, width, self.firsts.get(table, 1), count)

    def of(self, table: str, rows: Any, *, nullable: bool = False) -> Numbered:
        """The ids of rows of a table, counted from 0 within the block; -1 is none, where that may be."""
        rows = np.asarray(rows, np.int64)
        numbers = rows + self.firsts.get(table, 1)
        return self.numbered(table, or_no_code(rows >= 0, numbers) if nullable else numbers, nullable=nullable)

    def numbered(self, table: str, numbers: NDArray[np.int64], *, nullable: bool = False) -> Numbered:
        """The ids with these numbers."""
        prefix, width = ID_FORMS[table]
        return Numbered(prefix, width, numbers, nullable)

    def employee(self, rows: Any, *, nullable: bool = False) -> Numbered:
        """The ids of employees, counted from 0 over the whole bank."""
        rows = np.asarray(rows, np.int64)
        return self.numbered(
            "employees", rows + 1 if not nullable else or_no_code(rows >= 0, rows + 1), nullable=nullable
        )
