"""How many people live where: of the ZIP codes of `datagen.places`, in the states and in places of some size."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from datagen.arrays import array_of, numbers_of, places_in, text_scalar
from datagen.places import Places, cities, city_of

POPULATIONS_FILE = Path(__file__).with_name("pools") / "populations.csv"


@cache
def populations() -> pa.Table:
    """The people of each state, where the city is empty, and of each city: columns state, city, people."""
    return csv.read_csv(
        POPULATIONS_FILE,
        csv.ReadOptions(use_threads=False),
        convert_options=csv.ConvertOptions(column_types={"city": pa.string(), "people": pa.int64()}),
    ).combine_chunks()


@cache
def people(places: Places, rural_share: float) -> NDArray[np.float64]:
    """The people of each ZIP code, as far as is known, so that each state has its own.

    The people of a city live in its ZIP codes in equal parts; a share of those of a state lives outside of such cities,
    in its other ZIP codes. Not to be changed.
    """
    state, city, number = (column.chunk(0) for column in populations().columns)
    known = np.from_dlpack(number).astype(np.float64)
    of_city = _found(_key(places.state, places.city), _key(state, city), known)
    of_city /= cities(places).zipcodes[city_of(places)]
    codes = places.state.dictionary_encode()
    of_state = _found(_key(codes.dictionary, array_of([""] * len(codes.dictionary))), _key(state, city), known)
    in_state = numbers_of(codes.indices)
    other = (of_city == 0).astype(np.float64)
    weights = np.zeros(len(places))
    for part, share in ((of_city, 1 - rural_share), (other, rural_share)):
        whole = np.bincount(in_state, part, len(of_state))
        weights += part * np.where(whole > 0, share * of_state / np.maximum(whole, 1), 0)[in_state]
    # Where a state has no ZIP code of one of the two kinds, those of the other one have all.
    weights *= (of_state / np.bincount(in_state, weights, len(of_state)))[in_state]
    return cast(NDArray[np.float64], np.round(weights, 6))


def _key(state: pa.StringArray, city: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(state, city, text_scalar(" "))


def _found(keys: pa.StringArray, known: pa.StringArray, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of keys, 0 for those that are not known."""
    rows = places_in(known, keys)
    return np.where(rows < 0, 0.0, values[rows])
