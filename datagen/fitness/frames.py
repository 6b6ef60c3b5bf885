"""The seam between the reference tables and the generators of transactions.

Reference frames come from the generator, from CSV files or from a user's own hand. Here they are checked, column by
column, and turned into the arrays that the generators work from; everything downstream relies on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import numbers_of, text_scalar
from datagen.calendar import SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.column_reader import ColumnReader
from datagen.columns import NULL, Labels
from datagen.errors import FrameError
from datagen.fitness import vocabulary
from datagen.frozen import dataclass
from datagen.places import distance_km, load_places, rows_of
from datagen.table_reader import reader_of
from datagen.types import Codes, Days, Rows

if TYPE_CHECKING:
    import pandas as pd

ALONE, FIRST_PAYER, OTHER_PAYER = range(3)
"""Who pays at an address: one member only; the one of several who joined first; another one."""

_LONG_AGO, _NEVER = -(1 << 20), 1 << 20  # days before and after all others
_LEAST_OPEN = 4 * SECONDS_AN_HOUR  # seconds of a day into which visits, classes and shifts fit


@dataclass(frozen=True)
class Plans:
    """membershiptypes: one entry a plan."""

    ids: Labels
    names: tuple[str, ...]
    months: NDArray[np.int64]
    monthly_cents: NDArray[np.int64]
    registration_cents: NDArray[np.int64]
    active: NDArray[np.bool_]


@dataclass(frozen=True)
class ClassTypes:
    """classtypes; `required` holds places in the certifications."""

    ids: Labels
    categories: Codes
    minutes: NDArray[np.int64]
    seats: NDArray[np.int64]
    required: tuple[tuple[int, ...], ...]
    active: NDArray[np.bool_]


@dataclass(frozen=True)
class Certifications:
    """instructorcertifications."""

    ids: Labels
    names: tuple[str, ...]
    months: NDArray[np.int64]


@dataclass(frozen=True)
class Facilities:
    """facilities; opening hours in seconds of the day.

    `fitted` is the day on which a club's first machine was bought, and `opened` that from which it has members; long
    ago where the frames do not tell.
    """

    ids: Labels
    states: tuple[str, ...]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    active: NDArray[np.bool_]
    fitted: Days
    opened: Days

    def never_close(self) -> NDArray[np.bool_]:
        """Which of them are open round the clock."""
        never: NDArray[np.bool_] = (self.opens == 0) & (self.closes == SECONDS_A_DAY - 1)
        return never


@dataclass(frozen=True)
class Areas:
    """facilityareas; `facilities` and `types` are codes."""

    ids: Labels
    facilities: Codes
    types: Codes
    capacity: NDArray[np.int64]
    active: NDArray[np.bool_]

    def at(self, facility: int, area_type: str) -> NDArray[np.intp]:
        """The active areas of a type in a facility."""
        wanted = vocabulary.AREA_TYPES.index(area_type)
        return np.flatnonzero((self.facilities == facility) & (self.types == wanted) & self.active)


@dataclass(frozen=True)
class Equipment:
    """equipment, one entry a machine; `areas` are codes, `bought` day numbers."""

    ids: Labels
    kinds: tuple[str, ...]
    areas: Codes
    bought: Days
    price_cents: NDArray[np.int64]
    statuses: Codes

    def __len__(self) -> int:
        return len(self.bought)


@dataclass(frozen=True)
class Members:
    """members; `changed` is the day of the last change, `homes` the facility nearest to each.

    `kms` is how far away that is (0 where nobody knows); `payers` tells who shares an address with whom: `ALONE`,
    `FIRST_PAYER` or another one; `zips` are ZIP codes as numbers; `heads` is the row of the one who joined first at
    each one's address.
    """

    ids: Labels
    births: Days
    joins: Days
    changed: Days
    statuses: Codes
    genders: Codes
    payers: Codes
    heads: Rows
    homes: Codes
    kms: NDArray[np.float64]
    zips: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.joins)


@dataclass(frozen=True)
class Staff:
    """staff; `leaves` is the last day of those who are Terminated, `NULL` otherwise."""

    ids: Labels
    titles: Codes
    employment: Codes
    statuses: Codes
    hires: Days
    leaves: Days
    rate_cents: NDArray[np.int64]

    def instructors(self) -> NDArray[np.intp]:
        """The rows of those who may teach."""
        teaches = np.zeros(len(self.titles), np.bool_)
        for title in vocabulary.INSTRUCTOR_TITLES:
            teaches |= self.titles == vocabulary.JOB_TITLES.index(title)
        return np.flatnonzero(teaches)


@dataclass(frozen=True)
class Reference:
    """The reference tables as arrays."""

    plans: Plans
    class_types: ClassTypes
    certifications: Certifications
    facilities: Facilities
    areas: Areas
    equipment: Equipment
    members: Members
    staff: Staff


def read_frames(frames: Mapping[str, pd.DataFrame | pa.Table], as_of: int, fitting_days: int = 0) -> Reference:
    """Check reference frames and turn them into arrays.

    `frames` maps table names (docs/fitness-tables.md) to frames as `FitnessCenterDataGenerator` makes them, or as
    pandas reads them from CSV; `as_of` is the day number of the as-of day, `fitting_days` how long before its opening
    the first machine of a club is bought. Raises `FrameError` naming table, column and value.
    """
    certifications, certification_keys = _certifications(reader_of(frames, "instructorcertifications"))
    facilities = _facilities(reader_of(frames, "facilities"))
    areas = _areas(reader_of(frames, "facilityareas"), facilities)
    equipment = _equipment(reader_of(frames, "equipment"), areas, facilities)
    fitted = _fitted(equipment, areas, len(facilities.opens))
    facilities = replace(facilities, fitted=fitted, opened=np.where(fitted == _LONG_AGO, fitted, fitted + fitting_days))
    their_zipcodes = reader_of(frames, "facilities").zipcodes("zipcode")
    members = _members(reader_of(frames, "members"), their_zipcodes, facilities, as_of)
    opened = facilities.opened.copy()
    np.minimum.at(opened, members.homes, members.joins)
    facilities = replace(facilities, opened=opened)
    return Reference(
        plans=_plans(reader_of(frames, "membershiptypes")),
        class_types=_class_types(reader_of(frames, "classtypes"), certification_keys),
        certifications=certifications,
        facilities=facilities,
        areas=areas,
        equipment=equipment,
        members=members,
        staff=_staff(reader_of(frames, "staff")),
    )


def plans_of(frame: pd.DataFrame | pa.Table) -> Plans:
    """The plans of a frame, or an Arrow table, of `membershiptypes`. Raises `FrameError`, naming column and value."""
    return _plans(reader_of({"membershiptypes": frame}, "membershiptypes"))


def _plans(reader: ColumnReader) -> Plans:
    plans = Plans(
        ids=reader.ids("membershiptypeid"),
        names=tuple(reader.texts("typename")),
        months=reader.wholes("duration", 1, 12),
        monthly_cents=reader.cents("monthlyfee"),
        registration_cents=reader.cents("registrationfee"),
        active=reader.flags("isactive"),
    )
    reader.refuse("duration", ~np.isin(plans.months, vocabulary.PLAN_MONTHS), "a plan runs 1 or 12 months")
    anyone = np.array([not name.startswith(vocabulary.AGE_BOUND_PLANS) for name in plans.names])
    if not (plans.active & anyone & (plans.months == 1)).any():
        raise FrameError(
            "membershiptypes.isactive: no plan of duration 1 that members of any age may take is active "
            f"(one whose typename does not begin with {' or '.join(vocabulary.AGE_BOUND_PLANS)}); activate one."
        )
    return plans


def _certifications(reader: ColumnReader) -> tuple[Certifications, dict[str, int]]:
    ids = reader.ids("certificationid")
    months = reader.wholes("validitymonths", 1, 600)
    return Certifications(ids, tuple(reader.texts("certificationname")), months), {
        key: place for place, key in enumerate(ids.values)
    }


def _class_types(reader: ColumnReader, certifications: Mapping[str, int]) -> ClassTypes:
    ids = reader.ids("classtypeid")
    required = []
    for key, value in zip(ids.values, reader.optional_texts("requiredcertifications"), strict=True):
        wanted = [item for item in (value or "").split(vocabulary.CERTIFICATION_SEPARATOR) if item]
        for item in wanted:
            if item not in certifications:
                raise FrameError(
                    f"classtypes.requiredcertifications holds '{item}' (row {key}): "
                    "there is no such id in instructorcertifications."
                )
        required.append(tuple(certifications[item] for item in wanted))
    return ClassTypes(
        ids=ids,
        categories=reader.vocabulary("category", vocabulary.CLASS_CATEGORIES),
        minutes=reader.wholes("durationminutes", 10, 240),
        seats=reader.wholes("maxparticipants", 1, 1_000),
        required=tuple(required),
        active=reader.flags("isactive"),
    )


def _facilities(reader: ColumnReader) -> Facilities:
    facilities = Facilities(
        ids=reader.ids("facilityid"),
        states=tuple(reader.texts("state")),
        opens=reader.clock("opentime"),
        closes=reader.clock("closetime"),
        active=reader.flags("isactive"),
        fitted=np.zeros(0, np.int32),
        opened=np.zeros(0, np.int32),
    )
    if not facilities.active.any():
        raise FrameError("facilities.isactive: no facility is active; at least one must be.")
    short = facilities.closes - facilities.opens < _LEAST_OPEN
    reader.refuse("closetime", short, "a facility must be open for at least four hours, within one day")
    return facilities


def _areas(reader: ColumnReader, facilities: Facilities) -> Areas:
    areas = Areas(
        ids=reader.ids("areaid"),
        facilities=reader.references("facilityid", facilities.ids, "facilities"),
        types=reader.vocabulary("areatype", vocabulary.AREA_TYPES),
        capacity=reader.wholes("maxcapacity", 0, 100_000),
        active=reader.flags("isactive"),
    )
    for facility, key in enumerate(facilities.ids.values):
        if not facilities.active[facility]:
            continue
        if not len(areas.at(facility, "Cardio")) and not len(areas.at(facility, "Strength")):
            raise FrameError(f"facilityareas: facility {key} has no active Cardio or Strength area; visits need one.")
    return areas


def _equipment(reader: ColumnReader, areas: Areas, facilities: Facilities) -> Equipment:
    equipment = Equipment(
        ids=reader.ids("equipmentid"),
        kinds=tuple(reader.texts("equipmenttype")),
        areas=reader.references("areaid", areas.ids, "facilityareas"),
        bought=reader.days("purchasedate"),
        price_cents=reader.cents("purchaseprice"),
        statuses=reader.vocabulary("status", vocabulary.EQUIPMENT_STATUSES),
    )
    elsewhere = reader.references("facilityid", facilities.ids, "facilities") != areas.facilities.take(equipment.areas)
    reader.refuse("facilityid", elsewhere, "it is not the facility of the machine's area")
    return equipment


def _fitted(equipment: Equipment, areas: Areas, facilities: int) -> Days:
    """The day on which the first machine of each facility was bought, `_LONG_AGO` where there is none."""
    first = np.full(facilities, _NEVER, np.int32)
    np.minimum.at(first, areas.facilities.take(equipment.areas), equipment.bought)
    return np.where(first == _NEVER, np.int32(_LONG_AGO), first)


def _members(reader: ColumnReader, their_zipcodes: pa.StringArray, facilities: Facilities, as_of: int) -> Members:
    ids = reader.ids("memberid")
    births, joins, changed = reader.days("dateofbirth"), reader.days("joindate"), reader.days("lastmodified")
    statuses = reader.vocabulary("memberstatus", vocabulary.MEMBER_STATUSES)
    reader.refuse("joindate", joins >= as_of, "members join before the as-of day")
    reader.refuse("dateofbirth", births >= joins, "members are born before they join")
    if not (statuses == vocabulary.MEMBER_STATUSES.index("Active")).any():
        raise FrameError("members.memberstatus: no member is Active; at least one must be.")
    zipcodes = reader.zipcodes("zipcode")
    heads = heads_of(pa.table({"address": reader.strings("address"), "zipcode": zipcodes}), joins)
    homes, kms = _nearest(zipcodes, their_zipcodes, facilities, joins)
    return Members(
        ids=ids,
        births=births,
        joins=joins,
        changed=changed,
        statuses=statuses,
        genders=reader.vocabulary("gender", vocabulary.GENDERS),
        payers=payers_of(heads),
        heads=heads,
        homes=homes,
        kms=kms,
        zips=zip_numbers(zipcodes),
    )


def zip_numbers(zipcodes: pa.StringArray) -> NDArray[np.int64]:
    """The first five digits of ZIP codes as numbers, 0 for what has none."""
    texts = zipcodes.dictionary_encode()
    first = [text[:5] for text in texts.dictionary.to_pylist()]
    numbers = np.array([int(text) if text.isdecimal() else 0 for text in first], np.int64)
    return numbers.take(numbers_of(texts.indices))


def payers_of(heads: Rows) -> Codes:
    """For each member: `ALONE`, or whether they are the first to have joined of those whose head (`heads_of`) it is."""
    shared = np.bincount(heads, minlength=len(heads)).take(heads) > 1
    return np.where(~shared, ALONE, np.where(heads == np.arange(len(heads)), FIRST_PAYER, OTHER_PAYER))


def heads_of(households: pa.Table, joins: Days) -> Rows:
    """For each member: the row of the first to have joined of those whose columns are alike.

    `households` are the columns that people of one home share; of those who joined on one day, the first row counts.
    """
    whole = pc.binary_join_element_wise(*households.columns, text_scalar("\x1f"))
    homes = numbers_of(whole.combine_chunks().dictionary_encode().indices)
    order = np.argsort(joins, kind="stable")[::-1]
    first = np.empty(len(joins), np.intp)
    first[homes.take(order)] = order  # of several, the last one written stays
    return first.take(homes)


def _nearest(
    zipcodes: pa.StringArray, their_zipcodes: pa.StringArray, facilities: Facilities, joins: Days
) -> tuple[Codes, NDArray[np.float64]]:
    """The facility nearest to each member's ZIP of those that are active and had opened by the day of joining, and how
    many km away; where none had, the nearest one. For a ZIP unknown to us, members take turns."""
    places = load_places()
    rows = rows_of(places, zipcodes)
    their_rows = rows_of(places, their_zipcodes)
    distinct, back = np.unique(rows, return_inverse=True)
    distance = np.full((len(distinct), len(their_rows)), np.inf)
    for facility, row in enumerate(their_rows):
        if row >= 0 and facilities.active[facility]:
            distance[:, facility] = distance_km(
                places.latitude[distinct], places.longitude[distinct], places.latitude[row], places.longitude[row]
            )
    # Members take turns at facilities that are equally near, as those of one ZIP are.
    ties = (distance == distance.min(axis=1, keepdims=True)).sum(axis=1)
    turn = np.arange(len(rows)) % ties[back]
    by_distance = distance.argsort(axis=1, kind="stable")
    nearest = by_distance[back, turn]
    lost = (rows < 0) | np.isinf(distance).all(axis=1)[back]
    early = np.flatnonzero(~lost & (facilities.opened.take(nearest) > joins))
    for rank in range(len(their_rows)):
        if not len(early):
            break
        next_one = by_distance[back[early], rank]
        fits = facilities.active.take(next_one) & (facilities.opened.take(next_one) <= joins.take(early))
        fits &= np.isfinite(distance[back[early], next_one])
        nearest[early[fits]] = next_one[fits]
        early = early[~fits]
    open_ones = np.flatnonzero(facilities.active)
    kms = np.where(lost, 0, distance[back, nearest])
    return np.where(lost, open_ones[np.arange(len(rows)) % len(open_ones)], nearest), kms


def _staff(reader: ColumnReader) -> Staff:
    staff = Staff(
        ids=reader.ids("staffid"),
        titles=reader.vocabulary("jobtitle", vocabulary.JOB_TITLES),
        employment=reader.vocabulary("employmenttype", vocabulary.EMPLOYMENT_TYPES),
        statuses=reader.vocabulary("status", vocabulary.STAFF_STATUSES),
        hires=reader.days("hiredate"),
        leaves=reader.days("terminationdate", nullable=True),
        rate_cents=reader.cents("hourlyrate"),
    )
    terminated = staff.statuses == vocabulary.STAFF_STATUSES.index("Terminated")
    reader.refuse("terminationdate", terminated != (staff.leaves != NULL), "it is set if and only if Terminated")
    reader.refuse("terminationdate", terminated & (staff.leaves < staff.hires), "it lies before the hire date")
    return staff
