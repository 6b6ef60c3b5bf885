"""City, state, ZIP code, position and area code agree with each other and with the package they come from."""

from __future__ import annotations

from collections import Counter
from math import acos, cos, radians, sin
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import zipcodes
from hypothesis import example, given
from hypothesis import strategies as st

from datagen import places as rooms

PLACES = rooms.load_places()
ZIPCODES = PLACES.zipcode.to_pylist()
CITIES = PLACES.city.to_pylist()
STATES = PLACES.state.to_pylist()
PLACE_OF = {zipcode: place for place, zipcode in enumerate(ZIPCODES)}
ZIP = st.one_of(st.sampled_from(ZIPCODES), st.text(max_size=6), st.none())


@pytest.fixture(scope="module")
def wheel() -> dict[str, dict[str, Any]]:
    """What the package knows of each ZIP code."""
    return {entry["zip_code"]: entry for entry in zipcodes.list_all()}


def test_every_place_is_a_standard_active_zip_code_of_a_state_or_dc(wheel: dict[str, dict[str, Any]]) -> None:
    assert len(PLACES) > 29_000
    assert sorted(set(ZIPCODES)) == ZIPCODES
    assert len(set(STATES)) == 51
    for zipcode in ZIPCODES:
        assert wheel[zipcode]["zip_code_type"] == "STANDARD"
        assert wheel[zipcode]["active"]


def test_city_state_and_position_are_those_of_the_zip_code(wheel: dict[str, dict[str, Any]]) -> None:
    for zipcode, city, state in zip(ZIPCODES, CITIES, STATES, strict=True):
        assert (wheel[zipcode]["city"], wheel[zipcode]["state"]) == (city, state)
    np.testing.assert_allclose(PLACES.latitude, [float(wheel[z]["lat"]) for z in ZIPCODES], atol=1e-4)
    np.testing.assert_allclose(PLACES.longitude, [float(wheel[z]["long"]) for z in ZIPCODES], atol=1e-4)


def test_an_area_code_is_of_the_state_where_most_of_its_zip_codes_are(wheel: dict[str, dict[str, Any]]) -> None:
    pairs = Counter(
        (int(code), state) for z, state in zip(ZIPCODES, STATES, strict=True) for code in wheel[z]["area_codes"]
    )
    for code, state in {*zip(PLACES.area_code.tolist(), STATES, strict=True)}:
        assert pairs[code, state] == max(count for (other, _), count in pairs.items() if other == code)


def test_nearly_every_zip_code_has_an_area_code_of_its_own(wheel: dict[str, dict[str, Any]]) -> None:
    own = [str(code) in wheel[z]["area_codes"] for z, code in zip(ZIPCODES, PLACES.area_code, strict=True)]
    assert np.mean(own) > 0.98


def test_area_codes_by_state_have_every_state_and_no_code_twice() -> None:
    codes = rooms.area_codes_by_state(PLACES)
    assert set(codes) == set(STATES)
    every = [code for state in codes.values() for code in state.tolist()]
    assert len(every) == len(set(every))
    assert 212 in codes["NY"].tolist()
    assert codes["DC"].tolist() == [202]


def test_cities_are_distinct_and_know_their_first_zip_code_and_how_many_they_have() -> None:
    cities = rooms.cities(PLACES)
    names = [(CITIES[row], STATES[row]) for row in cities.row.tolist()]
    count = Counter(zip(CITIES, STATES, strict=True))
    assert len(set(names)) == len(names) == len(count)
    assert dict(zip(names, cities.zipcodes.tolist(), strict=True)) == count
    pairs = list(zip(CITIES, STATES, strict=True))
    for row, name in list(zip(cities.row.tolist(), names, strict=True))[::500]:
        assert pairs.index(name) == row


@given(st.lists(ZIP, max_size=20))
def test_rows_of_finds_each_zip_code_and_says_minus_one_otherwise(asked: list[str | None]) -> None:
    rows = rooms.rows_of(PLACES, asked)
    assert rows.tolist() == [PLACE_OF.get(zipcode or "", -1) for zipcode in asked]


@pytest.mark.parametrize(
    "column",
    [
        np.array(["90210", "00000"]),
        np.array(["90210", None], object),
        pd.Series(["90210", None]),
        pd.Series(["90210", "x"], dtype=object),
        pa.chunked_array([["90210"], ["x"]]),
    ],
)
def test_rows_of_reads_any_column_of_texts(column: object) -> None:
    assert rooms.rows_of(PLACES, column).tolist() == [ZIPCODES.index("90210"), -1]


@given(
    st.floats(20, 70, allow_nan=False),
    st.floats(-170, -65, allow_nan=False),
    st.floats(20, 70, allow_nan=False),
    st.floats(-170, -65, allow_nan=False),
)
def test_distance_agrees_with_the_law_of_cosines(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    cosine = sin(radians(lat1)) * sin(radians(lat2)) + cos(radians(lat1)) * cos(radians(lat2)) * cos(
        radians(lon2 - lon1)
    )
    expected = rooms.EARTH_RADIUS_KM * acos(max(-1.0, min(1.0, cosine)))
    assert rooms.distance_km(lat1, lon1, lat2, lon2) == pytest.approx(expected, abs=0.2)


def test_distance_of_known_cities() -> None:
    new_york, los_angeles = rooms.rows_of(PLACES, ["10001", "90001"])
    lat, lon = PLACES.latitude, PLACES.longitude
    assert rooms.distance_km(lat[new_york], lon[new_york], lat[los_angeles], lon[los_angeles]) == pytest.approx(
        3_945, abs=25
    )


@given(st.integers(0, len(PLACES) - 1), st.floats(0, 120), st.floats(-0.5, 0.5))
@example(0, 4_000.0, 0.0)
@example(len(PLACES) - 1, 9_000.0, 0.5)
@example(0, 20_100.0, 0.0)
def test_within_agrees_with_looking_at_every_place(row: int, km: float, shift: float) -> None:
    latitude, longitude = float(PLACES.latitude[row]) + shift, float(PLACES.longitude[row]) - shift
    every = rooms.distance_km(latitude, longitude, PLACES.latitude, PLACES.longitude) <= km
    assert rooms.within(PLACES, latitude, longitude, km).tolist() == np.flatnonzero(every).tolist()


@pytest.mark.parametrize("longitude", [179.99, -179.99, 150.0])
@pytest.mark.parametrize("km", [300.0, 900.0, 2_500.0])
def test_within_looks_across_the_line_of_the_date(longitude: float, km: float) -> None:
    every = rooms.distance_km(52.0, longitude, PLACES.latitude, PLACES.longitude) <= km
    assert rooms.within(PLACES, 52.0, longitude, km).tolist() == np.flatnonzero(every).tolist()
    if km == 2_500.0 and longitude > 170:
        assert every.any()  # of the Aleutian Islands, on the other side
