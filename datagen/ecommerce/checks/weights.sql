-- What the rules say of figures, against what they say by default: bands move along.

-- relation hours_of_days: The share of each hour of a weekday and of a weekend day, in the rules and by default.
-- uses: nothing
select r.place as hour_of_day,
       1e0 * r.weight / sum(r.weight) over () as weekday, 1e0 * w.weight / sum(w.weight) over () as weekend,
       1e0 * d.weight / sum(d.weight) over () as usual_weekday, 1e0 * e.weight / sum(e.weight) over () as usual_weekend
from (values :orders.hours) r (place, weight)
join (values :orders.weekend_hours) w (place, weight) on w.place = r.place
join (values :default.orders.hours) d (place, weight) on d.place = r.place
join (values :default.orders.weekend_hours) e (place, weight) on e.place = r.place;

-- relation hourly_rules: What each hour of the day is, and its weight in the rules and by default, against the mean
-- hour.
-- uses: hours_of_days, weekday_rules
select hour_of_day,
       case when hour_of_day between :bands.evening_hours.0 and :bands.evening_hours.1 then 'evening'
            when hour_of_day between :bands.quiet_hours.0 and :bands.quiet_hours.1 then 'quiet'
            else 'other' end as kind,
       24e0 * (weekday * (1 - part) + weekend * part) as weight,
       24e0 * (usual_weekday * (1 - usual_part) + usual_weekend * usual_part) as usual
from hours_of_days
cross join (select sum(case when weekday >= 6 then weight end) / sum(weight) as part,
                   sum(case when weekday >= 6 then usual end) / sum(usual) as usual_part
            from weekday_rules) weekends;

-- relation hour_moves: Bands of hours: how far the rules move the evening and the quiet hours, the next busiest hour
-- against the evening, and how far the next quietest hour lies above the quiet ones.
-- uses: hourly_rules
select avg(case when kind = 'evening' then weight end) / avg(case when kind = 'evening' then usual end) as evening,
       avg(case when kind = 'quiet' then weight end) / avg(case when kind = 'quiet' then usual end) as quiet,
       max(case when kind <> 'evening' then weight end) / min(case when kind = 'evening' then weight end)
       / (max(case when kind <> 'evening' then usual end) / min(case when kind = 'evening' then usual end))
           as next_busiest,
       min(case when kind <> 'quiet' then weight end) - max(case when kind = 'quiet' then weight end)
       - min(case when kind <> 'quiet' then usual end) + max(case when kind = 'quiet' then usual end) as next_quietest
from hourly_rules;

-- relation weekday_rules: The weight of each day of the week, Monday is 1, in the rules and by default.
-- uses: nothing
select 1 + r.place as weekday, 1e0 * r.weight as weight, 1e0 * d.weight as usual
from (values :orders.weekdays) r (place, weight)
join (values :default.orders.weekdays) d (place, weight) on d.place = r.place;

-- relation month_rules: The weight of each month in the rules and by default.
-- uses: nothing
select 1 + r.place as month, 1e0 * r.weight as weight, 1e0 * d.weight as usual
from (values :orders.months) r (place, weight)
join (values :default.orders.months) d (place, weight) on d.place = r.place;

-- relation law: Popularity by rank as the rules have it, and by default.
-- uses: product
select ln(1e0 * rank) as log_rank, rank, count(*) over () as products,
       pow(1e0 * rank + :demand.head, -:demand.exponent) as weight,
       pow(1e0 * rank + :default.demand.head, -:default.demand.exponent) as usual
from generate_series(1, (select count(*) from product)) g (rank);

-- relation law_moves: Bands of popularity: how far the rules move the slope, and by what factor the share of the top
-- fifth and the weight of the first product.
-- uses: law
select regr_slope(ln(weight), log_rank) - regr_slope(ln(usual), log_rank) as slope,
       sum(case when 5 * rank <= products then weight end) / sum(weight)
       / (sum(case when 5 * rank <= products then usual end) / sum(usual)) as top,
       max(weight) / sum(weight) / (max(usual) / sum(usual)) as first
from law;

-- relation item_moves: Bands of items an order: the factor by which the rules move the variance, and the share of
-- orders with one, of a negative binomial number beyond the first.
-- uses: scope
select (1 + mean / :orders.item_dispersion) / (1 + mean / :default.orders.item_dispersion) as spread,
       pow(:orders.item_dispersion / (:orders.item_dispersion + mean), :orders.item_dispersion)
       / pow(:default.orders.item_dispersion / (:default.orders.item_dispersion + mean),
             :default.orders.item_dispersion) as single,
       1e0 * :orders.item_dispersion / :default.orders.item_dispersion as shape
from (select 1e0 * all_items / nullif(all_orders, 0) - 1 as mean from scope) counted;

-- relation quantity_moves: Bands of quantities: how far the rules move the mean and the share of items of one unit.
-- uses: nothing
select avg(1e0 * r.mean - d.mean) as mean, avg(1e0 / r.mean - 1e0 / d.mean) as single
from (values :orders.quantities) r (place, mean)
join (values :default.orders.quantities) d (place, mean) on d.place = r.place;
