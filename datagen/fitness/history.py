"""Everything that is decided before the first month is generated: the history's frame.

Memberships, habits, billing, shifts and the timetable follow from the reference tables alone and cover the whole
history, whatever window of it is asked for. Months of facilities are then independent of each other.
"""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import add_months
from datagen.fitness.closures import Calendar, draw_calendar
from datagen.fitness.clubs import Clubs, draw_clubs, wealth_of
from datagen.fitness.course import Course, Spells
from datagen.fitness.demand import expected_weekly_visits
from datagen.fitness.frames import Reference
from datagen.fitness.memberships import build_spells
from datagen.fitness.pauses import Pauses, draw_pauses
from datagen.fitness.payments import Billing, Payments, build_billing, dues_paid
from datagen.fitness.rooms import Rooms, rooms_of
from datagen.fitness.roster import Roster, draw_roster
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.size import MOST_MONTHS
from datagen.fitness.staff_homes import draws_of
from datagen.fitness.taste import Tastes
from datagen.fitness.temper import draw_temper
from datagen.fitness.timetable import Timetable, plan_timetable, quarters
from datagen.fitness.traits import draw_traits, people_of
from datagen.fitness.trips import Trips, draw_trips
from datagen.fitness.visits import draw_last_visits
from datagen.frozen import dataclass
from datagen.streams import Streams
from datagen.types import Rows

_YEAR = 365


@dataclass(frozen=True)
class History:
    """The frame of the history up to the as-of day (a day number), for a window of so many months before it."""

    reference: Reference
    rules: FitnessRules
    streams: Streams
    as_of: int
    months: int
    calendar: Calendar
    clubs: Clubs
    spells: Spells
    tastes_by_home: Tastes
    places_by_home: Rows
    """Where each member is among those tastes: those of a club lie side by side, for they are asked for together."""
    pauses: Pauses
    trips: Trips
    last_visits: NDArray[np.int32]
    billing: Billing
    roster: Roster
    timetable: Timetable
    members_at: tuple[NDArray[np.intp], ...]
    spells_at: tuple[NDArray[np.intp], ...]
    _rooms: dict[int, Rooms] = field(default_factory=dict, repr=False)
    _dues: dict[int, Payments] = field(default_factory=dict, repr=False)
    _away: dict[tuple[int, int], tuple[Trips, Pauses]] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_rooms": {}, "_dues": {}, "_away": {}}

    @property
    def start(self) -> int:
        """The first day of the window."""
        return month_bounds(self.as_of, self.months)[0]

    def dues_at(self, facility: int) -> Payments:
        """Attempts at dues over the window, by day, of the members whose home is this facility.

        Worked out for all months together, on first need: a month alone takes nearly as long.
        """
        dues = self._dues.get(facility)
        if dues is None:
            dues = dues_paid(self.billing, self.spells_at[facility], facility, self.start, self.as_of)
            self._dues[facility] = dues
        return dues

    def tastes_of(self, members: Rows) -> Tastes:
        """The tastes and the traits of some members, in their order."""
        return self.tastes_by_home.among(self.places_by_home.take(members))

    def away(self, low: int, high: int) -> tuple[Trips, Pauses]:
        """The trips and pauses, of all clubs, that touch the days [low, high).

        The latest ones are kept, for a worker makes a month of one club after the other.
        """
        found = self._away.get((low, high))
        if found is None:
            found = self.trips.between(low, high), self.pauses.between(low, high)
            self._away.clear()
            self._away[low, high] = found
        return found

    def rooms_at(self, facility: int) -> Rooms:
        """The rooms of a facility that take visits without a class."""
        rooms = self._rooms.get(facility)
        if rooms is None:
            rooms = rooms_of(facility, self.reference.areas, self.rules.visits, self.rules.classes)
            self._rooms[facility] = rooms
        return rooms

    @property
    def ahead(self) -> int:
        """The first day that nothing is scheduled for."""
        return self.as_of + self.rules.classes.schedule_ahead_days


@lru_cache(maxsize=256)
def month_bounds(as_of: int, back: int) -> tuple[int, int]:
    """The month that begins `back` months before the as-of day, as [first day, first day after)."""
    return int(add_months(as_of, -back)), int(add_months(as_of, 1 - back))


def calendar_of(reference: Reference, rules: FitnessRules, streams: Streams, as_of: int) -> Calendar:
    """The calendar of the clubs over the whole history, the month before it and the days ahead.

    `streams` are those of the world.
    """
    low, high = month_bounds(as_of, MOST_MONTHS + 1)[0], as_of + rules.classes.schedule_ahead_days
    return draw_calendar(reference.facilities, rules.closures, streams.at("calendar"), low, high)


def build_history(
    reference: Reference, rules: FitnessRules, seed: int, as_of: int, months: int, ran: Course | None = None
) -> History:
    """Decide everything that does not belong to a single month; `ran` is the course of memberships, if it is known."""
    streams = Streams(seed, "fitness")
    homes, facilities = reference.members.homes, len(reference.facilities.opens)
    clubs = draw_clubs(facilities, rules.clubs, streams.at("clubs"))
    wealth = wealth_of(reference.members.zips, rules.clubs, streams.at("clubs"))
    spells = build_spells(reference, rules.memberships, wealth, streams, as_of, ran)
    begin, ahead = month_bounds(as_of, MOST_MONTHS)[0], as_of + rules.classes.schedule_ahead_days
    traits = draw_traits(
        people_of(reference, clubs), rules.visits, rules.members.mean_age(), streams.at("traits"), begin, ahead
    )
    calendar = calendar_of(reference, rules, streams, as_of)
    draws = draws_of(clubs.size, rules.staff)
    roster = draw_roster(reference, calendar, rules.roster, rules.absences, streams.at("roster"), as_of, draws)

    blocks = quarters(begin, ahead)
    window = month_bounds(as_of, months)[0]
    first_block = next(place for place, (_, high) in enumerate(blocks) if high > window)
    weekly = expected_weekly_visits(
        spells, traits, homes, reference.members.joins, facilities, blocks, rules.visits, as_of
    )
    skill = draw_temper(len(roster.homes), 0, streams.at("temper")).skill
    timetable = plan_timetable(
        reference, roster, weekly, blocks, first_block, ahead, skill, clubs, rules.classes, streams.at("timetable")
    )
    billing = build_billing(
        reference,
        spells,
        rules.payments,
        rules.memberships.cooling_days[1],
        streams.at("memberpayments"),
        as_of,
        _class_fees(weekly, blocks, as_of, rules.classes),
        wealth,
        rules.members.mean_age(),
    )
    tastes = Tastes(reference, traits, timetable, rules.classes, rules.members.mean_age(), streams.integer("tastes"))
    tastes_by_home, places_by_home = _by_home(tastes, homes)
    return History(
        reference=reference,
        rules=rules,
        streams=streams,
        as_of=as_of,
        months=months,
        calendar=calendar,
        clubs=clubs,
        spells=spells,
        tastes_by_home=tastes_by_home,
        places_by_home=places_by_home,
        pauses=draw_pauses(len(homes), rules.visits, streams.at("pauses"), begin, ahead),
        trips=draw_trips(homes, reference.facilities, rules.visits, streams.at("trips"), begin, as_of),
        last_visits=draw_last_visits(spells, rules.visits, streams.at("last visits")),
        billing=billing,
        roster=roster,
        timetable=timetable,
        members_at=_by_facility(homes, facilities),
        spells_at=_by_facility(homes.take(spells.members), facilities),
    )


def _by_facility(homes: Rows, facilities: int) -> tuple[NDArray[np.intp], ...]:
    return tuple(np.flatnonzero(homes == facility) for facility in range(facilities))


def _by_home(tastes: Tastes, homes: Rows) -> tuple[Tastes, Rows]:
    """The tastes of all members by club, and where each member is among them."""
    order = homes.argsort(kind="stable")
    places = np.empty(len(order), np.intp)
    places[order] = np.arange(len(order))
    return tastes.among(order), places


def _class_fees(weekly: NDArray[np.float64], blocks: list[tuple[int, int]], as_of: int, rules: ClassRules) -> float:
    """About how many class fees are paid in the last year, from the visits a week that are expected in each block."""
    days = [max(min(high, as_of) - max(low, as_of - _YEAR), 0) for low, high in blocks]
    # Whole hundredths, so that the sum does not depend on the order in which a machine adds.
    visits = int((np.rint(100 * weekly).astype(np.int64) * days).sum()) / 700
    return visits * rules.visit_share * rules.paid_share * rules.seated_share
