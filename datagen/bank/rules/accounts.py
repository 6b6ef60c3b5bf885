"""Which accounts customers hold and what is in them."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import GUIDE, days, mix, share, sigma
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_SCF = "published: Survey of Consumer Finances (Federal Reserve), by age of the reference person, rounded"
_RATES = "assumption: yields of deposit accounts in the United States around 2024"


def _rate(default: float, kind: str) -> float:
    return rule(  # type: ignore[no-any-return]
        default, unit=f"percent a year, usual interest of a {kind} account", source=_RATES, low=0.01, high=4.6
    )


@dataclass(frozen=True)
class AccountRules:
    """Holders, kinds, states, opening balances and relationships of accounts."""

    holder_share: float = share(0.75, "customers with an account", GUIDE)
    several_share: float = share(0.25, "holders with several accounts", GUIDE)
    several: Mix = mix("holders of several accounts", "docs/bank-story.md#sizes", **{"2": 0.90, "3": 0.08, "4": 0.02})
    types: Mix = mix(
        "accounts", "docs/bank-story.md#scorecard: S03", checking=0.50, savings=0.30, money_market=0.12, cd=0.08
    )
    prompt_share: float = share(
        0.80, "first accounts opened soon after the identity was verified", "assumption: most come to open an account"
    )
    prompt_days: float = rule(
        25.0,
        unit="days, mean time from verification to such a first account",
        source="assumption: within some weeks",
        low=0.1,
        high=365,
    )
    most_prompt_days: int = days(
        3_650, "to such a first account, at most", "follows: docs/bank-story.md#customers: ten years", low=1
    )
    settled_months: int = rule(
        13,
        unit="months after which an account may be dormant or closed",
        source="docs/bank-story.md#accounts: H31",
        low=12,
        high=60,
    )
    statuses: Mix = mix(
        "settled accounts", "assumption: one account in eight is no longer used", active=0.88, dormant=0.06, closed=0.06
    )
    least_life: int = days(
        180, "from opening to closing, at least", "assumption: nobody closes within half a year", low=1, high=360
    )
    cd_months: Mix = mix(
        "certificates of deposit, by months to maturity",
        "assumption: one year is the usual term",
        **{"6": 0.15, "12": 0.40, "24": 0.20, "36": 0.15, "60": 0.10},
    )

    savings_rate: float = _rate(1.2, "savings")
    money_market_rate: float = _rate(2.4, "money market")
    cd_rate: float = _rate(4.1, "cd")
    rate_spread: float = rule(
        0.3, unit="most that interest lies above or below the usual one, of it", source=_RATES, low=0.0, high=0.3
    )
    rate_step: float = rule(
        0.05, unit="percent a year that rates are whole multiples of", source=_RATES, low=0.01, high=0.5
    )

    balance_ages: tuple[int, ...] = rule(
        (18, 35, 45, 55, 65, 75), unit="years, first age of each band of balances", source=_SCF, low=0, high=120
    )
    balances: tuple[int, ...] = rule(
        (4_200, 7_000, 9_000, 11_500, 13_000, 9_000),
        unit="US dollars, median balance by band of age",
        source=_SCF,
        low=1,
        high=1_000_000,
    )
    type_factors: tuple[float, ...] = rule(
        (0.55, 1.5, 3.0, 3.2),
        unit="balance of a kind of account against the median: checking, savings, money market, cd",
        source="assumption: checking holds a month of spending, savings several",
        low=0.01,
        high=100,
    )
    segment_factors: tuple[float, ...] = rule(
        (0.85, 1.6, 2.0, 4.0),
        unit="balance in a segment against the median: retail, premium, corporate, private",
        source="assumption: segments are made by wealth",
        low=0.01,
        high=100,
    )
    balance_sigma: float = sigma(1.25, "balances", _SCF)
    least_balance: float = rule(
        25.0,
        unit="US dollars, least opening balance of an active account",
        source="assumption: banks ask for a small deposit",
        low=0.01,
        high=1_000,
    )
    reserve: tuple[float, float] = rule(
        (1.1, 2.1),
        unit="balance kept for what is collected in the window, of the least that does, from and to",
        source="docs/bank-story.md#sizes: no instalment or premium takes more than 30 % of the balance",
        low=1.0,
        high=10.0,
    )

    one_relationship_share: float = share(0.20, "accounts with one relationship", GUIDE)
    two_relationships_share: float = share(0.05, "accounts with two relationships", GUIDE)
    relationships: Mix = mix(
        "relationships to others",
        "assumption: joint owners and beneficiaries are the usual ones",
        joint_owner=0.45,
        beneficiary=0.33,
        authorized_user=0.22,
    )
    linked_share: float = share(
        0.6,
        "relationships of checking accounts beside a savings account that link it",
        "assumption: who has both usually links them",
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if list(self.balance_ages) != sorted(set(self.balance_ages)):
            yield f"balance_ages must rise; they are {self.balance_ages}."
        if self.one_relationship_share + self.two_relationships_share > 1:
            yield "one_relationship_share and two_relationships_share exceed 1 together; lower one of them."
        if self.reserve[0] > self.reserve[1]:
            yield f"reserve runs from {self.reserve[0]} down to {self.reserve[1]}; swap them."
