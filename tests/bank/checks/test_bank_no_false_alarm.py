"""Good banks of other seeds, sizes, end dates and rules break no rule and leave no band that can be judged."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from datagen.bank.rules import BankRules
from datagen.checks.findings import Finding, Outcome
from datagen.checks.verify import verify_frames
from datagen.rules import override
from tests.bank.checks.judged_banks import size, suite, verdict
from tests.support.banks import frames

pytestmark = pytest.mark.slow

BANKS = [  # scale, customers, employees, seed, end date
    (0.01, None, None, 1, "2026-11-20"),
    (0.01, None, None, 2, "2024-02-29"),  # a leap day
    (0.01, None, None, 3, "2027-01-01"),  # a holiday
    (0.01, None, None, 4, "2026-03-31"),
    (0.05, None, None, 5, "2025-12-31"),
    (0.1, None, None, 6, "2026-03-01"),
    (1.0, 300, None, 7, "2026-05-31"),
    (1.0, 200, 20, 8, "2023-07-05"),
    (0.2, None, None, 9, "2026-10-12"),
    (1.0, None, None, 10, "2022-12-27"),
]
# `DATAGEN_TEST_SEEDS=30` for a longer run
BANKS += [
    (0.01, None, None, seed, "2026-06-30") for seed in range(100, 100 + int(os.environ.get("DATAGEN_TEST_SEEDS", "0")))
]
SHORT_DAY = ",".join("1" if 10 <= hour < 16 else "0" for hour in range(24))
CHANGES = {
    "accounts.holder_share": 0.6,
    "accounts.several_share": 0.4,
    "customers.segments.retail": 0.5,
    "customers.segments.premium": 0.35,
    "service.contacts.0": 0.3,
    "service.contacts.1": 0.15,
    "service.surveyed_share": 0.5,
    "transactions.spending_cap": 0.2,
    "insurance.policies.1": 0.4,
    "insurance.policies.2": 0.5,
    "kyc.review_months": "24,18,6",
    "compliance.cash_limit": 12_000,
    "compliance.clear_score": 40,
    "compliance.rapid_withdrawals": 2,
    "compliance.rapid_withdrawal_share": 0.19,
    "compliance.log_hours": "6,22",
    "insurance.split_of_two": "70,30",
    "insurance.least_claim": 50,
    "loans.guaranteed": "20,40",
    "loans.least_paid": 4,
    "loans.score_reach": "500,800",
    "service.branches_open": "10,16",
    "service.branch_hours": SHORT_DAY,
    "service.telephone_served": "9,18",
    "service.phone_hours": SHORT_DAY,
    "transactions.branch_hours": SHORT_DAY,
    "transactions.collected_minutes": "1200,1300",
}


def wrong(findings: tuple[Finding, ...]) -> list[Finding]:
    return [item for item in findings if item.outcome in (Outcome.FAILED, Outcome.SKIPPED)]


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: " ".join(map(str, bank)))
def test_good_data_raises_no_alarm(bank: tuple[float, int | None, int | None, int, str]) -> None:
    *sizes, seed, end = bank
    assert wrong(verdict(size(*sizes), seed, dt.date.fromisoformat(end)).findings) == []


def test_data_of_changed_rules_is_judged_by_them() -> None:
    changed = override(BankRules(), CHANGES)
    of, as_of = size(1.0), dt.date(2026, 11, 20)
    made = frames(of.customers, of.employees, 11, as_of, changed)
    assert wrong(verify_frames(made, suite(of, as_of, changed)).findings) == []
    failed = {item.check for item in wrong(verify_frames(made, suite(of, as_of)).findings)}
    assert {"S01", "S02a", "S07a", "S11a", "S19c", "H60d"} <= failed
