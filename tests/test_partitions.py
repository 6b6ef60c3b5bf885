"""Tables partitioned by month: their keys, and statements that the databases take."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from datagen.ddl import ddl, script
from datagen.ecommerce.tables import metadata
from datagen.partitions import by_month, is_partitioned, months_between, partition_names
from datagen.schema import constraints_of
from tests.test_ddl import _parse_errors, mariadb, scratch  # noqa: F401 - fixtures

COLUMNS = {"order": "order_date", "order_item": "order_date"}
CUT = by_month(metadata, COLUMNS, dt.date(2025, 12, 20), dt.date(2026, 2, 1))


def test_months_reach_from_the_first_day_to_the_as_of_day():
    assert months_between(dt.date(2025, 12, 20), dt.date(2026, 2, 1)) == (
        dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1),
    )  # fmt: skip
    assert months_between(dt.date(2026, 1, 1), dt.date(2026, 1, 2)) == (dt.date(2026, 1, 1), dt.date(2026, 2, 1))


def test_keys_of_partitioned_tables_have_the_column_of_the_months():
    def columns(table: str, kind: type) -> list[list[str]]:
        return [[item.name for item in key.columns] for key in constraints_of(CUT.tables[table], kind)]

    assert columns("order", PrimaryKeyConstraint) == [["order_id", "order_date"]]
    assert columns("order_item", UniqueConstraint) == [["order_id", "product_id", "order_date"]]
    assert columns("order_item", ForeignKeyConstraint) == [["order_id", "order_date"], ["product_id"], ["promotion_id"]]
    assert columns("product", PrimaryKeyConstraint) == [["product_id"]]
    assert is_partitioned(CUT)


def test_the_tables_that_are_declared_stay_as_they_are():
    assert not is_partitioned(metadata)
    assert "PARTITION" not in "".join(script(metadata))
    assert [item.name for item in metadata.tables["order"].primary_key.columns] == ["order_id"]


def test_postgresql_has_a_partition_a_month_and_one_for_all_others():
    order = ddl(CUT)["order"]
    assert order.create.endswith("PARTITION BY RANGE (order_date)")
    assert order.partitions == (
        """CREATE TABLE "order_2025_12" PARTITION OF "order" FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')""",
        """CREATE TABLE "order_2026_01" PARTITION OF "order" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')""",
        """CREATE TABLE "order_other" PARTITION OF "order" DEFAULT""",
    )
    assert partition_names(CUT.tables["order"]) == ["order_2025_12", "order_2026_01", "order_other"]


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_mysql_leaves_out_the_foreign_keys_on_and_to_partitioned_tables(dialect):
    made = ddl(CUT, dialect)
    assert made["order_item"].left_out == (
        "fk_order_item_order_id", "fk_order_item_product_id", "fk_order_item_promotion_id",
    )  # fmt: skip
    assert not made["order_item"].foreign_keys
    assert made["product"].foreign_keys and not made["product"].left_out
    assert "PARTITION p2025_12 VALUES LESS THAN ('2026-01-01')" in made["order"].create
    assert "PARTITION p_later VALUES LESS THAN (MAXVALUE)" in made["order"].create


def test_sql_server_cuts_by_a_function_and_a_scheme():
    statements = script(CUT, "mssql")
    assert statements[0] == (
        "CREATE PARTITION FUNCTION pf_month_2025_12_2026_01 (datetime2(0)) AS RANGE RIGHT FOR VALUES "
        "('2025-12-01', '2026-01-01', '2026-02-01')"
    )
    assert sum(statement.endswith(") ON ps_month_2025_12_2026_01 (order_date)") for statement in statements) == 2
    assert _parse_errors(";\nGO\n".join(statements)) == ""


def test_mariadb_takes_rows_of_every_month(scratch):  # noqa: F811 - the fixture
    for statement in script(CUT, "mariadb"):
        scratch.execute(statement)
    for year in (2020, 2025, 2026, 2040):
        scratch.execute(
            "INSERT INTO `order` (order_date, status, total_amount, created_at) "
            f"VALUES ('{year}-12-31 10:00:00', 'PLACED', 1, '{year}-12-31 10:00:00')"
        )
    scratch.execute("SELECT order_id FROM `order` ORDER BY order_date")
    assert [row[0] for row in scratch.fetchall()] == [1, 2, 3, 4]
