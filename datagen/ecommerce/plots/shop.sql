-- The plots of the report of a marketplace.

-- plot sales_by_week: Sales by week
-- form: lines
-- unit: US dollars
-- says: Promotions make peaks, and the last quarter is the strongest.
select strftime(date_trunc('week', order_date), '%Y-%m-%d') as x, sum(total_amount) as value
from "order"
where date_trunc('week', order_date) >= :start and date_trunc('week', order_date) + interval 7 day <= :as_of
group by 1 order by 1;

-- plot hours: Orders by weekday and hour
-- form: heat map
-- unit: orders
-- says: People shop in the evening, most of all on Mondays and Thursdays; they sleep longer at weekends.
select ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isodow(order_date)] as y,
       lpad(cast(hour(order_date) as varchar), 2, '0') as x, count(*) as value
from "order" group by 1, 2, isodow(order_date), hour(order_date) order by isodow(order_date), hour(order_date);

-- plot categories: Sales by category
-- form: bars
-- unit: US dollars
-- says: Departments differ in what is bought, and at what price.
select category_name as label, sum(subtotal) as value
from order_item join product using (product_id) join category using (category_id)
group by 1 order by 2 desc, 1 limit 12;

-- plot popularity: Units by product, from the most to the least sold
-- form: lines
-- unit: units
-- says: A flat head and a long tail.
select row_number() over (order by sum(quantity) desc, product_id) as x, sum(quantity) as value
from order_item group by product_id order by 1 limit 200;

-- plot basket: Items an order
-- form: columns
-- unit: % of orders
-- says: Ten on average, often fewer, sometimes many more.
with sizes as (select order_id, count(*) as items from order_item group by 1)
select case when items >= 30 then '30 and over' when items < 3 then cast(items as varchar)
       else (items // 3 * 3) || '-' || (items // 3 * 3 + 2) end as label,
       100.0 * count(*) / (select count(*) from sizes) as value
from sizes group by 1 order by min(items);

-- plot statuses: What became of orders, by month
-- form: columns
-- unit: % of orders
-- says: Nearly all are delivered; those of the last days are still under way.
select strftime(order_date, '%Y-%m') as label, status as series,
       100.0 * count(*) / sum(count(*)) over (partition by strftime(order_date, '%Y-%m')) as value
from "order" group by 1, 2
order by 1, list_position(['DELIVERED', 'SHIPPED', 'PAID', 'PLACED', 'RETURNED', 'CANCELLED'], status);

-- plot promotions: Units sold in a promotion, by week
-- form: lines
-- unit: % of units
-- says: Deeper cuts lift more.
select strftime(date_trunc('week', order_date), '%Y-%m-%d') as x,
       100.0 * sum(case when promotion_id is null then 0 else quantity end) / sum(quantity) as value
from order_item
where date_trunc('week', order_date) >= :start and date_trunc('week', order_date) + interval 7 day <= :as_of
group by 1 order by 1;

-- plot returns: Units sent back, by category
-- form: bars
-- unit: % of units
-- says: Some categories come back far more often than others.
select category_name as label, 100.0 * sum(returned_quantity) / sum(quantity) as value
from order_item join product using (product_id) join category using (category_id)
group by 1 order by 2 desc, 1 limit 12;

-- plot ways: Days from order to door
-- form: columns
-- unit: % of delivered orders
-- says: Most arrive within a week.
with ways as (
    select least(cast(floor(epoch(delivered_at - order_date) / 86400) as integer), 12) as days
    from "order" where delivered_at is not null
)
select case when days = 12 then '12 and over' else cast(days as varchar) end as label,
       100.0 * count(*) / (select count(*) from ways) as value
from ways group by days order by days;

-- plot prices: Products by price
-- form: columns
-- unit: products
-- says: Many cheap things, few dear ones.
select case when price < 10 then 'under 10' when price < 20 then '10-20' when price < 40 then '20-40'
       when price < 80 then '40-80' when price < 160 then '80-160' else '160 and over' end as label,
       count(*) as value
from product group by 1 order by min(price);
