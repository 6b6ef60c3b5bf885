"""A band moves with the rules that its figure follows from: data of changed rules lies in it, not in the usual one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import pytest

from datagen.bank.rules import BankRules
from datagen.bank.tables import metadata
from datagen.checks.duckdb_engine import fill_from_frames
from datagen.checks.findings import Measure
from datagen.rules import override
from tests.bank.checks.judged_banks import size, suite
from tests.support.banks import frames
from tests.support.bench import Bench, GoodDatabase

pytestmark = pytest.mark.slow

SIZE, AS_OF, SEED = size(1.0), dt.date(2026, 11, 20), 11
EVENINGS = ",".join(["0"] * 8 + ["1"] * 6 + ["4"] * 6 + ["0"] * 4)
CASES: list[tuple[Mapping[str, object], list[tuple[str, str]]]] = [
    (
        {
            "transactions.checking_spendings": 25,
            "transactions.savings_spendings": 4,
            "transactions.manual_share": 0.2,
            "transactions.checking_deposits": 3,
        },
        [("S05", "a customer"), ("S06", "spending"), ("S06", "manual")],
    ),
    (
        {
            "transactions.checking_spendings": 3,
            "transactions.salary_share": 0.9,
            "transactions.branch_deposit_share": 0.2,
            "transactions.bill_sigma": 0.3,
            "transactions.purchase_sigma": 0.3,
        },
        [
            ("S05", "an account"),
            ("S06", "spending"),
            ("S06", "manual"),
            ("S23", "mean against median of purchases and bills"),
        ],
    ),
    ({"loans.applicant_share": 0.1, "insurance.holder_share": 0.1}, [("S30", "rows a customer")]),
    (
        {
            "accounts.holder_share": 0.5,
            "accounts.several_share": 0.1,
            "loans.types.mortgage": 0.05,
            "loans.types.personal": 0.7,
            "loans.types.auto": 0.1,
            "loans.defaulted_share": 0.08,
        },
        [("S02b", "accounts a customer"), ("S05", "a customer"), ("S16", "active"), ("S16", "paid_off")],
    ),
    (
        {
            "loans.approved_score": 690,
            "loans.rejected_score": 600,
            "loans.approved_score_spread": 30,
            "loans.score_weight": 0.4,
            "service.nps": 6.5,
            "service.discontent": 0.2,
        },
        [
            ("S11c", "net promoter score"),
            ("S12", "points below the others"),
            ("S18", "mean score"),
            ("S18", "approvals, low above medium risk"),
            ("S32", "personal"),
        ],
    ),
    (
        {
            "service.seconds": "600,620,550,550,620",
            "service.phone_hours": EVENINGS,
            "transactions.card_hours": ",".join(["1"] * 24),
            "customers.income_private": 150_000,
            "accounts.balance_sigma": 0.2,
            "accounts.balances": "9000,8000,8000,8000,5000,4000",
        },
        [
            ("S25", "mean against median"),
            ("S25", "median at 65 to 74 against under 35"),
            ("S26", "minutes by telephone"),
            ("S26", "longest channel against the shortest"),
            ("S33", "purchases from 7 to 22 hours"),
            ("S33", "calls before noon against those from 17 hours on"),
            ("S34", "private against premium"),
        ],
    ),
]


def measured(database: GoodDatabase, rules: BankRules, checks: Iterable[str]) -> Mapping[tuple[str, str], Measure]:
    """The figures of these checks of data, with the bands of these rules."""
    findings = Bench(database, suite(SIZE, AS_OF, rules)).findings(*checks)
    return {(item.check, measure.label): measure for item in findings for measure in item.measures}


def lies_in_band(measure: Measure) -> bool:
    low, high = measure.low, measure.high
    return (low is None or measure.value >= low) and (high is None or measure.value <= high)


@pytest.mark.parametrize(("changes", "figures"), CASES, ids=[next(iter(changes)) for changes, _ in CASES])
def test_bands_move_with_the_rules_their_figures_follow_from(
    changes: Mapping[str, object], figures: list[tuple[str, str]]
) -> None:
    rules = override(BankRules(), dict(changes))
    made = frames(SIZE.customers, SIZE.employees, SEED, AS_OF, rules)
    checks = {check for check, _ in figures}
    with GoodDatabase() as database:
        for name, frame in made.items():
            fill_from_frames(database, metadata.tables[name], frame)
        of_these, usual = measured(database, rules, checks), measured(database, BankRules(), checks)
    assert [figure for figure in figures if not lies_in_band(of_these[figure])] == []
    assert [figure for figure in figures if lies_in_band(usual[figure])] == []
