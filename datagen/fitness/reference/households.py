"""Members who share a home: couples, and parents with children of 16 and more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.fitness.rules.members import MemberRules
from datagen.frozen import dataclass
from datagen.sampling import pick, scaled, threshold
from datagen.streams import Streams

RUN = 4
"""Neighbouring ids among which a household lies; it begins with the first of them."""

_SIZES = np.array([0, 2, 3, 4])
_MALE, _FEMALE = 0, 1  # places in vocabulary.GENDERS


@dataclass(frozen=True)
class Households:
    """For each member: the row of the household's head (one's own if alone), and one's part in it."""

    head: NDArray[np.int64]
    contact: NDArray[np.int64]
    shared: NDArray[np.bool_]
    partner: NDArray[np.bool_]
    child: NDArray[np.bool_]
    joint: NDArray[np.bool_]
    """Joined on the head's day."""
    surname: NDArray[np.bool_]
    """Bears the head's surname."""


def households(streams: Streams, count: int, rules: MemberRules) -> Households:
    """The households of `count` members, a multiple of `RUN`."""
    runs = count // RUN
    size = _SIZES[pick(rules.household.shares, streams.lanes(runs, "size"))]
    couple = (size > 2) | (streams.lanes(runs, "couple") < threshold(rules.couple_share))
    row = np.arange(count)
    place, run = row % RUN, row // RUN
    shared = place < size[run]
    partner = shared & (place == 1) & couple[run]
    child = shared & (place > 0) & ~partner
    joint = shared & (streams.lanes(runs, "joint") < threshold(rules.joint_join_share))[run]
    limit = np.where(partner, threshold(rules.partner_surname_share), threshold(rules.child_surname_share))
    return Households(
        head=np.where(shared, row - place, row),
        # The head names the second, everyone else the head, to be called in an emergency.
        contact=np.where(shared, row - place + (place == 0), row),
        shared=shared,
        partner=partner,
        child=child,
        joint=joint,
        surname=(partner | child) & (streams.lanes(count, "surname") < limit),
    )


def ages_within(streams: Streams, homes: Households, ages: NDArray[np.int64], rules: MemberRules) -> NDArray[np.int64]:
    """Ages that fit together: partners a few years apart, parents old enough for their children."""
    count = len(ages)
    parent = np.zeros(count, np.bool_)
    parent[homes.head[homes.child]] = True
    low, high = rules.parent_ages
    grown = np.maximum(ages, rules.couple_age)
    own = np.where(parent, low + scaled(streams.lanes(count, "parent"), high - low + 1), grown)
    ages = np.where(homes.shared & (homes.head == np.arange(count)), own, ages)
    head = ages[homes.head]
    apart = scaled(streams.lanes(count, "apart"), 2 * rules.partner_years + 1) - rules.partner_years
    ages = np.where(homes.partner, np.clip(head + apart, rules.couple_age, rules.ages[1]), ages)
    oldest = np.clip(head - rules.parent_gap, rules.ages[0], rules.oldest_child)
    child = rules.ages[0] + scaled(streams.lanes(count, "child"), oldest - rules.ages[0] + 1)
    return np.where(homes.child, child, ages)


def genders_within(
    streams: Streams, homes: Households, genders: NDArray[np.int64], rules: MemberRules
) -> NDArray[np.int64]:
    """Codes into `vocabulary.GENDERS`: of couples, nearly all have two sexes."""
    head = genders[homes.head]
    other = streams.lanes(len(genders), "other sex") < threshold(rules.other_sex_share)
    turned = np.where(head == _MALE, _FEMALE, np.where(head == _FEMALE, _MALE, genders))
    return np.where(homes.partner & other, turned, genders)
