"""Service and repair of machines, decided over the whole history: usage stays away from the days of repair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import weekday
from datagen.columns import Coded, Columns, Day, Labels, Money, Serial, or_no_code, or_null
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.history import month_bounds
from datagen.fitness.rules.machines import MachineRules
from datagen.fitness.size import MOST_MONTHS
from datagen.people import full_names
from datagen.pools.pool_files import Pools
from datagen.sampling import scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

PREVENTIVE, INSPECTION, REPAIR = range(len(vocabulary.MAINTENANCE_TYPES))
FAR = 1 << 24
"""Later than any day."""

_TYPE = Labels(vocabulary.MAINTENANCE_TYPES)
_OUT_OF_ORDER = vocabulary.EQUIPMENT_STATUSES.index("Out of Order")
_DAYS_A_YEAR = 365
_ROUNDS = 64  # services of a machine after which the draws for its delays and costs begin again
_LATEST_SERVICE = 31  # days, more than any service is late
_MOST_TECHNICIANS = 200  # names that are made
_SATURDAY = 5


class Fault(NamedTuple):
    """What a repair mends, and the part it takes."""

    description: str
    part: str


class Family(NamedTuple):
    """Machines that wear alike: words in their type that tell them, the upkeep they need and the faults they have."""

    name: str
    words: tuple[str, ...]
    upkeep: str
    faults: tuple[Fault, ...]


FAMILIES = (
    Family("treadmill", ("treadmill",), "Belt tension and tracking set; deck waxed; motor bay vacuumed", (
        Fault("Running belt slipped under load; replaced and calibrated", "Running belt"),
        Fault("Deck worn through; replaced", "Deck and deck cushions"),
        Fault("Drive motor overheated; brushes replaced", "Motor brushes"),
        Fault("Speed sensor gave no signal; replaced", "Speed sensor"),
        Fault("Console did not start; replaced", "Console board"),
    )),
    Family("drive", ("bike", "cycle", "elliptical", "climber", "rowing"),
           "Drive belt and bearings checked; joints greased; console tested", (
        Fault("Pedal arm had play; bearing replaced", "Crank bearing"),
        Fault("Resistance did not change; brake unit replaced", "Brake unit"),
        Fault("Drive belt or chain worn; replaced", "Drive belt"),
        Fault("Heart-rate grips gave no reading; replaced", "Grip sensors"),
    )),
    Family("cable", ("cable", "pulldown", "seated row", "press", "extension", "curl", "smith", "reformer"),
           "Cables and pulleys inspected; guide rods cleaned and lubricated", (
        Fault("Cable frayed; replaced", "Steel cable"),
        Fault("Pulley bearing noisy; replaced", "Pulley"),
        Fault("Selector pin lost its spring; replaced", "Selector pin"),
        Fault("Upholstery torn; pad replaced", "Seat pad"),
    )),
    Family("gear", (), "Bolts tightened; upholstery and grips checked; surfaces treated", (
        Fault("Upholstery torn; pad replaced", "Pad cover"),
        Fault("Weld cracked; part replaced", "Frame bracket"),
        Fault("Fastening loose; replaced", "Bolt set"),
    )),
)  # fmt: skip
_INSPECTIONS = (
    "Safety inspection: no defects found",
    "Safety inspection: minor wear noted",
    "Safety inspection: labels and emergency stop checked",
)
_WAITING = "Taken out of order; repair waits for parts"
_FAULTS = [fault for family in FAMILIES for fault in family.faults]
_FIRST_FAULT = np.cumsum([0, *(len(family.faults) for family in FAMILIES)])
_DESCRIPTION = Labels.of(
    [*(family.upkeep for family in FAMILIES), *_INSPECTIONS, *(fault.description for fault in _FAULTS), _WAITING]
)
_PART = Labels.of(fault.part for fault in _FAULTS)


@dataclass(frozen=True)
class Services:
    """equipmentmaintenance of the whole history, by day, then machine; `parts` is negative for none.

    `down` is the day from which each machine has been Out of Order, `FAR` for the others.
    """

    machines: Rows
    days: Days
    kinds: NDArray[np.int8]
    next_days: Days
    descriptions: Rows
    parts: Rows
    cents: NDArray[np.int64]
    technicians: Rows
    down: Days

    def __len__(self) -> int:
        return len(self.days)


def families_of(kinds: tuple[str, ...]) -> Rows:
    """The place in `FAMILIES` of each type of machine."""
    known: dict[str, int] = {}
    for kind in dict.fromkeys(kinds):
        words = kind.lower()
        known[kind] = next(
            place for place, item in enumerate(FAMILIES) if not item.words or any(word in words for word in item.words)
        )
    return np.array([known[kind] for kind in kinds], np.intp)


def draw_services(reference: Reference, rules: MachineRules, streams: Streams, as_of: int) -> Services:
    """The services of all machines in the whole history, whatever window of it is asked for."""
    machines, count = reference.equipment, len(reference.equipment)
    first, bought = month_bounds(as_of, MOST_MONTHS)[0], machines.bought.astype(np.int64)
    family = families_of(machines.kinds)
    interval = np.array([rules.intervals[item.name] for item in FAMILIES]).take(family)

    down = as_of - 1 - scaled(streams.lanes(count, "down"), rules.out_of_order_days)
    down = np.where(machines.statuses == _OUT_OF_ORDER, np.maximum(down, bought + 1), FAR)

    parts = []
    for kind, every in ((PREVENTIVE, interval), (INSPECTION, np.full(count, rules.inspection_interval))):
        row, place = _times(bought, every, first, as_of)
        late = streams.lanes(count * _ROUNDS, "late", kind).reshape(count, _ROUNDS)[row, place % _ROUNDS]
        day = bought[row] + place * every[row] + scaled(late, rules.service_delay + 1)
        day += np.where(weekday(day) >= _SATURDAY, 7 - weekday(day), 0)
        keep = (day >= first) & (day < np.minimum(as_of, down[row]))
        parts.append((row[keep], day[keep], np.full(int(keep.sum()), kind), place[keep] % _ROUNDS))
    row, back = np.divmod(_breakdowns(reference, family, rules, streams, as_of), MOST_MONTHS)
    low, high = (np.array(ends) for ends in zip(*(month_bounds(as_of, b + 1) for b in range(MOST_MONTHS)), strict=True))
    lane = streams.lanes(count * MOST_MONTHS, "repair day").reshape(count, MOST_MONTHS)[row, back]
    day = low[back] + scaled(lane, (high - low)[back])
    keep = (day > bought[row]) & (day < down[row])
    parts.append((row[keep], day[keep], np.full(int(keep.sum()), REPAIR), back[keep]))
    row = np.flatnonzero(down < as_of)
    parts.append((row, down[row], np.full(len(row), REPAIR), np.zeros(len(row), np.intp)))

    row, day, kinds, place = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((kinds, row, day))
    row, day, kinds, place = row[order], day[order], kinds[order], place[order]

    def lanes(aspect: str) -> NDArray[np.uint16]:
        drawn = streams.lanes(count * _ROUNDS * 3, aspect).reshape(count, 3, _ROUNDS)
        chosen: NDArray[np.uint16] = drawn[row, kinds, place]
        return chosen

    waiting = day == down[row]
    fault = _FIRST_FAULT[family[row]] + scaled(lanes("fault"), np.diff(_FIRST_FAULT)[family[row]])
    inspection = len(FAMILIES) + scaled(lanes("remark"), len(_INSPECTIONS))
    description = np.choose(kinds, [family[row], inspection, len(FAMILIES) + len(_INSPECTIONS) + fault])
    due = bought[row] + ((day - bought[row]) // interval[row] + 1) * interval[row]
    facility = reference.areas.facilities.take(machines.areas.take(row))
    technician = facility * rules.technicians + scaled(lanes("technician"), rules.technicians)
    return Services(
        machines=row,
        days=day.astype(np.int32),
        kinds=kinds.astype(np.int8),
        next_days=or_null(~waiting, due),
        descriptions=np.where(waiting, len(_DESCRIPTION.values) - 1, description),
        parts=or_no_code((kinds == REPAIR) & ~waiting, fault),
        cents=_costs(kinds, machines.price_cents.take(row), lanes("cost"), rules),
        technicians=technician % _MOST_TECHNICIANS,
        down=down.astype(np.int32),
    )


def _times(bought: NDArray[np.int64], every: NDArray[np.int64], first: int, as_of: int) -> tuple[Rows, Rows]:
    """Machine and number (from 1) of each service that falls due from a month before `first` to the as-of day."""
    earliest = np.maximum(-((bought - first + _LATEST_SERVICE) // every), 1)
    number = np.maximum((as_of - 1 - bought) // every - earliest + 1, 0)
    row = np.repeat(np.arange(len(bought)), number)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number) + earliest[row]


def _breakdowns(reference: Reference, family: Rows, rules: MachineRules, streams: Streams, as_of: int) -> Rows:
    """Machine x month (counted back) in which a machine breaks down, flat; likelier with age and with use."""
    machines, count = reference.equipment, len(reference.equipment)
    clubs = len(reference.facilities.opens)
    club = reference.areas.facilities.take(machines.areas)
    members = np.bincount(reference.members.homes, minlength=clubs) / np.maximum(np.bincount(club, minlength=clubs), 1)
    wear = np.clip(rules.wear_by_age + (1 - rules.wear_by_age) * members / rules.usual_members, *rules.wear)
    rate = np.array([rules.repairs[item.name] for item in FAMILIES]).take(family) * wear.take(club)
    months = np.array([month_bounds(as_of, back + 1)[0] for back in range(MOST_MONTHS)])
    age = np.maximum(months - machines.bought[:, None], 0) / _DAYS_A_YEAR
    chance = rate[:, None] * (1 + rules.repairs_growth * age) / 12
    hit = streams.lanes(count * MOST_MONTHS, "repair").reshape(count, MOST_MONTHS) < threshold(chance)
    return np.flatnonzero(hit)


def _costs(
    kind: Rows, price_cents: NDArray[np.int64], lanes: NDArray[np.uint16], rules: MachineRules
) -> NDArray[np.int64]:
    """What each service costs, in cents."""
    fixed = [
        100 * low + rules.cost_step * scaled(lanes, 100 * (high - low) // rules.cost_step + 1)
        for low, high in (rules.preventive_cost, rules.inspection_cost)
    ]
    least, most = (round(10_000 * share) for share in rules.repair_cost)
    repair = price_cents * (least + scaled(lanes, most - least + 1)) // 10_000
    return np.choose(kind, [*fixed, np.maximum(repair, 100 * rules.call_out)])


def maintenance_columns(
    services: Services, reference: Reference, streams: Streams, low: int, high: int, pools: Pools
) -> Columns:
    """equipmentmaintenance of the days [low, high); technicians have names of the pools."""
    rows = np.arange(*np.searchsorted(services.days, (low, high)))
    names = full_names(streams.at("technicians"), _MOST_TECHNICIANS, pools)
    return {
        "maintenanceid": Serial("EQM", 6, 1, len(rows)),
        "equipmentid": Coded(services.machines.take(rows), reference.equipment.ids),
        "maintenancedate": Day(services.days.take(rows)),
        "maintenancetype": Coded(services.kinds.take(rows), _TYPE),
        "technicianname": Coded(services.technicians.take(rows), Labels.of(names)),
        "description": Coded(services.descriptions.take(rows), _DESCRIPTION),
        "cost": Money(services.cents.take(rows)),
        "partsreplaced": Coded(services.parts.take(rows), _PART, nullable=True),
        "nextmaintenancedate": Day(services.next_days.take(rows), nullable=True),
    }
