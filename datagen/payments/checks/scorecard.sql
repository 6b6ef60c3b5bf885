-- How the history looks as a whole: figures and the bands in which they should lie. Bands follow the rules the data was
-- made from: where a figure grows with a rule, its band is moved by what that rule is against its default.

-- S01: Sizes of the first merchants.
-- source: docs/payments-story.md#merchants
-- uses: merchants
-- least rows: 200
-- mix: size_category as :business.merchant_size_distribution within :bands.size_share_slack
from merchants where version = 1 and creation_date = :start;

-- S02: Payments of a day by stored cards - those that pay on other days, too -, least and most of any day that has enough
-- of them.
-- source: docs/payments-story.md#cards
-- why: A share of customers pays with a card kept on file.
-- uses: transactions, again, repeated
-- least rows: 1
-- least days: 40
with comebacks as (
    select a.day, count(*) as payments
    from again a join repeated r on r.card_profile_id = a.card_profile_id
    where r.last_day > r.first_day group by a.day
),
days as (
    select d.day, d.payments, coalesce(c.payments, 0) * 1.0 / d.payments as share
    from (select cast(payment_timestamp as date) as day, count(*) as payments
          from transactions group by cast(payment_timestamp as date)) d
    left join comebacks c on c.day = d.day
    where d.payments >= :bands.reuse_least
),
band as (
    select greatest(0, :bands.reuse_share.0 + :cards.reuse.0 - :default.cards.reuse.0) as low,
           least(1, :bands.reuse_share.1 + :cards.reuse.1 - :default.cards.reuse.1
                    + :cards.stored_share - :default.cards.stored_share) as high
)
select 'least' as label, min(d.share) as value, max(b.low) as low, max(b.high) as high, sum(d.payments) as rows
from days d cross join band b
union all
select 'most', max(d.share), max(b.low), max(b.high), sum(d.payments) from days d cross join band b;

-- S03: New cards that are stored, in the last days; few of these cards have been forgotten again.
-- source: docs/payments-story.md#cards
-- why: Few cards are kept on file.
-- uses: transactions, again, repeated, profiles, state
-- least rows: 50000
with days as (
    select greatest(last_generated_date + 1 - cast(:bands.stored_days as integer), :start) as begins from state
)
select 'stored' as label, p.stored * 1.0 / nullif(t.payments - r.again, 0) as value,
       :cards.stored_share - :bands.stored_slack as low, :cards.stored_share + :bands.stored_slack as high,
       t.payments - r.again as rows
from (select count(*) as stored from profiles cross join days where stored_date >= begins) p,
     (select count(*) as payments from transactions cross join days
      where cast(payment_timestamp as date) >= begins) t,
     (select count(*) as again
      from again a join repeated r on r.card_profile_id = a.card_profile_id cross join days d
      where a.day >= d.begins and a.payment_id > r.first_payment) r;

-- S04: Payments that are approved, each month.
-- source: docs/payments-story.md#approval
-- why: Declines are rarer where card and holder are present.
-- uses: transactions
-- least rows: 20000
with monthly as (
    select date_trunc('month', payment_timestamp) as month, payment_type = 'card_present' as present,
           count(*) as payments, count(*) filter (where payment_status = 'approved') as approved
    from transactions group by date_trunc('month', payment_timestamp), payment_type = 'card_present'
),
declined as (
    select :cards.strained_share * :cards.strained_declined
           - :default.cards.strained_share * :default.cards.strained_declined
           + :cards.blocked_share - :default.cards.blocked_share
           + :cards.retry_share * (2 - :cards.retry_approved)
           - :default.cards.retry_share * (2 - :default.cards.retry_approved) as strained,
           (1 - :cards.strained_share) * :cards.declined_present
           - (1 - :default.cards.strained_share) * :default.cards.declined_present as present,
           (1 - :cards.strained_share) * :cards.declined_remote
           - (1 - :default.cards.strained_share) * :default.cards.declined_remote as remote
)
select case when m.present then 'present ' else 'remote ' end || substr(cast(m.month as varchar), 1, 7) as label,
       m.approved * 1.0 / m.payments as value,
       case when m.present then :bands.approved_present.0 - d.strained - d.present
            else :bands.approved_remote.0 - d.strained - d.remote end as low,
       least(1, case when m.present then :bands.approved_present.1 - d.strained - d.present
                     else :bands.approved_remote.1 - d.strained - d.remote end) as high,
       m.payments as rows
from monthly m cross join declined d;

-- S05: Declines are clustered by card: their variance over cards with several payments, against chance. The band is
-- scaled by the variance between strained cards and others.
-- source: docs/payments-story.md#approval
-- why: Declines follow the card - its limit, its block - and not a coin.
-- uses: repeated, channel_means
-- least rows: 600
with cards as (select payments, declined from repeated where payments >= :bands.clustering_least),
whole as (select sum(declined) * 1.0 / sum(payments) as p from cards),
shares (strained, often, seldom, usual_strained, usual_often, usual_seldom) as (
    select 1e0 * :cards.strained_share, 1e0 * :cards.strained_declined,
           1e0 * card_present * :cards.declined_present + (1 - card_present) * :cards.declined_remote,
           1e0 * :default.cards.strained_share, 1e0 * :default.cards.strained_declined,
           1e0 * usual_present * :default.cards.declined_present
           + (1 - usual_present) * :default.cards.declined_remote
    from channel_means
),
means as (
    select *, strained * often + (1 - strained) * seldom as declined,
           usual_strained * usual_often + (1 - usual_strained) * usual_seldom as usual_declined
    from shares
),
band as (
    select :bands.decline_clustering
           * strained * (1 - strained) * pow(often - seldom, 2) / nullif(declined * (1 - declined), 0)
           / (usual_strained * (1 - usual_strained) * pow(usual_often - usual_seldom, 2)
              / (usual_declined * (1 - usual_declined))) as low
    from means
)
select 'variance' as label,
       avg(pow(c.declined - c.payments * w.p, 2) / nullif(c.payments * w.p * (1 - w.p), 0)) as value,
       max(b.low) as low, cast(null as double precision) as high, count(*) as rows
from cards c, whole w, band b;

-- S06: Payments with the card present, each month; the other types among the rest, over the whole history.
-- source: docs/payments-story.md#payment-types
-- why: Most payments are made in shops.
-- uses: transactions, channel_means
-- least rows: 20000
select substr(cast(month as varchar), 1, 7) as label, present * 1.0 / payments as value,
       :bands.present_share.0 + c.card_present - c.usual_present as low,
       :bands.present_share.1 + c.card_present - c.usual_present as high, payments as rows
from (select date_trunc('month', payment_timestamp) as month, count(*) as payments,
             count(*) filter (where payment_type = 'card_present') as present
      from transactions group by date_trunc('month', payment_timestamp)) m
cross join channel_means c
union all
select s.payment_type, coalesce(t.payments, 0) * 1.0 / nullif(w.payments, 0), s.share - :bands.type_slack,
       s.share + :bands.type_slack, w.payments
from (select 'online' as payment_type, online / (1 - card_present) as share from channel_means
      union all select 'mobile', mobile / (1 - card_present) from channel_means
      union all select 'phone', phone / (1 - card_present) from channel_means) s
cross join (select count(*) as payments from transactions where payment_type <> 'card_present') w
left join (select payment_type, count(*) as payments from transactions group by payment_type) t
  on t.payment_type = s.payment_type;

-- S07: Brands in the shares of the rules; by default Visa before Mastercard before Amex before Discover.
-- source: docs/payments-story.md#cards
-- uses: transactions
-- least rows: 20000
-- mix: card_brand as :cards.brands within :bands.brand_slack
from transactions;

-- S08: A day of the weekend against a weekday: all merchants, those that sell food, the others.
-- source: docs/payments-story.md#days
-- why: Offices and services rest at weekends, restaurants do not.
-- uses: daily, weekday_rules
-- least rows: 5000
with days as (
    select day, industry = 'food' as food, sum(payments / factor) as payments, count(*) as n
    from daily group by day, industry = 'food'
),
named as (
    select 'all' as label, day, sum(payments) as payments, sum(n) as n from days group by day
    union all select case when food then 'food' else 'others' end, day, payments, n from days
),
weekends as (
    select day_of_week > 5 as weekend, avg(whole) as whole, avg(food) as food, avg(others) as others,
           avg(usual_whole) as usual_whole, avg(usual_food) as usual_food, avg(usual_others) as usual_others
    from weekday_rules group by day_of_week > 5
),
moved as (
    select e.whole / w.whole / (e.usual_whole / w.usual_whole) as whole,
           e.food / w.food / (e.usual_food / w.usual_food) as food,
           e.others / w.others / (e.usual_others / w.usual_others) as others
    from weekends e join weekends w on e.weekend and not w.weekend
),
bands (label, low, high) as (
    select 'all', :bands.weekend_ratio.0 * whole, :bands.weekend_ratio.1 * whole from moved
    union all select 'others', :bands.weekend_ratio.0 * others, :bands.weekend_ratio.1 * others from moved
    union all select 'food', :bands.food_weekend_ratio.0 * food, :bands.food_weekend_ratio.1 * food from moved
)
select b.label, avg(n.payments) filter (where extract(isodow from n.day) > 5)
                / avg(n.payments) filter (where extract(isodow from n.day) < 6) as value,
       max(b.low) as low, max(b.high) as high, coalesce(sum(n.n), 0) as rows
from bands b left join named n on n.label = b.label
group by b.label;

-- S09: A day of the season against an ordinary one, a merchant on average.
-- source: docs/payments-story.md#days
-- why: Holiday shopping and summer lift everybody's sales.
-- uses: daily
-- least rows: 200
-- least days: 350
with seasons as (
    select merchant_id,
           avg(payments) filter (where factor = 1.0) as ordinary, count(*) filter (where factor = 1.0) as days,
           avg(payments) filter (where factor = :activity.holiday_factor) as holiday,
           count(*) filter (where factor = :activity.holiday_factor) as holidays,
           avg(payments) filter (where factor = :activity.summer_factor) as summer,
           count(*) filter (where factor = :activity.summer_factor) as summers
    from daily group by merchant_id
)
select 'holiday' as label, avg(holiday / ordinary) as value, :activity.holiday_factor - :bands.season_slack as low,
       :activity.holiday_factor + :bands.season_slack as high, count(*) as rows
from seasons where days >= :bands.season_days.0 and holidays >= :bands.season_days.1
union all
select 'summer', avg(summer / ordinary), :activity.summer_factor - :bands.season_slack,
       :activity.summer_factor + :bands.season_slack, count(*)
from seasons where days >= :bands.season_days.0 and summers >= :bands.season_days.1;

-- S10: Hours of payment, against an even day: lunch, early evening, and the quiet ones.
-- source: docs/payments-story.md#days
-- why: People pay at lunch and on the way home.
-- uses: transactions, hourly_rules
-- least rows: 20000
with counts as (
    select extract(hour from payment_timestamp) as hour_of_day, count(*) as payments
    from transactions group by extract(hour from payment_timestamp)
),
open_hours as (
    select r.hour_of_day, coalesce(c.payments, 0) as payments, r.usual_food, r.usual_others,
           case when r.hour_of_day >= :activity.opening_hours.0 and r.hour_of_day < :activity.opening_hours.1
                then r.food else 0 end as food,
           case when r.hour_of_day >= :activity.opening_hours.0 and r.hour_of_day < :activity.opening_hours.1
                then r.others else 0 end as others
    from hourly_rules r left join counts c on c.hour_of_day = r.hour_of_day
),
shares as (
    select hour_of_day, payments * 1.0 / nullif(sum(payments) over (), 0) as share,
           :business.industries.food * food / sum(food) over ()
           + (1 - :business.industries.food) * others / sum(others) over () as expected,
           :default.business.industries.food * usual_food / sum(usual_food) over ()
           + (1 - :default.business.industries.food) * usual_others / sum(usual_others) over () as usual
    from open_hours
),
named as (
    select case when hour_of_day between :bands.lunch_hours.0 and :bands.lunch_hours.1 then 'lunch'
                when hour_of_day between :bands.evening_hours.0 and :bands.evening_hours.1 then 'evening'
                when hour_of_day < :bands.quiet_hours.0 or hour_of_day >= :bands.quiet_hours.1 then 'quiet'
           end as label, *
    from shares
)
select n.label, avg(n.share) * (:activity.opening_hours.1 - :activity.opening_hours.0) as value,
       case when n.label <> 'quiet' then :bands.peak_ratio * max(o.moved) * avg(n.expected) / avg(n.usual) end as low,
       case when n.label = 'quiet' then :bands.quiet_ratio * max(o.moved) * avg(n.expected) / avg(n.usual) end as high,
       max(w.payments) as rows
from named n
cross join (select count(*) as payments from transactions) w
cross join (select (:activity.opening_hours.1 - :activity.opening_hours.0) * 1.0
                   / (:default.activity.opening_hours.1 - :default.activity.opening_hours.0) as moved) o
where n.label is not null
group by n.label;

-- S11: Volume per merchant is skewed inside a class: the mean of a day's volume against the median merchant's. The band
-- is scaled down where usual days are spread less, or pressed against the end of the range.
-- source: docs/payments-story.md#days
-- why: A few merchants sell much more than the rest of their class.
-- uses: daily
-- least rows: 100
with merchants_daily as (
    select merchant_id, size_category, sum(volume) / count(*) as volume
    from daily group by merchant_id, size_category having count(*) >= :bands.volume_days
)
select s.size_category as label, avg(m.volume) / percentile_cont(0.5) within group (order by m.volume) as value,
       :bands.volume_skew * least(1, :activity.level_sigma / :default.activity.level_sigma)
                          * least(1, :default.activity.level_median / :activity.level_median) as low,
       cast(null as double precision) as high, count(m.volume) as rows
from (values ('small'), ('medium'), ('large')) s (size_category)
left join merchants_daily m on m.size_category = s.size_category
group by s.size_category;

-- S12: Payments of the median merchant of a class on an ordinary day, against those that the rules say: the place of a
-- usual day within the class's range, with the weights of the days of the week. That place has a log-normal distribution
-- up to 1, whose median is found by the logistic curve that comes near the normal one.
-- source: docs/payments-story.md#days
-- why: A median merchant far from the rules would mean that the range or the calendar is not applied.
-- uses: daily, sizes, weekday_rules
-- least rows: 100
with merchants_daily as (
    select merchant_id, size_category, avg(payments) as payments
    from daily where factor = 1.0 group by merchant_id, size_category having count(*) >= :bands.volume_days
),
inside as (
    select 1 / (1 + exp(1.702 * ln(:activity.level_median) / greatest(:activity.level_sigma, 0.01))) as share
),
usual as (
    select greatest(:activity.level_least,
                    least(1, :activity.level_median
                             * exp(greatest(:activity.level_sigma, 0.01) * ln(share / (2 - share)) / 1.702))) as place
    from inside
),
week as (select avg(whole) as whole from weekday_rules)
select s.size_category as label,
       percentile_cont(0.5) within group (order by m.payments)
       / max((s.least_count + (s.most_count - s.least_count) * u.place) * w.whole) as value,
       :bands.usual_day.0 as low, :bands.usual_day.1 as high, count(m.payments) as rows
from sizes s cross join usual u cross join week w
left join merchants_daily m on m.size_category = s.size_category
group by s.size_category;

-- S13: No amount is common: the part of a merchant's payments that are of its commonest amount, on average in each class.
-- The band is scaled by how much closer together the amounts of the class lie than by default, where they lie closest,
-- and by their endings; there is none if all amounts of a merchant are alike.
-- source: docs/payments-story.md#amounts
-- why: Prices differ; an amount that comes back again and again is a trace of a constant.
-- uses: transactions, merchants, sizes
-- least rows: 25
with amounts as (
    select merchant_id, payment_amount, count(*) as payments from transactions group by merchant_id, payment_amount
),
commonest as (
    select merchant_id, max(payments) * 1.0 / sum(payments) as share
    from amounts group by merchant_id having sum(payments) >= :bands.commonest_least
),
spans (size_category, usual) as (
    values ('small', :default.sizes.small_amount.1 - :default.sizes.small_amount.0),
           ('medium', :default.sizes.medium_amount.1 - :default.sizes.medium_amount.0),
           ('large', :default.sizes.large_amount.1 - :default.sizes.large_amount.0)
),
moved as (
    select 1e0 * :default.payments.amount_median / :payments.amount_median
           * :default.payments.amount_sigma / nullif(:payments.amount_sigma, 0)
           * exp((pow(:payments.amount_sigma, 2) - pow(:default.payments.amount_sigma, 2)) / 2)
           * (:default.payments.ticket.0 + :default.payments.ticket.1) / nullif(:payments.ticket.0 + :payments.ticket.1, 0)
           * greatest(:payments.endings.00, :payments.endings.49, :payments.endings.95, :payments.endings.99,
                      :payments.endings.any / 100)
           / greatest(:default.payments.endings.00, :default.payments.endings.49, :default.payments.endings.95,
                      :default.payments.endings.99) as factor
)
select s.size_category as label, avg(c.share) as value, cast(null as double precision) as low,
       max(case when m.factor > 0
                then :bands.commonest_amount * greatest(1, p.usual * m.factor / (s.most_amount - s.least_amount)) end)
           as high,
       count(c.share) as rows
from sizes s join spans p on p.size_category = s.size_category cross join moved m
left join merchants f on f.size_category = s.size_category and f.version = 1
left join commonest c on c.merchant_id = f.merchant_id
group by s.size_category;

-- S14: Amounts end in certain cents as often as the rules say, against that share; 01 stands for all others. There is no
-- band if all amounts of a merchant are alike.
-- source: docs/payments-story.md#amounts
-- why: Shop prices end in 99, 95, 49 and 00 more often than in other cents.
-- uses: transactions
-- least rows: 50000
with cents as (
    select (payment_amount * 100) % 100 as ending, count(*) as payments
    from transactions group by (payment_amount * 100) % 100
),
endings (label, ending, share) as (
    values ('.00', 0, :payments.endings.00), ('.01', 1, 0), ('.49', 49, :payments.endings.49),
           ('.95', 95, :payments.endings.95), ('.99', 99, :payments.endings.99)
)
select e.label, coalesce(c.payments, 0) * 1.0 / nullif(w.payments, 0) / nullif(e.share + :payments.endings.any / 100, 0)
           as value,
       case when :payments.amount_sigma > 0 then 1 - :bands.ending_slack end as low,
       case when :payments.amount_sigma > 0 then 1 + :bands.ending_slack end as high, w.payments as rows
from endings e
cross join (select count(*) as payments from transactions) w
left join cents c on c.ending = e.ending;

-- S15: Amounts know the industry: the place of the mean amount of a merchant within its class's range, on average in
-- each industry, against that of the rules. It has a log-normal distribution up to 1 times the merchant's factor, whose
-- mean is found by the logistic curve that comes near the normal one.
-- source: docs/payments-story.md#amounts
-- why: A meal costs less than a repair.
-- uses: daily, sizes, ticket_rules
-- least rows: 25
with merchants_daily as (
    select d.merchant_id, d.industry,
           avg((d.volume / d.payments - s.least_amount) / (s.most_amount - s.least_amount)) as place
    from daily d join sizes s on s.size_category = d.size_category
    group by d.merchant_id, d.industry having count(*) >= :bands.volume_days
),
industries (industry, middle) as (
    values ('retail', 1e0 * :payments.industry_amounts.0), ('food', 1e0 * :payments.industry_amounts.1),
           ('services', 1e0 * :payments.industry_amounts.2), ('healthcare', 1e0 * :payments.industry_amounts.3),
           ('automotive', 1e0 * :payments.industry_amounts.4), ('entertainment', 1e0 * :payments.industry_amounts.5),
           ('travel', 1e0 * :payments.industry_amounts.6)
),
usual as (
    select i.industry, t.share, :payments.amount_median * i.middle * t.factor as middle,
           greatest(1e0 * :payments.amount_sigma, 0.05) as sigma
    from industries i cross join ticket_rules t
),
expected as (
    select industry,
           sum(share * (:payments.ticket.0 + :payments.ticket.1) / 2.0 * middle * exp(sigma * sigma / 2)
               * (1 + exp(1.702 * ln(middle) / sigma)) / (1 + exp(1.702 * (ln(middle) / sigma + sigma)))) as place
    from usual group by industry
)
select e.industry as label, avg(m.place) / max(e.place) as value, :bands.usual_amount.0 as low,
       :bands.usual_amount.1 as high, count(m.place) as rows
from expected e left join merchants_daily m on m.industry = e.industry
group by e.industry;
