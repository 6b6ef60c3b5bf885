"""By which channel people pay, and when: evenings, debit cards, and days on which shops close early."""

from __future__ import annotations

from functools import lru_cache

from tests.payments.payments_runs import begun

_TIME, _TYPE, _CARD = 1, 5, 7


@lru_cache(maxsize=1)
def payments() -> list[list[str]]:
    """Those of two weeks before a new year."""
    return begun("2024-12-16", "2025-01-01", settings={"business.initial_merchants": 300}).lines


def hour(payment: list[str]) -> int:
    return int(payment[_TIME][11:13])


def closes_early(payment: list[str]) -> bool:
    return payment[_TIME][:10] in {"2024-12-24", "2024-12-31"}


def remote(among: list[list[str]]) -> float:
    """The share of payments without the card present."""
    assert len(among) > 500
    return sum(payment[_TYPE] != "card_present" for payment in among) / len(among)


def test_the_web_has_a_larger_share_in_the_evening_than_at_noon() -> None:
    usual = [payment for payment in payments() if not closes_early(payment)]
    evening = remote([payment for payment in usual if hour(payment) >= 20])
    assert evening > 1.3 * remote([payment for payment in usual if 12 <= hour(payment) < 15])


def test_debit_cards_pay_less_often_from_afar_than_credit_cards() -> None:
    debit, credit = ([payment for payment in payments() if payment[_CARD] == kind] for kind in ("debit", "credit"))
    assert remote(debit) < 0.9 * remote(credit)


def test_shops_close_early_on_two_days_and_the_web_does_not() -> None:
    late = [payment for payment in payments() if hour(payment) >= 18]
    early = [payment for payment in payments() if closes_early(payment)]
    assert sum(map(closes_early, late)) / len(early) < 0.6 * len(late) / len(payments())
    eve = [payment for payment in late if closes_early(payment)]
    assert remote(eve) > 1.1 * remote([payment for payment in late if not closes_early(payment)])
