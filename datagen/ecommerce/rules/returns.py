"""What comes back."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, falling, number, share
from datagen.frozen import dataclass

_RETURNS = f"{STORY}#returns"


@dataclass(frozen=True)
class ReturnRules:
    """Who sends back what, when."""

    value: float = share(
        0.16,
        "delivered value that comes back, expected",
        "published: 17.6 % of US online sales in 2023 (NRF), fraud included",
        0,
        0.5,
    )
    customers: float = share(0.36, "delivered orders of which something may be sent back", _RETURNS)
    whole_orders: float = share(0.014, "delivered orders that come back whole", _RETURNS)
    tendencies: tuple[float, float, float] = number(
        (1.0, 1.25, 2.9),
        "relative likeliness that an item of a category of low, middling, high returns comes back",
        "published: apparel and shoes come back two to three times as often as other goods",
        0.1,
        10,
    )
    stars: float = number(
        1.5,
        "times as likely that an item comes back for each star by which its product is rated lower",
        "assumption: what disappoints is rated low and sent back",
        1,
        10,
    )
    most_likely: float = share(0.95, "likeliness that an item comes back, most", "assumption: something is kept")
    whole_lines: float = share(
        0.8, "items that come back of which all units do", "assumption: a size that does not fit"
    )
    days: tuple[float, float] = number(
        (2.0, 4.0), "days to a return beyond the first, shape and scale of a gamma", _RETURNS, 0.1, 30
    )
    most_days: int = number(29, "days from delivery to a return, most", _RETURNS, 1, 29)
    counter: tuple[int, int] = number((9, 19), "hours of the day in which returns arrive", _RETURNS, 0, 24)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(self, "counter")
