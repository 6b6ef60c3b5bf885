"""Invented names, distinct even where case and accents do not count, as databases compare them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from datagen.ecommerce import words
from datagen.streams import Streams

_WITHOUT_ACCENTS = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "ł": "l", "đ": "d"})
_ROMAN = ("II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def folded(name: str) -> str:
    """The name without case and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_WITHOUT_ACCENTS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def first_new(candidates: Iterable[str], taken: set[str]) -> str:
    """The first candidate that is not taken yet, but for case and accents; it is taken then."""
    for name in candidates:
        key = folded(name)
        if key not in taken:
            taken.add(key)
            return name
    raise ValueError("All candidates are taken.")


def _shuffled(streams: Streams, count: int, *names: str | int) -> NDArray[Any]:
    return streams.words(count, *names).argsort(kind="stable")


def coined(streams: Streams, *names: str | int) -> Iterator[str]:
    """Words that nobody has used, such as `Halwick`, in the order of a stream; 1,600 of them."""
    ends = len(words.ENDINGS)
    for number in _shuffled(streams, len(words.BEGINNINGS) * ends, *names).tolist():
        yield words.BEGINNINGS[number // ends] + words.ENDINGS[number % ends]


def brand_names(streams: Streams, count: int) -> list[str]:
    """Names of brands."""
    taken: set[str] = set()
    source = coined(streams, "names")
    return [first_new(source, taken) for _ in range(count)]


def official_name(brand: str) -> str:
    """The name of a brand's own shop."""
    return f"{brand} Official Store"


def seller_names(streams: Streams, count: int) -> list[str]:
    """Names of Marketplace sellers: an owner and a trade; coined owners where the others run out."""
    trades = len(words.TRADES)
    taken: set[str] = set()

    def candidates() -> Iterator[str]:
        owners = [words.OWNERS[place] for place in _shuffled(streams, len(words.OWNERS), "owners").tolist()]
        trade = _shuffled(streams, trades, "trades").tolist()
        for turn in range(trades):
            for place, owner in enumerate(owners):
                yield f"{owner} {words.TRADES[trade[(place + turn) % trades]]}"
        for turn in range(trades):
            for place, owner in enumerate(coined(streams, "coined")):
                yield f"{owner} {words.TRADES[(place + turn) % trades]}"

    source = candidates()
    return [first_new(source, taken) for _ in range(count)]


def category_names(tops: int, leaves: Sequence[int]) -> tuple[list[str], list[str]]:
    """Names of departments, and of the categories in them.

    `leaves` names for each category below the department that it is in. Usual departments come first; then those with
    a qualifier, such as `Vintage Fashion`. A department has more categories than usual with qualifiers, too.
    """
    usual = len(words.DEPARTMENTS)
    top_names = [qualified(words.DEPARTMENTS[top % usual][0], top // usual) for top in range(tops)]
    taken = {folded(name) for name in top_names}
    seen = [0] * tops
    leaf_names = []
    for top in leaves:
        goods = words.DEPARTMENTS[top % usual][1]
        place, seen[top] = seen[top], seen[top] + 1
        turns = range(top // usual + place // len(goods), len(words.QUALIFIERS) ** 2)
        leaf_names.append(first_new((qualified(goods[place % len(goods)].name, turn) for turn in turns), taken))
    return top_names, leaf_names


def leaf_words(top: int, place: int) -> words.Leaf:
    """The words of a department's category, by their places."""
    goods = words.DEPARTMENTS[top % len(words.DEPARTMENTS)][1]
    return goods[place % len(goods)]


def price_level(goods: str) -> int:
    """What goods cost among those of their category: a code of `words`."""
    return words.LOW if goods in words.CHEAP else words.HIGH if goods in words.DEAR else words.MIDDLING


def qualified(name: str, turn: int) -> str:
    """A name with the qualifiers of a turn; none in the first."""
    count = len(words.QUALIFIERS)
    if not turn:
        return name
    if turn <= count:
        return f"{words.QUALIFIERS[turn - 1]} {name}"
    first, second = divmod(turn - count - 1, count)
    return f"{words.QUALIFIERS[first]} {words.QUALIFIERS[second]} {name}"


def product_name(brand: str, style: str, goods: str, variant: int, taken: set[str]) -> str:
    """The name of a product, new for its seller: plain, in a variant, or a later edition of that."""

    def candidates() -> Iterator[str]:
        plain = f"{brand} {style} {goods}"
        turned = [words.VARIANTS[(variant + place) % len(words.VARIANTS)] for place in range(len(words.VARIANTS))]
        variants = [name for name in turned if goods in words.SETS or not name.startswith("Set of")]
        yield from [plain] * (variant % 2) + [f"{plain}, {name}" for name in variants]
        for turn in range(10_000):
            for name in variants:
                yield f"{plain} {edition(turn)}, {name}"

    return first_new(candidates(), taken)


def edition(turn: int) -> str:
    """Roman numbers from II on; beyond X, years of a series."""
    return _ROMAN[turn] if turn < len(_ROMAN) else f"Series {turn + 2}"


def promotion_name(occasion: str, event: str, year: int, taken: set[str]) -> str:
    """The name of a promotion: with its year, or in a further round, if it would not be new."""
    plain = f"{occasion} {event}"
    rounds = (f"{plain} {year}, Round {number}" for number in range(2, 100_000))
    return first_new((name for source in ((plain, f"{plain} {year}"), rounds) for name in source), taken)
