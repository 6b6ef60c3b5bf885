"""Rules of the bank end where its tables and its story end."""

from __future__ import annotations

import pytest

from datagen.bank.rules import BankRules
from datagen.errors import RuleError
from datagen.rules import override


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("compliance.cash_limit", 8_000, "must lie in 10000 to"),  # the table takes no lower amounts
        ("loans.applicant_share", 0.5, "must lie in 0 to 0.38"),  # fewer customers have an account that can pay
        ("bands.promoter_score", "45,10", "runs from 45 down to 10"),
    ],
)
def test_what_no_bank_can_be_is_refused(path: str, value: object, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        override(BankRules(), {path: value})
