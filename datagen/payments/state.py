"""The state of a history as JSON text: written so that it can be edited by hand, read with care.

It holds all that continuing needs, visibly: what stands here counts, not what was generated. Text in, text out; where
it is kept is the command's business.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NoReturn

import numpy as np

from datagen import __version__
from datagen.calendar import date_of, day_number
from datagen.errors import RuleError, StateError
from datagen.options import LAST_SEED
from datagen.payments.card_profiles import CardProfiles
from datagen.payments.card_store import CardStore, Stored
from datagen.payments.cards import CardKind, CardKinds
from datagen.payments.history import FORMAT, MOST_PAYMENTS, WORLD, Choices, History
from datagen.payments.manual_edits import Snapshot, honour
from datagen.payments.merchant_book import MerchantBook
from datagen.payments.merchant_versions import read_merchants
from datagen.payments.rules import PaymentsRules
from datagen.payments.state_reader import StateReader, day_of, shown
from datagen.payments.vocabulary import STATE
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.rules import changes, override

_PIECE = 256  # merchants that are written at a time
_MEMBERS = (
    "last_generated_date",
    "merchants",
    "merchant_counter",
    "card_profiles",
    "total_transactions",
    "card_counter",
    "seed",
    "options",
    "release",
    "world",
    "format",
)
_OPTIONS = ("start_date", "rules")
_MERCHANT = re.compile(r"M([0-9]{6})")
_CARD = re.compile(r"CARD[0-9]{10}")
_PROFILE_MEMBERS = ("card_profile_id", *CardKind._fields, "merchant_id", "stored_date", "last_payment_date")
_LONGEST = _RELEASE = 80
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
    cards = history.cards.cards
    yield from CardProfiles(history.trade.kinds).write(cards)
    options = {"start_date": date_of(choices.start).isoformat(), "rules": changes(choices.rules)}
    options |= choices.pools.options
    rest = {"card_counter": len(cards.numbers), "seed": choices.seed, "options": options, "release": __version__}
    rest |= {"world": WORLD, "format": FORMAT}
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


def read(
    text: bytes,
    where: str = STATE,
    newest: Callable[[dt.date], Snapshot | None] = lambda _: None,
    pools: Pools = SHIPPED,
) -> History:
    """The history that a state tells of. Raises `StateError` for anything that cannot be, saying where.

    `newest` gives what was in force on the state's last day, if that is known: what differs from it was edited.
    `pools` must be those with which the history was begun.
    """
    reader = StateReader(where)
    if written := _as_written(text, pools):
        with suppress(StateError):  # where the fault is, a reading of all of it tells better
            return _history(reader, *written, newest, pools)
    return _history(reader, _parsed(reader, text), None, newest, pools)


def _as_written(text: bytes, pools: Pools) -> tuple[Any, Stored] | None:
    """The state without its profiles of cards, most of the text, and these: if they are to the letter as `write` does.

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
        cards = CardProfiles(CardKinds(_choices(StateReader(STATE), state, pools).rules)).read(text, begin, end)
    except (ValueError, RecursionError, StateError):
        return None
    return None if cards is None else (state, cards)


def _parsed(reader: StateReader, text: bytes) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reader.wrong(f"line {error.lineno}, column {error.colno}", f"this is not JSON ({error.msg})")
    except UnicodeDecodeError:
        reader.wrong("", "this is not JSON (it is not UTF-8)")
    except ValueError as error:  # a number of thousands of digits
        reader.wrong("", f"this cannot be read ({error})")
    except RecursionError:
        reader.wrong("", "this is not a state but deeply nested JSON")


def _history(
    reader: StateReader, state: Any, cards: Stored | None, newest: Callable[[dt.date], Snapshot | None], pools: Pools
) -> History:
    """The history that a state tells of; `cards` are those of its profiles, if they have been read already."""
    if not isinstance(state, dict) or state.get("world") != WORLD:
        reader.wrong("world", f"this is not a state of the {WORLD} world")
    if type(state.get("format")) is not int or state["format"] != FORMAT:
        reader.wrong("format", f"layout {shown(state.get('format'))} is not {FORMAT}, the one this release knows")
    reader.members(state, "", _MEMBERS)
    choices = _choices(reader, state, pools)
    until = reader.day(state["last_generated_date"], "last_generated_date")
    last = day_number(until)
    if last < choices.start:
        reader.wrong("last_generated_date", f"it lies before options.start_date, {date_of(choices.start)}")
    total = reader.whole(state["total_transactions"], "total_transactions", 0, MOST_PAYMENTS)
    versions = read_merchants(reader, state, choices, last)
    if cards is None:
        cards = _cards(
            reader, reader.mapping(state.pop("card_profiles"), "card_profiles"), choices, len(versions), until
        )
    elif cards.homes.min(initial=0) < 0 or cards.homes.max(initial=-1) >= len(versions):
        reader.wrong("card_profiles", "there is a merchant above merchant_counter")
    elif (cards.since > cards.paid).any() or cards.paid.max(initial=last) > last:
        reader.wrong("card_profiles", "there is a last_payment_date outside the card's time")
    stored = reader.whole(state["card_counter"], "card_counter", 0, MOST_PAYMENTS)
    if stored != len(cards.numbers):
        reader.wrong("card_profiles", f"there are {len(cards.numbers)} cards, where card_counter says {stored}")
    release = reader.text(state["release"], "release", _RELEASE)
    honour(reader, versions, last, newest(until))
    history = History(choices, MerchantBook(versions, len(versions)), CardStore(cards), total, last)
    history.release = release
    return history


def _choices(reader: StateReader, state: Mapping[str, Any], pools: Pools) -> Choices:
    stated = reader.mapping(state.get("options"), "options")
    options = reader.members(stated, "options", (*_OPTIONS, "pools") if "pools" in stated else _OPTIONS)
    if options.get("pools", {}) != pools.digests:
        other = "with other pools of names; give those as --pools"
        begun = other if "pools" in options else "without --pools; leave it out"
        raise StateError(f"{reader.where}: the history was begun {begun}.")
    seed = reader.whole(state.get("seed"), "seed", 0, LAST_SEED)
    start = reader.day(options["start_date"], "options.start_date")
    settings = flat(reader.mapping(options["rules"], "options.rules"))
    try:
        rules = override(PaymentsRules(), settings)
    except RuleError as error:
        reader.wrong("options.rules", str(error).rstrip("."))
    return Choices(seed, day_number(start), rules, pools)


def _cards(reader: StateReader, profiles: dict[str, Any], choices: Choices, merchants: int, until: dt.date) -> Stored:
    codes = CardKinds(choices.rules).codes
    rows = []
    for name, card in profiles.items():
        try:
            code = codes[CardKind(card["card_bin"], card["card_type"], card["card_issuer"], card["card_brand"])]
            found = _MERCHANT.fullmatch(card["merchant_id"])
            home = int(found[1]) if found else 0
            since, paid = (day_of(card[member]) for member in ("stored_date", "last_payment_date"))
            fine = card["card_profile_id"] == name and _CARD.fullmatch(name) and 1 <= home <= merchants
            fine = fine and since <= paid <= until and len(card) == len(_PROFILE_MEMBERS)
        except (KeyError, TypeError, ValueError):
            fine = False
        if not fine:
            _wrong_card(reader, name, card, until)
        rows.append((int(name[4:]), code, home - 1, day_number(since), day_number(paid)))
    columns = np.array(rows, np.int64).reshape(-1, len(Stored._fields)).T
    return Stored._make(
        column.astype(kind) for column, kind in zip(columns, ("i8", "i2", "i4", "i4", "i4"), strict=True)
    )


def _wrong_card(reader: StateReader, name: str, card: Any, until: dt.date) -> NoReturn:
    path = f"card_profiles.{name}"
    if not _CARD.fullmatch(name):
        reader.wrong(path, "an id must be CARD and ten digits")
    for member, value in reader.members(card, path, _PROFILE_MEMBERS).items():
        reader.text(value, f"{path}.{member}", _LONGEST)
    if card["card_profile_id"] != name:
        reader.wrong(f"{path}.card_profile_id", f"{card['card_profile_id']!r} is not {name}")
    if not _MERCHANT.fullmatch(card["merchant_id"]):
        reader.wrong(f"{path}.merchant_id", f"{card['merchant_id']!r} is no merchant")
    since, paid = (reader.day(card[member], f"{path}.{member}") for member in ("stored_date", "last_payment_date"))
    if not since <= paid <= until:
        reader.wrong(f"{path}.last_payment_date", f"{paid} is outside the card's time, {since} to {until}")
    kind = ", ".join(card[member] for member in CardKind._fields)
    reader.wrong(path, f"no card is of the kind {kind}, or its merchant is above merchant_counter")
