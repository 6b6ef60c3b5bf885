"""The words of the e-commerce world that its tables, generator and commands share. Imports nothing heavy."""

from __future__ import annotations

PLACED, PAID, SHIPPED, DELIVERED, CANCELLED, RETURNED = range(6)
"""The codes of the statuses."""
STATUSES = ("PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED", "RETURNED")
OFFICIAL, MARKETPLACE = "Official", "Marketplace"
SELLER_TYPES = (OFFICIAL, MARKETPLACE)
"""An Official seller is a brand's own shop; a Marketplace seller lists several brands."""
PRODUCT, CATEGORY, SELLER, FLASH_SALE = range(4)
"""The codes of the types of promotions."""
PROMOTION_TYPES = ("product", "category", "seller", "flash sale")
PERCENTAGE, FIXED_AMOUNT = "percentage", "fixed amount"
DISCOUNT_TYPES = (PERCENTAGE, FIXED_AMOUNT)
MOST_OF_A_LINE = 10
"""The largest quantity of an item."""
MOST_ITEMS = 50
"""The most items an order may have; in small catalogues, a quarter of the products."""
CATALOGUE_SHARE = 4
"""An order has at most one in so many products."""
