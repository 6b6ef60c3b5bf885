"""What members write about a class: composed from openers and details that fit the rating, the kind of class, and what
really happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WORDS = 5
"""Numbers that a remark is composed from."""

_OPENERS = {
    5: ("Best class of my week", "Loved it", "Fantastic", "Great energy from start to finish", "So good", "Perfect",
        "Exactly what I needed", "I left with a smile", "Couldn't be better", "Top class",
        "Wonderful", "A highlight", "Impressed", "One of the best here"),
    4: ("Good class", "Well structured and friendly", "Enjoyed it", "Really solid", "Nice session", "Good workout",
        "Happy with it", "Nearly perfect", "Good pace", "Would recommend it", "Fun and well run"),
    3: ("It was fine", "Okay overall", "Average", "Not bad", "Mixed feelings", "Decent, no more", "All right",
        "Had better ones here", "So-so"),
    2: ("A bit disappointing", "Not for me", "Expected more", "Below the usual", "Hard going", "Not my best class here",
        "Won't rush back"),
    1: ("Did not enjoy it", "Would not come again", "Very disappointing", "Regret going", "A waste of time",
        "Poor", "Not acceptable"),
}  # fmt: skip
_GOOD = (
    "clear cues and kind corrections", "knows everybody by name", "options for every level", "the music was spot on",
    "time flew by", "explains why we do things", "pushes you just enough", "felt safe all the time",
    "pushed me without breaking me", "made beginners welcome", "good warm-up and a proper stretch",
    "well prepared", "you can tell there is a plan", "great mood in the room", "corrected my posture twice",
)  # fmt: skip
_MIXED = (
    "the music was a little loud", "too much talk between the parts", "I missed a proper cool-down",
    "too much repetition", "a harder version would have been nice", "hard to see from the back",
    "the room was warm", "a little rushed at the end", "could not hear everything", "more breaks would help",
)  # fmt: skip
_BAD = (
    "hard to follow the instructions", "little attention to beginners", "the pace did not suit me", "felt rushed",
    "nobody corrected anything", "too much shouting", "my back hurt afterwards", "no options for bad knees",
    "seemed unprepared", "kept looking at the clock", "more chat than training",
)  # fmt: skip
_GOOD_OF = {
    "Mind & Body": ("I slept like a stone afterwards", "so calm afterwards", "lovely breathing part", "great flow"),
    "Cardio": ("soaked and happy", "my heart rate was right where I wanted it", "great intervals"),
    "Strength": ("good advice on form", "sore in the right places", "added weight today"),
    "Cycling": ("great playlist for the climbs", "the last sprint was brutal in a good way", "the ride felt short"),
    "Dance": ("I got every step in the end", "danced all the way home", "great choreography"),
    "Aqua": ("my joints thank you", "the water was just right", "harder than it looks, and fun"),
    "Martial Arts": ("good partner drills", "learned two new combinations", "clean technique, no showing off"),
    "Functional": ("every station made sense", "good mix of stations", "functional in the best sense"),
}
_BAD_OF = {
    "Mind & Body": ("too fast for a calm class", "no time to get into a pose"),
    "Cardio": ("no breaks at all", "only jumping"),
    "Strength": ("waited for weights", "nobody looked at form"),
    "Cycling": ("the bikes were not set up", "the ride had no structure"),
    "Dance": ("lost after the first steps", "steps were not shown slowly"),
    "Aqua": ("the water was cold", "could not hear anything in the pool"),
    "Martial Arts": ("too rough for a mixed group", "no time for technique"),
    "Functional": ("stood in line at the stations", "circuits without explanation"),
}
_LATE = ("started {} minutes late", "began {} minutes late", "{} minutes late")
_CROWDED = ("too crowded for my taste", "crowded, I hardly had room", "too crowded to move freely")
_FULL = ("full house and a great mood", "full to the last place, for a reason", "booked out and rightly so")
_SMALL = ("small group, so everybody got corrections", "few of us, nearly a private lesson", "nice and small group")
_CLOSERS = (
    "See you next week", "Thank you", "Back next week", "Please keep it", "More of this", "Same time next week",
    "My partner comes along next time",
)  # fmt: skip


class Facts(NamedTuple):
    """What holds of the class: its category, whole minutes by which it began late (0: worth no remark), and whether it
    was full, or small."""

    category: str
    late: int
    full: bool
    small: bool


def remark(rating: int, facts: Facts, words: Sequence[int]) -> str:
    """A remark that goes with a rating, 1 to 5, and states only facts that hold."""
    form = words[0] % 10
    opener = _one(_OPENERS[rating], words[1])
    if form < 2:
        return opener
    details = _details(rating, facts)
    # What is particular to the class comes last, and is worth a remark more often.
    detail = details[max(words[2] % len(details), words[3] % len(details))]
    if form < 4:
        return _sentence(detail)
    if form < 6 and rating >= 4:
        return f"{opener}, {detail}. {_one(_CLOSERS, words[4])}"
    return f"{opener}, {detail}" if words[4] & 1 else f"{opener}. {_sentence(detail)}"


def _details(rating: int, facts: Facts) -> list[str]:
    if rating >= 4:
        out = [*_GOOD, *_GOOD_OF[facts.category]]
        if rating == 4:
            out += _MIXED[:3]
        return out + list(_FULL * facts.full + _SMALL * facts.small)
    out = [*_MIXED] if rating == 3 else [*_BAD, *_BAD_OF[facts.category]]
    if facts.late:
        out += [text.format(facts.late) for text in _LATE]
    return out + list(_CROWDED * facts.full)


def _one(choices: Sequence[str], word: int) -> str:
    return choices[word % len(choices)]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
