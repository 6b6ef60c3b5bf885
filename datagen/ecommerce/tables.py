"""The tables of the e-commerce world: eight, with identity keys. Times are local, in whole seconds; money: dollars."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    column,
    false,
)
from sqlalchemy.dialects import mssql, mysql, postgresql

from datagen.ecommerce import vocabulary as words
from datagen.schema import NAMING, at_least, between, filled_if_and_only_if, not_before, one_of

metadata = MetaData(naming_convention=NAMING)

_CASE_COUNTS = "Latin1_General_BIN2"
"""The collation of SQL Server in which PLACED and placed differ."""
_MONEY, _TOTAL, _RATING = Numeric(10, 2), Numeric(12, 2), Numeric(2, 1)
_MOMENT = (
    DateTime()
    .with_variant(postgresql.TIMESTAMP(precision=0), "postgresql")
    .with_variant(mysql.DATETIME(), "mysql", "mariadb")
    .with_variant(mssql.DATETIME2(0), "mssql")  # type: ignore[no-untyped-call]
)


def _word(length: int) -> Any:
    """The type of one of a few allowed values, in which case counts."""
    return String(length).with_variant(mssql.VARCHAR(length, collation=_CASE_COUNTS), "mssql")


def _key(name: str, kind: Any, what: str) -> Column[Any]:
    return Column(
        name, kind, Identity(), primary_key=True, comment=f"Number of the {what}, from 1 in order of creation"
    )


def _must(name: str, kind: Any, comment: str, *constraints: Any) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=False, comment=comment)


def _may(name: str, kind: Any, comment: str, *constraints: Any) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=True, comment=comment)


def _above(name: str, low: int) -> CheckConstraint:
    return CheckConstraint(column(name) > low, name=name)


brand = Table(
    "brand",
    metadata,
    _key("brand_id", Integer, "brand"),
    _must("brand_name", String(100), "Name of the brand"),
    _must("country", CHAR(2), "Country of the brand, ISO 3166 alpha-2"),
    _must("created_at", _MOMENT, "When the row was made, before the window"),
    UniqueConstraint("brand_name"),
    comment="Brands of the goods on sale",
)

category = Table(
    "category",
    metadata,
    _key("category_id", Integer, "category"),
    _must("category_name", String(100), "Name of the category"),
    _may("parent_category_id", Integer, "Category it is part of; empty at the top", ForeignKey("category.category_id")),
    _must("level", SmallInteger, "1 at the top, 2 below"),
    _must("created_at", _MOMENT, "When the row was made, not before its parent's"),
    UniqueConstraint("category_name"),
    between("level", 1, 2),
    filled_if_and_only_if("parent_category_id", column("level") == 2),
    comment="Departments and the categories in them; products are in categories without children",
)

seller = Table(
    "seller",
    metadata,
    _key("seller_id", Integer, "seller"),
    _must("seller_name", String(100), "Name of the seller; an Official one bears that of its brand"),
    _must("join_date", Date, "Day on which the seller joined the marketplace"),
    _must("seller_type", _word(20), "Official: a brand's own shop. Marketplace: sells goods of several brands"),
    _must("rating", _RATING, "Mean rating of the seller, stars"),
    _must("country", CHAR(2), "Country of the seller, ISO 3166 alpha-2"),
    _must("created_at", _MOMENT, "When the row was made, on the day of joining"),
    UniqueConstraint("seller_name"),
    one_of("seller_type", words.SELLER_TYPES),
    between("rating", 0, 5),
    comment="Sellers on the marketplace",
)

product = Table(
    "product",
    metadata,
    _key("product_id", Integer, "product"),
    _must("product_name", String(200), "Name of the product, unique for its seller"),
    _must("category_id", Integer, "Category, one without children", ForeignKey("category.category_id")),
    _must("brand_id", Integer, "Brand", ForeignKey("brand.brand_id")),
    _must("seller_id", Integer, "Who sells it", ForeignKey("seller.seller_id")),
    _must("price", _MONEY, "List price, US dollars"),
    _may("discount_price", _MONEY, "Price after a standing markdown, US dollars; empty without one"),
    _must("stock_qty", Integer, "Units on the shelf at the end of the last day"),
    _must("reorder_level", Integer, "Units at or below which more are ordered in the evening"),
    _must("reorder_qty", Integer, "Units that are ordered then"),
    _must("lead_days", SmallInteger, "Days from that evening to the morning of the delivery"),
    _must("rating", _RATING, "Mean rating of the product, stars"),
    _must("is_active", Boolean, "Whether it is on sale still"),
    _must("created_at", _MOMENT, "When it was listed; on sale from the next day on"),
    _may("retired_at", _MOMENT, "When it was taken off sale; empty while it is on sale"),
    UniqueConstraint("seller_id", "product_name"),
    Index(None, "category_id"),
    Index(None, "brand_id"),
    _above("price", 0),
    CheckConstraint((column("discount_price") > 0) & (column("discount_price") < column("price")), "discount_price"),
    at_least("stock_qty", 0),
    at_least("reorder_level", 1),
    at_least("reorder_qty", 1),
    between("lead_days", 1, 30),
    between("rating", 0, 5),
    filled_if_and_only_if("retired_at", column("is_active") == false()),
    comment="Listings: one product of one seller",
)

promotion = Table(
    "promotion",
    metadata,
    _key("promotion_id", Integer, "promotion"),
    _must("promotion_name", String(100), "Name of the promotion"),
    _must("promotion_type", _word(20), "What it covers: products, goods of a category or of a seller, or a flash sale"),
    _must("discount_type", _word(20), "Whether the price falls by a percentage or by a fixed amount"),
    _must("discount_value", _MONEY, "Per cent, or US dollars, off the list price"),
    _must("start_date", Date, "First day"),
    _must("end_date", Date, "Last day"),
    _must("created_at", _MOMENT, "When the row was made, before the first day"),
    UniqueConstraint("promotion_name"),
    one_of("promotion_type", words.PROMOTION_TYPES),
    one_of("discount_type", words.DISCOUNT_TYPES),
    _above("discount_value", 0),
    CheckConstraint(
        (column("discount_type") != words.PERCENTAGE) | column("discount_value").between(5, 70),
        "discount_value_percent",
    ),
    not_before("end_date", "start_date"),
    comment="Promotions: lower prices for some days",
)

promotion_product = Table(
    "promotion_product",
    metadata,
    _key("promo_product_id", Integer, "row"),
    _must("promotion_id", Integer, "Promotion", ForeignKey("promotion.promotion_id")),
    _must("product_id", Integer, "Product that it covers", ForeignKey("product.product_id")),
    _must("created_at", _MOMENT, "When the product was added, before the first day"),
    UniqueConstraint("promotion_id", "product_id"),
    Index(None, "product_id"),
    comment="What promotions cover",
)

order = Table(
    "order",
    metadata,
    _key("order_id", BigInteger, "order"),
    _must("order_date", _MOMENT, "When it was placed"),
    _must("status", _word(10), "How far it has come; RETURNED only if every unit came back"),
    _must("total_amount", _TOTAL, "Sum of its items, US dollars"),
    _may("paid_at", _MOMENT, "When it was paid"),
    _may("shipped_at", _MOMENT, "When it left the warehouse"),
    _may("delivered_at", _MOMENT, "When it arrived"),
    _may("cancelled_at", _MOMENT, "When it was cancelled, before it was shipped"),
    _may("returned_at", _MOMENT, "When something of it came back"),
    _must("created_at", _MOMENT, "When the row was made, as it was placed"),
    Index(None, "order_date"),
    one_of("status", words.STATUSES),
    _above("total_amount", 0),
    comment="Orders of customers, across sellers",
)

order_item = Table(
    "order_item",
    metadata,
    _key("order_item_id", BigInteger, "item"),
    _must("order_id", BigInteger, "Order", ForeignKey("order.order_id")),
    _must("product_id", Integer, "Product, once an order", ForeignKey("product.product_id")),
    _may("promotion_id", Integer, "Promotion that made the price", ForeignKey("promotion.promotion_id")),
    _must("order_date", _MOMENT, "When the order was placed"),
    _must("quantity", SmallInteger, "Units ordered"),
    _must("unit_price", _MONEY, "Price of a unit on that day, US dollars"),
    _must("subtotal", _TOTAL, "Quantity times price, US dollars"),
    _must("returned_quantity", SmallInteger, "Units that came back"),
    _must("created_at", _MOMENT, "When the row was made, as the order was placed"),
    UniqueConstraint("order_id", "product_id"),
    Index(None, "product_id", "order_date"),
    Index(None, "promotion_id"),
    between("quantity", 1, words.MOST_OF_A_LINE),
    _above("unit_price", 0),
    CheckConstraint(column("subtotal") == column("quantity") * column("unit_price"), "subtotal"),
    CheckConstraint(column("returned_quantity").between(0, column("quantity")), "returned_quantity"),
    comment="What was ordered",
)
