"""How the clubs of a chain differ: their site, the people around them, what these want and pay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import rule

_PAGE = "docs/fitness-story.md#clubs"


def _sigma(value: float, what: str, why: str) -> Any:
    unit, source = f"deviation across clubs, of the logarithm, of {what}", f"{_PAGE}; assumption: {why}"
    return rule(value, unit=unit, source=source, low=0.0, high=1.0)


@dataclass(frozen=True)
class ClubRules:
    """Latent traits of clubs; each is drawn once a club, and figures follow from it."""

    size_sigma: float = _sigma(
        0.30, "the members it draws, its rooms and its machines", "a suburb and a city centre differ twofold"
    )
    size_limits: tuple[float, float] = rule(
        (0.62, 1.6), unit="times the mean club, least and most", source=f"{_PAGE}; convention: a chain's formats",
        low=0.2, high=3.0,
    )  # fmt: skip
    machine_limits: tuple[float, float] = rule(
        (0.75, 1.12), unit="times the usual machines of a club, least and most",
        source="docs/fitness-checks.md#k35: 50 to 150 machines", low=0.3, high=1.2,
    )  # fmt: skip
    youth_sigma: float = rule(
        0.15,
        unit="deviation across clubs of the change of the logarithm of an age's share by ten years of age",
        source=f"{_PAGE}; assumption: near a campus or a retirement community members are years apart",
        low=0.0,
        high=0.5,
    )
    women_sigma: float = rule(
        0.035, unit="deviation across clubs of the share of women",
        source=f"{_PAGE}; assumption: weight rooms and studios draw men and women", low=0.0, high=0.2,
    )  # fmt: skip
    often_sigma: float = _sigma(0.05, "how often its members come", "a club on the way to work is visited more often")
    hours_sigma: float = _sigma(0.22, "morning, evening and midday people", "commuters come early, neighbours at noon")
    length_sigma: float = _sigma(0.05, "how long a visit lasts", "where parking is paid, people leave sooner")
    app_sigma: float = _sigma(
        0.03, "the share of the app in the ways in", "some desks sell the app, others hand out cards"
    )
    override_sigma: float = _sigma(0.18, "doors opened by the staff", "some desks wave people in, others do not")
    taste_sigma: float = _sigma(0.35, "each category of classes in the timetable", "each programme has its manager")
    price_sigma: float = _sigma(0.18, "the prices of classes", "rents and incomes differ by city")
    wage_share: float = rule(
        0.35, unit="part of a place in a pay range that the club's town decides",
        source=f"{_PAGE}; assumption: wages follow the cost of living", low=0.0, high=0.6,
    )  # fmt: skip
    wealth_town: float = rule(
        0.8, unit="part of the deviation of an income that the town decides (a ZIP code's first three digits)",
        source=f"{_PAGE}; assumption: towns differ more than their quarters", low=0.0, high=1.0,
    )  # fmt: skip
    wealth_quarter: float = rule(
        0.6, unit="part of it that the ZIP code decides", source="as wealth_town", low=0.0, high=1.0
    )

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        for name in ("size_limits", "machine_limits"):
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} must rise; write the least first."
