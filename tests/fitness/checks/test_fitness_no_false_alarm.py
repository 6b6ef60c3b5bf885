"""Good data of other seeds, sizes, windows and end dates breaks no rule and leaves no band that can be judged."""

from __future__ import annotations

import pytest

from additional_data_generator import AdditionalDataGenerator
from datagen.checks.findings import Outcome
from datagen.checks.profile import generate_data_profile_report, generate_data_quality_report
from datagen.checks.verify import Suite, suite_for, verify_frames
from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from datagen.rules import override
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator

pytestmark = pytest.mark.slow

WORLDS = [  # facilities, members, staff, seed, end date, months
    (1, 1, 1, 1, "2026-11-20", 1),
    (1, 20, 5, 2, "2024-02-29", 36),
    (1, 20, 5, 3, "2026-01-01", 3),
    (3, 300, 30, 4, "2025-03-31", 12),
    (6, 200, 24, 5, "2024-12-31", 6),
]


def suite(end: str, months: int, rules: FitnessRules | None = None) -> Suite:
    return suite_for(WORLD, {"end_date": end, "months": months}, "The test", rules)


def generate(facilities: int, members: int, staff: int, seed: int, end: str, months: int, rules: FitnessRules) -> dict:
    frames = FitnessCenterDataGenerator(facilities, members, staff, seed, end, rules=rules).generate_all()
    frames |= FitnessCenterODSGenerator(frames, seed, end, months, rules=rules).generate_all()
    return frames | AdditionalDataGenerator(frames, frames, seed, end, months, rules=rules).generate_all()


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: " ".join(map(str, world)))
def test_good_data_raises_no_alarm(world: tuple[int, int, int, int, str, int]) -> None:
    *_, end, months = world
    frames = generate(*world, FitnessRules())
    report = verify_frames(frames, suite(end, months))
    assert [(item.check, item.examples, item.measures) for item in report.failed()] == []
    assert [item.check for item in report.findings if item.outcome is Outcome.SKIPPED] == []


def test_data_of_changed_rules_is_judged_by_them() -> None:
    changed = override(FitnessRules(), {"plans.student_monthly_fee": 12.5, "payments.retry_days": 6})
    frames = generate(2, 200, 16, 6, "2026-11-20", 6, changed)
    assert verify_frames(frames, suite("2026-11-20", 6, changed)).ok
    assert {item.check for item in verify_frames(frames, suite("2026-11-20", 6)).failed()} == {"K31"}


def test_the_reports_of_the_documents_cover_every_table() -> None:
    frames = generate(1, 20, 5, 7, "2026-11-20", 3, FitnessRules())
    profile = generate_data_profile_report(frames, metadata)
    assert set(profile) == set(metadata.tables)
    assert all(set(table["columns"]) == set(metadata.tables[name].columns.keys()) for name, table in profile.items())
    quality = generate_data_quality_report(frames, suite("2026-11-20", 3))
    assert set(quality["completeness"]) == set(metadata.tables)
    assert set(quality["referential_integrity"].values()) == {0}
    assert quality["business_rules"]["H20"]["outcome"] == "passed"
