"""The clubs: name, address, telephone and opening hours."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.columns import Flag, Serial
from datagen.fitness.reference.frames import frame
from datagen.fitness.reference.homes import club_places
from datagen.fitness.rules.facilities import FacilityRules
from datagen.people import street_addresses, telephones
from datagen.places import Places
from datagen.rules import Mix
from datagen.sampling import quota_pick, stratified
from datagen.streams import Streams

CHAINS = (
    "Northpeak Fitness",
    "Ironharbor Athletic Club",
    "Corevale Fitness",
    "Bluecrest Health Club",
    "Summitline Fitness",
    "Redwillow Athletic Club",
    "Brightstone Fitness",
    "Steadfast Sports Club",
)
_QUOTA = 5  # clubs of which the share that never closes is met exactly
_HOURS_QUOTA = 20
_ALL_DAY = ("00:00:00", "23:59:59")


def facilities(
    streams: Streams, count: int, streets: NDArray[np.str_], places: Places, rules: FacilityRules
) -> pa.Table:
    """`facilities`: the clubs of one chain, each in a real city of its own.

    Raises `UsageError` if there are more clubs than cities.
    """
    row = club_places(streams, count, places, rules.city_power)
    at = array_of(row)
    city, state = places.city.take(at), places.state.take(at)
    always = stratified(streams, count, _QUOTA, "always open") < rules.always_open_share
    return frame(
        {
            "facilityid": Serial("FAC", 3, 1, count),
            "facilityname": array_of(_names(streams, city.to_pylist(), state.to_pylist())),
            "address": street_addresses(streams.words(count, "address"), streets, unit_share=0.0),
            "city": city,
            "state": state,
            "zipcode": places.zipcode.take(at),
            "phonenumber": telephones(places.area_code[row], streams.lanes(count, "telephone")),
            "opentime": _times(streams, always, _ALL_DAY[0], rules.opening, "opening"),
            "closetime": _times(streams, always, _ALL_DAY[1], rules.closing, "closing"),
            "isactive": Flag(np.ones(count, np.bool_)),
        }
    )


def _times(streams: Streams, always: NDArray[np.bool_], at_all_hours: str, mix: Mix, aspect: str) -> pa.Array:
    """Times of day HH:MM:SS by the shares of a mix of times HH:MM, and another where the club never closes."""
    chosen = quota_pick(mix.shares, stratified(streams, len(always), _HOURS_QUOTA, aspect))
    texts = array_of([*(f"{time}:00" for time in mix.names), at_all_hours])
    return texts.take(array_of(np.where(always, len(mix.names), chosen)))


def _names(streams: Streams, cities: list[str], states: list[str]) -> list[str]:
    """The chain's name and the city's; the state's too where the chain is in a city of that name already."""
    chain = CHAINS[streams.integer("chain") % len(CHAINS)]
    seen: set[str] = set()
    names = []
    for city, state in zip(cities, states, strict=True):
        names.append(f"{chain} {city} {state}" if city in seen else f"{chain} {city}")
        seen.add(city)
    return names
