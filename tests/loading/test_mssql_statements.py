"""Every statement for SQL Server is one: Microsoft's own grammar takes it, and it names only functions and types known.

The grammar knows nothing of functions and types, so these are held to lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import func, not_, select

from datagen.bank.tables import metadata as bank
from datagen.ddl import column_type, script
from datagen.ecommerce.tables import metadata as ecommerce
from datagen.ecommerce.world import WORLD as MARKET
from datagen.fitness.tables import metadata as fitness
from datagen.fitness.world import WORLD
from datagen.loading.append import catch_up
from datagen.loading.backend import Existing
from datagen.loading.backends import backend_for
from datagen.loading.load import create_tables, load
from datagen.loading.mssql import staging_schemas
from datagen.loading.mssql.backend import MssqlBackend
from datagen.loading.mssql.bulk import totals
from datagen.loading.mssql.statements import compiled, table_in
from datagen.partitions import by_month
from datagen.payments.tables import metadata as payments
from datagen.schema import column_names
from tests.loading import toy
from tests.loading.mssql_server import FakeServer
from tests.loading.mssql_support import NUMBERED, SHOP, numbered, parse_errors, running, shop

WORLDS = {"bank": bank, "ecommerce": ecommerce, "fitness": fitness, "payments": payments, "toy": toy.TABLES}
FUNCTIONS = {
    *(
        "CAST",
        "COALESCE",
        "CONCAT",
        "COUNT",
        "COUNT_BIG",
        "DB_ID",
        "EXISTS",
        "LAG",
        "LEFT",
        "MAX",
        "MIN",
        "NULLIF",
        "OVER",
    ),
    *("PATINDEX", "REVERSE", "RIGHT", "RTRIM", "SCHEMA_ID", "SERVERPROPERTY", "SUBSTRING", "SUM", "TYPE_NAME"),
}
"""Functions of SQL Server 2017 that statements may call, and EXISTS and OVER, which look like such."""
WORDS_BEFORE_PARENTHESES = {"AND", "AS", "BY", "CHECK", "IN", "KEY", "NOT", "OR", "TOP", "UNIQUE", "VALUES", "WITH",
                            "INCLUDE", "CHECKIDENT", "WHERE", "FROM", "SELECT", "UNION", "THEN", "ON"}  # fmt: skip
TYPES = {
    *("bigint", "bit", "date", "int", "integer", "smallint"),
    *("char", "datetime2", "decimal", "nchar", "numeric", "nvarchar", "time", "varchar"),
}


def without_literals(statement: str) -> str:
    """A statement without its texts and names in brackets."""
    return re.sub(r"N?'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]", "x", statement)


def functions_of(statements: Iterable[str]) -> set[str]:
    """What statements call, in capitals: words before a parenthesis that are neither syntax, types nor names."""
    found = set()
    of_tables = ("CREATE TABLE", "CREATE INDEX", "ALTER TABLE", "INSERT BULK", "CREATE UNIQUE", "CREATE PARTITION")
    for plain in map(without_literals, statements):
        # What is about a table names columns before parentheses; only its CHECKs call anything.
        statement = "; ".join(re.findall(r"CHECK \((.*)\)", plain)) if plain.startswith(of_tables) else plain
        found |= {word.upper() for word in re.findall(r"(?<!\.)(?<!\bAS )\b([A-Za-z_]\w*)\s*\(", statement)}
    return found - WORDS_BEFORE_PARENTHESES - {name.upper() for name in TYPES}


def own(said: Iterable[str]) -> list[str]:
    """What is not the driver's own: it announces bulk loads in words that the grammar does not have."""
    return [text for text in said if not text.startswith(("INSERT BULK ", "BULK "))]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every statement that loads, appends, verifications and all that goes with them send."""
    directory = tmp_path_factory.mktemp("data")
    with running() as server:
        backend = backend_for(server.url)
        assert isinstance(backend, MssqlBackend)
        _use(server, backend, directory)
        backend.close()
        return list(dict.fromkeys(server.statements))


def _use(server: FakeServer, backend: MssqlBackend, directory: Path) -> None:
    files = toy.write(directory / "shop", toy.rows(20))
    shop(files, backend)
    order = server.engine.table("dbo", "order")
    order.indexes["it's mine"] = "([at] DESC, [amount]) INCLUDE ([Group]) WHERE ([amount]>(5))"
    number = server.engine.places["dbo", "order"]
    server.engine.grants += [("W", "SELECT", number, "the reader"), ("D", "DELETE", number, "the reader")]
    shop(files, backend, truncate=True)
    shop(files, backend, target="an other's] place")
    with backend.snapshot("dbo") as found:
        found.database(SHOP, ["order"])
    with backend.snapshot("dbo") as found:
        list(found.table_work(found.database(SHOP, []), SHOP))
    history = toy.write_history(directory / "history", [2])
    catch_up(backend, directory / "history", SHOP, history, schema="dbo", truncate=True)
    server.engine.table("dbo", "people").rows[3] = ("P0000003", toy.FIRST.replace(year=1999))
    catch_up(backend, directory / "history", SHOP, toy.write_history(directory / "history", [2, 1]), schema="dbo")
    with numbered(directory / "numbered", "7,Eve\n", "5,7,,\n") as given:
        load(backend, given, NUMBERED, schema="dbo")
    with numbered(directory / "numbered", None, "5,7,,\n") as given:
        load(backend, given, NUMBERED, schema="dbo", truncate=True)
    months = by_month(ecommerce, MARKET.partitions, toy.FIRST, toy.FIRST.replace(month=4))
    with backend.stage(Existing("dbo", (), frozenset()), months, None, "1234") as staging:
        staging.drop()
    create_tables(backend, fitness, "gym")
    assert WORLD.indexes
    backend.create_indexes("gym", WORLD.indexes)
    for table in payments.tables.values():
        create_tables(backend, payments, "payments")
        totals(backend.connect(), "payments", table, column_names(table))
    staging_schemas.create(backend.connect(), "dbo__loading")
    staging_schemas.mark_ready(backend.connect(), "dbo", "1234")
    backend.connect().run("SET LOCK_TIMEOUT 5")
    backend.beside("a new one").connect(create_database=True).close()


def test_the_grammar_of_sql_server_takes_every_statement(said: list[str]) -> None:
    kinds = {" ".join(re.findall(r"[A-Za-z_]+", text)[:2]) for text in said}
    assert kinds >= {
        *(
            "ALTER SCHEMA",
            "ALTER TABLE",
            "CREATE DATABASE",
            "CREATE INDEX",
            "CREATE OR",
            "CREATE PARTITION",
            "CREATE SCHEMA",
        ),
        *(
            "DBCC CHECKIDENT",
            "DECLARE granted",
            "DENY DELETE",
            "DROP PARTITION",
            "DROP SCHEMA",
            "DROP TABLE",
            "GRANT SELECT",
        ),
        *("INSERT BULK", "INSERT INTO", "SET IDENTITY_INSERT", "UPDATE STATISTICS", "UPDATE dbo"),
    }
    assert parse_errors(own(said)) == ""


def test_the_grammar_refuses_what_is_wrong() -> None:
    for wrong in ("SELECT TOP 1 FROM", "ALTER SCHEMA dbo MOVE t", "SELECT 1 LIMIT 1", "SELECT a FROM order"):
        assert parse_errors(["SELECT 1", wrong]) != ""


def test_statements_call_functions_of_sql_server_alone(said: list[str]) -> None:
    assert functions_of(own(said)) <= FUNCTIONS
    assert functions_of(["SELECT date_trunc('day', x), least(1, 2) FROM t"]) == {"DATE_TRUNC", "LEAST"}


@pytest.mark.parametrize("world", WORLDS)
def test_tables_have_types_of_sql_server_alone(world: str) -> None:
    for table in WORLDS[world].tables.values():
        for item in table.columns:
            made = column_type(item, "mssql").lower()
            found = re.fullmatch(r"(\w+)(?:\((max|[\d, ]+)\))?(?: collate latin1_general_bin2)?", made)
            assert found and found[1] in TYPES, f"{table.name}.{item.name} is {made}"
            assert "char" not in found[1] or "collate" in made, f"{table.name}.{item.name} has no collation"


@pytest.mark.parametrize("world", WORLDS)
def test_checks_of_tables_call_functions_of_sql_server_alone(world: str) -> None:
    assert functions_of(script(WORLDS[world], "mssql")) <= FUNCTIONS


def test_forms_of_keys_are_asked_for_without_regular_expressions() -> None:
    key = table_in(payments.tables["transactions"], "dbo").c.payment_id
    found = compiled(select(func.substr(key, 4)).where(not_(key.regexp_match(r"^T_\-[0-9]{3}$"))))
    assert found.replace("\n", "") == (
        "SELECT SUBSTRING([dbo].transactions.payment_id, 4, 8000) AS substr_1 FROM [dbo].transactions "
        "WHERE [dbo].transactions.payment_id NOT LIKE N'T[_]-[0-9][0-9][0-9]'"
    )
    assert parse_errors([found]) == ""
    with pytest.raises(ValueError, match="cannot be written as a LIKE"):
        compiled(select(key).where(key.regexp_match("(a|b)+")))
