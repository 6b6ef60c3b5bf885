"""What a state says of a history, as the text that it is: not as the generator understands it, which is on trial."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from datagen.errors import StateError
from datagen.frozen import dataclass
from datagen.options import LAST_SEED
from datagen.payments.history import FORMAT, MOST_PAYMENTS, WORLD
from datagen.payments.merchant_book import MOST_MERCHANTS
from datagen.payments.state_reader import day_of, shown
from datagen.payments.vocabulary import MERCHANT_COLUMNS
from datagen.world import Window

PROFILE = (
    "card_profile_id",
    "card_bin",
    "card_type",
    "card_issuer",
    "card_brand",
    "merchant_id",
    "stored_date",
    "last_payment_date",
)
"""What a stored card says of itself."""
PROFILE_DAYS = ("stored_date", "last_payment_date")
"""Which of these are days."""
_FIGURES = {"seed": LAST_SEED, "merchant_counter": MOST_MERCHANTS, "total_transactions": MOST_PAYMENTS}


@dataclass(frozen=True)
class StateSummary:
    """The figures of a history, with the days it covers."""

    seed: int
    release: str
    first: dt.date
    last: dt.date
    rules: Mapping[str, Any]
    """The rules that were changed, by path."""
    merchants: int
    """The highest number given to a merchant."""
    payments: int
    profiles: pa.Table
    """The stored cards, as they stand there: the key, and the columns `PROFILE`."""
    versions: pa.Table
    """The versions of merchants, as they stand there: the key, the place in the list from 1, how many there are, and
    the columns of merchants, all as texts."""

    @property
    def window(self) -> Window:
        """The time that it covers."""
        return Window(self.first, self.last + dt.timedelta(1))


def _cards(profiles: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    if not all(isinstance(card, dict) for card in profiles.values()):
        raise ValueError("card_profiles holds something else than cards")
    for name, card in profiles.items():
        for member in PROFILE:
            if not isinstance(card.get(member), str):
                raise ValueError(f"{member} of the card {shown(name)} is not a text but {shown(card.get(member))}")
    said = {name: pa.array([card[name] for card in profiles.values()], pa.string()) for name in PROFILE}
    for name in PROFILE_DAYS:
        days = [_day(card[name], f"card_profiles.{key}.{name}") for key, card in profiles.items()]
        said[name] = pa.array(days, pa.date32())
    return pa.table({"key": pa.array(profiles, pa.string()), **said})


def _versions(merchants: Mapping[str, list[Mapping[str, Any]]]) -> pa.Table:
    for name, history in merchants.items():
        if not isinstance(history, list) or not all(isinstance(version, dict) for version in history):
            raise ValueError(f"merchants.{shown(name)} holds something else than versions")
    held = [(name, place + 1, len(history), version) for name, history in merchants.items()
            for place, version in enumerate(history)]  # fmt: skip
    places = {
        "key": pa.array([name for name, *_ in held], pa.string()),
        "place": pa.array([place for _, place, _, _ in held], pa.int64()),
        "last_place": pa.array([count for _, _, count, _ in held], pa.int64()),
    }
    said = {
        name: pa.array([_text(version.get(name)) for *_, version in held], pa.string()) for name in MERCHANT_COLUMNS
    }
    return pa.table({**places, **said})


def _text(value: object) -> str | None:
    """A value as a file of merchants would have it."""
    if isinstance(value, float) and float(written := f"{value:.4f}") == value:
        return written
    return value if value is None or isinstance(value, str) else shown(value)


def read_summary(text: bytes, where: str) -> StateSummary:
    """What the state with this text says. Raises `StateError` for one that cannot be read."""
    try:
        state = json.loads(text)
        if not isinstance(state, dict):
            raise ValueError("it is not an object in braces")
        if state["world"] != WORLD:
            raise ValueError(f"it is one of the world {shown(state['world'])}")
        if type(state["format"]) is not int or state["format"] != FORMAT:
            raise ValueError(f"its layout, {shown(state['format'])}, is not {FORMAT}, the one this release knows")
        for name in ("options", "card_profiles", "merchants"):
            if not isinstance(state[name], dict):
                raise ValueError(f"{name} is not an object in braces, but {shown(state[name])}")
        options = state["options"]
        for name, most in _FIGURES.items():
            if type(state[name]) is not int or not 0 <= state[name] <= most:
                raise ValueError(f"{name} is not a whole number from 0 to {most}, but {shown(state[name])}")
        if not isinstance(options["rules"], dict):
            raise ValueError(f"options.rules is not an object in braces, but {shown(options['rules'])}")
        return StateSummary(
            seed=state["seed"],
            release=str(state["release"]),
            first=_day(options["start_date"], "options.start_date"),
            last=_day(state["last_generated_date"], "last_generated_date"),
            rules=options["rules"],
            merchants=state["merchant_counter"],
            payments=state["total_transactions"],
            profiles=_cards(state["card_profiles"]),
            versions=_versions(state["merchants"]),
        )
    except RecursionError:
        raise StateError(f"{where} cannot be read as a state: it is deeply nested JSON. Restore the file.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise StateError(f"{where} cannot be read as a state: {reason}. Mend it, or restore the file.") from error


def _day(value: object, path: str) -> dt.date:
    try:
        return day_of(value)
    except ValueError as error:
        raise ValueError(f"{path} {error}") from None
