"""Coherent people: names that fit sex, year of birth and population, e-mails from names, telephones, addresses.

The functions take numbers already drawn (`Streams.words`, `Streams.lanes`), one a row, and give one Arrow text array.
Row k depends on the numbers and columns of row k only - for `emails` on those of rows 0..k - so that appending
rows leaves the earlier ones as they were. No value can reach a real person: see `emails` and `telephones`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from datagen.arrays import array_of, flags_of, numbers_of, places_in, text_scalar, texts_of
from datagen.errors import PoolError
from datagen.pools.pool_files import SEXES, SHIPPED, Pool, Pools
from datagen.streams import Streams

_POOLS = Path(__file__).with_name("pools")
_NAME_BITS = 15  # a first name is one of 32,768 equal slots of its sex and year, a surname one of 131,072
_SURNAME_BITS = 17

GENDERS = ("F", "M", "O")
EMAIL_DOMAINS = ("example.com", "example.org", "example.net")  # reserved by RFC 2606, section 3
_DOMAIN_SHARES = (0.60, 0.20, 0.20)
_FIRST, _FIRST_INITIAL, _LAST, _LAST_INITIAL, _NOBODY = range(5)
_EMAIL_SHAPES = (  # left part, separator, right part, share; each holds the whole last name
    (_FIRST, ".", _LAST, 0.34),
    (_FIRST_INITIAL, "", _LAST, 0.20),
    (_FIRST, "", _LAST, 0.14),
    (_FIRST, "_", _LAST, 0.10),
    (_FIRST_INITIAL, ".", _LAST, 0.08),
    (_LAST, ".", _FIRST, 0.07),
    (_LAST, "", _FIRST_INITIAL, 0.07),
)
_WORKING_AGE = (1962, 2002)  # years of birth
_MOST_DRAWS = 1_000  # a distinct name wanted
_POOLS_KEPT = 4
_HOME_UNITS = ("Apt", "Unit")


def first_names(
    gender_codes: Any, birth_years: ArrayLike, words: NDArray[np.uint32], pools: Pools = SHIPPED
) -> pa.StringArray:
    """A first name a row, with the frequency it has among those of that sex and year of birth.

    `gender_codes` are the texts F, M or O (a list, a NumPy, Arrow or pandas array); O draws from either sex. Between
    two years of the pool the names of both are mixed; years before the first or after the last count as that one.
    Pools that are given know sexes, but no years.

    Raises:
        ValueError: another gender.
    """
    names, years, slots = _first_name_pool(pools)
    genders = texts_of(gender_codes)
    sex = places_in(array_of(GENDERS), genders)
    if (sex < 0).any():
        row = int(np.argmax(sex < 0))
        raise ValueError(f"gender {genders[row].as_py()!r} in row {row} is none of {', '.join(GENDERS)}")
    sex = np.where(sex == GENDERS.index("O"), words & 1, sex)
    born = np.clip(np.asarray(birth_years, np.int64), years[0], years[-1])
    left = np.clip(np.searchsorted(years, born, side="right") - 1, 0, max(len(years) - 2, 0))
    right = np.minimum(left + 1, len(years) - 1)
    # The middle 16 bits of the word choose between the two years, in proportion to how near they are.
    chance = (words >> 1 & 0xFFFF).astype(np.int64)
    year = left + (chance * (years[right] - years[left]) < (born - years[left]) << 16)
    return _take(names, slots[sex, year, words >> (32 - _NAME_BITS)])


def surnames(words: NDArray[np.uint32], pools: Pools = SHIPPED) -> pa.StringArray:
    """A surname a row, with its frequency in the population (Smith 0.8 %, and a tail of 5,000 rare ones)."""
    names, slots = _surname_pool(pools)
    return _take(names, slots[words >> (32 - _SURNAME_BITS)])


def drawn(kind: str, words: NDArray[np.uint32], pools: Pools) -> pa.StringArray:
    """A text a row of a kind that is given, such as `companies`, as often as its weight says."""
    names, slots = _given_pool(pools, kind)
    return _take(names, slots[words >> (32 - _SURNAME_BITS)])


def emails(
    first: Any,
    last: Any,
    lanes: NDArray[np.uint16],
    domain_lanes: NDArray[np.uint16],
    pools: Pools = SHIPPED,
    numbers: NDArray[np.int64] | None = None,
) -> pa.StringArray:
    """An e-mail address a row, made from the name and unique over the array, at example.com, .org or .net.

    The local part has one of the usual shapes (first.last, flast, first_last ...) in lower-case ASCII; it contains
    the whole last name without accents, apostrophes and spaces; names in other letters are spelt as the pools
    say. The second, third ... holder of an address gets that
    number behind it; as names have no digits, no two rows can collide. To keep two tables apart, call once for both.
    Where `numbers` are given, each address has its number behind it: unique over all arrays with different numbers.
    """
    first_code, first_letters = _distinct_letters(first, pools.spellings)
    last_code, last_letters = _distinct_letters(last, pools.spellings)
    row = np.arange(len(first_code))
    # Every part that an address can be joined from, and where each row finds its own, in the order of _FIRST ...
    sources = [first_letters, _initials(first_letters), last_letters, _initials(last_letters), array_of(["member"])]
    parts = cast(pa.StringArray, pa.concat_arrays(sources))
    starts = np.cumsum([0, *(len(pool) for pool in sources[:-1])])
    part = starts[:, None] + np.stack([first_code, first_code, last_code, last_code, 0 * row])

    shape = _choose([share for *_, share in _EMAIL_SHAPES], lanes)
    left = np.array([left for left, *_ in _EMAIL_SHAPES])[shape]
    right = np.array([right for _, _, right, _ in _EMAIL_SHAPES])[shape]
    nameless = _is_empty(first_letters)[first_code], _is_empty(last_letters)[last_code]
    left = np.where(nameless[0] & nameless[1], _NOBODY, left)
    separators, separator = np.unique([separator for _, separator, *_ in _EMAIL_SHAPES], return_inverse=True)
    separator = np.where(nameless[0] | nameless[1], int(np.flatnonzero(separators == "")[0]), separator[shape])

    pieces = _take(parts, part[left, row]), _take(array_of(separators), separator), _take(parts, part[right, row])
    local = pc.binary_join_element_wise(*pieces, text_scalar(""))
    domain = _choose(_DOMAIN_SHARES, domain_lanes)
    if numbers is None:
        holder = _rank_in_group(_codes(local) * len(EMAIL_DOMAINS) + domain)
        number = _take(array_of(["", *(str(k) for k in range(2, int(holder.max(initial=0)) + 2))]), holder)
    else:
        number = array_of(numbers).cast(pa.string())
    at_domain = array_of([f"@{name}" for name in EMAIL_DOMAINS])
    return cast(pa.StringArray, pc.binary_join_element_wise(local, number, _take(at_domain, domain), text_scalar("")))


def telephones(area_codes: ArrayLike, lanes: NDArray[np.uint16]) -> pa.StringArray:
    """A telephone number a row, NPA-555-0100 to NPA-555-0199: the lines that are set aside for fiction."""
    npa = np.asarray(area_codes, np.int64)
    if ((npa < 200) | (npa > 999)).any():
        raise ValueError(f"{int(npa[(npa < 200) | (npa > 999)][0])} is not an area code (200-999)")
    line = (lanes.astype(np.int64) * 100) >> 16
    text = np.empty((len(npa), 12), np.uint8)
    text[:] = np.frombuffer(b"000-555-0100", np.uint8)
    for place, digit in ((0, npa // 100), (1, npa // 10 % 10), (2, npa % 10), (10, line // 10), (11, line % 10)):
        text[:, place] += digit.astype(np.uint8)
    starts = np.arange(0, 12 * len(npa) + 1, 12, dtype=np.int32)
    return pa.StringArray.from_buffers(len(npa), pa.py_buffer(starts), pa.py_buffer(text))


def street_addresses(
    words: NDArray[np.uint32], streets: ArrayLike, unit_share: float = 0.15, units: Sequence[str] = _HOME_UNITS
) -> pa.StringArray:
    """A street address a row, "1234 Oak Hollow", with a part of the house in `unit_share` of them.

    `units` are the words for such a part, a flat by default, "Apt 12". Small house numbers prevail.
    """
    names = array_of(np.asarray(streets, np.str_))
    street, rest = _split(words, len(names))
    number, rest = _split(rest, 1 << 10)
    parts = [f" {kind} {number}" for kind in units for number in range(1, 41)]
    unit, _ = _split(rest, int(len(parts) / unit_share) if unit_share > 0 else 1)
    house = pc.cast(array_of(100 + (number * number * 9_900 >> 20)), pa.string())
    has_unit = (unit < len(parts)) & (unit_share > 0)
    ends = _take(array_of([*parts, ""]), np.where(has_unit, unit, len(parts)))
    address = pc.binary_join_element_wise(house, _take(names, street), text_scalar(" "))
    return cast(pa.StringArray, pc.binary_join_element_wise(address, ends, text_scalar("")))


def street_names(streams: Streams, count: int = 400, pools: Pools = SHIPPED) -> NDArray[np.str_]:
    """The streets of a run, such as "Fisher Lane": `count` distinct ones of the pool, all of a given one with fewer.

    A longer list begins with the shorter one.

    Raises:
        ValueError: more than the shipped pool has.
    """
    if "streets" in pools.given:
        pool = np.array(pools.given["streets"].texts, np.str_)
        count = min(count, len(pool))
    else:
        pool = _street_pool()
    if count > len(pool):
        raise ValueError(f"{count} streets are more than the pool has, {len(pool)}")
    return pool[np.argsort(streams.longs(len(pool), "streets"), kind="stable")[:count]]


def full_names(streams: Streams, count: int, pools: Pools = SHIPPED) -> list[str]:
    """Distinct first and last names of people of working age; a longer list begins with the shorter one.

    Raises:
        PoolError: the pools give too few different ones.
    """
    names: dict[str, None] = {}
    rows = count
    while len(names) < count:
        rows *= 2
        if rows > _MOST_DRAWS * count:
            raise PoolError(
                f"The pools given hardly have {count} different names of people; add names, or make weights more even."
            )
        genders = array_of(GENDERS[:2]).take(array_of(streams.lanes(rows, "gender") & 1))
        years = _WORKING_AGE[0] + streams.below(_WORKING_AGE[1] - _WORKING_AGE[0], rows, "born")
        first = first_names(genders, years, streams.words(rows, "first"), pools)
        last = surnames(streams.words(rows, "last"), pools)
        names = dict.fromkeys(pc.binary_join_element_wise(first, last, text_scalar(" ")).to_pylist())
    return list(names)[:count]


class _Block(NamedTuple):
    """One block of a pool of names; all numbers in hundreds."""

    key: list[str]
    total: int
    counted: list[tuple[str, int]]
    further: list[str]


@cache
def _street_pool() -> NDArray[np.str_]:
    return np.array((_POOLS / "streets.txt").read_text(encoding="utf-8").splitlines(), np.str_)


@lru_cache(_POOLS_KEPT)
def _first_name_pool(pools: Pools) -> tuple[pa.StringArray, NDArray[np.int64], NDArray[np.uint16]]:
    """The names, the years of the pool, and the name in each slot of each (sex, year)."""
    if SEXES[0] in pools.given:
        return _first_names_by_sex([pools.given[kind] for kind in SEXES])
    blocks = {(block.key[0], int(block.key[1])): block for block in _blocks("first_names.txt")}
    years = sorted({year for _, year in blocks})
    codes: dict[str, int] = {}
    slots = np.empty((2, len(years), 1 << _NAME_BITS), np.uint16)
    for row, sex in enumerate(GENDERS[:2]):
        earlier: list[str] = []
        for column, year in enumerate(years):
            block = blocks[sex, year]
            counted = {codes.setdefault(name, len(codes)): births for name, births in block.counted}
            # Names do not vanish: those of the year before that are not counted now belong to the rare ones.
            rare = {codes.setdefault(name, len(codes)): None for name in (*block.further, *earlier)}
            slots[row, column] = _slots(
                block.total, counted, [code for code in rare if code not in counted], _NAME_BITS
            )
            earlier = [*(name for name, _ in block.counted), *block.further]
    return array_of(list(codes)), np.array(years), slots


def _first_names_by_sex(sexes: Sequence[Pool]) -> tuple[pa.StringArray, NDArray[np.int64], NDArray[np.uint16]]:
    """The same for names of which the sex alone is known: all of one year."""
    names = list(dict.fromkeys(text for pool in sexes for text in pool.texts))
    code = {name: place for place, name in enumerate(names)}
    slots = [
        _slots(
            sum(pool.weights),
            {code[text]: weight for text, weight in zip(pool.texts, pool.weights, strict=True)},
            [],
            _NAME_BITS,
        )
        for pool in sexes
    ]
    return array_of(names), np.zeros(1, np.int64), np.stack(slots)[:, None]


@lru_cache(_POOLS_KEPT)
def _given_pool(pools: Pools, kind: str) -> tuple[pa.StringArray, NDArray[np.uint16]]:
    """The texts of a kind that is given, and the one in each slot."""
    pool = pools.given[kind]
    return array_of(pool.texts), _slots(sum(pool.weights), dict(enumerate(pool.weights)), [], _SURNAME_BITS)


@lru_cache(_POOLS_KEPT)
def _surname_pool(pools: Pools) -> tuple[pa.StringArray, NDArray[np.uint16]]:
    """The surnames, and the one in each slot."""
    if "surnames" in pools.given:
        return _given_pool(pools, "surnames")
    (block,) = _blocks("surnames.txt")
    names = [*(name for name, _ in block.counted), *block.further]
    people = dict(enumerate(count for _, count in block.counted))
    return array_of(names), _slots(block.total, people, list(range(len(people), len(names))), _SURNAME_BITS)


def _blocks(file: str) -> list[_Block]:
    """The blocks of a pool of names, whose format stands at the top of the file."""
    lines = (_POOLS / file).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    blocks = []
    for block in text.strip().split("\n\n"):
        head, _, body = block.partition("\n")
        *key, total = head.split()
        counted, _, further = body.partition("+")
        words = counted.split()
        pairs = list(zip(words[::2], map(int, words[1::2]), strict=True))
        blocks.append(_Block(key, int(total), pairs, further.split()))
    return blocks


def _slots(total: int, counted: dict[int, int], rare: list[int], bits: int) -> NDArray[np.uint16]:
    """A table of 2**bits codes in which each has its share: the counted ones theirs, the rare ones equally the rest."""
    left_over, each = total - sum(counted.values()), max(len(rare), 1)
    weights = [*(count * each for count in counted.values()), *([left_over] * len(rare))]
    ends = (np.cumsum(weights, dtype=np.int64) << bits) // (total * each)
    return np.repeat(np.array([*counted, *rare], np.uint16), np.diff(ends, prepend=0))


def _choose(shares: Any, lanes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """The choice of each lane among `shares` that add up to one."""
    return np.searchsorted(np.round(np.cumsum(shares)[:-1] * 65_536), lanes, side="right")


def _split(words: NDArray[Any], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number below `count` from each 32-bit word, and the word that is left for the next."""
    product = words.astype(np.int64) * count
    return product >> 32, product & 0xFFFF_FFFF


def _take(texts: pa.Array[Any], indices: NDArray[Any]) -> pa.StringArray:
    return cast(pa.StringArray, texts.take(array_of(indices)))


def _codes(texts: pa.Array[Any]) -> NDArray[np.int64]:
    return cast(NDArray[np.int64], numbers_of(texts.dictionary_encode().indices).astype(np.int64))


def _is_empty(texts: pa.StringArray) -> NDArray[np.bool_]:
    return flags_of(pc.equal(texts, text_scalar("")))


def _initials(texts: pa.StringArray) -> pa.StringArray:
    return cast(pa.StringArray, pc.utf8_slice_codeunits(texts, 0, 1))


def _distinct_letters(names: Any, spellings: Mapping[str, str]) -> tuple[NDArray[np.int64], pa.StringArray]:
    """For each name the index of its letters (a-z, accents stripped), and the letters of each distinct name."""
    texts = texts_of(names).fill_null(text_scalar("")).dictionary_encode()
    spelt = texts.dictionary
    if spellings:
        spelt = array_of([spellings.get(name, name) for name in spelt.to_pylist()])
    plain = pc.utf8_normalize(spelt, form="NFD")
    letters = pc.ascii_lower(pc.replace_substring_regex(plain, "[^A-Za-z]", ""))
    return numbers_of(texts.indices).astype(np.int64), letters


def _rank_in_group(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many earlier rows have the same code."""
    rank = np.zeros(len(codes), np.int64)
    shared = np.flatnonzero((np.bincount(codes) > 1)[codes])
    order = shared[np.argsort(codes[shared], kind="stable")]
    place = np.arange(len(order))
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    rank[order] = place - np.repeat(starts, np.diff(starts, append=len(order)))
    return rank
