"""Control totals of the manifest are compared when a directory is loaded, and whenever the database is verified."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from database_loader import FitnessCenterDatabaseLoader
from datagen.checks.findings import Finding
from datagen.columns import number_in
from datagen.errors import DataError
from datagen.loading.postgres.query import number_in as sql_number_in
from datagen.progress import Progress
from tests.support.queries import ask, checksum


def totals(verdict_findings: tuple[Finding, ...]) -> dict[str, str]:
    """What is said of totals that differ."""
    return {item.check: item.reason for item in verdict_findings if item.check.endswith(".total")}


@given(st.lists(st.text(st.sampled_from("AÉ1230 ٣\n\\%"), max_size=24), min_size=1, max_size=20))
def test_the_number_in_an_id_is_the_one_that_the_generator_counts(embedded: str, texts: list[str]) -> None:
    connection = psycopg2.connect(embedded)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql_number_in('id')} FROM unnest(%s) WITH ORDINALITY AS t (id, n) ORDER BY n", (texts,)
        )
        found = [int(number or 0) for (number,) in cursor.fetchall()]
    connection.close()
    assert found == [number_in(text) for text in texts]


@pytest.mark.parametrize(
    ("table", "column"), [("memberpayments", "amount"), ("memberaccess", "accessid"), ("staffschedules", "areaid")]
)
def test_a_total_that_is_wrong_in_the_manifest_is_refused(
    embedded: str, small: Path, editable: Callable[..., Path], table: str, column: str
) -> None:
    directory = editable(manifest=True)
    path = directory / "datapackage.json"
    package = json.loads(path.read_text())
    (resource,) = [item for item in package["resources"] if item["name"] == table]
    right = resource["totals"][column]
    resource["totals"][column] = f"1{right}"
    path.write_text(json.dumps(package))
    with FitnessCenterDatabaseLoader(embedded, "refused", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
        before = checksum(embedded, "refused")
        with pytest.raises(DataError, match=rf"{table}\.{column} is {right} where .* states 1{right}\."):
            loader.load(directory, truncate=True)
    assert checksum(embedded, "refused") == before


def test_an_amount_or_a_key_that_was_changed_in_the_database_is_found(
    loader: FitnessCenterDatabaseLoader, url: str, schema: str, small: Path
) -> None:
    loader.load(small, truncate=True)
    assert totals(loader.verify_data_integrity().failed()) == {}
    there = f'"{schema}".staffschedules'
    ask(
        url,
        f"UPDATE \"{schema}\".equipment SET purchaseprice = purchaseprice + 0.01 WHERE equipmentid = 'EQ0001'; "
        f"UPDATE \"{schema}\".instructorfeedback SET feedbackid = 'FBK99999999' WHERE feedbackid = 'FBK00000001'; "
        f"UPDATE {there} SET areaid = NULL WHERE scheduleid = (SELECT min(scheduleid) FROM {there} WHERE areaid > '')",
    )
    changed = ["equipment.purchaseprice.total", "instructorfeedback.feedbackid.total", "staffschedules.areaid.total"]
    for directory in (None, small):
        told = totals(loader.verify_data_integrity(directory).failed())
        assert sorted(told) == changed
        assert "as stated" in told[changed[0]]
