"""The members: who they are, where they live, whom to call, since when they belong and what has become of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.calendar import day_number
from datagen.columns import Day, Labels, Serial, Stamp
from datagen.fitness.reference.frames import frame
from datagen.fitness.reference.homes import home_clubs, home_places
from datagen.fitness.reference.households import RUN, Households, ages_within, genders_within, households
from datagen.fitness.reference.joining import birth_days, join_days, last_changes, statuses
from datagen.fitness.rules.members import MemberRules
from datagen.fitness.vocabulary import GENDERS
from datagen.people import emails, first_names, street_addresses, surnames, telephones
from datagen.places import Places, rows_of
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.sampling import quota_pick, scaled, stratified, threshold
from datagen.streams import Streams

if TYPE_CHECKING:
    import pandas as pd

ALERTS = ("Asthma", "Peanut allergy", "Bee sting allergy", "Knee injury", "Lower back pain", "Type 1 diabetes",
          "Epilepsy", "Recovering from shoulder surgery", "Latex allergy", "Exercise-induced asthma", "Tendinitis",
          "Migraine")  # fmt: skip
LATER_ALERTS = ("High blood pressure", "Heart condition", "Type 2 diabetes", "Arthritis", "Knee replacement",
                "Hip replacement", "Lower back pain", "Osteoporosis", "Takes blood thinners", "Pacemaker",
                "Asthma", "Balance problems")  # fmt: skip
_QUOTA = 100  # members among whom the shares of age, sex and join dates are met exactly
_ALERT_QUOTA = 20
_OTHER_LINE = 700  # moves a telephone number's lane on to another line
_DOMAIN_ENDS = (0, 65_535)  # lanes of the first and the last e-mail domain; the one between is the chain's own


def members(
    streams: Streams,
    count: int,
    facilities: pd.DataFrame,
    streets: NDArray[np.str_],
    places: Places,
    as_of: dt.date,
    rules: MemberRules,
    pools: Pools = SHIPPED,
) -> pd.DataFrame:
    """`members`: people near the clubs of `facilities` (whose ZIP codes must be real), in the order of their ids.

    Row k follows from k, the seed, the clubs, the as-of day, the rules and the pools of names alone.
    """
    today = day_number(as_of)
    rows = -(-count // RUN) * RUN  # whole households, cut at the end
    homes = households(streams.at("household"), rows, rules)
    lone_days = join_days(stratified(streams, rows, _QUOTA, "join"), today, rules)
    joined = np.where(homes.joint, lone_days[homes.head], lone_days)
    ages = ages_within(streams.at("household"), homes, _ages(streams, rows, rules), rules)
    born = birth_days(joined, ages, streams.lanes(rows, "birthday"))
    gender = genders_within(streams.at("household"), homes, _genders(streams, rows, rules), rules)
    status = statuses(streams, joined, today, rules)
    changed, second = last_changes(streams, joined, status, today, rules)

    club_rows = rows_of(places, facilities["zipcode"])
    club = home_clubs(streams, rows, len(club_rows), rules)
    home = home_places(streams, club, homes.shared, club_rows, places, rules)[homes.head]
    head = pa.array(homes.head)
    address = street_addresses(streams.words(rows, "address"), streets, rules.unit_share).take(head)

    sex = Labels.of(GENDERS).arrow.take(pa.array(gender))
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    first, last = _names(streams, homes, sex, year, pools)
    code = places.area_code[home]
    lanes = streams.lanes(rows, "telephone")
    phone = telephones(code, lanes)
    contact, contact_phone = _contacts(streams, homes, first, last, phone, code, lanes, year, rules, pools)
    at = pa.array(home)
    table = {
        "memberid": Serial("MEM", 6, 1, count),
        "firstname": first,
        "lastname": last,
        "email": _emails(streams, first, last, rules, pools),
        "phone": phone,
        "dateofbirth": Day(born),
        "gender": sex,
        "address": address,
        "city": places.city.take(at),
        "state": places.state.take(at),
        "zipcode": places.zipcode.take(at),
        "emergencycontact": contact,
        "emergencyphone": contact_phone,
        "medicalalerts": _alerts(streams, ages, rules),
        "joindate": Day(joined),
        "memberstatus": pa.array(status.tolist()),
        "lastmodified": Stamp(changed, second),
    }
    return frame(table, count)


def _ages(streams: Streams, count: int, rules: MemberRules) -> NDArray[np.int64]:
    """Completed years at joining, by the shares of the age bands."""
    starts = np.array(rules.age_from)
    width = np.diff(np.append(starts, rules.ages[1] + 1))
    band = quota_pick(rules.age_shares, stratified(streams, count, _QUOTA, "age band"))
    return starts[band] + scaled(streams.lanes(count, "age"), width[band])


def _genders(streams: Streams, count: int, rules: MemberRules) -> NDArray[np.int64]:
    """Places in `vocabulary.GENDERS` by quota."""
    places = np.array([GENDERS.index(name) for name in rules.gender.names])
    return places[quota_pick(rules.gender.shares, stratified(streams, count, _QUOTA, "gender"))]


def _names(
    streams: Streams, homes: Households, sex: pa.Array, year: NDArray[np.int64], pools: Pools
) -> tuple[pa.Array, pa.Array]:
    """First names that fit sex and year of birth, and surnames, which families share."""
    count = len(year)
    own = surnames(streams.words(count, "surname"), pools)
    last = own.take(pa.array(np.where(homes.surname, homes.head, np.arange(count))))
    return first_names(sex, year, streams.words(count, "first name"), pools), last


def _emails(streams: Streams, first: pa.Array, last: pa.Array, rules: MemberRules, pools: Pools) -> pa.Array:
    count = len(first)
    at_first = streams.lanes(count, "e-mail domain") < threshold(rules.first_domain_share)
    domain = np.where(at_first, *_DOMAIN_ENDS).astype(np.uint16)
    return emails(first, last, streams.lanes(count, "e-mail"), domain, pools)


def _alerts(streams: Streams, ages: NDArray[np.int64], rules: MemberRules) -> pa.Array:
    """A medical alert that fits the age, for the share of members that have one; null for the others."""
    count = len(ages)
    has = stratified(streams, count, _ALERT_QUOTA, "alert") < rules.medical_alert_share
    later = ages >= rules.alert_age
    pick = scaled(streams.lanes(count, "alert text"), np.where(later, len(LATER_ALERTS), len(ALERTS)))
    return pa.array([*ALERTS, *LATER_ALERTS]).take(pa.array(pick + later * len(ALERTS), mask=~has))


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
    sex = pa.array(GENDERS).take(pa.array((streams.lanes(count, "contact sex") & 1).astype(np.int64)))
    given = first_names(sex, born, streams.words(count, "contact first name"), pools)
    other = surnames(streams.words(count, "contact surname"), pools)
    same = streams.lanes(count, "contact same surname") < threshold(rules.contact_surname_share)
    outside = pc.binary_join_element_wise(given, pc.if_else(pa.array(same), last, other), " ")
    name = pc.binary_join_element_wise(first, last, " ")
    housemate = pa.array(homes.contact)
    contact = pc.if_else(pa.array(homes.shared), name.take(housemate), outside)
    # A namesake would look like the member; a stranger's surname tells them apart, twice over if need be.
    for lent in (other, pc.binary_join_element_wise(last, other, "-")):
        contact = pc.if_else(pc.equal(contact, name), pc.binary_join_element_wise(given, lent, " "), contact)
    line = streams.lanes(count, "contact telephone")
    numbers = telephones(code, line), telephones(code, lanes + np.uint16(_OTHER_LINE))
    outside_phone = pc.if_else(pc.equal(numbers[0], phone), numbers[1], numbers[0])
    housemate_phone = phone.take(housemate)
    inside = pa.array(homes.shared)
    inside = pc.and_(inside, pc.not_equal(housemate_phone, phone))
    return contact, pc.if_else(inside, housemate_phone, outside_phone)
