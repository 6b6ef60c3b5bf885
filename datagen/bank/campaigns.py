"""Marketing campaigns of the last 12 months, and who of a block responds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.draws import Cents, Codes, Days, Rows, choose, coins, even, picks, spread, within
from datagen.bank.rules.campaigns import CampaignRules
from datagen.bank.staff import Staff
from datagen.columns import or_null
from datagen.frozen import dataclass
from datagen.streams import Streams

ALL = words.TARGET_SEGMENTS.index("all")
OPENED, CLICKED, INQUIRED, APPLIED, UNSUBSCRIBED = range(5)
_THEMES = (
    "Home Loan", "Everyday Checking", "High-Yield Savings", "Car Insurance", "Retirement Planning", "Cash Rewards Card",
    "Student Banking", "Small Business", "Mobile App", "Refer a Friend", "Home Insurance", "Debt Consolidation",
    "Private Banking", "Certificates of Deposit", "Paperless Statements",
)  # fmt: skip
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_OWNERS = (words.MARKETING_SPECIALIST, words.DEPARTMENT_MANAGER)


@dataclass(frozen=True)
class Campaigns:
    """The campaigns, one row each, by start."""

    names: tuple[str, ...]
    types: Codes
    segments: Codes
    """Places in `TARGET_SEGMENTS`."""
    starts: Days
    ends: Days
    budgets: Cents
    owners: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Responses:
    """Responses of a block, by customer and time; and who has unsubscribed."""

    customers: Rows
    campaigns: Codes
    types: Codes
    days: Days
    converted: Days
    """The day of the purchase, `NULL` where there is none."""
    unsubscribed: NDArray[np.bool_]
    """A customer a row."""


def run_campaigns(streams: Streams, staff: Staff, year_ago: int, as_of: int, rules: CampaignRules) -> Campaigns:
    """The campaigns of a bank; each medium has its share, rounded up or down."""
    count = rules.count
    starts = np.sort(year_ago + np.floor(spread(streams, count, "start") * (as_of - year_ago)).astype(np.int32))
    types = _types(rules)[np.argsort(streams.words(count, "order"), kind="stable")]
    themes = np.argsort(streams.words(len(_THEMES), "theme"), kind="stable")[:count]
    months = starts.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    (low, high), step = rules.budget, rules.budget_step
    rows = np.flatnonzero(np.isin(staff.roles, [words.ROLES.index(role) for role in _OWNERS]))
    rows = rows if len(rows) else np.zeros(1, np.int64)
    owners = rows.take(streams.below(len(rows), count, "owner"))
    return Campaigns(
        names=tuple(
            f"{_SEASONS[(month + 1) % 12 // 3]} {_THEMES[theme]}" for month, theme in zip(months, themes, strict=True)
        ),
        types=types,
        segments=picks(rules.segments, words.TARGET_SEGMENTS, even(streams, count, "segment")),
        starts=starts,
        ends=(starts + within(*rules.length, streams, count, "length")).astype(np.int32),
        budgets=(low + streams.below(high - low + 1, count, "budget")) // step * step * 100,
        owners=np.where(staff.employed(owners, starts), owners, 0),
    )


def _types(rules: CampaignRules) -> Codes:
    """As many of each medium as its share asks for, the largest remainders rounded up."""
    wanted = np.array([rules.types[name] for name in words.CAMPAIGN_TYPES]) * rules.count
    whole = np.floor(np.round(wanted, 9)).astype(np.int64)
    rest = np.argsort(-np.round(wanted - whole, 9), kind="stable")[: rules.count - whole.sum()]
    whole[rest] += 1
    return np.repeat(np.arange(len(whole)), whole)


def respond(
    streams: Streams,
    since: Days,
    segments: Codes,
    opted_in: NDArray[np.bool_],
    campaigns: Campaigns,
    as_of: int,
    rules: CampaignRules,
) -> Responses:
    """Some of those who may be addressed respond to one campaign or two; who unsubscribes does nothing more."""
    count = len(since)
    # A customer a row, a campaign a column: who is addressed while it runs.
    meant = (campaigns.segments == ALL) | (campaigns.segments - 1 == segments[:, None])
    last = np.minimum(campaigns.ends + rules.response_days, as_of - 1)
    meant &= since[:, None] <= last
    eligible = opted_in & meant.any(axis=1)
    rows = np.flatnonzero(choose(rules.responder_share, eligible, streams, "responds"))
    twice = (even(streams, len(rows), "twice") < rules.second_share) & (meant[rows].sum(axis=1) > 1)
    # The campaigns of a customer in random order, those that are meant first.
    order = np.argsort(
        streams.uniform(count * len(campaigns), "order").reshape(count, -1)[rows] + ~meant[rows], axis=1, kind="stable"
    )
    who = np.concatenate((rows, rows[twice]))
    campaign = np.concatenate((order[:, 0], order[twice, 1]))
    low = np.maximum(campaigns.starts[campaign], since[who])
    days = within(low, last[campaign], streams, len(who), "day")
    sorted_ = np.lexsort((days, who))
    who, campaign, days = who[sorted_], campaign[sorted_], days[sorted_]
    types = picks(rules.responses, words.RESPONSE_TYPES, even(streams, len(who), "type"))
    types = _last_unsubscribed(who, types)
    buys = ((types == INQUIRED) | (types == APPLIED)) & coins(rules.converted_share, len(who), streams, "converts")
    bought = days + within(0, rules.conversion_days, streams, len(who), "purchase")
    unsubscribed = np.zeros(count, np.bool_)
    unsubscribed[who[types == UNSUBSCRIBED]] = True
    converted = or_null(buys & (bought < as_of), bought)
    return Responses(who, campaign, types, days, converted, unsubscribed)


def _last_unsubscribed(customers: Rows, types: Codes) -> Codes:
    """Responses of which only a customer's last may be the end of the subscription; others were opened."""
    last = np.append(customers[1:] != customers[:-1], True) if len(customers) else np.zeros(0, np.bool_)
    return np.where((types == UNSUBSCRIBED) & ~last, OPENED, types)
