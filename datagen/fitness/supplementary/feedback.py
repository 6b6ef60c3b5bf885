"""What members say about the classes they attended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_number, month_start
from datagen.columns import Coded, Column, Columns, Day, Flag, Labels, Serial, Whole, or_no_code
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.feedback import FeedbackRules
from datagen.sampling import exponential_table, pick, quantiles, scaled, threshold
from datagen.streams import Streams
from datagen.types import Rows

_COMMENTS = {
    5: ("Best class of my week", "Great energy from start to finish", "Clear cues and kind corrections",
        "I always leave happier than I came", "Knows everybody by name"),
    4: ("Good class", "Well structured and friendly", "Enjoyed it a lot", "Music a little loud but great teaching"),
    3: ("It was fine", "Started a little late", "Too crowded for my taste", "Expected a harder workout"),
    2: ("Hard to follow the instructions", "Little attention to beginners", "The pace did not suit me"),
    1: ("Did not enjoy it", "Felt rushed and unsafe", "Would not come again"),
}  # fmt: skip
_COMMENT = Labels.of(text for texts in _COMMENTS.values() for text in texts)
_OF_RATING = np.array([0, *(len(_COMMENTS[rating]) for rating in range(1, 6))])
_FIRST_OF_RATING = np.array([0, *(sum(len(_COMMENTS[r]) for r in range(rating + 1, 6)) for rating in range(1, 6))])
_OTHERS = ("teachingquality", "communication", "motivation")


@dataclass(frozen=True)
class Feedback:
    """Feedback of one facility and month by day given; `attendances` and `classes` are places among the month's."""

    attendances: Rows
    classes: Rows
    days: NDArray[np.int32]
    overall: NDArray[np.int64]
    others: tuple[NDArray[np.int64], ...]
    comments: Rows
    anonymous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.days)


def draw_feedback(
    classes: Rows, class_days: NDArray[np.int32], high: int, rules: FeedbackRules, streams: Streams
) -> Feedback:
    """Feedback on classes of a month that ends before the day `high`; `classes` has one entry an attendance.

    It comes within the month and the quarter of its class, so that whoever has the class has all that was said of it.
    """
    count = len(classes)
    gives = np.flatnonzero(streams.lanes(count, "gives") < threshold(rules.response_share))

    def lanes(aspect: str) -> NDArray[np.uint16]:
        return streams.lanes(count, aspect).take(gives)

    held = class_days.take(classes.take(gives)).astype(np.int64)
    quarter_end = month_start(month_number(held) // 3 * 3 + 3)
    room = np.minimum(np.minimum(quarter_end, high) - 1 - held, rules.delay_most)
    delay = quantiles(exponential_table(rules.delay_days, 0, rules.delay_most), lanes("delay"))
    day = held + np.where(delay <= room, delay, scaled(lanes("hurried"), room + 1))

    ratings = np.array([int(name) for name in rules.ratings.names])
    overall = ratings.take(pick(rules.ratings.shares, lanes("rating")))
    shifts = np.array([int(name) for name in rules.other_rating_shift.names])
    others = tuple(
        np.clip(overall + shifts.take(pick(rules.other_rating_shift.shares, lanes(name))), *vocabulary.SCORES)
        for name in _OTHERS
    )
    comment = _FIRST_OF_RATING.take(overall) + scaled(lanes("comment"), _OF_RATING.take(overall))
    comment = or_no_code(lanes("comments") < threshold(rules.comment_share), comment)
    anonymous = lanes("anonymous") < threshold(rules.anonymous_share)
    order = np.argsort(day, kind="stable")
    return Feedback(
        attendances=gives[order],
        classes=classes.take(gives[order]),
        days=day[order].astype(np.int32),
        overall=overall[order],
        others=tuple(other[order] for other in others),
        comments=comment[order],
        anonymous=anonymous[order],
    )


def feedback_columns(
    feedback: Feedback, members: Rows, instructors: Rows, instances: Column, reference: Reference, first: int
) -> Columns:
    """instructorfeedback, numbered from `first`. `members` are those of the attendances, `instructors` those of the
    classes, `instances` the ids of the classes that the feedback is about."""
    count = len(feedback)
    return {
        "feedbackid": Serial("FBK", 8, first, count),
        "memberid": Coded(members.take(feedback.attendances), reference.members.ids),
        "instructorid": Coded(instructors.take(feedback.classes), reference.staff.ids),
        "classinstanceid": instances,
        "feedbackdate": Day(feedback.days),
        **{name: Whole(values) for name, values in zip(_OTHERS, feedback.others, strict=True)},
        "overallrating": Whole(feedback.overall),
        "comments": Coded(feedback.comments, _COMMENT, nullable=True),
        "isanonymous": Flag(feedback.anonymous),
    }
