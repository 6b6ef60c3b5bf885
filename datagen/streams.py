"""Named random streams.

Every draw is addressed by names, never by its place in a sequence of calls: the same (seed, names) give the same
numbers on every machine, in any order, on any thread. One name path serves one draw; asking it for more numbers
leaves the first ones as they were, so appending members, days or tables never disturbs what already existed.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

_WORD = np.dtype("<u8")


class _Digest(ISeedSequence):
    """Seeds a bit generator with the words of a hash as they are: they are as mixed as any seeding would make them."""

    __slots__ = ("words",)

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        return self.words[:n_words]


class Streams:
    """The streams below one path of names; cheap to make, immutable, safe to share and to pickle."""

    __slots__ = ("_path",)

    def __init__(self, *path: str | int) -> None:
        """Name a root, customarily `Streams(seed, world)`."""
        self._path = _key(path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Streams) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __getstate__(self) -> tuple[str]:
        return (self._path,)

    def __setstate__(self, state: tuple[str]) -> None:
        (self._path,) = state

    def at(self, *names: str | int) -> Streams:
        """The streams below a longer path."""
        below = Streams()
        below._path = self._path + _key(names)
        return below

    def _raw(self, count: int, names: tuple[str | int, ...]) -> NDArray[np.uint64]:
        digest = hashlib.blake2b((self._path + _key(names)).encode(), digest_size=24).digest()
        bits = np.random.SFC64(cast(Any, _Digest(np.frombuffer(digest, _WORD))))
        return bits.random_raw(count).astype(_WORD, copy=False)

    def lanes(self, count: int, *names: str | int) -> NDArray[np.uint16]:
        """`count` uniform 16-bit numbers: the cheapest draw, for shares, quantile tables and shuffles."""
        return self._raw(-(-count // 4), names).view("<u2")[:count]

    def words(self, count: int, *names: str | int) -> NDArray[np.uint32]:
        """`count` uniform 32-bit numbers, where 65,536 steps are too coarse."""
        return self._raw(-(-count // 2), names).view("<u4")[:count]

    def longs(self, count: int, *names: str | int) -> NDArray[np.uint64]:
        """`count` uniform 64-bit numbers."""
        return self._raw(count, names)

    def uniform(self, count: int, *names: str | int) -> NDArray[np.float64]:
        """`count` numbers in [0, 1), with 32 random bits each; exact in binary, so alike on every machine."""
        return self.words(count, *names).astype(np.float64) * 2.0**-32

    def below(self, bounds: Any, count: int, *names: str | int) -> NDArray[np.int64]:
        """`count` whole numbers in [0, bounds), `bounds` a number or an array of `count` numbers below 2**31."""
        return (self.words(count, *names).astype(np.int64) * np.asarray(bounds, np.int64)) >> 32

    def integer(self, *names: str | int) -> int:
        """One 63-bit number, to seed a foreign generator."""
        return int(self._raw(1, names)[0] >> 1)


def _key(names: tuple[str | int, ...]) -> str:
    """A text for each path that no other path has: numbers differ from words, and names are separated."""
    return "".join([f"\x1f{'s' if isinstance(name, str) else 'i'}{name}" for name in names])
