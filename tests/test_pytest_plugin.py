"""The fixtures for other projects' tests, used by a project in a pytest of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from datagen.world import worlds

pytest_plugins = ["pytester"]

PROJECT = """
from contextlib import closing
from pathlib import Path

import pytest


def ask(database, query, name=None):
    with closing(database.connect(name)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else None


def test_a_sample_is_loaded(datagen_database, datagen_tables):
    [[data]] = ask(datagen_database, "SHOW data_directory")
    Path("server").write_text(str(Path(data, "postmaster.pid")))
    Path("process").write_text(Path(data, "postmaster.pid").read_text().split()[0])
    assert ask(datagen_database, "SELECT count(*) FROM members") == [(len(datagen_tables["members"]),)]
    ask(datagen_database, "DELETE FROM staffpayroll")
    assert ask(datagen_database, "SELECT count(*) FROM staffpayroll") == [(0,)]


def test_what_a_test_changes_no_other_sees(datagen_database, datagen_tables):
    assert ask(datagen_database, "SELECT count(*) FROM staffpayroll") == [(len(datagen_tables["staffpayroll"]),)]


@pytest.mark.datagen("bank")
def test_another_world(datagen_database, datagen_tables):
    found = ask(datagen_database, "SELECT count(*) FROM transactions", "accounts_db")
    assert found == [(len(datagen_tables["transactions"]),)]
    with pytest.raises(Exception, match="has several databases. Take urls"):
        datagen_database.url


@pytest.mark.datagen("payments", end_date="2024-01-02")
def test_other_options(datagen_database):
    assert ask(datagen_database, "SELECT count(DISTINCT date(payment_timestamp)) FROM transactions") == [(2,)]


def test_one_by_one(datagen_database_factory):
    one, other = (datagen_database_factory("payments", end_date="2024-01-02") for _ in range(2))
    ask(one, "DELETE FROM transactions")
    assert ask(other, "SELECT count(*) > 0 FROM transactions") == [(True,)]


@pytest.mark.datagen(memberz=20)
def test_of_a_wrong_option(datagen_tables):
    pass


@pytest.mark.datagen("gym")
def test_of_a_wrong_world(datagen_database):
    pass
"""


def wait_for_the_end_of(process: int) -> None:
    """Until the system has forgotten it, too."""
    deadline = time.monotonic() + 60
    while is_there(process):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_there(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


@pytest.mark.server
def test_a_project_has_tables_and_databases_of_its_own_and_the_server_ends_with_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROJECT)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers", "-W", "error")
    done.assert_outcomes(passed=5, errors=2)
    shown = done.stdout.str()
    assert "datagen.fitness has no option memberz. Did you mean members?" in shown
    assert "There is no world gym; there are bank, ecommerce, fitness, payments." in shown
    assert "Traceback" not in shown
    wait_for_the_end_of(int(Path(pytester.path, "process").read_text()))
    directory = Path(Path(pytester.path, "server").read_text()).parents[1]
    assert directory.name.startswith("datagen-")
    assert not directory.exists()


@pytest.mark.server
def test_the_server_ends_where_the_tests_are_killed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os, signal
        from contextlib import closing
        from pathlib import Path

        def test_it(datagen_database):
            with closing(datagen_database.connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                data = Path(cursor.fetchone()[0])
            Path("process").write_text(Path(data, "postmaster.pid").read_text().split()[0])
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=pytester.path, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    wait_for_the_end_of(int(Path(pytester.path, "process").read_text()))


@pytest.mark.slow
def test_nothing_heavy_is_imported_where_no_fixture_is_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("datagen")
            assert not {"pandas", "numpy", "pyarrow", "duckdb", "sqlalchemy", "psycopg2", "click"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=1)


def test_each_world_has_a_sample_with_days_of_its_own_and_one_is_usual() -> None:
    assert all("end_date" in world.sample for world in worlds().values())
    assert [world.name for world in worlds().values() if world.usual] == ["fitness"]
