-- subject order: ^[0-9]+$
select cast(total_amount as varchar) || ', ' || lower(status) as name from "order" where order_id = :id;

-- event order order
select order_date as at, 'was placed: ' || cast(total_amount as varchar) as said, order_id as id
from "order" where order_id = :id
union all select paid_at, 'was paid', order_id from "order" where order_id = :id and paid_at is not null
union all select shipped_at, 'was shipped', order_id from "order" where order_id = :id and shipped_at is not null
union all select delivered_at, 'was delivered', order_id from "order" where order_id = :id and delivered_at is not null
union all select cancelled_at, 'was cancelled', order_id from "order" where order_id = :id and cancelled_at is not null
union all select returned_at, 'something came back', order_id from "order" where order_id = :id and returned_at is not null;

-- event order order_item
select order_date as at, cast(quantity as varchar) || ' x ' || product_name || ' at ' || cast(unit_price as varchar)
       || coalesce(' (' || promotion_name || ')', '')
       || case when returned_quantity > 0 then ', ' || cast(returned_quantity as varchar) || ' sent back' else '' end as said,
       order_item_id as id
from order_item
join product on product.product_id = order_item.product_id
left join promotion on promotion.promotion_id = order_item.promotion_id
where order_id = :id;

-- subject product: ^[0-9]+$
select product_name || ' (' || brand_name || ')' as name
from product join brand on brand.brand_id = product.brand_id where product_id = :id;

-- event product product
select product.created_at as at, 'was listed by ' || seller_name || ' at ' || cast(price as varchar) as said,
       product_id as id
from product join seller on seller.seller_id = product.seller_id where product_id = :id
union all
select retired_at, 'was retired', product_id from product where product_id = :id and retired_at is not null;

-- event product promotion_product
select start_date as at, promotion_name || ' until ' || cast(end_date as varchar) as said, promo_product_id as id
from promotion_product join promotion on promotion.promotion_id = promotion_product.promotion_id
where product_id = :id;

-- event product order_item
select order_date as at, cast(quantity as varchar) || ' sold at ' || cast(unit_price as varchar) || ', order '
       || cast(order_id as varchar)
       || case when returned_quantity > 0 then ', ' || cast(returned_quantity as varchar) || ' came back' else '' end as said,
       order_item_id as id
from order_item where product_id = :id;

-- subject seller: ^[0-9]+$
select seller_name || ' (' || seller_type || ')' as name from seller where seller_id = :id;

-- event seller seller
select join_date as at, 'joined the marketplace' as said, seller_id as id from seller where seller_id = :id;

-- event seller product
select created_at as at, 'listed ' || product_name as said, product_id as id from product where seller_id = :id
union all
select retired_at, 'retired ' || product_name, product_id from product where seller_id = :id and retired_at is not null;
