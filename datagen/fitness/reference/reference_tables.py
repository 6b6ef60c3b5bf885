"""The eight reference tables of a chain, each made when it is first asked for, and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.calendar import day_number
from datagen.fitness.clubs import Clubs, draw_clubs
from datagen.fitness.course import Course
from datagen.fitness.reference.areas import facility_areas
from datagen.fitness.reference.catalogue import certifications, class_types, membership_types
from datagen.fitness.reference.equipment import equipment
from datagen.fitness.reference.facilities import facilities
from datagen.fitness.reference.members import members
from datagen.fitness.reference.openings import opening_days
from datagen.fitness.reference.staff import staff
from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import Size
from datagen.people import street_names
from datagen.places import load_places
from datagen.pools.pool_files import Pools
from datagen.streams import Streams


class ReferenceTables:
    """The reference tables that follow from size, seed, as-of day, rules and pools, as Arrow tables by their names."""

    def __init__(self, size: Size, seed: int, end_date: dt.date, rules: FitnessRules, pools: Pools) -> None:
        self._size, self._end_date, self._rules, self._pools = size, end_date, rules, pools
        self._streams = Streams(seed, "fitness")

    def all(self) -> Mapping[str, pa.Table]:
        """The eight tables by name, parents before their children."""
        return {
            "membershiptypes": self.membershiptypes,
            "classtypes": self.classtypes,
            "instructorcertifications": self.instructorcertifications,
            "facilities": self.facilities,
            "facilityareas": self.facilityareas,
            "equipment": self.equipment,
            "members": self.members,
            "staff": self.staff,
        }

    @cached_property
    def membershiptypes(self) -> pa.Table:
        return membership_types(self._rules.plans, self._end_date)

    @cached_property
    def classtypes(self) -> pa.Table:
        return class_types()

    @cached_property
    def instructorcertifications(self) -> pa.Table:
        return certifications()

    @cached_property
    def facilities(self) -> pa.Table:
        return facilities(
            self._streams.at("facilities"),
            self._size.facilities,
            self._street_names,
            load_places(),
            self._rules.facilities,
        )

    @cached_property
    def facilityareas(self) -> pa.Table:
        return facility_areas(
            self._streams.at("facilityareas"),
            self.facilities["facilityid"].combine_chunks(),
            self._size.members / self._size.facilities,
            self._clubs,
            self._rules.facilities,
        )

    @cached_property
    def equipment(self) -> pa.Table:
        return equipment(
            self._streams.at("equipment"),
            self.facilityareas,
            self._opened,
            self._clubs.size.clip(*self._rules.clubs.machine_limits),
            self._end_date,
            self._rules.facilities,
            self._rules.equipment,
        )

    @property
    def members(self) -> pa.Table:
        return self._members[0]

    @property
    def course(self) -> Course:
        """The course of memberships that these members have run, for a history of them."""
        return self._members[1]

    @cached_property
    def _members(self) -> tuple[pa.Table, Course]:
        return members(
            self._streams,
            self._size.members,
            self.facilities,
            self._opened,
            self.membershiptypes,
            self._street_names,
            load_places(),
            self._end_date,
            self._rules,
            self._pools,
        )

    @cached_property
    def staff(self) -> pa.Table:
        return staff(
            self._streams.at("staff"),
            self._streams.at("clubs"),
            self._size.staff,
            self.facilities,
            self.facilityareas,
            self._opened,
            load_places(),
            self._end_date,
            self._rules,
            self._pools,
        )

    @cached_property
    def _clubs(self) -> Clubs:
        """What makes the clubs differ."""
        return draw_clubs(self._size.facilities, self._rules.clubs, self._streams.at("clubs"))

    @cached_property
    def _opened(self) -> NDArray[np.int64]:
        """The day on which each club opened."""
        today = day_number(self._end_date)
        return opening_days(self._streams.at("openings"), self._size.facilities, today, self._rules.facilities)

    @cached_property
    def _street_names(self) -> NDArray[np.str_]:
        return street_names(self._streams.at("pools"), pools=self._pools)
