"""The staff: who they are, what they do and what they earn."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.calendar import day_number
from datagen.columns import NULL, Day, Labels, Money, Serial
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.reference.employment import employments, hourly_cents, on_weekdays, service, statuses, team
from datagen.fitness.reference.frames import frame, texts
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.staff import TEAM, StaffRules
from datagen.fitness.staff_homes import Draws, deal_homes, draws_of
from datagen.fitness.vocabulary import EMPLOYMENT_TYPES, JOB_TITLES
from datagen.people import EMAIL_DOMAINS, emails, first_names, surnames, telephones
from datagen.places import Places, rows_of
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.sampling import quota_pick, scaled, stratified
from datagen.streams import Streams

DEPARTMENTS = {
    "Manager": "Management",
    "Group Fitness Instructor": "Group Fitness",
    "Front Desk": "Member Services",
    "Personal Trainer": "Personal Training",
    "Maintenance": "Facilities",
    "Lifeguard": "Aquatics",
    "Nutritionist": "Wellness",
    "Physical Therapist": "Wellness",
}
OWN_DOMAIN = "example.org"
"""The chain's own e-mail domain, which members do not use."""

_QUOTA = 100
_LIFEGUARD = JOB_TITLES.index("Lifeguard")


def staff(
    streams: Streams,
    sites: Streams,
    count: int,
    facilities: pa.Table,
    areas: pa.Table,
    opened: NDArray[np.int64],
    places: Places,
    as_of: dt.date,
    all_rules: FitnessRules,
    pools: Pools = SHIPPED,
) -> pa.Table:
    """`staff`: the teams of the clubs in the order in which they were hired, which their numbers tell.

    Positions are filled in the order of `rules.staff.TEAM`, so every club has a manager as soon as there are more staff
    than clubs; each club (one entry in `opened`, the day on which it did) fills them from its opening on. The staff of
    each title, as they were hired, go where most are missing (`staff_homes`), lifeguards to clubs with a pool; a
    telephone has the area code of the club, and pay follows its town (`sites` are the streams of clubs). With more
    staff the same people are there, among others: only numbers and clubs follow from the order.
    """
    fitted, rules = (opened - all_rules.facilities.fitting_days).astype(np.int32), all_rules.staff
    today = day_number(as_of)
    clubs = len(facilities)
    title, position = team(count, clubs)
    status = statuses(streams, count, clubs, rules)
    hired, terminated = service(streams, position, opened.take(np.arange(count) % clubs), status, today, rules)
    swum_in, lanes = _pools(facilities, areas), streams.lanes(count, "first pool")
    hired, terminated = _once_there_is_a_pool(title, hired, terminated, opened, swum_in, lanes, today, rules)
    low, high = rules.ages
    age = low + scaled(streams.lanes(count, "age"), high - low + 1)
    year = hired.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - age
    sex = np.array(rules.gender.names)[quota_pick(rules.gender.shares, stratified(streams, count, _QUOTA, "gender"))]
    first = first_names(sex, year, streams.words(count, "first name"), pools)
    last = surnames(streams.words(count, "surname"), pools)
    arrival = np.lexsort((np.arange(count), hired))
    traits = draw_clubs(clubs, all_rules.clubs, sites)
    club = _clubs(title, hired, fitted, swum_in, draws_of(traits.size, rules))
    code = places.area_code[rows_of(places, facilities["zipcode"])][club]
    wages = traits.wages.take(club)
    address = emails(first, last, streams.lanes(count, "e-mail"), np.zeros(count, np.uint16), pools)
    people = frame(
        {
            "firstname": first,
            "lastname": last,
            "email": pc.replace_substring(address, EMAIL_DOMAINS[0], OWN_DOMAIN),
            "phone": telephones(code, streams.lanes(count, "telephone")),
            "hiredate": Day(hired),
            "jobtitle": Labels.of(TEAM).arrow.take(array_of(title)),
            "department": Labels.of(DEPARTMENTS[name] for name in TEAM).arrow.take(array_of(title)),
            "employmenttype": Labels.of(EMPLOYMENT_TYPES).arrow.take(
                array_of(employments(streams, title, position, rules))
            ),
            "hourlyrate": Money(hourly_cents(streams, title, hired, wages, today, rules, all_rules.clubs)),
            "status": array_of(status.tolist()),
            "terminationdate": Day(terminated, nullable=True),
        }
    )
    numbers = frame({"staffid": Serial("STF", 4, 1, count), "employeenumber": Serial("E", 5, 1, count)})
    hired_first = people.take(array_of(arrival))
    return pa.table([*numbers.columns, *hired_first.columns], [*numbers.column_names, *hired_first.column_names])


def _clubs(
    title: NDArray[np.int64],
    hired: NDArray[np.int32],
    fitted: NDArray[np.int32],
    pools: NDArray[np.intp],
    draws: Draws,
) -> NDArray[np.intp]:
    """The club of each of the staff."""
    codes = np.array([JOB_TITLES.index(name) for name in TEAM])[title]
    arrival = np.argsort(hired, kind="stable")
    out = np.empty(len(title), np.intp)
    out[arrival] = deal_homes(codes[arrival], hired[arrival], fitted, np.arange(len(fitted)), pools, draws)[0]
    return out


def _pools(facilities: pa.Table, areas: pa.Table) -> NDArray[np.intp]:
    """The clubs that have a pool."""
    place = {name: row for row, name in enumerate(texts(facilities["facilityid"]))}
    kinds, homes = texts(areas["areatype"]), texts(areas["facilityid"])
    return np.array(sorted({place[home] for kind, home in zip(kinds, homes, strict=True) if kind == "Pool"}), np.intp)


def _once_there_is_a_pool(
    title: NDArray[np.int64],
    hired: NDArray[np.int32],
    terminated: NDArray[np.int32],
    opened: NDArray[np.int64],
    pools: NDArray[np.intp],
    lanes: NDArray[np.uint16],
    today: int,
    rules: StaffRules,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Hire and last days, where no lifeguard is hired before a club with a pool is about to open.

    Who would have been comes in the weeks in which the first such club hires its founding team.
    """
    if not len(pools):
        return hired, terminated
    least, most = rules.founding_days
    first = int(opened.take(pools).min()) - most
    early = (np.array([JOB_TITLES.index(name) for name in TEAM])[title] == _LIFEGUARD) & (hired < first)
    days = on_weekdays(first + scaled(lanes, most - least + 1))
    later = np.where(early, days, hired).astype(np.int32)
    left = (terminated != NULL) & early
    gone = np.where(left, np.minimum(terminated + (later - hired), today - 1), terminated)
    return later, gone.astype(np.int32)
