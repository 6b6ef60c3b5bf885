"""Numbers rise with time over all blocks, and leave none out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datagen.bank.numbering import Counter, moments_of, numbers_of_rows

BLOCKS = st.lists(st.lists(st.integers(0, 40), max_size=30).map(sorted), min_size=1, max_size=5)


@given(BLOCKS)
def test_rows_of_all_blocks_are_numbered_in_the_order_of_time(blocks):
    counter = Counter(41)
    rows = [np.array(block, np.int64) for block in blocks]
    for block in rows:
        counter.add(moments_of(block))
    assert counter.close() == sum(map(len, rows))
    numbered = counter.copy()
    numbers = [numbers_of_rows(block, numbered.take(moments_of(block))) for block in rows]
    moments, found = np.concatenate(rows), np.concatenate(numbers)
    assert sorted(found.tolist()) == list(range(1, len(found) + 1))
    assert (np.diff(moments[np.argsort(found)]) >= 0).all()
    assert all((np.diff(block) > 0).all() for block in numbers)
