"""What is popular, and what raises or lowers demand."""

from __future__ import annotations

from datagen.ecommerce.rules.declare import STORY, number
from datagen.frozen import dataclass


@dataclass(frozen=True)
class DemandRules:
    """Popularity, launches, the effect of promotions, departments."""

    exponent: float = number(1.18, "power of the rank by which popularity falls", f"{STORY}#popularity", 0, 3)
    head: float = number(
        8.5, "ranks added to the rank, for 200 products; grows with their square root", f"{STORY}#popularity", 0, 1_000
    )
    official_lead: float = number(
        0.7, "standard deviations by which Official sellers' products rank higher", f"{STORY}#popularity", 0, 3
    )
    rating_lead: float = number(
        0.35,
        "standard deviations by which a product ranks higher for a deviation of stars",
        f"{STORY}#popularity",
        0,
        3,
    )
    ramp_days: int = number(28, "days from launch to full demand", f"{STORY}#popularity", 1, 365)
    ramp_start: float = number(0.35, "share of full demand at launch", f"{STORY}#popularity", 0.01, 1)
    elasticity: float = number(
        2.1,
        "power of (usual price / promotion price) by which demand rises",
        "published: a meta-analysis of price elasticities in retail gives 2 to 2.6",
        0,
        6,
    )
    visibility: float = number(
        1.3, "times the demand because a promotion is seen", "assumption: banners and mail", 1, 5
    )
    lean: float = number(3.2, "times the demand for the department that an order leans to", f"{STORY}#orders", 1, 20)
