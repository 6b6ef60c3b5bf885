from __future__ import annotations

from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.fitness.analytics import VIEWS
from datagen.loading.postgres.views import read_view, view_names
from datagen.progress import Progress
from tests.support.queries import ask

NAMES = [
    "class_popularity",
    "equipment_utilization_report",
    "instructor_scorecard",
    "member_retention_metrics",
    "peak_usage_analysis",
    "revenue_by_month",
    "staff_cost_by_facility",
]


@pytest.fixture(scope="module")
def loaded(embedded: str, small: Path) -> str:
    """The URL of a database whose schema `analysed` is loaded."""
    with FitnessCenterDatabaseLoader(embedded, "analysed", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
    return embedded


def one(url: str, query: str) -> object:
    return ask(url, f"SET search_path TO analysed; {query}")[0][0]


def test_there_are_seven_views_and_each_says_what_a_row_is() -> None:
    assert view_names(VIEWS) == NAMES
    for name in NAMES:
        assert "; one row a" in read_view(VIEWS / f"{name}.sql").comment


@pytest.mark.parametrize("name", NAMES)
def test_every_view_has_rows_and_its_columns_are_those_described(loaded: str, name: str) -> None:
    assert one(loaded, f"SELECT count(*) FROM {name}")
    columns = ask(
        loaded,
        "SELECT column_name::text FROM information_schema.columns "
        f"WHERE table_schema = 'analysed' AND table_name = '{name}' ORDER BY ordinal_position",
    )
    assert [row[0] for row in columns] == list(read_view(VIEWS / f"{name}.sql").columns)


@pytest.mark.parametrize(
    ("view", "table"),
    [
        ("SELECT sum(visits) FROM peak_usage_analysis", "SELECT count(*) FROM memberaccess"),
        ("SELECT round(sum(percent_of_visits)) FROM peak_usage_analysis", "SELECT 100 * count(*) FROM facilities"),
        ("SELECT sum(sessions) FROM equipment_utilization_report", "SELECT count(*) FROM equipmentusage"),
        ("SELECT count(*) FROM equipment_utilization_report", "SELECT count(*) FROM equipment"),
        (
            "SELECT sum(maintenance_cost) FROM equipment_utilization_report",
            "SELECT sum(cost) FROM equipmentmaintenance",
        ),
        ("SELECT sum(members) FROM member_retention_metrics", "SELECT count(*) FROM members"),
        ("SELECT sum(attempts) FROM revenue_by_month", "SELECT count(*) FROM memberpayments"),
        (
            "SELECT sum(revenue) FROM revenue_by_month",
            "SELECT sum(amount) FROM memberpayments WHERE status = 'Completed'",
        ),
        (
            "SELECT sum(monthly_fees + annual_fees + registration_fees + class_fees) FROM revenue_by_month",
            "SELECT sum(revenue) FROM revenue_by_month",
        ),
        (
            "SELECT sum(attended) FROM class_popularity",
            "SELECT count(*) FROM classenrollments WHERE enrollmentstatus = 'Attended'",
        ),
        (
            "SELECT sum(sessions) FROM class_popularity",
            "SELECT count(*) FROM classinstances WHERE status = 'Completed'",
        ),
        (
            "SELECT sum(classes_taught) FROM instructor_scorecard",
            "SELECT count(*) FROM classinstances WHERE status = 'Completed'",
        ),
        ("SELECT sum(feedbacks) FROM instructor_scorecard", "SELECT count(*) FROM instructorfeedback"),
        ("SELECT sum(gross_pay) FROM staff_cost_by_facility", "SELECT sum(grosspay) FROM staffpayroll"),
    ],
)
def test_views_add_up_to_their_tables(loaded: str, view: str, table: str) -> None:
    assert one(loaded, view) == one(loaded, table)


def test_nobody_is_retained_longer_more_often(loaded: str) -> None:
    assert one(loaded, "SELECT bool_and(retained_90_days >= retained_180_days) FROM member_retention_metrics") in (
        True,
        None,
    )
    assert one(loaded, "SELECT bool_and(percent_active <= 100) FROM member_retention_metrics") is True
