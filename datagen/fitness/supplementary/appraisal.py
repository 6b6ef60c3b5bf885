"""What managers write in evaluations: composed from the rating, the figures of the quarter, and what to work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WORDS = 4
"""Numbers that a comment and a goal are composed from."""

_COMMENTS = (
    ("Outstanding quarter", "A model for the team", "Members ask for these classes", "Excellent preparation throughout",
     "Sets the standard of the club", "Colleagues come to watch"),
    ("Reliable and well liked", "A solid quarter", "Strong with beginners", "Well prepared and calm",
     "Good rapport with members", "Classes run to plan"),
    ("Good work with room to grow", "Uneven quarter", "Knows the material, not the room", "Good technique, late cues",
     "Improving after a slow start", "Dependable, could be livelier"),
    ("Below expectations; support agreed", "A difficult quarter", "Instructions often unclear", "Preparation was thin",
     "Several complaints discussed", "Needs closer guidance"),
)  # fmt: skip
_GOALS = (
    ("Mentor a new colleague", "Lead a workshop for the team", "Develop a new format", "Launch a new class",
     "Share class plans with the team", "Film one class for training"),
    ("Offer one more class a week", "Add a beginners' option to each class", "Stand in for colleagues more often",
     "Learn one format more", "Visit two classes of colleagues", "Collect feedback after each new routine"),
    ("Learn members' names", "Arrive ten minutes before class", "Vary the routine each month", "Cue a beat earlier",
     "Close every class with a stretch", "Walk the room during the main part"),
    ("Weekly feedback with the manager", "Team-teach with a colleague for a month", "Write a plan for each class",
     "Repeat the course on cueing", "Two observed classes a month", "Answer every complaint within two days"),
)  # fmt: skip
LEVELS = len(_COMMENTS)
"""Kinds of comments and goals, the best first: one more than the rule `feedback.remarks_from` has limits."""


class Figures(NamedTuple):
    """A quarter: classes a month; hundredths of attendance a class, of the share of members who came back in per cent
    (negative: nobody came) and of the members' rating (0: none)."""

    classes: int
    attendance: int
    retention: int
    satisfaction: int


def comment(level: int, figures: Figures, words: Sequence[int]) -> str:
    """The manager's comment: an opinion, and one or two of the figures."""
    facts = [f"{_tenths(figures.attendance)} a class on average"]
    if figures.classes > 1:
        facts.append(f"{figures.classes} classes a month")
    if figures.retention >= 100:
        facts.append(f"{figures.retention // 100} % of those who came did so again")
    if figures.satisfaction:
        facts.append(f"rated {_tenths(figures.satisfaction)} by members")
    first = words[1] % len(facts)
    chosen = [facts[first]]
    if words[2] & 1:
        chosen.append(facts[(first + 1) % len(facts)])
    return f"{_COMMENTS[level][words[0] % len(_COMMENTS[level])]}: {', '.join(chosen)}"


def goal(level: int, figures: Figures, words: Sequence[int]) -> str:
    """A goal for the next quarter."""
    if level and words[3] % 8 == 0:
        return f"Raise attendance to {figures.attendance // 100 + 1} a class"
    return _GOALS[level][words[3] // 8 % len(_GOALS[level])]


def _tenths(hundredths: int) -> str:
    tenths = (hundredths + 5) // 10
    return f"{tenths // 10}.{tenths % 10}"
