"""Dues: none missed, none paid twice, at the plan's price, retried, given up, refunded; and the fees of classes."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.fitness import hard_rules as page

RULES = [
    page.h30_first_attempts_inside_a_spell_at_its_price,
    page.h31_one_due_a_period,
    page.h32_one_registration_fee,
    page.h33_class_fees_match_enrolments,
    page.enrolments_cost_the_price_where_a_seat_is_held,
    page.payments_lie_in_the_window,
    page.members_keep_to_two_methods,
]
END = "2026-01-01"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_payment_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


def without(frame: pd.DataFrame, **values: object) -> pd.DataFrame:
    """All rows but one with these values, in the middle."""
    rows = frame
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return frame.drop(rows.index[len(rows) // 2])


def twice(frame: pd.DataFrame, **values: object) -> pd.DataFrame:
    """All rows, and the last with these values once more."""
    rows = frame
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return pd.concat([frame, rows.iloc[-1:]], ignore_index=True)


def changed(column: str, value: object, **values: object):
    """Damage that changes a column of a row with these values."""

    def damage(frame: pd.DataFrame) -> pd.DataFrame:
        frame, rows = frame.copy(), frame
        for name, wanted in values.items():
            rows = rows[rows[name] == wanted]
        row = rows.index[len(rows) // 2]
        before = frame.loc[row, column]
        frame.loc[row, column] = value(before) if callable(value) else value
        return frame

    return damage


def moved(days: int):
    return lambda day: day + days * page.DAY


DAMAGE = [
    ("a month is missed", lambda p: without(p, paymenttype="Monthly Fee", status="Completed"), "h31"),
    ("a year is missed", lambda p: without(p, paymenttype="Annual Fee", status="Completed"), "h31"),
    ("a month is paid twice", lambda p: twice(p, paymenttype="Monthly Fee", status="Completed"), "h31"),
    ("a failed due is never retried", changed("status", "Failed", status="Completed", paymenttype="Annual Fee"), "h31"),
    ("a due is paid a day late", changed("paymentdate", moved(1), paymenttype="Annual Fee", status="Completed"), "h31"),
    ("a due is a cent too dear", changed("amount", lambda a: a + 0.01, paymenttype="Monthly Fee"), "h30"),
    ("an annual fee is called monthly", changed("paymenttype", "Monthly Fee", paymenttype="Annual Fee"), "h30"),
    ("a registration is lost", lambda p: without(p, paymenttype="Registration Fee"), "h32"),
    ("a registration comes twice", lambda p: twice(p, paymenttype="Registration Fee"), "h32"),
    ("a registration is late", changed("paymentdate", moved(1), paymenttype="Registration Fee"), "h32"),
    ("a registration is of another plan", changed("amount", 1.0, paymenttype="Registration Fee"), "h32"),
    ("a class fee is lost", lambda p: without(p, paymenttype="Class Fee"), "h33"),
    ("a class fee comes twice", lambda p: twice(p, paymenttype="Class Fee"), "h33"),
    ("a class fee is a cent short", changed("amount", lambda a: a - 0.01, paymenttype="Class Fee"), "h33"),
    ("a class fee is paid a day later", changed("paymentdate", moved(1), paymenttype="Class Fee"), "h33"),
    ("a payment on the as-of day", changed("paymentdate", pd.Timestamp(END)), "payments_lie"),
    ("a payment before the window", changed("paymentdate", pd.Timestamp("2024-12-31")), "payments_lie"),
    ("an unknown method", changed("paymentmethod", "Cheque"), "keys"),
    ("an unknown status", changed("status", "Pending"), "keys"),
    ("no date", changed("paymentdate", pd.NaT), "keys"),
]  # fmt: skip


def rule_named(start: str):
    (rule,) = [rule for rule in page.RULES if rule.__name__.startswith(start)]
    return rule


@pytest.mark.parametrize(("damage", "rule"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_planted_damage_is_found(demo, damage, rule):
    damaged = demo.with_(memberpayments=damage(demo.memberpayments))
    assert not rule_named(rule)(damaged).empty


def test_three_methods_of_one_member_are_found(demo):
    payments = demo.memberpayments.copy()
    member = payments["memberid"].value_counts().index[0]
    mine = payments.index[payments["memberid"] == member][:3]
    payments.loc[mine, "paymentmethod"] = ["Cash", "Credit Card", "Bank Transfer"]
    assert not page.members_keep_to_two_methods(demo.with_(memberpayments=payments)).empty


def test_a_fourth_attempt_is_found(demo):
    payments = demo.memberpayments.copy()
    failed = payments[payments["status"] == "Failed"]
    again = [failed.assign(paymentdate=failed["paymentdate"] + days * page.DAY) for days in (0, 1)]
    payments = pd.concat([payments, *again], ignore_index=True)
    assert not page.h31_one_due_a_period(demo.with_(memberpayments=payments)).empty


@pytest.mark.parametrize("column", ["paymentamount", "enrollmentstatus"])
def test_an_enrolment_of_another_price_is_found(demo, column):
    booked = demo.classenrollments.copy()
    row = booked.index[booked["paymentamount"] > 0][0]
    booked.loc[row, column] = {"paymentamount": 1.0, "enrollmentstatus": "Waitlisted"}[column]
    assert not page.enrolments_cost_the_price_where_a_seat_is_held(demo.with_(classenrollments=booked)).empty


# How payments come out


@pytest.fixture(scope="module")
def payments(make_world):
    return make_world(2, 500, 25, 42, END, 12).memberpayments


def test_methods_have_their_shares(payments):
    shares = payments["paymentmethod"].value_counts(normalize=True)
    assert shares["Credit Card"] == pytest.approx(0.60, abs=0.03)
    assert shares["Debit Card"] == pytest.approx(0.25, abs=0.03)
    assert 0.12 < shares[["Bank Transfer", "Mobile Payment", "Cash"]].sum() < 0.18


def test_most_attempts_are_completed_and_few_refunded(payments):
    shares = payments["status"].value_counts(normalize=True)
    assert shares["Completed"] == pytest.approx(0.95, abs=0.015)
    assert 0 < shares["Refunded"] < 0.01


def test_failures_cluster(payments):
    dues = payments[payments["paymenttype"].isin(["Monthly Fee", "Annual Fee"])]
    dues = dues.sort_values(["memberid", "paymentdate"], kind="stable")
    failed = dues["status"] == "Failed"
    after = failed.shift(fill_value=False) & (dues["memberid"] == dues["memberid"].shift())
    assert failed[after].mean() > 2 * failed.mean()


def test_some_spells_end_for_non_payment(demo):
    tries = demo.attempts.groupby(["memberid", "due"])["status"].agg(list)
    assert (tries.map(len) == 3).sum() >= 1
    assert ["Failed", "Failed", "Failed"] in tries.tolist()
    assert any(statuses[-1] == "Completed" and len(statuses) > 1 for statuses in tries)


# Rules that move them


def test_without_failures_every_attempt_is_completed(reference, made_from):
    settings = {"payments.success_rate": 1, "payments.refund_share": 0}
    made = made_from(reference(1, 120, 8, 4, END), END, 12, 4, settings)
    assert set(made.memberpayments["status"]) == {"Completed"}
    assert not page.broken(made)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.95, 0.8, 0.7, 0.5])
def test_as_many_attempts_are_completed_as_the_rules_say(reference, made_from, rate):
    # Several clubs: where one has no class with a price, the fees that never fail are missing.
    made = made_from(reference(3, 1_500, 45, 4, END), END, 12, 4, {"payments.success_rate": rate})
    assert (made.memberpayments["status"] == "Completed").mean() == pytest.approx(rate, abs=0.025)
    assert not page.broken(made)


@pytest.mark.parametrize("seed", range(4))
def test_methods_have_their_shares_of_the_dues_of_a_small_chain(reference, made_from, seed):
    made = made_from(reference(2, 500, 25, seed, END), END, 12, seed)
    dues = made.memberpayments[made.memberpayments["paymenttype"].isin(["Monthly Fee", "Annual Fee"])]
    shares = dues["paymentmethod"].value_counts(normalize=True)
    assert shares["Credit Card"] == pytest.approx(0.60, abs=0.03)
    assert shares["Debit Card"] == pytest.approx(0.25, abs=0.03)


def test_more_members_in_a_users_own_frame_leave_the_methods_of_the_first_ones(reference, dataset):
    frames = reference(1, 170, 8, 4, END)
    fewer = {**frames, "members": frames["members"].iloc[:120]}
    few, many = (dataset(these, END, 3, 4).history.billing for these in (fewer, frames))
    for one, other in ((few.methods, many.methods), (few.second_methods, many.second_methods)):
        assert (one == other[:120]).mean() > 0.9  # a home that has a second payer takes another plan


def test_the_window_leaves_the_methods_as_they_were(reference, dataset):
    short, long = (dataset(reference(1, 120, 8, 4, END), END, months, 4).history.billing for months in (1, 36))
    assert short.methods.tolist() == long.methods.tolist()
    assert short.first_failure.tolist() == long.first_failure.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("days", [4, 10])
def test_retries_fall_within_the_days_that_rules_give(reference, made_from, days):
    settings = {"payments.retry_days": days, "payments.success_rate": 0.8}
    made = made_from(reference(1, 200, 8, 4, END), END, 12, 4, settings)
    tries = made.attempts
    assert (tries["paymentdate"] - tries["due"]).max() <= days * page.DAY
    assert not page.broken(made)


def test_every_method_can_be_the_only_one(reference, made_from):
    shares = {"credit_card": 0, "debit_card": 0, "bank_transfer": 0, "mobile_payment": 0, "cash": 1}
    settings = {f"payments.methods.{name}": share for name, share in shares.items()}
    made = made_from(reference(1, 60, 8, 4, END), END, 3, 4, settings)
    assert set(made.memberpayments["paymentmethod"]) == {"Cash"}


@pytest.mark.slow
@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_dues_of_the_last_days_fall_on_the_last_day_of_shorter_months(reference, made_from, day):
    frames = reference(1, 60, 8, 4, "2025-03-31")
    members = frames["members"].assign(joindate=pd.Timestamp(2024, 1, day), memberstatus="Active")
    settings = {"memberships.annual_share": 0, "memberships.monthly_event_share": 0, "payments.success_rate": 1,
                "memberships.cooling_share": 0, "memberships.monthly_leaving": "0,0,0"}  # fmt: skip
    made = made_from({**frames, "members": members}, "2025-03-31", 36, 4, settings)
    dues = made.memberpayments.query("paymenttype == 'Monthly Fee'")["paymentdate"]
    expected = [pd.Timestamp(2024, 1, day) + pd.DateOffset(months=months) for months in range(15)]
    assert sorted(set(dues)) == [due for due in expected if due < made.as_of]
    assert (dues.value_counts() == 60).all()
    assert not page.broken(made)


@pytest.mark.parametrize("share", [0, 1])
def test_class_fees_follow_the_share_of_sessions_with_a_price(reference, made_from, share):
    made = made_from(reference(1, 200, 20, 4, END), END, 3, 4, {"classes.paid_share": share})
    assert (made.classschedules["price"] > 0).mean() == share
    assert (made.memberpayments["paymenttype"] == "Class Fee").any() == bool(share)
    assert not page.broken(made)


def test_payments_come_by_month(world):
    edges = [world.as_of - pd.DateOffset(months=back) for back in range(world.months, 0, -1)]
    payments = world.memberpayments
    dues = payments[payments["paymenttype"] != "Class Fee"]
    assert pd.Series(
        pd.cut(dues["paymentdate"], [*edges, world.as_of], right=False, labels=False)
    ).is_monotonic_increasing
