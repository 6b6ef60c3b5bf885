"""Rules as data: they are described in full, overridden by text or TOML, and refused in a sentence."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.errors import RuleError, UsageError
from datagen.rules import Mix, changes, describe, override, parse_settings, read_toml, rule, section, validate


@dataclass(frozen=True)
class PayRules:
    rate: float = rule(0.95, unit="share of attempts", source="page 1", low=0.5, high=1)
    days: int = rule(10, unit="days", source="page 2", low=1, high=27)
    methods: Mix = rule(Mix.of({"Credit Card": 0.6, "No-Show": 0.4}), unit="share of payments", source="page 3")
    span: tuple[int, int] = rule((7, 90), unit="days, least and most", source="page 4", low=1, high=365)
    weights: tuple[float, ...] = rule((1.2, 1.0, 0.5), unit="weight by day", source="page 5", low=0)
    currency: str = rule("USD", unit="ISO 4217", source="page 6")

    def problems(self) -> Iterator[str]:
        if self.span[0] > self.span[1]:
            yield f"span runs from {self.span[0]} down to {self.span[1]}."


@dataclass(frozen=True)
class VisitRules:
    rate: float = rule(3.35, unit="visits a week", source="page 7", low=0.05)


@dataclass(frozen=True)
class World:
    payments: PayRules = section(PayRules)
    visits: VisitRules = section(VisitRules)


def test_every_rule_is_described_in_the_order_of_declaration():
    described = describe(World())
    assert [item.path for item in described] == [
        "payments.rate", "payments.days", "payments.methods", "payments.span", "payments.weights",
        "payments.currency", "visits.rate",
    ]  # fmt: skip
    first = described[0]
    assert (first.value, first.unit, first.source) == (0.95, "share of attempts", "page 1")
    assert (first.low, first.high) == (0.5, 1)
    assert described[-1].high is None


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("payments.rate", "0.9", 0.9),
        ("payments.rate", " 1 ", 1.0),
        ("payments.rate", "9e-1", 0.9),
        ("payments.days", "5", 5),
        ("payments.days", "5.0", 5),
        ("payments.span", "3,30", (3, 30)),
        ("payments.span", " 3 , 30 ", (3, 30)),
        ("payments.weights", "1,2,0.25", (1.0, 2.0, 0.25)),
        ("payments.currency", "EUR", "EUR"),
    ],
)
def test_a_rule_can_be_set_by_text(path, text, value):
    part, name = path.split(".")
    got = getattr(getattr(override(World(), {path: text}), part), name)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("path", "value"),
    [("payments.rate", 0.9), ("payments.days", 5), ("payments.span", (3, 30)), ("payments.span", [3, 30])],
)
def test_a_rule_can_be_set_by_a_value_of_its_own_type(path, value):
    part, name = path.split(".")
    got = getattr(getattr(override(World(), {path: value}), part), name)
    assert got == (tuple(value) if isinstance(value, list) else value)


def test_a_mix_can_be_set_whole():
    mix = Mix.of({"Credit Card": 0.3, "No-Show": 0.7})
    assert override(World(), {"payments.methods": mix}).payments.methods == mix


@pytest.mark.parametrize("share", ["credit_card", "Credit Card", "CREDIT-CARD"])
def test_shares_of_a_mix_are_set_by_name(share):
    changed = override(World(), {f"payments.methods.{share}": "0.25", "payments.methods.no_show": 0.75})
    assert dict(changed.payments.methods.items()) == {"Credit Card": 0.25, "No-Show": 0.75}
    assert changed.payments.methods["No-Show"] == 0.75


def test_what_is_not_set_stays_and_the_original_too():
    world = World()
    changed = override(world, {"payments.rate": 0.8, "payments.days": 3})
    assert world == World()
    assert changed.visits == world.visits
    assert (changed.payments.rate, changed.payments.days) == (0.8, 3)
    assert changed.payments.methods == world.payments.methods
    assert override(world, {}) == world


def test_rules_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        World().payments.rate = 0.1


def test_changes_are_those_from_the_defaults_as_plain_values():
    assert changes(World()) == {}
    settings = {"payments.methods.credit_card": 0.5, "payments.methods.no_show": 0.5, "payments.span": "1,2"}
    expected = {"payments.methods": {"Credit Card": 0.5, "No-Show": 0.5}, "payments.span": [1, 2]}
    assert changes(override(World(), settings)) == expected


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"payments.rat": 0.9}, ["payments.rat'", "payments.rate"]),
        ({"payment.rate": 0.9}, ["payment.rate'", "payments.rate"]),
        ({"rate": 0.9}, ["'rate'", "visits.rate"]),
        ({"zzz": 1}, ["'zzz'", "payments.rate"]),
        ({"payments.methods.gold": 1}, ["payments.methods.gold", "credit_card", "no_show"]),
        ({"payments.rate.x": 1}, ["payments.rate.x"]),
        ({"payments.methods": 0.5}, ["payments.methods", "credit_card"]),
        ({"payments.rate": "often"}, ["payments.rate", "'often'", "share of attempts"]),
        ({"payments.rate": None}, ["payments.rate", "None"]),
        ({"payments.rate": "nan"}, ["payments.rate", "nan", "finite"]),
        ({"payments.rate": float("inf")}, ["payments.rate", "inf"]),
        ({"payments.rate": 1.01}, ["payments.rate", "1.01", "0.5 to 1"]),
        ({"payments.rate": 0.49}, ["payments.rate", "0.49", "0.5 to 1"]),
        ({"visits.rate": 0}, ["visits.rate", "0.05"]),
        ({"payments.days": 2.5}, ["payments.days", "2.5", "whole"]),
        ({"payments.days": "1e400"}, ["payments.days", "1e400"]),
        ({"payments.days": 0}, ["payments.days", "1 to 27"]),
        ({"payments.span": "3"}, ["payments.span", "2 numbers", "'3'"]),
        ({"payments.span": "3,4,5"}, ["payments.span", "2 numbers"]),
        ({"payments.span": "3,x"}, ["payments.span", "'x'"]),
        ({"payments.span": "3,nan"}, ["payments.span", "nan"]),
        ({"payments.span": "3,999"}, ["payments.span", "999", "1 to 365"]),
        ({"payments.span": "30,3"}, ["payments", "span", "30", "3"]),
        ({"payments.weights": "1,-1,1"}, ["payments.weights", "-1"]),
        ({"payments.methods.no_show": 0.9}, ["payments.methods", "sum to 1", "0.9"]),
        ({"payments.methods.no_show": "nan"}, ["payments.methods", "nan"]),
        ({"payments.methods.no_show": -1, "payments.methods.credit_card": 2}, ["payments.methods", "below 0"]),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_in_one_sentence_that_says_why(settings, said):
    with pytest.raises(RuleError) as caught:
        override(World(), settings)
    message = str(caught.value)
    assert all(part in message for part in said), message
    assert message.endswith((".", "?"))
    assert "\n" not in message
    assert isinstance(caught.value, UsageError)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(("path", "value"), [("payments.span", "3.7,30"), ("payments.span", (3, 30.5))])
def test_numbers_of_a_whole_tuple_must_be_whole(path, value):
    with pytest.raises(RuleError, match="whole"):
        override(World(), {path: value})


@pytest.mark.parametrize("path", ["payments.rate", "payments.days", "payments.methods.no_show"])
def test_a_truth_value_is_no_number(path):
    with pytest.raises(RuleError, match="True"):
        override(World(), {path: True})


def test_defaults_are_checked_as_well():
    with pytest.raises(RuleError, match=r"payments\.days"):
        validate(World(PayRules(days=99)))
    with pytest.raises(RuleError, match="span"):
        validate(World(PayRules(span=(9, 1))))
    validate(World())


@pytest.mark.parametrize(
    "rules",
    [PayRules(rate=math.nan), PayRules(weights=(1.0, math.nan, 1.0)), PayRules(methods=Mix.of({"a": math.nan}))],
)
def test_a_rule_that_is_no_number_is_refused_however_it_came_in(rules):
    with pytest.raises(RuleError, match="nan"):
        validate(World(rules))


@given(st.floats(0.5, 1), st.integers(1, 27), st.integers(1, 365), st.integers(1, 365))
def test_values_in_range_are_taken_as_they_are(rate, days, low, high):
    low, high = sorted((low, high))
    settings = {"payments.rate": repr(rate), "payments.days": str(days), "payments.span": f"{low},{high}"}
    changed = override(World(), settings).payments
    assert (changed.rate, changed.days, changed.span) == (rate, days, (low, high))


@given(st.text(max_size=30), st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.lists(st.text())))
def test_any_path_and_value_is_taken_or_refused_in_words(path, value):
    for where in (path, "payments.rate", "payments.days", "payments.span", "payments.methods.no_show"):
        try:
            changed = override(World(), {where: value})
        except RuleError as error:
            assert str(error)
        else:
            validate(changed)


# TOML


def test_settings_can_be_read_from_toml(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(
        """
        [payments]
        rate = 0.9
        span = [3, 30]
        currency = "EUR"
        [payments.methods]
        credit_card = 0.5
        "No-Show" = 0.5
        [visits]
        rate = 2
        """
    )
    world = override(World(), read_toml(file))
    assert (world.payments.rate, world.payments.span, world.payments.currency) == (0.9, (3, 30), "EUR")
    assert dict(world.payments.methods.items()) == {"Credit Card": 0.5, "No-Show": 0.5}
    assert world.visits.rate == 2.0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"[payments\nrate = 1", "not valid TOML"), (b"rate = ", "not valid TOML"), (b"\xff\xfe", "not valid TOML")],
)
def test_a_file_that_is_not_toml_is_named(tmp_path, content, said):
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    with pytest.raises(RuleError, match=said) as caught:
        read_toml(file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(RuleError, match="cannot be read") as caught:
            read_toml(path)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "content", ["[payments.rate]\nx = 1", "rate = 1", "[[payments]]\nrate = 1", "payments = 2026-01-01"]
)
def test_toml_of_another_shape_is_refused(tmp_path, content):
    file = tmp_path / "odd.toml"
    file.write_text(content)
    with pytest.raises(RuleError):
        override(World(), read_toml(file))


# Settings of the command line


def test_settings_are_paths_and_texts():
    assert parse_settings(["payments.rate=0.9", " visits.rate = 2 "]) == {"payments.rate": "0.9", "visits.rate": "2"}
    assert parse_settings(["a.b=c=d"]) == {"a.b": "c=d"}
    assert parse_settings([]) == {}


@pytest.mark.parametrize("setting", ["payments.rate", "=0.9", "payments.rate=", " = ", ""])
def test_a_setting_of_another_form_is_shown_the_right_one(setting):
    with pytest.raises(RuleError, match="rule=value") as caught:
        parse_settings([setting])
    assert f"'{setting}'" in str(caught.value)
    assert "success_rate" not in str(caught.value)  # a rule of one world is none of another


# Mixes


def test_a_mix_knows_its_names_and_shares():
    mix = Mix.of({"a": 1, "b": 0})
    assert list(mix.items()) == [("a", 1.0), ("b", 0.0)]
    assert mix["a"] == 1.0
    assert hash(mix) == hash(Mix.of({"a": 1.0, "b": 0.0}))
