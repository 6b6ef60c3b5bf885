"""What members say about instructors, and how these are evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_FEEDBACK = "docs/fitness-story.md#evaluation"
_PERFORMANCE = "docs/fitness-story.md#evaluation"


@dataclass(frozen=True)
class FeedbackRules:
    """Feedback after classes, and the evaluation of each quarter."""

    response_share: float = rule(
        0.06,
        unit="share of attendances with feedback",
        source="assumption: surveys by e-mail are answered by about one customer in twenty",
        low=0,
        high=1,
    )
    ratings: Mix = rule(
        Mix.of({"5": 0.53, "4": 0.24, "3": 0.11, "2": 0.05, "1": 0.07}),
        unit="share of feedback by overall rating",
        source=f"{_FEEDBACK}; docs/fitness-checks.md#s16: J-shaped",
    )
    other_rating_shift: Mix = rule(
        Mix.of({"-1": 0.16, "0": 0.68, "1": 0.16}),
        unit="share of the other ratings by their distance from the overall one",
        source="assumption: the other ratings mostly follow the overall one",
    )
    skill_weight: float = rule(
        0.35,
        unit="weight of the instructor's skill in a rating, whose deviation is 1",
        source="assumption: who teaches moves a rating by a third of its spread, for better or worse",
        low=0,
        high=0.7,
    )
    mildness_weight: float = rule(
        0.55,
        unit="weight of the member's mildness in a rating, whose deviation is 1",
        source="assumption: half of the spread is who rates: some give fives always, some never",
        low=0,
        high=0.7,
    )
    late_weight: float = rule(
        0.3,
        unit="deviations by which ratings fall where a class began late",
        source="assumption: waiting costs less than a grade",
        low=0,
        high=3,
    )
    late_minutes: int = rule(
        4,
        unit="minutes after its time from which on a class began late",
        source="assumption: nobody minds three minutes",
        low=1,
        high=15,
    )
    full_share: float = rule(
        0.9, unit="attended by seats from which on a class is full",
        source="assumption: a room is felt to be full before the last seat is taken", low=0.5, high=1,
    )  # fmt: skip
    small_share: float = rule(
        0.35, unit="attended by seats up to which a class is small", source="assumption: a third of the seats",
        low=0, high=0.5,
    )  # fmt: skip
    delay_days: float = rule(
        1.8,
        unit="mean days from a class to feedback, which comes in its month",
        source="assumption: who answers does so within a day or two",
        low=0.1,
        high=14,
    )
    delay_most: int = rule(14, unit="days", source=_FEEDBACK, low=0, high=14)
    comments_by_rating: tuple[float, ...] = rule(
        (1.7, 1.45, 1.05, 0.75, 0.95),
        unit="of comment_share, by rating from 1 to 5",
        source="published: who is annoyed or delighted writes more (Hu, Zhang and Pavlou 2009)",
        low=0,
        high=5,
    )
    comment_share: float = rule(
        0.4, unit="share of feedback with a comment", source="assumption: two of five write something", low=0, high=1
    )
    anonymous_share: float = rule(
        0.3, unit="share of feedback", source="assumption: a third does not give the name", low=0, high=1
    )

    evaluation_days: tuple[int, int] = rule(
        (1, 20), unit="days from the end of a quarter to its evaluation, least and most", source=_PERFORMANCE,
        low=1, high=20,
    )  # fmt: skip
    score: int = rule(
        42,
        unit="tenths of a point: the mean of evaluators' scores",
        source="assumption: evaluators are mild: 4.2 of 5",
        low=10,
        high=50,
    )
    score_skill: float = rule(
        3.0,
        unit="tenths of a point that a deviation of skill moves those scores",
        source="assumption: most of what a manager sees in one quarter is there in the next",
        low=0.0,
        high=20.0,
    )
    score_strictness: float = rule(
        1.5,
        unit="tenths of a point that a deviation of the manager's strictness moves them",
        source="assumption: some managers give half a point less than others",
        low=0.0,
        high=20.0,
    )
    score_spread: float = rule(
        2.2,
        unit="tenths of a point, deviation of the rest of those scores",
        source="assumption: with the other two, most scores are within half a point of the mean",
        low=0.0,
        high=20.0,
    )

    remarks_from: tuple[float, float, float] = rule(
        (4.5, 4.0, 3.5), unit="overall rating from which remarks are of the best, the second and the third kind",
        source="convention: three bands of good, fair and poor above a last one", low=1, high=5,
    )  # fmt: skip

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        if self.evaluation_days[0] > self.evaluation_days[1]:
            yield "evaluation_days must rise; write the least first."
        if list(self.remarks_from) != sorted(self.remarks_from, reverse=True):
            yield "remarks_from must fall; write the highest rating first."
        if self.skill_weight**2 + self.mildness_weight**2 > 1:
            yield "skill_weight and mildness_weight leave nothing to chance; their squares must not exceed 1 together."
        if set(self.ratings.names) - set("12345"):
            yield "ratings are named 1 to 5."
