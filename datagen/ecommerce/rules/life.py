"""What becomes of an order: payment, warehouse, parcel, cancellation."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, falling, number, share
from datagen.frozen import dataclass

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
    unpaid_hours: int = number(
        71, "hours after an order by which a nightly run has cancelled it, if it is unpaid", _LIFE, 25, 71
    )
    run_hour: int = number(2, "hour of the day in which the nightly run cancels", "convention: nightly runs", 0, 23)
    run_minutes: int = number(20, "minutes that the nightly run takes, most", "assumption: a batch job", 1, 59)
    change_hours: tuple[int, int] = number(
        (1, 40), "hours from the payment to a change of mind, after which the order is cancelled", _LIFE, 1, 96
    )
    waking_hours: tuple[int, int] = number(
        (7, 23), "hours of the day in which customers are awake to cancel", "convention: a night's sleep", 0, 24
    )
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
    peak_days: int = number(
        30,
        "days before Christmas in which carriers have more than they can do",
        "assumption: since Black Friday",
        1,
        60,
    )
    peak_way: float = number(
        1.35,
        "times the days on the way of what is shipped in them",
        "published: carriers warn of late parcels in December",
        1,
        5,
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
            "change_hours",
            "warehouse",
            "way_days",
            "round_hours",
            "waking_hours",
        )
        if self.waking_hours[0] == self.waking_hours[1]:
            yield "waking_hours is no time at all; give an hour in which customers wake and a later one."
