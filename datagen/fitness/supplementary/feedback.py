"""What members say about the classes they attended.

A rating is one latent number - how well the instructor teaches, how mild the member is, whether the class began late,
and chance - cut where the shares of the rules want it.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.calendar import month_number, month_start
from datagen.columns import Coded, Column, Columns, Day, Flag, Serial, Texts, Whole
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.feedback import FeedbackRules
from datagen.fitness.supplementary.remarks import WORDS, Facts, remark
from datagen.fitness.temper import Temper
from datagen.frozen import dataclass
from datagen.sampling import deviates, exponential_table, pick, quantiles, threshold
from datagen.streams import Streams
from datagen.types import Rows

_FINE = 10_000  # steps of a deviation in which moods are compared
_NOBODY = 100 * _FINE  # a mood that nobody is in
_OTHERS = ("teachingquality", "communication", "motivation")


@dataclass(frozen=True)
class Held:
    """The classes of one facility and month: who taught them, the day, seconds by which they began late, how many
    attended of how many seats, and the category."""

    instructors: Rows
    days: NDArray[np.int32]
    late: NDArray[np.int64]
    attended: NDArray[np.int64]
    seats: NDArray[np.int64]
    categories: Rows


@dataclass(frozen=True)
class Feedback:
    """Feedback of one facility and month by day given; `attendances` and `classes` are places among the month's."""

    attendances: Rows
    classes: Rows
    days: NDArray[np.int32]
    overall: NDArray[np.int64]
    others: tuple[NDArray[np.int64], ...]
    commented: NDArray[np.bool_]
    words: NDArray[np.uint16]
    anonymous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.days)


def draw_feedback(
    classes: Rows, members: Rows, held: Held, temper: Temper, as_of: int, rules: FeedbackRules, streams: Streams
) -> Feedback:
    """Feedback given before the as-of day on classes of a month; `classes` and `members` have one entry an attendance.

    The survey closes with the quarter of the class, since evaluations are drawn from it: who would have answered later
    does not. It knows of no months, so what is said of a class may come in the next one.
    """
    count = len(classes)
    taught = held.days.take(classes).astype(np.int64)
    closes = np.minimum(month_start(month_number(taught) // 3 * 3 + 3), as_of)
    delay = quantiles(exponential_table(rules.delay_days, 0, rules.delay_most), streams.lanes(count, "delay"))
    answers = (streams.lanes(count, "gives") < threshold(rules.response_share)) & (taught + delay < closes)
    gives = np.flatnonzero(answers)
    day = (taught + delay).take(gives)

    def lanes(aspect: str) -> NDArray[np.uint16]:
        return streams.lanes(count, aspect).take(gives)

    about = classes.take(gives)

    overall = _ratings(about, members.take(gives), held, temper, lanes("rating"), rules)
    shifts = np.array([int(name) for name in rules.other_rating_shift.names])
    others = tuple(
        np.clip(overall + shifts.take(pick(rules.other_rating_shift.shares, lanes(name))), *vocabulary.SCORES)
        for name in _OTHERS
    )
    writes = threshold(rules.comment_share * np.array(rules.comments_by_rating)).take(overall - vocabulary.SCORES[0])
    commented = lanes("comments") < writes
    words = np.stack([lanes(f"word {place}") for place in range(WORDS)], axis=1)
    anonymous = lanes("anonymous") < threshold(rules.anonymous_share)
    order = np.argsort(day, kind="stable")
    return Feedback(
        attendances=gives[order],
        classes=about[order],
        days=day[order].astype(np.int32),
        overall=overall[order],
        others=tuple(other[order] for other in others),
        commented=commented[order],
        words=words[order],
        anonymous=anonymous[order],
    )


def _ratings(
    classes: Rows, members: Rows, held: Held, temper: Temper, lanes: NDArray[np.uint16], rules: FeedbackRules
) -> NDArray[np.int64]:
    """Overall ratings, 1 to 5, by the shares of the rules."""
    chance = math.sqrt(1 - rules.skill_weight**2 - rules.mildness_weight**2)
    late = held.late.take(classes) >= 60 * rules.late_minutes
    mood = (
        rules.skill_weight * temper.skill.take(held.instructors.take(classes))
        + rules.mildness_weight * temper.mildness.take(members)
        + chance * deviates(lanes)
        - rules.late_weight * late
    )
    worst, best = vocabulary.SCORES
    shares = np.cumsum([rules.ratings[str(rating)] for rating in range(worst, best)])
    limits = [_limit(share) for share in shares.tolist()]
    places = np.searchsorted(np.array(limits), np.rint(_FINE * mood).astype(np.int64), side="right")
    return np.asarray(worst + places, np.int64)


def _limit(share: float) -> int:
    """The mood, in fine steps, below which this share of ratings lies."""
    if 0 < share < 1:
        return round(_FINE * NormalDist().inv_cdf(share))
    return _NOBODY if share >= 1 else -_NOBODY


def feedback_columns(
    feedback: Feedback, members: Rows, held: Held, instances: Column, reference: Reference, rules: FeedbackRules,
    first: int,
) -> Columns:  # fmt: skip
    """instructorfeedback, numbered from `first`. `members` are those of the attendances, `held` the classes,
    `instances` the ids of the classes that the feedback is about."""
    count = len(feedback)
    return {
        "feedbackid": Serial("FBK", 8, first, count),
        "memberid": Coded(members.take(feedback.attendances), reference.members.ids),
        "instructorid": Coded(held.instructors.take(feedback.classes), reference.staff.ids),
        "classinstanceid": instances,
        "feedbackdate": Day(feedback.days),
        **{name: Whole(values) for name, values in zip(_OTHERS, feedback.others, strict=True)},
        "overallrating": Whole(feedback.overall),
        "comments": Texts(array_of(_comments(feedback, held, rules))),
        "isanonymous": Flag(feedback.anonymous),
    }


def _comments(feedback: Feedback, held: Held, rules: FeedbackRules) -> list[str | None]:
    """What is written, if anything, on each feedback."""
    about = feedback.classes
    attended, seats = held.attended.take(about), held.seats.take(about)
    late = held.late.take(about) // 60
    columns = (
        feedback.commented,
        feedback.overall,
        held.categories.take(about),
        np.where(late >= rules.late_minutes, late, 0),
        100 * attended >= round(100 * rules.full_share) * seats,
        100 * attended <= round(100 * rules.small_share) * seats,
    )
    return [
        remark(rating, Facts(vocabulary.CLASS_CATEGORIES[category], minutes, full, small), words) if writes else None
        for writes, rating, category, minutes, full, small, words in zip(
            *(column.tolist() for column in columns), feedback.words.tolist(), strict=True
        )
    ]
