"""What a state says of a history, as the text that it is: not as the generator understands it, which is on trial."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from datagen.errors import StateError
from datagen.payments.history import WORLD

PROFILE = ("card_profile_id", "card_bin", "card_type", "card_issuer", "card_brand")
"""What a stored card says of itself, besides its merchant."""
_DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Outline:
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
    profiles: Mapping[str, Mapping[str, Any]]
    """The stored cards, as they stand there."""

    @property
    def months(self) -> int:
        """How long it is; one at least."""
        return max(1, round((self.last - self.first).days / _DAYS_A_MONTH))

    @property
    def as_of(self) -> dt.date:
        """The day up to which all is told: the first one that is not."""
        return self.last + dt.timedelta(1)


def _table(profiles: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    said = {name: pa.array([card.get(name) for card in profiles.values()], pa.string()) for name in PROFILE}
    return pa.table({"key": pa.array(profiles, pa.string()), **said})


def outline(text: bytes, where: str) -> Outline:
    """What the state with this text says. Raises `StateError` for one that cannot be read."""
    try:
        state = json.loads(text)
        if state["world"] != WORLD:
            raise ValueError(f"it is one of the world {state['world']}")
        options = state["options"]
        figures = {name: state[name] for name in ("seed", "merchant_counter", "total_transactions")}
        if strange := [name for name, value in figures.items() if not isinstance(value, int) or value < 0]:
            raise ValueError(f"{strange[0]} is not a whole number")
        first, last = (dt.date.fromisoformat(day) for day in (options["start_date"], state["last_generated_date"]))
        profiles = state["card_profiles"]
        if not all(isinstance(card, dict) for card in profiles.values()):
            raise ValueError("card_profiles holds something else than cards")
        return Outline(
            seed=figures["seed"],
            release=str(state["release"]),
            first=first,
            last=last,
            rules=dict(options["rules"]),
            merchants=figures["merchant_counter"],
            payments=figures["total_transactions"],
            profiles=_table(profiles),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise StateError(f"{where} cannot be read as a state: {reason}. Mend it, or restore the file.") from error
