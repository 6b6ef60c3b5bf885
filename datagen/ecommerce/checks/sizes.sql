-- How many rows there are.

-- H02: Every table has the number of rows that was asked for.
-- source: docs/ecommerce-story.md#sizes
-- why: Counts are exact: a million items asked for are a million, not about that many.
-- uses: brand, category, seller, product, promotion, promotion_product, order, order_item
select name, asked, found from (
    select 'brand' as name, :brands as asked, (select count(*) from brand) as found
    union all select 'category', :categories, (select count(*) from category)
    union all select 'seller', :sellers, (select count(*) from seller)
    union all select 'product', :products, (select count(*) from product)
    union all select 'promotion', :promotions, (select count(*) from promotion)
    union all select 'promotion_product', :promotion_products, (select count(*) from promotion_product)
    union all select 'order', :orders, (select count(*) from "order")
    union all select 'order_item', :items, (select count(*) from order_item)
) counted
where found <> asked;
