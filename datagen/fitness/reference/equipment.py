"""The machines of the clubs: how many of each line, bought when, at what price and in which state."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of, text_scalar
from datagen.calendar import add_months, day_number, weekday
from datagen.columns import Day, Labels, Money, Serial, padded_numbers, text_of
from datagen.fitness.reference.frames import frame, texts
from datagen.fitness.reference.machines import LINES
from datagen.fitness.rules.facilities import EquipmentRules, FacilityRules
from datagen.sampling import quota_pick, rank_in_group, scaled, scattered, stratified
from datagen.streams import Streams

_FRIDAY = 4
_QUOTA = 20  # machines in which the shares of states are met exactly
_MODELS = [model for line in LINES for model in line.models]
_FIRST_MODEL = np.cumsum([0] + [len(line.models) for line in LINES])


def equipment(
    streams: Streams,
    areas: pa.Table,
    opened: NDArray[np.int64],
    sizes: NDArray[np.float64],
    as_of: dt.date,
    facility_rules: FacilityRules,
    rules: EquipmentRules,
) -> pa.Table:
    """`equipment`: the machines of the rooms of `facilityareas`, in the order of its rows.

    A line of machines (the treadmills of a room, say) is bought in two lots: one when the club was fitted out, in the
    weeks before the day on which it `opened` (by club, in the order of `areas`), one later; a lot has one model, one
    day and one price. `sizes` are those of clubs against the usual one.
    """
    today = day_number(as_of)
    area, line = _lines_of(texts(areas["areatype"]))
    held = len(area)
    least, most = (np.array([getattr(item, end) for item in LINES])[line] for end in ("least", "most"))
    club = _codes(texts(areas["facilityid"]))
    number = least + scaled(streams.lanes(held, "number"), most - least + 1)
    number = np.maximum(np.rint(number * sizes.take(club[area])), 1).astype(np.int64)
    place = np.repeat(np.arange(held), number)
    unit = rank_in_group(place)
    later = unit >= np.ceil(number * rules.founding_share)[place]
    lot = 2 * place + later

    bought = _lots_bought(streams, club[area], opened, today, facility_rules, rules).ravel()[lot]
    model, price = _lots(streams, line, rules)
    made = model[lot]
    brand = [item.brand for item in _MODELS]
    count = len(place)
    status = quota_pick(rules.status.shares, stratified(streams, count, _QUOTA, "status"))
    kinds = Labels.of(item.kind for item in LINES)
    take = array_of(area[place])
    return frame(
        {
            "equipmentid": Serial("EQ", 4, 1, count),
            "facilityid": areas["facilityid"].combine_chunks().take(take),
            "areaid": areas["areaid"].combine_chunks().take(take),
            "equipmentname": _names(kinds, line[place], _number_in_club(club[area[place]], line[place])),
            "equipmenttype": kinds.arrow.take(array_of(line[place])),
            "brand": array_of(brand).take(array_of(made)),
            "model": array_of([item.name for item in _MODELS]).take(array_of(made)),
            "serialnumber": _serials(streams, brand, made, bought),
            "purchasedate": Day(bought),
            "purchaseprice": Money(price[lot] * 100),
            "warrantyexpiry": Day(add_months(bought, np.array([item.warranty for item in LINES])[line[place]])),
            "status": Labels.of(rules.status.names).arrow.take(array_of(status)),
        }
    )


def _lines_of(area_types: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (area, line) of every line that belongs in each area."""
    by_type: dict[str, list[int]] = {}
    for place, line in enumerate(LINES):
        by_type.setdefault(line.area, []).append(place)
    lines = [by_type.get(kind, []) for kind in area_types]
    area = np.repeat(np.arange(len(lines)), [len(places) for places in lines])
    return area, np.array([place for places in lines for place in places], np.int64)


def _lots_bought(
    streams: Streams,
    club: NDArray[np.int64],
    opened: NDArray[np.int64],
    today: int,
    facility_rules: FacilityRules,
    rules: EquipmentRules,
) -> NDArray[np.int32]:
    """Purchase days, (pairs, 2): of the founding lot, the first one of a club `fitting_days` before it opened, and of
    the later lot, at any time since."""
    after = scaled(streams.lanes(len(club), "fitting"), facility_rules.fitting_days - rules.fitted_days + 1)
    earliest = np.full(len(opened), facility_rules.fitting_days)
    np.minimum.at(earliest, club, after)
    first = opened.take(club) - facility_rules.fitting_days + after - earliest.take(club)
    second = today - 1 - scaled(streams.lanes(len(club), "renewal"), today - opened.take(club))
    # Carriers deliver on working days; what would come at a weekend came on the Friday before.
    first, second = (day - np.maximum(weekday(day) - _FRIDAY, 0) for day in (first, second))
    return np.stack([first, second], axis=1).astype(np.int32)


def _lots(
    streams: Streams, line: NDArray[np.int64], rules: EquipmentRules
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Model and price in USD of each pair's two lots, flat: the usual price, give or take, to a round sum."""
    lines = np.repeat(line, 2)
    model = _FIRST_MODEL[lines] + scaled(streams.lanes(len(lines), "model"), np.diff(_FIRST_MODEL)[lines])
    usual = np.array([item.price for item in _MODELS])[model]
    factor = 1 + rules.price_spread * (2 * streams.uniform(len(lines), "price") - 1)
    steps = np.maximum(np.floor(usual * factor / rules.price_step), 1)
    return model, steps.astype(np.int64) * rules.price_step


def _codes(labels: list[str]) -> NDArray[np.int64]:
    """A number for each distinct text, in order of appearance."""
    codes = {label: code for code, label in enumerate(dict.fromkeys(labels))}
    return np.array([codes[label] for label in labels], np.int64)


def _number_in_club(club: NDArray[np.int64], line: NDArray[np.int64]) -> NDArray[np.int64]:
    """1, 2, 3 ... within each kind of machine of a club, in the order of the rows."""
    kind = _codes([item.kind for item in LINES])[line]
    key = club * len(LINES) + kind
    order = np.argsort(key, kind="stable")
    number = np.empty(len(key), np.int64)
    number[order] = rank_in_group(key[order]) + 1
    return number


def _names(kinds: Labels, line: NDArray[np.int64], number: NDArray[np.int64]) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(
        kinds.arrow.take(array_of(line)), text_of(padded_numbers("", 2, number)), text_scalar(" ")
    )


def _serials(streams: Streams, brands: list[str], made: NDArray[np.int64], bought: NDArray[np.int32]) -> pa.Array:
    """Unique serial numbers: the maker's initials, the year of purchase, and a number no other machine has."""
    import pyarrow.compute as pc

    initials = ["".join(letter for letter in brand if letter.isalnum())[:3].upper() for brand in brands]
    year = bought.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    count = len(made)
    digits = max(8, len(str(10 * count)))
    number = scattered(np.arange(count, dtype=np.int64), 10**digits, streams, "serial")
    return pc.binary_join_element_wise(
        array_of(initials).take(array_of(made)),
        text_of(padded_numbers("", 2, year % 100)),
        text_of(padded_numbers("", digits, number)),
        text_scalar("-"),
    )
