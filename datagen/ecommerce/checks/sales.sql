-- Orders and their items: what is sold when, and for how much.

-- H06h: An item is as old as its order.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: misfits
select order_item_id, order_id, order_date, placed_at from misfits where other_time;

-- H06i: The row of an item is made when the order is placed.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: misfits
select order_item_id, order_id, order_date, created_at from misfits where other_creation;

-- H08a: A product is sold from the day after its creation on, and after its seller joined.
-- source: docs/ecommerce-story.md#orders
-- uses: misfits
select order_item_id, product_id, order_date, created_day, join_date from misfits where too_early;

-- H08b: A product is sold until it is retired.
-- source: docs/ecommerce-story.md#orders
-- uses: misfits
select order_item_id, product_id, order_date, sold_until from misfits where too_late;

-- H10a: A subtotal is the quantity times the price, to the cent.
-- source: docs/ecommerce-story.md#orders
-- uses: misfits
select order_item_id, quantity, unit_price, subtotal from misfits where wrong_subtotal;

-- H11a: The price is the lowest of the list price, the markdown, and what promotions of that day make of it.
-- source: docs/ecommerce-story.md#promotions
-- why: A customer pays the best price of the day; half a cent counts as one.
-- uses: misfits
select order_item_id, product_id, order_date, unit_price, right_price from misfits where wrong_price;

-- H11b: An item names the promotion that made its price, of equals the first; none if the price is the usual one.
-- source: docs/ecommerce-story.md#promotions
-- uses: misfits
select order_item_id, product_id, order_date, promotion_id, right_promotion from misfits where wrong_promotion;

-- H09a: Every order has items.
-- source: docs/ecommerce-story.md#orders
-- uses: order, baskets
select o.order_id from "order" o left join baskets b on b.order_id = o.order_id where b.order_id is null;

-- H09b: The items of an order stand together, after those of the orders before.
-- source: docs/ecommerce-story.md#orders
-- why: An order is written at once, so that nothing comes between its items; the schema says that a product is in it
-- once.
-- uses: baskets
select order_id, items, first_item, last_item, item_before
from (select *, coalesce(lag(last_item) over (order by order_id), 0) as item_before from baskets) b
where last_item - first_item + 1 <> items or first_item <= item_before;

-- H10b: The total of an order is the sum of its subtotals, to the cent.
-- source: docs/ecommerce-story.md#orders
-- uses: order, baskets
select o.order_id, o.total_amount, b.amount
from "order" o join baskets b on b.order_id = o.order_id
where o.total_amount <> b.amount;

-- H17a: Something of an order came back if and only if it says when.
-- source: docs/ecommerce-story.md#returns
-- uses: order, baskets
select o.order_id, o.returned_at, b.returned_units
from "order" o join baskets b on b.order_id = o.order_id
where (b.returned_units > 0) <> (o.returned_at is not null);

-- H17b: An order is RETURNED if and only if every unit came back.
-- source: docs/ecommerce-story.md#returns
-- uses: order, baskets
select o.order_id, o.status, b.units, b.returned_units
from "order" o join baskets b on b.order_id = o.order_id
where (o.status = 'RETURNED') <> (b.returned_units = b.units);
