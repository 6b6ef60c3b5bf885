"""The pools are what their sources say, and a spoilt one is noticed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import zipcodes

from datagen import people
from datagen.pools import build


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    """What the package knows of all ZIP codes."""
    return list(zipcodes.list_all())


def entry(zip_code: str, city: str, state: str, codes: list[str], **changes: Any) -> dict[str, Any]:
    standard = {"zip_code_type": "STANDARD", "active": True, "lat": "40.5", "long": "-75.25"}
    return {"zip_code": zip_code, "city": city, "state": state, "area_codes": codes, **standard, **changes}


def test_the_places_file_is_what_the_package_gives_today(entries: list[dict[str, Any]]) -> None:
    assert build.PLACES.read_text(encoding="utf-8") == build.places_csv(entries)


@pytest.mark.slow
def test_the_streets_file_is_what_the_package_gives_today() -> None:
    text = build.STREETS.read_text(encoding="utf-8")
    assert text == build.streets_txt()
    streets = text.splitlines()
    assert len(set(streets)) == build.STREET_COUNT
    assert {street.rpartition(" ")[2] for street in streets} == build.KINDS


def test_a_changed_package_would_be_noticed(entries: list[dict[str, Any]]) -> None:
    changed = [{**entries[0]}, *entries[1:]]
    kept = next(i for i, e in enumerate(changed) if e["zip_code"] == "90210")
    changed[kept] = {**changed[kept], "city": "Elsewhere"}
    assert build.PLACES.read_text(encoding="utf-8") != build.places_csv(changed)


def test_only_standard_active_zip_codes_of_the_states_and_dc_with_a_position_are_kept() -> None:
    text = build.places_csv(
        [
            entry("19002", "Second", "PA", ["215"]),
            entry("19001", "First", "PA", ["215"]),
            entry("19003", "Box", "PA", ["215"], zip_code_type="PO BOX"),
            entry("19004", "Gone", "PA", ["215"], active=False),
            entry("19005", "Nowhere", "PA", ["215"], lat=""),
            entry("00601", "Island", "PR", ["787"]),
        ]
    )
    assert text.splitlines()[1:] == ["19001,First,PA,40.5000,-75.2500,215", "19002,Second,PA,40.5000,-75.2500,215"]


def test_an_area_code_is_used_only_in_the_state_where_most_of_its_zip_codes_are() -> None:
    text = build.places_csv(
        [
            entry("19001", "First", "PA", ["201", "215"]),
            entry("07001", "Across", "NJ", ["201"]),
            entry("07002", "Across", "NJ", ["201"]),
            entry("19003", "Edge", "PA", ["201"]),  # has none of its own: the state's commonest
        ]
    )
    assert [line.split(",")[-1] for line in text.splitlines()[1:]] == ["201", "201", "215", "215"]


def test_a_zip_code_gets_the_area_code_its_city_uses_most() -> None:
    text = build.places_csv(
        [
            entry("90001", "City", "CA", ["213", "310"]),
            entry("90002", "City", "CA", ["310"]),
            entry("91001", "Other", "CA", ["213"]),
        ]
    )
    assert [line.split(",")[-1] for line in text.splitlines()[1:]] == ["310", "310", "213"]


@pytest.mark.parametrize("file", ["first_names.txt", "surnames.txt"])
def test_each_name_stands_once_in_its_block_and_is_spelt_as_a_name(file: str) -> None:
    for block in people._blocks(file):
        names = [*(name for name, _ in block.counted), *block.further]
        assert max(Counter(names).values()) == 1
        assert all(re.fullmatch(r"[A-Z][a-z]*'?[A-Z]?[a-z]+", name) for name in names)


@pytest.mark.parametrize("file", ["first_names.txt", "surnames.txt"])
def test_the_counted_names_are_in_order_and_leave_something_for_the_further_ones(file: str) -> None:
    for block in people._blocks(file):
        counts = [count for _, count in block.counted]
        assert counts == sorted(counts, reverse=True)
        assert 0.15 < 1 - sum(counts) / block.total < 0.7


def test_there_are_enough_names() -> None:
    assert all(len(block.counted) >= 100 for block in people._blocks("first_names.txt"))
    (surnames,) = people._blocks("surnames.txt")
    assert len(surnames.counted) > 990
    assert len(surnames.further) > 5_000


def test_no_further_surname_is_as_common_as_the_counted_ones() -> None:
    (block,) = people._blocks("surnames.txt")
    left_over = block.total - sum(count for _, count in block.counted)
    assert left_over / len(block.further) <= block.counted[-1][1]
