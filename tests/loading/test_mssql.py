"""Loading into SQL Server: what is sent, as a server sees it that speaks its protocol with the true driver.

The server is a fake of our own, for no SQL Server is to be had here: it proves what is sent, in what order, and how
answers are taken - not that SQL Server takes it. The last test asks a true one, where `DATAGEN_MSSQL_URL` names it.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.ecommerce.world import WORLD as MARKET
from datagen.errors import DatabaseError, DataError
from datagen.fitness.tables import metadata as fitness
from datagen.jobs import Target
from datagen.jobs import load as load_world
from datagen.loading.append import Appended, catch_up
from datagen.loading.backends import backend_for
from datagen.loading.load import create_tables, load
from datagen.loading.load_all import AGAIN, Part, load_all, parts_of, status, why_apart
from datagen.loading.mssql.backend import MssqlBackend
from datagen.loading.preflight import opened
from datagen.payments.world import WORLD as PAYMENTS
from datagen.progress import Progress
from datagen.schema import column_names, kind, load_order
from tests.loading import toy
from tests.loading.mssql_server import FakeServer
from tests.loading.mssql_support import NUMBERED, SHOP, numbered, running, shop
from tests.support.loaded_history import begun, continued
from tests.support.shops import exported

TRUE_SERVER = os.environ.get("DATAGEN_MSSQL_URL")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running() as found:
        yield found


@pytest.fixture
def backend(server: FakeServer) -> Iterator[MssqlBackend]:
    found = backend_for(server.url)
    assert isinstance(found, MssqlBackend)
    yield found
    found.close()


def value(text: str, kind_of: str) -> Any:
    """A value of a CSV file, as Python has it."""
    if text == "":
        return None
    made = {
        "date": dt.date.fromisoformat,
        "time": dt.time.fromisoformat,
        "timestamp": dt.datetime.fromisoformat,
        "decimal": Decimal,
        "boolean": lambda found: found == "true",
        **dict.fromkeys(("int", "smallint", "bigint"), int),
    }
    return made.get(kind_of, str)(text)


@pytest.fixture(scope="module")
def gym(small: Path) -> Iterator[tuple[FakeServer, FitnessCenterDatabaseLoader]]:
    """A server that holds a fitness world, and what has loaded it."""
    with running() as server, FitnessCenterDatabaseLoader(server.url, report=Progress(quiet=True)) as loader:
        loader.load(small)
        yield server, loader


def test_every_cell_of_a_world_arrives_as_the_files_have_it(
    gym: tuple[FakeServer, FitnessCenterDatabaseLoader], small: Path
) -> None:
    cells = 0
    for table in load_order(fitness):
        kinds = {item.name: kind(item) for item in table.columns}
        with (small / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            sent = [{name: value(text, kinds[name]) for name, text in row.items()} for row in csv.DictReader(file)]
        assert gym[0].engine.rows("dbo", table.name) == sent, table.name
        cells += len(sent) * len(kinds)
    assert cells > 10_000


def test_a_loaded_world_is_read_back_and_judged(
    gym: tuple[FakeServer, FitnessCenterDatabaseLoader], small: Path
) -> None:
    server, loader = gym
    verdict = loader.verify_data_integrity(small)
    assert verdict.ok
    assert {finding.check for finding in verdict.findings} >= {"memberpayments.columns", "memberpayments.rows"}
    assert [text for text in server.statements if re.match("BEGIN|IF @@TRAN|SET TRANS|SET LOCK", text)][-6:] == [
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "BEGIN TRANSACTION",
        "SET LOCK_TIMEOUT 60000",
        "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET LOCK_TIMEOUT -1",
    ]
    assert "SELECT TOP (1) 1 FROM [dbo].[memberpayments] WITH (TABLOCK, HOLDLOCK)" in server.statements
    table = server.engine.table("dbo", "memberpayments")
    table.untrusted.add(next(iter(table.foreign)))
    table.fields[-1] = replace(table.fields[-1], kind="nchar", size=3)
    table.rows.pop()
    findings = loader.verify_data_integrity(small).findings
    wrong = {finding.check for finding in findings if finding.outcome.name == "FAILED"}
    assert {"memberpayments.rows", "memberpayments.trusted", "memberpayments.columns"} <= wrong


def test_new_tables_are_made_ready_beside_the_old_and_take_their_place_in_one_transaction(
    server: FakeServer, backend: MssqlBackend, old: Path, new: Path
) -> None:
    shop(old, backend)
    server.statements.clear()
    assert shop(new, backend, truncate=True).rows == {"people": 10, "order": 30}
    begun, ended = server.statements.index("BEGIN TRANSACTION"), server.statements.index("COMMIT TRANSACTION")
    moved = [statement for statement in server.statements if " TRANSFER " in statement]
    assert moved == [
        "ALTER SCHEMA [dbo__old] TRANSFER OBJECT::[dbo].[people]",
        "ALTER SCHEMA [dbo__old] TRANSFER OBJECT::[dbo].[order]",
        "ALTER SCHEMA [dbo] TRANSFER OBJECT::[dbo__loading].[people]",
        "ALTER SCHEMA [dbo] TRANSFER OBJECT::[dbo__loading].[order]",
    ]
    assert all(begun < server.statements.index(statement) < ended for statement in moved)
    assert begun < next(n for n, text in enumerate(server.statements) if "loaded_files] AS" in text) < ended
    made = [n for n, text in enumerate(server.statements) if re.match("BULK|CREATE TABLE|ALTER TABLE .* ADD", text)]
    assert max(made) < begun
    assert server.engine.names("dbo") == {"people", "order", "loaded_files"}
    assert set(server.engine.schemas) == {"dbo", "sys"}
    assert len(server.engine.rows("dbo", "order")) == 30


def test_constraints_are_verified_after_the_rows(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    shop(old, backend)
    checks = "ALTER TABLE [dbo__loading].[order] WITH CHECK CHECK CONSTRAINT [ck_order_amount]"
    foreign = next(text for text in server.statements if "FOREIGN KEY" in text)
    assert "WITH CHECK ADD CONSTRAINT [fk_order_Group] FOREIGN KEY" in foreign
    order = server.engine.table("dbo", "order")
    assert server.statements.index("BULK dbo__loading.order") < server.statements.index(checks)
    assert server.statements.index(checks) < server.statements.index(foreign)
    assert order.untrusted == set()
    assert set(order.keys) == {"pk_order"}
    assert set(order.indexes) == {"ix_order_Group", "ix_order_at"}
    assert order.comments == 5


def test_numbers_are_kept_and_counting_goes_on_after_them(
    server: FakeServer, backend: MssqlBackend, tmp_path: Path
) -> None:
    with numbered(tmp_path / "data", "7,Eve\n9,Ann\n", "5,7,2001-02-03,2026-01-02 03:04:05\n6,9,,\n") as files:
        load(backend, files, NUMBERED, schema="dbo")
    assert server.engine.rows("dbo", "children") == [
        {"id": 5, "parent": 7, "born": dt.date(2001, 2, 3), "seen": dt.datetime.fromisoformat("2026-01-02 03:04:05")},
        {"id": 6, "parent": 9, "born": None, "seen": None},
    ]
    announced = [text for text in server.statements if text.startswith("INSERT BULK")]
    assert all("([id] " in text for text in announced)  # the numbers are among what is sent
    assert server.options == ["KEEP_NULLS, TABLOCK"] * 2
    assert sorted(server.engine.reseeded) == ["[dbo__loading].[children]", "[dbo__loading].[parents]"]


def test_numbered_rows_that_stay_keep_their_numbers(server: FakeServer, backend: MssqlBackend, tmp_path: Path) -> None:
    with numbered(tmp_path / "data", "7,Eve\n9,Ann\n", "5,7,,\n") as files:
        load(backend, files, NUMBERED, schema="dbo")
    server.statements.clear()
    with numbered(tmp_path / "data", None, "5,7,,\n") as files:
        done = load(backend, files, NUMBERED, schema="dbo", truncate=True)
    assert done.kept == ("parents",)
    assert [row["id"] for row in server.engine.rows("dbo", "parents")] == [7, 9]
    inserts = [text for text in server.statements if "IDENTITY_INSERT" in text or text.startswith("INSERT INTO")]
    assert [text.split()[-1] for text in inserts] == ["ON", "[dbo].[parents]", "OFF"]
    held = "SELECT TOP (1) 1 FROM [dbo].[parents] WITH (TABLOCK, HOLDLOCK)"
    assert server.statements.index("BEGIN TRANSACTION") < server.statements.index(held)
    assert server.statements.count("BEGIN TRANSACTION") == 1


def test_what_a_killed_load_left_is_removed_by_the_next(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    shop(old, backend)
    server.fail(r"TRANSFER OBJECT::\[dbo__loading\]\.\[order\]")  # the connection is cut amidst the swap
    with pytest.raises(DatabaseError, match="connection to the server was lost"):
        shop(old, backend, truncate=True)
    assert len(server.engine.rows("dbo", "order")) == 20
    assert server.engine.names("dbo__loading") == {"people", "order"}
    again = backend_for(server.url)
    assert isinstance(again, MssqlBackend)
    shop(old, again, truncate=True)
    again.close()
    assert set(server.engine.schemas) == {"dbo", "sys"}
    assert server.engine.names("dbo") == {"people", "order", "loaded_files"}


def test_a_schema_that_is_not_a_loads_is_left_alone(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    server.engine.schemas["dbo__loading"] = None
    with pytest.raises(DatabaseError, match="There is a schema dbo__loading that is not a load's"):
        shop(old, backend)
    assert "dbo__loading" in server.engine.schemas
    assert server.engine.names("dbo") == set()


def test_indexes_and_rights_of_others_go_along(server: FakeServer, backend: MssqlBackend, old: Path, new: Path) -> None:
    shop(old, backend)
    order = server.engine.table("dbo", "order")
    order.indexes["mine"] = "([at] DESC, [amount]) INCLUDE ([Group]) WHERE ([amount]>(5))"
    number = server.engine.places["dbo", "order"]
    server.engine.grants += [("G", "SELECT", number, "reader"), ("D", "DELETE", number, "reader")]
    shop(new, backend, truncate=True)
    there = server.engine.table("dbo", "order")
    assert there is not order
    assert there.indexes["mine"] == "([at] DESC, [amount]) INCLUDE ([Group]) WHERE ([amount]>(5))"
    now = server.engine.places["dbo", "order"]
    assert sorted(server.engine.grants) == [("D", "DELETE", now, "reader"), ("G", "SELECT", now, "reader")]


def test_what_would_be_lost_is_named_before_anything_is_done(
    server: FakeServer, backend: MssqlBackend, old: Path
) -> None:
    shop(old, backend)
    server.engine.table("dbo", "order").triggers.append("audit")
    server.statements.clear()
    with pytest.raises(DatabaseError, match="the trigger audit of order, not made by this project, would be lost"):
        shop(old, backend, truncate=True)
    assert not [text for text in server.statements if text.startswith(("CREATE", "DROP", "ALTER", "BULK"))]


def test_rows_are_not_doubled_and_other_tables_not_touched(
    server: FakeServer, backend: MssqlBackend, old: Path
) -> None:
    shop(old, backend)
    with pytest.raises(DataError, match=r"Tables of the schema dbo have rows already \(order and 1 more\)"):
        shop(old, backend)
    server.engine.table("dbo", "people").fields.pop()
    with pytest.raises(DataError, match="people has other columns than this release makes"):
        shop(old, backend, truncate=True)
    assert len(server.engine.rows("dbo", "order")) == 20


def test_a_table_of_nearly_the_name_is_not_touched(server: FakeServer, backend: MssqlBackend, old: Path) -> None:
    shop(old, backend)
    server.engine.places["dbo", "Order"] = server.engine.places.pop(("dbo", "order"))
    server.engine.ignores_case = True
    with pytest.raises(DataError, match="Order has the name of one of these tables but for capitals"):
        shop(old, backend)


def test_where_the_database_allows_it_rows_are_read_in_a_snapshot(
    server: FakeServer, backend: MssqlBackend, old: Path
) -> None:
    shop(old, backend)
    server.engine.snapshots = True
    server.statements.clear()
    with backend.snapshot("dbo") as found:
        assert found.database(SHOP, []).rows('SELECT count(*) AS n FROM "order"') == [{"n": 20}]
    assert "SET TRANSACTION ISOLATION LEVEL SNAPSHOT" in server.statements
    assert not [text for text in server.statements if "HOLDLOCK" in text]


@pytest.fixture
def parts(backend: MssqlBackend) -> Iterator[list[Part]]:
    """The two databases of the toy world."""
    found = parts_of(backend, toy.TABLES)
    yield found
    for part in found:
        part.backend.close()


def test_a_world_in_several_databases_is_loaded_into_all_and_told_of(
    server: FakeServer, parts: list[Part], old: Path
) -> None:
    with opened(old, toy.TABLES, "toy") as files:
        done = load_all(parts, files, schema="dbo")
    assert done.rows == {"people": 10, "order": 20, "event": 40, "index": 20}
    assert server.databases[toy.SHOP].names("dbo") == {"people", "order", "loaded_files"}
    assert server.databases[toy.LOGS].names("dbo") == {"event", "index", "loaded_files"}
    found = status(parts, "dbo")
    assert [(item.exists, item.rows, item.waiting) for item in found] == [(True, 30, None), (True, 60, None)]
    assert why_apart(found) == ""


def test_a_load_that_ends_between_two_databases_is_finished_by_the_same_command(
    server: FakeServer, parts: list[Part], old: Path, new: Path
) -> None:
    with opened(old, toy.TABLES, "toy") as files:
        load_all(parts, files, schema="dbo")
    server.fail(r"ALTER SCHEMA \[dbo\] TRANSFER OBJECT::\[dbo__loading\]\.\[index\]")
    with opened(new, toy.TABLES, "toy") as files, pytest.raises(DatabaseError, match="toy_shop holds the new data"):
        load_all(parts, files, schema="dbo", truncate=True)
    assert len(server.databases[toy.SHOP].rows("dbo", "order")) == 30
    assert len(server.databases[toy.LOGS].rows("dbo", "index")) == 20
    apart = status(parts, "dbo")
    assert apart[1].waiting in apart[0].generations
    assert AGAIN in why_apart(apart)
    server.statements.clear()
    with opened(new, toy.TABLES, "toy") as files:
        assert load_all(parts, files, schema="dbo", truncate=True).rows["index"] == 30
    assert not [text for text in server.statements if text.startswith("BULK")]
    assert len(server.databases[toy.LOGS].rows("dbo", "index")) == 30
    assert {*server.databases[toy.LOGS].schemas} == {"dbo", "sys"}
    assert why_apart(status(parts, "dbo")) == ""


def test_what_is_new_is_appended_in_one_transaction(server: FakeServer, backend: MssqlBackend, tmp_path: Path) -> None:
    directory = tmp_path / "history"
    first = toy.write_history(directory, [2])
    catch_up(backend, directory, SHOP, first, schema="dbo")
    assert len(server.engine.rows("dbo", "order")) == 48
    server.engine.table("dbo", "people").rows[3] = ("P0000003", dt.date(1999, 1, 1))
    longer = toy.write_history(directory, [2, 1])
    server.statements.clear()
    done = catch_up(backend, directory, SHOP, longer, schema="dbo")
    assert isinstance(done, Appended)
    assert (done.rows, done.changed) == (24, {"people": 1})
    assert [row["select"] for row in server.engine.rows("dbo", "order")] == list(range(1, 73))
    assert server.engine.rows("dbo", "people")[3]["since"] == toy.FIRST
    begun, ended = server.statements.index("BEGIN TRANSACTION"), server.statements.index("COMMIT TRANSACTION")
    changes = [n for n, text in enumerate(server.statements) if re.match("INSERT INTO|UPDATE dbo", text)]
    assert changes and all(begun < place < ended for place in changes)
    assert "SELECT TOP (1) 1 FROM [dbo].[order] WITH (TABLOCK, HOLDLOCK)" in server.statements
    assert set(server.engine.schemas) == {"dbo", "sys"}
    assert catch_up(backend, directory, SHOP, longer, schema="dbo").rows == 0  # type: ignore[comparison-overlap]


def test_a_history_of_payments_is_loaded_appended_to_and_judged(server: FakeServer, tmp_path: Path) -> None:
    directory = begun(tmp_path / "history", "2024-01-02")
    target, quiet = Target(server.url), Progress(quiet=True)
    whole = load_world(PAYMENTS, directory, target, quiet)
    more = load_world(PAYMENTS, continued(directory, "2024-01-04"), target, quiet)
    assert isinstance(more.done, Appended) and more.done.since == dt.date(2024, 1, 2)
    assert whole.verdict and whole.verdict.ok and more.verdict and more.verdict.ok
    sent = [
        line.partition(",")[0]
        for part in sorted(directory.glob("transactions_*.csv"))
        for line in part.read_text().splitlines()[1:]
    ]
    assert [row["payment_id"] for row in server.engine.rows("dbo", "transactions")] == sent
    server.engine.table("dbo", "transactions").rows.pop()
    with pytest.raises(DataError, match=r"transactions ends with TXN\d+ instead of TXN"):
        load_world(PAYMENTS, continued(directory, "2024-01-05"), target, quiet)


def test_payments_that_are_missing_or_of_another_form_are_named(server: FakeServer, tmp_path: Path) -> None:
    directory, target = begun(tmp_path / "history", "2024-01-02"), Target(server.url)
    file = next(directory.glob("transactions_*.csv"))
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:5], *lines[6:]]))
    with pytest.raises(DataError, match=r"line 6, .* 'TXN0000000006' does not come after TXN0000000004"):
        load_world(PAYMENTS, directory, target, Progress(quiet=True))
    file.write_text("".join([*lines[:5], lines[5].replace("TXN0000", "TXN-000"), *lines[6:]]))
    with pytest.raises(DataError, match=r"line 6, column payment_id: 'TXN-000000005' is not of the form TXN0000000001"):
        load_world(PAYMENTS, directory, target, Progress(quiet=True))
    assert server.engine.names("dbo") == set()


def test_an_append_that_fails_leaves_everything_as_it_was(
    server: FakeServer, backend: MssqlBackend, tmp_path: Path
) -> None:
    directory = tmp_path / "history"
    catch_up(backend, directory, SHOP, toy.write_history(directory, [2]), schema="dbo")
    longer = toy.write_history(directory, [2, 1])
    server.fail("CREATE OR ALTER VIEW", 1105, "Could not allocate space for object 'x' in database 'db'.")
    with pytest.raises(DatabaseError, match="The server has no space left at"):
        catch_up(backend, directory, SHOP, longer, schema="dbo")
    assert len(server.engine.rows("dbo", "order")) == 48
    assert set(server.engine.schemas) == {"dbo", "sys"}
    assert isinstance(catch_up(backend, directory, SHOP, longer, schema="dbo"), Appended)


def test_tables_are_partitioned_by_month_and_what_cuts_them_goes_with_them(server: FakeServer, tmp_path: Path) -> None:
    place = exported(tmp_path / "market", orders=60, start=dt.date(2026, 8, 20))
    target = Target(server.url, partition="month")
    done = load_world(MARKET, place, target, Progress(quiet=True))
    assert done.verdict and done.verdict.ok
    function, scheme = "pf_month_2026_08_2026_11", "ps_month_2026_08_2026_11"
    starts = [f"2026-{month:02}-01" for month in range(8, 13)]
    assert (server.engine.functions, server.engine.schemes) == ({function: starts}, {scheme: function})
    assert server.engine.table("dbo", "order").scheme == server.engine.table("dbo", "order_item").scheme == scheme
    assert server.engine.table("dbo", "order").keys["pk_order"] == ["order_id", "order_date"]
    assert server.engine.table("dbo", "order_item").foreign["fk_order_item_order_id"][0] == ["order_id", "order_date"]
    assert "[dbo__loading].[order]" in server.engine.reseeded
    load_world(MARKET, place, replace(target, partition=None, truncate=True), Progress(quiet=True))
    assert server.engine.table("dbo", "order").scheme is None
    assert (server.engine.functions, server.engine.schemes) == ({}, {})


def test_empty_tables_and_indexes_for_reports_are_made(server: FakeServer, backend: MssqlBackend) -> None:
    from datagen.fitness.world import WORLD

    made = create_tables(backend, fitness, "gym")
    assert set(made) == set(fitness.tables) == server.engine.names("gym")
    assert WORLD.indexes
    names = backend.create_indexes("gym", WORLD.indexes)
    assert set(names) <= {name for table in fitness.tables for name in server.engine.table("gym", table).indexes}
    running_text = server.engine.table("gym", "membermemberships").indexes["ix_membermemberships_running"]
    assert running_text == "(memberid) WHERE status = 'Active'"
    server.statements.clear()
    assert backend.create_indexes("gym", WORLD.indexes) == names
    assert not [text for text in server.statements if text.startswith("CREATE INDEX")]


@pytest.mark.skipif(not TRUE_SERVER, reason="No SQL Server is named (DATAGEN_MSSQL_URL).")
def test_a_true_server_takes_replaces_and_gives_back_a_world(small: Path, other: Path) -> None:
    with FitnessCenterDatabaseLoader(TRUE_SERVER, "datagen_test", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
        assert loader.verify_data_integrity(small).ok
        loader.load(other, truncate=True)
        assert loader.verify_data_integrity(other).ok
        assert column_names(fitness.tables["members"])
