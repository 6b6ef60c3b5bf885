-- The shelf of each product, replayed day by day.

-- H13: No shelf holds less than nothing in the evening.
-- source: docs/ecommerce-story.md#stock
-- why: What is sold out is not sold.
-- uses: evenings
select product_id, day, units from evenings where units < 0;

-- H14: The stock of a product is what its shelf holds in the evening before the as-of day.
-- source: docs/ecommerce-story.md#stock
-- uses: product, evenings
select p.product_id, p.stock_qty, e.units
from product p left join evenings e on e.product_id = p.product_id and e.day = :as_of - 1
where p.stock_qty is distinct from e.units;
