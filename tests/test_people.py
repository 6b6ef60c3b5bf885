"""People are coherent, safe to hold, as frequent as in life, and stay as they are when more are added."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen import people
from datagen.streams import Streams

STREAMS = Streams(7, "people")
EMAIL = re.compile(r"[a-z0-9._+-]+@example\.(com|org|net)")
TELEPHONE = re.compile(r"[2-9]\d\d-555-01\d\d")
# Few names, so that they meet often; accents, apostrophes, spaces, other scripts and nothing at all among them.
FIRST = st.sampled_from(["Ann", "José", "Jo Ann", "Zoë", "D'Arcy", "Å", "李", "", "J"]) | st.text(max_size=4)
LAST = st.sampled_from(["O'Brien", "Núñez", "De La Cruz", "Smith-Jones", "Li", "王", "", "Ann"]) | st.text(max_size=4)
PERSON = st.tuples(FIRST, LAST, st.integers(0, 65_535), st.integers(0, 65_535))


def letters(name: str) -> str:
    stripped = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return re.sub("[^a-z]", "", stripped.lower())


def emails(rows: list[tuple[str, str, int, int]]) -> list[str]:
    first, last, lanes, domains = zip(*rows, strict=True) if rows else ((), (), (), ())
    made = people.emails(list(first), list(last), np.array(lanes, np.uint16), np.array(domains, np.uint16))
    return list(map(str, made.to_pylist()))


def share(name: str, gender: str, year: int) -> float:
    words = STREAMS.words(20_000, gender, year)
    names = people.first_names([gender] * len(words), np.full(len(words), year), words)
    return Counter(names.to_pylist())[name] / len(words)


@pytest.mark.slow
@given(st.lists(PERSON, max_size=40))
def test_emails_are_at_reserved_domains_hold_the_last_name_and_are_unique(
    rows: list[tuple[str, str, int, int]],
) -> None:
    made = emails(rows)
    assert len(set(made)) == len(made) == len(rows)
    for (_, last, *_), email in zip(rows, made, strict=True):
        assert EMAIL.fullmatch(email)
        assert "".join(c for c in letters(last) if c.isascii()) in email.partition("@")[0]


@pytest.mark.slow
@given(st.lists(PERSON, max_size=20), st.lists(PERSON, max_size=20))
def test_more_people_leave_the_emails_of_the_first_ones(
    rows: list[tuple[str, str, int, int]], more: list[tuple[str, str, int, int]]
) -> None:
    assert emails(rows + more)[: len(rows)] == emails(rows)


def test_namesakes_are_numbered_in_row_order() -> None:
    rows = [("Ann", "O'Brien", 0, 0)] * 3 + [("Ann", "O'Brien", 0, 65_535)]
    assert emails(rows) == [
        "ann.obrien@example.com",
        "ann.obrien2@example.com",
        "ann.obrien3@example.com",
        "ann.obrien@example.net",
    ]


def test_emails_have_the_usual_shapes() -> None:
    rows = [("José", "Núñez", lane, 0) for lane in range(0, 65_536, 1_000)]
    shapes = {re.sub(r"\d", "", email.partition("@")[0]) for email in emails(rows)}
    assert shapes == {"jose.nunez", "jnunez", "josenunez", "jose_nunez", "j.nunez", "nunez.jose", "nunezj"}


@given(st.lists(st.tuples(st.integers(200, 999), st.integers(0, 65_535)), max_size=30))
def test_every_telephone_is_a_line_set_aside_for_fiction(rows: list[tuple[int, int]]) -> None:
    codes, lanes = np.array(rows, np.int64).reshape(-1, 2).T
    made = people.telephones(codes, lanes.astype(np.uint16)).to_pylist()
    for code, telephone in zip(codes.tolist(), made, strict=True):
        assert TELEPHONE.fullmatch(telephone)
        assert telephone.startswith(f"{code}-")


def test_telephones_use_all_hundred_lines() -> None:
    made = people.telephones(np.full(5_000, 212), STREAMS.lanes(5_000, "lines"))
    assert set(made.to_pylist()) == {f"212-555-01{line:02}" for line in range(100)}


@pytest.mark.parametrize("code", [0, 199, 1_000, -212])
def test_a_number_that_is_no_area_code_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match=f"{code} is not an area code"):
        people.telephones([212, code], np.zeros(2, np.uint16))


@pytest.mark.parametrize(
    ("name", "gender", "year", "low", "high"),
    [  # births of the Social Security Administration, with room for chance
        ("Linda", "F", 1950, 0.040, 0.052),
        ("Linda", "F", 2000, 0.0, 0.003),
        ("Jennifer", "F", 1975, 0.032, 0.042),
        ("Jennifer", "F", 1935, 0.0, 0.0005),
        ("Mary", "F", 1935, 0.045, 0.057),
        ("Jessica", "F", 1985, 0.022, 0.031),
        ("Michael", "M", 1965, 0.038, 0.047),
        ("Robert", "M", 1935, 0.047, 0.058),
        ("Jacob", "M", 2005, 0.009, 0.016),
        ("Jayden", "M", 1965, 0.0, 0.0),
        ("Emma", "F", 2010, 0.007, 0.014),
    ],
)
def test_first_names_are_as_frequent_as_in_their_year(
    name: str, gender: str, year: int, low: float, high: float
) -> None:
    assert low <= share(name, gender, year) <= high


@pytest.mark.parametrize("gender", ["F", "M"])
@pytest.mark.parametrize("year", range(1930, 2013, 9))
def test_no_first_name_is_absurdly_frequent(gender: str, year: int) -> None:
    words = STREAMS.words(20_000, "top")
    count = Counter(people.first_names([gender] * len(words), np.full(len(words), year), words).to_pylist())
    assert max(count.values()) / len(words) < 0.06
    assert len(count) > 250


def test_between_two_years_of_the_pool_both_are_mixed() -> None:
    assert share("Linda", "F", 1965) < share("Linda", "F", 1958) < share("Linda", "F", 1950)


def test_years_outside_the_pool_count_as_its_ends() -> None:
    words = STREAMS.words(500, "ends")
    genders = ["F"] * 500
    for outside, end in ((1900, 1935), (2030, 2005)):
        assert people.first_names(genders, np.full(500, outside), words) == people.first_names(
            genders, np.full(500, end), words
        )


def test_gender_o_draws_from_either_sex() -> None:
    words = STREAMS.words(4_000, "o")
    years = np.full(4_000, 1985)
    either = people.first_names(["O"] * 4_000, years, words).to_pylist()
    female, male = (people.first_names([gender] * 4_000, years, words).to_pylist() for gender in "FM")
    assert 0.45 < np.mean([a == b for a, b in zip(either, female, strict=True)]) < 0.55
    assert all(name in pair for name, *pair in zip(either, female, male, strict=True))


@pytest.mark.parametrize("column", [["F", "M"], np.array(["F", "M"]), pa.array(["F", "M"]), pd.Series(["F", "M"])])
def test_genders_may_be_any_column_of_texts(column: object) -> None:
    assert people.first_names(column, [1950, 1950], np.zeros(2, np.uint32)).to_pylist() == ["Linda", "James"]


@pytest.mark.parametrize("gender", ["X", "", None, "female"])
def test_an_unknown_gender_is_refused_with_its_row(gender: str | None) -> None:
    with pytest.raises(ValueError, match=f"gender {gender!r} in row 1 is none of F, M, O"):
        people.first_names(["F", gender], [1980, 1980], np.zeros(2, np.uint32))


def test_surnames_have_their_share_of_the_population_and_a_long_tail() -> None:
    words = STREAMS.words(200_000, "surnames")
    count = Counter(people.surnames(words).to_pylist())
    assert 0.0075 < count["Smith"] / len(words) < 0.0091
    assert 0.0058 < count["Johnson"] / len(words) < 0.0073
    assert len(count) > 6_000
    assert count.most_common(1)[0][0] == "Smith"


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50), st.integers(0, 50))
def test_more_rows_leave_the_names_and_addresses_of_the_first_ones(drawn: list[int], some: int) -> None:
    words = np.array(drawn, np.uint32)
    genders = np.array(["F", "M", "O"])[words % 3]
    years = 1930 + (words % 83).astype(np.int64)
    streets = ["Oak Hollow", "Main Street", "Elm Row"]
    assert people.surnames(words[:some]) == people.surnames(words)[:some]
    assert (
        people.first_names(genders[:some], years[:some], words[:some])
        == people.first_names(genders, years, words)[:some]
    )
    assert people.street_addresses(words[:some], streets) == people.street_addresses(words, streets)[:some]


def test_street_addresses_have_a_number_a_street_and_sometimes_a_unit() -> None:
    words = STREAMS.words(10_000, "streets")
    made = [str(address) for address in people.street_addresses(words, ["Oak Hollow", "Elm Row"]).to_pylist()]
    assert all(re.fullmatch(r"[1-9]\d{2,3} (Oak Hollow|Elm Row)( (Apt|Unit) \d\d?)?", address) for address in made)
    assert 0.13 < np.mean(["Apt" in address or "Unit" in address for address in made]) < 0.17
    assert len(set(made)) > 1_000


def test_parts_of_a_house_are_called_as_asked() -> None:
    made = people.street_addresses(STREAMS.words(500, "units"), ["Elm Row"], 1.0, units=("Suite",)).to_pylist()
    assert all(re.fullmatch(r"\d+ Elm Row Suite ([1-9]|[123]\d|40)", str(address)) for address in made)


@pytest.mark.parametrize(("unit_share", "expected"), [(0.0, 0.0), (1.0, 1.0)])
def test_the_share_of_units_can_be_none_or_all(unit_share: float, expected: float) -> None:
    made = people.street_addresses(STREAMS.words(500, "units"), ["Elm Row"], unit_share).to_pylist()
    assert np.mean(["Apt" in str(address) or "Unit" in str(address) for address in made]) == expected


def test_streets_are_distinct_and_those_of_the_streams() -> None:
    made = people.street_names(STREAMS, 60).tolist()
    assert len(set(made)) == 60
    assert people.street_names(STREAMS, 60).tolist() == made
    assert people.street_names(Streams(8, "people"), 60).tolist() != made
    assert people.street_names(STREAMS, 100).tolist()[:60] == made
    with pytest.raises(ValueError, match="more than the pool has"):
        people.street_names(STREAMS, 1_000_000)


def test_full_names_are_distinct_and_those_of_the_streams() -> None:
    made = people.full_names(STREAMS, 200)
    assert len(set(made)) == 200
    assert all(re.fullmatch(r"\w[\w'.-]* \w[\w' .-]*", name) for name in made)
    assert people.full_names(STREAMS, 200) == made
    assert people.full_names(Streams(8, "people"), 200) != made
    assert people.full_names(STREAMS, 30) == made[:30]


def test_addresses_with_numbers_of_their_own_differ_over_arrays() -> None:
    first, last, lanes = ["Ann", "Ann"], ["Lee", "Lee"], np.zeros(2, np.uint16)
    one = people.emails(first, last, lanes, lanes, numbers=np.array([7, 8]))
    other = people.emails(first, last, lanes, lanes, numbers=np.array([9, 10]))
    assert one.to_pylist() == ["ann.lee7@example.com", "ann.lee8@example.com"]
    assert not set(one.to_pylist()) & set(other.to_pylist())
