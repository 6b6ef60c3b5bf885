"""Rules of the bank end where its tables and its story end."""

from __future__ import annotations

import pytest

from datagen.bank.authorities import COMPLIANCE_RULES, terms_of
from datagen.bank.rules import BankRules
from datagen.errors import RuleError
from datagen.rules import override


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("compliance.cash_limit", 8_000, "must lie in 10000 to"),  # the table takes no lower amounts
        ("loans.applicant_share", 0.5, "must lie in 0 to 0.38"),  # fewer customers have an account that can pay
        ("bands.promoter_score", "45,10", "runs from 45 down to 10"),
        ("insurance.split_of_two", "60,30", "must sum to 100 percent"),
        ("loans.worst_rate_score", 820, "must lie below best_rate_score"),
        ("loans.guaranteed", "50,10", "guaranteed runs from least to most"),
        ("service.branches_open", "10,16", "branch_hours must be 0 outside 10:00-15:59, when branches are closed"),
        ("service.branches_open", "12,14", "must be 3 hours at least"),
        ("compliance.log_hours", "17,9", "from an earlier to a later hour"),
        ("transactions.payroll_minutes", "390,360", "from an earlier to a later minute"),
    ],
)
def test_what_no_bank_can_be_is_refused(path: str, value: object, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        override(BankRules(), {path: value})


def test_rules_of_two_sections_may_not_contradict_each_other() -> None:
    hours = ",".join("1" if 10 <= hour < 16 else "0" for hour in range(24))
    changed = {"service.branches_open": "10,16", "service.branch_hours": hours}
    with pytest.raises(RuleError, match=r"transactions.branch_hours must be 0 outside 10:00-15:59"):
        override(BankRules(), changed)
    override(BankRules(), changed | {"transactions.branch_hours": hours})


def test_what_rules_say_the_compliance_rules_say_too() -> None:
    rules = override(BankRules(), {"service.response_limit": 20, "compliance.structuring_days": 12})
    told = [text.format(**terms_of(rules)) for _, name, _, _, demand in COMPLIANCE_RULES for text in (name, demand)]
    assert "Complaints are answered in 20 days" in told
    assert "Cash above 10,000 dollars a day is reported within 15 days." in told
    assert "Cash deposits below the limit are watched over 12 days." in told
