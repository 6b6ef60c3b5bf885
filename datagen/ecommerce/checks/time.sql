-- What comes before what, and what the window allows.

-- H06a: A category is created after its parent.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: category
select c.category_id, c.created_at, p.created_at as parent_created_at
from category c join category p on p.category_id = c.parent_category_id
where c.created_at <= p.created_at;

-- H06b: A product is created after its brand, its category and its seller.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: product, brand, category, seller
select p.product_id, p.created_at, b.created_at as brand_created_at, c.created_at as category_created_at,
       s.created_at as seller_created_at
from product p
join brand b on b.brand_id = p.brand_id
join category c on c.category_id = p.category_id
join seller s on s.seller_id = p.seller_id
where p.created_at <= greatest(b.created_at, c.created_at, s.created_at);

-- H06c: A seller is created on the day of joining.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: seller
select seller_id, join_date, created_at from seller where cast(created_at as date) <> join_date;

-- H06d: A product is retired after it was created.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: product
select product_id, created_at, retired_at from product where retired_at <= created_at;

-- H06e: A promotion is created before its first day.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: promotion
select promotion_id, created_at, start_date from promotion where created_at >= cast(start_date as timestamp);

-- H06f: What a promotion covers is added when both are there, and before its first day.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: promotion_product, promotion, product
select c.promo_product_id, c.created_at, m.created_at as promotion_created_at, p.created_at as product_created_at,
       m.start_date
from promotion_product c
join promotion m on m.promotion_id = c.promotion_id
join product p on p.product_id = c.product_id
where c.created_at < greatest(m.created_at, p.created_at) or c.created_at >= cast(m.start_date as timestamp);

-- H06g: The row of an order is made when the order is placed.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: order
select order_id, order_date, created_at from "order" where created_at <> order_date;

-- H07a: Orders are placed in the window.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: order
select order_id, order_date from "order"
where order_date < cast(:start as timestamp) or order_date >= cast(:as_of as timestamp);

-- H07b: Nothing of an order happens on or after the as-of day.
-- source: docs/ecommerce-story.md#ids-and-time
-- why: The data is complete up to the end of the day before, and knows nothing of what follows.
-- uses: order
select order_id, paid_at, shipped_at, delivered_at, cancelled_at, returned_at from "order"
where paid_at >= cast(:as_of as timestamp) or shipped_at >= cast(:as_of as timestamp)
   or delivered_at >= cast(:as_of as timestamp) or cancelled_at >= cast(:as_of as timestamp)
   or returned_at >= cast(:as_of as timestamp);

-- H07c: Nothing is created, retired or joins on or after the as-of day.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: brand, category, seller, product, promotion, promotion_product
select name, id, moment
from (
    select 'brand' as name, brand_id as id, created_at as moment from brand
    union all select 'category', category_id, created_at from category
    union all select 'seller', seller_id, created_at from seller
    union all select 'product', product_id, greatest(created_at, coalesce(retired_at, created_at)) from product
    union all select 'promotion', promotion_id, created_at from promotion
    union all select 'promotion_product', promo_product_id, created_at from promotion_product
) happened
where moment >= cast(:as_of as timestamp);

-- H07d: Categories and brands are older than the window.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: brand, category
select name, id, created_at
from (
    select 'brand' as name, brand_id as id, created_at from brand
    union all select 'category', category_id, created_at from category
) old
where created_at >= cast(:start as timestamp);

-- H07e: Promotions begin in the window, or are planned for the days that follow.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: promotion
select promotion_id, start_date from promotion
where start_date < :start or start_date >= :as_of + :bands.planned_days;

-- H07f: Sellers joined in the years of the rules before the as-of day.
-- source: docs/ecommerce-story.md#ids-and-time
-- uses: seller
select seller_id, join_date from seller
where join_date < :as_of - cast(ceil(366 * :catalogue.joining_years) as integer);
