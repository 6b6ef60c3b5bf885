"""The columns by which customer_db and accounts_db know the same person."""

from __future__ import annotations

from sqlalchemy import CHAR, Date, String

from datagen.bank.tables.declare import EMAIL, NAME, PERSON, TELEPHONE, Items, must


def contact_details(*, with_gender: bool = False) -> Items:
    """Name, birth and where to reach the customer; word for word the same in both databases."""
    gender: Items = [must("gender", CHAR(1), "Sex: F female, M male")] if with_gender else []
    return [
        must("first_name", PERSON, "Given name, fits sex and year of birth"),
        must("last_name", PERSON, "Surname"),
        *gender,
        must("date_of_birth", Date, "Date of birth; 18 to 95 years old on becoming a customer"),
        must("email", EMAIL, "E-mail address, at a reserved domain (example.com, .org, .net)", unique=True),
        must("phone", TELEPHONE, "Telephone, a reserved number (NPA-555-01XX)"),
        must("address", String(120), "Street and number"),
        must("city", NAME, "City; agrees with state and ZIP code"),
        must("state", String(2), "State, two letters"),
        must("zip_code", String(5), "ZIP code"),
    ]
