"""What becomes of an order: payment, warehouse, parcel, cancellation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.ecommerce.rules.declare import STORY, falling, number, share

_LIFE = f"{STORY}#the-life-of-an-order"


@dataclass(frozen=True)
class LifeRules:
    """How likely, and how long it takes."""

    slow_payers: float = share(0.12, "orders paid by transfer", "assumption: cards and wallets pay most orders online")
    card_minutes: tuple[int, int] = number((1, 20), "minutes to a payment by card, least and most", _LIFE, 1, 59)
    card_median: float = number(
        3.0,
        "minutes to a payment by card, median",
        "assumption: a form and a code, for some a search for the card",
        1,
        59,
    )
    card_sigma: float = number(
        0.8, "standard deviation of the logarithm of these minutes", "assumption: from one click to a new card", 0, 3
    )
    transfer_hours: tuple[int, int] = number((2, 70), "hours to a transfer, least and most", _LIFE, 1, 71)
    cancelled: float = share(0.026, "orders that are cancelled", "assumption: few, for delivery is quick", 0, 0.5)
    unpaid: float = share(0.4, "cancelled orders that were not paid", "assumption: abandoned transfers")
    unpaid_hours: tuple[int, int] = number((4, 71), "hours after which an unpaid order is cancelled", _LIFE, 1, 71)
    change_hours: tuple[int, int] = number((1, 40), "hours from the payment to a cancellation after it", _LIFE, 1, 119)
    next_day: float = share(
        0.55, "orders shipped on the next day, of those that are left on any day", "assumption: half a day's work", 0.05
    )
    shipping_days: int = number(4, "days from the payment's day to shipping, most", _LIFE, 1, 4)
    warehouse: tuple[int, int] = number((7, 20), "hours of the day in which the warehouse ships", _LIFE, 0, 20)
    way: tuple[float, float] = number(
        (2.85, 0.45),
        "days on the way, median and standard deviation of the logarithm",
        "assumption: ground parcels of US carriers take 1 to 5 days",
        0,
        9,
    )
    way_days: tuple[int, int] = number((1, 9), "days on the way, least and most", _LIFE, 1, 9)
    sundays: float = share(
        0.2,
        "work of a usual day that warehouses, carriers and the returns counter do on a Sunday",
        "assumption: few carriers deliver on Sundays",
    )
    round_hours: tuple[int, int] = number((8, 20), "hours of the day in which parcels arrive", _LIFE, 8, 24)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(
            self,
            "card_minutes",
            "transfer_hours",
            "unpaid_hours",
            "change_hours",
            "warehouse",
            "way_days",
            "round_hours",
        )
