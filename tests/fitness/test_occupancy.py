"""Nobody is let into a full room: areas against a count minute by minute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datagen.fitness.occupancy import crowded, find_room

STAY = st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 30))  # area, minute in, minutes
STAYS = st.lists(STAY, max_size=60)
CAPACITY = st.lists(st.integers(0, 6), min_size=4, max_size=4)


def arrays(stays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    areas = np.array([area for area, _, _ in stays], np.uint16)
    ins = np.array([begin for _, begin, _ in stays], np.uint16)
    return areas, ins, ins + np.array([length for _, _, length in stays], np.uint16)


def all_of(visits, capacity) -> np.ndarray:
    """Every area is a choice of every visit."""
    return np.full(len(visits), len(capacity), np.uint16)


def present(areas, ins, outs, count: int) -> np.ndarray:
    """(areas, minutes): how many are there, counted one by one."""
    inside = np.zeros((count, 100), int)
    for area, begin, end in zip(areas, ins, outs, strict=True):
        inside[area, begin:end] += 1
    return inside


@given(STAYS, CAPACITY)
@example([(0, 5, 5)] * 3, [2, 0, 0, 0])
@example([(0, 0, 5), (0, 5, 5)], [1, 0, 0, 0])
def test_a_visit_is_marked_if_its_area_is_too_full_when_it_begins(stays, capacity):
    areas, ins, outs = arrays(stays)
    inside = present(areas, ins, outs, 4)
    marked = crowded(areas, ins, outs, np.array(capacity))
    for place, (area, begin) in enumerate(zip(areas, ins, strict=True)):
        if inside[area, begin] <= capacity[area]:
            assert not marked[place]
    # At a minute with too many, those who came last are the marked ones, as many as are too many.
    for area in range(4):
        for minute in range(100):
            began = np.flatnonzero((areas == area) & (ins == minute))
            too_many = max(inside[area, minute] - capacity[area], 0)
            assert marked[began].sum() == min(too_many, len(began))


@given(STAYS, CAPACITY)
def test_without_the_marked_visits_no_area_is_too_full(stays, capacity):
    areas, ins, outs = arrays(stays)
    stays_on = ~crowded(areas, ins, outs, np.array(capacity))
    inside = present(areas[stays_on], ins[stays_on], outs[stays_on], 4)
    assert (inside <= np.array(capacity)[:, None]).all()


@given(STAYS, CAPACITY)
def test_who_finds_room_finds_it_in_an_area_that_is_not_full(stays, capacity):
    areas, ins, outs = arrays(stays)
    before = areas.copy()
    found, room = find_room(areas, ins, outs, np.array(capacity), all_of(areas, capacity))
    np.testing.assert_array_equal(areas, before)
    inside = present(found[room], ins[room], outs[room], 4)
    assert (inside <= np.array(capacity)[:, None]).all()
    # Nobody is turned away while all fit somewhere by themselves.
    if len(stays) <= min(capacity):
        assert room.all()
        np.testing.assert_array_equal(found, areas)


@given(STAYS, CAPACITY)
def test_nobody_is_turned_away_while_the_largest_area_could_hold_all_who_are_there(stays, capacity):
    areas, ins, outs = arrays(stays)
    _, room = find_room(areas, ins, outs, np.array(capacity), all_of(areas, capacity))
    wanting = present(areas, ins, outs, 4).sum(axis=0)
    assert (wanting[ins[~room]] > max(capacity)).all()


@pytest.mark.parametrize("count", [0, 1])
def test_few_or_no_visits_are_no_trouble(count):
    areas, ins, outs = arrays([(0, 3, 4)] * count)
    found, room = find_room(areas, ins, outs, np.array([1]), all_of(areas, [1]))
    assert room.all()
    assert len(found) == count


def test_a_room_that_holds_nobody_takes_nobody():
    areas, ins, outs = arrays([(0, 3, 4), (1, 3, 4)])
    found, room = find_room(areas, ins, outs, np.array([0, 0]), all_of(areas, [0, 0]))
    assert not room.any()
    found, room = find_room(areas, ins, outs, np.array([0, 2]), all_of(areas, [0, 2]))
    assert room.all()
    assert found.tolist() == [1, 1]


def test_who_may_not_go_everywhere_stays_among_the_first_areas():
    areas, ins, outs = arrays([(0, 3, 4)] * 6)
    choices = np.array([3, 2, 2, 2, 2, 3], np.uint16)
    found, room = find_room(areas, ins, outs, np.array([1, 1, 9]), choices)
    assert found[room & (choices == 2)].max() < 2
    assert room[choices == 3].all()
    assert room.sum() == 3, "two who may go elsewhere, and one of the others"


def test_the_whole_range_of_minutes_of_a_month_can_be_told_apart():
    minutes = np.arange(31 * 1440, dtype=np.uint16)
    areas = np.zeros(len(minutes), np.uint16)
    outs = (minutes + 2).astype(np.uint16)
    assert not crowded(areas, minutes, outs, np.array([2])).any()
    assert crowded(areas, minutes, outs, np.array([1])).sum() == len(minutes) - 1
