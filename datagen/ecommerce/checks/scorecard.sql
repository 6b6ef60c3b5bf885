-- How the marketplace looks as a whole: figures and the bands in which they should lie. Bands suppose about ten items
-- an order and at least a hundred products; where other numbers are asked for they move, or there is no figure. With
-- fewer orders than by default a band is wider by some standard errors of the figure.

-- relation scope: How large the data is, in the terms of the bands: the numbers of rows that were asked for, or that
-- are there where nothing states them; by how many standard errors bands widen, how many items an order has against the
-- usual number, the most items an order may have; whether the catalogue is large enough for its figures, whether there
-- are departments to lean to, and whether the items an order are near enough to the usual number for figures of shape.
-- uses: order, order_item, product, brand, category, promotion_product
select all_orders, all_items, all_products, all_brands, all_covered,
       case when all_orders < :bands.full_orders then 1e0 * :bands.standard_errors else 0e0 end as errors,
       2e0 * all_items / nullif(all_orders, 0) / (:bands.mean_items.0 + :bands.mean_items.1) as ratio,
       least(:bands.most_items, floor(all_products * :bands.catalogue_share)) as most_items,
       all_orders >= :bands.least_orders and all_products >= :bands.least_products as has_products,
       all_brands >= :bands.least_brands and floor(all_categories * :catalogue.top_share) > 1 as has_departments,
       all_orders >= :bands.least_orders and all_products >= :bands.least_products
       and 1e0 * all_items / nullif(all_orders, 0) between :bands.shaped_items.0
           and least(:bands.shaped_items.1, :bands.shaped_share * all_products) as has_shape
from (
    select coalesce(:orders, (select count(*) from "order")) as all_orders,
           coalesce(:items, (select count(*) from order_item)) as all_items,
           coalesce(:products, (select count(*) from product)) as all_products,
           coalesce(:brands, (select count(*) from brand)) as all_brands,
           coalesce(:categories, (select count(*) from category)) as all_categories,
           coalesce(:promotion_products, (select count(*) from promotion_product)) as all_covered
) counted;

-- relation totals: Units of each day, of all products.
-- uses: daily
select day, sum(units) as units, sum(items) as items from daily group by day;

-- relation listed: Products with their days on sale in the window, and what was sold of them.
-- uses: listings, daily, seller
select p.product_id, p.category_id, p.seller_id, s.seller_type, p.created_day, p.sold_until,
       greatest(p.created_day + 1, :start) as first_day,
       cast(least(cast(p.sold_until as date), :as_of) - greatest(p.created_day + 1, :start) as integer) as days,
       coalesce(d.units, 0) as units, coalesce(d.items, 0) as items
from listings p
join seller s on s.seller_id = p.seller_id
left join (select product_id, sum(units) as units, sum(items) as items from daily group by product_id) d
  on d.product_id = p.product_id;

-- relation hours: Orders of each hour of the day.
-- uses: order
select h.hour_of_day, coalesce(o.orders, 0) as orders
from generate_series(0, 23) h (hour_of_day)
left join (select extract(hour from order_date) as hour_of_day, count(*) as orders from "order"
           group by extract(hour from order_date)) o on o.hour_of_day = h.hour_of_day;

-- relation placed: Orders and value of each day.
-- uses: days, order
select d.day, extract(isodow from d.day) as weekday, extract(month from d.day) as month,
       coalesce(o.orders, 0) as orders, coalesce(o.amount, 0) as amount, coalesce(o.squares, 0) as squares
from days d
left join (select cast(order_date as date) as day, count(*) as orders, sum(total_amount) as amount,
                  sum(1e0 * total_amount * total_amount) as squares
           from "order" group by cast(order_date as date)) o on o.day = d.day;

-- relation leaf_baskets: The items of each order that are of one category, with what was paid for them and came back.
-- uses: order_item, product
select i.order_id, p.category_id, count(*) as items, sum(i.subtotal) as amount,
       sum(i.returned_quantity * i.unit_price) as returned_amount
from order_item i join product p on p.product_id = i.product_id
group by i.order_id, p.category_id;

-- relation promoted: What each promotion has done to each product: units on its days, those expected from the product's
-- share of all units on its ordinary days 14 days before and after, and the cut.
-- uses: offers, reductions, daily, totals, listed
select o.promotion_id, o.product_id, cast(1 - 1e0 * o.promotion_price / o.usual_price as decimal(12, 6)) as cut,
       sum(case when r.promotion_id = o.promotion_id then coalesce(u.units, 0) end) as units,
       1e0 * sum(case when r.promotion_id = o.promotion_id then t.units end)
       * sum(case when r.promotion_id is null then coalesce(u.units, 0) end)
       / nullif(sum(case when r.promotion_id is null then t.units end), 0) as expected
from offers o
join listed l on l.product_id = o.product_id
join totals t on t.day between o.start_date - :bands.around_days and o.end_date + :bands.around_days
             and t.day >= l.first_day and t.day < l.first_day + l.days
left join reductions r on r.product_id = o.product_id and r.day = t.day
left join daily u on u.product_id = o.product_id and u.day = t.day
group by o.promotion_id, o.product_id, o.promotion_price, o.usual_price;

-- relation launches: For products launched in the window, units of the first 14 days on sale, and those expected from
-- the product's share of all units on days 42 to 97 on sale; without days of promotions.
-- uses: listed, totals, daily, reductions
select l.product_id,
       sum(case when t.day < l.first_day + :bands.first_days then coalesce(u.units, 0) end) as units,
       1e0 * sum(case when t.day < l.first_day + :bands.first_days then t.units end)
       * sum(case when t.day >= l.first_day + :bands.later_days.0 - 1 then coalesce(u.units, 0) end)
       / nullif(sum(case when t.day >= l.first_day + :bands.later_days.0 - 1 then t.units end), 0) as expected
from listed l
join totals t on t.day >= l.first_day and t.day < l.first_day + least(l.days, :bands.later_days.1)
left join daily u on u.product_id = l.product_id and u.day = t.day
left join reductions r on r.product_id = l.product_id and r.day = t.day
where l.created_day >= :start and l.days >= :bands.later_days.0 + :bands.first_days and r.product_id is null
  and (t.day < l.first_day + :bands.first_days or t.day >= l.first_day + :bands.later_days.0 - 1)
group by l.product_id;

-- relation settled: Orders of which nothing more is to come.
-- uses: order
select order_id, status, order_date, paid_at, shipped_at, delivered_at from "order"
where order_date < cast(:as_of as timestamp) - interval '1 day' * :bands.settled_days;

-- S01: Items an order: how many, how skewed, how spread, most, and how many have one.
-- source: docs/ecommerce-story.md#orders
-- uses: baskets, scope, item_moves
-- least rows: 1000
with center as (
    select count(*) as orders, avg(1e0 * items) as mean, percentile_cont(0.5) within group (order by items) as median,
           max(items) as most, avg(case when items = 1 then 1e0 else 0 end) as single
    from baskets
),
spread as (
    select avg(pow(b.items - c.mean, 2)) as variance, avg(pow(b.items - c.mean, 4)) as fourth
    from baskets b cross join center c
),
facts as (
    select c.orders, c.mean, c.most, w.ratio, w.most_items, m.spread as moved_spread, m.single as moved_single,
           m.shape as moved_shape, sqrt(s.variance / c.orders) as error,
           sqrt(abs(s.fourth - s.variance * s.variance) / c.orders) / nullif(c.mean, 0) as spread_error,
           case when w.has_shape then c.median / nullif(c.mean, 0) end as skew,
           case when w.has_shape then s.variance / nullif(c.mean, 0) end as spread,
           case when w.has_shape then c.single end as single
    from center c cross join spread s cross join scope w cross join item_moves m
),
measured (label, value, low, high, error, rows) as (
    select 'mean', mean, :bands.mean_items.0 * ratio, :bands.mean_items.1 * ratio, error, orders from facts
    union all
    select 'median / mean', skew, :bands.median_items.0 * least(1, moved_shape),
           :bands.median_items.1 * greatest(1, moved_shape), 1.25 * error / mean, orders
    from facts
    union all
    select 'most', most, null, most_items, 0, orders from facts
    union all
    select 'variance / mean', spread, :bands.item_variance.0 * least(1, ratio) * moved_spread,
           :bands.item_variance.1 * greatest(1, ratio) * moved_spread, spread_error, orders
    from facts
    union all
    select 'with one', single, :bands.single_items.0 * moved_single / pow(ratio, 2),
           :bands.single_items.1 * moved_single / pow(ratio, 2),
           sqrt(greatest(single, :bands.single_items.0 * moved_single / pow(ratio, 2)) / orders), orders
    from facts
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S02: Popularity of the products on sale all the time: the slope of log units on log rank, the top fifth, and the most
-- frequent product's share of orders.
-- source: docs/ecommerce-story.md#popularity
-- why: A product is in an order once, so popularity has a flat head and still a long tail.
-- uses: listed, scope, law_moves
-- least rows: 1000
with ranked as (
    select units, items, row_number() over (order by units desc, product_id) as place, count(*) over () as products,
           sum(units) over () as all_units
    from listed where created_day < :start and days = :days
),
facts as (
    select regr_slope(case when units > 0 then ln(units) end, ln(place)) as slope,
           regr_r2(case when units > 0 then ln(units) end, ln(place)) as fit, count(*) as products,
           sum(case when place <= products / 5.0 then 1e0 * units else 0 end) / nullif(max(all_units), 0) as top,
           max(all_units) as all_units, 1e0 * max(items) as most
    from ranked
),
measured (label, value, low, high, error, rows) as (
    select 'slope', case when has_shape then f.slope end, :bands.popularity_slope.0 + m.slope,
           :bands.popularity_slope.1 + m.slope,
           abs(f.slope) * sqrt(greatest(0, 1 / nullif(fit, 0) - 1) / nullif(products - 2, 0)), all_orders
    from facts f cross join scope cross join law_moves m
    union all
    select 'top fifth', case when has_shape then f.top end, :bands.top_fifth.0 * m.top, :bands.top_fifth.1 * m.top,
           sqrt(f.top * (1 - f.top) / all_units), all_orders
    from facts f cross join scope cross join law_moves m
    union all
    select 'most frequent', case when has_products then most / all_orders end, null,
           1 - pow(1 - :bands.most_frequent,
                   ratio * m.first * greatest(1, 1e0 * :default.catalogue.products / all_products)),
           sqrt(most / all_orders * greatest(0, 1 - most / all_orders) / all_orders), all_orders
    from facts f cross join scope cross join law_moves m
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S03: The fourth quarter's share of a year's value, in windows of twelve months.
-- source: docs/ecommerce-story.md#orders
-- uses: placed, scope, month_rules
-- least rows: 1000
-- least days: 365
with sums as (
    select sum(orders) as orders, nullif(sum(1e0 * amount), 0) as amount, sum(squares) as squares,
           sum(case when month >= 10 then 1e0 * amount else 0 end) as part,
           sum(case when month >= 10 then squares else 0 end) as part_squares
    from placed
),
moved as (
    select sum(case when p.month >= 10 then r.weight end) / sum(r.weight)
           / (sum(case when p.month >= 10 then r.usual end) / sum(r.usual)) as factor
    from placed p join month_rules r on r.month = p.month
),
measured (label, value, low, high, error, rows) as (
    select 'October to December', case when :days <= 366 then part / amount end, :bands.fourth_quarter.0 * factor,
           :bands.fourth_quarter.1 * factor,
           sqrt(part_squares * pow(1 - part / amount, 2) + (squares - part_squares) * pow(part / amount, 2)) / amount,
           orders
    from sums cross join moved
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S04: Hours: most orders at 20 and 21, least at 3 and 4, against the mean hour; the other hours lie between.
-- source: docs/ecommerce-story.md#orders
-- uses: hours, hourly_rules, hour_moves, scope
-- least rows: 1000
with facts as (
    select sum(h.orders) as orders, 24e0 / nullif(sum(h.orders), 0) as per_order,
           avg(case when r.kind = 'evening' then 1e0 * h.orders end) as peak,
           avg(case when r.kind = 'quiet' then 1e0 * h.orders end) as night,
           min(case when r.kind = 'evening' then 1e0 * h.orders end) as lower_peak,
           max(case when r.kind <> 'evening' then 1e0 * h.orders end) as next_peak,
           max(case when r.kind = 'quiet' then 1e0 * h.orders end) as upper_night,
           min(case when r.kind <> 'quiet' then 1e0 * h.orders end) as next_night
    from hours h join hourly_rules r on r.hour_of_day = h.hour_of_day
),
measured (label, value, low, high, error, rows) as (
    select '20-21 h', peak * per_order, :bands.peak_hours.0 * evening, :bands.peak_hours.1 * evening,
           sqrt(peak / 2) * per_order, orders
    from facts cross join hour_moves
    union all
    select '3-4 h', night * per_order, null, :bands.night_hours * quiet, sqrt((night + 1) / 2) * per_order, orders
    from facts cross join hour_moves
    union all
    select 'next busiest against 20-21 h', next_peak / nullif(lower_peak, 0), null, greatest(1, next_busiest),
           sqrt(1 / (lower_peak + 1) + 1 / (next_peak + 1)), orders
    from facts cross join hour_moves
    union all
    select 'next quietest less 3-4 h, of the mean hour', (next_night - upper_night) * per_order,
           least(0, next_quietest), null,
           sqrt(next_night + upper_night + 2) * per_order, orders
    from facts cross join hour_moves
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S05: Days of the week: a weekend day against a weekday; Monday and Thursday against Tuesday, Wednesday and Friday.
-- source: docs/ecommerce-story.md#orders
-- uses: placed, weekday_rules, scope
-- least rows: 1000
-- least days: 28
with kinds (label, weekday, above) as (
    values ('weekend / weekday', 6, 1), ('weekend / weekday', 7, 1), ('weekend / weekday', 1, 0),
           ('weekend / weekday', 2, 0), ('weekend / weekday', 3, 0), ('weekend / weekday', 4, 0),
           ('weekend / weekday', 5, 0), ('Monday, Thursday', 1, 1), ('Monday, Thursday', 4, 1),
           ('Monday, Thursday', 2, 0), ('Monday, Thursday', 3, 0), ('Monday, Thursday', 5, 0)
),
sides as (
    select k.label, k.above, nullif(avg(1e0 * p.orders), 0) as mean, var_samp(1e0 * p.orders) / count(*) as variance,
           avg(r.weight) as weight, avg(r.usual) as usual
    from placed p join kinds k on k.weekday = p.weekday join weekday_rules r on r.weekday = p.weekday
    group by k.label, k.above
),
measured (label, value, low, high, error, rows) as (
    select a.label, a.mean / b.mean,
           case when a.label = 'weekend / weekday' then :bands.weekend.0 else :bands.busy_weekdays.0 end
           * (a.weight / b.weight) / (a.usual / b.usual),
           case when a.label = 'weekend / weekday' then :bands.weekend.1 else :bands.busy_weekdays.1 end
           * (a.weight / b.weight) / (a.usual / b.usual),
           a.mean / b.mean * sqrt(a.variance / pow(a.mean, 2) + b.variance / pow(b.mean, 2)), all_orders
    from sides a join sides b on b.label = a.label and b.above = 0 cross join scope
    where a.above = 1
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S06: A promotion lifts what it covers, the more the deeper the cut: units on its days against those expected from the
-- days around; and the rank correlation of the cut and that lift.
-- source: docs/ecommerce-story.md#promotions
-- uses: promoted, scope
-- least rows: 1000
with ended as (
    select units, expected, cast(units / expected as decimal(12, 6)) as lift, cut,
           sum(units) over () / sum(expected) over () as whole,
           1e0 * :demand.visibility / :default.demand.visibility
           * pow(1 / (1 - 1e0 * cut), :demand.elasticity - :default.demand.elasticity) as moved
    from promoted where units is not null and expected > 0
),
ranked as (
    select units, expected, whole, moved,
           rank() over (order by cut) + (count(*) over (partition by cut) - 1) / 2e0 as cut_rank,
           rank() over (order by lift) + (count(*) over (partition by lift) - 1) / 2e0 as lift_rank
    from ended
),
facts as (
    select max(whole) as lift, avg(moved) as moved,
           sqrt(sum(pow(units - whole * expected, 2))) / sum(expected) as error,
           corr(cut_rank, lift_rank) as correlation, count(*) as pairs
    from ranked
),
measured (label, value, low, high, error, rows) as (
    select 'lift', case when has_shape and pairs >= :bands.least_pairs then lift end,
           :bands.promotion_lift.0 * moved, :bands.promotion_lift.1 * moved, error, all_orders
    from facts cross join scope
    union all
    select 'rank correlation of cut and lift',
           case when has_products and pairs >= :bands.least_pairs then correlation end,
           :bands.cut_correlation * least(1, 1e0 * :demand.elasticity / :default.demand.elasticity), null,
           1 / sqrt(greatest(1e0, pairs - 1)), all_orders
    from facts cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S07: What has become of orders that have settled. Small orders come back entirely more often.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: settled, scope
-- least rows: 500
with moved as (
    select 1e0 * :life.cancelled - :default.life.cancelled as cancelled,
           (1 - 1e0 * :life.cancelled) * :returns.whole_orders
           - (1 - 1e0 * :default.life.cancelled) * :default.returns.whole_orders as returned
),
bands (status, low, high) as (
    select 'DELIVERED', :bands.delivered.0 - :bands.returned.1 * (greatest(1, 1 / ratio) - 1) - cancelled - returned,
           :bands.delivered.1 - cancelled - returned
    from moved cross join scope
    union all select 'CANCELLED', :bands.cancelled.0 + cancelled, :bands.cancelled.1 + cancelled from moved
    union all
    select 'RETURNED', :bands.returned.0 * least(1, 1 / ratio) + returned,
           :bands.returned.1 * greatest(1, 1 / ratio) + returned
    from moved cross join scope
    union all select 'PLACED', 0, 0 from scope
    union all select 'PAID', 0, 0 from scope
    union all select 'SHIPPED', 0, 0 from scope
),
shares as (
    select status, 1e0 * n / nullif(orders, 0) as share, orders
    from (
        select b.status, count(s.order_id) as n, sum(count(s.order_id)) over () as orders
        from bands b left join settled s on s.status = b.status
        group by b.status
    ) counted
),
measured (label, value, low, high, error, rows) as (
    select b.status, s.share, b.low, b.high,
           case when b.high > 0 then sqrt(greatest(s.share * (1 - s.share), b.low * (1 - b.low)) / s.orders) end,
           s.orders
    from bands b join shares s on s.status = b.status
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S08: The value that came back, of what was delivered in settled orders; and the category with most of it against that
-- with least.
-- source: docs/ecommerce-story.md#returns
-- uses: leaf_baskets, settled, scope
-- least rows: 500
with returns as (
    select b.category_id, b.items, 1e0 * b.amount as amount, 1e0 * b.returned_amount as returned
    from leaf_baskets b join settled o on o.order_id = b.order_id
    where o.delivered_at is not null
),
leaves as (
    select category_id, sum(items) as items, sum(amount) as amount, sum(returned) as returned,
           sum(returned) / nullif(sum(amount), 0) as rate, sum(returned * returned) as squares,
           sum(returned * amount) as products, sum(amount * amount) as amounts
    from returns group by category_id
),
extremes as (
    select max(rate) as most, nullif(min(rate), 0) as least, count(*) as leaves, min(items) as items,
           max(sqrt(greatest(0, squares - 2 * rate * products + rate * rate * amounts)) / nullif(returned, 0)) as error
    from leaves
),
sums as (
    select sum(returned) / nullif(sum(amount), 0) as share, nullif(sum(amount), 0) as amount, sum(squares) as squares,
           sum(products) as products, sum(amounts) as amounts
    from leaves
),
whole as (select count(*) as orders from settled),
moved as (
    select 1e0 * :returns.tendencies.2 / :returns.tendencies.0 * :default.returns.tendencies.0
           / :default.returns.tendencies.2 as moved
),
measured (label, value, low, high, error, rows) as (
    select 'value that came back', share, :bands.returned_value.0 * :returns.value / :default.returns.value,
           :bands.returned_value.1 * :returns.value / :default.returns.value,
           sqrt(greatest(0, squares - 2 * share * products + share * share * amounts)) / amount, orders
    from sums cross join whole
    union all
    select 'most against least returned category',
           case when has_products and leaves >= :bands.least_leaves and items >= :bands.least_leaf_items
                then most / least end,
           :bands.returned_leaves.0 * least(1, moved), :bands.returned_leaves.1 * greatest(1, moved),
           sqrt(2e0) * error * most / least, orders
    from extremes cross join whole cross join scope cross join moved
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S09: Prices that end in 9, which is their commonest last digit.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: product, scope
-- least rows: 100
with digits as (
    select d.digit, count(p.product_id) as n, sum(count(p.product_id)) over () as products
    from generate_series(0, 9) d (digit)
    left join product p on (p.price * 100) % 10 = d.digit
    group by d.digit
),
facts as (
    select max(case when digit = 9 then 1e0 * n / nullif(products, 0) end) as nines,
           max(case when digit <> 9 then 1e0 * n / nullif(products, 0) end) as next_digit, max(products) as products
    from digits
),
measured (label, value, low, high, error, rows) as (
    select 'end in 9', nines, :bands.nines.0 + :catalogue.nines - :default.catalogue.nines,
           :bands.nines.1 + :catalogue.nines - :default.catalogue.nines, sqrt(nines * (1 - nines) / products), products
    from facts
    union all
    select 'end in 9, less the next digit', nines - next_digit, least(0, 2 * :catalogue.nines - 1), null, 0, products
    from facts
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S10: Official against Marketplace sellers: stars, units a product and day, share of sellers, which may be as small as
-- there are few brands.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: listed, seller, scope
-- least rows: 20
with sold as (
    select seller_type, 1e0 * sum(units) / nullif(sum(days), 0) as rate, 1e0 / nullif(sum(units), 0) as error
    from listed where days > 0 group by seller_type
),
facts as (
    select count(*) as sellers, avg(case when seller_type = 'Official' then 1e0 else 0 end) as share,
           avg(case when seller_type = 'Official' then 1e0 * rating end)
           - avg(case when seller_type = 'Marketplace' then 1e0 * rating end) as stars
    from seller
),
rates as (
    select o.rate / nullif(m.rate, 0) as ratio, sqrt(o.error + m.error) as error
    from sold o cross join sold m where o.seller_type = 'Official' and m.seller_type = 'Marketplace'
),
measured (label, value, low, high, error, rows) as (
    select 'stars above', case when all_brands >= :bands.least_brands then stars end,
           :bands.official_rating + :catalogue.official_rating.0 - :catalogue.marketplace_rating.0
           - :default.catalogue.official_rating.0 + :default.catalogue.marketplace_rating.0, null, 0, sellers
    from facts cross join scope
    union all
    select 'units a product and day', case when has_products then r.ratio end,
           :bands.official_units.0 * least(1, exp(1e0 * :demand.official_lead - :default.demand.official_lead)),
           :bands.official_units.1 * greatest(1, exp(1e0 * :demand.official_lead - :default.demand.official_lead)),
           r.ratio * r.error, sellers
    from rates r cross join facts cross join scope
    union all
    select 'share of sellers', share,
           least(:bands.official_share.0 + :catalogue.official_share - :default.catalogue.official_share,
                 floor(1e0 * all_brands / 2) / sellers),
           :bands.official_share.1 + :catalogue.official_share - :default.catalogue.official_share, 0, sellers
    from facts cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S11: Evenings with an empty shelf, of products on sale; products that were ever sold out; the worst of them.
-- source: docs/ecommerce-story.md#stock
-- uses: evenings, scope
-- least rows: 1000
with shelves as (
    select avg(case when units <= 0 then 1e0 else 0 end) as empty, count(*) as evenings
    from evenings where on_sale group by product_id
),
facts as (
    select sum(empty * evenings) / nullif(sum(evenings), 0) as share, sqrt(var_samp(empty) / count(*)) as error,
           avg(case when empty > 0 then 1e0 else 0 end) as ever, max(empty) as worst, count(*) as products
    from shelves
),
measured (label, value, low, high, error, rows) as (
    select 'evenings', case when has_products then share end, :bands.empty_evenings.0, :bands.empty_evenings.1, error,
           all_orders
    from facts cross join scope
    union all
    select 'products ever', case when has_products then ever end, :bands.ever_empty.0, :bands.ever_empty.1,
           sqrt(ever * (1 - ever) / products), all_orders
    from facts cross join scope
    union all
    select 'worst product', case when has_products then worst end, null, :bands.emptiest,
           sqrt(worst * (1 - worst) / :days), all_orders
    from facts cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S12: Products launched, and retired, in a year.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: listed, scope
-- least rows: 100
with facts as (
    select count(*) as products, 365e0 / :days as years,
           avg(case when created_day >= :start then 1e0 else 0 end) as launched,
           avg(case when sold_until < cast(:as_of as timestamp) and sold_until >= cast(:start as timestamp)
                    then 1e0 else 0 end) as retired
    from listed
),
measured (label, value, low, high, error, rows) as (
    select 'launched', launched * years, :bands.launched.0 + :catalogue.launched - :default.catalogue.launched,
           :bands.launched.1 + :catalogue.launched - :default.catalogue.launched,
           years * sqrt(launched * (1 - launched) / products), products
    from facts
    union all
    select 'retired', retired * years, :bands.retired.0 + :catalogue.retired - :default.catalogue.retired,
           :bands.retired.1 + :catalogue.retired - :default.catalogue.retired,
           years * sqrt(retired * (1 - retired) / products), products
    from facts
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S13: A launch's share of all units in the first 14 days on sale against days 42 to 97.
-- source: docs/ecommerce-story.md#popularity
-- uses: launches, scope
-- least rows: 1000
with both_times as (
    select units, expected, sum(units) over () / sum(expected) over () as ramp
    from launches where units is not null and expected > 0
),
facts as (
    select max(ramp) as ramp, sqrt(sum(pow(units - ramp * expected, 2))) / sum(expected) as error, count(*) as launches
    from both_times
),
moved as (
    select 1e0 * :demand.ramp_start / :default.demand.ramp_start
           * :default.demand.ramp_days / :demand.ramp_days as moved
),
measured (label, value, low, high, error, rows) as (
    select 'first against later', case when has_products and launches >= :bands.least_launches then ramp end,
           :bands.launch_ramp.0 * least(1, moved), :bands.launch_ramp.1 * greatest(1, moved), error, all_orders
    from facts cross join moved cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S14: Pairs of items of an order that are of one category, against independent picks.
-- source: docs/ecommerce-story.md#orders
-- uses: leaf_baskets, baskets, listed, scope
-- least rows: 1000
with pairs as (
    select sum(1e0 * items * (items - 1)) as pairs from leaf_baskets
),
baskets_of_orders as (
    select nullif(sum(1e0 * items * (items - 1)), 0) as pairs from baskets
),
leaves as (
    select sum(1e0 * items) as items, sum(1e0 * items * items) as squares from listed group by category_id
),
picks as (
    select nullif(sum(items * items) - sum(squares), 0) / nullif(pow(sum(items), 2) - sum(squares), 0) as share
    from leaves
),
measured (label, value, low, high, error, rows) as (
    select 'same category', case when has_shape and has_departments then p.pairs / o.pairs / k.share end,
           1 + (:bands.same_leaf.0 - 1) * least(1, 1 / ratio) * least(1, moved),
           1 + (:bands.same_leaf.1 - 1) * greatest(1, moved),
           sqrt(p.pairs / o.pairs * (1 - p.pairs / o.pairs) / o.pairs) / k.share, all_orders
    from pairs p cross join baskets_of_orders o cross join picks k cross join scope
    cross join (select (1e0 * :demand.lean - 1) / (:default.demand.lean - 1) as moved) m
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S15: Quantities: items of one unit, and units an item.
-- source: docs/ecommerce-story.md#orders
-- uses: daily, quantity_moves, scope
-- least rows: 1000
with facts as (
    select sum(items) as items, 1e0 * sum(single_items) / nullif(sum(items), 0) as single,
           1e0 * sum(units) / nullif(sum(items), 0) as mean
    from daily
),
measured (label, value, low, high, error, rows) as (
    select 'one unit', f.single, :bands.single_units.0 + m.single, :bands.single_units.1 + m.single,
           sqrt(f.single * (1 - f.single) / items), items
    from facts f cross join quantity_moves m
    union all
    select 'units an item', f.mean, :bands.mean_quantity.0 + m.mean, :bands.mean_quantity.1 + m.mean,
           sqrt(greatest(0, f.mean * (f.mean - 1)) / items), items
    from facts f cross join quantity_moves m
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S16: How long the steps take: payments within an hour, hours to ship, days on the way.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: settled, scope
-- least rows: 500
with steps as (
    select extract(epoch from (paid_at - order_date)) / 3600e0 as to_pay,
           extract(epoch from (shipped_at - paid_at)) / 3600e0 as to_ship,
           extract(epoch from (delivered_at - shipped_at)) / 86400e0 as on_the_way
    from settled
),
facts as (
    select count(to_pay) as paid, avg(case when to_pay <= 1 then 1e0 when to_pay is not null then 0 end) as quick,
           percentile_cont(0.5) within group (order by to_ship) as to_ship,
           stddev_samp(to_ship) / sqrt(1e0 * nullif(count(to_ship), 0)) as ship_error,
           percentile_cont(0.5) within group (order by on_the_way) as on_the_way,
           stddev_samp(on_the_way) / sqrt(1e0 * nullif(count(on_the_way), 0)) as way_error
    from steps
),
measured (label, value, low, high, error, rows) as (
    select 'paid within an hour', quick,
           :bands.quick_payment.0 - :life.slow_payers + :default.life.slow_payers,
           :bands.quick_payment.1 - :life.slow_payers + :default.life.slow_payers,
           sqrt(quick * (1 - quick) / paid), paid
    from facts
    union all
    select 'hours to ship', to_ship, :bands.shipping_hours.0,
           :bands.shipping_hours.1 * greatest(1, :default.life.next_day / :life.next_day), 1.25 * ship_error, paid
    from facts
    union all
    select 'days on the way', on_the_way, :bands.days_on_the_way.0 * :life.way.0 / :default.life.way.0,
           :bands.days_on_the_way.1 * :life.way.0 / :default.life.way.0, 1.25 * way_error, paid
    from facts
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S17: Promotions: all four types, percentages, and units sold on promotion - more where more is promoted, or in less
-- time.
-- source: docs/ecommerce-story.md#promotions
-- uses: promotion, daily, scope
-- least rows: 4
with facts as (
    select count(*) as promotions, count(distinct promotion_type) as types,
           avg(case when discount_type = 'percentage' then 1e0 else 0 end) as percentages
    from promotion
),
sold as (
    select 1e0 * sum(promoted_units) / nullif(sum(units), 0) as share, sum(units) as units from daily
),
moved as (
    select 365e0 / :days * all_covered / nullif(all_products, 0) / :bands.covered_share as factor from scope
),
measured (label, value, low, high, error, rows) as (
    select 'types', types, asked, asked, 0, promotions
    from facts
    cross join (select count(case when share > 0 then 1 end) as asked from (values :promotions.types) m (name, share)) t
    union all
    select 'percentages', percentages,
           :bands.percentages - :promotions.fixed_amounts + :default.promotions.fixed_amounts, null, 0, promotions
    from facts
    union all
    select 'units on promotion', case when has_products then share end, :bands.promoted_units.0 * least(1, factor),
           :bands.promoted_units.1 * greatest(1, factor), sqrt(share * (1 - share) / units), promotions
    from facts cross join sold cross join moved cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S18: Names with a comma, with a quotation mark, and with letters beyond ASCII.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: Names do hold such characters, and every load has to carry them.
-- uses: names, scope
-- least rows: 100
with kinds (label, letters) as (
    values ('with a comma', '^.*,.*$'), ('with a quotation mark', '^.*".*$'), ('beyond ASCII', '^.*[^ -~].*$')
)
select k.label, avg(case when not w.has_departments then null when n.name ~ k.letters then 1e0 else 0 end) as value,
       :bands.special_names.0 as low, :bands.special_names.1 as high, count(*) as rows
from kinds k cross join names n cross join scope w
group by k.label;

-- S19: Marketplace sellers with some products: those that list several brands; and the largest catalogue of all sellers
-- against the mean one.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: product, seller, scope
-- least rows: 20
with catalogues as (
    select s.seller_id, s.seller_type, count(p.product_id) as products, count(distinct p.brand_id) as brands
    from seller s left join product p on p.seller_id = s.seller_id
    group by s.seller_id, s.seller_type
),
facts as (
    select avg(case when seller_type = 'Marketplace' and products >= :bands.several_products
                    then case when brands > 1 then 1e0 else 0 end end) as several,
           max(products) / nullif(avg(1e0 * products), 0) as uneven, count(*) as sellers
    from catalogues
)
select 'with several brands' as label, case when all_brands >= :bands.least_brands then several end as value,
       :bands.several_brands as low, null as high, sellers as rows
from facts cross join scope
union all
select 'largest against the mean', case when all_products >= :bands.several_products * sellers then uneven end,
       :bands.uneven_catalogues, null, sellers
from facts cross join scope;

-- S20: Settled orders that were delivered: those of which something came back, and the median days until then.
-- source: docs/ecommerce-story.md#returns
-- uses: settled, order, scope
-- least rows: 500
with facts as (
    select count(*) as orders, avg(case when o.returned_at is not null then 1e0 else 0 end) as share,
           percentile_cont(0.5) within group (order by extract(epoch from (o.returned_at - o.delivered_at)) / 86400e0)
               as days,
           1.25 * stddev_samp(extract(epoch from (o.returned_at - o.delivered_at)) / 86400e0)
           / sqrt(1e0 * nullif(count(o.returned_at), 0)) as error
    from settled s join "order" o on o.order_id = s.order_id
    where s.delivered_at is not null
),
measured (label, value, low, high, error, rows) as (
    select 'something sent back', case when has_shape then share end, :bands.sent_back.0 * moved,
           :bands.sent_back.1 * moved, sqrt(share * (1 - share) / orders), orders
    from facts cross join scope
    cross join (select 1e0 * :returns.customers / :default.returns.customers as moved) m
    union all
    select 'median days until then', days, :bands.return_median.0 * moved, :bands.return_median.1 * moved, error, orders
    from facts
    cross join (select 1e0 * :returns.days.0 * :returns.days.1 / :default.returns.days.0 / :default.returns.days.1
                    as moved) m
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S21: Units an item of cheap goods against those of dear ones.
-- source: docs/ecommerce-story.md#orders
-- why: Cheap things are bought in multiples.
-- uses: listings, daily, scope
-- least rows: 1000
with classes as (
    select case when l.usual_price < :orders.price_classes.0 then 'cheap'
                when l.usual_price >= :orders.price_classes.1 then 'dear' end as class,
           1e0 * sum(d.units) / nullif(sum(d.items), 0) as units, 1e0 * sum(d.items) as items
    from listings l join daily d on d.product_id = l.product_id
    group by 1
),
measured (label, value, low, high, error, rows) as (
    select 'cheap against dear', c.units / nullif(d.units, 0), :bands.cheap_multiples.0 * moved,
           :bands.cheap_multiples.1 * moved, c.units / nullif(d.units, 0) * sqrt(1 / c.items + 1 / d.items),
           c.items + d.items
    from classes c cross join classes d
    cross join (select 1e0 * :orders.quantities.0 / :orders.quantities.2 * :default.orders.quantities.2
                       / :default.orders.quantities.0 as moved) m
    where c.class = 'cheap' and d.class = 'dear'
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;

-- S22: Rank correlation of the stars of products on sale all the time and the units sold of them.
-- source: docs/ecommerce-story.md#popularity
-- why: What is rated well sells better.
-- uses: listed, product, scope
-- least rows: 1000
with ranked as (
    select rank() over (order by p.rating) + (count(*) over (partition by p.rating) - 1) / 2e0 as stars,
           rank() over (order by l.units) + (count(*) over (partition by l.units) - 1) / 2e0 as units
    from listed l join product p on p.product_id = l.product_id
    where l.created_day < :start and l.days = :days
),
facts as (select corr(stars, units) as correlation, count(*) as products from ranked),
measured (label, value, low, high, error, rows) as (
    select 'stars and units', case when has_products then correlation end,
           :bands.star_correlation * least(1, 1e0 * :demand.rating_lead / :default.demand.rating_lead),
           cast(null as double precision), 1 / sqrt(greatest(1e0, products - 1)), all_orders
    from facts cross join scope
)
select label, value, low - errors * coalesce(error, 0) as low, high + errors * coalesce(error, 0) as high, rows
from measured cross join scope;
