"""Worlds are found by their declarations, whose parts are there when they are asked for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData

from datagen import world
from datagen.checks.sql_rules import read_catalogue
from datagen.checks.verify import suite_for
from datagen.errors import UsageError
from datagen.fitness.world import WORLD as FITNESS
from datagen.rules import describe
from datagen.world import Window, dates_in, worlds

WORLDS = list(worlds().values())
any_world = pytest.mark.parametrize("declared", WORLDS, ids=lambda item: item.name)


def test_all_worlds_are_found_under_their_names() -> None:
    assert {"fitness", "payments"} <= worlds().keys()
    assert all(found.name == name for name, found in worlds().items())


@any_world
def test_the_parts_of_a_world_are_what_they_are_said_to_be(declared: world.World) -> None:
    assert isinstance(declared.metadata, MetaData)
    assert describe(declared.rules)
    assert read_catalogue(declared.sql).rules
    assert declared.views is None or list(declared.views.glob("*.sql"))
    assert declared.indexes is None or declared.indexes.is_file()
    assert all(map(world.loaded, declared.commands.values()))


@any_world
def test_options_that_do_not_tell_the_window_are_refused_with_what_to_give(declared: world.World) -> None:
    for options in ({}, {"end_date": "soon", "start_date": 3, "months": None}):
        with pytest.raises(UsageError, match=rf"^Here: nothing tells .*{declared.window_options[0]}"):
            suite_for(declared, options, "Here")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31)), st.integers(1, 36))
def test_a_window_of_months_starts_that_many_months_before(as_of: dt.date, months: int) -> None:
    window = FITNESS.window_of({"end_date": as_of.isoformat(), "months": months})
    start = window.start
    assert window.as_of == as_of
    assert (as_of.year * 12 + as_of.month) - (start.year * 12 + start.month) == months
    assert start.day == as_of.day or (start.day < as_of.day and (start + dt.timedelta(1)).day == 1)


def test_a_window_may_be_stated_by_its_days() -> None:
    window = dates_in({"start_date": "2024-02-28", "end_date": "2024-03-01"})
    assert window == Window(dt.date(2024, 2, 28), dt.date(2024, 3, 1))
    assert window.days == 2
