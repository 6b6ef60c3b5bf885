"""The state is the source of truth: what is edited there counts, and what cannot be is refused, saying where."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from datagen.errors import StateError
from datagen.payments import card_profiles, state
from tests.payments.payments_runs import Made, begun, continued

State = dict[str, Any]


@lru_cache
def january() -> Made:
    return begun("2024-01-01", "2024-01-31")


def edited(change: Callable[[State], object]) -> bytes:
    told = json.loads(january().state)
    change(told)
    return json.dumps(told).encode()


def busiest(told: State) -> str:
    """A merchant that is active."""
    return next(name for name, versions in told["merchants"].items() if versions[-1]["status"] == "active")


def paid(made: Made) -> set[str]:
    return {line[13] for line in made.lines}


def test_a_state_has_what_the_document_shows() -> None:
    told = json.loads(january().state)
    assert list(told)[:5] == [
        "last_generated_date",
        "merchants",
        "merchant_counter",
        "card_profiles",
        "total_transactions",
    ]
    assert told["last_generated_date"] == "2024-01-31"
    assert told["total_transactions"] == len(january().lines)
    name, card = next(iter(told["card_profiles"].items()))
    assert list(card)[:5] == ["card_profile_id", "card_bin", "card_type", "card_issuer", "card_brand"]
    assert card["card_profile_id"] == name


@pytest.mark.parametrize("merchants", [1, 3, 1_000])
def test_a_state_does_not_show_the_pieces_it_is_written_in(monkeypatch: pytest.MonkeyPatch, merchants: int) -> None:
    monkeypatch.setattr(state, "_PIECE", merchants)
    monkeypatch.setattr(card_profiles, "_PIECE", merchants)
    assert b"".join(state.write(state.read(january().state))) == january().state


@pytest.mark.slow
def test_a_merchant_set_to_churned_is_paid_no_more() -> None:
    name = busiest(json.loads(january().state))
    assert name in paid(continued(january().state, "2024-02-29"))

    made = continued(edited(lambda told: told["merchants"][name][-1].update(status="churned")), "2024-02-29")
    assert name not in paid(made)
    versions = json.loads(made.state)["merchants"][name]
    assert [version["status"] for version in versions[-2:]] == ["active", "churned"]
    assert versions[-1]["effective_date"] == "2024-02-01"


def test_a_version_added_by_hand_counts_from_the_next_day() -> None:
    name = busiest(json.loads(january().state))

    def leave(told: State) -> None:
        last = told["merchants"][name][-1]
        left = {**last, "status": "churned", "version": last["version"] + 1, "effective_date": "2024-02-01"}
        told["merchants"][name].append(left)

    made = continued(edited(leave), "2024-02-10")
    assert name not in paid(made)
    assert json.loads(made.state)["merchants"][name][-1]["effective_date"] == "2024-02-01"


def test_a_size_and_rate_set_by_hand_are_worked_with() -> None:
    name = busiest(json.loads(january().state))

    def grow(told: State) -> None:
        told["merchants"][name][-1].update(size_category="large", mdr_rate=0.021)

    made = continued(edited(grow), "2024-02-01")
    amounts = [(float(line[4]), line[16], line[12]) for line in made.lines if line[13] == name]
    assert len(amounts) >= 20
    for amount, fee, status in amounts:
        assert 100 <= amount <= 1000
        assert float(fee) == (round(amount * 0.021, 2) if status == "approved" else 0)


def _version(told: State) -> State:
    version: State = told["merchants"][busiest(told)][-1]
    return version


def _card(told: State) -> State:
    card: State = next(iter(told["card_profiles"].values()))
    return card


WRONG: list[tuple[Callable[[State], object], str]] = [
    (lambda told: told.pop("world"), "world"),
    (lambda told: told.update(world="fitness"), "world"),
    (lambda told: told.update(format=1), "format"),
    (lambda told: told.update(seed=-1), "seed"),
    (lambda told: told.update(seed="x"), "seed"),
    (lambda told: told.pop("options"), "options"),
    (lambda told: told["options"].update(start_date="2024-13-01"), "options.start_date"),
    (lambda told: told["options"].update(start_date="2025-01-01"), "last_generated_date"),
    (lambda told: told["options"].update(rules={"no.rule": 1}), "options.rules"),
    (lambda told: told["options"].update(rules=[]), "options.rules"),
    (lambda told: told.update(last_generated_date="yesterday"), "last_generated_date"),
    (lambda told: told.update(last_generated_date=None), "last_generated_date"),
    (lambda told: told.update(merchant_counter=3), "above merchant_counter"),
    (lambda told: told.update(merchant_counter=2.5), "merchant_counter"),
    (lambda told: told.update(total_transactions=-1), "total_transactions"),
    (lambda told: told.update(total_transactions=True), "total_transactions"),
    (lambda told: told.pop("merchants"), "merchants: it is missing"),
    (lambda told: told.update(mine=1), "no member 'mine'"),
    (lambda told: told["options"].update(mine=1), "no member 'mine'"),
    (lambda told: _version(told).update(mine=1), "no member 'mine'"),
    (lambda told: _card(told).update(mine=1), "no member 'mine'"),
    (lambda told: _card(told).update(stored_date="2024-1-1"), "stored_date: it must be a day"),
    (lambda told: _card(told).update(stored_date="2030-01-01"), "last_payment_date: "),
    (lambda told: _card(told).update(last_payment_date="2030-01-01"), "outside the card's time"),
    (lambda told: told.update(release=5), "release"),
    (lambda told: told.update(format=True), "format"),
    (lambda told: told["merchants"].pop(busiest(told)), "none left out"),
    (lambda told: told["merchants"].popitem(), "merchant_counter: it is"),
    (lambda told: told.update(merchant_counter=999_998), "merchant_counter: it is 999998"),
    (lambda told: told.update(merchant_counter=10**30), "merchant_counter: it must be"),
    (lambda told: told.update(merchants={}), "merchant_counter: it is"),
    (lambda told: told.update(last_generated_date="9999-12-31"), "years 1970 to 2149"),
    (lambda told: told.update(last_generated_date="20240131"), "last_generated_date"),
    (lambda told: told.update(last_generated_date="2024-W05-3"), "last_generated_date"),
    (lambda told: told["options"].update(start_date="2024-01-02"), "before options.start_date"),
    (lambda told: told["options"].update(start_date="2023-12-31"), "business.initial_merchants"),
    (lambda told: told["options"]["rules"].update({"business.initial_merchants": 11}), "business.initial_merchants"),
    (lambda told: _version(told).update(merchant_name="\ud800"), "merchant_name: it holds a character"),
    (lambda told: _version(told).update(address="1 Main St\n"), "address: it holds a character"),
    (lambda told: _version(told).update(merchant_name="x" * 81), "80 are the most"),
    (lambda told: _version(told).update(address="x" * 200), "80 are the most"),
    (lambda told: _version(told).update(email="x" * 200 + "@example.com"), "80 are the most"),
    (lambda told: _version(told).update(email="INFO@example.com"), "small letters"),
    (lambda told: _version(told).update(phone=_version(told)["phone"][:-1] + "\u0663"), "phone"),
    (lambda told: _version(told).update(mdr_rate=_version(told)["mdr_rate"] + 0.00001), "four decimals"),
    (lambda told: _version(told).update(mdr_rate=10**400), "mdr_rate"),
    (lambda told: told.update(card_profiles={}), "card_counter"),
    (lambda told: told["card_profiles"].popitem(), "card_counter"),
    (lambda told: told.update(card_counter=1), "card_counter"),
    (lambda told: _card(told).update(card_bin=5), "card_bin: it must be a text"),
    (lambda told: _card(told).update(merchant_id="X000002"), "'X000002' is no merchant"),
    (lambda told: _card(told).update(merchant_id="M00000\u0662"), "is no merchant"),
    (lambda told: _card(told).update(merchant_id="M999999"), "above merchant_counter"),
    (lambda told: told.update(merchants=[]), "merchants"),
    (lambda told: told["merchants"].update(X1=[{}]), "merchants.X1"),
    (lambda told: told["merchants"].update(M000001=[]), "merchants.M000001"),
    (lambda told: _version(told).pop("city"), ".city: it is missing"),
    (lambda told: _version(told).update(merchant_id="M999999"), "merchant_id"),
    (lambda told: _version(told).update(version=7), "version"),
    (lambda told: _version(told).update(status="sleeping"), "status"),
    (lambda told: _version(told).update(size_category="huge"), "size_category"),
    (lambda told: _version(told).update(industry="mining"), "industry"),
    (lambda told: _version(told).update(mdr_rate=0.2), "mdr_rate"),
    (lambda told: _version(told).update(mdr_rate="0.03"), "mdr_rate"),
    (lambda told: _version(told).update(mdr_rate=float("nan")), "mdr_rate"),
    (lambda told: _version(told).update(mdr_rate=float("inf")), "mdr_rate"),
    (lambda told: _version(told).update(version=1.0), "version"),
    (lambda told: _version(told).update(zip_code="00000"), "zip_code"),
    (lambda told: _version(told).update(city="Nowhere"), "zip_code"),
    (lambda told: _version(told).update(phone="212-867-5309"), "phone"),
    (lambda told: _version(told).update(email="boss@company.com"), "email"),
    (lambda told: _version(told).update(merchant_name=" "), "merchant_name"),
    (lambda told: told["merchants"]["M000001"][0].update(creation_date="2023-01-01"), "effective_date"),
    (lambda told: _version(told).update(effective_date="2024-05-01", creation_date="2024-05-01"), "effective_date"),
    (lambda told: _version(told).update(last_transaction_date="2024-02-20"), "last_transaction_date"),
    (lambda told: _version(told).update(last_transaction_date=5), "last_transaction_date"),
    (lambda told: told.update(card_profiles=None), "card_profiles"),
    (lambda told: _card(told).update(card_bin="453201"), "no card is of the kind"),
    (lambda told: _card(told).update(card_issuer="Acme"), "no card is of the kind"),
    (lambda told: _card(told).pop("card_type"), "card_type"),
    (lambda told: _card(told).update(card_profile_id="CARD1"), "card_profile_id"),
    (lambda told: _card(told).update(merchant_id="nobody"), "merchant_id"),
    (lambda told: told["card_profiles"].update(CARD1={}), "card_profiles.CARD1"),
    (lambda told: told["card_profiles"].update(CARD1234567890=[]), "card_profiles.CARD1234567890"),
]


@pytest.mark.parametrize(
    ("change", "where"), WRONG, ids=[f"{place}: {where}" for place, (_, where) in enumerate(WRONG)]
)
def test_what_cannot_be_is_refused_saying_where(change: Callable[[State], object], where: str) -> None:
    with pytest.raises(StateError) as caught:
        state.read(edited(change))
    assert where in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_version_that_does_not_follow_is_refused() -> None:
    def add(**values: Any) -> bytes:
        def change(told: State) -> None:
            history = told["merchants"][busiest(told)]
            history.append({**history[-1], "version": history[-1]["version"] + 1, **values})

        return edited(change)

    with pytest.raises(StateError, match="later than that of the version before"):
        state.read(add())
    with pytest.raises(StateError, match="creation never changes"):
        state.read(add(effective_date="2024-01-31", creation_date="2024-01-02"))
    with pytest.raises(StateError, match=r"a day with payments"):
        state.read(add(effective_date="2024-01-31"))
    with pytest.raises(StateError, match=r"last_transaction_date: it must be that of the version before"):
        state.read(add(effective_date="2024-02-01", last_transaction_date=None))
    state.read(add(effective_date="2024-02-01"))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b'{"world": 1}', b"\xff\xfe", b"[" * 100_000, b"1", b"1" * 9_999]
)
def test_what_is_no_state_is_refused(text: bytes) -> None:
    with pytest.raises(StateError, match=r"here\.json"):
        state.read(text, "here.json")


def test_a_cut_state_is_refused_with_its_line() -> None:
    text = january().state
    with pytest.raises(StateError, match=r"line \d+, column \d+"):
        state.read(text[: len(text) // 2])
