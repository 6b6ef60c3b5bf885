"""Files of pools are read whole or refused with file, line and reason, and what is drawn follows their weights."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen import people
from datagen.errors import PoolError
from datagen.pools.pool_files import KINDS, SHIPPED, Pool, Pools, fault, open_pools, parse, written
from datagen.streams import Streams

STREAMS = Streams(7, "pools")
SURNAMES = KINDS["surnames"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def names(count: int, first: str = "A") -> list[str]:
    return [first + LETTERS[k // 26] + LETTERS[k % 26] for k in range(count)]


def text(lines: list[str]) -> bytes:
    return "\n".join(["# Pool: surnames", *lines, ""]).encode()


def directory_of(path: Path, **kinds: list[str]) -> Path:
    path.mkdir()
    for kind, lines in kinds.items():
        (path / KINDS[kind].file).write_bytes(text(lines))
    return path


ORDINARY = [f"10\t{name}" for name in names(30)]


@given(st.dictionaries(st.sampled_from(names(200)), st.integers(1, 1_000_000), min_size=20))
def test_what_is_written_is_read(weights: dict[str, int]) -> None:
    spelt = dict.fromkeys(list(weights)[:3], "Ab")
    pool = Pool(tuple(weights), tuple(weights.values()), spelt)
    assert parse(written(pool, {"Seed": "1"}).encode(), SURNAMES, "x") == pool


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Meier", "a weight from 1 to 1,000,000, a tab and a text, not 'Meier'"),
        ("10 Meier", "a weight from 1 to 1,000,000"),
        ("0\tMeier", "a weight from 1 to 1,000,000"),
        ("1.5\tMeier", "a weight from 1 to 1,000,000"),
        ("9999999\tMeier", "a weight from 1 to 1,000,000"),
        ("10\t", "does not begin with a letter"),
        ("10\t Meier", "does not begin with a letter, or has a space too many"),
        ("10\tMeier  Lang", "a space too many"),
        ("10\tMeier7", "the sign '7'"),
        ("10\tmeier@example.com", "the sign '@'"),
        ('10\tMeier "Max"', "the sign '\"'"),
        ("10\t" + "M" * 41, "longer than 40 letters"),
        ("10\tMu\u0308ller", "form NFC"),
        ("10\t王\t王", "other letters than A to Z"),
        ("10\tAaa", "'Aaa' is there already"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_reason(tmp_path: Path, line: str, reason: str) -> None:
    directory = directory_of(tmp_path / "pools", surnames=[*ORDINARY, line])
    with pytest.raises(PoolError) as caught:
        open_pools(directory)
    message = str(caught.value)
    assert message.startswith(f"{directory / 'surnames.txt'}, line 32: ")
    assert reason in message
    assert "\n" not in message


def test_text_that_is_not_utf8_and_too_few_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match=r"line 3: the text is not UTF-8; save"):
        parse(b"# Pool\n10\tMeier\n10\tM\xfcller\n", SURNAMES, "surnames.txt")
    with pytest.raises(PoolError, match=r"holds 19 texts; a pool of surnames needs 20 to 30,000"):
        parse(text(ORDINARY[:19]), SURNAMES, "surnames.txt")


def test_a_directory_that_is_none_of_pools_is_refused_with_the_command_that_builds_one(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "nowhere", "is no directory"), (tmp_path, "holds no pools")):
        with pytest.raises(PoolError, match=f"{reason}; build some with: datagen pools build --locale de_DE --out"):
            open_pools(path)


def test_first_names_of_one_sex_alone_are_refused(tmp_path: Path) -> None:
    directory = directory_of(tmp_path / "pools", first_names_male=ORDINARY)
    with pytest.raises(PoolError, match=r"holds first_names_male.txt but not first_names_female.txt; add it"):
        open_pools(directory)


def test_pools_tell_the_digest_of_each_file(tmp_path: Path) -> None:
    directory = directory_of(tmp_path / "pools", surnames=ORDINARY, streets=ORDINARY)
    assert open_pools(directory).digests == {
        "surnames.txt": hashlib.sha256(text(ORDINARY)).hexdigest(),
        "streets.txt": hashlib.sha256(text(ORDINARY)).hexdigest(),
    }


def test_names_follow_the_weights_of_a_pool_and_the_sex(tmp_path: Path) -> None:
    women = ["1000\tAnna", *(f"10\t{name}" for name in names(100, "W"))]
    men = [f"10\t{name}" for name in names(50, "M")]
    pools = open_pools(directory_of(tmp_path / "p", first_names_female=women, first_names_male=men, surnames=ORDINARY))
    words = STREAMS.words(20_000, "first")
    drawn = people.first_names(["F"] * len(words), np.full(len(words), 1980), words, pools).to_pylist()
    counts = Counter(drawn)
    assert 0.47 < counts["Anna"] / len(words) < 0.53
    assert len(counts) == 101
    some = people.first_names(["M", "O", "F"] * 1_000, np.full(3_000, 2001), words[:3_000], pools).to_pylist()
    assert {name[0] for name in some[::3]} == {"M"}
    assert {name[0] for name in some[1::3]} == {"A", "W", "M"}
    assert set(people.surnames(words, pools).to_pylist()) == set(names(30))


def test_what_a_directory_lacks_comes_from_the_shipped_pools(tmp_path: Path) -> None:
    pools = open_pools(directory_of(tmp_path / "pools", streets=ORDINARY))
    words = STREAMS.words(100, "words")
    assert people.surnames(words, pools) == people.surnames(words)
    assert people.first_names(["F"] * 100, np.full(100, 1980), words, pools) == people.first_names(
        ["F"] * 100, np.full(100, 1980), words
    )
    assert sorted(people.street_names(STREAMS, 400, pools)) == sorted(names(30))


def test_emails_of_names_in_other_letters_have_the_spelling_of_the_pool(tmp_path: Path) -> None:
    surnames = ["10\t渡辺\tWatanabe", "10\tGroß\tGross", "10\tМорозов\tMorozov", *ORDINARY]
    pools = open_pools(directory_of(tmp_path / "pools", surnames=surnames))
    lanes = np.zeros(4, np.uint16)
    made = people.emails(["Ann"] * 4, ["渡辺", "Groß", "Морозов", "Núñez"], lanes, lanes, pools).to_pylist()
    assert made == [f"ann.{name}@example.com" for name in ("watanabe", "gross", "morozov", "nunez")]


def test_texts_of_a_given_kind_are_drawn_by_weight(tmp_path: Path) -> None:
    lines = ["90\tBrot & Söhne", *(f"1\t{name} GmbH" for name in names(30))]
    pools = open_pools(directory_of(tmp_path / "pools", companies=lines))
    drawn = Counter(people.drawn("companies", STREAMS.words(10_000, "companies"), pools).to_pylist())
    assert 0.72 < drawn["Brot & Söhne"] / 10_000 < 0.78
    assert len(drawn) == 31


def test_pools_that_hardly_hold_different_names_are_refused_and_not_sought_for_ever() -> None:
    one = Pool(tuple(names(20)), (1_000_000, *[1] * 19), {})
    pools = Pools({"first_names_female": one, "first_names_male": one, "surnames": one})
    with pytest.raises(PoolError, match="hardly have 200 different names"):
        people.full_names(STREAMS, 200, pools)


def test_the_shipped_pools_give_nothing_of_their_own() -> None:
    assert not SHIPPED.given and not SHIPPED.digests and not SHIPPED.spellings
    assert SHIPPED.texts("streets", ("Main St",)) == ("Main St",)


@pytest.mark.parametrize("value", ["O'Brien", "Jean-Luc", "De La Cruz", "Ångström", "अंकिता", "渡辺", "St. John"])
def test_names_of_many_languages_may_be_in_a_pool(value: str) -> None:
    assert fault(value, SURNAMES) is None
