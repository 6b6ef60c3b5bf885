-- What several rules look at.

-- relation days: Every day of the window.
-- uses: nothing
select cast(g.moment as date) as day
from generate_series(cast(:start as timestamp), cast(:as_of as timestamp) - interval '1 day', interval '1 day')
     g (moment);

-- relation offers: What each promotion makes of the price of what it covers, half a cent up; the usual price is the
-- markdown, or else the list price. Prices are multiplied, never divided, so that they stay exact.
-- uses: promotion_product, promotion, product
select c.promo_product_id, c.promotion_id, c.product_id, c.created_at, m.promotion_type, m.discount_type,
       m.discount_value, m.start_date, m.end_date, m.created_at as promotion_created_at, p.category_id, p.seller_id,
       p.price, coalesce(p.discount_price, p.price) as usual_price, p.created_at as product_created_at,
       case when m.discount_type = 'percentage'
            then cast(round(p.price * (100 - m.discount_value) * 0.01, 2) as decimal(10, 2))
            else cast(p.price - m.discount_value as decimal(10, 2)) end as promotion_price
from promotion_product c
join promotion m on m.promotion_id = c.promotion_id
join product p on p.product_id = c.product_id;

-- relation reductions: For each product and day of the window, the promotion with the lowest price below the usual one,
-- of equals that of the lowest number.
-- uses: offers, days
select product_id, day, promotion_id, promotion_price
from (
    select o.product_id, d.day, o.promotion_id, o.promotion_price,
           row_number() over (partition by o.product_id, d.day order by o.promotion_price, o.promotion_id) as place
    from offers o
    join days d on d.day between o.start_date and o.end_date
    where o.promotion_price < o.usual_price
) live
where place = 1;

-- relation listings: Products with what says when they are sold, for how much, and by whom.
-- uses: product, seller
select p.product_id, p.category_id, p.seller_id, coalesce(p.discount_price, p.price) as usual_price,
       cast(p.created_at as date) as created_day, s.join_date,
       coalesce(p.retired_at, timestamp '9999-12-31 00:00:00') as sold_until
from product p
join seller s on s.seller_id = p.seller_id;

-- relation misfits: Items at odds with their order, their product or the price of their day, and why.
-- uses: order_item, order, listings, reductions
select *
from (
    select i.order_item_id, i.order_id, i.product_id, i.order_date, i.created_at, o.order_date as placed_at, i.quantity,
           i.unit_price, i.subtotal, i.promotion_id, p.created_day, p.join_date, p.sold_until,
           coalesce(r.promotion_price, p.usual_price) as right_price, r.promotion_id as right_promotion,
           i.order_date <> o.order_date as other_time,
           i.created_at <> i.order_date as other_creation,
           cast(i.order_date as date) <= p.created_day or cast(i.order_date as date) <= p.join_date as too_early,
           i.order_date >= p.sold_until as too_late,
           i.unit_price <> coalesce(r.promotion_price, p.usual_price) as wrong_price,
           i.promotion_id is distinct from r.promotion_id as wrong_promotion,
           i.subtotal <> i.quantity * i.unit_price as wrong_subtotal
    from order_item i
    left join "order" o on o.order_id = i.order_id
    left join listings p on p.product_id = i.product_id
    left join reductions r on r.product_id = i.product_id and r.day = cast(i.order_date as date)
) judged
where other_time or other_creation or too_early or too_late or wrong_price or wrong_promotion or wrong_subtotal;

-- relation baskets: What the items of each order add up to.
-- uses: order_item
select order_id, count(*) as items, sum(quantity) as units, sum(subtotal) as amount,
       sum(returned_quantity) as returned_units, min(order_item_id) as first_item, max(order_item_id) as last_item
from order_item
group by order_id;

-- relation daily: Units and items of each product and day.
-- uses: order_item
select product_id, cast(order_date as date) as day, sum(quantity) as units, count(*) as items,
       sum(case when quantity = 1 then 1 else 0 end) as single_items,
       sum(case when promotion_id is null then 0 else quantity end) as promoted_units
from order_item
group by product_id, cast(order_date as date);

-- relation moves: What comes to the shelf of a product on a day, less what is sold: the units of orders cancelled, and
-- what was sent back, the day before.
-- uses: daily, order_item, order
select product_id, day, cast(sum(units) as integer) as units
from (
    select product_id, day, -units as units from daily
    union all
    select i.product_id, cast(o.cancelled_at as date) + 1, i.quantity
    from "order" o
    join order_item i on i.order_id = o.order_id
    where o.cancelled_at is not null
    union all
    select i.product_id, cast(o.returned_at as date) + 1, i.returned_quantity
    from order_item i
    join "order" o on o.order_id = i.order_id
    where i.returned_quantity > 0 and o.returned_at is not null
) moved
group by product_id, day;

-- relation shelves: What the replay of a shelf starts from: the places of days are counted from 1 on, the first of the
-- window; moves are listed by them. A shelf opens on the first day, or on that of the product's creation.
-- uses: product, days, moves
select p.product_id, p.reorder_level, p.reorder_qty, cast(p.lead_days as integer) as lead_days,
       greatest(1, cast(cast(p.created_at as date) - :start as integer) + 1) as opening,
       case when p.retired_at is null then :days + 1
            else cast(cast(p.retired_at as date) - :start as integer) + 1 end as retirement,
       cast(cast(p.created_at as date) - :start as integer) + 1 as listing,
       array_agg(coalesce(m.units, 0) order by d.day) as moves
from product p
cross join days d
left join moves m on m.product_id = p.product_id and m.day = d.day
group by p.product_id, p.reorder_level, p.reorder_qty, p.lead_days, p.created_at, p.retired_at;

-- relation evenings: The units on each shelf in the evening of each day, replayed from orders, returns and deliveries.
-- It opens full. What was ordered arrives in the morning of the day it is due; more is ordered in the evening if
-- nothing is under way, the shelf is at or below its level, and the product is not retired.
-- uses: shelves
with recursive replay (product_id, place, units, due) as (
    select product_id, place, units,
           case when units <= reorder_level and place < retirement then place + lead_days else 0 end as due
    from (
        select s.product_id, s.opening as place, s.reorder_level + s.reorder_qty + s.moves[s.opening] as units,
               s.reorder_level, s.retirement, s.lead_days
        from shelves s
    ) opened
    union all
    select product_id, place, units,
           case when due > place then due
                when units <= reorder_level and place < retirement then place + lead_days else 0 end as due
    from (
        select r.product_id, r.place + 1 as place, r.due, s.reorder_level, s.retirement, s.lead_days,
               r.units + s.moves[r.place + 1] + case when r.due = r.place + 1 then s.reorder_qty else 0 end as units
        from replay r
        join shelves s on s.product_id = r.product_id
        where r.place < :days
    ) moved
)
select r.product_id, :start + (r.place - 1) as day, r.units, r.place > s.listing and r.place < s.retirement as on_sale
from replay r
join shelves s on s.product_id = r.product_id;
