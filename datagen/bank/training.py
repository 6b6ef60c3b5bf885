"""What employees learn and how they are rated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.banking_days import BankingDays
from datagen.bank.draws import Codes, Days, Rows, coins, even, numbers, picks, repeat, spread, within
from datagen.bank.rules.employees import EmployeeRules
from datagen.bank.staff import Staff
from datagen.calendar import add_months, month_number, month_start
from datagen.columns import NULL, or_null
from datagen.frozen import dataclass
from datagen.sampling import deviates, rank_in_group
from datagen.streams import Streams

PROGRAMS = (
    ("Anti-Money Laundering Essentials", "compliance", 4, True),
    ("Bank Secrecy Act and Currency Reporting", "compliance", 3, True),
    ("Know Your Customer and Due Diligence", "compliance", 4, True),
    ("Fair Lending and Equal Credit Opportunity", "compliance", 3, True),
    ("Information Security Awareness", "compliance", 2, True),
    ("Code of Conduct and Conflicts of Interest", "compliance", 2, True),
    ("Sanctions Screening in Practice", "compliance", 3, False),
    ("Consultative Selling for Bankers", "sales", 16, False),
    ("Small Business Lending Conversations", "sales", 12, False),
    ("Insurance Products for Households", "sales", 10, False),
    ("Core Banking System Basics", "technical", 20, False),
    ("Credit Analysis and Cash Flow", "technical", 32, False),
    ("Data Analysis for Risk Teams", "technical", 24, False),
    ("First-Time Manager Programme", "leadership", 40, False),
    ("Coaching and Feedback", "leadership", 8, False),
    ("Handling Difficult Customer Conversations", "service", 6, False),
    ("Service Excellence at the Counter", "service", 8, False),
)
"""Name, category, hours, whether mandatory; a prime number of them, so that steps through them never repeat."""
COMPLETED, IN_PROGRESS, ENROLLED = range(3)
REMARKS = (
    "Exceeds expectations and helps others.",
    "Meets all goals of the year.",
    "Solid work; could plan further ahead.",
    "Improved a lot since the last review.",
    "Customers praise the service.",
    "Needs closer attention to procedures.",
    "Ready for more responsibility.",
    "Reliable in busy times.",
)


@dataclass(frozen=True)
class Trainings:
    """Enrolments, one row each."""

    employees: Rows
    programs: Codes
    enrolled: Days
    completed: Days
    """`NULL` where the training is not completed."""
    statuses: Codes
    scores: NDArray[np.int64]


@dataclass(frozen=True)
class Reviews:
    """Performance reviews, one row each."""

    employees: Rows
    reviewers: NDArray[np.int64]
    days: Days
    ratings: NDArray[np.int64]
    remarks: Codes
    """-1 for none."""


def train(streams: Streams, staff: Staff, as_of: int, rules: EmployeeRules) -> Trainings:
    """Each employee takes a few programmes, each once, while employed."""
    count = len(staff)
    employees = repeat(numbers(rules.trainings, spread(streams, count, "count")))
    rank = rank_in_group(employees)
    start = streams.below(len(PROGRAMS), count, "first")
    step = 1 + streams.below(len(PROGRAMS) - 1, count, "step")
    programs = (start.take(employees) + rank * step.take(employees)) % len(PROGRAMS)
    mandatory = np.array([program[3] for program in PROGRAMS]).take(programs)

    rows = len(employees)
    statuses = picks(rules.training_statuses, words.TRAINING_STATUSES, even(streams, rows, "status"))
    done = statuses == COMPLETED
    last = np.minimum(staff.left, as_of - 1).take(employees)
    begin = np.maximum(staff.hired.take(employees), add_months(last, -12 * rules.training_years))
    late = mandatory & coins(rules.late_training_share, rows, streams, "late")
    # What is under way began a short while ago, unless it is late.
    recent = np.maximum(begin, last - np.where(late, rules.late_training_days[1], rules.mandatory_days - 1))
    enrolled = within(np.where(done, begin, recent), last, streams, rows, "enrolled")
    length = within(*rules.training_days, streams, rows, "length")
    length = np.where(late, within(*rules.late_training_days, streams, rows, "late length"), length)
    completed = or_null(done, np.minimum(enrolled + length, last))
    score = np.rint(rules.score + rules.score_spread * deviates(streams.lanes(rows, "score"))).astype(np.int64)
    return Trainings(employees, programs, enrolled, completed, statuses, np.clip(score, *rules.score_reach))


def violations(trainings: Trainings, staff: Staff, as_of: int, limit: int) -> Rows:
    """The mandatory trainings that were not completed in time by somebody still employed when the time was over."""
    mandatory = np.array([program[3] for program in PROGRAMS]).take(trainings.programs)
    done = np.where(trainings.completed == NULL, as_of, trainings.completed)
    over = trainings.enrolled + limit
    left = np.minimum(staff.left, as_of).take(trainings.employees)
    return np.flatnonzero(mandatory & (done > over) & (left >= over + 1) & (over + 1 < as_of))


def review(streams: Streams, staff: Staff, as_of: int, banking: BankingDays, rules: EmployeeRules) -> Reviews:
    """Whoever has been there for long enough is reviewed in the last years of employment, once a calendar year."""
    count = len(staff)
    last = np.minimum(staff.left, as_of - 1)
    due = (staff.hired <= add_months(as_of, -rules.reviewed_after_months)) & (np.arange(count) > 0)
    employees, days = [], []
    for back in range(rules.review_years - 1, -1, -1):
        january = month_number(last) // 12 * 12 - 12 * back
        low = np.maximum(month_start(january), staff.hired)
        high = np.minimum(month_start(january + 12) - 1, last)
        held = due & (low <= high)
        if back:
            held &= coins(rules.earlier_review_share, count, streams, "held", back)
        day = within(low, high, streams, count, "day", back)
        worked = banking.on_or_before(day)
        day = np.where(worked >= low, worked, day)
        employees.append(np.flatnonzero(held))
        days.append(day[held])
    rows = np.concatenate(employees)
    order = np.argsort(rows, kind="stable")
    rows, day = rows.take(order), np.concatenate(days).take(order).astype(np.int32)
    superior = staff.managers.take(rows)
    reviewers = np.where(staff.employed(superior, day), superior, 0)
    ratings = numbers(rules.ratings, even(streams, len(rows), "rating"))
    remarks = streams.below(len(REMARKS), len(rows), "remark").astype(np.intp)
    remarks[~coins(rules.review_comment_share, len(rows), streams, "comment")] = -1
    return Reviews(rows, reviewers, day, ratings, remarks)
