"""What technicians write: the work that a kind of machine needs, its faults, and remarks composed of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.sampling import scaled
from datagen.types import Rows


class Fault(NamedTuple):
    """What a repair mends: what was noticed, what was done, the part it takes, and whether use brings it about."""

    noticed: tuple[str, ...]
    done: str
    part: str
    wear: bool


class Family(NamedTuple):
    """Machines that wear alike: words in their type that tell them, the upkeep they need and the faults they have.

    `tasks` and `inspected` are of preventive services and of inspections; `counter` is what their console counts.
    """

    name: str
    words: tuple[str, ...]
    counter: str
    tasks: tuple[tuple[str, ...], ...]
    inspected: tuple[str, ...]
    faults: tuple[Fault, ...]


FAMILIES = (
    Family(
        "treadmill", ("treadmill",), "km",
        (("belt tension set", "belt tightened a quarter turn", "belt tension within limits"),
         ("tracking adjusted", "belt centred", "tracking checked at 10 km/h"),
         ("deck waxed", "deck wiped and waxed twice", "deck cleaned, wax renewed"),
         ("motor bay vacuumed", "dust blown out of the motor bay", "motor cover off, bay cleaned"),
         ("rollers cleaned", "front roller cleaned of wax", "rollers checked for play"),
         ("incline calibrated", "incline run from 0 to 15 %", "elevation motor greased"),
         ("brush length measured", "motor brushes at two thirds", "current draw under load measured")),
        ("emergency stop", "safety clip", "power cord and plug", "handrails", "deck edges", "grounding", "side rails"),
        (Fault(("belt slipped under load", "belt hesitated at each step", "belt surface glazed and cracked"),
               "belt replaced and calibrated", "Running belt", True),
         Fault(("deck worn through", "deck soft in the middle, high current draw", "laminate of the deck worn away"),
               "deck and cushions replaced", "Deck and deck cushions", True),
         Fault(("drive motor overheated", "smell of burning from the motor bay", "motor tripped the breaker"),
               "brushes replaced", "Motor brushes", True),
         Fault(("speed jumped", "display showed a speed error", "no signal from the speed sensor"),
               "sensor replaced and aligned", "Speed sensor", False),
         Fault(("console did not start", "console froze in mid-session", "keypad did not respond"),
               "board replaced", "Console board", False)),
    ),
    Family(
        "drive", ("bike", "cycle", "elliptical", "climber", "rowing"), "h",
        (("drive belt checked", "belt tension measured", "chain and sprockets cleaned"),
         ("bearings checked", "bearings free of play", "main bearing greased"),
         ("joints greased", "linkage greased", "pivot bolts greased and tightened"),
         ("console tested", "display and buttons tested", "console batteries renewed"),
         ("pedals and straps checked", "straps renewed", "foot plates tightened"),
         ("resistance tested at all levels", "resistance calibrated", "brake gap set"),
         ("seat post cleaned", "rails wiped and treated", "seat clamp tightened")),
        ("pedals and straps", "frame welds", "guards", "power supply", "level on the floor", "seat and grips"),
        (Fault(("pedal arm had play", "knocking at each turn of the crank", "crank loose on its axle"),
               "bearing replaced", "Crank bearing", True),
         Fault(("drive belt worn", "chain worn and skipping", "slipping when pushed hard"),
               "belt replaced and tensioned", "Drive belt", True),
         Fault(("resistance did not change", "resistance stuck at one level", "brake motor did not move"),
               "brake unit replaced", "Brake unit", False),
         Fault(("heart-rate grips gave no reading", "heart rate jumped", "grip contacts corroded"),
               "grips replaced", "Grip sensors", False)),
    ),
    Family(
        "cable", ("cable", "pulldown", "seated row", "press", "extension", "curl", "smith", "reformer"), "",
        (("cables inspected", "cables checked along their whole length", "cable ends and swages checked"),
         ("pulleys inspected", "pulleys spun by hand, no noise", "pulley bolts tightened"),
         ("guide rods cleaned", "guide rods lubricated", "rods wiped and silicone applied"),
         ("weight stack checked", "stack plates aligned", "selector pin tested at each plate"),
         ("upholstery wiped and checked", "seams of the pads checked", "pads tightened"),
         ("seat adjustment tested", "adjusters greased", "locking pins tested"),
         ("bolts tightened", "frame bolts at torque", "feet levelled")),
        ("cables and ends", "pulley covers", "selector pin", "frame welds", "stops", "guards of the stack", "labels"),
        (Fault(("cable frayed", "strands broken near the swage", "coating of the cable split"),
               "cable replaced", "Steel cable", True),
         Fault(("pulley noisy", "pulley ran rough", "groove of the pulley worn"), "pulley replaced", "Pulley", True),
         Fault(("upholstery torn", "seam of the pad open", "foam of the seat flat"),
               "pad replaced", "Seat pad", True),
         Fault(("selector pin lost its spring", "selector pin missing", "selector pin bent"),
               "pin replaced", "Selector pin", False)),
    ),
    Family(
        "gear", (), "",
        (("bolts tightened", "fastenings at torque", "loose bolts tightened"),
         ("upholstery checked", "pads wiped and checked", "seams checked"),
         ("grips checked", "knurling brushed", "grips cleaned"),
         ("surfaces treated", "chrome wiped and oiled", "rust spots removed"),
         ("feet levelled", "rubber feet checked", "placed anew and levelled"),
         ("moving parts lubricated", "hinges greased", "adjusters tested")),
        ("welds", "fastenings", "upholstery", "stability under load", "labels", "floor anchors"),
        (Fault(("upholstery torn", "pad cover split", "foam of the pad flat"), "cover replaced", "Pad cover", True),
         Fault(("fastening loose again", "bolt thread worn", "joint had play"), "bolts replaced", "Bolt set", True),
         Fault(("weld cracked", "bracket bent", "frame damaged when moved"), "bracket replaced", "Frame bracket",
               False)),
    ),
)  # fmt: skip
_FINDINGS = (
    "no defects", "passed", "passed, minor wear noted", "one label renewed", "a loose bolt tightened on the spot",
    "nothing to report", "paint chipped at the base, not structural", "in order", "passed; cleaning advised",
)  # fmt: skip
_CLOSINGS = (
    "test run without fault", "ran {} min without fault", "tested under load", "back in service",
    "tested with the club", "noise gone", "watch for {} weeks",
)  # fmt: skip
_WAITING = (
    "locked and tagged, {} ordered", "out of order until the {} comes", "taken off the floor; waits for the {}",
    "switched off, {} on back order", "closed to members, supplier asked for the {}",
)  # fmt: skip
_INSPECTION = ("Safety inspection", "Inspection", "Half-yearly inspection", "Routine inspection")
WORDS = 8
"""Numbers that a remark is composed from."""


def families_of(kinds: Sequence[str]) -> Rows:
    """The place in `FAMILIES` of each type of machine."""
    known: dict[str, int] = {}
    for kind in dict.fromkeys(kinds):
        words = kind.lower()
        known[kind] = next(
            place for place, item in enumerate(FAMILIES) if not item.words or any(word in words for word in item.words)
        )
    return np.array([known[kind] for kind in kinds], np.intp)


def fault_of(family: Rows, wear: NDArray[np.bool_], lanes: NDArray[np.uint16]) -> Rows:
    """A fault, as its place among those of each row's family, that comes with use where `wear`."""
    out = np.zeros(len(family), np.intp)
    for place, item in enumerate(FAMILIES):
        for worn in (False, True):
            faults = np.array([i for i, fault in enumerate(item.faults) if fault.wear == worn])
            rows = np.flatnonzero((family == place) & (wear == worn))
            out[rows] = faults.take(scaled(lanes[rows], len(faults)))
    return out


def upkeep_remark(family: Family, counter: int, words: Sequence[int]) -> str:
    """What a preventive service did: three or four of the family's tasks, and what the machine has run."""
    number = 3 + (words[0] & 1)
    ranked = sorted(range(len(family.tasks)), key=lambda task: (words[1] * (2 * task + 3)) % 65_537)
    chosen = sorted(ranked[:number])
    parts = [_one(family.tasks[task], words[2 + place]) for place, task in enumerate(chosen)]
    took = f" ({15 + 5 * (words[7] % 9)} min)" if not family.counter else _run(family, counter)
    return _sentence("; ".join(parts) + took)


def inspection_remark(family: Family, words: Sequence[int]) -> str:
    """What an inspection looked at and found."""
    first = words[1] % len(family.inspected)
    second = (first + 1 + words[2] % (len(family.inspected) - 1)) % len(family.inspected)
    seen = f"{family.inspected[first]}, {family.inspected[second]}"
    return f"{_one(_INSPECTION, words[0])}: {seen}: {_one(_FINDINGS, words[3])}; sticker {1_000 + words[4] % 9_000}"


def repair_remark(family: Family, fault: Fault, counter: int, words: Sequence[int]) -> str:
    """What was noticed and mended."""
    closing = _one(_CLOSINGS, words[1]).format(2 + words[2] % 14)
    return _sentence(f"{_one(fault.noticed, words[0])}; {fault.done}, {closing}{_run(family, counter)}")


def waiting_remark(fault: Fault, words: Sequence[int]) -> str:
    """Why a machine is out of order."""
    return _sentence(f"{_one(fault.noticed, words[0])}; {_one(_WAITING, words[1]).format(fault.part.lower())}")


def _run(family: Family, counter: int) -> str:
    return f" ({counter:,} {family.counter})" if family.counter and counter else ""


def _one(choices: Sequence[str], word: int) -> str:
    return choices[word % len(choices)]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
