# ruff: noqa: E501 - one kind of damage a line, in SQL
"""Damage to the catalogue and to promotions: (what is wrong, the check that must catch it, the SQL that does it)."""

from __future__ import annotations

LEAF = "(select min(category_id) from product)"
TOP = "(select min(category_id) from category where level = 1)"
CHILD = "(select min(category_id) from category where level = 2)"
OFFICIAL = (
    "(select min(s.seller_id) from seller s where s.seller_type = 'Official' and (select count(*) from product p"
    " where p.seller_id = s.seller_id) > 1)"
)
LATER_SELLER = "(select max(seller_id) from seller where seller_type = 'Marketplace')"
PAIR = "(select min(promo_product_id) from promotion_product)"
PERCENT = "(select min(promotion_id) from promotion where discount_type = 'percentage')"
FIXED = "(select min(promotion_id) from promotion where discount_type = 'fixed amount')"
FLASH = "(select min(promotion_id) from promotion where promotion_type = 'flash sale')"
SLOW = "(select min(promotion_id) from promotion where promotion_type = 'product')"
OF_SELLER = (
    "(select min(c.promo_product_id) from promotion_product c join promotion m on m.promotion_id = c.promotion_id"
    " where m.promotion_type = 'seller' and (select count(*) from promotion_product o where o.promotion_id ="
    " m.promotion_id) > 1)"
)
OF_CATEGORY = (
    "(select min(c.promo_product_id) from promotion_product c join promotion m on m.promotion_id = c.promotion_id"
    " where m.promotion_type = 'category' and (select count(*) from promotion_product o where o.promotion_id ="
    " m.promotion_id) > 1)"
)
SELLER_OF_OF_SELLER = (
    "(select p.seller_id from promotion_product c join product p on p.product_id = c.product_id where"
    f" c.promo_product_id = {OF_SELLER})"
)
TOP_OF_OF_CATEGORY = (
    "(select coalesce(g.parent_category_id, g.category_id) from promotion_product c join product p on p.product_id ="
    f" c.product_id join category g on g.category_id = p.category_id where c.promo_product_id = {OF_CATEGORY})"
)

IDS = [
    (f"{what} with a gap in its ids", "H01a", f'update "{table}" set {key} = {key} + 1000000 where {key} ='
     f' (select max({key}) from "{table}")')
    for what, table, key in (
        ("a brand", "brand", "brand_id"), ("a category", "category", "category_id"), ("a seller", "seller", "seller_id"),
        ("a product", "product", "product_id"), ("a promotion", "promotion", "promotion_id"),
        ("a covered product", "promotion_product", "promo_product_id"), ("an order", "order", "order_id"),
        ("an item", "order_item", "order_item_id"),
    )
] + [
    ("ids of orders that start at 0", "H01a", 'update "order" set order_id = order_id - 1'),
    ("ids of items that start at 2", "H01a", "update order_item set order_item_id = order_item_id + 1"),
    ("a brand created later than the next", "H01b",
     "update brand set created_at = (select max(created_at) from brand) + interval '1 second' where brand_id = 1"),
    ("a product created later than the next", "H01b",
     "update product set created_at = (select max(created_at) from product) + interval '1 second' where product_id = 1"),
    ("an order made before the one before it", "H01b",
     """update "order" set created_at = created_at - interval '40 days' where order_id = (select max(order_id) from"""
     ' "order")'),
    ("a covered product added before the one before it", "H01b",
     "update promotion_product set created_at = created_at - interval '4000 days' where promo_product_id = 9"),
]  # fmt: skip

SIZES = [
    (f"a lost row of {table}", "H02", f'delete from "{table}" where {key} = (select max({key}) from "{table}")')
    for table, key in (
        ("brand", "brand_id"), ("category", "category_id"), ("seller", "seller_id"), ("product", "product_id"),
        ("promotion", "promotion_id"), ("promotion_product", "promo_product_id"), ("order", "order_id"),
        ("order_item", "order_item_id"),
    )
] + [
    ("an order more", "H02",
     'insert into "order" select order_id + 1, order_date, status, total_amount, paid_at, shipped_at, delivered_at,'
     ' cancelled_at, returned_at, created_at from "order" where order_id = (select max(order_id) from "order")'),
]  # fmt: skip

CATALOGUE = [
    ("a top category of level 2", "H03a", f"update category set level = 2 where category_id = {TOP}"),
    ("a child of level 1", "H03a", f"update category set level = 1 where category_id = {CHILD}"),
    ("a child of a child", "H03a",
     f"update category set parent_category_id = {CHILD} where category_id = (select max(category_id) from category"
     " where level = 2)"),
    ("a category that is its own parent", "H03a",
     f"update category set parent_category_id = category_id where category_id = {CHILD}"),
    ("two categories in a circle", "H03a",
     "update category set level = 2, parent_category_id = (select max(category_id) from category c where"
     f" c.parent_category_id = {TOP}) where category_id = {TOP}"),
    ("a child that became a top category", "H03b",
     f"update category set level = 1, parent_category_id = null where category_id = {CHILD}"),
    ("a top category too few", "H03b",
     "update category set level = 2, parent_category_id = 1 where category_id = (select max(category_id) from category"
     " where level = 1)"),
    ("a product in a category with children", "H03c",
     "update product set category_id = (select min(parent_category_id) from category) where product_id = 1"),
    ("a brand of no country", "H04", "update brand set country = 'XX' where brand_id = 1"),
    ("a seller of a country in small letters", "H04", "update seller set country = 'us' where seller_id = 1"),
    ("a country of one letter", "H04", "update seller set country = 'U' where seller_id = 2"),
    ("brands that differ by an accent", "H05a",
     "update brand set brand_name = 'Café Noir' where brand_id = 1; update brand set brand_name = 'CAFE NOIR' where"
     " brand_id = 2"),
    ("sellers that differ by case", "H05a",
     "update seller set seller_name = (select upper(o.seller_name) from seller o where o.seller_id = 1) where"
     " seller_id = 2"),
    ("categories of one name", "H05a", "update category set category_name = 'Garden'"),
    ("promotions that differ by an umlaut", "H05a",
     "update promotion set promotion_name = 'Grüne Tage' where promotion_id = 1; update promotion set promotion_name ="
     " 'Grune Tage' where promotion_id = 2"),
    ("two products of a seller of one name", "H05a",
     "update product set product_name = 'Reading Lamp' where seller_id = (select min(seller_id) from product group by"
     " seller_id having count(*) > 1 order by 1 limit 1)"),
    ("a name with a blank before it", "H05b", "update brand set brand_name = ' ' || brand_name where brand_id = 3"),
    ("a name with a blank after it", "H05b",
     "update product set product_name = product_name || ' ' where product_id = 3"),
    ("a name with two blanks inside", "H05b",
     "update seller set seller_name = 'Two  Blanks' where seller_id = 3"),
    ("an empty name", "H05b", "update promotion set promotion_name = '' where promotion_id = 3"),
    ("a product called Product 17", "H05c", "update product set product_name = 'Product 17' where product_id = 17"),
    ("a brand called BRAND_3", "H05c", "update brand set brand_name = 'BRAND_3' where brand_id = 3"),
    ("a seller called Shop #4", "H05c", "update seller set seller_name = 'Shop #4' where seller_id = 4"),
    ("a category called Test Category", "H05c",
     "update category set category_name = 'Test Category' where category_id = 4"),
    ("a promotion called Sale A", "H05c", "update promotion set promotion_name = 'Sale A' where promotion_id = 4"),
    ("a name of two lines", "H05d", "update product set product_name = 'Reading' || chr(10) || 'Lamp' where product_id = 5"),
    ("an Official seller of two brands", "H18a",
     "update product set brand_id = (select max(b.brand_id) from brand b where b.brand_id <> product.brand_id) where"
     f" product_id = (select min(product_id) from product where seller_id = {OFFICIAL})"),
    ("an Official seller without its brand's name", "H18b",
     f"update seller set seller_name = 'Nobody Official Store' where seller_id = {OFFICIAL}"),
    ("an Official seller whose name begins as a longer brand does", "H18b",
     f"update seller set seller_name = 'X' || seller_name where seller_id = {OFFICIAL}"),
    ("a Marketplace seller that calls itself Official", "H18a",
     "update seller set seller_type = 'Official' where seller_id = (select seller_id from product group by seller_id"
     " having count(distinct brand_id) > 1 order by 1 limit 1)"),
]  # fmt: skip

TIME = [
    ("a category older than its parent", "H06a",
     "update category set created_at = timestamp '1999-01-01 00:00:00' where category_id = (select max(category_id)"
     " from category where level = 2)"),
    ("a product older than its brand", "H06b",
     "update brand set created_at = (select p.created_at from product p where p.product_id = 1) where brand_id ="
     " (select p.brand_id from product p where p.product_id = 1)"),
    ("a product older than its category", "H06b",
     "update category set created_at = :as_of - interval '1 day' where category_id ="
     " (select p.category_id from product p where p.product_id = 1)"),
    ("a product older than its seller", "H06b",
     "update product set created_at = timestamp '1999-01-01 00:00:00' where product_id = (select max(product_id) from"
     " product)"),
    ("a seller created the day after joining", "H06c",
     "update seller set created_at = created_at + interval '1 day' where seller_id = 5"),
    ("a seller that joined before it was created", "H06c", "update seller set join_date = join_date - 1 where seller_id = 6"),
    ("a product retired before it was created", "H06d",
     "update product set is_active = false, retired_at = created_at - interval '1 hour' where product_id = 8"),
    ("a promotion created on its first day", "H06e",
     f"update promotion set created_at = cast(start_date as timestamp) where promotion_id = {SLOW}"),
    ("a product covered before the promotion was there", "H06f",
     f"update promotion_product set created_at = timestamp '1999-01-01 00:00:00' where promo_product_id = {PAIR}"),
    ("a product covered on the first day", "H06f",
     "update promotion_product set created_at = (select cast(m.start_date as timestamp) from promotion m where"
     f" m.promotion_id = promotion_product.promotion_id) where promo_product_id = {PAIR}"),
    ("a product covered before it was created", "H06f",
     "update product set created_at = (select c.created_at + interval '1 second' from promotion_product c where"
     f" c.promo_product_id = {PAIR}) where product_id = (select product_id from promotion_product where"
     f" promo_product_id = {PAIR})"),
    ("a brand of the future", "H07c", "update brand set created_at = :as_of where brand_id = 20"),
    ("a seller that joins today", "H07c",
     "update seller set join_date = :as_of, created_at = :as_of where seller_id = 25"),
    ("a product retired today", "H07c",
     "update product set is_active = false, retired_at = :as_of where product_id = 9"),
    ("a promotion created today", "H07c", "update promotion set created_at = :as_of where promotion_id = 10"),
    ("a product covered tomorrow", "H07c",
     "update promotion_product set created_at = :as_of + interval '1 day' where promo_product_id = 100"),
    ("a brand as young as the window", "H07d", "update brand set created_at = :start where brand_id = 20"),
    ("a category made in the window", "H07d",
     "update category set created_at = :start + interval '9 days' where category_id = 10"),
    ("a seller of twenty years ago", "H07f",
     "update seller set join_date = cast(:as_of - interval '20 years' as date) where seller_id = 1"),
    ("a promotion before the window", "H07e",
     "update promotion set start_date = :start - 1, end_date = :start + 1 where promotion_id = 1"),
    ("a promotion planned too far ahead", "H07e",
     "update promotion set start_date = :as_of + 14, end_date = :as_of + 15 where promotion_id = 10"),
]  # fmt: skip

PROMOTIONS = [
    ("a promotion dearer than the markdown", "H12a",
     "update product set discount_price = 0.01 where product_id = (select product_id from promotion_product where"
     f" promo_product_id = {PAIR})"),
    ("a promotion at the very price of the markdown", "H12a",
     "update product set discount_price = (select cast(round(product.price * (100 - m.discount_value) * 0.01, 2) as"
     " decimal(10, 2)) from promotion m join promotion_product c on c.promotion_id = m.promotion_id where"
     " m.discount_type = 'percentage' and c.product_id = product.product_id limit 1) where product_id = (select"
     f" min(product_id) from promotion_product where promotion_id = {PERCENT})"),
    ("a fixed amount that leaves nothing", "H12a",
     f"update promotion set discount_value = 100000 where promotion_id = {FIXED}"),
    ("a percentage below 5", "H12b", f"update promotion set discount_value = 4.99 where promotion_id = {PERCENT}"),
    ("a percentage above 70", "H12b", f"update promotion set discount_value = 70.01 where promotion_id = {PERCENT}"),
    ("a fixed amount above half of a price", "H12c",
     "update promotion set discount_value = (select cast(min(p.price) / 2 as decimal(10, 2)) + 0.01 from product p join"
     " promotion_product c on c.product_id = p.product_id where c.promotion_id = promotion.promotion_id) where"
     f" promotion_id = {FIXED}"),
    ("a flash sale of three days", "H12d", f"update promotion set end_date = start_date + 2 where promotion_id = {FLASH}"),
    ("a promotion of 32 days", "H12d", f"update promotion set end_date = start_date + 31 where promotion_id = {SLOW}"),
    ("a category promotion of two departments", "H12e",
     "update promotion_product set product_id = (select min(p.product_id) from product p join category g on"
     f" g.category_id = p.category_id where coalesce(g.parent_category_id, g.category_id) <> {TOP_OF_OF_CATEGORY}) where"
     f" promo_product_id = {OF_CATEGORY}"),
    ("a seller's promotion with goods of another", "H12f",
     f"update promotion_product set product_id = (select min(product_id) from product where seller_id <>"
     f" {SELLER_OF_OF_SELLER}) where promo_product_id = {OF_SELLER}"),
    ("a promotion of nothing", "H12g", f"delete from promotion_product where promotion_id = {SLOW}"),
]  # fmt: skip

DAMAGE = [*IDS, *SIZES, *CATALOGUE, *TIME, *PROMOTIONS]
