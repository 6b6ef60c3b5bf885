"""Arrow arrays of values at hand, and the numbers of an array, without pandas.

`pyarrow.array`, `pyarrow.scalar` and `to_numpy` import pandas when they are first used, to know its values when they
see them. That takes as long as generating a small data set, so what makes no frames does without it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def array_of(values: NDArray[Any] | Sequence[str | None], mask: NDArray[np.bool_] | None = None) -> pa.Array:
    """An array of NumPy values - numbers, truth values, seconds or texts - or of a sequence of texts; None is null.

    Values where the `mask` is true are null. Numbers are not copied: they must not change afterwards.
    """
    if not isinstance(values, np.ndarray) or values.dtype.kind == "U":
        return _texts(values.tolist() if isinstance(values, np.ndarray) else values)
    valid = None if mask is None else bits_of(~mask)
    if values.dtype.kind == "b":
        return pa.Array.from_buffers(pa.bool_(), len(values), [valid, bits_of(values)])
    kind = pa.timestamp("s") if values.dtype.kind == "M" else pa.from_numpy_dtype(values.dtype)
    data = pa.py_buffer(np.ascontiguousarray(values).view(np.uint8))
    return pa.Array.from_buffers(kind, len(values), [valid, data])


def bits_of(values: NDArray[np.bool_]) -> pa.Buffer:
    """Truth values as Arrow holds them, a bit each."""
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def _texts(values: Sequence[str | None]) -> pa.StringArray:
    if "pandas" in sys.modules:  # it need not be imported, then, and Arrow is quicker
        return pa.array(values, pa.string())
    texts = [value or "" for value in values]
    whole = "".join(texts)
    sizes = map(len, texts if whole.isascii() else (text.encode() for text in texts))
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(np.fromiter(sizes, np.int32, len(texts)), out=offsets[1:])
    valid = bits_of(np.array([value is not None for value in values])) if None in values else None
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(whole.encode()), valid)


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The different values, in order: as `numpy.unique`, which imports `numpy.ma` to ask whether values are masked."""
    ordered = np.sort(values, axis=None)
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


@lru_cache(maxsize=64)
def text_scalar(value: str | None) -> pa.StringScalar:
    """A text, or none, as the functions of Arrow take it."""
    return _texts([value])[0]


def numbers_of(array: pa.Array) -> NDArray[Any]:
    """The values of an array of numbers, none of them null, without copying them; read-only."""
    kind = np.dtype(str(array.type))
    data = array.buffers()[1]
    if data is None:
        return np.zeros(0, kind)
    return np.frombuffer(data, kind, len(array), array.offset * kind.itemsize)


def flags_of(array: pa.BooleanArray) -> NDArray[np.bool_]:
    """The values of an array of truth values, none of them null."""
    data = array.buffers()[1]
    if data is None:
        return np.zeros(0, np.bool_)
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=array.offset + len(array), bitorder="little")
    return bits[array.offset :].view(np.bool_)


def fixed_width(texts: pa.StringArray) -> NDArray[np.bytes_] | None:
    """Texts, none of them null, as bytes, without copying them; None unless all have the same number, at least one."""
    if not len(texts):
        return None
    _, offsets, data = texts.buffers()
    edges = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset)
    width = int(edges[1] - edges[0])
    if not width or (np.diff(edges) != width).any():
        return None
    return np.frombuffer(data, f"S{width}", len(texts), int(edges[0]))


def places_in(known: pa.StringArray, texts: pa.StringArray) -> NDArray[np.int64]:
    """Where each text stands among those that are known, -1 where it does not."""
    import pyarrow.compute as pc  # what only makes arrays does without it

    nowhere = array_of(np.array([-1], np.int32))[0]
    return numbers_of(pc.index_in(texts, value_set=known).fill_null(nowhere)).astype(np.int64)


def texts_of(values: Any) -> pa.StringArray:
    """One Arrow array of text from a list or a NumPy, Arrow or pandas array."""
    if "pandas" not in sys.modules:  # what is text already does without it
        if isinstance(values, np.ndarray) and values.dtype.kind == "U":
            return array_of(values)
        if isinstance(values, list | tuple) and all(isinstance(value, str) for value in values):
            return array_of(values)
    is_arrow = isinstance(values, pa.Array | pa.ChunkedArray)
    texts = values if is_arrow else pa.array(values, pa.string(), from_pandas=True)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return texts if pa.types.is_string(texts.type) else texts.cast(pa.string())
