"""What data is judged by beyond the numbers it was made from."""

from __future__ import annotations

from datagen.frozen import dataclass
from datagen.payments.rules.declaring import CHECKS, LIFE, least, share, span
from datagen.rules import rule


@dataclass(frozen=True)
class BandRules:
    """What data is judged by beyond the numbers it was made from: the bands of the scorecard.

    These are the bands of data made by the default rules; they move with the rules that their figures follow.
    """

    size_share_slack: float = share(0.04, "merchants at the start, either way", f"{CHECKS}#s01")
    reuse_share: tuple[float, float] = span(0.05, 0.15, "share of a day's payments", f"{CHECKS}#s02", 1)
    reuse_least: int = least(3_000, "payments of a day whose share is judged")
    stored_slack: float = share(0.003, "payments by new cards, either way", f"{CHECKS}#s03")
    approved_present: tuple[float, float] = span(0.92, 0.98, "share of payments, card present", f"{CHECKS}#s04", 1)
    approved_remote: tuple[float, float] = span(0.84, 0.93, "share of payments, card not present", f"{CHECKS}#s04", 1)
    present_share: tuple[float, float] = span(0.58, 0.72, "share of payments", f"{CHECKS}#s06", 1)
    type_slack: float = share(
        0.03,
        "payments without the card present, either way",
        "convention: far more than chance where so many rows are judged",
    )
    season_slack: float = rule(
        0.12, unit="of a season's factor, either way", source=f"{CHECKS}#s09: about", low=0, high=0.5
    )
    season_days: tuple[int, int] = rule(
        (60, 20),
        unit="ordinary days and days of a season of a merchant that is judged",
        source="convention: fewer days leave the ratio of a merchant to chance",
        low=1,
    )
    brand_slack: float = share(
        0.02, "payments, either way", f"{CHECKS}#s07: less than half of what is between two brands"
    )
    weekend_ratio: tuple[float, float] = span(0.50, 0.97, "weekend day against a weekday", f"{CHECKS}#s08")
    food_weekend_ratio: tuple[float, float] = span(
        1.0, 1.3, "weekend day against a weekday, merchants of food", f"{CHECKS}#s08: not below"
    )
    lunch_hours: tuple[int, int] = rule(
        (12, 13), unit="first and last hour of lunch", source="convention: what the words mean", low=0, high=23
    )
    evening_hours: tuple[int, int] = rule(
        (17, 18),
        unit="first and last hour of the early evening",
        source="convention: what the words mean",
        low=0,
        high=23,
    )
    quiet_hours: tuple[int, int] = rule(
        (10, 21),
        unit="hour until which and hour from which it is quiet",
        source="convention: what the words mean",
        low=0,
        high=24,
    )
    peak_ratio: float = rule(
        1.3, unit="times an hour's even share, at least, at the peaks", source=f"{CHECKS}#s10", low=1
    )
    quiet_ratio: float = rule(
        0.7, unit="times an hour's even share, at most, in the quiet hours", source=f"{CHECKS}#s10", high=1
    )
    volume_skew: float = rule(1.03, unit="mean volume against the median, at least", source=f"{CHECKS}#s11", low=1)
    volume_days: int = least(10, "days with payments of a merchant whose volume is judged")
    usual_day: tuple[float, float] = span(
        0.85,
        1.15,
        "median merchant's payments on an ordinary day against those of the rules",
        "convention: what the logistic curve, rounding and chance leave between",
    )
    commonest_amount: float = share(
        0.012,
        "a merchant's payments that are of its commonest amount, at most",
        "convention: chance and endings give less",
    )
    commonest_least: int = least(500, "payments of a merchant whose amounts are judged")
    usual_amount: tuple[float, float] = span(
        0.82,
        1.18,
        "place of an industry's mean amount within the range against that of the rules",
        "convention: what the logistic curve, rounding and chance leave between",
    )
    ending_slack: float = rule(
        0.15,
        unit="of the share of an ending, either way",
        source="convention: amounts that end so by themselves, and chance",
        low=0,
        high=1,
    )
    decline_clustering: float = rule(
        1.5, unit="variance of declines by card against chance, at least", source=f"{CHECKS}#s05", low=1
    )
    clustering_least: int = least(5, "payments of a card whose declines are judged")
    half_cents: float = share(
        0.004, "costs that are rounded at half a cent, at least", "convention: a third of what chance gives"
    )
    parity: tuple[float, float] = span(
        0.44, 0.56, "share of the whole dollars that are odd", "convention: what chance leaves about a half", 1
    )
    channel_least: int = least(200, "payments of a merchant whose share of channels is judged")
    channel_slack: float = share(
        0.1, "a merchant's payments with the card present, either way", "convention: what few merchants leave to chance"
    )
    channel_spread: float = rule(
        5,
        unit="variance of a merchant's share of payments with the card present against chance, at least",
        source=f"{CHECKS}#s17: far beyond chance",
        low=1,
    )
    ticket_least: int = least(300, "payments of a merchant whose amounts by card are judged")
    credit_ticket: float = rule(
        1.2, unit="mean amount by credit card against debit card, at least", source=f"{CHECKS}#s18", low=1
    )
    amex_ticket: float = rule(
        1.05, unit="mean amount by Amex against Visa and Mastercard, at least", source=f"{CHECKS}#s18: above", low=1
    )
    visa_value: tuple[float, float] = span(0.56, 0.66, "share of the value", f"{CHECKS}#s18", 1)
    mastercard_value: tuple[float, float] = span(0.22, 0.30, "share of the value", f"{CHECKS}#s18", 1)
    amex_value: tuple[float, float] = span(0.08, 0.14, "share of the value", f"{CHECKS}#s18", 1)
    discover_value: tuple[float, float] = span(0.01, 0.035, "share of the value", f"{CHECKS}#s18", 1)
    hour_step: float = rule(
        1.25, unit="times more, or less, in ten minutes than in those before, at most", source=f"{CHECKS}#s19", low=1
    )
    hour_trend: float = rule(
        0.03,
        unit="difference of the halves of an hour against their sum, at least",
        source=f"{CHECKS}#s19: three times what chance leaves",
        low=0,
    )
    retried: tuple[float, float] = span(0.15, 0.40, "share of declined payments", f"{CHECKS}#s20", 1)
    retry_approved: float = share(0.5, "payments tried again that are approved, at least", f"{CHECKS}#s20: more often")
    stored_days: int = rule(30, unit="last days whose new cards are judged", source="convention: a month", low=1)
    uses: int = rule(
        7,
        unit="payments of a stored card on a day, at most",
        source=f"{CHECKS}#s21: a handful, some tried again",
        low=1,
    )
    reuse_first: float = share(
        0.04,
        "payments of one of the first days by cards that pay on other days, at least",
        f"{CHECKS}#s21: as later, but for cards that do not come back",
    )
    journeys: tuple[float, float] = span(0.02, 0.06, "share of payments by stored cards, present", f"{CHECKS}#s22", 1)
    state_slack: float = rule(
        0.33, unit="of a state's share of the people, either way", source=f"{CHECKS}#s23: a third", low=0, high=1
    )
    small_places: float = share(
        0.3, "the merchants outside of places of 5,000 people and more, at most", f"{CHECKS}#s23"
    )
    first_fortnight: tuple[float, float] = span(0.4, 0.8, "payments in the first fortnight against later", LIFE)
    last_fortnight: float = rule(
        0.85, unit="payments in the last fortnight against before, at most", source=f"{LIFE}: volume fades", low=0
    )
    small_leave: float = rule(
        1.1,
        unit="chance of small merchants to leave against the others, at least",
        source=f"{LIFE}: half as much again, less what so few leave to chance",
        low=0,
    )
    pile: float = rule(
        1.5,
        unit="days with the least payments of a class against those with one more, at most",
        source="convention: far below what clipping gives",
        low=0,
    )
    pile_least: int = least(300, "days with one payment more than the least of a class that is judged")
    months_at_cap: float = share(
        0.4, "the months in which as many join as can, at most", "convention: what chance leaves near a limit"
    )
    ends_blocked: tuple[float, float] = span(
        0.13, 0.33, "share of cards out of use that were only declined on their last day", f"{CHECKS}#s27", 1
    )
    stays_blocked: float = share(
        0.62, "those declined shortly before that were declined then, at least", f"{CHECKS}#s27"
    )
    decline_growth: float = rule(
        1.3,
        unit="declined share of payments of 200 dollars and more against that of those below 25, at least",
        source=f"{CHECKS}#s28: those that are tried again are declined at any amount",
        low=1,
    )
    public_holiday: float = rule(
        0.8,
        unit="payments on a public holiday against the same day of weeks around, at most",
        source=f"{CHECKS}#s29",
        low=0,
    )
    black_friday: float = rule(
        1.2,
        unit="payments of retail on Black Friday against the Friday before, at least",
        source=f"{CHECKS}#s29",
        low=1,
    )
    evening_slack: float = rule(
        0.3,
        unit="of the ratio of the evening's share of remote payments to that of noon by the rules, either way",
        source=f"{CHECKS}#s30: shares above a half move less",
        low=0,
        high=1,
    )
    debit_remote_slack: float = share(
        0.12,
        "payments without the card present, above the rule's factor",
        f"{CHECKS}#s31",
    )
    early_evening: float = share(0.4, "payments from 18:00 on, against days around, at most", f"{CHECKS}#s32")
    weekend_joins: float = share(0.05, "merchants that join at weekends, at most", f"{LIFE}: on working days")
