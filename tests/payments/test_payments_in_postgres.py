"""The same questions get the same answers from PostgreSQL, and damage done there is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Outcome
from datagen.checks.schema_checks import check_schema
from datagen.checks.sql_rules import ask, read_catalogue
from datagen.checks.verify import ask_rules
from datagen.loading.backends import backend_for
from datagen.loading.load_record import loaded_options
from datagen.loading.postgres import record_view
from datagen.loading.postgres.query import PostgresDatabase
from datagen.loading.verify import suite_of_loaded, verify
from datagen.payments.checks import SQL
from datagen.payments.state_summary import read_summary
from datagen.payments.verification import fill
from datagen.payments.vocabulary import STATE
from datagen.payments.world import WORLD
from tests.support.loaded_history import LIVELY, begun, loaded

SCHEMA = "judged"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some weeks before and in the season, with stored cards."""
    rules = ("--set", "business.initial_merchants=20", *LIVELY)
    return begun(tmp_path_factory.mktemp("judged") / "out", "2024-12-05", *rules, first="2024-10-20")


@pytest.fixture(scope="module")
def connection(history: Path, embedded: str) -> Iterator[Any]:
    """A connection to the loaded history, whose tables have lost their CHECKs and keys; nothing is committed."""
    loaded(history, embedded, SCHEMA, truncate=True)
    made = psycopg2.connect(embedded)
    with made.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", (SCHEMA,))
        cursor.execute(
            "SELECT c.conrelid::regclass::text, c.conname::text FROM pg_constraint c JOIN pg_namespace n "
            "ON n.oid = c.connamespace WHERE n.nspname = %s AND c.contype IN ('c', 'p')",
            (SCHEMA,),
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield made
    made.rollback()
    made.close()


@pytest.fixture(scope="module")
def options(connection: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return dict(loaded_options(record_view.read(cursor, SCHEMA)))


def judged(connection: Any, options: dict[str, Any], *checks: str) -> list[Finding]:
    judge = suite_of_loaded(WORLD, options)
    database = PostgresDatabase(connection, WORLD.metadata, SCHEMA)
    return [*check_schema(database, WORLD.metadata), *ask_rules(database, judge, checks)]


def plain(findings: list[Finding]) -> dict[str, Any]:
    """What was found, without the wording of values."""
    return {
        item.check: (
            item.outcome,
            item.offending,
            [(measure.label, measure.value, measure.low, measure.high, measure.outcome) for measure in item.measures],
        )
        for item in findings
        if item.outcome is not Outcome.SKIPPED
    }


def test_postgresql_and_duckdb_agree(history: Path, connection: Any, options: dict[str, Any]) -> None:
    with DuckDatabase(threads=1) as database:
        _, values = fill(database, history)
        findings = list(ask(database, read_catalogue(SQL), values))
    found = plain(judged(connection, options))
    theirs = plain(findings)
    rules = {check for check in found if "." not in check}
    assert {check: found[check] for check in rules} == {check: theirs[check] for check in rules}
    skipped = set(theirs) - rules
    of_files, of_state = (
        {"P01a", "P01d", "P07m", "P07n", "S23"},
        {
            *("P05d", "P05e", "P05f", "P05g", "P05i", "P05j", "P07k", "P07l", "S03", "S22"),
        },
    )
    assert skipped == of_files | of_state


DAMAGE = {
    "P01b": "update transactions set payment_timestamp = payment_timestamp - interval '1 day' where payment_id = {one}",
    "P01c": "delete from transactions where payment_id = (select max(payment_id) from transactions)",
    "P01e": "delete from transactions where payment_id = 'TXN0000000002'",
    "P02a": "update transactions set payment_timestamp = date_trunc('day', payment_timestamp) where payment_id = {one}",
    "P02b": "update transactions set merchant_id = 'M999999' where payment_id = {one}",
    "P02c": "update merchants set last_transaction_date = null where merchant_id = 'M000002'",
    "P03a": "update transactions set payment_amount = 5000 where payment_id = {one}",
    "P03b": "update merchants set mdr_rate = 0.04 where merchant_id = 'M000002'",
    "P03c": "delete from transactions where merchant_id = (select min(merchant_id) from transactions) and payment_id > "
    "(select min(payment_id) from transactions where merchant_id = (select min(merchant_id) from transactions))",
    "P04a": "update transactions set mdr_amount = mdr_amount + 0.01 where payment_id = {one}",
    "P04b": "update transactions set transactional_cost_amount = transactional_cost_rate where payment_id = {one}",
    "P04c": "update transactions set net_profit = net_profit + 0.01 where payment_id = {one}",
    "P04d": "update transactions set payment_status = 'declined' where payment_id = {one}",
    "P04e": "update transactions set transactional_cost_rate = 0.05 where payment_id = {one}",
    "P04f": "update transactions set transactional_cost_rate = 0.0199 where card_type = 'debit'",
    "P05a": "update transactions set card_issuer = 'Chess' where payment_id = (select max(payment_id) from "
    "transactions where card_profile_id in (select card_profile_id from transactions group by 1 having count(*) > 1))",
    "P05b": "update transactions set card_bin = '453201' where payment_id = {one}",
    "P05c": "update transactions set card_issuer = 'Bank of Nowhere' where payment_id = {one}",
    "P05h": "update transactions set card_profile_id = 'CARD1' where payment_id = {one}",
    "P05k": "update transactions set payment_lat = payment_lat + 150, payment_type = 'card_present' where payment_id = "
    "(select max(b.payment_id) from transactions a join transactions b on a.card_profile_id = b.card_profile_id and "
    "a.payment_id < b.payment_id and cast(a.payment_timestamp as date) = cast(b.payment_timestamp as date) "
    "where a.payment_type = 'card_present')",
    "P06a": "update transactions set terminal_id = 'T99999901' where payment_id = {one}",
    "P06b": "update transactions set payment_type = 'online' where payment_id = {one}",
    "P06c": "update transactions set payment_lat = payment_lat + 0.5 where payment_id = {one}",
    "P06d": "update transactions set payment_lat = 30, payment_lng = -70 where payment_id = (select max(payment_id) "
    "from transactions where payment_type = 'online')",
    "P06e": "update transactions set terminal_id = substr(terminal_id, 1, 7) || '00' where payment_id = {one}",
    "P06f": "update transactions set payment_lat = payment_lat + 0.001 where payment_id = {one}",
    "P06g": "update transactions set payment_lat = payment_lat + 0.002 where payment_id = {one}",
    "P06h": "update transactions set payment_timestamp = (select max(t.payment_timestamp) from transactions t where "
    "t.terminal_id = transactions.terminal_id and t.payment_id < transactions.payment_id) where payment_id = (select "
    "max(payment_id) from transactions where payment_type = 'card_present')",
    "P07a": "update merchants set version = 7 where merchant_id = 'M000002'",
    "P07b": "update merchants set effective_date = creation_date where version = 2",
    "P07c": "update merchants set creation_date = creation_date - 1 where version = 2",
    "P07d": "update merchants set zip_code = '00000' where merchant_id = 'M000002'",
    "P07e": "update merchants set phone = '999' || substr(phone, 4) where merchant_id = 'M000002'",
    "P07f": "update merchants set email = 'contact@m000002.com' where merchant_id = 'M000002'",
    "P07g": "update merchants set status = 'churned' where version = 1",
    "P07h": "delete from merchants where merchant_id = 'M000002'",
    "P07i": "update merchants set effective_date = date '2031-01-01' where merchant_id = 'M000002'",
    "P07j": "insert into merchants select merchant_id, merchant_name, industry, address, city, state, zip_code, phone, "
    "email, mdr_rate, size_category, creation_date, effective_date + 1, status, last_transaction_date, version + 1 "
    "from merchants m where version = (select max(version) from merchants o where o.merchant_id = m.merchant_id)",
    "P08a": "insert into merchants select 'M' || lpad((500 + g)::text, 6, '0'), merchant_name, industry, address, "
    "city, state, zip_code, phone, email, mdr_rate, size_category, date '2024-11-20', date '2024-11-20', status, "
    "null, 1 from merchants, generate_series(1, 51) g where merchant_id = 'M000002' and version = 1",
    "P08b": "insert into merchants select 'M' || lpad((500 + g)::text, 6, '0'), merchant_name, industry, address, "
    "city, state, zip_code, phone, email, mdr_rate, size_category, creation_date, effective_date, 'churned', null, "
    "1 from merchants, generate_series(1, 31) g where merchant_id = 'M000002' and version = 1",
    "P08c": "delete from merchants where merchant_id = 'M000002'",
}
ONE = "(select max(payment_id) from transactions where payment_status = 'approved' and payment_type = 'card_present')"


def test_every_rule_that_a_database_is_asked_has_damage(connection: Any, options: dict[str, Any]) -> None:
    asked = {check for check in plain(judged(connection, options)) if check.startswith("P")}
    assert set(DAMAGE) == asked


@pytest.mark.parametrize("check", DAMAGE)
def test_damage_done_in_the_database_is_found(connection: Any, options: dict[str, Any], check: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT whole")
        try:
            cursor.execute(DAMAGE[check].format(one=ONE))
            assert cursor.rowcount
            (finding,) = [item for item in judged(connection, options, check) if item.check == check]
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT whole")
    assert finding.outcome is Outcome.FAILED and finding.offending and finding.examples


def test_rows_and_totals_are_those_of_the_load(history: Path, url: str, schema: str) -> None:
    loaded(history, url, schema)
    verdict = verify(backend_for(url), WORLD, schema=schema)
    assert verdict.ok and {"files", "schema", "payments"} <= set(verdict.groups())
    assert verdict.start == "2024-10-20" and verdict.as_of == "2024-12-06"
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{schema}".transactions SET payment_amount = payment_amount + 0.01 WHERE payment_id = (SELECT '
            f"max(payment_id) FROM \"{schema}\".transactions WHERE payment_status = 'declined')"
        )
    connection.close()
    assert "transactions.payment_amount.total" in {
        item.check for item in verify(backend_for(url), WORLD, schema=schema).failed()
    }


def test_the_noted_state_is_that_of_the_directory(history: Path, embedded: str, options: dict[str, Any]) -> None:
    told = read_summary((history / STATE).read_bytes(), STATE)
    assert (options["rows"], options["merchant_counter"]) == (told.payments, told.merchants)
    assert suite_of_loaded(WORLD, options).window == told.window


def test_a_history_without_payments_can_be_judged(url: str, schema: str, tmp_path: Path) -> None:
    nobody = ("--set", "business.initial_merchants=1", "--set", "activity.closed_share=0.9", "--seed", "3")
    loaded(begun(tmp_path / "out", "2024-01-01", *nobody), url, schema)
    assert verify(backend_for(url), WORLD, schema=schema).ok
