"""The members: who they are, where they live, whom to call, since when they belong and what has become of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of, text_scalar
from datagen.calendar import day_number
from datagen.columns import Day, Labels, Serial, Stamp
from datagen.fitness.clubs import Clubs, draw_clubs, wealth_of
from datagen.fitness.course import Course, Givens, course_of, standing
from datagen.fitness.frames import heads_of, payers_of, plans_of, zip_numbers
from datagen.fitness.plan_choice import Payers
from datagen.fitness.reference.frames import frame
from datagen.fitness.reference.homes import home_clubs, home_places
from datagen.fitness.reference.households import RUN, Households, ages_within, genders_within, households
from datagen.fitness.reference.joining import birth_days, join_days, last_changes
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.members import MemberRules
from datagen.fitness.vocabulary import GENDERS, MEMBER_STATUSES
from datagen.people import emails, first_names, street_addresses, surnames, telephones
from datagen.places import Places, rows_of
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.sampling import cumulative, pick, pick_by_row, scaled, threshold
from datagen.streams import Streams

_FEMALE, _MALE = (GENDERS.index(name) for name in ("F", "M"))
_ACTIVE = MEMBER_STATUSES.index("Active")
_OTHER_LINE = 700  # moves a telephone number's lane on to another line
_DOMAIN_ENDS = (0, 65_535)  # lanes of the first and the last e-mail domain; the one between is the chain's own


def members(
    streams: Streams,
    count: int,
    facilities: pa.Table,
    opened: NDArray[np.int64],
    plans: pa.Table,
    streets: NDArray[np.str_],
    places: Places,
    as_of: dt.date,
    rules: FitnessRules,
    pools: Pools = SHIPPED,
) -> tuple[pa.Table, Course]:
    """`members`: people near the clubs of `facilities` (whose ZIP codes must be real), numbered as they join.

    The course of their memberships, from which each one's status is read off, is given beside the table.

    Nobody joins before the day on which their club `opened` (one entry a club).
    `plans` is `membershiptypes`; `streams` are those of the world. Who they are follows from the seed, the clubs, the
    as-of day, the rules and the pools of names alone: with more members, the same people are among them.
    """
    today = day_number(as_of)
    sites = draw_clubs(len(facilities), rules.clubs, streams.at("clubs"))
    people = _people(
        streams.at("members"), count, facilities, opened, sites, streets, places, today, rules.members, pools
    )
    joined = people["joindate"].days
    order = np.argsort(joined, kind="stable")
    table = {name: _taken(column, order) for name, column in people.items()}
    joined = joined.take(order)
    homes = frame({name: table[name] for name in ("address", "zipcode")})
    payers = Payers(
        people["dateofbirth"].days.take(order),
        joined,
        payers_of(heads_of(homes, joined)),
        wealth_of(zip_numbers(homes["zipcode"].combine_chunks()), rules.clubs, streams.at("clubs")),
    )
    given = Givens(
        payers,
        plans_of(plans),
        rules.memberships,
        streams.at("membermemberships"),
        streams.at("traits"),
        today,
    )
    course = course_of(given)
    status, since = standing(course.spells)
    if (status != _ACTIVE).all():
        status[0] = _ACTIVE  # a chain has a member at least
    changed, second = last_changes(streams.at("members"), joined, status == _ACTIVE, since, today, rules.members)
    ids = {"memberid": Serial("MEM", 6, 1, count)}
    last = {
        "memberstatus": Labels.of(MEMBER_STATUSES).arrow.take(array_of(status)),
        "lastmodified": Stamp(changed, second),
    }
    return frame({**ids, **table, **last}), course


def _taken(column: Day | pa.Array, order: NDArray[np.intp]) -> Day | pa.Array:
    return Day(column.days.take(order)) if isinstance(column, Day) else column.take(array_of(order))


def _people(
    streams: Streams,
    count: int,
    facilities: pa.Table,
    opened: NDArray[np.int64],
    sites: Clubs,
    streets: NDArray[np.str_],
    places: Places,
    today: int,
    rules: MemberRules,
    pools: Pools,
) -> dict[str, Any]:
    """Who the members are, as columns, household by household."""
    rows = -(-count // RUN) * RUN  # whole households, cut at the end
    homes = households(streams.at("household"), rows, rules)
    lone_days = join_days(streams.uniform(rows, "join"), today, rules)
    joined = np.where(homes.joint, lone_days[homes.head], lone_days)
    # A household finds a club that the first of it to join can join.
    begun = joined.astype(np.int64)
    np.minimum.at(begun, homes.head, joined)
    club = home_clubs(streams, begun.take(homes.head), opened, sites.size, rules)
    near = club.take(homes.head)
    ages = ages_within(streams.at("household"), homes, _ages(streams, near, sites, rules), rules)
    born = birth_days(joined, ages, streams.lanes(rows, "birthday"))
    gender = genders_within(streams.at("household"), homes, _genders(streams, near, sites, rules), rules)

    club_rows = rows_of(places, facilities["zipcode"])
    home = home_places(streams, club, homes.shared, club_rows, places, rules)[homes.head]
    address = street_addresses(streams.words(rows, "address"), streets, rules.unit_share).take(array_of(homes.head))

    sex = Labels.of(GENDERS).arrow.take(array_of(gender))
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    first, last = _names(streams, homes, sex, year, pools)
    code = places.area_code[home]
    lanes = streams.lanes(rows, "telephone")
    phone = telephones(code, lanes)
    contact, contact_phone = _contacts(streams, homes, first, last, phone, code, lanes, year, rules, pools)
    at = array_of(home)
    columns = {
        "firstname": first,
        "lastname": last,
        "email": _emails(streams, first, last, rules, pools),
        "phone": phone,
        "dateofbirth": Day(born[:count]),
        "gender": sex,
        "address": address,
        "city": places.city.take(at),
        "state": places.state.take(at),
        "zipcode": places.zipcode.take(at),
        "emergencycontact": contact,
        "emergencyphone": contact_phone,
        "medicalalerts": _alerts(streams, ages, rules),
        "joindate": Day(joined[:count]),
    }
    return {name: column if isinstance(column, Day) else column.slice(0, count) for name, column in columns.items()}


def _ages(streams: Streams, club: NDArray[np.int64], sites: Clubs, rules: MemberRules) -> NDArray[np.int64]:
    """Completed years at joining, by the shares of the age bands and the people around each club."""
    count, starts = len(club), np.array(rules.age_from)
    width = np.diff(np.append(starts, rules.ages[1] + 1))
    older = (starts + width / 2 - rules.mean_age()) / 10
    shares = np.maximum(1 - sites.youth[:, None] * older, rules.age_least) * np.array(rules.age_shares)
    limits = np.stack([cumulative(row) for row in shares])
    band = pick_by_row(limits, club, streams.lanes(count, "age band"))
    return starts[band] + scaled(streams.lanes(count, "age"), width[band])


def _genders(streams: Streams, club: NDArray[np.int64], sites: Clubs, rules: MemberRules) -> NDArray[np.int64]:
    """Places in `vocabulary.GENDERS`, by the share of all members and what each club adds to that of women."""
    drawn = streams.lanes(len(club), "gender")
    places = np.array([GENDERS.index(name) for name in rules.gender.names])
    usual = np.array(rules.gender.shares)
    women = sites.women[:, None] * ((places == _FEMALE) * 1.0 - (places == _MALE))
    limits = np.stack([cumulative(row) for row in np.maximum(usual + women, 0)])
    return places[pick_by_row(limits, club, drawn)]


def _names(
    streams: Streams, homes: Households, sex: pa.Array, year: NDArray[np.int64], pools: Pools
) -> tuple[pa.Array, pa.Array]:
    """First names that fit sex and year of birth, and surnames, which families share."""
    count = len(year)
    own = surnames(streams.words(count, "surname"), pools)
    last = own.take(array_of(np.where(homes.surname, homes.head, np.arange(count))))
    return first_names(sex, year, streams.words(count, "first name"), pools), last


def _emails(streams: Streams, first: pa.Array, last: pa.Array, rules: MemberRules, pools: Pools) -> pa.Array:
    count = len(first)
    at_first = streams.lanes(count, "e-mail domain") < threshold(rules.first_domain_share)
    domain = np.where(at_first, *_DOMAIN_ENDS).astype(np.uint16)
    return emails(first, last, streams.lanes(count, "e-mail"), domain, pools)


def _alerts(streams: Streams, ages: NDArray[np.int64], rules: MemberRules) -> pa.Array:
    """A medical alert that fits the age, for those who have one, the more the older; null for the others."""
    count = len(ages)
    share = rules.medical_alert_share * (1 + rules.alert_growth * (ages - rules.mean_age()))
    has = streams.lanes(count, "alert") < threshold(share)
    later = ages >= rules.alert_age
    lanes = streams.lanes(count, "alert text")
    young, old = (pick(mix.shares, lanes) for mix in (rules.alerts, rules.later_alerts))
    which = np.where(later, old + len(rules.alerts.names), young)
    return array_of([*rules.alerts.names, *rules.later_alerts.names]).take(array_of(which, mask=~has))


def _contacts(
    streams: Streams,
    homes: Households,
    first: pa.Array,
    last: pa.Array,
    phone: pa.Array,
    code: NDArray[np.int16],
    lanes: NDArray[np.uint16],
    year: NDArray[np.int64],
    rules: MemberRules,
    pools: Pools,
) -> tuple[pa.Array, pa.Array]:
    """Name and telephone of each member's emergency contact: another of the household, or a relative or friend."""
    count = len(year)
    older = np.array(rules.contact_years)
    born = year - older[scaled(streams.lanes(count, "contact age"), len(older))]
    sex = array_of(GENDERS).take(array_of((streams.lanes(count, "contact sex") & 1).astype(np.int64)))
    given = first_names(sex, born, streams.words(count, "contact first name"), pools)
    other = surnames(streams.words(count, "contact surname"), pools)
    same = streams.lanes(count, "contact same surname") < threshold(rules.contact_surname_share)
    outside = pc.binary_join_element_wise(given, pc.if_else(array_of(same), last, other), text_scalar(" "))
    name = pc.binary_join_element_wise(first, last, text_scalar(" "))
    housemate = array_of(homes.contact)
    contact = pc.if_else(array_of(homes.shared), name.take(housemate), outside)
    # A namesake would look like the member; a stranger's surname tells them apart, twice over if need be.
    for lent in (other, pc.binary_join_element_wise(last, other, text_scalar("-"))):
        contact = pc.if_else(
            pc.equal(contact, name), pc.binary_join_element_wise(given, lent, text_scalar(" ")), contact
        )
    line = streams.lanes(count, "contact telephone")
    numbers = telephones(code, line), telephones(code, lanes + np.uint16(_OTHER_LINE))
    outside_phone = pc.if_else(pc.equal(numbers[0], phone), numbers[1], numbers[0])
    housemate_phone = phone.take(housemate)
    inside = array_of(homes.shared)
    inside = pc.and_(inside, pc.not_equal(housemate_phone, phone))
    return contact, pc.if_else(inside, housemate_phone, outside_phone)
