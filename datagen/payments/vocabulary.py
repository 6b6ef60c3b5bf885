"""The words of the payments world: what columns may hold, and what names and addresses are made of."""

from __future__ import annotations

STATE = "merchants.json"
"""The file that holds the state of a history."""
SIZES = ("small", "medium", "large")
STATUSES = ACTIVE, CHURNED = ("active", "churned")
CARD_TYPES = DEBIT, CREDIT = ("debit", "credit")
AMEX = "Amex"
PAYMENT_STATUSES = ("approved", "declined")
CARD_PRESENT = "card_present"
PAYMENT_TYPES = (CARD_PRESENT, "online", "mobile", "phone")
ANY_ENDING = "any"
"""Amounts whose cents are set to nothing."""
FOOD, RETAIL = "food", "retail"
"""The industry whose busy days are those of the weekend."""

TEST_BINS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Visa", DEBIT): ("400005",),
    ("Visa", CREDIT): ("411111", "401288", "424242"),
    ("Mastercard", DEBIT): ("520082",),
    ("Mastercard", CREDIT): ("555555", "510510", "222300"),
    ("Amex", CREDIT): ("378282", "371449", "378734"),
    ("Discover", DEBIT): ("601198",),
    ("Discover", CREDIT): ("601111", "601100"),
}
"""The first six digits of test cards that the brands' gateways publish, by brand and type: no such card exists."""

TRADES: dict[str, tuple[str, ...]] = {
    RETAIL: ("Hardware", "Outfitters", "Books", "Furniture", "Gifts", "Shoes", "Electronics", "Jewelers"),
    FOOD: ("Diner", "Grill", "Bakery", "Coffee House", "Pizzeria", "Kitchen", "Tavern", "Deli"),
    "services": ("Cleaners", "Salon", "Plumbing", "Landscaping", "Photography", "Tailors", "Movers"),
    "healthcare": ("Pharmacy", "Dental", "Family Clinic", "Eye Care", "Physical Therapy", "Veterinary"),
    "automotive": ("Auto Repair", "Tire Center", "Car Wash", "Body Shop", "Auto Parts"),
    "entertainment": ("Bowling", "Cinema", "Arcade", "Music Hall", "Golf Range"),
    "travel": ("Inn", "Travel", "Car Rentals", "Lodge", "Tours"),
}
"""What merchants of each industry call themselves, after their owner's name."""

UNITS = ("Suite", "Unit")
"""What parts of a house are called in which merchants are."""
MAILBOXES = ("contact", "info", "hello", "office", "billing", "sales")
_STREETS = (
    "Main Oak Maple Cedar Pine Elm Washington Lake Hill Walnut Spring North South Ridge Church Park Jackson Lincoln "
    "Highland Mill River Jefferson Cherry Franklin Adams Chestnut Dogwood Hickory Willow Meadow Forest Sunset Railroad "
    "Center Locust Poplar Madison Broad Valley Birch Sycamore Market Union Orchard Prospect Garfield Monroe Liberty"
)
STREETS = tuple(f"{name} {kind}" for name in _STREETS.split() for kind in ("St", "Ave", "Rd", "Blvd", "Dr", "Ln"))

MERCHANT_COLUMNS = (
    "merchant_id",
    "merchant_name",
    "industry",
    "address",
    "city",
    "state",
    "zip_code",
    "phone",
    "email",
    "mdr_rate",
    "size_category",
    "creation_date",
    "effective_date",
    "status",
    "last_transaction_date",
    "version",
)
"""The columns of `merchants`, which are also the members of a merchant's version in the state."""
