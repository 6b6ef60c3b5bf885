"""Who may teach the classes of a facility, and who watches its pool meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules

Ready = tuple[int, int, int]
"""A member of staff, the day from which they may do it, and their last day."""


Hours = set[tuple[int, int, int]]
"""On one weekday: a member of staff, and the first and the last minute of theirs, on any of the rotas."""


class Team(NamedTuple):
    """Who may teach at a facility and who watches its pool; `steady` are the guards whose hours the pool keeps.

    `lessons` are the hours of instructors by weekday, `watches` those of guards on their usual rota.
    """

    instructors: list[int]
    guards: list[int]
    steady: set[int]
    lessons: list[Hours]
    watches: list[Hours]

    def watching(self, weekday: int, start: int, end: int, *, steady: bool) -> list[int]:
        """The guards who are there from `start` to `end`; nobody where `steady` ones are asked for and none is."""
        present = there(self.watches[weekday], start, end)
        return [g for g in self.guards if g in present] if not steady or self.steady & present else []


def team_at(reference: Reference, roster: Roster, facility: int, rules: ClassRules) -> Team:
    """Who teaches and watches at a facility."""
    instructors, guards = _instructors_at(reference, roster, facility), roster.guards_at(facility).tolist()
    # The hours of a pool are those of the guards who have been there longest, and are still.
    longest = sorted(guards, key=lambda g: (-int(roster.last_days[g]), int(roster.first_days[g])))
    steady = set(longest[: rules.steady_guards])
    lessons = _hours(roster, instructors, [range(roster.starts.shape[1])] * len(instructors))
    watches = _hours(roster, guards, [[roster.usual_rota(g)] for g in guards])
    return Team(instructors, guards, steady, lessons, watches)


def _instructors_at(reference: Reference, roster: Roster, facility: int) -> list[int]:
    """Who may teach and has this facility as a home."""
    everywhere = reference.staff.instructors()
    found: list[int] = everywhere[roster.homes.take(everywhere) == facility].tolist()
    return found


def _hours(roster: Roster, people: list[int], rotas: Sequence[Sequence[int]]) -> list[Hours]:
    """The hours by weekday of these people, each on some rotas."""
    hours: list[Hours] = [set() for _ in range(roster.starts.shape[2])]
    for person, theirs in zip(people, rotas, strict=True):
        starts, ends = roster.starts[person].tolist(), roster.ends[person].tolist()
        for rota in theirs:
            for found, start, end in zip(hours, starts[rota], ends[rota], strict=True):
                if start >= 0:
                    found.add((person, start, end))
    return hours


def there(hours: Hours, start: int, end: int) -> set[int]:
    """Who is there from `start` to `end` on any of the rotas."""
    return {person for person, first, last in hours if first <= start and end <= last}


def ready(people: list[int], since: list[int], last_days: list[int]) -> tuple[Ready, ...]:
    """These people with the days, by row of staff, from which they may do it, and their last days."""
    return tuple((p, since[p], last_days[p]) for p in people)


def watched(start: int, end: int, rules: ClassRules) -> tuple[int, int]:
    """The minutes from and to which a guard must be there for a session."""
    before, after = rules.watch_minutes()
    return start - before, end + after
