"""Pools of names and texts as files: a weight and a text a line, and what a run reads from a directory of them.

A file holds comment lines (`#`) and lines of two or three parts with tabs between them: a whole number that says how
often the text is drawn against the others, the text, and - where its letters are not those of English - a spelling
in these, of which e-mail addresses are made:

    860	Müller	Muller

A directory may hold a file of each of `KINDS`; what it lacks comes from the pools that are shipped.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from datagen.errors import PoolError
from datagen.frozen import dataclass

_MOST_LINES = 30_000
_MOST_WEIGHT = 1_000_000


@dataclass(frozen=True)
class Kind:
    """What the texts of a kind of pool may be."""

    name: str
    longest: int
    """Letters; what the narrowest column of any world takes."""
    least: int
    """Texts, fewer of which would show in every table."""
    signs: str
    """What it may hold besides letters, with their accents, and single spaces."""

    @property
    def file(self) -> str:
        """The name of its file in a directory of pools."""
        return f"{self.name}.txt"


# No digits, @, slashes or quotes: no text can be a telephone number, an address of the internet or an account.
_IN_NAMES = "'’.·-"
_IN_WORDS = _IN_NAMES + ",;:&()!?、。・"
_KINDS = (
    Kind("first_names_female", 40, 20, _IN_NAMES),
    Kind("first_names_male", 40, 20, _IN_NAMES),
    Kind("surnames", 40, 20, _IN_NAMES),
    Kind("streets", 60, 20, _IN_NAMES),
    Kind("companies", 60, 20, _IN_WORDS),
    Kind("jobs", 60, 20, _IN_WORDS),
    Kind("phrases", 100, 20, _IN_WORDS),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""The kinds of pools, by name."""
SEXES = ("first_names_female", "first_names_male")
"""The kinds of first names, which a directory has both or none of."""


@dataclass(frozen=True)
class Pool:
    """Texts with how often each is drawn against the others, and spellings in English letters where there are any."""

    texts: tuple[str, ...]
    weights: tuple[int, ...]
    spellings: Mapping[str, str]


@dataclasses.dataclass(frozen=True, eq=False)
class Pools:
    """The pools of a run: those given in a directory, by kind; for the others a run draws from what is shipped."""

    given: Mapping[str, Pool] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of each file of the directory, by its name: what a manifest states."""

    def texts(self, kind: str, shipped: Sequence[str]) -> Sequence[str]:
        """The given texts of a kind, else those that a world ships; to be drawn alike."""
        return self.given[kind].texts if kind in self.given else shipped

    @property
    def options(self) -> dict[str, dict[str, str]]:
        """What a manifest says of them beside the other options of a run: nothing if none are given."""
        return {"pools": dict(self.digests)} if self.digests else {}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Spellings in English letters of the given names that have other ones."""
        names = (self.given.get(kind) for kind in (*SEXES, "surnames"))
        return {text: spelling for pool in names if pool for text, spelling in pool.spellings.items()}


SHIPPED = Pools()
"""The pools that are shipped, and nothing else."""


def pools_of(given: Pools | Path | str | None) -> Pools:
    """Pools as users give them: a directory, pools that have been read, or none.

    Raises:
        PoolError: as `open_pools` does.
    """
    return SHIPPED if given is None else given if isinstance(given, Pools) else open_pools(Path(given))


def open_pools(directory: Path) -> Pools:
    """Read and check all pools of a directory, so that a run fails before it begins.

    Raises:
        PoolError: there is no such directory, or no pool in it; or a file cannot be read or holds a line that cannot
            be, of which the message says file, line and reason.
    """
    try:
        found = {kind: directory / kind.file for kind in _KINDS if (directory / kind.file).is_file()}
    except OSError as error:
        raise PoolError(f"--pools {directory} cannot be read: {error.strerror}. Check the path.") from error
    if not found:
        what = "holds no pools" if directory.is_dir() else "is no directory"
        raise PoolError(
            f"--pools {directory} {what}; build some with: datagen pools build --locale de_DE --out {directory}"
        )
    lone = [kind for kind in SEXES if KINDS[kind] in found]
    if len(lone) == 1:
        missing = next(KINDS[kind].file for kind in SEXES if kind not in lone)
        raise PoolError(f"{directory} holds {lone[0]}.txt but not {missing}; add it, or remove the other.")
    read = {kind: _bytes(path) for kind, path in found.items()}
    return Pools(
        given={kind.name: parse(data, kind, str(found[kind])) for kind, data in read.items()},
        digests={kind.file: hashlib.sha256(data).hexdigest() for kind, data in read.items()},
    )


def parse(data: bytes, kind: Kind, where: str) -> Pool:
    """The pool in the bytes of a file.

    Raises:
        PoolError: a line that cannot be, with its number, or too few lines.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise PoolError(f"{where}, line {number}: the text is not UTF-8; save the file in that encoding.") from error
    weights: dict[str, int] = {}
    spellings: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        weight, value, spelling = _parts(line, kind, f"{where}, line {number}")
        if value in weights:
            raise PoolError(f"{where}, line {number}: '{value}' is there already; remove one of the two lines.")
        weights[value] = weight
        if spelling:
            spellings[value] = spelling
    if not kind.least <= len(weights) <= _MOST_LINES:
        raise PoolError(
            f"{where} holds {len(weights):,} texts; a pool of {kind.name.replace('_', ' ')} needs "
            f"{kind.least} to {_MOST_LINES:,}."
        )
    return Pool(tuple(weights), tuple(weights.values()), spellings)


def written(pool: Pool, headers: Mapping[str, str]) -> str:
    """The text of a pool's file; `headers` say where it comes from."""
    lines = [f"# {name}: {value}" for name, value in headers.items()]
    lines.append(
        "# a line: weight, text and, where its letters are not English ones, a spelling in these; tabs between"
    )
    for text, weight in zip(pool.texts, pool.weights, strict=True):
        lines.append("\t".join([str(weight), text, *([pool.spellings[text]] if text in pool.spellings else [])]))
    return "\n".join(lines) + "\n"


def fault(text: str, kind: Kind) -> str | None:
    """What is wrong with a text of a pool, or None."""
    if len(text) > kind.longest:
        return f"is longer than {kind.longest} letters"
    if not text or not text[0].isalpha() or text != " ".join(text.split()):
        return "does not begin with a letter, or has a space too many"
    if unicodedata.normalize("NFC", text) != text:
        return "has accents that stand apart from their letters; write it in Unicode's form NFC"
    strange = [
        sign for sign in text if sign not in kind.signs and sign != " " and unicodedata.category(sign)[0] not in "LM"
    ]
    return f"holds the sign {strange[0]!r}, which is none of words" if strange else None


def _parts(line: str, kind: Kind, where: str) -> tuple[int, str, str]:
    """Weight, text and spelling of a line."""
    weight, tab, rest = line.partition("\t")
    text, _, spelling = rest.partition("\t")
    if not tab or not weight.isascii() or not weight.isdigit() or not 1 <= int(weight) <= _MOST_WEIGHT:
        raise PoolError(
            f"{where}: a line is a weight from 1 to {_MOST_WEIGHT:,}, a tab and a text, not {_shown(line)}; mend it."
        )
    if wrong := fault(text, kind):
        raise PoolError(f"{where}: the text {_shown(text)} {wrong}; mend or remove the line.")
    if spelling and not re.fullmatch(r"[A-Za-z][A-Za-z '-]*", spelling):
        raise PoolError(f"{where}: the spelling {_shown(spelling)} has other letters than A to Z; mend or remove it.")
    return int(weight), text, spelling


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PoolError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
