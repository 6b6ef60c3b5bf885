# ruff: noqa: E501 - one kind of damage a line, in SQL
"""Damage to orders, items and shelves: (what is wrong, the check that must catch it, the SQL that does it)."""

from __future__ import annotations

ITEM = "(select min(order_item_id) from order_item where promotion_id is null)"
PROMOTED = "(select min(order_item_id) from order_item where promotion_id is not null)"
LAST_ORDER = '(select max(order_id) from "order")'
PARCEL = """(select min(order_id) from "order" where status = 'DELIVERED' and returned_at is null)"""
SENT_BACK = """(select min(order_id) from "order" where status = 'DELIVERED' and returned_at is not null)"""
WHOLE = """(select min(order_id) from "order" where status = 'RETURNED')"""
UNPAID = """(select min(order_id) from "order" where cancelled_at is not null and paid_at is null)"""
REFUNDED = """(select min(order_id) from "order" where cancelled_at is not null and paid_at is not null)"""
SOLD = "(select product_id from order_item where order_item_id = (select min(order_item_id) from order_item))"


def of_order(column: str, value: str, which: str = PARCEL) -> str:
    """A statement that sets a column of an order."""
    return f'update "order" set {column} = {value} where order_id = {which}'


SALES = [
    ("an item of another day than its order", "H06h",
     f"update order_item set order_date = order_date + interval '1 day' where order_item_id = {ITEM}"),
    ("an item a second later than its order", "H06h",
     f"update order_item set order_date = order_date + interval '1 second' where order_item_id = {ITEM}"),
    ("an item made later than its order", "H06i",
     f"update order_item set created_at = created_at + interval '1 second' where order_item_id = {ITEM}"),
    ("an order made later than it was placed", "H06g", of_order("created_at", "created_at + interval '1 second'")),
    ("an order before the window", "H07a", of_order("order_date", ":start - interval '1 second'", "1")),
    ("an order on the as-of day", "H07a", of_order("order_date", ":as_of", LAST_ORDER)),
    ("a payment on the as-of day", "H07b", of_order("paid_at", ":as_of", LAST_ORDER)),
    ("a parcel that arrives in the future", "H07b", of_order("delivered_at", ":as_of + interval '1 hour'", LAST_ORDER)),
    ("a return in the future", "H07b", of_order("returned_at", ":as_of + interval '1 hour'", SENT_BACK)),
    ("a cancellation on the as-of day", "H07b", of_order("cancelled_at", ":as_of", UNPAID)),
    ("a product sold on the day of its creation", "H08a",
     "update product set created_at = (select cast(cast(min(i.order_date) as date) as timestamp) from order_item i where"
     f" i.product_id = product.product_id) where product_id = {SOLD}"),
    ("a product sold on the day its seller joined", "H08a",
     "update seller set join_date = (select cast(min(order_date) as date) from order_item where order_item_id = 1)"
     f" where seller_id = (select seller_id from product where product_id = {SOLD})"),
    ("a product sold at the second of its retirement", "H08b",
     "update product set is_active = false, retired_at = (select max(i.order_date) from order_item i where i.product_id"
     f" = product.product_id) where product_id = {SOLD}"),
    ("a product sold long after its retirement", "H08b",
     f"update product set is_active = false, retired_at = :start + interval '1 hour' where product_id = {SOLD}"),
    ("an order without items", "H09a", "delete from order_item where order_id = 5"),
    ("an item in the midst of another order", "H09b", "update order_item set order_id = 3 where order_item_id = 1"),
    ("two orders whose items stand in the wrong order", "H09b",
     "update order_item set order_id = case order_id when 1 then 2 else 1 end where order_id in (1, 2)"),
    ("the last item of an order put at the end", "H09b",
     "update order_item set order_item_id = (select max(order_item_id) from order_item) + 1 where order_item_id = 1"),
    ("a subtotal a cent too high", "H10a",
     f"update order_item set subtotal = subtotal + 0.01 where order_item_id = {ITEM}"),
    ("a subtotal of one unit more", "H10a",
     f"update order_item set subtotal = subtotal + unit_price where order_item_id = {ITEM}"),
    ("a quantity that the subtotal does not know", "H10a",
     f"update order_item set quantity = quantity + 1 where order_item_id = {ITEM}"),
    ("a total a cent too low", "H10b", of_order("total_amount", "total_amount - 0.01")),
    ("a total without the last item", "H10b",
     of_order("total_amount", 'total_amount - (select max(i.subtotal) from order_item i where i.order_id ='
              ' "order".order_id)', "(select min(order_id) from order_item group by order_id having count(*) > 1 order"
              " by 1 limit 1)")),
    ("a price a cent too high", "H11a",
     "update order_item set unit_price = unit_price + 0.01, subtotal = quantity * (unit_price + 0.01) where"
     f" order_item_id = {ITEM}"),
    ("a promotion's price a cent too low", "H11a",
     "update order_item set unit_price = unit_price - 0.01, subtotal = quantity * (unit_price - 0.01) where"
     f" order_item_id = {PROMOTED}"),
    ("the list price in spite of a markdown", "H11a",
     "update order_item set unit_price = (select p.price from product p where p.product_id = order_item.product_id)"
     " where promotion_id is null and product_id in (select product_id from product where discount_price is not null)"),
    ("the usual price in spite of a promotion", "H11a",
     "update order_item set unit_price = (select coalesce(p.discount_price, p.price) from product p where p.product_id ="
     f" order_item.product_id) where order_item_id = {PROMOTED}"),
    ("half a cent rounded down", "H11a",
     "update promotion set discount_type = 'percentage', discount_value = 50; update product set price = 26.95,"
     " discount_price = null; update order_item set unit_price = 13.47 where promotion_id is not null;"
     " update order_item set unit_price = 26.95 where promotion_id is null"),
    ("a promotion that made no price", "H11b",
     f"update order_item set promotion_id = 1 where order_item_id = {ITEM}"),
    ("a promotion that is not named", "H11b",
     f"update order_item set promotion_id = null where order_item_id = {PROMOTED}"),
    ("another promotion than the one that made the price", "H11b",
     "update order_item set promotion_id = case promotion_id when 1 then 2 else 1 end where order_item_id ="
     f" {PROMOTED}"),
    ("the second of two equal promotions", "H11b",
     "insert into promotion select 0, 'First Light', promotion_type, discount_type, discount_value, start_date,"
     " end_date, created_at from promotion where promotion_id = (select promotion_id from order_item where"
     f" order_item_id = {PROMOTED}); insert into promotion_product select 0, 0, product_id, created_at from"
     " promotion_product where promotion_id = (select promotion_id from order_item where order_item_id ="
     f" {PROMOTED}) and product_id = (select product_id from order_item where order_item_id = {PROMOTED})"),
    ("a promotion that ended a day too early", "H11a",
     "update promotion set end_date = (select cast(max(i.order_date) as date) - 1 from order_item i where i.promotion_id"
     " = promotion.promotion_id) where promotion_id = (select min(promotion_id) from order_item)"),
]  # fmt: skip

LIVES = [
    ("a payment before the order", "H15a", of_order("paid_at", "order_date - interval '1 second'")),
    ("a payment at the second of the order", "H15a", of_order("paid_at", "order_date")),
    ("a parcel that nobody paid", "H15a", of_order("paid_at", "null")),
    ("a parcel shipped before the payment", "H15a", of_order("shipped_at", "paid_at - interval '1 minute'")),
    ("a delivery without shipping", "H15a", of_order("shipped_at", "null")),
    ("a delivery before shipping", "H15a", of_order("delivered_at", "shipped_at - interval '1 minute'")),
    ("a return without delivery", "H15a", of_order("delivered_at", "null", SENT_BACK)),
    ("a return before the delivery", "H15a", of_order("returned_at", "delivered_at", SENT_BACK)),
    ("a cancellation before the order", "H15b", of_order("cancelled_at", "order_date - interval '1 hour'", UNPAID)),
    ("a cancellation before the payment", "H15b", of_order("cancelled_at", "order_date", REFUNDED)),
    ("a cancellation of what was shipped", "H15b", of_order("cancelled_at", "shipped_at + interval '1 hour'")),
    ("a delivered order called SHIPPED", "H15c", of_order("status", "'SHIPPED'")),
    ("a cancelled order called PLACED", "H15c", of_order("status", "'PLACED'", UNPAID)),
    ("a delivered order called CANCELLED", "H15c", of_order("status", "'CANCELLED'")),
    ("a RETURNED order without a return", "H15c", of_order("status", "'RETURNED'")),
    ("a PAID order that was never paid", "H15c", of_order("status", "'PAID'", UNPAID)),
    ("a payment after more than three days", "H16a",
     of_order("paid_at", "order_date + interval '3 days' + interval '1 second'")),
    ("a parcel shipped after more than five days", "H16b",
     of_order("shipped_at", "paid_at + interval '5 days' + interval '1 second'")),
    ("a parcel on its way for eleven hours", "H16c", of_order("delivered_at", "shipped_at + interval '11 hours'")),
    ("a parcel on its way for eleven days", "H16c", of_order("delivered_at", "shipped_at + interval '11 days'")),
    ("a parcel shipped at midnight", "H16g", of_order("shipped_at", "date_trunc('day', shipped_at)")),
    ("a parcel that arrives at ten in the evening", "H16g",
     of_order("delivered_at", "date_trunc('day', delivered_at) + interval '22 hours'")),
    ("an unpaid order cancelled at noon", "H16h",
     of_order("cancelled_at", "date_trunc('day', cancelled_at) + interval '12 hours'", UNPAID)),
    ("a customer who cancels at four in the night", "H16h",
     of_order("cancelled_at", "date_trunc('day', cancelled_at) + interval '28 hours'",
              REFUNDED)),
    ("a return after 31 days", "H16d", of_order("returned_at", "delivered_at + interval '31 days'", SENT_BACK)),
    ("an unpaid order cancelled on the fourth day", "H16e",
     of_order("cancelled_at", "order_date + interval '3 days' + interval '1 second'", UNPAID)),
    ("a paid order cancelled on the sixth day", "H16e",
     of_order("cancelled_at", "paid_at + interval '5 days' + interval '1 second'", REFUNDED)),
    ("an order that waits for its payment", "H16f", of_order("cancelled_at", "null", UNPAID)),
    ("an order that waits to be shipped", "H16f", of_order("cancelled_at", "null", REFUNDED)),
    ("a parcel that is on its way for ever", "H16f", of_order("delivered_at", "null")),
]  # fmt: skip

RETURNS = [
    ("units that came back from nowhere", "H17a", f"update order_item set returned_quantity = 1 where order_id = {PARCEL}"),
    ("a return of nothing", "H17a", f"update order_item set returned_quantity = 0 where order_id = {SENT_BACK}"),
    ("a return without a time", "H17a", of_order("returned_at", "null", SENT_BACK)),
    ("a RETURNED order of which a unit was kept", "H17b",
     f"update order_item set returned_quantity = returned_quantity - 1 where order_id = {WHOLE}"),
    ("an order that came back entirely and is DELIVERED", "H17b", of_order("status", "'DELIVERED'", WHOLE)),
    ("a DELIVERED order of which every unit came back", "H17b",
     f"update order_item set returned_quantity = quantity where order_id = {SENT_BACK}"),
]  # fmt: skip

STOCK = [
    ("more sold than the shelf held", "H13",
     f"update order_item set quantity = 30000 where order_item_id = {ITEM}"),
    ("a shelf that opens with less", "H13",
     "update product set reorder_qty = 1, reorder_level = 1, lead_days = 30"),
    ("a return that never came back to the shelf", "H13",
     "update order_item set quantity = 2000, returned_quantity = 0 where order_item_id = (select max(order_item_id) from"
     " order_item where returned_quantity > 0)"),
    ("a unit more in stock", "H14", "update product set stock_qty = stock_qty + 1 where product_id = 11"),
    ("a stock of nothing", "H14",
     "update product set stock_qty = 0 where product_id = (select min(product_id) from product where stock_qty > 0)"),
    ("a unit sold that the stock still has", "H14",
     f"update order_item set quantity = quantity + 1 where order_item_id = {ITEM}"),
    ("a return that the stock does not know", "H14",
     f"update order_item set returned_quantity = 1 where order_id = {SENT_BACK} and returned_quantity = 0"),
    ("a cancelled order whose units stayed away", "H14", of_order("cancelled_at", "null", REFUNDED)),
    ("a lead time of another length", "H14", "update product set lead_days = 1 + lead_days % 30"),
    ("a reorder level that was never kept", "H14", "update product set reorder_level = reorder_level + 1"),
    ("an order quantity that was never ordered", "H14", "update product set reorder_qty = reorder_qty + 1"),
    ("goods that were ordered on after their retirement", "H14",
     "update product set is_active = false, retired_at = :start + interval '40 days'"),
    ("a shelf that opened on another day", "H14",
     "update product set created_at = :as_of - interval '2 days' where product_id = (select min(product_id) from"
     " product where created_at > :start)"),
]  # fmt: skip

DAMAGE = [*SALES, *LIVES, *RETURNS, *STOCK]
