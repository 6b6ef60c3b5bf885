"""Contacts with customers: how many, by which way, how long, and what they think of it."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import GUIDE, ONLINE, VISITS, days, mix, outside, share
from datagen.bank.vocabulary import CHANNELS
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_ORDER = "phone, email, web, mobile_app, branch"
_LEAST_HOURS = 3  # that branches are open, for a deposit and what follows it on the same day
_CENTRE = "assumption: a talk takes some minutes, a visit to a branch longer; mornings are busiest"


@dataclass(frozen=True)
class ServiceRules:
    """Interactions, surveys and complaints."""

    contacts: Mix = mix(
        "customers by number of contacts in 12 months",
        "docs/bank-story.md#sizes",
        **{"0": 0.20, "1": 0.25, "2": 0.24, "3": 0.21, "4": 0.08, "5": 0.02},
    )
    channels: Mix = mix("contacts", GUIDE, phone=0.30, email=0.25, web=0.20, mobile_app=0.15, branch=0.10)
    reasons: Mix = mix(
        "contacts but complaints",
        "assumption: questions and changes to accounts are most of the contacts",
        inquiry=0.38,
        account_service=0.30,
        product_information=0.14,
        technical_support=0.18,
    )
    handled_shares: tuple[float, ...] = rule(
        (1.0, 0.9, 0.5, 0.5, 1.0),
        unit=f"share handled by an employee: {_ORDER}",
        source="docs/bank-story.md#scorecard: S08",
        low=0,
        high=1,
    )
    seconds: tuple[float, ...] = rule(
        (330, 420, 300, 180, 900), unit=f"seconds, median length: {_ORDER}", source=_CENTRE, low=5, high=14_400
    )
    seconds_sigmas: tuple[float, ...] = rule(
        (0.7, 0.6, 0.8, 0.8, 0.6),
        unit=f"standard deviation of the logarithm of the length: {_ORDER}",
        source=_CENTRE,
        low=0,
        high=3,
    )
    least_seconds: int = rule(
        5, unit="seconds, shortest contact", source="docs/bank-story.md#customers", low=5, high=60
    )
    most_seconds: int = rule(
        14_400, unit="seconds, longest contact", source="docs/bank-story.md#customers", low=600, high=14_400
    )
    weekend_share: float = share(
        0.25, "contacts meant for a day without banking that keep it: telephone, e-mail", _CENTRE
    )
    telephone_served: tuple[int, int] = rule(
        (8, 20),
        unit="hours of the day between which the telephone is served",
        source="docs/bank-story.md#time",
        low=8,
        high=20,
    )
    branches_open: tuple[int, int] = rule(
        (9, 17),
        unit="hours of the day between which branches are open on banking days",
        source="docs/bank-story.md#time",
        low=9,
        high=17,
    )
    phone_hours: tuple[float, ...] = rule(
        (*[0.0] * 8, 1.0, 1.6, 1.7, 1.5, 1.2, 1.3, 1.4, 1.4, 1.3, 1.0, 0.6, 0.4, *[0.0] * 4),
        unit="calls in an hour of the day, midnight first, against each other",
        source=_CENTRE,
        low=0,
        high=100,
    )
    email_hours: tuple[float, ...] = rule(
        (*[0.1] * 6, 0.3, 0.7, 1.4, 1.7, 1.7, 1.5, 1.3, 1.4, 1.4, 1.3, 1.2, 1.0, 0.5, 0.4, 0.4, 0.3, 0.2, 0.1),
        unit="e-mails in an hour of the day, midnight first, against each other",
        source=_CENTRE,
        low=0,
        high=100,
    )
    online_hours: tuple[float, ...] = rule(
        ONLINE,
        unit="contacts online in an hour of the day, midnight first, against each other",
        source=_CENTRE,
        low=0,
        high=100,
    )
    branch_hours: tuple[float, ...] = rule(
        VISITS,
        unit="visits in an hour of the day, midnight first, against each other",
        source=_CENTRE,
        low=0,
        high=100,
    )
    most_busy: float = share(
        0.25,
        "the working time of those who talk to customers that talks may take, at most",
        "assumption: talks are one of several duties",
    )
    working_hours: int = rule(
        2_000,
        unit="hours an employee works a year",
        source="assumption: a full-time year less holidays",
        low=500,
        high=3_000,
    )
    account_share: float = share(
        0.60,
        "contacts about an account, of those who hold one that day",
        "assumption: more than half of contacts are about an account",
    )
    outcomes: Mix = mix(
        "contacts", "assumption: four of five contacts settle the matter", resolved=0.78, escalated=0.08, follow_up=0.14
    )

    surveyed_share: float = share(0.30, "contacts with a survey", GUIDE)
    comment_share: float = share(0.50, "surveys with a comment", GUIDE)
    least_answer_seconds: int = rule(
        60, unit="seconds to an answer, at least", source="assumption: nobody answers at once", low=1, high=3_600
    )
    answer_days: float = rule(
        2.0,
        unit="days, mean time to an answer",
        source="assumption: most answer a survey at once or never",
        low=0.01,
        high=10,
    )
    most_answer_days: int = days(14, "to an answer, at most", "docs/bank-story.md#customers: H25", 1, 14)
    nps: float = rule(
        7.9,
        unit="points, mean score of who is neither content nor discontent",
        source="docs/bank-story.md#scorecard: S11",
        low=0,
        high=10,
    )
    nps_slope: float = rule(
        2.0, unit="points a standard deviation of content", source="docs/bank-story.md#scorecard: S11", low=0, high=10
    )
    stars: float = rule(
        3.95,
        unit="stars, mean of who is neither content nor discontent",
        source="docs/bank-story.md#scorecard: S11",
        low=1,
        high=5,
    )
    stars_slope: float = rule(
        0.75, unit="stars a standard deviation of content", source="docs/bank-story.md#scorecard: S11", low=0, high=5
    )
    stars_noise: float = rule(
        0.45, unit="stars, standard deviation of chance", source="docs/bank-story.md#scorecard: S11", low=0, high=2
    )
    content: float = rule(
        0.25, unit="standard deviations, mean content", source="docs/bank-story.md#scorecard: S11", low=-3, high=3
    )
    discontent: float = rule(
        -1.1,
        unit="standard deviations, mean content of who complains",
        source="docs/bank-story.md#scorecard: S12",
        low=-3,
        high=3,
    )

    complainer_share: float = share(0.08, "customers who complain", GUIDE)
    second_complaint_share: float = share(
        0.10,
        "complainers who complain twice",
        "assumption: set so that complaints and complainers fit the given shares",
    )
    complaint_types: Mix = mix("complaints", GUIDE, service=0.35, fee=0.25, product=0.20, fraud=0.10, other=0.10)
    complaint_statuses: Mix = mix("complaints", GUIDE, resolved=0.60, investigating=0.20, closed=0.15, open=0.05)
    priorities: Mix = mix(
        "complaints but fraud", "assumption: most complaints are not urgent", low=0.35, medium=0.48, high=0.17
    )
    open_days: int = days(30, "that a complaint may be open", "docs/bank-story.md#customers: H27", 1, 30)
    investigating_days: int = days(
        180, "that a complaint may be investigated", "docs/bank-story.md#customers: H27", 1, 180
    )
    response_days: float = rule(
        4.0,
        unit="days, mean time to the first response",
        source="assumption: most are answered within a week",
        low=0.1,
        high=15,
    )
    response_limit: int = days(15, "to the first response, by rule", "docs/bank-story.md#customers: H67; S27", 1, 60)
    late_response_share: float = share(0.03, "responses later than that", "docs/bank-story.md#scorecard: S27")
    latest_response: int = days(
        30,
        "to the first response of late ones, at most",
        "assumption: late answers come within a month",
        low=1,
        high=90,
    )
    ending_days: float = rule(
        12.0,
        unit="days, mean time from response to end",
        source="assumption: two weeks from the answer to the end",
        low=0.1,
        high=120,
    )
    most_ending_days: int = days(
        90, "from response to end, at most", "assumption: none takes more than a quarter", low=0, high=180
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("handled_shares", "seconds", "seconds_sigmas"):
            if len(getattr(self, name)) != len(CHANNELS):
                yield f"{name} needs {len(CHANNELS)} numbers."
        if self.handled_shares[0] < 1 or self.handled_shares[-1] < 1:
            yield "handled_shares of phone and branch must be 1: nobody serves themselves there."
        for name in ("phone_hours", "email_hours", "online_hours", "branch_hours"):
            if len(getattr(self, name)) != 24 or not sum(getattr(self, name)) > 0:
                yield f"{name} needs 24 weights that are not all 0."
        for name in ("branches_open", "telephone_served"):
            if getattr(self, name)[1] - getattr(self, name)[0] < _LEAST_HOURS:
                yield f"{name} must be {_LEAST_HOURS} hours at least, from an earlier to a later one."
        yield from outside("branch_hours", self.branch_hours, self.branches_open, "branches are closed")
        yield from outside("phone_hours", self.phone_hours, self.telephone_served, "nobody answers")
        if self.latest_response <= self.response_limit:
            yield "latest_response must be above response_limit."
