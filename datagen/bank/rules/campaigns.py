"""Campaigns and who responds to them."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import GUIDE, mix, share
from datagen.frozen import dataclass
from datagen.rules import Mix, rule


@dataclass(frozen=True)
class CampaignRules:
    """Number, media, length and budgets of campaigns; responses."""

    count: int = rule(12, unit="campaigns in 12 months, at every scale", source=GUIDE, low=10, high=15)
    types: Mix = mix("campaigns", GUIDE, email=0.40, digital=0.30, cross_sell=0.20, direct_mail=0.10)
    segments: Mix = mix(
        "campaigns",
        "assumption: half of the campaigns address everybody",
        all=0.55,
        retail=0.20,
        premium=0.12,
        corporate=0.08,
        private=0.05,
    )
    length: tuple[int, int] = rule(
        (14, 90),
        unit="days, shortest and longest campaign",
        source="docs/bank-story.md#customers: H29",
        low=14,
        high=90,
    )
    budget: tuple[int, int] = rule(
        (8_000, 120_000),
        unit="US dollars, least and most budget",
        source="assumption: from a mailing to a season of advertising",
        low=1_000,
        high=500_000,
    )
    budget_step: int = rule(
        500,
        unit="US dollars, budgets are whole multiples of it",
        source="assumption: budgets are round",
        low=1,
        high=1_000,
    )
    responder_share: float = share(0.05, "customers who respond", GUIDE)
    second_share: float = share(
        0.50, "responders who respond to two", "docs/bank-story.md#sizes: 90 responses of 60 customers"
    )
    responses: Mix = mix(
        "responses",
        "assumption: each step is taken by fewer",
        opened=0.34,
        clicked=0.26,
        inquired=0.18,
        applied=0.14,
        unsubscribed=0.08,
    )
    response_days: int = rule(
        30, unit="days past the end that responses come", source="docs/bank-story.md#customers: H2A", low=0, high=30
    )
    converted_share: float = share(
        0.45, "inquiries and applications that lead to a purchase", "assumption: nearly half of those who ask also buy"
    )
    conversion_days: int = rule(
        30, unit="days from response to purchase, at most", source="docs/bank-story.md#customers: H2A", low=0, high=30
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if self.length[0] > self.length[1] or self.budget[0] > self.budget[1]:
            yield "length and budget run from least to most."
