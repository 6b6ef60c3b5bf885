"""Who the merchants are: the data with which they join, and the data that changes later."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of, flags_of, text_scalar
from datagen.calendar import date_of
from datagen.payments.columns import BASIS
from datagen.payments.merchant_book import MerchantBook, Version, band_points, merchant_id, positions
from datagen.payments.rules import PaymentsRules
from datagen.payments.rules.business import BusinessRules
from datagen.payments.vocabulary import ACTIVE, MAILBOXES, MERCHANT_COLUMNS, SIZES, STREETS, TRADES, UNITS
from datagen.people import EMAIL_DOMAINS, drawn, street_addresses, surnames, telephones
from datagen.places import Places
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.populations import people
from datagen.sampling import pick, quota_pick, scaled, stratified
from datagen.streams import Streams

_SIZE_BLOCK = 20  # sizes are quotas within so many merchants
_SLOT_BITS = 18
PLACE_SHIFT = 32 - _SLOT_BITS
"""Bits dropped from a 32-bit number for its place among `trade_places`."""


@lru_cache(maxsize=4)
def trade_places(rules: BusinessRules, places: Places) -> NDArray[np.int32]:
    """Rows of ZIP codes whose position is known, each as often as its part of the people; not to be changed."""
    located = positions(places).located
    ends = np.cumsum(people(places, rules.rural_share)[located])
    slots = np.rint(ends / ends[-1] * (1 << _SLOT_BITS)).astype(np.int64)
    return np.repeat(located.astype(np.int32), np.diff(slots, prepend=0))


def newcomers(
    streams: Streams, rules: PaymentsRules, places: Places, first: int, days: NDArray[np.int64], pools: Pools = SHIPPED
) -> list[Version]:
    """The first versions of merchants number `first`, `first + 1` ... that join on these days.

    A merchant's data follows from the seed, the rules, the pools of names and its number.
    """
    if not len(days):
        return []
    last = first + len(days) - 1
    at, new = streams.at("merchant"), slice(first - 1, last)
    business = rules.business
    size = quota_pick(business.merchant_size_distribution.shares, stratified(at, last, _SIZE_BLOCK, "size"))[new]
    industry = pick(business.industries.shares, at.lanes(last, "industry"))[new]
    row = trade_places(business, places)[at.words(last, "place")[new] >> PLACE_SHIFT]
    names = _names(at, new, industry, pools)
    rate = rates(rules, size, at.lanes(last, "rate")[new])
    streets = pools.texts("streets", STREETS)
    addresses = street_addresses(at.words(last, "address")[new], streets, units=UNITS).to_pylist()
    phones = telephones(places.area_code[row], at.lanes(last, "telephone")[new]).to_pylist()
    zips, cities, states = located_texts(places, row)
    mailbox, domain = at.lanes(last, "mailbox")[new].tolist(), at.lanes(last, "domain")[new].tolist()
    versions = []
    for place, day in enumerate(days.tolist()):
        number = first + place
        joined = date_of(day).isoformat()
        versions.append(
            {
                "merchant_id": merchant_id(number),
                "merchant_name": names[place],
                "industry": business.industries.names[industry[place]],
                "address": addresses[place],
                "city": cities[place],
                "state": states[place],
                "zip_code": zips[place],
                "phone": phones[place],
                "email": email(number, mailbox[place], domain[place]),
                "mdr_rate": int(rate[place]) / BASIS,
                "size_category": SIZES[size[place]],
                "creation_date": joined,
                "effective_date": joined,
                "status": ACTIVE,
                "last_transaction_date": None,
                "version": 1,
            }
        )
    return versions


def _names(at: Streams, new: slice, industry: NDArray[np.intp], pools: Pools) -> list[str]:
    """The names of merchants: the owner's and what the trade is called, or that of a company of a given pool."""
    words = at.words(new.stop, "owner")[new]
    if "companies" in pools.given:
        return list(map(str, drawn("companies", words, pools).to_pylist()))
    owners, trades = surnames(words, pools).to_pylist(), list(TRADES.values())
    callings = (
        trades[kind][lane * len(trades[kind]) >> 16]
        for kind, lane in zip(industry.tolist(), at.lanes(new.stop, "trade")[new].tolist(), strict=True)
    )
    return [f"{owner} {calling}" for owner, calling in zip(owners, callings, strict=True)]


def rates(rules: PaymentsRules, size: NDArray[Any], lanes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Merchant discount rates in basis points, anywhere in the band of the size."""
    bands = np.array([band_points(band) for band in rules.sizes.of("mdr")])[size]
    low: NDArray[np.int64] = bands[:, 0]
    return low + scaled(lanes, bands[:, 1] - low + 1)


def email(number: int, mailbox: int, domain: int) -> str:
    """An address of a merchant at a domain that is reserved for examples, from two 16-bit numbers."""
    box = MAILBOXES[mailbox * len(MAILBOXES) >> 16]
    return f"{box}.{merchant_id(number).lower()}@{EMAIL_DOMAINS[domain * len(EMAIL_DOMAINS) >> 16]}"


def located_texts(places: Places, rows: NDArray[Any]) -> tuple[list[str], list[str], list[str]]:
    """The ZIP codes, cities and states of rows of the places."""
    index = array_of(rows)
    return tuple(column.take(index).to_pylist() for column in (places.zipcode, places.city, places.state))


def version_texts(book: MerchantBook) -> dict[str, pa.StringArray]:
    """Every version of every merchant as the columns of a CSV file, by id and version."""
    versions = [version for _, history in sorted(book.versions.items()) for version in history]
    texts = {name: [version[name] for version in versions] for name in MERCHANT_COLUMNS}
    texts["mdr_rate"] = [f"{rate:.4f}" for rate in texts["mdr_rate"]]
    texts["version"] = [str(number) for number in texts["version"]]
    return {name: array_of(values) for name, values in texts.items()}


class Changes:
    """What changes about merchants in a month: draws by merchant number, of which only those needed are used."""

    def __init__(
        self, streams: Streams, rules: PaymentsRules, places: Places, counter: int, pools: Pools = SHIPPED
    ) -> None:
        """The draws below `streams`, one of each for `counter` merchants."""
        self._rules, self._places, self._streets = rules, places, pools.texts("streets", STREETS)
        self._lanes = {
            name: streams.lanes(counter, name)
            for name in ("kind", "telephone", "mailbox", "domain", "rate", "direction", "place")
        }
        self._address = streams.words(counter, "address")

    def of(self, number: int, version: Version) -> Version:
        """The values that change of a merchant's version; none where the draw gives what it has."""
        values = self._drawn(number, version)
        return values if any(value != version[name] for name, value in values.items()) else {}

    def _drawn(self, number: int, version: Version) -> Version:
        lane = {name: int(lanes[number - 1]) for name, lanes in self._lanes.items()}
        mix = self._rules.business.changes
        kind = mix.names[int(pick(mix.shares, self._lanes["kind"][number - 1 : number])[0])]
        if kind == "contact":
            return {
                "phone": self._phone(number, int(version["phone"][:3])),
                "email": email(number, lane["mailbox"], lane["domain"]),
            }
        if kind == "address":
            row = self._nearby(version, lane["place"])
            zips, cities, states = located_texts(self._places, np.array([row]))
            address = street_addresses(self._address[number - 1 : number], self._streets, units=UNITS).to_pylist()[0]
            phone = self._phone(number, int(self._places.area_code[row]))
            return {"address": address, "city": cities[0], "state": states[0], "zip_code": zips[0], "phone": phone}
        size = SIZES.index(version["size_category"])
        if kind == "size":
            size += 1 if (lane["direction"] & 1 or size == 0) and size < len(SIZES) - 1 else -1
        rate = rates(self._rules, np.array([size]), self._lanes["rate"][number - 1 : number])
        return {"size_category": SIZES[size], "mdr_rate": int(rate[0]) / BASIS}

    def _phone(self, number: int, area_code: int) -> str:
        text: str = telephones([area_code], self._lanes["telephone"][number - 1 : number])[0].as_py()
        return text

    def _nearby(self, version: Version, lane: int) -> int:
        """A ZIP code of the same city, by its row."""
        places = self._places
        city, state = text_scalar(version["city"]), text_scalar(version["state"])
        same = pc.and_(pc.equal(places.city, city), pc.equal(places.state, state))
        rows = np.flatnonzero(flags_of(same) & (positions(places).latitude != 0))
        return int(rows[lane * len(rows) >> 16])
