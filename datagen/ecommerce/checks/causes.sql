-- Figures by which an analyst would tell a history from drawn columns: what goods cost, when people pay, which days are
-- days off.

-- S23: How much of what prices of a category differ by is what kind of goods they are of, the words after brand and
-- style.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: A wool coat costs more than a down vest.
-- uses: product, scope
-- least rows: 100
with priced as (
    select category_id, regexp_replace(split_part(product_name, ',', 1), '^[^ ]+ [^ ]+ ', '') as kind,
           ln(1e0 * price) as price
    from product where price > 0
),
means as (
    select price, avg(price) over (partition by category_id, kind) as of_kind,
           avg(price) over (partition by category_id) as of_category
    from priced
),
facts as (
    select sum(pow(of_kind - of_category, 2)) / nullif(sum(pow(price - of_category, 2)), 0) as explained,
           count(*) as products
    from means
),
levels as (
    select var_pop(ln(1e0 * r.level)) as spread, var_pop(ln(1e0 * d.level)) as usual
    from (values :catalogue.goods_prices) r (place, level)
    join (values :default.catalogue.goods_prices) d (place, level) on d.place = r.place
)
select 'by kind of goods' as label, case when has_products then explained end as value,
       :bands.kinds_of_goods * least(1, spread / (spread + pow(:catalogue.price_sigma, 2))
           * (usual + pow(:default.catalogue.price_sigma, 2)) / usual) as low,
       cast(null as double precision) as high, products as rows
from facts cross join levels cross join scope;

-- S24: The median minutes to a payment within the hour, which is one by card.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: settled, scope
-- least rows: 500
with cards as (
    select extract(epoch from (paid_at - order_date)) / 60e0 as minutes
    from settled where paid_at <= order_date + interval '1 hour'
),
facts as (
    select count(*) as paid, percentile_cont(0.5) within group (order by minutes) as minutes,
           1.25 * stddev_samp(minutes) / sqrt(1e0 * nullif(count(*), 0)) as error
    from cards
)
select 'minutes' as label, minutes as value,
       :bands.card_minutes.0 * :life.card_median / :default.life.card_median - errors * coalesce(error, 0) as low,
       :bands.card_minutes.1 * :life.card_median / :default.life.card_median + errors * coalesce(error, 0) as high,
       paid as rows
from facts cross join scope;

-- S25: What is shipped, delivered and taken back on a Sunday, against the mean of the other days.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- why: Few carriers work on Sundays.
-- uses: order, scope
-- least rows: 1000
-- least days: 28
with steps as (
    select 'shipped' as label, extract(isodow from shipped_at) as weekday from "order" where shipped_at is not null
    union all select 'delivered', extract(isodow from delivered_at) from "order" where delivered_at is not null
    union all select 'taken back', extract(isodow from returned_at) from "order" where returned_at is not null
),
facts as (
    select label, count(*) as steps, 6e0 * sum(case when weekday = 7 then 1 else 0 end)
           / nullif(sum(case when weekday < 7 then 1 else 0 end), 0) as share
    from steps group by label
)
select label,
       case when least(:life.shipping_days, :life.way_days.1, :returns.most_days) > 1 then share end as value,
       cast(null as double precision) as low,
       :bands.sundays + greatest(0, 2 * (:life.sundays - :default.life.sundays))
       + errors * sqrt(6e0 * greatest(share, 0.1) / steps) as high, steps as rows
from facts cross join scope;

-- S26: Black Friday, Cyber Monday and Christmas against the same weekday of the four weeks before and after, and what
-- the rules make of them.
-- source: docs/ecommerce-story.md#orders
-- uses: placed, scope
-- least rows: 1000
-- least days: 28
with marked as (
    select day, weekday, orders,
           case when month = 11 and weekday = 5 and extract(day from day) between 23 and 29 then 'Black Friday'
                when weekday = 1 and ((month = 11 and extract(day from day) >= 26)
                                      or (month = 12 and extract(day from day) <= 2)) then 'Cyber Monday'
                when month = 12 and extract(day from day) = 25 then 'Christmas'
                when month = 11 and weekday = 4 and extract(day from day) between 22 and 28 then 'Thanksgiving'
                when (month = 12 and extract(day from day) = 24) or (month = 1 and extract(day from day) = 1)
                    then 'another' end as label
    from placed
),
compared as (
    select s.label, s.day, s.orders, avg(1e0 * p.orders) as usual
    from marked s
    join marked p on p.weekday = s.weekday and p.day between s.day - 28 and s.day + 28 and p.label is null
    where s.label in ('Black Friday', 'Cyber Monday', 'Christmas')
    group by s.label, s.day, s.orders having count(*) >= 4
),
facts as (
    select label, sum(orders) as orders, sum(usual) as usual,
           case label when 'Black Friday' then :orders.special_days.1 when 'Cyber Monday' then :orders.special_days.2
                      else :orders.special_days.4 end as factor
    from compared group by label
)
select label, orders / nullif(usual * factor, 0) as value,
       :bands.special_days.0 - errors * sqrt(greatest(1e0, orders)) / nullif(usual * factor, 0) as low,
       :bands.special_days.1 + errors * sqrt(greatest(1e0, orders)) / nullif(usual * factor, 0) as high,
       all_orders as rows
from facts cross join scope;

-- S27: What a promotion covers is entered within a day of the promotion, or of the product if that is younger.
-- source: docs/ecommerce-story.md#promotions
-- why: Staff enter it in one sitting.
-- uses: promotion_product, promotion, product
-- least rows: 10
select 'within a day' as label,
       avg(case when x.created_at <= greatest(m.created_at, p.created_at) + interval '1 day' then 1e0 else 0 end)
           as value,
       :bands.entered_at_once as low, cast(null as double precision) as high, count(*) as rows
from promotion_product x
join promotion m on m.promotion_id = x.promotion_id
join product p on p.product_id = x.product_id;

-- S28: Reorder quantities of some cartons that are of whole ones, of the largest size that is ordered then.
-- source: docs/ecommerce-story.md#stock
-- why: Who orders hundreds orders cartons.
-- uses: product
-- least rows: 20
with sizes as (select place, size from (values :stock.cartons) c (place, size)),
ordered as (
    select p.product_id, p.reorder_qty, max(s.size) as size
    from product p join sizes s on p.reorder_qty >= :stock.full_cartons * s.size
    where p.reorder_qty > :stock.floors.1
    group by p.product_id, p.reorder_qty
)
select 'whole cartons' as label, avg(case when reorder_qty % size = 0 then 1e0 else 0 end) as value,
       :bands.whole_cartons as low, cast(null as double precision) as high, count(*) as rows
from ordered;
