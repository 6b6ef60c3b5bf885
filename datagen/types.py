"""Arrays by what their numbers mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
"""Places of rows in other arrays."""
Codes = NDArray[np.intp]
"""Places in a vocabulary or among the ids of a table; negative for none."""
Days = NDArray[np.int32]
"""Days since 1970-01-01."""
Integers = NDArray[np.int64]
"""Whole numbers: seconds, minutes, cents, hundredths."""
