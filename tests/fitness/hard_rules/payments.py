"""Dues, their attempts and methods, and the fees of classes."""

from __future__ import annotations

import pandas as pd

from tests.fitness.hard_rules.world import DAY, SEAT_HOLDERS, World, overlapping


def h30_first_attempts_inside_a_spell_at_its_price(world: World) -> pd.DataFrame:
    """Every attempt is at a due of a spell that is no freeze, at the price of its plan, within 10 days."""
    tries = world.attempts
    late = ~(tries["paymentdate"] - tries["due"] <= 10 * DAY)
    return tries[late | (tries["cents_paid"] != tries["cents"]) | (tries["paymenttype"] != tries["owed"])]


def h31_one_due_a_period(world: World) -> pd.DataFrame:
    """No period missed, none paid twice; up to three attempts; after three failures the spell ends the next day."""
    tries = world.attempts
    owed = world.dues
    owed = owed[(owed["due"] >= world.start) & (owed["due"] < world.as_of)]
    on_day = tries[tries["paymentdate"] == tries["due"]].groupby(["memberid", "due"]).size().rename("on_day")
    missed = owed.join(on_day, on=["memberid", "due"])
    missed = missed[missed["on_day"] != 1]

    seen = tries[tries["due"] >= world.start]
    seen = seen.assign(failed=(seen["status"] == "Failed").astype(int))
    one = seen.groupby(["memberid", "due"], as_index=False).agg(
        tried=("status", "size"),
        failed=("failed", "sum"),
        last=("status", "last"),
        last_day=("paymentdate", "last"),
        until=("until", "last"),
        spell_status=("spell_status", "last"),
        next_status=("next_status", "last"),
    )
    settled = (one["last"] != "Failed") & (one["tried"] - one["failed"] == 1) & (one["tried"] <= 3)
    given_up = (one["failed"] == 3) & (one["tried"] == 3) & (one["until"] == one["last_day"] + DAY)
    given_up &= (one["spell_status"] == "Cancelled") | (one["next_status"] == "Suspended")
    waiting = (one["last"] == "Failed") & (one["tried"] == one["failed"]) & (one["tried"] < 3)
    waiting &= one["due"] + 10 * DAY >= world.as_of
    same_day = overlapping(tries.assign(close=tries["paymentdate"] + DAY), ["memberid", "due"], "paymentdate", "close")
    return pd.concat([missed, one[~(settled | given_up | waiting)], same_day])


def h32_one_registration_fee(world: World) -> pd.DataFrame:
    """A Registration Fee of the first plan on the join date, once, where that plan has one."""
    payments = world.memberpayments
    paid = payments[payments["paymenttype"] == "Registration Fee"]
    first = world.spells.drop_duplicates("memberid")
    first = first[first["startdate"].between(world.start, world.as_of - DAY) & (first["registrationfee"] > 0)]
    wanted = first[["memberid", "startdate", "registrationfee"]].set_axis(["memberid", "paymentdate", "amount"], axis=1)
    if not len(wanted) and not len(paid):
        return wanted
    both = wanted.merge(paid, on=["memberid", "paymentdate", "amount"], how="outer", indicator=True)
    return both[(both["_merge"] != "both") | both["memberid"].duplicated(keep=False)]


def h33_class_fees_match_enrolments(world: World) -> pd.DataFrame:
    """Every enrolment with a price has its Class Fee on its day, one to one; fees before the window lie outside."""
    booked = world.bookings
    charged = booked[(booked["paymentamount"] > 0) & (booked["enrollmentdate"] >= world.start)]
    charged = charged.assign(paymentdate=charged["enrollmentdate"].dt.normalize(), amount=charged["paymentamount"])
    fees = world.memberpayments[world.memberpayments["paymenttype"] == "Class Fee"]
    key = ["memberid", "paymentdate", "amount"]
    counts = pd.concat([charged.groupby(key).size().rename("owed"), fees.groupby(key).size().rename("paid")], axis=1)
    counts = counts.fillna(0).reset_index()
    return counts[counts["owed"] != counts["paid"]]


def enrolments_cost_the_price_where_a_seat_is_held(world: World) -> pd.DataFrame:
    """`paymentamount` is the session's price for Attended, No-Show and Enrolled, else 0."""
    booked = world.bookings
    price = booked["price"].where(booked["enrollmentstatus"].isin(SEAT_HOLDERS), 0.0)
    return booked[booked["paymentamount"] != price]


def payments_lie_in_the_window(world: World) -> pd.DataFrame:
    """No payment before the window, nor on or after the as-of day."""
    payments = world.memberpayments
    return payments[~payments["paymentdate"].between(world.start, world.as_of - DAY)]


def members_keep_to_two_methods(world: World) -> pd.DataFrame:
    """A member keeps to one or two methods of payment."""
    methods = world.memberpayments.groupby("memberid", as_index=False)["paymentmethod"].nunique()
    return methods[methods["paymentmethod"] > 2]
