"""Merchants, billers and employers, all invented, and what statements say."""

from __future__ import annotations

from functools import cache

from datagen.bank import vocabulary as words
from datagen.columns import Labels

_PLACES = (
    "Alder", "Bayberry", "Briar", "Canyon", "Chestnut", "Cobble", "Cypress", "Dogwood", "Elm Street", "Fieldstone",
    "Foxglove", "Garden", "Hazel", "Hillcrest", "Holly", "Lantern", "Larkspur", "Linden", "Magnolia", "Mill Pond",
    "Orchard", "Poplar", "Prairie", "Red Barn", "Rosemary", "Sandpiper", "Spruce", "Thistle", "Valley", "Wren",
)  # fmt: skip
_SHOPS = (
    "Grocery", "Market", "Pharmacy", "Hardware", "Books", "Coffee", "Diner", "Fuel Stop", "Outfitters", "Pet Supply",
    "Bakery", "Garden Centre", "Cinema", "Shoes", "Electronics",
)  # fmt: skip
_BILLERS = (
    "Power & Light", "Water District", "Natural Gas", "Wireless", "Broadband", "Property Management", "Waste Services",
    "Medical Group",
)  # fmt: skip
_TRADES = (
    "Manufacturing", "Health System", "School District", "Software", "Logistics", "Construction", "Foods",
    "Engineering",
    "Retail Group", "Research", "Hospitality", "Energy Services",
)  # fmt: skip
_SAYINGS = {
    "counter_cash": "Cash withdrawal at the counter",
    "atm_cash": "Cash withdrawal at a machine",
    "card_purchase": "Purchase at",
    "bill_payment": "Bill paid to",
    "loan_repayment": "Loan instalment",
    "insurance_premium": "Insurance premium",
    "maintenance_fee": "Monthly maintenance fee",
    "atm_fee": "Fee for a foreign machine",
    "wire_fee": "Wire transfer fee",
    "cash_deposit": "Cash deposit",
    "check_deposit": "Check deposit",
    "opening_deposit": "Opening deposit",
    "loan_disbursement": "Loan paid out",
    "insurance_claim": "Insurance claim paid",
    "payroll": "Salary from",
    "interest": "Interest",
}


def _names(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{place} {kind}" for place in _PLACES for kind in kinds)


MERCHANTS, BILLERS, EMPLOYERS = _names(_SHOPS), _names(_BILLERS), _names(_TRADES)
FIRST_MERCHANT, FIRST_BILLER, FIRST_EMPLOYER = 0, len(MERCHANTS), len(MERCHANTS) + len(BILLERS)


@cache
def counterparties() -> Labels:
    """Merchants, billers and employers, one after the other."""
    return Labels.of((*MERCHANTS, *BILLERS, *EMPLOYERS))


@cache
def descriptions() -> Labels:
    """What statements say: of each category, then of those with each counterparty."""
    of_names = [
        f"{_SAYINGS[category]} {name}"
        for category, names in (("card_purchase", MERCHANTS), ("bill_payment", BILLERS), ("payroll", EMPLOYERS))
        for name in names
    ]
    return Labels.of((*(_SAYINGS[category] for category in words.CATEGORIES), *of_names))
