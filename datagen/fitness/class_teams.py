"""Who may teach the classes of a facility, and who watches its pool meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules

Ready = tuple[int, int, int]
"""A member of staff, the day from which they may do it, and their last day."""


class Team(NamedTuple):
    """Who may teach at a facility and who watches its pool; `steady` are the guards whose hours the pool keeps.

    `hours` of each are (first minutes, last minutes) by rota and weekday, of guards on their usual rota alone.
    """

    instructors: list[int]
    guards: list[int]
    steady: set[int]
    hours: dict[int, tuple[list[list[int]], ...]]

    def watching(self, weekday: int, start: int, end: int, *, steady: bool) -> list[int]:
        """The guards who are there from `start` to `end`; nobody where `steady` ones are asked for and none is."""
        there = [g for g in self.guards if may_cover(self.hours[g], weekday, start, end)]
        return there if not steady or self.steady.intersection(there) else []


def team_at(reference: Reference, roster: Roster, facility: int, rules: ClassRules) -> Team:
    """Who teaches and watches at a facility."""
    instructors, guards = _instructors_at(reference, roster, facility), roster.guards_at(facility).tolist()
    # The hours of a pool are those of the guards who have been there longest, and are still.
    longest = sorted(guards, key=lambda g: (-int(roster.last_days[g]), int(roster.first_days[g])))
    steady = set(longest[: rules.steady_guards])
    both = roster.starts, roster.ends
    hours = {p: tuple(part[p].tolist() for part in both) for p in instructors}
    hours |= {p: tuple(part[p, [roster.usual_rota(p)]].tolist() for part in both) for p in guards}
    return Team(instructors, guards, steady, hours)


def _instructors_at(reference: Reference, roster: Roster, facility: int) -> list[int]:
    """Who may teach and has this facility as a home."""
    everywhere = reference.staff.instructors()
    there: list[int] = everywhere[roster.homes.take(everywhere) == facility].tolist()
    return there


def ready(teachers: list[int], required: tuple[int, ...], roster: Roster) -> tuple[Ready, ...]:
    """These teachers with the day from which they may teach what requires these certificates, and their last day."""
    return tuple((p, roster.teaches_from(p, required), int(roster.last_days[p])) for p in teachers)


def watched(start: int, end: int, rules: ClassRules) -> tuple[int, int]:
    """The minutes from and to which a guard must be there for a session."""
    before, after = rules.watch_minutes()
    return start - before, end + after


def may_cover(hours: tuple[list[list[int]], ...], weekday: int, start: int, end: int) -> bool:
    """Whether somebody with these hours by rota and weekday is there from `start` to `end` on any of the rotas."""
    begins, until = hours
    return any(0 <= first[weekday] <= start and end <= last[weekday] for first, last in zip(begins, until, strict=True))
