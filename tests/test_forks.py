"""Forked workers give what threads give, in the same order, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import numpy as np
import pytest

from datagen.columns import Serial, Whole
from datagen.forks import Forks, available
from datagen.runner import run, team, threads, to_csv

pytestmark = pytest.mark.skipif(not available(), reason="processes are not forked on this system")


class Toy:
    """A unit of some rows."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows = {"toys": number % 5, "parts": 3}

    def columns(self, firsts):
        count = self.rows["toys"]
        return {
            "toys": {"id": Serial("T", 4, firsts["toys"], count), "of": Whole(np.full(count, self.number))},
            "parts": {"id": Serial("P", 4, firsts["parts"], 3), "of": Whole(np.full(3, self.number))},
        }


def told(executor, workers, units=range(23), make=Toy):
    """All rows as text by table, the units, what was kept, and the counts."""
    counts, kept = {"toys": 7}, []
    done = list(run(units, make, to_csv, executor, workers, counts, lambda toy: toy.number, kept.append))
    chunks = [(chunk.table, chunk.rows, bytes(memoryview(chunk.data))) for _, parts in done for chunk in parts]
    return chunks, [unit for unit, _ in done], kept, counts


@pytest.mark.parametrize("workers", [1, 2, 3, 40])
def test_forks_give_what_threads_give(workers):
    with threads(2) as executor:
        expected = told(executor, 2)
    with Forks(workers) as forks:
        assert told(forks, workers) == expected
    assert expected[1] == expected[2] == list(range(23))


def test_no_units_give_no_rows():
    with Forks(2) as forks:
        assert told(forks, 2, units=[])[0] == []


def test_an_exception_in_a_worker_is_raised_and_ends_the_others():
    def make(number):
        if number == 5:
            raise ValueError("five is wrong")
        return Toy(number)

    with Forks(2) as forks, pytest.raises(ValueError, match="five is wrong"):
        told(forks, 2, make=make)
    assert multiprocessing.active_children() == []


def test_a_killed_worker_is_told_of():
    def make(number):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return Toy(number)

    with Forks(2) as forks, pytest.raises(RuntimeError, match="ended before its work was done"):
        told(forks, 2, make=make)


def test_leaving_early_ends_the_workers():
    def make(number):
        time.sleep(0.01)
        return Toy(number)

    with Forks(2) as forks:
        rows = run(range(500), make, to_csv, forks, 2)
        next(rows)
        rows.close()
        assert multiprocessing.active_children() == []


def test_workers_leave_an_interrupt_to_their_parent():
    def make(number):
        os.kill(os.getpid(), signal.SIGINT)
        return Toy(number)

    with Forks(2) as forks:
        assert len(told(forks, 2, make=make)[1]) == 23


def test_one_worker_is_a_thread_and_several_are_processes():
    with team(1) as one, team(2) as two:
        assert not isinstance(one, Forks)
        assert isinstance(two, Forks)
