"""Values that the schema does not allow: (what is wrong, the check that must catch it, the SQL that does it)."""

from __future__ import annotations


def first(table: str, key: str, change: str, where: str = "true") -> str:
    """A statement that changes the first row that meets a condition."""
    return f'update "{table}" set {change} where {key} = (select min({key}) from "{table}" where {where})'


CHECKS = [
    ("a category of level 3", "category.level.check", first("category", "category_id", "level = 3")),
    ("a parent of a top category", "category.parent_category_id_if_and_only_if.check",
     first("category", "category_id", "parent_category_id = 2", "level = 1")),
    ("a status in small letters", "order.status.check", first("order", "order_id", "status = lower(status)")),
    ("an order of nothing", "order.total_amount.check", first("order", "order_id", "total_amount = 0")),
    ("a discount in shells", "promotion.discount_type.check",
     first("promotion", "promotion_id", "discount_type = 'shells'")),
    ("a discount below nothing", "promotion.discount_value.check",
     first("promotion", "promotion_id", "discount_value = -1", "discount_type = 'fixed amount'")),
    ("a discount of 90 per cent", "promotion.discount_value_percent.check",
     first("promotion", "promotion_id", "discount_value = 90", "discount_type = 'percentage'")),
    ("a promotion that ends before it starts", "promotion.end_date_not_before_start_date.check",
     first("promotion", "promotion_id", "end_date = start_date - 1")),
    ("a promotion of a brand", "promotion.promotion_type.check",
     first("promotion", "promotion_id", "promotion_type = 'brand'")),
    ("a seller with six stars", "seller.rating.check", first("seller", "seller_id", "rating = 6")),
    ("a seller of another kind", "seller.seller_type.check", first("seller", "seller_id", "seller_type = 'official'")),
    ("a markdown to the list price", "product.discount_price.check",
     first("product", "product_id", "discount_price = price")),
    ("a markdown to nothing", "product.discount_price.check", first("product", "product_id", "discount_price = 0")),
    ("a delivery of the same day", "product.lead_days.check", first("product", "product_id", "lead_days = 0")),
    ("a product for nothing", "product.price.check",
     first("product", "product_id", "price = 0, discount_price = null")),
    ("a product with stars below none", "product.rating.check", first("product", "product_id", "rating = -0.1")),
    ("a reorder level of nothing", "product.reorder_level.check", first("product", "product_id", "reorder_level = 0")),
    ("a reorder quantity of nothing", "product.reorder_qty.check", first("product", "product_id", "reorder_qty = 0")),
    ("a retired product that is active", "product.retired_at_if_and_only_if.check",
     first("product", "product_id", "is_active = not is_active")),
    ("a stock below nothing", "product.stock_qty.check", first("product", "product_id", "stock_qty = -1")),
    ("an item of eleven units", "order_item.quantity.check", first("order_item", "order_item_id", "quantity = 11")),
    ("an item of no unit", "order_item.quantity.check", first("order_item", "order_item_id", "quantity = 0")),
    ("more units back than were bought", "order_item.returned_quantity.check",
     first("order_item", "order_item_id", "returned_quantity = quantity + 1")),
    ("fewer units back than none", "order_item.returned_quantity.check",
     first("order_item", "order_item_id", "returned_quantity = -1")),
    ("a subtotal that is no product", "order_item.subtotal.check",
     first("order_item", "order_item_id", "subtotal = subtotal + 0.01")),
    ("a unit for nothing", "order_item.unit_price.check", first("order_item", "order_item_id", "unit_price = 0")),
]  # fmt: skip

KEYS = [
    ("two brands of a number", "brand.brand_id.unique", "update brand set brand_id = 1 where brand_id = 2"),
    ("two brands of a name", "brand.brand_name.unique",
     "update brand set brand_name = 'Halden' where brand_id in (1, 2)"),
    ("two categories of a name", "category.category_name.unique",
     "update category set category_name = 'Garden' where category_id in (1, 2)"),
    ("two sellers of a name", "seller.seller_name.unique",
     "update seller set seller_name = 'Halden' where seller_id in (1, 2)"),
    ("two promotions of a name", "promotion.promotion_name.unique",
     "update promotion set promotion_name = 'Halden' where promotion_id in (1, 2)"),
    ("two products of a seller and a name", "product.seller_id_product_name.unique",
     "update product set product_name = 'Lamp', seller_id = 1 where product_id in (1, 2)"),
    ("two orders of a number", "order.order_id.unique", 'update "order" set order_id = 1 where order_id = 2'),
    ("two items of a number", "order_item.order_item_id.unique",
     "update order_item set order_item_id = 1 where order_item_id = 2"),
    ("a product twice in an order", "order_item.order_id_product_id.unique",
     "update order_item set product_id = 1, order_id = 1 where order_item_id in (1, 2)"),
    ("a product covered twice", "promotion_product.promotion_id_product_id.unique",
     "update promotion_product set product_id = 1, promotion_id = 1 where promo_product_id in (1, 2)"),
]  # fmt: skip

DAMAGE = [*CHECKS, *KEYS]
