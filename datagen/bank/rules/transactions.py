"""Money that comes in and goes out in the window."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import GUIDE, ONLINE, VISITS, dollars, mix, share, sigma
from datagen.bank.world import WINDOW_MONTHS
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_TIME = "docs/bank-story.md#time"
_RATES = "docs/bank-story.md#sizes: 14,000 transactions for 1,200 customers, 70 % spending, 30 % manual"
_DIARY = "published: diary of consumer payment choice (Federal Reserve), orders of magnitude"
_BLS = "published: length of pay periods (Bureau of Labor Statistics), by accounts instead of employers"


def _count(default: float, what: str) -> float:
    return rule(  # type: ignore[no-any-return]
        default, unit=f"{what} an active account in the whole window", source=_RATES, low=0.0, high=1_000.0
    )


def _hours(*weights: float, what: str) -> tuple[float, ...]:
    return rule(  # type: ignore[no-any-return]
        weights,
        unit=f"{what} in an hour of the day, midnight first, against each other",
        source=_DIARY,
        low=0.0,
        high=100.0,
    )


def _minute(default: int, what: str, low: int, high: int) -> int:
    return rule(  # type: ignore[no-any-return]
        default, unit=f"minutes after midnight at which {what}", source=_TIME, low=low, high=high
    )


def _clock(first: int, last: int, what: str, low: int, high: int) -> tuple[int, int]:
    return rule(  # type: ignore[no-any-return]
        (first, last), unit=f"minutes after midnight between which {what}", source=_TIME, low=low, high=high
    )


@dataclass(frozen=True)
class TransactionRules:
    """Counts, categories, amounts and times of transactions."""

    window_months: int = rule(
        WINDOW_MONTHS, unit="months of transactions before the as-of day", source=_TIME, low=3, high=3
    )
    spending_cap: float = share(0.30, "the balance that a spending may take at most", GUIDE)
    least_part: float = share(
        0.35,
        "what the balance bears that is taken at least where more was wanted",
        "assumption: who cannot pay all pays a good part",
    )

    salary_share: float = share(0.373, "settled active checking accounts of individuals that a salary comes to", _RATES)
    pay_periods: Mix = mix("accounts with a salary", _BLS, biweekly=0.42, weekly=0.34, semimonthly=0.19, monthly=0.05)
    friday_share: float = share(
        0.7,
        "weekly and biweekly pay days that are Fridays, the others Wednesdays",
        "assumption: Friday is the usual pay day",
    )
    net_pay: float = rule(
        0.74,
        unit="pay after taxes, of income",
        source="assumption: a quarter of pay goes to taxes and insurance",
        low=0.3,
        high=1.0,
    )
    least_salary: float = dollars(1_000.0, "least salary of a pay day", GUIDE, 1_000, 8_000)
    most_salary: float = dollars(8_000.0, "most salary of a pay day", GUIDE, 1_000, 8_000)
    salary_beyond: float = dollars(
        160.0, "mean distance from the least or most salary of who would earn less or more", _RATES
    )

    checking_deposits: float = _count(1.32, "deposits to a checking account,")
    savings_deposits: float = _count(1.02, "deposits to a savings account,")
    money_market_deposits: float = _count(0.85, "deposits to a money market account,")
    cash_deposit_share: float = share(0.45, "deposits that are cash", _DIARY)
    branch_deposit_share: float = share(0.75, "deposits made in branches", _RATES)
    cash_deposit: float = dollars(300.0, "median cash deposit", _DIARY)
    cash_deposit_sigma: float = sigma(0.9, "cash deposits", _DIARY)
    check_deposit: float = dollars(420.0, "median check", _DIARY)
    check_deposit_sigma: float = sigma(1.0, "checks", _DIARY)

    checking_spendings: float = _count(14.6, "spendings from a checking account, instalments and premiums aside,")
    savings_spendings: float = _count(1.95, "spendings from a savings account, instalments and premiums aside,")
    money_market_spendings: float = _count(
        1.85, "spendings from a money market account, instalments and premiums aside,"
    )
    activity_sigma: float = sigma(
        0.8, "spendings an account", "assumption: of two customers one often spends twice as often"
    )
    manual_share: float = share(0.41, "these spendings made in branches", _RATES)
    manual: Mix = mix("spendings in branches", _RATES, counter_cash=0.45, bill_payment=0.50, wire_fee=0.05)
    checking: Mix = mix(
        "other spendings from checking",
        _DIARY,
        card_purchase=0.60,
        atm_cash=0.17,
        bill_payment=0.20,
        maintenance_fee=0.03,
    )
    saving: Mix = mix(
        "other spendings from savings and money market", _DIARY, atm_cash=0.25, bill_payment=0.65, maintenance_fee=0.10
    )
    foreign_atm_share: float = share(0.20, "cash from machines that costs a fee, checking", _DIARY)
    ach_bill_share: float = share(0.55, "bills paid outside branches by ACH, the others online", _DIARY)

    payroll_minutes: tuple[int, int] = _clock(360, 390, "salaries arrive, before all else of the day", 0, 539)
    disbursed_minute: int = _minute(1_021, "loans are paid out, after branches close", 1_021, 1_021)
    claims_minute: int = _minute(1_022, "claims are paid, after loans", 1_022, 1_022)
    collected_minutes: tuple[int, int] = _clock(
        1_050, 1_170, "instalments and premiums are collected, after what was paid in on the day", 1_023, 1_438
    )
    monthly_fee_minute: int = _minute(1_410, "monthly fees are charged", 1_023, 1_438)
    foreign_fee_seconds: int = rule(
        9, unit="seconds from cash of a foreign machine to its fee", source=_TIME, low=1, high=59
    )

    purchase: float = dollars(38.0, "median purchase", _DIARY)
    purchase_sigma: float = sigma(1.0, "purchases", _DIARY)
    bill: float = dollars(130.0, "median bill", _DIARY)
    bill_sigma: float = sigma(1.15, "bills", _DIARY)
    counter_cash: float = dollars(180.0, "median cash over the counter", _DIARY)
    counter_cash_sigma: float = sigma(0.8, "cash over the counter", _DIARY)
    atm_cash: float = dollars(100.0, "median cash from a machine", _DIARY)
    atm_cash_sigma: float = sigma(0.6, "cash from machines", _DIARY)
    atm_note: int = rule(
        20, unit="US dollars, note that machines give", source="docs/bank-story.md#transactions: H38", low=20, high=20
    )
    counter_step: int = rule(
        5,
        unit="US dollars, cash over the counter is a whole multiple of it",
        source="assumption: people ask for round amounts",
        low=1,
        high=20,
    )
    least_spending: float = dollars(
        1.0,
        "least spending; what could only be less is left",
        "assumption: nobody pays less than a dollar by card",
        0.01,
        20,
    )
    maintenance_fees: tuple[float, ...] = rule(
        (5.0, 10.0, 12.0),
        unit="US dollars, fees of a month",
        source="assumption: fees of this size are on the price lists of large banks",
        low=0.01,
        high=100,
    )
    atm_fees: tuple[float, ...] = rule(
        (2.5, 3.0, 3.5),
        unit="US dollars, fees at foreign machines",
        source="assumption: fees of this size are on the price lists of large banks",
        low=0.01,
        high=20,
    )
    wire_fees: tuple[float, ...] = rule(
        (25.0, 30.0),
        unit="US dollars, fees of wire transfers",
        source="assumption: fees of this size are on the price lists of large banks",
        low=0.01,
        high=100,
    )

    branch_hours: tuple[float, ...] = _hours(*VISITS, what="visits of branches")
    card_hours: tuple[float, ...] = _hours(
        0.1,
        0.05,
        0.03,
        0.03,
        0.05,
        0.2,
        0.6,
        1.2,
        1.6,
        1.7,
        1.9,
        2.3,
        2.8,
        2.4,
        2.1,
        2.2,
        2.5,
        2.9,
        2.7,
        2.0,
        1.4,
        0.9,
        0.5,
        0.2,
        what="purchases",
    )
    online_hours: tuple[float, ...] = _hours(
        *ONLINE,
        what="transactions at machines and online",
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("branch_hours", "card_hours", "online_hours"):
            hours = getattr(self, name)
            if len(hours) != 24 or sum(hours) <= 0:
                yield f"{name} needs 24 weights that are not all 0."
        for name in ("payroll_minutes", "collected_minutes"):
            if getattr(self, name)[0] >= getattr(self, name)[1]:
                yield f"{name} runs from an earlier to a later minute."
        if self.least_salary > self.most_salary:
            yield f"least_salary {self.least_salary:g} is above most_salary {self.most_salary:g}."
