"""The state of a history as JSON text: written so that it can be edited by hand, read with care.

It holds all that continuing needs, visibly: what stands here counts, not what was generated. Text in, text out; where
it is kept is the command's business.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, cast

import numpy as np

from datagen import __version__
from datagen.calendar import date_of, day_number
from datagen.errors import RuleError, StateError
from datagen.payments.book import Book, Version, band_points, basis_points
from datagen.payments.cards import CardKind, CardKinds, CardStore, Stored
from datagen.payments.history import WORLD, Choices, History
from datagen.payments.profiles import Profiles
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import ACTIVE, CHURNED, MERCHANT_COLUMNS, SIZES, STATE, STATUSES, TRADES
from datagen.places import area_codes_by_state, load_places, rows_of
from datagen.rules import changes, override

FORMAT = 1
"""The version of the layout; another one is refused."""
_PIECE = 256  # merchants that are written at a time
_MEMBERS = frozenset(MERCHANT_COLUMNS)
_MERCHANT = re.compile(r"M(\d{6,9})")
_CARD = re.compile(r"CARD\d{10}")
_PHONE = re.compile(r"(\d{3})-555-01\d\d")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@example\.(?:com|org|net)")
_NEXT = "Mend it, or restore the file."
_PROFILES = b'"card_profiles"'
_BEFORE_PROFILES, _AFTER_PROFILES = b"\n" + _PROFILES + b": {\n", b'},\n"total_transactions": '


def write(history: History) -> Iterator[bytes]:
    """The state after the history's last day, in pieces."""
    history.book.settle_all()
    choices = history.choices
    yield f'{{\n"last_generated_date": "{date_of(history.last)}",\n"merchants": {{\n'.encode()
    encoded, merchants = json.JSONEncoder(ensure_ascii=False).encode, sorted(history.book.versions.items())
    for begin in range(0, len(merchants), _PIECE):
        pieces = []
        for name, versions in merchants[begin : begin + _PIECE]:
            lines = ",\n".join(f"  {encoded(version)}" for version in versions)
            pieces.append(f'"{name}": [\n{lines}\n]')
        yield ((",\n" if begin else "") + ",\n".join(pieces)).encode()
    yield f'\n}},\n"merchant_counter": {history.book.counter},'.encode()
    yield _BEFORE_PROFILES
    yield from Profiles(history.trade.kinds).write(history.cards.snapshot())
    options = {"start_date": date_of(choices.start).isoformat(), "rules": changes(choices.rules)}
    rest = {"seed": choices.seed, "options": options, "release": __version__, "world": WORLD, "format": FORMAT}
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in rest.items())
    yield _AFTER_PROFILES
    yield f"{history.total},\n{lines}\n}}\n".encode()


def flat(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Changed rules as a state holds them, with each share of a mix on its own."""
    return {
        path: value
        for name, held in rules.items()
        for path, value in (
            ((f"{name}.{share}", number) for share, number in held.items())
            if isinstance(held, dict)
            else ((name, held),)
        )
    }


def read(text: bytes, where: str = STATE) -> History:
    """The history that a state tells of. Raises `StateError` for anything that cannot be, saying where."""
    reader = _Reader(where)
    return _as_written(reader, text) or reader.history(reader.parsed(text))


def _as_written(reader: _Reader, text: bytes) -> History | None:
    """The history, if the profiles of cards, most of the text, stand there to the letter as `write` leaves them.

    None in case of any doubt or fault: what is meant, or where it is, only a reading of all of it as JSON can tell.
    """
    before = text.find(_BEFORE_PROFILES)
    begin, end = before + len(_BEFORE_PROFILES), text.rfind(_AFTER_PROFILES)
    if before < 0 or end < begin:
        return None
    rest = text[:begin] + text[end:]
    # One member has this name, and none has it in another spelling: so the profiles are those of the one found below.
    if rest.count(_PROFILES) != 1 or b"\\" in rest:
        return None
    try:
        state = json.loads(rest)
        if not isinstance(state, dict) or state.get("card_profiles") != {}:
            return None
        cards = Profiles(CardKinds(reader.choices(state).rules)).read(text, begin, end)
        return None if cards is None else reader.history(state, cards)
    except (ValueError, RecursionError, StateError):
        return None


class _Reader:
    """Reads a state; each method takes a value and the path that leads to it."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.bands = PaymentsRules().sizes.of("mdr")
        self.area_codes = {state: set(codes.tolist()) for state, codes in area_codes_by_state(load_places()).items()}

    def wrong(self, path: str, what: str) -> NoReturn:
        place = f"{self.where}, {path}" if path else self.where
        raise StateError(f"{place}: {what}. {_NEXT}")

    def parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self.wrong(f"line {error.lineno}, column {error.colno}", f"this is not JSON ({error.msg})")
        except UnicodeDecodeError:
            self.wrong("", "this is not JSON (it is not UTF-8)")
        except ValueError as error:  # a number of thousands of digits
            self.wrong("", f"this cannot be read ({error})")
        except RecursionError:
            self.wrong("", "this is not a state but deeply nested JSON")

    def history(self, state: Any, cards: Stored | None = None) -> History:
        """The history that a state tells of; `cards` are those of its profiles, if they have been read already."""
        if not isinstance(state, dict) or state.get("world") != WORLD:
            self.wrong("world", f"this is not a state of the {WORLD} world")
        if state.get("format") != FORMAT:
            self.wrong("format", f"layout {state.get('format')!r} is not {FORMAT}, the one this release knows")
        choices = self.choices(state)
        self.bands = choices.rules.sizes.of("mdr")
        last = self.day(state.get("last_generated_date"), "last_generated_date")
        if last < choices.start:
            self.wrong("last_generated_date", f"it lies before options.start_date, {date_of(choices.start)}")
        counter = self.whole(state.get("merchant_counter"), "merchant_counter", 0, 999_999)
        total = self.whole(state.get("total_transactions"), "total_transactions", 0, 10**10 - 1)
        merchants = self.mapping(state.get("merchants"), "merchants")
        versions = {name: self._merchant(name, history, counter, last) for name, history in merchants.items()}
        self._check_places(versions)
        if cards is None:
            cards = self._cards(self.mapping(state.pop("card_profiles", None), "card_profiles"), choices, counter)
        elif cards.homes.min(initial=0) < 0 or cards.homes.max(initial=-1) >= counter:
            self.wrong("card_profiles", "there is a merchant above merchant_counter")
        history = History(choices, Book(versions, counter), CardStore(*cards), total, last)
        history.release = str(state.get("release"))
        return history

    def choices(self, state: Mapping[str, Any]) -> Choices:
        options = self.mapping(state.get("options"), "options")
        seed = self.whole(state.get("seed"), "seed", 0, 2**63 - 1)
        start = self.day(options.get("start_date"), "options.start_date")
        settings = flat(self.mapping(options.get("rules"), "options.rules"))
        try:
            rules = override(PaymentsRules(), settings)
        except RuleError as error:
            self.wrong("options.rules", str(error).rstrip("."))
        return Choices(seed, start, rules)

    def _merchant(self, name: str, history: Any, counter: int, last: int) -> list[Version]:
        path = f"merchants.{name}"
        found = _MERCHANT.fullmatch(name)
        if not found or int(found[1]) < 1 or name != f"M{int(found[1]):06d}":
            self.wrong(path, "an id must be M and six digits")
        if int(found[1]) > counter:
            self.wrong(path, f"its number is above merchant_counter, {counter}")
        if not isinstance(history, list) or not history:
            self.wrong(path, "it must be a list of versions, one at least")
        before: Version | None = None
        versions = []
        for place, version in enumerate(history):
            self._version(version, f"{path}[{place}]", name, place + 1, before, last)
            before = cast(Version, {column: version[column] for column in MERCHANT_COLUMNS})
            versions.append(before)
        return _honoured(versions, last)

    def _version(self, version: Any, path: str, name: str, number: int, before: Version | None, last: int) -> None:
        self.mapping(version, path)
        if not version.keys() >= _MEMBERS:
            self.wrong(path, f"{next(name for name in MERCHANT_COLUMNS if name not in version)} is missing")
        if version["merchant_id"] != name:
            self.wrong(f"{path}.merchant_id", f"{version['merchant_id']!r} is not {name}")
        if version["version"] != number or type(version["version"]) is not int:
            self.wrong(f"{path}.version", f"{version['version']!r} is not {number}, its place in the list")
        for column in ("merchant_name", "industry", "address", "city", "state", "zip_code", "phone", "email"):
            if not isinstance(version[column], str) or not version[column].strip():
                self.wrong(f"{path}.{column}", "it must be a text that is not empty")
        for column, words in (("size_category", SIZES), ("status", STATUSES), ("industry", tuple(TRADES))):
            if version[column] not in words:
                self.wrong(f"{path}.{column}", f"{version[column]!r} is none of {', '.join(words)}")
        rate = version["mdr_rate"]
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not abs(rate) < math.inf:
            self.wrong(f"{path}.mdr_rate", f"{rate!r} is not a share of the amount, such as 0.032")
        size = version["size_category"]
        low, high = self.bands[SIZES.index(size)]
        least, most = band_points((low, high))
        if not least <= basis_points(rate) <= most:
            self.wrong(f"{path}.mdr_rate", f"{rate!r} is outside {low:g} to {high:g}, the band of a {size} merchant")
        created, effective = (self.day(version[name], f"{path}.{name}") for name in ("creation_date", "effective_date"))
        if effective > last + 1:
            self.wrong(f"{path}.effective_date", f"{date_of(effective)} lies after the next day to be made up")
        if before is None:
            if effective != created:
                self.wrong(f"{path}.effective_date", "a first version begins on the creation_date")
        else:
            self._follows(version, before, path)
        if version["last_transaction_date"] is not None:
            paid = self.day(version["last_transaction_date"], f"{path}.last_transaction_date")
            if not created <= paid <= last:
                self.wrong(f"{path}.last_transaction_date", f"{date_of(paid)} is outside the merchant's time")
        self._check_contact(version, path)

    def _follows(self, version: Version, before: Version, path: str) -> None:
        if version["creation_date"] != before["creation_date"]:
            self.wrong(f"{path}.creation_date", "a merchant's creation never changes")
        if version["effective_date"] <= before["effective_date"]:
            self.wrong(f"{path}.effective_date", "it must be later than that of the version before")
        if before["status"] == CHURNED:
            self.wrong(f"{path}.status", "a merchant that has churned does not come back")

    def _check_contact(self, version: Version, path: str) -> None:
        phone = _PHONE.fullmatch(version["phone"])
        if not phone:
            self.wrong(f"{path}.phone", f"{version['phone']!r} is not of the form NPA-555-01XX, set aside for fiction")
        if int(phone[1]) not in self.area_codes.get(version["state"], ()):
            self.wrong(f"{path}.phone", f"{phone[1]} is not an area code of {version['state']}")
        if not _EMAIL.fullmatch(version["email"]):
            self.wrong(f"{path}.email", f"{version['email']!r} is not at example.com, example.org or example.net")

    def _check_places(self, versions: Mapping[str, list[Version]]) -> None:
        places = load_places()
        everything = [
            (f"merchants.{name}[{place}]", version)
            for name, history in versions.items()
            for place, version in enumerate(history)
        ]
        rows = rows_of(places, [version["zip_code"] for _, version in everything])
        for (path, version), row in zip(everything, rows.tolist(), strict=True):
            if row < 0:
                self.wrong(f"{path}.zip_code", f"there is no ZIP code {version['zip_code']!r}")
            city, state = places.city[row].as_py(), places.state[row].as_py()
            if (version["city"], version["state"]) != (city, state):
                self.wrong(f"{path}.zip_code", f"{version['zip_code']} is in {city}, {state}")

    def _cards(self, profiles: dict[str, Any], choices: Choices, counter: int) -> Stored:
        kinds = CardKinds(choices.rules)
        codes = kinds.codes
        numbers = np.empty(len(profiles), np.int64)
        kind = np.empty(len(profiles), np.int16)
        homes = np.empty(len(profiles), np.int32)
        for place, (name, card) in enumerate(profiles.items()):
            try:
                code = codes[CardKind(card["card_bin"], card["card_type"], card["card_issuer"], card["card_brand"])]
                home = int(card["merchant_id"][1:])
                fine = card["card_profile_id"] == name and _CARD.fullmatch(name) and 1 <= home <= counter
            except (KeyError, TypeError, ValueError):
                fine = False
            if not fine:
                self._wrong_card(name, card)
            numbers[place], kind[place], homes[place] = int(name[4:]), code, home - 1
        return Stored(numbers, kind, homes)

    def _wrong_card(self, name: str, card: Any) -> NoReturn:
        path = f"card_profiles.{name}"
        if not _CARD.fullmatch(name):
            self.wrong(path, "an id must be CARD and ten digits")
        self.mapping(card, path)
        for member in ("card_profile_id", *CardKind._fields, "merchant_id"):
            if not isinstance(card.get(member), str):
                self.wrong(f"{path}.{member}", "it must be a text")
        if card["card_profile_id"] != name:
            self.wrong(f"{path}.card_profile_id", f"{card['card_profile_id']!r} is not {name}")
        if not _MERCHANT.fullmatch(card["merchant_id"]):
            self.wrong(f"{path}.merchant_id", f"{card['merchant_id']!r} is no merchant")
        kind = ", ".join(card[member] for member in CardKind._fields)
        self.wrong(path, f"no card is of the kind {kind}, or its merchant is above merchant_counter")

    def mapping(self, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(path, "it is missing" if value is None else "it must be an object in braces")
        return value

    def whole(self, value: Any, path: str, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(path, f"it must be a whole number from {low} to {high}, not {value!r}")
        return value

    def day(self, value: Any, path: str) -> int:
        try:
            if len(value) != len("2024-01-31"):
                raise ValueError
            return day_number(dt.date.fromisoformat(value))
        except (TypeError, ValueError):
            self.wrong(path, f"it must be a day such as 2024-01-31, not {value!r}")


def _honoured(versions: list[Version], last: int) -> list[Version]:
    """The versions with an edit in place understood: who was paid under a version has left after it, not during it.

    Somebody who sets a version's status to churned ends it: it stays as it was, and the merchant leaves on the first
    day that is still to be made up.
    """
    current = versions[-1]
    paid = current["last_transaction_date"]
    if current["status"] == CHURNED and (len(versions) == 1 or (paid or "") >= current["effective_date"]):
        leaves = date_of(last + 1).isoformat()
        if current["effective_date"] < leaves:
            ended = current | {"status": ACTIVE}
            left = current | {"effective_date": leaves, "version": current["version"] + 1}
            return [*versions[:-1], ended, left]
    return versions
