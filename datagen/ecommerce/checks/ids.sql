-- How rows are numbered: as an identity column would have done it.

-- relation numbered: The ids of all tables but items, with the row before.
-- uses: brand, category, seller, product, promotion, promotion_product, order
select name, id, created_at, lag(created_at) over (partition by name order by id) as created_before
from (
    select 'brand' as name, cast(brand_id as bigint) as id, created_at from brand
    union all select 'category', category_id, created_at from category
    union all select 'seller', seller_id, created_at from seller
    union all select 'product', product_id, created_at from product
    union all select 'promotion', promotion_id, created_at from promotion
    union all select 'promotion_product', promo_product_id, created_at from promotion_product
    union all select 'order', order_id, created_at from "order"
) rows_of_tables;

-- H01a: Ids run 1, 2, 3 and so on without a gap.
-- source: docs/ecommerce-story.md#ids-and-time
-- why: An identity column leaves no gap when rows are inserted one by one; a gap would hide a lost row.
-- uses: numbered, order_item
select name, count(*) as found, min(id) as lowest, max(id) as highest
from numbered
group by name having min(id) <> 1 or max(id) <> count(*)
union all
select 'order_item', count(*), min(order_item_id), max(order_item_id)
from order_item having min(order_item_id) <> 1 or max(order_item_id) <> count(*);

-- H01b: Ids follow the order of creation.
-- source: docs/ecommerce-story.md#ids-and-time
-- why: The next number goes to the next row. Items follow their orders, which H09b tests.
-- uses: numbered
select name, id, created_at, created_before from numbered where created_at < created_before;
