"""Service and repair of machines, decided over the whole history: usage stays away from the days of repair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.calendar import weekday
from datagen.columns import Coded, Columns, Day, Labels, Money, Serial, Texts, or_no_code, or_null
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.history import month_bounds
from datagen.fitness.rules.machines import MachineRules
from datagen.fitness.size import MOST_MONTHS
from datagen.fitness.supplementary.upkeep import (
    FAMILIES,
    WORDS,
    families_of,
    fault_of,
    inspection_remark,
    repair_remark,
    upkeep_remark,
    waiting_remark,
)
from datagen.frozen import dataclass
from datagen.people import full_names
from datagen.pools.pool_files import Pools
from datagen.sampling import pick, scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Integers, Rows

PREVENTIVE, INSPECTION, REPAIR = range(len(vocabulary.MAINTENANCE_TYPES))
FAR = 1 << 24
"""Later than any day."""

_TYPE = Labels.of(vocabulary.MAINTENANCE_TYPES)
_OUT_OF_ORDER = vocabulary.EQUIPMENT_STATUSES.index("Out of Order")
_DAYS_A_YEAR = 365
_PERCENT = 100
_ROUNDS = 64  # services of a machine after which the draws for its delays and costs begin again
_LATEST_SERVICE = 31  # days, more than any service is late
_MOST_TECHNICIANS = 200  # names that are made
_SATURDAY = 5


@dataclass(frozen=True)
class Services:
    """equipmentmaintenance of the whole history, by day, then machine.

    `faults` are places among those of the machine's family, negative where nothing was at fault; `counters` what the
    machine has run, in the family's unit; `words` (services, `upkeep.WORDS`) what remarks are composed from. `down` is
    the day from which each machine has been Out of Order, `FAR` for the others.
    """

    machines: Rows
    days: Days
    kinds: NDArray[np.int8]
    next_days: Days
    faults: Rows
    counters: Integers
    words: NDArray[np.uint16]
    cents: NDArray[np.int64]
    technicians: Rows
    down: Days

    def __len__(self) -> int:
        return len(self.days)


def draw_services(
    reference: Reference, use: NDArray[np.float64], rules: MachineRules, streams: Streams, as_of: int
) -> Services:
    """The services of all machines in the whole history, whatever window of it is asked for; `use` is that of each
    machine against the usual."""
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
    row, back = np.divmod(_breakdowns(reference, family, use, rules, streams, as_of), MOST_MONTHS)
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

    waiting, repair = day == down[row], kinds == REPAIR
    wearing = (1 - rules.wear_by_age) * use
    worn = lanes("worn") < threshold(wearing / (rules.wear_by_age + wearing))[row]
    due = bought[row] + ((day - bought[row]) // interval[row] + 1) * interval[row]
    pace = np.array([rules.counters.get(item.name, 0) for item in FAMILIES]).take(family) * np.rint(_PERCENT * use)
    return Services(
        machines=row,
        days=day.astype(np.int32),
        kinds=kinds.astype(np.int8),
        next_days=or_null(~waiting, due),
        faults=or_no_code(repair, fault_of(family[row], worn, lanes("fault"))),
        counters=(day - bought[row]) * pace[row].astype(np.int64) // _PERCENT,
        words=np.stack([lanes(f"word {place}") for place in range(WORDS)], axis=1),
        cents=_costs(kinds, machines.price_cents.take(row), lanes("cost"), rules),
        technicians=_technicians(reference.areas.facilities.take(machines.areas.take(row)), lanes("technician"), rules),
        down=down.astype(np.int32),
    )


def _technicians(facility: Rows, lanes: NDArray[np.uint16], rules: MachineRules) -> Rows:
    """Who comes to each service: the first of the club's technicians mostly, the next the more seldom."""
    left = [(1 - rules.first_technician) ** place for place in range(rules.technicians)]
    who: Rows = (facility * rules.technicians + pick(left, lanes)) % _MOST_TECHNICIANS
    return who


def _times(bought: NDArray[np.int64], every: NDArray[np.int64], first: int, as_of: int) -> tuple[Rows, Rows]:
    """Machine and number (from 1) of each service that falls due from a month before `first` to the as-of day."""
    earliest = np.maximum(-((bought - first + _LATEST_SERVICE) // every), 1)
    number = np.maximum((as_of - 1 - bought) // every - earliest + 1, 0)
    row = np.repeat(np.arange(len(bought)), number)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number) + earliest[row]


def _breakdowns(
    reference: Reference, family: Rows, use: NDArray[np.float64], rules: MachineRules, streams: Streams, as_of: int
) -> Rows:
    """Machine x month (counted back) in which a machine breaks down, flat; likelier with age and with use."""
    machines, count = reference.equipment, len(reference.equipment)
    wear = rules.wear_by_age + (1 - rules.wear_by_age) * use
    rate = np.array([rules.repairs[item.name] for item in FAMILIES]).take(family) * wear
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
    family = families_of(reference.equipment.kinds).take(services.machines.take(rows))
    fault = services.faults.take(rows)
    waiting = services.down.take(services.machines.take(rows)) == services.days.take(rows)
    parts = [[item.part for item in family.faults] for family in FAMILIES]
    replaced = [
        parts[which][place] if place >= 0 and not waits else None
        for which, place, waits in zip(family.tolist(), fault.tolist(), waiting.tolist(), strict=True)
    ]
    return {
        "maintenanceid": Serial("EQM", 6, 1, len(rows)),
        "equipmentid": Coded(services.machines.take(rows), reference.equipment.ids),
        "maintenancedate": Day(services.days.take(rows)),
        "maintenancetype": Coded(services.kinds.take(rows), _TYPE),
        "technicianname": Coded(services.technicians.take(rows), Labels.of(names)),
        "description": Texts(array_of(_remarks(services, rows, family, waiting))),
        "cost": Money(services.cents.take(rows)),
        "partsreplaced": Texts(array_of(replaced)),
        "nextmaintenancedate": Day(services.next_days.take(rows), nullable=True),
    }


def _remarks(services: Services, rows: Rows, family: Rows, waiting: NDArray[np.bool_]) -> list[str]:
    """What was done in each of these services."""
    out = []
    columns = (services.kinds.take(rows), services.faults.take(rows), services.counters.take(rows), waiting, family)
    words = services.words.take(rows, axis=0).tolist()
    for kind, place, counter, waits, which, mine in zip(*(column.tolist() for column in columns), words, strict=True):
        item = FAMILIES[which]
        if waits:
            out.append(waiting_remark(item.faults[place], mine))
        elif kind == REPAIR:
            out.append(repair_remark(item, item.faults[place], counter, mine))
        elif kind == PREVENTIVE:
            out.append(upkeep_remark(item, counter, mine))
        else:
            out.append(inspection_remark(item, mine))
    return out
