"""Clubs differ, and what makes them differ does not depend on how many there are."""

from __future__ import annotations

import numpy as np
import pytest

from datagen.fitness import vocabulary
from datagen.fitness.clubs import draw_clubs, wealth_of
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.clubs import ClubRules
from datagen.rules import RuleError, override
from datagen.streams import Streams


def test_one_more_club_leaves_the_others_as_they_were():
    few, many = (draw_clubs(count, ClubRules(), Streams(1)) for count in (3, 40))
    for one, other in zip(few, many, strict=True):
        np.testing.assert_array_equal(one, other[:3])


def test_clubs_differ_within_their_limits():
    rules = ClubRules()
    clubs = draw_clubs(500, rules, Streams(2))
    assert rules.size_limits[0] <= clubs.size.min() < clubs.size.max() <= rules.size_limits[1]
    assert np.log(clubs.hours).std() == pytest.approx(rules.hours_sigma, rel=0.1)
    assert clubs.tastes.shape == (500, len(vocabulary.CLASS_CATEGORIES))
    assert ((clubs.wages >= 0) & (clubs.wages < 1)).all()


def test_without_deviations_all_clubs_are_the_mean_one():
    names = ("size", "often", "hours", "length", "app", "override", "taste", "price")
    clubs = draw_clubs(5, ClubRules(**{f"{name}_sigma": 0 for name in names}), Streams(3))
    for values in (clubs.size, clubs.often, clubs.hours, clubs.length, clubs.app, clubs.tastes, clubs.prices):
        assert (values == 1).all()


def test_people_of_one_zip_code_are_as_well_off_and_towns_differ_by_more_than_quarters():
    zips = np.array([10001, 10001, 10002, 94103, 0, -1, 999_999])
    wealth = wealth_of(zips, ClubRules(), Streams(4))
    assert wealth[0] == wealth[1] != wealth[2]
    every = wealth_of(np.arange(100_000), ClubRules(), Streams(4)).reshape(1_000, 100)
    assert every.mean(axis=1).std() > every.std(axis=1).mean()
    assert every.std() == pytest.approx(1, abs=0.05)


def test_limits_that_run_down_are_refused():
    with pytest.raises(RuleError, match="size_limits must rise"):
        override(FitnessRules(), {"clubs.size_limits": "1.5,0.7"})
