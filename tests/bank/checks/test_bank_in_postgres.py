"""Six databases get the verdict of the files: each asked its own rules, and all of them what crosses databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from datagen.bank.tables import metadata
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Verdict
from datagen.checks.verify import verify_database, verify_databases
from datagen.ddl import ddl
from datagen.loading.postgres.embedded.server import EmbeddedServer
from datagen.loading.postgres.query import PostgresDatabase
from datagen.loading.postgres.read_back import read_back
from datagen.schema import databases, tables_in

pytestmark = pytest.mark.server
DATABASES = databases(metadata)


@pytest.fixture(scope="module")
def connections(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The good bank in six databases of an embedded server, with CHECKs but without keys."""
    home = tmp_path_factory.mktemp("six")
    server = EmbeddedServer("bank", home / ".postgres")
    server.start()
    with ExitStack() as stack:
        stack.callback(server.stop)
        made = {}
        for name in DATABASES:
            with closing(psycopg2.connect(server.url)) as first, first.cursor() as cursor:
                first.autocommit = True
                cursor.execute(f'CREATE DATABASE "{name}"')
            parameters = psycopg2.extensions.parse_dsn(server.url) | {"dbname": name}
            made[name] = stack.enter_context(closing(psycopg2.connect(**parameters)))
            fill(made[name], name, bench.database, home)
        yield made


def fill(connection: Any, name: str, good: DuckDatabase, home: Path) -> None:
    statements = ddl(metadata)
    with connection.cursor() as cursor:
        for table in tables_in(metadata, name):
            cursor.execute(statements[table.name].create)
            good.connection.execute(f"COPY {table.name} TO '{home}/rows.csv' (HEADER false)")
            with (home / "rows.csv").open("rb") as rows:
                cursor.copy_expert(f"COPY {table.name} FROM STDIN WITH (FORMAT csv)", rows)
        cursor.execute("ANALYZE; SET jit TO off")
    connection.commit()


def judged(connections: dict[str, Any], suite: Any) -> Verdict:
    with DuckDatabase() as whole:
        for name, connection in connections.items():
            read_back(whole, connection, tables_in(metadata, name))
        parts = {name: PostgresDatabase(connection, metadata) for name, connection in connections.items()}
        return verify_databases(parts, whole, suite)


def plain(findings: tuple[Finding, ...]) -> set[tuple[Any, ...]]:
    """What was found, without the wording of values."""
    return {
        (
            item.check,
            item.outcome,
            item.reason,
            item.offending,
            tuple((part.label, part.value, part.low, part.high, part.outcome) for part in item.measures),
        )
        for item in findings
    }


def test_six_databases_and_files_agree(bench: Any, connections: dict[str, Any]) -> None:
    found = judged(connections, bench.suite)
    assert found.ok
    assert plain(found.findings) == plain(verify_database(bench.database, bench.suite).findings)


DAMAGE = {
    "one of its own in each database": [
        ("a superior who has left", "employees_db", "H10c",
         "update employees set status = 'terminated', termination_date = hire_date where employee_id = (select"
         " max(manager_id) from employees)"),
        ("interest off by a cent", "accounts_db", "H39",
         "update transactions set amount = amount + 0.01 where transaction_id = (select min(transaction_id) from"
         " transactions where category = 'interest')"),
        ("a balance of a schedule off by a cent", "loans_db", "H44d",
         "update repayment_schedule set balance_after = balance_after + 0.01 where schedule_id = (select"
         " min(schedule_id) from repayment_schedule)"),
        ("a premium that nobody owes", "insurance_db", "H55a",
         "update premium_payments set due_date = due_date - 1 where payment_id = (select min(payment_id) from"
         " premium_payments)"),
        ("a review that was missed", "compliance_db", "H60e",
         "delete from kyc_records where record_type = 'periodic_review'"),
        ("a survey of another customer", "customer_db", "H25",
         "update satisfaction_surveys set customer_id = 'CUS0000001'"),
    ],
    "where two databases meet": [
        ("an account of a customer who is not there", "accounts_db", "accounts.customer_id.reference",
         "update accounts set customer_id = 'CUS9999999' where account_id = (select min(account_id) from accounts)"),
        ("a policy of a customer who is not there", "insurance_db", "policies.customer_id.reference",
         "update policies set customer_id = 'CUS9999999' where policy_id = (select min(policy_id) from policies)"),
        ("a customer known by another name", "customer_db", "H01a",
         "update customer_profiles set last_name = 'Other' where customer_id = 'CUS0000001'"),
        ("a change that is not in the audit log", "compliance_db", "H68a",
         "delete from audit_logs where audit_id = (select min(audit_id) from audit_logs)"),
    ],
    "what leaves more than one rule broken": [
        ("a repayment without its transaction", "accounts_db", "H48a",
         "delete from transactions where category = 'loan_repayment'"),
        ("customers who all call", "customer_db", "S08a",
         "update interactions set channel = 'phone', handled_by = 'EMP00002'"),
    ],
}  # fmt: skip
"""By groups that are planted at once: no damage breaks a rule for which another of its group is there."""


@pytest.mark.parametrize("group", DAMAGE)
def test_damage_in_a_live_database_is_found(bench: Any, connections: dict[str, Any], group: str) -> None:
    try:
        for kind, name, _, statement in DAMAGE[group]:
            with connections[name].cursor() as cursor:
                cursor.execute(statement)
                assert cursor.rowcount, kind
        failed = {item.check for item in judged(connections, bench.suite).failed()}
        assert {check for _, _, check, _ in DAMAGE[group]} - failed == set()
    finally:
        for connection in connections.values():
            connection.rollback()
