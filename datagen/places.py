"""Real cities of the United States: ZIP code, city, state, position and area code that agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray
from pyarrow import csv

from datagen.arrays import distinct, numbers_of, places_in, text_scalar, texts_of

_FILE = Path(__file__).with_name("pools") / "places.csv"
_COLUMNS = {
    "zip": pa.string(),
    "city": pa.string(),
    "state": pa.string(),
    "latitude": pa.float64(),
    "longitude": pa.float64(),
    "area_code": pa.int16(),
}
EARTH_RADIUS_KM = 6371.0088  # mean radius of the WGS 84 ellipsoid
_POLE = 90  # degrees of latitude
_KM_PER_DEGREE = 111.1  # of latitude, a little less than on the sphere, so that `within` looks a little too far


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """The ZIP codes, one row each, sorted by ZIP code; parallel arrays.

    Texts are Arrow arrays: they are read without a copy, taken in 5 ns an element and written as they are, whereas
    fixed-width NumPy text would first have to be made (7 ms) and then turned into Arrow again for output.
    """

    zipcode: pa.StringArray
    city: pa.StringArray
    state: pa.StringArray
    latitude: NDArray[np.float64]  # degrees
    longitude: NDArray[np.float64]  # degrees
    area_code: NDArray[np.int16]  # one local area code
    by_latitude: NDArray[np.int64]  # the rows from south to north

    def __len__(self) -> int:
        return len(self.zipcode)


class Cities(NamedTuple):
    """Each distinct (city, state), in the order of its first ZIP code."""

    row: NDArray[np.int64]  # of its first ZIP code
    zipcodes: NDArray[np.int64]  # how many it has, a stand-in for its population


@cache
def load_places() -> Places:
    """The places of `pools/places.csv` (standard, active ZIP codes of the 50 states and DC)."""
    table = csv.read_csv(
        _FILE,
        read_options=csv.ReadOptions(use_threads=False),
        convert_options=csv.ConvertOptions(column_types=_COLUMNS),
    ).combine_chunks()
    # DLPack, because Arrow's own `to_numpy` imports pandas the first time, which takes 0.2 s.
    zipcode, city, state, latitude, longitude, area_code = (column.chunk(0) for column in table.columns)
    return Places(
        zipcode=cast(pa.StringArray, zipcode),
        city=cast(pa.StringArray, city),
        state=cast(pa.StringArray, state),
        latitude=cast(NDArray[np.float64], np.from_dlpack(latitude)),
        longitude=cast(NDArray[np.float64], np.from_dlpack(longitude)),
        area_code=cast(NDArray[np.int16], np.from_dlpack(area_code)),
        by_latitude=np.argsort(np.from_dlpack(latitude), kind="stable"),
    )


@cache
def cities(places: Places) -> Cities:
    """The distinct cities, with the row of their first ZIP code and the number of their ZIP codes."""
    codes = city_of(places)
    zipcodes = np.bincount(codes).astype(np.int64)
    first = np.full(len(zipcodes), len(codes), np.int64)
    np.minimum.at(first, codes, np.arange(len(codes)))
    return Cities(first, zipcodes)


@cache
def city_of(places: Places) -> NDArray[np.int32]:
    """The city of each ZIP code, by its place among the distinct ones."""
    key = pc.binary_join_element_wise(places.state, places.city, text_scalar(" ")).dictionary_encode()
    return cast(NDArray[np.int32], numbers_of(key.indices))


@cache
def area_codes_by_state(places: Places) -> dict[str, NDArray[np.int16]]:
    """For each state its area codes, in ascending order; no code belongs to two states."""
    state = places.state.dictionary_encode()
    codes = numbers_of(state.indices)
    return {name: distinct(places.area_code[codes == code]) for code, name in enumerate(state.dictionary.to_pylist())}


def distance_km(latitude1: ArrayLike, longitude1: ArrayLike, latitude2: ArrayLike, longitude2: ArrayLike) -> Any:
    """Great-circle distance in kilometres between points in degrees; scalars or arrays, broadcast.

    Rounded to the metre, so that the last bit of a machine's sine never decides who lives within a distance.
    """
    phi1, lambda1, phi2, lambda2 = (
        np.radians(np.asarray(degrees, np.float64)) for degrees in (latitude1, longitude1, latitude2, longitude2)
    )
    half_chord = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin((lambda2 - lambda1) / 2) ** 2
    return np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0))), 3)


def within(places: Places, latitude: float, longitude: float, km: float) -> NDArray[np.int64]:
    """The rows within `km` kilometres of one point in degrees, ascending."""
    reach = (km + 0.01) / _KM_PER_DEGREE  # the metres that rounding may add, and more
    south, north = np.searchsorted(
        places.latitude, [latitude - reach, latitude + reach], side="left", sorter=places.by_latitude
    )
    rows = places.by_latitude[south:north]
    if reach + abs(latitude) < _POLE:
        # No farther to the east or west: most of a belt around the earth need not be reckoned.
        farthest = np.degrees(np.arcsin(np.sin(np.radians(reach)) / np.cos(np.radians(latitude))))
        apart = np.abs(places.longitude[rows] - longitude)
        rows = rows[np.minimum(apart, 360 - apart) <= farthest]
    rows = np.sort(rows)
    near = distance_km(latitude, longitude, places.latitude[rows], places.longitude[rows]) <= km
    return cast(NDArray[np.int64], rows[near])


def rows_of(places: Places, zipcodes: Any) -> NDArray[np.int64]:
    """The row of each ZIP code (texts: a list, a NumPy, Arrow or pandas array), -1 where there is none."""
    return places_in(places.zipcode, texts_of(zipcodes))
