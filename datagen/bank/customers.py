"""A block of customers: who they are, since when, where they live and what they earn."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen import people
from datagen.bank import vocabulary as words
from datagen.bank.branches import Branches
from datagen.bank.draws import Codes, Days, choose, coins, picks, spread
from datagen.bank.rules.customers import CustomerRules
from datagen.calendar import add_months
from datagen.frozen import dataclass
from datagen.pools.pool_files import Pools
from datagen.sampling import deviates, interpolated, lognormal_table
from datagen.streams import Streams

CORPORATE = words.SEGMENTS.index("corporate")
STUDENT, RETIRED = "Student", "Retired"
OCCUPATIONS = (
    "Accountant",
    "Architect",
    "Carpenter",
    "Chef",
    "Civil Engineer",
    "Dental Hygienist",
    "Electrician",
    "Farmer",
    "Financial Analyst",
    "Graphic Designer",
    "Journalist",
    "Lawyer",
    "Librarian",
    "Machinist",
    "Marketing Manager",
    "Mechanic",
    "Nurse",
    "Office Manager",
    "Pharmacist",
    "Physician",
    "Plumber",
    "Police Officer",
    "Postal Worker",
    "Project Manager",
    "Real Estate Agent",
    "Research Scientist",
    "Retail Salesperson",
    "Sales Representative",
    "School Teacher",
    "Social Worker",
    "Software Developer",
    "Truck Driver",
    "University Lecturer",
    "Veterinarian",
    "Warehouse Worker",
    "Web Designer",
    "Writer",
    "Small Business Owner",
    "Company Director",
    STUDENT,
    RETIRED,
)
_OWNER = OCCUPATIONS.index("Small Business Owner")
_DAYS_A_YEAR = 365.25
_USUAL = 10_000  # what the usual factor of an income counts as, so that factors are whole numbers
_COMPANY_FIRST = (
    "Amber", "Birch", "Bluestone", "Cedar", "Clearwater", "Copper", "Eastgate", "Evergreen", "Falcon", "Granite",
    "Harbor", "Highland", "Ironwood", "Juniper", "Lakeside", "Maple", "Meadow", "Northfield", "Oakridge", "Pinecrest",
    "Quarry", "Riverbend", "Sagebrush", "Silverleaf", "Stonebridge", "Summit", "Sunrise",
    "Tamarack", "Westbrook", "Willow",
)  # fmt: skip
_COMPANY_TRADE = (
    "Analytics", "Bakeries", "Builders", "Catering", "Consulting", "Dental", "Design", "Electric",
    "Fabrication", "Farms",
    "Freight", "Furniture", "Instruments", "Landscaping", "Logistics", "Machining", "Marine", "Media", "Packaging",
    "Paving",
    "Plumbing", "Printing", "Robotics", "Roofing", "Software", "Supply", "Textiles", "Tooling", "Trading", "Ventures",
)  # fmt: skip
_COMPANY_FORM = ("LLC", "Inc.", "Co.", "Partners", "Group")


@dataclass(frozen=True)
class Customers:
    """The customers of a block, one row each; parallel arrays."""

    first: int
    """The number of the first one, from 0."""
    as_of: int
    segments: Codes
    genders: Codes
    born: Days
    since: Days
    branches: Codes
    homes: NDArray[np.int64]
    incomes: NDArray[np.int64]
    """Dollars a year."""
    occupations: Codes
    opted_in: NDArray[np.bool_]
    channels: Codes

    def __len__(self) -> int:
        return len(self.segments)

    def ages(self, days: Days | int) -> NDArray[np.float64]:
        """Years of age on days."""
        return (days - self.born) / _DAYS_A_YEAR


@dataclass(frozen=True)
class Identities:
    """What names and reaches customers, as Arrow texts."""

    first_names: pa.StringArray
    last_names: pa.StringArray
    emails: pa.StringArray
    phones: pa.StringArray
    addresses: pa.StringArray
    companies: pa.StringArray
    """Null but for the corporate segment."""


def arrive(streams: Streams, first: int, count: int, as_of: int, branches: Branches, rules: CustomerRules) -> Customers:
    """The customers of a block; with a larger count, the first ones are as they were."""
    segments = picks(rules.segments, words.SEGMENTS, spread(streams, count, "segment"))
    since = _arrivals(streams, count, as_of, rules)
    born = _births(streams, since, rules)
    branch = np.floor(spread(streams, count, "branch") * len(branches.rows)).astype(np.intp)
    occupations = _occupations(streams, segments, (as_of - born) / _DAYS_A_YEAR, rules)
    return Customers(
        first=first,
        as_of=as_of,
        segments=segments,
        genders=(streams.lanes(count, "gender") & 1).astype(np.intp),
        born=born,
        since=since,
        branches=branch,
        homes=branches.homes_of(branch, streams.words(count, "home")),
        incomes=_incomes(streams, segments, occupations, rules),
        occupations=occupations,
        opted_in=choose(rules.opt_in_share, np.ones(count, np.bool_), streams, "opt in"),
        channels=picks(rules.preferred_channels, words.CHANNELS, spread(streams, count, "preferred channel")),
    )


def identify(
    streams: Streams, customers: Customers, branches: Branches, streets: NDArray[np.str_], names: Pools
) -> Identities:
    """Names that fit sex and year of birth, and addresses that fit the home."""
    count = len(customers)
    genders = pa.array(words.GENDERS).take(pa.array(customers.genders))
    years = 1970 + np.floor(customers.born / _DAYS_A_YEAR).astype(np.int64)
    first = people.first_names(genders, years, streams.words(count, "first name"), names)
    last = people.surnames(streams.words(count, "last name"), names)
    numbers = customers.first + 1 + np.arange(count)
    return Identities(
        first_names=first,
        last_names=last,
        emails=people.emails(
            first, last, streams.lanes(count, "email"), streams.lanes(count, "domain"), names, numbers
        ),
        phones=people.telephones(branches.places.area_code[customers.homes], streams.lanes(count, "phone")),
        addresses=people.street_addresses(streams.words(count, "address"), streets),
        companies=_companies(streams, customers.segments == CORPORATE, names),
    )


def _arrivals(streams: Streams, count: int, as_of: int, rules: CustomerRules) -> Days:
    begin = int(add_months(as_of, -12 * rules.years))
    share = np.round(streams.uniform(count, "since") ** rules.arrival_power, 9)
    day: Days = (begin + np.floor(share * (as_of - begin))).astype(np.int32)
    return np.minimum(day, as_of - 1)


def _births(streams: Streams, since: Days, rules: CustomerRules) -> Days:
    count = len(since)
    age = np.round(rules.age + rules.age_spread * deviates(streams.lanes(count, "age")), 4)
    # Whom the bell curve puts below the least age is of an age between it and the mean instead.
    young = rules.youngest + (rules.age - rules.youngest) * streams.uniform(count, "young")
    age = np.where(age < rules.youngest + 0.01, young, age) + streams.uniform(count, "birthday")
    born = since - np.floor(age * _DAYS_A_YEAR).astype(np.int64)
    oldest = add_months(since, -12 * (rules.oldest + 1)) + 1
    return np.clip(born, oldest, add_months(since, -12 * rules.youngest)).astype(np.int32)


def _occupations(streams: Streams, segments: Codes, ages: NDArray[np.float64], rules: CustomerRules) -> Codes:
    count = len(segments)
    work = streams.below(len(OCCUPATIONS) - 2, count, "occupation")
    owns = segments == CORPORATE
    studies = ~owns & (ages < rules.student_age) & coins(rules.student_share, count, streams, "studies")
    retired = ~owns & (ages >= rules.retired_age)
    owner = _OWNER + (streams.lanes(count, "owner") & 1)
    return np.select(
        [owns, studies, retired], [owner, OCCUPATIONS.index(STUDENT), OCCUPATIONS.index(RETIRED)], work
    ).astype(np.intp)


def _incomes(streams: Streams, segments: Codes, occupations: Codes, rules: CustomerRules) -> NDArray[np.int64]:
    """Dollars a year, to the next step."""
    count, step = len(segments), rules.income_step
    factor = interpolated(lognormal_table(_USUAL, rules.income_sigma, 1, 100 * _USUAL), streams.words(count, "income"))
    medians = dict(zip(rules.segments.names, rules.incomes(), strict=True))
    median = np.array([medians[name] for name in words.SEGMENTS]).take(segments)
    idle = occupations >= OCCUPATIONS.index(STUDENT)
    share = np.where(idle, rules.retired_income, 1.0)
    income = np.rint(np.round(median * factor * share / (step * _USUAL), 6)).astype(np.int64) * step
    return np.clip(income, rules.least_income, rules.most_income)


def _companies(streams: Streams, corporate: NDArray[np.bool_], pools: Pools) -> pa.StringArray:
    count, nothing = len(corporate), pa.scalar(None, pa.string())
    if "companies" in pools.given:
        given = people.drawn("companies", streams.words(count, "company"), pools)
        return pc.if_else(pa.array(corporate), given, nothing)
    words_ = [
        pa.array(pool).take(pa.array(streams.below(len(pool), count, name)))
        for pool, name in ((_COMPANY_FIRST, "company"), (_COMPANY_TRADE, "trade"), (_COMPANY_FORM, "form"))
    ]
    names = pc.binary_join_element_wise(*words_, " ")
    return pc.if_else(pa.array(corporate), names, nothing)
