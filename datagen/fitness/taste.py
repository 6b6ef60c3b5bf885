"""What members would like to attend: their own taste for a class, which lasts, and what age and sex make likely."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import MINUTES_A_DAY, whole_years
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.timetable import Timetable
from datagen.fitness.traits import Traits
from datagen.types import Rows

_ODD_1, _ODD_2, _ODD_3 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # of SplitMix64
_FULL_RELUCTANCE = 16  # the reluctance with which a taste is taken as it is
_MOST, _HALF = 0xFFFF, 0x8000
_TEN_YEARS = 10
_LEAST, _OLDEST = 1 / 10, 130
_MALE, _FEMALE = (vocabulary.GENDERS.index(name) for name in ("M", "F"))


def mixed(state: NDArray[np.uint64], numbers: NDArray[Any]) -> NDArray[np.uint64]:
    """Bits that follow from these and look like chance, a round of SplitMix64 (Steele and others 2014)."""
    state = (state + numbers.astype(np.uint64)) * np.uint64(_ODD_1)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(_ODD_2)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(_ODD_3)
    return state ^ (state >> np.uint64(31))


def _at(table: NDArray[Any], rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
    """The values of a table at these rows and columns, faster than by two indices."""
    values: NDArray[Any] = table.ravel().take(rows.astype(np.intp) * table.shape[1] + columns)
    return values


class Tastes:
    """How keen members are on sessions of the timetable; the same week after week."""

    def __init__(
        self, reference: Reference, traits: Traits, timetable: Timetable, rules: ClassRules, mean_age: float, seed: int
    ) -> None:
        """`seed` makes one chain's tastes differ from another's; `mean_age` is that at which age changes nothing."""
        members = reference.members
        self.traits, self.timetable, self.rules = traits, timetable, rules
        chain = np.full(len(members), seed, np.uint64)
        self.persons = mixed(mixed(np.zeros(len(members), np.uint64), chain), np.arange(len(members)))
        self.ages = np.clip(whole_years(members.births, members.joins), 0, _OLDEST)
        self.genders = members.genders
        self.categories = reference.class_types.categories.take(timetable.class_types)
        women = np.array(rules.women_by_category)
        by_sex = np.ones((len(vocabulary.GENDERS), len(women)))
        # The geometric middle of both sexes is 1, so that a category is no likelier to be wanted for it.
        by_sex[_FEMALE], by_sex[_MALE] = np.round(np.sqrt(women), 6), np.round(1 / np.sqrt(women), 6)
        years = (np.arange(_OLDEST + 1) - mean_age) / _TEN_YEARS
        by_age = np.maximum(1 + years[:, None] * np.array(rules.older_by_category), _LEAST)
        self.by_sex, self.by_age = by_sex, np.round(by_age, 6)
        # What a session is: not its row, which depends on the window.
        moment = (timetable.weekdays * MINUTES_A_DAY + timetable.starts).astype(np.uint64)
        self.slots = (moment << np.uint64(40)) + (timetable.areas.astype(np.uint64) << np.uint64(16))
        self.slots += timetable.class_types.astype(np.uint64)

    def among(self, members: Rows) -> Tastes:
        """The tastes and the traits of some members, in their order."""
        found = copy(self)
        found.persons, found.ages = self.persons.take(members), self.ages.take(members)
        found.genders = self.genders.take(members)
        found.traits = self.traits.of(members)
        return found

    def of(self, members: Rows, sessions: Rows) -> NDArray[np.uint16]:
        """One's own taste for each session, the less the better: chance, but the same week after week."""
        return self._chance(members, self.slots.take(sessions))

    def _chance(self, members: Rows, numbers: NDArray[Any]) -> NDArray[np.uint16]:
        return (mixed(self.persons.take(members), numbers) >> np.uint64(48)).astype(np.uint16)

    def reluctance(
        self, members: Rows, sessions: Rows, tastes: NDArray[np.uint16], lanes: NDArray[np.uint16]
    ) -> NDArray[np.uint16]:
        """The less, the keener each of these members is on that session; `tastes` are their own for it, `lanes` are
        for the part of chance."""
        taste = tastes.astype(np.float64)
        taste += self.rules.chance_share * (lanes - taste)
        categories, weekday = self.categories.take(sessions), self.timetable.weekdays.take(sessions)
        keen = _at(self.by_sex, self.genders.take(members), categories)
        keen *= _at(self.by_age, self.ages.take(members), categories)
        keen *= self.rules.regularity + _at(self.traits.daily, members, weekday)
        liking = self._chance(members, self.timetable.instructors.take(sessions) + 1)
        keen *= 1 + self.rules.instructor_liking * (liking / _HALF - 1)
        taste *= self.traits.reluctance.take(members) / _FULL_RELUCTANCE
        key: NDArray[np.uint16] = np.minimum(np.rint(taste / keen), _MOST).astype(np.uint16)
        return key
