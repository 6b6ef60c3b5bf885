"""Pools of a locale, built with Faker: names by sex, surnames, streets, companies, jobs and phrases.

Faker gives the texts, and nothing else: they are collected until no new ones come, checked, sorted, and weighted by
numbers of our own. What it gives depends on its release, so a run never asks it: it reads the files built here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from datagen.errors import UsageError
from datagen.pools.pool_files import KINDS, SEXES, Pool, fault, written
from datagen.streams import Streams

if TYPE_CHECKING:
    from faker import Faker


class _Source(NamedTuple):
    """Where Faker has the texts of a kind, and how many are wanted at most."""

    provider: str
    method: str
    most: int
    pairs: str = ""
    """The method that gives a name as written, in another script and in Latin letters, which few locales have."""


_SOURCES = {
    "first_names_female": _Source("person", "first_name_female", 3_000, "first_name_female_pair"),
    "first_names_male": _Source("person", "first_name_male", 3_000, "first_name_male_pair"),
    "surnames": _Source("person", "last_name_male", 5_000, "last_name_pair"),
    "streets": _Source("address", "street_name", 2_500),
    "companies": _Source("company", "company", 2_000),
    "jobs": _Source("job", "job", 1_000),
    "phrases": _Source("company", "catch_phrase", 1_000),
}
"""Where surnames change with sex they are taken in one form, as a household has one."""
_NAMES = (*SEXES, "surnames")
_PATIENCE = 2_000  # draws in a row without a new text, after which a pool has all there is
_HEAVIEST = 1_000_000
_HEAD, _POWER = 10, 0.75
"""Weights fall with (rank + 10) ** -0.75: of 1,000 names the commonest has 1 % and half of all people bear the rarest
750, much as in large countries (of surnames in the United States, Smith has 0.8 %)."""
_REAL_COMPANIES = frozenset(
    (
        "baker and mckenzie", "booz allen", "ernst and young", "ford", "hewlett-packard", "johnson and johnson",
        "jones day", "marsh and mclennan", "merrill lynch", "morgan stanley", "procter and gamble",
        "smith and wesson", "walker", "wells fargo",
    )
)  # fmt: skip
"""Names that surnames may happen to form, and that well-known companies have."""
_LEGAL_FORMS = ("group", "inc", "llc", "ltd", "plc", "and sons", "co", "corp")


def locale_pools(locale: str, seed: int) -> dict[str, str]:
    """The text of each pool's file by its name, for one of Faker's locales, such as `de_DE`.

    Where Faker has a kind in no language of the locale it gives that of its default, English; the header says which.
    A kind with too few texts to be a pool is left out, first names if those of one sex are.

    Raises:
        UsageError: Faker is not installed, or has no such locale.
    """
    faker = _faker(locale)
    found = {kind: _distinct(faker, kind, seed) for kind in _SOURCES}
    found["companies"] = {
        text: "" for text in found["companies"] if is_invented(text, found["surnames"]) and not is_real(text)
    }
    missing = {kind for kind, texts in found.items() if len(texts) < KINDS[kind].least}
    if missing.intersection(SEXES):
        missing.update(SEXES)
    return {
        KINDS[kind].file: written(_weighted(texts, Streams(seed, "pools", locale, kind)), _headers(faker, kind, seed))
        for kind, texts in found.items()
        if kind not in missing
    }


def is_invented(company: str, surnames: Collection[str]) -> bool:
    """Whether a company is called after people, as Faker invents them; a few of its locales list real ones too.

    Surnames of one letter, as in Chinese, stand in other words as well, and do not count.
    """
    return any(surname in company for surname in surnames if len(surname) > 1)


def is_real(company: str) -> bool:
    """Whether a name is, but for the legal form, that of a company that everybody knows."""
    name = company.lower().replace(",", "").strip(". ")
    return not _REAL_COMPANIES.isdisjoint([name, *(name.removesuffix(f" {form}") for form in _LEGAL_FORMS)])


def _faker(locale: str) -> Faker:
    try:
        from faker import Faker
        from faker.config import AVAILABLE_LOCALES
    except ImportError as error:
        raise UsageError(
            f"Pools are built with Faker, which cannot be imported: {error}. Run: pip install faker"
        ) from error
    if locale not in AVAILABLE_LOCALES:
        near = get_close_matches(locale, AVAILABLE_LOCALES, n=3, cutoff=0.7) or ["de_DE", "en_US", "ja_JP"]
        raise UsageError(f"Faker has no locale '{locale}'. Did you mean {' or '.join(near)}?")
    return Faker(locale)


def _distinct(faker: Faker, kind: str, seed: int) -> dict[str, str]:
    """The texts of a kind that may be in a pool, with spellings in English letters, until no new ones come."""
    source = _SOURCES[kind]
    faker.seed_instance(f"{seed} {kind}")
    found: dict[str, str] = {}
    idle = 0
    while len(found) < source.most and idle < _PATIENCE:
        text, spelling = _drawn(faker, source)
        idle += 1
        if text not in found and not fault(text, KINDS[kind]):
            found[text] = spelling if kind in _NAMES else ""
            idle = 0
    return found


def _drawn(faker: Faker, source: _Source) -> tuple[str, str]:
    """A text and its spelling in English letters, empty where it needs none."""
    if source.pairs and hasattr(faker, source.pairs):
        text, _, spelling = getattr(faker, source.pairs)()
        return text, spelling
    text = unicodedata.normalize("NFC", str(getattr(faker, source.method)()))
    return text, _spelling(text)


def _spelling(text: str) -> str:
    from faker.decode import unidecode

    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    if bare.isascii():
        return ""
    return " ".join(word.capitalize() for word in re.sub("[^A-Za-z ]", "", unidecode(text)).split())


def _weighted(texts: dict[str, str], streams: Streams) -> Pool:
    """The texts in their order, each with the weight of its rank; ranks are drawn."""
    order = sorted(texts)
    rank = np.argsort(np.argsort(streams.longs(len(order), "rank"), kind="stable"), kind="stable")
    weights = np.rint(_HEAVIEST * (rank / _HEAD + 1) ** -_POWER).astype(int)
    return Pool(tuple(order), tuple(weights.tolist()), {text: texts[text] for text in order if texts[text]})


def _headers(faker: Faker, kind: str, seed: int) -> dict[str, str]:
    from faker import VERSION

    return {
        "Pool": kind.replace("_", " "),
        "Built by": "datagen pools build",
        "Faker": VERSION,
        "Locale": faker.locales[0],
        "Language of the texts": _language(faker, _SOURCES[kind].provider),
        "Seed": str(seed),
    }


def _language(faker: Faker, provider: str) -> str:
    """The locale whose texts a provider of Faker gives: another one where it has none for that asked for."""
    modules = [type(item).__module__.split(".") for item in faker.factories[0].providers]
    last = next(parts for parts in modules if provider in parts)[-1]
    return "en_US" if last == provider else last
