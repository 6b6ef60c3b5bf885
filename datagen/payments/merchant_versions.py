"""The merchants of a state, version by version: what each may say, and how the versions of one follow each other."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from datagen.calendar import date_of, day_number
from datagen.payments.columns import BASIS
from datagen.payments.history import Choices
from datagen.payments.merchant_book import MOST_MERCHANTS, Version, band_points, basis_points, merchant_id, positions
from datagen.payments.state_reader import StateReader, shown
from datagen.payments.vocabulary import CHURNED, MERCHANT_COLUMNS, SIZES, STATUSES, TRADES
from datagen.places import area_codes_by_state, load_places, rows_of

_PHONE = re.compile(r"([0-9]{3})-555-01[0-9]{2}")
_EMAIL = re.compile(r"[a-z0-9._%+-]+@example\.(?:com|org|net)")
_WORDS = (("size_category", SIZES), ("status", STATUSES), ("industry", tuple(TRADES)))


def read_merchants(
    reader: StateReader, state: Mapping[str, Any], choices: Choices, last: int
) -> dict[str, list[Version]]:
    """The versions of all merchants of a state that goes up to a day; raises `StateError` for what cannot be."""
    counter = reader.whole(state.get("merchant_counter"), "merchant_counter", 0, MOST_MERCHANTS)
    merchants = reader.mapping(state.get("merchants"), "merchants")
    bands = choices.rules.sizes.of("mdr")
    versions: dict[str, list[Version]] = {}
    for place, (name, history) in enumerate(sorted(merchants.items())):
        path = f"merchants.{name}"
        if name != merchant_id(place + 1):
            reader.wrong(path, f"ids are M and six digits, none left out; {merchant_id(place + 1)} should stand here")
        if place >= counter:
            reader.wrong(path, f"its number is above merchant_counter, {counter}")
        if not isinstance(history, list) or not history:
            reader.wrong(path, "it must be a list of versions, one at least")
        versions[name] = _history(reader, name, history, bands, last)
    if len(versions) != counter:
        what = f"it is {counter}, but there are {len(versions)} merchants; who leaves is set to {CHURNED}, not removed"
        reader.wrong("merchant_counter", what)
    _check_beginning(reader, versions, choices)
    _check_places(reader, versions)
    return versions


def _history(reader: StateReader, name: str, history: list[Any], bands: Any, last: int) -> list[Version]:
    before: Version | None = None
    versions = []
    for place, version in enumerate(history):
        path = f"merchants.{name}[{place}]"
        reader.members(version, path, MERCHANT_COLUMNS)
        if version["merchant_id"] != name:
            reader.wrong(f"{path}.merchant_id", f"{shown(version['merchant_id'])} is not {name}")
        if version["version"] != place + 1 or type(version["version"]) is not int:
            what = f"{shown(version['version'])} is not {place + 1}, its place in the list"
            reader.wrong(f"{path}.version", what)
        _check_words(reader, version, path)
        _check_rate(reader, version, path, bands)
        _check_days(reader, version, path, last)
        if before is None and version["effective_date"] != version["creation_date"]:
            reader.wrong(f"{path}.effective_date", "a first version begins on the creation_date")
        if before is not None:
            _check_follows(reader, version, before, path)
        before = cast(Version, {column: version[column] for column in MERCHANT_COLUMNS})
        versions.append(before)
    return versions


def _check_words(reader: StateReader, version: Version, path: str) -> None:
    for column, longest in _longest().items():
        reader.text(version[column], f"{path}.{column}", longest)
    for column, words in _WORDS:
        if version[column] not in words:
            reader.wrong(f"{path}.{column}", f"{version[column]!r} is none of {', '.join(words)}")
    phone = _PHONE.fullmatch(version["phone"])
    if not phone:
        what = f"{version['phone']!r} is not of the form NPA-555-01XX, set aside for fiction"
        reader.wrong(f"{path}.phone", what)
    if int(phone[1]) not in _area_codes().get(version["state"], ()):
        reader.wrong(f"{path}.phone", f"{phone[1]} is not an area code of {version['state']}")
    if not _EMAIL.fullmatch(version["email"]):
        what = f"{version['email']!r} is not in small letters and at example.com, example.org or example.net"
        reader.wrong(f"{path}.email", what)


def _check_rate(reader: StateReader, version: Version, path: str, bands: Any) -> None:
    rate, size = version["mdr_rate"], version["size_category"]
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not abs(rate) < math.inf:
        reader.wrong(f"{path}.mdr_rate", f"{shown(rate)} is not a share of the amount, such as 0.032")
    low, high = bands[SIZES.index(size)]
    least, most = band_points((low, high))
    if not low <= rate <= high or not least <= basis_points(rate) <= most:
        reader.wrong(f"{path}.mdr_rate", f"{shown(rate)} is outside {low:g} to {high:g}, the band of a {size} merchant")
    if basis_points(rate) / BASIS != rate:
        reader.wrong(f"{path}.mdr_rate", f"{rate!r} has more than four decimals")


def _check_days(reader: StateReader, version: Version, path: str, last: int) -> None:
    created, effective = (
        day_number(reader.day(version[name], f"{path}.{name}")) for name in ("creation_date", "effective_date")
    )
    if effective > last + 1:
        what = f"{date_of(effective)} lies after the next day to be generated, {date_of(last + 1)}"
        reader.wrong(f"{path}.effective_date", what)
    if version["last_transaction_date"] is not None:
        paid = day_number(reader.day(version["last_transaction_date"], f"{path}.last_transaction_date"))
        if not created <= paid <= last:
            reader.wrong(f"{path}.last_transaction_date", f"{date_of(paid)} is outside the merchant's time")


def _check_follows(reader: StateReader, version: Version, before: Version, path: str) -> None:
    effective = version["effective_date"]
    paid, was_paid = (item["last_transaction_date"] or "" for item in (version, before))
    if version["creation_date"] != before["creation_date"]:
        reader.wrong(f"{path}.creation_date", "a merchant's creation never changes")
    if effective <= before["effective_date"]:
        reader.wrong(f"{path}.effective_date", "it must be later than that of the version before")
    if effective <= was_paid:
        reader.wrong(f"{path}.effective_date", f"the version before was in force on {was_paid}, a day with payments")
    if before["status"] == CHURNED:
        reader.wrong(f"{path}.status", "a merchant that has churned does not come back")
    if paid != was_paid and paid < effective:
        what = "it must be that of the version before, as long as no payment is made under this one"
        reader.wrong(f"{path}.last_transaction_date", what)


def _check_beginning(reader: StateReader, versions: Mapping[str, list[Version]], choices: Choices) -> None:
    """Those who were there on the first day are as many as the rules say, and none is older."""
    start = date_of(choices.start).isoformat()
    first = 0
    for name, history in versions.items():
        if history[0]["creation_date"] < start:
            what = f"it lies before options.start_date, {start}, the first day of the history"
            reader.wrong(f"merchants.{name}[0].creation_date", what)
        first += history[0]["creation_date"] == start
    if first != choices.rules.business.initial_merchants:
        what = f"{first} merchants were created on start_date, {start}, where the rule business.initial_merchants"
        reader.wrong("options", f"{what} says {choices.rules.business.initial_merchants}; a history keeps both")


def _check_places(reader: StateReader, versions: Mapping[str, list[Version]]) -> None:
    places = load_places()
    everything = [
        (f"merchants.{name}[{place}]", version)
        for name, history in versions.items()
        for place, version in enumerate(history)
    ]
    rows = rows_of(places, [version["zip_code"] for _, version in everything])
    for (path, version), row in zip(everything, rows.tolist(), strict=True):
        if row < 0:
            reader.wrong(f"{path}.zip_code", f"there is no ZIP code {version['zip_code']!r}")
        city, state = places.city[row].as_py(), places.state[row].as_py()
        if (version["city"], version["state"]) != (city, state):
            reader.wrong(f"{path}.zip_code", f"{version['zip_code']} is in {city}, {state}")
        if not positions(places).latitude[row]:
            reader.wrong(f"{path}.zip_code", f"where {version['zip_code']} lies is not known; choose another ZIP code")


@cache
def _area_codes() -> dict[str, set[int]]:
    return {state: set(codes.tolist()) for state, codes in area_codes_by_state(load_places()).items()}


@cache
def _longest() -> dict[str, int]:
    """How many characters the columns of text hold."""
    from datagen.payments.tables import merchants

    lengths = {column.name: getattr(column.type, "length", None) for column in merchants.columns}
    return {name: length for name, length in lengths.items() if length and name != "merchant_id"}
