"""What customers think of their contacts: surveys and complaints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.balances import Transactions
from datagen.bank.contacts import ENDED, OPEN, RESOLVED, Contacts
from datagen.bank.draws import Codes, Days, Rows, choose, coins, even, picks, within
from datagen.bank.events import CATEGORY
from datagen.bank.rules.service import ServiceRules
from datagen.bank.staff import Pool
from datagen.calendar import SECONDS_A_DAY
from datagen.columns import NULL, or_no_code, or_null
from datagen.frozen import dataclass
from datagen.sampling import deviates, exponential_table, quantiles
from datagen.streams import Streams

_FAR_MOMENT = 1 << 34
"""More seconds than any day is away from 1970: what a key by customer and moment counts a customer as."""
FEE, FRAUD = words.COMPLAINT_TYPES.index("fee"), words.COMPLAINT_TYPES.index("fraud")
HIGH = words.RISK_LEVELS.index("high")
PRAISE = (
    "Quick and friendly, thank you.",
    "My question was answered at once.",
    "Very helpful from start to end.",
    "Everything went smoothly.",
)
MIDDLING = (
    "It was fine, but it took a while.",
    "Good service, though the menu is confusing.",
    "I had to explain my case twice.",
    "Acceptable.",
)
BLAME = (
    "I waited far too long.",
    "Nobody could help me.",
    "The problem is still there.",
    "I am thinking of changing my bank.",
)
GRIEVANCES = {
    "service": ("Long wait before anybody answered.", "Staff were unhelpful.", "A promised call never came."),
    "fee": (
        "A fee was charged without notice.",
        "The monthly fee was to be waived.",
        "Charged for a machine of the bank.",
    ),
    "product": (
        "Terms differ from what was explained.",
        "The interest rate was changed.",
        "Online access keeps failing.",
    ),
    "fraud": ("I do not know this payment.", "My card was used by somebody else.", "A withdrawal was not mine."),
    "other": ("A letter went to my old address.", "My name is misspelt on statements.", "The branch was closed."),
}
_CONTENT, _DISCONTENT = 9, 6  # scores from which somebody praises, and up to which somebody blames


@dataclass(frozen=True)
class Surveys:
    """Answered surveys, by contact."""

    contacts: Rows
    days: Days
    seconds: NDArray[np.int32]
    scores: NDArray[np.int64]
    stars: NDArray[np.int64]
    comments: Codes
    """Places in `PRAISE`, `MIDDLING` and `BLAME`, one after the other; -1 for none."""


@dataclass(frozen=True)
class Complaints:
    """Complaints, by contact."""

    contacts: Rows
    types: Codes
    statuses: Codes
    priorities: Codes
    filed: Days
    handlers: NDArray[np.int64]
    answered: Days
    """`NULL` while open."""
    ended: Days
    """`NULL` unless resolved or closed."""
    transactions: NDArray[np.int64]
    """The row of the movement it is about, -1 for none."""
    grievances: Codes

    def __len__(self) -> int:
        return len(self.contacts)

    def late(self, as_of: int, limit: int) -> Rows:
        """Those that were not answered in time, as the day before the as-of day shows."""
        answered = np.where(self.answered == NULL, as_of, self.answered)
        return np.flatnonzero((answered > self.filed + limit) & (self.filed + limit + 1 < as_of))


def survey(
    streams: Streams, contacts: Contacts, complainers: NDArray[np.bool_], as_of: int, rules: ServiceRules
) -> Surveys:
    """Some contacts are followed by a survey; who complains is less content, and stars go with scores."""
    count = len(contacts)
    rows = np.flatnonzero(choose(rules.surveyed_share, np.ones(count, np.bool_), streams, "surveyed"))
    ends = (
        contacts.days.take(rows).astype(np.int64) * SECONDS_A_DAY
        + contacts.starts.take(rows)
        + contacts.seconds.take(rows)
    )
    most = rules.most_answer_days * SECONDS_A_DAY - 1
    table = exponential_table(rules.answer_days * SECONDS_A_DAY, rules.least_answer_seconds, most)
    lag = np.minimum(quantiles(table, streams.lanes(count, "answer")).take(rows), as_of * SECONDS_A_DAY - 1 - ends)
    moment = ends + lag
    content = np.where(complainers.take(contacts.customers.take(rows)), rules.discontent, rules.content)
    content = content + deviates(streams.lanes(count, "content")).take(rows)
    noise = rules.stars_noise * deviates(streams.lanes(count, "noise")).take(rows)
    scores = np.clip(np.rint(np.round(rules.nps + rules.nps_slope * content, 6)), 0, 10).astype(np.int64)
    stars = np.clip(np.rint(np.round(rules.stars + rules.stars_slope * content + noise, 6)), 1, 5).astype(np.int64)
    place = streams.below(len(PRAISE), count, "comment").take(rows)
    tone = np.where(scores >= _CONTENT, 0, np.where(scores > _DISCONTENT, 1, 2))
    comments = or_no_code(even(streams, len(rows), "comments") < rules.comment_share, tone * len(PRAISE) + place)
    return Surveys(
        rows,
        (moment // SECONDS_A_DAY).astype(np.int32),
        (moment % SECONDS_A_DAY).astype(np.int32),
        scores,
        stars,
        comments,
    )


def complain(
    streams: Streams,
    contacts: Contacts,
    moved: Transactions,
    owners: Rows,
    as_of: int,
    agents: Pool,
    rules: ServiceRules,
) -> Complaints:
    """What complaints are about and how they end; `owners` are the customers of the accounts."""
    rows = np.flatnonzero(contacts.complaints >= 0)
    statuses, filed, count = contacts.complaints.take(rows), contacts.days.take(rows), len(rows)
    types = picks(rules.complaint_types, words.COMPLAINT_TYPES, even(streams, count, "type"))
    table = exponential_table(rules.response_days, 0, rules.response_limit)
    lag = quantiles(table, streams.lanes(count, "response"))
    late = coins(rules.late_response_share, count, streams, "late")
    lag = np.where(late, within(rules.response_limit + 1, rules.latest_response, streams, count, "latest"), lag)
    answered = np.minimum(filed + lag, as_of - 1)
    table = exponential_table(rules.ending_days, 0, rules.most_ending_days)
    ended = np.minimum(answered + quantiles(table, streams.lanes(count, "end")), as_of - 1)
    over = (statuses == RESOLVED) | (statuses == ENDED)
    priorities = picks(rules.priorities, words.RISK_LEVELS, even(streams, count, "priority"))
    until = np.where(over, ended, as_of - 1).astype(np.int32)
    return Complaints(
        contacts=rows,
        types=types,
        statuses=statuses,
        priorities=np.where(types == FRAUD, HIGH, priorities),
        filed=filed,
        handlers=agents.pick(streams.at("handler"), filed, until),
        answered=or_null(statuses != OPEN, answered),
        ended=or_null(over, ended),
        transactions=_about(
            types, _moments(filed, contacts.starts.take(rows)), contacts.customers.take(rows), moved, owners
        ),
        grievances=types * 3 + streams.below(3, count, "grievance"),
    )


def _about(
    types: Codes, filed: NDArray[np.int64], customers: Rows, moved: Transactions, owners: Rows
) -> NDArray[np.int64]:
    """The latest fee or card purchase of the customer up to the moment of filing, for complaints about those."""
    about = np.full(len(types), -1, np.int64)
    category, owner = moved.events.categories, owners.take(moved.events.accounts) if len(owners) else owners
    moments = _moments(moved.events.days, moved.events.seconds)
    fees = np.array([words.CATEGORY_TYPES[name] == "fee" for name in words.CATEGORIES]).take(category)
    for kind, those in ((FEE, fees), (FRAUD, category == CATEGORY["card_purchase"])):
        found = np.flatnonzero(those)
        keys = owner.take(found).astype(np.int64) * _FAR_MOMENT + moments.take(found)
        order = np.argsort(keys, kind="stable")
        wanted = np.flatnonzero(types == kind)
        latest = customers[wanted].astype(np.int64) * _FAR_MOMENT + filed[wanted]
        place = np.searchsorted(keys.take(order), latest, side="right") - 1
        hit = np.flatnonzero(place >= 0)
        row = found.take(order.take(place[hit]))
        own = owner.take(row) == customers[wanted[hit]]
        about[wanted[hit[own]]] = row[own]
    return about


def _moments(days: Days, seconds: NDArray[np.int32]) -> NDArray[np.int64]:
    """Seconds since 1970."""
    return days.astype(np.int64) * SECONDS_A_DAY + seconds
