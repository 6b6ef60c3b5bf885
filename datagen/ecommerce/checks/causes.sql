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
    select s.label, s.day, s.orders, avg(1e0 * p.orders) as usual, avg(1e0 * p.orders) / count(*) as variance
    from marked s
    join marked p on p.weekday = s.weekday and p.day between s.day - 28 and s.day + 28 and p.label is null
    where s.label in ('Black Friday', 'Cyber Monday', 'Christmas')
    group by s.label, s.day, s.orders having count(*) >= 4
),
facts as (
    select label, sum(orders) as orders, sum(usual) as usual, sum(variance) as variance,
           case label when 'Black Friday' then :orders.special_days.1 when 'Cyber Monday' then :orders.special_days.2
                      else :orders.special_days.4 end as factor
    from compared group by label
),
measured as (
    select label, orders / nullif(usual * factor, 0) as value,
           sqrt(greatest(orders, usual * factor, 1e0) + factor * factor * variance) / nullif(usual * factor, 0) as error
    from facts
)
select label, value, :bands.special_days.0 - errors * error as low, :bands.special_days.1 + errors * error as high,
       all_orders as rows
from measured cross join scope;

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

-- S29: How stars and the share of items that come back go together among the products of a category.
-- source: docs/ecommerce-story.md#returns
-- why: What disappoints is rated low, and sent back.
-- uses: order_item, product, settled, scope
-- least rows: 500
with shares as (
    select p.product_id, p.category_id, p.rating, count(*) as items,
           avg(case when i.returned_quantity > 0 then 1e0 else 0 end) as share
    from order_item i
    join settled o on o.order_id = i.order_id and o.delivered_at is not null
    join product p on p.product_id = i.product_id
    group by p.product_id, p.category_id, p.rating having count(*) >= :bands.least_compared
),
places as (
    select items, percent_rank() over (partition by category_id order by rating) as stars,
           percent_rank() over (partition by category_id order by share) as share
    from shares
),
facts as (
    select case when var_pop(stars) > 0 and var_pop(share) > 0 then corr(stars, share) end as correlation,
           count(*) as products, sum(items) as items,
           ln(1e0 * :returns.stars) / ln(1e0 * :default.returns.stars) as moved
    from places
)
select 'stars and items that come back' as label,
       case when has_products and products >= :bands.least_compared and moved >= 0.5 then correlation end as value,
       cast(null as double precision) as low,
       :bands.stars_of_returns * least(1, moved) + errors / sqrt(1e0 * nullif(products, 0)) as high, items as rows
from facts cross join scope;

-- S30: Days on the way of what is shipped before Christmas, against those of what is shipped at other times.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- why: Carriers have more than they can do.
-- uses: settled, scope
-- least rows: 500
-- least days: 60
with ways as (
    select extract(epoch from (delivered_at - shipped_at)) / 86400e0 as days,
           make_date(cast(extract(year from shipped_at) as integer), 12, 25) - cast(shipped_at as date)
           between 1 and :life.peak_days as late
    from settled where delivered_at is not null
),
facts as (
    select avg(case when late then days end) / nullif(avg(case when not late then days end), 0) as longer,
           stddev_samp(days) / nullif(avg(days), 0)
           * sqrt(1e0 / nullif(count(case when late then 1 end), 0)
                  + 1e0 / nullif(count(case when not late then 1 end), 0)) as error,
           least(count(case when late then 1 end), count(case when not late then 1 end)) as fewer, count(*) as parcels,
           1e0 * :life.peak_way / :default.life.peak_way as moved
    from ways
)
select 'days on the way' as label, case when fewer >= :bands.least_compared then longer end as value,
       :bands.late_parcels.0 * least(1, moved) - errors * coalesce(error, 0) as low,
       :bands.late_parcels.1 * greatest(1, moved) + errors * coalesce(error, 0) as high, parcels as rows
from facts cross join scope;

-- S31: Hours of weekends against those of weekdays: early in the morning, and in the afternoon.
-- source: docs/ecommerce-story.md#orders
-- why: Who need not get up sleeps longer, and has the afternoon.
-- uses: order, hours_of_days, scope
-- least rows: 1000
-- least days: 28
with spans (label, first_hour, last_hour, low, high) as (
    select '6-8 h', 6, 8, :bands.weekend_mornings.0, :bands.weekend_mornings.1
    union all select '12-17 h', 12, 17, :bands.weekend_afternoons.0, :bands.weekend_afternoons.1
),
counted as (
    select extract(hour from order_date) as hour_of_day, extract(isodow from order_date) >= 6 as at_weekend,
           1e0 * count(*) as orders
    from "order" group by 1, 2
),
facts as (
    select s.label, s.low, s.high, sum(case when at_weekend then orders end) as weekend,
           sum(case when not at_weekend then orders end) as weekday,
           sum(case when at_weekend and hour_of_day between first_hour and last_hour then orders end) as weekend_part,
           sum(case when not at_weekend and hour_of_day between first_hour and last_hour then orders end)
               as weekday_part
    from spans s cross join counted group by s.label, s.low, s.high
),
moved as (
    select s.label, sum(h.weekend) / sum(h.weekday) / (sum(h.usual_weekend) / sum(h.usual_weekday)) as factor
    from spans s join hours_of_days h on h.hour_of_day between s.first_hour and s.last_hour group by s.label
),
measured as (
    select f.label, weekend_part / weekend / nullif(weekday_part / weekday, 0) as value, f.low * factor as low,
           f.high * factor as high, weekend + weekday as orders,
           greatest(weekend_part / weekend / nullif(weekday_part / weekday, 0), f.low * factor)
           * sqrt(1 / greatest(weekend_part, weekend * weekday_part / weekday * f.low * factor, 1)
                  + 1 / nullif(weekday_part, 0)) as error
    from facts f join moved m on m.label = f.label
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high,
       orders as rows
from measured cross join scope;

-- S32: Departments in which brands of several products sell.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: A brand has a trade, and perhaps another.
-- uses: product, category, scope
-- least rows: 10
with sold as (
    select p.brand_id, count(*) as products, count(distinct coalesce(c.parent_category_id, c.category_id)) as tops
    from product p join category c on c.category_id = p.category_id
    group by p.brand_id having count(*) >= :bands.several_products
),
facts as (
    select count(*) as brands, avg(case when tops > 2 then 1e0 else 0 end) as many,
           avg(case when tops = 1 then 1e0 else 0 end) as single,
           :catalogue.single_department - :default.catalogue.single_department as moved
    from sold
)
select 'in three departments and more' as label, case when has_departments then many end as value,
       cast(null as double precision) as low, :bands.many_departments as high, brands as rows
from facts cross join scope
union all
select 'in one department', case when has_departments then single end, :bands.single_department.0 + moved,
       :bands.single_department.1 + moved, brands
from facts cross join scope;
