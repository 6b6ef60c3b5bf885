"""How the customers of a block are known: onboarding, then reviews that the risk class asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.banking_days import BankingDays
from datagen.bank.draws import FAR, Codes, Days, Rows, coins, picks, spread, within
from datagen.bank.rules.kyc import KycRules
from datagen.bank.staff import NOBODY, Pool
from datagen.calendar import add_months
from datagen.columns import NULL, or_null
from datagen.frozen import dataclass
from datagen.sampling import exponential_table, quantiles
from datagen.streams import Streams

VERIFIED, PENDING, REJECTED = range(3)


@dataclass(frozen=True)
class Records:
    """The KYC records of a block, by customer and time; and what they come to for each customer."""

    customers: Rows
    rounds: Rows
    """0 for the onboarding, 1, 2 ... for the reviews."""
    classes: Codes
    statuses: Codes
    opened: Days
    completed: Days
    """`NULL` while pending."""
    following: Days
    """The day of the next review, `NULL` where there is none."""
    officers: NDArray[np.int64]
    documents: Codes

    verified: Days
    """A customer a row: the day of the first verification, `FAR` where there was none."""
    latest: Rows
    """A customer a row: the latest record."""


def know(streams: Streams, since: Days, as_of: int, banking: BankingDays, officers: Pool, rules: KycRules) -> Records:
    """The records of customers who applied on these days, up to the as-of day."""
    count = len(since)
    rounds: list[tuple[NDArray[Any], ...]] = []
    customers, classes, opened, limit = np.arange(count), _classes(streams, count, rules), since, np.full(count, FAR)
    turn = 0
    while len(customers):
        statuses, completed, following = _decide(
            streams.at(turn), customers, count, classes, opened, limit, as_of, banking, rules, turn
        )
        rounds.append((customers, np.full(len(customers), turn), classes, statuses, opened, completed, following))
        turn += 1
        goes_on = statuses == VERIFIED
        customers, classes, limit = customers[goes_on], classes[goes_on], following[goes_on]
        lead = within(*rules.review_lead, streams, count, turn, "lead").take(customers)
        begun = limit - lead < as_of
        customers, classes, limit = customers[begun], classes[begun], limit[begun]
        opened = limit - lead[begun]
        # Who is reviewed less often changes the more often then, or low risk would gather customers over the years.
        months = np.array(rules.review_months).take(classes)
        change = rules.class_change_share * months / rules.review_months[1]
        anew = streams.uniform(count, turn, "anew").take(customers) < change
        classes = np.where(anew, _classes(streams.at(turn), count, rules).take(customers), classes)
    return _gathered(streams, rounds, count, officers, rules)


def _classes(streams: Streams, count: int, rules: KycRules) -> Codes:
    return picks(rules.risk_classes, words.RISK_LEVELS, spread(streams, count, "risk class"))


def _decide(
    streams: Streams,
    customers: Rows,
    count: int,
    classes: Codes,
    opened: Days,
    limit: Days,
    as_of: int,
    banking: BankingDays,
    rules: KycRules,
    turn: int,
) -> tuple[Codes, Days, Days]:
    """How records end, when, and the day of the next review."""
    table = exponential_table(rules.completion_days, 0, rules.most_completion_days)
    length = quantiles(table, streams.lanes(count, "length")).take(customers)
    completed = np.minimum(banking.on_or_after(np.minimum(opened + length, as_of)), limit)
    rejected = coins(rules.rejected_share, count, streams, "rejected").take(customers) & (turn == 0)
    pending = completed >= as_of
    statuses = np.where(pending, PENDING, np.where(rejected, REJECTED, VERIFIED))
    months = np.array(rules.review_months).take(classes)
    following = or_null(statuses == VERIFIED, add_months(completed, months))
    return statuses, or_null(~pending, completed), following.astype(np.int32)


def _gathered(
    streams: Streams, rounds: list[tuple[NDArray[Any], ...]], count: int, officers: Pool, rules: KycRules
) -> Records:
    fields = [np.concatenate(field) for field in zip(*rounds, strict=True)]
    order = np.lexsort((fields[1], fields[0]))
    customers, turns, classes, statuses, opened, completed, following = (field.take(order) for field in fields)
    known = completed != NULL
    # Drawn by customer and round, so that more customers leave the others' officers and documents.
    key = streams.at("officer")
    officer = np.full(len(customers), NOBODY, np.int64)
    document = np.zeros(len(customers), np.intp)
    for turn in range(len(rounds)):
        here = np.flatnonzero(turns == turn)
        document[here] = picks(
            rules.document_types, words.DOCUMENT_TYPES, spread(streams, count, turn, "document")
        ).take(customers[here])
        here = here[known[here]]
        officer[here] = officers.pick(key.at(turn), completed[here], completed[here])
    last = np.flatnonzero(np.append(customers[1:] != customers[:-1], True))
    first = np.flatnonzero(np.concatenate(([True], customers[1:] != customers[:-1])))
    verified = np.where(statuses[first] == VERIFIED, completed[first], FAR).astype(np.int32)
    return Records(
        customers,
        turns,
        classes,
        statuses,
        opened.astype(np.int32),
        completed,
        following,
        officer,
        document,
        verified,
        last,
    )
