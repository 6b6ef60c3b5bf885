"""When and how much is ordered for the shelves."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, falling, number
from datagen.frozen import dataclass


@dataclass(frozen=True)
class StockRules:
    """Reorder levels and quantities, which follow the usual demand."""

    lead_days: tuple[int, int] = number(
        (3, 14),
        "days from an order to the delivery, least and most",
        "assumption: from a warehouse or from overseas",
        1,
        30,
    )
    cover: float = number(
        1.0, "times the usual demand of the lead time that the reorder level covers", f"{STORY}#stock", 0.1, 10
    )
    safety: float = number(
        0.6, "square roots of that demand that it covers besides", "convention: safety stock grows with the root", 0, 10
    )
    order_days: tuple[int, int] = number(
        (14, 30),
        "days of usual demand that the reorder quantity covers, least and most",
        "assumption: two to four weeks",
        1,
        365,
    )
    floors: tuple[int, int] = number(
        (2, 5), "units, least reorder level and quantity", "assumption: a carton", 1, 10_000
    )

    cartons: tuple[int, int, int] = number(
        (5, 10, 50),
        "units in a carton, of which whole ones are ordered",
        "assumption: by the carton and the pallet",
        1,
        10_000,
    )
    full_cartons: int = number(
        4, "cartons of a size from which on an order is of whole ones", "assumption: fewer are opened", 1, 1_000
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(self, "lead_days", "order_days")
