# ruff: noqa: E501 - one kind of damage a line, in SQL
"""Shifted distributions: (what is wrong, the figure that must leave its band, its label, how it is planted)."""

from __future__ import annotations

OFFICIAL = "(select seller_id from seller where seller_type = 'Official')"
OF_OFFICIAL = f"(select product_id from product where seller_id in {OFFICIAL})"


def shifted(column: str, value: str, where: str = "true") -> str:
    """A statement that sets a column of orders."""
    return f'update "order" set {column} = {value} where {where}'


def within_order(condition: str) -> str:
    """A statement that deletes the items whose place within their order, from 0 on, meets a condition."""
    return (
        "delete from order_item where order_item_id in (select order_item_id from (select order_item_id, row_number()"
        f" over (partition by order_id order by order_item_id) - 1 as n, order_id from order_item) t where {condition})"
    )


BASKETS = [
    ("half of the items", "S01", "mean", within_order("n % 2 = 1")),
    ("orders of one item or of many", "S01", "median / mean", within_order("n > 0 and order_id % 5 < 3")),
    ("an order of all products", "S01", "most",
     "insert into order_item select 1000000 + product_id, 0, product_id, null, :start, 1, price, price, 0, :start from"
     " product"),
    ("orders of five items at most", "S01", "variance / mean", within_order("n > 4")),
    ("every third order of one item", "S01", "with one", within_order("n > 0 and order_id % 3 = 0")),
    ("products that all sell alike", "S02", "slope", "update order_item set product_id = 1 + order_item_id % 200"),
    ("a few products that sell nearly everything", "S02", "top fifth",
     "update order_item set product_id = 1 + order_item_id % 12 where order_item_id % 8 > 0"),
    ("a product in nearly every order", "S02", "most frequent",
     "update order_item set product_id = (select min(product_id) from product where retired_at is null) where"
     " order_item_id in (select min(order_item_id) from order_item group by order_id)"),
    ("pairs of one category all the time", "S14", "same category",
     "update order_item set product_id = (select p.product_id from (select product_id, dense_rank() over (order by"
     " category_id) - 1 as leaf, row_number() over (partition by category_id order by product_id) - 1 as place, count(*)"
     " over (partition by category_id) as n from product) p where p.leaf = order_item.order_id % 7 and p.place ="
     " order_item.order_item_id % p.n)"),
    ("items of one unit alone", "S15", "one unit", "update order_item set quantity = 1"),
    ("items of two units and more", "S15", "one unit", "update order_item set quantity = 2 where quantity = 1"),
    ("everything bought by the dozen", "S15", "units an item", "update order_item set quantity = 10"),
]  # fmt: skip

CALENDAR = [
    ("no Christmas", "S03", "October to December",
     shifted("order_date", "order_date - interval '150 days'", "extract(month from order_date) > 10")),
    ("Christmas all the year", "S03", "October to December",
     shifted("total_amount", "total_amount * 3", "extract(month from order_date) = 12")),
    ("orders around the clock", "S04", "20-21 h",
     shifted("order_date", "date_trunc('day', order_date) + interval '1 hour' * (order_id % 24)")),
    ("orders at night", "S04", "3-4 h",
     shifted("order_date", "date_trunc('day', order_date) + interval '3 hours'", "order_id % 9 = 0")),
    ("most orders at noon", "S04", "next busiest against 20-21 h",
     shifted("order_date", "date_trunc('day', order_date) + interval '12 hours'", "order_id % 4 = 0")),
    ("nobody who orders at six", "S04", "next quietest less 3-4 h, of the mean hour",
     shifted("order_date", "order_date - interval '3 hours'", "extract(hour from order_date) in (6, 7)")),
    ("weekends as good as weekdays", "S05", "weekend / weekday",
     shifted("order_date", "date_trunc('week', order_date) + interval '5 days' + interval '1 hour' *"
             " extract(hour from order_date)", "order_id % 4 = 0")),
    ("busy Wednesdays", "S05", "Monday, Thursday",
     shifted("order_date", "date_trunc('week', order_date) + interval '2 days'", "order_id % 2 = 0")),
]  # fmt: skip

PROMOTIONS = [
    ("promotions that lift nothing", "S06", "lift",
     "delete from order_item where promotion_id is not null and order_item_id % 5 > 0"),
    ("promotions that sell six times as much", "S06", "lift",
     "update order_item set quantity = quantity * 8 where promotion_id is not null"),
    ("deep cuts that sell least", "S06", "rank correlation of cut and lift",
     "delete from order_item where promotion_id is not null and (select o.discount_price is null and m.discount_value >"
     " 20 from product o cross join promotion m where o.product_id = order_item.product_id and m.promotion_id ="
     " order_item.promotion_id)"),
    ("no flash sale", "S17", "types", "update promotion set promotion_type = 'product' where promotion_type = 'flash sale'"),
    ("fixed amounts alone", "S17", "percentages", "update promotion set discount_type = 'fixed amount'"),
    ("a third of the units on promotion", "S17", "units on promotion",
     "update order_item set promotion_id = 1 where order_item_id % 3 = 0"),
    ("nothing sold on promotion", "S17", "units on promotion", "update order_item set promotion_id = null"),
]  # fmt: skip

LIVES = [
    ("every tenth order cancelled", "S07", "CANCELLED", shifted("status", "'CANCELLED'", "order_id % 10 = 0")),
    ("every tenth order returned", "S07", "RETURNED", shifted("status", "'RETURNED'", "order_id % 10 = 0")),
    ("every fifth order lost", "S07", "DELIVERED", "update \"order\" set status = 'CANCELLED' where order_id % 5 = 0"),
    ("old orders that are only placed", "S07", "PLACED", shifted("status", "'PLACED'", "order_id % 50 = 0")),
    ("old orders that are only paid", "S07", "PAID", shifted("status", "'PAID'", "order_id % 50 = 0")),
    ("old orders that are still on their way", "S07", "SHIPPED", shifted("status", "'SHIPPED'", "order_id % 50 = 0")),
    ("half of everything sent back", "S08", "value that came back",
     "update order_item set returned_quantity = quantity where order_id % 2 = 0"),
    ("nothing sent back", "S08", "value that came back", "update order_item set returned_quantity = 0"),
    ("slow payers", "S16", "paid within an hour", shifted("paid_at", "paid_at + interval '2 hours'", "order_id % 2 = 0")),
    ("a warehouse that takes four days", "S16", "hours to ship",
     shifted("shipped_at", "paid_at + interval '4 days' + interval '1 minute' * (order_id % 60)")),
    ("parcels that arrive at once", "S16", "days on the way",
     shifted("delivered_at", "shipped_at + interval '13 hours' + interval '1 minute' * (order_id % 60)")),
]  # fmt: skip

CATALOGUE = [
    ("prices in round dollars", "S09", "end in 9", "update product set price = round(price, 0)"),
    ("prices that end in 5 as often", "S09", "end in 9, less the next digit",
     "update product set price = floor(price) + 0.95 where product_id % 3 > 0"),
    ("Official sellers rated as the others", "S10", "stars above", "update seller set rating = 4.0"),
    ("Official sellers that sell six times as much", "S10", "units a product and day",
     f"update order_item set quantity = quantity * 9 where product_id in {OF_OFFICIAL}"),
    ("Official sellers alone", "S10", "share of sellers", "update seller set seller_type = 'Official' where seller_id % 3 > 0"),
    ("launches of half the goods", "S12", "launched",
     "update product set created_at = :start + interval '3 days' where product_id % 2 = 0"),
    ("a third of the goods retired", "S12", "retired",
     "update product set is_active = false, retired_at = :as_of - interval '1 day' where product_id % 3 = 0"),
]  # fmt: skip

STOCK = [
    ("shelves that run empty all the time", "S11", "evenings",
     "update product set reorder_level = 1, reorder_qty = 1, lead_days = 30"),
    ("shelves that never run empty", "S11", "products ever", "update product set reorder_level = 30000"),
    ("a shelf that is never filled again", "S11", "worst product",
     "update order_item set quantity = 10000 where order_item_id = (select min(order_item_id) from order_item)"),
]  # fmt: skip

CAUSES = [
    ("names without commas", "S18", "with a comma",
     "update product set product_name = replace(product_name, ',', ''); update category set category_name ="
     " replace(category_name, ',', ''); update seller set seller_name = replace(seller_name, ',', '')"),
    ("names without quotation marks", "S18", "with a quotation mark",
     "update product set product_name = replace(product_name, '\"', ''); update seller set seller_name ="
     " replace(seller_name, '\"', ''); update promotion set promotion_name = replace(promotion_name, '\"', '')"),
    ("names of plain letters", "S18", "beyond ASCII",
     "update product set product_name = 'Lamp'; update seller set seller_name = 'Shop'; update brand set brand_name ="
     " 'Brand'; update category set category_name = 'Goods'; update promotion set promotion_name = 'Sale'"),
    ("Marketplace sellers of one brand", "S19", "with several brands", "update product set brand_id = seller_id % 20 + 1"),
    ("catalogues that are all alike", "S19", "largest against the mean",
     "update product set seller_id = product_id % 25 + 1"),
    ("nothing that comes back", "S20", "something sent back", shifted("returned_at", "null")),
    ("everything that comes back", "S20", "something sent back",
     shifted("returned_at", "delivered_at + interval '5 days'", "delivered_at is not null")),
    ("returns on the last day", "S20", "median days until then",
     shifted("returned_at", "delivered_at + interval '29 days' + interval '1 hour' * (order_id % 23)",
             "returned_at is not null")),
    ("stars for what nobody buys", "S22", "stars and units",
     "update product set rating = 5 - least(5, (select 0.1 * count(*) from order_item i where i.product_id ="
     " product.product_id))"),
    ("prices that do not know what they are of", "S23", "by kind of goods",
     "update product set discount_price = null; update product set price = 10 + 9.7 * ((product_id * 37) % 11)"),
    ("payments at any minute of the hour", "S24", "minutes",
     shifted("paid_at", "order_date + interval '1 minute' * (order_id % 60)", "paid_at < order_date + interval '1 hour'")),
    ("a warehouse that knows no Sunday", "S25", "shipped",
     shifted("shipped_at", "cast(:start as timestamp) + interval '1 day' * (order_id % 350)", "shipped_at is not null")),
    ("parcels that arrive on Sundays", "S25", "delivered",
     shifted("delivered_at", "cast(:start as timestamp) + interval '1 day' * (order_id % 350)", "delivered_at is not null")),
    ("a counter that is open on Sundays", "S25", "taken back",
     shifted("returned_at", "cast(:start as timestamp) + interval '1 day' * (order_id % 350)", "returned_at is not null")),
    ("a Cyber Monday without end", "S26", "Cyber Monday",
     shifted("order_date", "timestamp '2025-12-01 12:00:00'", "order_id % 10 = 0")),
    ("Christmas spent shopping", "S26", "Christmas",
     shifted("order_date", "timestamp '2025-12-25 12:00:00'", "order_id % 10 = 0")),
    ("what promotions cover, entered whenever", "S27", "within a day",
     "update promotion_product set created_at = (select m.created_at + interval '2 days' from promotion m where"
     " m.promotion_id = promotion_product.promotion_id) where promo_product_id % 3 = 0"),
    ("reorder quantities to the piece", "S28", "whole cartons", "update product set reorder_qty = reorder_qty + product_id % 5"),
    ("stars for what is sent back", "S29", "stars and items that come back",
     "update product set rating = least(5, (select 30.0 * avg(case when i.returned_quantity > 0 then 1 else 0 end) from"
     " order_item i where i.product_id = product.product_id))"),
    ("carriers that are as quick before Christmas", "S30", "days on the way",
     shifted("delivered_at", "shipped_at + interval '2 days' + interval '1 hour' * (order_id % 24)",
             "delivered_at is not null")),
    ("early risers on Saturdays", "S31", "6-8 h",
     shifted("order_date", "date_trunc('day', order_date) + interval '7 hours'",
             "extract(isodow from order_date) >= 6 and order_id % 5 = 0")),
    ("weekends without an afternoon", "S31", "12-17 h",
     shifted("order_date", "order_date + interval '6 hours'",
             "extract(isodow from order_date) >= 6 and extract(hour from order_date) between 12 and 17 and order_id % 2 = 0")),
    ("brands of everything", "S32", "in three departments and more", "update product set brand_id = product_id % 20 + 1"),
    ("no brand with a trade of its own", "S32", "in one department", "update product set brand_id = product_id % 20 + 1"),
    ("dear goods bought by the dozen", "S21", "cheap against dear",
     "update order_item set quantity = quantity * 4 where unit_price > 30"),
]  # fmt: skip

DAMAGE = [*BASKETS, *CALENDAR, *PROMOTIONS, *LIVES, *CATALOGUE, *STOCK, *CAUSES]

NARROW = [
    # These stay within bands that are as wide as few orders make them, and leave those of many.
    ("no order of one item", "S01", "with one",
     "delete from order_item where order_id in (select order_id from order_item group by order_id having count(*) < 4)"),
    ("categories that all come back alike", "S08", "most against least returned category",
     "update order_item set returned_quantity = case when order_id % 6 = 0 then quantity else 0 end"),
    ("a Black Friday as any other", "S26", "Black Friday",
     shifted("order_date", "order_date + interval '180 days'", "cast(order_date as date) = date '2025-11-28'")),
    ("stars that do not know what is sent back", "S29", "stars and items that come back",
     "update product set rating = 3 + 0.1 * ((product_id * 13) % 20)"),
    ("launches that sell at once", "S13", "first against later",
     "update order_item set quantity = quantity * 5 where product_id in (select product_id from product where created_at"
     " >= :start) and order_date < (select p.created_at + interval '15 days' from product p where p.product_id ="
     " order_item.product_id)"),
]  # fmt: skip
