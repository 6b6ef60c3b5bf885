"""One facility, one month: visits, classes, bookings and payments, made together so that they agree.

A month is counted back from the as-of day; the days scheduled ahead form one more, with classes and bookings only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import MINUTES_A_DAY, SECONDS_A_DAY
from datagen.columns import Coded, Columns, Day, Labels, Money, Numbered, Serial, Stamp, Whole, or_null
from datagen.fitness.closures import ClubDays
from datagen.fitness.enrollments import ATTENDED, ENROLLED, NO_SHOW, Enrollments, draw_bookings_ahead, draw_enrollments
from datagen.fitness.frames import Reference
from datagen.fitness.history import History, month_bounds
from datagen.fitness.instances import COMPLETED, REASONS, Instances, draw_instances
from datagen.fitness.labels import (
    ACCESS_METHOD,
    CLASS_STATUS,
    ENROLLMENT_STATUS,
    PAYMENT_METHOD,
    PAYMENT_STATUS,
    PAYMENT_TYPE,
)
from datagen.fitness.occupancy import find_room
from datagen.fitness.pauses import Pauses
from datagen.fitness.payments import CLASS, Payments, between, methods_of
from datagen.fitness.payments import COMPLETED as PAID
from datagen.fitness.roster import Plan
from datagen.fitness.traits import Traits
from datagen.fitness.trips import Trips
from datagen.fitness.visits import Present, Visits, draw_visits, who_may_come
from datagen.frozen import dataclass
from datagen.sampling import pick_by_row, threshold
from datagen.streams import Streams
from datagen.types import Rows

_REASON = Labels.of(REASONS)
_HOLDS_SEAT = np.isin(np.arange(len(ENROLLMENT_STATUS.values)), (ATTENDED, NO_SHOW, ENROLLED))


@dataclasses.dataclass(frozen=True, order=True)
class Unit:
    """A facility and the month that begins `back` months before the as-of day; 0 are the days scheduled ahead."""

    back: int
    facility: int

    def __str__(self) -> str:
        when = f"the month {self.back} before the end date" if self.back else "the days ahead of the end date"
        return f"facility {self.facility + 1}, {when}"


@dataclass(frozen=True)
class Month:
    """What happened in one unit, before the rows are numbered."""

    history: History
    facility: int
    low: int
    instances: Instances
    attended: NDArray[np.int64]
    enrollments: Enrollments
    members: Rows
    payments: Payments
    visits: Visits
    visitors: Rows
    areas: Rows
    access: NDArray[np.intp]

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows by table."""
        return {
            "classinstances": len(self.instances),
            "classenrollments": len(self.members),
            "memberpayments": len(self.payments.days),
            "memberaccess": len(self.visitors),
        }

    def summarise(self) -> dict[str, int]:
        """The number of rows by table."""
        return self.rows

    def columns(self, firsts: Mapping[str, int]) -> Iterator[tuple[str, Columns]]:
        """The rows as columns, numbered from `firsts` by table."""
        yield "classinstances", self._instances(firsts["classinstances"])
        yield "classenrollments", self._enrollments(firsts["classenrollments"], firsts["classinstances"])
        yield "memberpayments", self._payments(firsts["memberpayments"])
        yield "memberaccess", self._visits(firsts["memberaccess"])

    def _instances(self, first: int) -> Columns:
        instances, reference = self.instances, self.history.reference
        days = (self.low + instances.days).astype(np.int32)
        done = instances.statuses == COMPLETED
        return {
            "instanceid": Serial("INS", 6, first, len(instances)),
            "scheduleid": Numbered("SCH", 4, instances.sessions + 1),
            "classdate": Day(days),
            "actualstarttime": Stamp(days, or_null(done, instances.begun), nullable=True),
            "actualendtime": Stamp(days, or_null(done, instances.ended), nullable=True),
            "actualinstructorid": Coded(instances.instructors, reference.staff.ids),
            "actualcapacity": Whole(self.attended),
            "status": Coded(instances.statuses, CLASS_STATUS),
            "cancellationreason": Coded(instances.reasons, _REASON, nullable=True),
        }

    def _enrollments(self, first: int, first_instance: int) -> Columns:
        booking, count = self.enrollments, len(self.members)
        day = (self.low + self.instances.days.take(booking.instances)).astype(np.int32)
        attended = booking.statuses == ATTENDED
        return {
            "enrollmentid": Serial("ENR", 8, first, count),
            "memberid": Coded(self.members, self.history.reference.members.ids),
            "instanceid": Numbered("INS", 6, first_instance + booking.instances),
            "enrollmentdate": self._moment(booking.booked),
            "enrollmentstatus": Coded(booking.statuses, ENROLLMENT_STATUS),
            "paymentamount": Money(prices(self.history, self.instances, booking)),
            "checkintime": Stamp(day, or_null(attended, booking.check_ins), nullable=True),
            "checkouttime": Stamp(day, or_null(attended, booking.check_outs), nullable=True),
        }

    def _moment(self, seconds: NDArray[np.int64]) -> Stamp:
        day, second = np.divmod(seconds, SECONDS_A_DAY)
        return Stamp((self.low + day).astype(np.int32), second.astype(np.int32))

    def _payments(self, first: int) -> Columns:
        payments = self.payments
        count = len(payments.days)
        return {
            "paymentid": Serial("PAY", 8, first, count),
            "memberid": Coded(payments.members, self.history.reference.members.ids),
            "paymentdate": Day(payments.days),
            "amount": Money(payments.cents),
            "paymenttype": Coded(payments.types, PAYMENT_TYPE),
            "paymentmethod": Coded(payments.methods, PAYMENT_METHOD),
            "status": Coded(payments.statuses, PAYMENT_STATUS),
        }

    def _visits(self, first: int) -> Columns:
        visits, reference, count = self.visits, self.history.reference, len(self.visitors)
        days = (self.low + visits.days).astype(np.int32)
        return {
            "accessid": Serial("ACC", 8, first, count),
            "memberid": Coded(self.visitors, reference.members.ids),
            "facilityid": Coded(np.full(count, self.facility), reference.facilities.ids),
            "areaid": Coded(self.areas, reference.areas.ids),
            "checkintime": Stamp(days, visits.ins.astype(np.int32)),
            "checkouttime": Stamp(days, visits.outs.astype(np.int32)),
            "accessmethod": Coded(self.access, ACCESS_METHOD),
            "duration": Whole((visits.outs - visits.ins) // 60),
        }


def units(reference: Reference, months: int) -> list[Unit]:
    """The units of the window in the order of publishing: month by month, then facility; the days ahead last."""
    facilities = np.flatnonzero(reference.facilities.active)
    return [Unit(back, int(facility)) for back in range(months, -1, -1) for facility in facilities]


def make_month(history: History, unit: Unit) -> Month:
    """Everything that happens in one unit; a function of its arguments alone."""
    if unit.back == 0:
        return _days_ahead(history, unit.facility)
    low, high = month_bounds(history.as_of, unit.back)
    facility, rules = unit.facility, history.rules
    streams = history.streams.at("month", facility, low)
    club = history.calendar.at(facility, low, high)
    trips, pauses = history.away(low, high)
    present = _present(history, facility, low, high, trips, pauses)
    tastes = history.tastes_of(present.people)
    traits = tastes.traits
    visits = draw_visits(present, traits, club, rules.visits, rules.closures, streams.at("visits"))
    plan = history.roster.plan(facility, low, high)
    instances = _instances(history, facility, plan, high, club, streams)
    bookings = draw_enrollments(
        present,
        visits,
        tastes,
        instances,
        history.timetable,
        rules.classes,
        streams.at("bookings"),
    )
    areas, stays = _areas(history, facility, plan, traits, visits, instances, bookings, streams.at("areas"))

    moment = (visits.days * MINUTES_A_DAY + visits.ins // 60).astype(np.uint16)
    order = moment.argsort(kind="stable")
    order = order[stays.take(order)]
    access = _ways_in(history, facility, plan, visits, traits, streams)
    bookings, members = _in_order(bookings, present)
    return Month(
        history=history,
        facility=facility,
        low=low,
        instances=instances,
        attended=np.bincount(bookings.instances[bookings.statuses == ATTENDED], minlength=len(instances)),
        enrollments=bookings,
        members=members,
        payments=_payments(history, facility, low, high, instances, bookings, members, streams),
        visits=Visits(
            visits.rows.take(order), visits.days.take(order), visits.ins.take(order), visits.outs.take(order)
        ),
        visitors=present.people.take(visits.rows.take(order)),
        areas=areas.take(order),
        access=access.take(order),
    )


def _ways_in(
    history: History, facility: int, plan: Plan, visits: Visits, traits: Traits, streams: Streams
) -> NDArray[np.intp]:
    """How each visitor opens the door: by card or app, whichever is one's own, mostly; at times the staff does, if
    anybody is there."""
    rules, count = history.rules.visits, len(visits.rows)
    card, app, staff = (ACCESS_METHOD.values.index(name) for name in ("Key Card", "Mobile App", "Staff Override"))
    other = streams.lanes(count, "other way in") < threshold(rules.other_access_share)
    own = np.where(traits.by_app.take(visits.rows) ^ other, app, card)
    often = rules.access_methods["Staff Override"] * float(history.clubs.override[facility])
    helped = np.flatnonzero(streams.lanes(count, "staff override") < threshold(often))
    own[helped[plan.attended(visits.days.take(helped), visits.ins.take(helped))]] = staff
    return own


def _days_ahead(history: History, facility: int) -> Month:
    """The classes scheduled from the as-of day on, and who has booked them by then."""
    low, high = history.as_of, history.ahead
    streams = history.streams.at("month", facility, low)
    nothing = np.zeros(0, np.intp)
    nobody = Trips(nothing, nothing, nothing.astype(np.int32), nothing.astype(np.int32), nothing)
    present = _present(history, facility, low, high, nobody, history.away(low, high)[1])
    plan, rules = history.roster.plan(facility, low, high), history.rules
    instances = _instances(history, facility, plan, high, history.calendar.at(facility, low, high), streams)
    nothing_yet = np.zeros(high - low, np.int64)
    club = history.calendar.at(facility, low, high)._replace(stop_from=nothing_yet, stop_until=nothing_yet)
    tastes = history.tastes_of(present.people)
    visits = draw_visits(present, tastes.traits, club, rules.visits, rules.closures, streams.at("visits"))
    bookings = draw_bookings_ahead(
        present, visits, tastes, instances, history.timetable, rules.classes, streams.at("bookings")
    )
    bookings, members = _in_order(bookings, present)
    return Month(
        history=history,
        facility=facility,
        low=low,
        instances=instances,
        attended=np.zeros(len(instances), np.int64),
        enrollments=bookings,
        members=members,
        payments=_payments(history, facility, low, high, instances, bookings, members, streams),
        visits=Visits(nothing, nothing, nothing.astype(np.int64), nothing.astype(np.int64)),
        visitors=nothing,
        areas=nothing,
        access=nothing,
    )


def _present(history: History, facility: int, low: int, high: int, trips: Trips, pauses: Pauses) -> Present:
    return who_may_come(
        facility,
        history.members_at[facility],
        history.spells,
        history.last_visits,
        history.reference.members.joins,
        trips,
        pauses,
        low,
        high,
        history.rules.visits,
    )


def _instances(history: History, facility: int, plan: Plan, high: int, club: ClubDays, streams: Streams) -> Instances:
    return draw_instances(
        facility,
        history.timetable,
        history.reference,
        history.roster,
        plan,
        high,
        history.as_of,
        club,
        history.rules.classes,
        streams.at("instances"),
    )


def _areas(
    history: History,
    facility: int,
    plan: Plan,
    traits: Traits,
    visits: Visits,
    instances: Instances,
    bookings: Enrollments,
    streams: Streams,
) -> tuple[Rows, NDArray[np.bool_]]:
    """The area of each visit, and which visits find room; those of a class are in its room, and nobody swims without
    a lifeguard."""
    timetable = history.timetable
    out = np.zeros(len(visits.rows), np.intp)
    stays = np.ones(len(visits.rows), np.bool_)
    kept = bookings.visits >= 0
    in_class = bookings.visits[kept]
    out[in_class] = timetable.areas.take(instances.sessions.take(bookings.instances[kept]))

    rooms = history.rooms_at(facility)
    alone = np.ones(len(visits.rows), np.bool_)
    alone[in_class] = False
    plain = np.flatnonzero(alone)
    leaning = traits.leaning.take(visits.rows.take(plain))
    lanes = streams.lanes(len(plain), "wanted")
    wanted = pick_by_row(rooms.limits, leaning, lanes).astype(np.uint16)
    hours = (part.take(plain) for part in (visits.days, visits.ins, visits.outs))
    watched = plan.watched(history.roster.guards_at(facility), *hours)[1] > 0
    dry = np.flatnonzero((wanted >= rooms.dry) & ~watched)
    wanted[dry] = pick_by_row(rooms.dry_limits, leaning.take(dry), streams.lanes(len(plain), "dry").take(dry))
    choices = np.where(watched, len(rooms.areas), rooms.dry).astype(np.uint16)
    begin = visits.days.take(plain) * SECONDS_A_DAY
    ins = ((begin + visits.ins.take(plain)) // 60).astype(np.uint16)
    outs = (-(-(begin + visits.outs.take(plain)) // 60)).astype(np.uint16)
    found, room = find_room(wanted, ins, outs, rooms.capacity, choices)
    out[plain] = rooms.areas.take(found)
    stays[plain] = room
    return out, stays


def _in_order(bookings: Enrollments, present: Present) -> tuple[Enrollments, Rows]:
    """The bookings by class, and within it by the moment of booking; and their members."""
    order = np.lexsort((bookings.booked, bookings.instances))
    ordered = Enrollments(*(field.take(order) for field in vars(bookings).values()))
    return ordered, present.people.take(ordered.rows)


def prices(history: History, instances: Instances, bookings: Enrollments) -> NDArray[np.int64]:
    """What each booking costs, in cents: the session's price where the seat is held, else nothing."""
    price = history.timetable.price_cents.take(instances.sessions.take(bookings.instances))
    return np.where(_HOLDS_SEAT.take(bookings.statuses), price, 0)


def _payments(
    history: History,
    facility: int,
    low: int,
    high: int,
    instances: Instances,
    bookings: Enrollments,
    members: Rows,
    streams: Streams,
) -> Payments:
    """Dues attempted on the days [low, high), and the fees of their classes paid in the window; by day."""
    price = prices(history, instances, bookings)
    paid = np.flatnonzero(price)
    payers = members.take(paid)
    days = (low + bookings.booked.take(paid) // SECONDS_A_DAY).astype(np.int32)
    in_window = (days >= history.start) & (days < history.as_of)
    paid, payers, days = paid[in_window], payers[in_window], days[in_window]
    fees = Payments(
        members=payers,
        days=days,
        cents=price.take(paid),
        types=np.full(len(paid), CLASS, np.int8),
        methods=methods_of(history.billing, payers, streams.lanes(len(price), "class fee method").take(paid)),
        statuses=np.full(len(paid), PAID, np.int8),
    )
    dues = between(history.dues_at(facility), low, min(high, history.as_of))
    joined = [np.concatenate(field) for field in zip(vars(dues).values(), vars(fees).values(), strict=True)]
    order = np.argsort(joined[1], kind="stable")
    return Payments(*(field.take(order) for field in joined))
