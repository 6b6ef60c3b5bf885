"""Tastes for classes: they last, and age and sex shift them."""

from __future__ import annotations

import numpy as np
import pytest

from datagen.fitness import vocabulary
from datagen.fitness.taste import Tastes, mixed


@pytest.fixture(scope="module")
def tastes(history) -> Tastes:
    return history.tastes_of(np.arange(len(history.reference.members)))


def test_tastes_look_like_chance():
    members, slots = np.repeat(np.arange(500), 40), np.tile(np.arange(40), 500)
    lanes = (mixed(mixed(np.zeros(len(members), np.uint64), members), slots) >> np.uint64(48)).astype(float)
    assert lanes.mean() == pytest.approx(32_768, rel=0.02)
    counts = np.bincount((lanes / 4_096).astype(int), minlength=16)
    assert counts.min() > 0.9 * len(lanes) / 16
    by_member = lanes.reshape(500, 40)
    assert abs(np.corrcoef(by_member[:-1].ravel(), by_member[1:].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(by_member[:, :-1].ravel(), by_member[:, 1:].ravel())[0, 1]) < 0.02


def test_a_taste_does_not_depend_on_who_else_is_asked(tastes):
    members, sessions = np.arange(60), np.arange(60) % len(tastes.timetable)
    own, lanes = tastes.of(members, sessions), np.zeros(60, np.uint16)
    some = slice(20, 30)
    np.testing.assert_array_equal(tastes.of(members[some], sessions[some]), own[some])
    all_ = tastes.reluctance(members, sessions, own, lanes)
    np.testing.assert_array_equal(tastes.reluctance(members[some], sessions[some], own[some], lanes[some]), all_[some])


def test_some_members_have_the_tastes_and_traits_that_they_have_among_all(history, tastes):
    members = history.reference.members
    for known, of_all in ((tastes.genders, members.genders), (tastes.traits.births, members.births)):
        np.testing.assert_array_equal(known, of_all)
    some = np.random.default_rng(1).permutation(len(members))[:40]
    few, rows, sessions = history.tastes_of(some), np.arange(40), np.arange(40) % len(tastes.timetable)
    own, lanes = few.of(rows, sessions), np.zeros(40, np.uint16)
    np.testing.assert_array_equal(own, tastes.of(some, sessions))
    reluctance = few.reluctance(rows, sessions, own, lanes)
    np.testing.assert_array_equal(reluctance, tastes.reluctance(some, sessions, own, lanes))
    for name in ("persons", "ages", "genders"):
        np.testing.assert_array_equal(getattr(few, name), getattr(tastes, name)[some])
    for (name, values), of_all in zip(vars(few.traits).items(), vars(tastes.traits).values(), strict=True):
        by_member = name not in ("changes", "habits")
        if isinstance(values, np.ndarray):
            np.testing.assert_array_equal(values, of_all[some] if by_member else of_all[:, some])


def test_a_session_is_known_by_when_where_and_what_it_is(tastes):
    """Not by its row: the same entry of another quarter is the same class."""
    timetable = tastes.timetable
    what = np.stack([timetable.weekdays, timetable.starts, timetable.areas, timetable.class_types], axis=1)
    _, kinds = np.unique(what, axis=0, return_inverse=True)
    assert len(np.unique(tastes.slots)) == kinds.max() + 1
    for kind in range(min(kinds.max() + 1, 50)):
        assert len(np.unique(tastes.slots[kinds == kind])) == 1


@pytest.mark.parametrize(("category", "women"), [("Mind & Body", True), ("Dance", True), ("Strength", False)])
def test_women_and_men_are_keen_on_different_categories(tastes, category, women):
    keen = tastes.by_sex[:, vocabulary.CLASS_CATEGORIES.index(category)]
    assert (keen[1] > keen[0]) == women
    assert keen[2] == 1


def test_the_old_are_keen_on_aqua(tastes):
    aqua, boxing = (vocabulary.CLASS_CATEGORIES.index(name) for name in ("Aqua", "Martial Arts"))
    assert tastes.by_age[70, aqua] > 2 * tastes.by_age[30, aqua]
    assert tastes.by_age[70, boxing] < tastes.by_age[30, boxing]
    assert (tastes.by_age > 0).all()
