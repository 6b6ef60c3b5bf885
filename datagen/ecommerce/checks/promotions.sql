-- Promotions, and what they cover.

-- H12a: A promotion makes all it covers cheaper than usual, and no price nothing.
-- source: docs/ecommerce-story.md#promotions
-- why: A small percentage does not beat a standing markdown, and would be an announcement without a reduction.
-- uses: offers
select promo_product_id, promotion_id, product_id, usual_price, promotion_price
from offers where promotion_price >= usual_price or promotion_price <= 0;

-- H12b: A percentage lies in the range of the rules.
-- source: docs/ecommerce-story.md#promotions
-- uses: promotion
select promotion_id, discount_value from promotion
where discount_type = 'percentage' and discount_value not between :bands.percentage.0 and :bands.percentage.1;

-- H12c: A fixed amount is at most half of each list price.
-- source: docs/ecommerce-story.md#promotions
-- uses: offers
select promo_product_id, promotion_id, product_id, price, discount_value
from offers where discount_type = 'fixed amount' and discount_value > price * :bands.fixed_share;

-- H12d: A flash sale lasts a day or two, any other promotion a month at most.
-- source: docs/ecommerce-story.md#promotions
-- uses: promotion
select promotion_id, promotion_type, start_date, end_date from promotion
where end_date - start_date + 1
      > case when promotion_type = 'flash sale' then :bands.flash_days else :bands.promotion_days end;

-- H12e: A category promotion covers products of one category at the top.
-- source: docs/ecommerce-story.md#promotions
-- uses: offers, category
select o.promotion_id, count(distinct coalesce(c.parent_category_id, c.category_id)) as categories
from offers o join category c on c.category_id = o.category_id
where o.promotion_type = 'category'
group by o.promotion_id having count(distinct coalesce(c.parent_category_id, c.category_id)) > 1;

-- H12f: A seller promotion covers products of one seller.
-- source: docs/ecommerce-story.md#promotions
-- uses: offers
select promotion_id, count(distinct seller_id) as sellers
from offers where promotion_type = 'seller'
group by promotion_id having count(distinct seller_id) > 1;

-- H12g: Every promotion covers a product.
-- source: docs/ecommerce-story.md#promotions
-- uses: promotion, promotion_product
select m.promotion_id, m.promotion_name from promotion m
where not exists (select 1 from promotion_product c where c.promotion_id = m.promotion_id);
