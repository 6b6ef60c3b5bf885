"""Quarterly evaluations of instructors, from the classes they taught and what members said of them."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import array_of, distinct
from datagen.calendar import month_number, month_start
from datagen.columns import NULL, Coded, Columns, Day, Money, Serial, Texts, Whole, or_no_code
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.feedback import FeedbackRules
from datagen.fitness.supplementary.appraisal import WORDS, Figures, comment, goal
from datagen.fitness.supplementary.payroll import half_up
from datagen.fitness.temper import Temper
from datagen.frozen import dataclass
from datagen.sampling import normal_table, quantiles, scaled
from datagen.streams import Streams
from datagen.types import Rows

_MANAGER = vocabulary.JOB_TITLES.index("Manager")


@dataclass(frozen=True)
class _Quarter:
    """One row an instructor who taught in a quarter; `came_back` of the members in `attending` attended again."""

    instructors: Rows
    classes: NDArray[np.int64]
    attended: NDArray[np.int64]
    said: NDArray[np.int64]
    ratings: NDArray[np.int64]
    attending: NDArray[np.int64]
    came_back: NDArray[np.int64]


class Evaluations:
    """Classes and feedback of instructors by quarter, gathered month by month in order.

    Attendances are kept until their quarter is over, so that memory does not grow with the window.
    """

    def __init__(self, start: int, as_of: int, staff: int, members: int) -> None:
        """For the quarters wholly inside [start, as_of)."""
        first = -(-int(month_number(start)) // 3)
        first += int(month_start(3 * first)) < start
        self.first, self.after = first, int(month_number(as_of)) // 3
        self.staff, self.members = staff, members
        self._open: dict[int, list[tuple[Rows, Rows, Rows, Rows, Rows]]] = defaultdict(list)
        self._done: dict[int, _Quarter] = {}

    def add(
        self,
        low: int,
        instructors: Rows,
        days: NDArray[np.int32],
        held: NDArray[np.bool_],
        attendances: tuple[Rows, Rows],
        feedback: tuple[Rows, NDArray[np.int64]],
    ) -> None:
        """Add a month of a facility that begins on `low`: its classes by instructor, day and whether they were held;
        attendances as (class, member); feedback as (class, overall rating)."""
        for one in [one for one in self._open if int(month_start(3 * one + 3)) <= low]:
            self._close(one)
        quarters = month_number(days) // 3
        attended, members = attendances
        rated, ratings = feedback
        for one in distinct(quarters).tolist():
            if self.first <= one < self.after:
                mine = quarters == one
                of, about = mine.take(attended), mine.take(rated)
                by = instructors.take(attended[of])
                pairs = by * self.members + members[of]
                self._open[one].append(
                    (instructors[mine & held], by, pairs, instructors.take(rated[about]), ratings[about])
                )

    def _close(self, quarter: int) -> None:
        taught, attended, pairs, rated, ratings = (
            np.concatenate(parts) for parts in zip(*self._open.pop(quarter), strict=True)
        )
        classes = np.bincount(taught, minlength=self.staff)
        who = np.flatnonzero(classes)
        pair, times = np.unique(pairs, return_counts=True)
        person = pair // self.members
        self._done[quarter] = _Quarter(
            instructors=who,
            classes=classes[who],
            attended=np.bincount(attended, minlength=self.staff)[who],
            said=np.bincount(rated, minlength=self.staff)[who],
            ratings=np.bincount(rated, ratings, self.staff).astype(np.int64)[who],
            attending=np.bincount(person, minlength=self.staff)[who],
            came_back=np.bincount(person[times > 1], minlength=self.staff)[who],
        )

    def columns(
        self, reference: Reference, homes: Rows, temper: Temper, rules: FeedbackRules, streams: Streams, as_of: int
    ) -> Columns:
        """instructorperformance of the quarters gathered, by day of evaluation."""
        for quarter in list(self._open):
            self._close(quarter)
        pieces = [
            self._evaluate(quarter, reference, homes, temper, rules, streams.at(quarter), as_of)
            for quarter in sorted(self._done)
        ] or [(*(np.zeros(0, np.int64),) * 9, np.zeros((0, WORDS), np.int64))]
        (who, day, by, classes, attendance, retention, satisfaction, professional, communication, words) = (
            np.concatenate(parts) for parts in zip(*pieces, strict=True)
        )
        order = np.lexsort((who, day))
        heard = satisfaction > 0
        overall = half_up(satisfaction + professional + communication, 2 + heard)
        level = np.searchsorted([-round(100 * rating) for rating in rules.remarks_from], -overall)
        comments, goals = _texts(level, (classes, attendance, retention, satisfaction), words, order)
        columns: Columns = {
            "performanceid": Serial("PRF", 5, 1, len(who)),
            "instructorid": Coded(who[order], reference.staff.ids),
            "evaluationdate": Day(day[order].astype(np.int32)),
            "evaluatorid": Coded(by[order], reference.staff.ids),
            "classespermonth": Whole(classes[order]),
            "averageattendance": Money(attendance[order]),
            "memberretentionrate": Money(np.maximum(retention, 0)[order], retention[order] < 0),
            "membersatisfactionscore": Money(satisfaction[order], ~heard[order]),
            "professionalismscore": Money(professional[order]),
            "communicationscore": Money(communication[order]),
            "overallrating": Money(overall[order]),
            "comments": Texts(array_of(comments)),
            "goalsfornextperiod": Texts(array_of(goals)),
        }
        return columns

    def _evaluate(
        self,
        quarter: int,
        reference: Reference,
        homes: Rows,
        temper: Temper,
        rules: FeedbackRules,
        streams: Streams,
        as_of: int,
    ) -> tuple[NDArray[np.int64], ...]:
        done, end = self._done[quarter], int(month_start(3 * quarter + 3)) - 1
        least, most = rules.evaluation_days
        most = min(most, as_of - 1 - end)

        def lanes(aspect: str) -> NDArray[np.uint16]:
            return streams.lanes(self.staff, aspect).take(who)

        who = done.instructors if most >= least else done.instructors[:0]
        day = end + least + scaled(lanes("day"), max(most - least, 0) + 1)
        by = _evaluators(who, day, reference, homes)
        found = by >= 0
        worst, best = vocabulary.SCORES
        rest = normal_table(0, rules.score_spread, 10 * (worst - best), 10 * (best - worst))
        usual = rules.score + np.rint(
            rules.score_skill * temper.skill.take(who) - rules.score_strictness * temper.strictness.take(by)
        ).astype(np.int64)

        def score(aspect: str) -> NDArray[np.int64]:
            return np.asarray(10 * np.clip(usual + quantiles(rest, lanes(aspect)), 10 * worst, 10 * best), np.int64)

        counts = [getattr(done, name)[: len(who)] for name in ("classes", "attended", "attending", "came_back")]
        classes, attended, attending, came_back = counts
        said, ratings = done.said[: len(who)], done.ratings[: len(who)]
        columns = (
            who,
            day,
            by,
            half_up(classes, 3),
            half_up(100 * attended, np.maximum(classes, 1)),
            or_no_code(attending > 0, half_up(10_000 * came_back, np.maximum(attending, 1))),
            np.where(said > 0, half_up(100 * ratings, np.maximum(said, 1)), 0),
            score("professionalism"),
            score("communication"),
            np.stack([lanes(f"word {place}") for place in range(WORDS)], axis=1).astype(np.int64),
        )
        return tuple(column[found] for column in columns)


def _texts(
    levels: Rows, figures: tuple[NDArray[np.int64], ...], words: NDArray[np.int64], order: Rows
) -> tuple[list[str], list[str]]:
    """Comments and goals, in this order of the rows."""
    rows = zip(*(column[order].tolist() for column in (levels, *figures, words)), strict=True)
    texts = [
        (comment(level, Figures(*numbers), mine), goal(level, Figures(*numbers), mine))
        for level, *numbers, mine in rows
    ]
    return [text for text, _ in texts], [text for _, text in texts]


def _evaluators(who: Rows, days: NDArray[np.int64], reference: Reference, homes: Rows) -> Rows:
    """A manager for each instructor, employed on the day: of the same club if there is one; -1 where there is none."""
    staff = reference.staff
    managers = np.flatnonzero(staff.titles == _MANAGER)
    if not len(managers):
        return np.full(len(who), -1, np.intp)
    leaves = np.where(staff.leaves == NULL, np.int32(1 << 24), staff.leaves)[managers]
    there = (staff.hires[managers] <= days[:, None]) & (days[:, None] <= leaves)
    near = homes[managers] == homes[who][:, None]
    best = (2 * there + (there & near)).argmax(axis=1)
    return or_no_code(there.any(axis=1), managers[best])
