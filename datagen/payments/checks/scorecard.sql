-- How the history looks as a whole: figures and the bands in which they should lie.

-- S01: Sizes of the first merchants.
-- source: payments.md S rules
-- uses: merchants
-- least rows: 200
select m.size_category as label, count(*) * 1.0 / max(m.merchants) as value,
       max(s.share) - :bands.size_share_slack as low, max(s.share) + :bands.size_share_slack as high,
       max(m.merchants) as rows
from (select size_category, count(*) over () as merchants from merchants
      where version = 1 and creation_date = :start) m
join (values ('small', :business.merchant_size_distribution.small),
             ('medium', :business.merchant_size_distribution.medium),
             ('large', :business.merchant_size_distribution.large)) s (size_category, share)
  on s.size_category = m.size_category
group by m.size_category;

-- S02: Payments of a day by stored cards, least and most of any day after the first.
-- source: payments.md S rules
-- uses: transactions, again, repeated
-- least rows: 2000
with comebacks as (
    select a.day, count(*) as payments
    from again a join repeated r on r.card_profile_id = a.card_profile_id
    where a.payment_id > r.first_payment group by a.day
),
days as (
    select d.day, d.payments, coalesce(c.payments, 0) * 1.0 / d.payments as share
    from (select cast(payment_timestamp as date) as day, count(*) as payments
          from transactions group by cast(payment_timestamp as date)) d
    left join comebacks c on c.day = d.day
)
select 'least' as label, min(share) as value, :bands.reuse_share.0 as low, :bands.reuse_share.1 as high,
       min(payments) as rows
from days where day > :start
union all
select 'most', max(share), :bands.reuse_share.0, :bands.reuse_share.1, min(payments) from days where day > :start;

-- S03: New cards that are stored.
-- source: payments.md S rules
-- uses: transactions, repeated, profiles
-- least rows: 50000
select 'stored' as label, p.stored * 1.0 / nullif(t.payments - r.again, 0) as value,
       :cards.stored_share - :bands.stored_slack as low, :cards.stored_share + :bands.stored_slack as high,
       t.payments as rows
from (select count(*) as stored from profiles) p, (select count(*) as payments from transactions) t,
     (select coalesce(sum(payments - 1), 0) as again from repeated) r;

-- S04: Payments that are approved, each month.
-- source: payments.md S rules
-- uses: transactions
-- least rows: 20000
with monthly as (
    select date_trunc('month', payment_timestamp) as month, payment_type = 'card_present' as present,
           count(*) as payments, count(*) filter (where payment_status = 'approved') as approved
    from transactions group by date_trunc('month', payment_timestamp), payment_type = 'card_present'
)
select case when present then 'present ' else 'remote ' end || substr(cast(month as varchar), 1, 7) as label,
       approved * 1.0 / payments as value,
       case when present then :bands.approved_present.0 else :bands.approved_remote.0 end as low,
       case when present then :bands.approved_present.1 else :bands.approved_remote.1 end as high,
       payments as rows
from monthly;

-- S05: Declines are clustered by card: their variance over cards with five payments or more, against chance.
-- source: payments.md S rules
-- uses: repeated
-- least rows: 300
with cards as (select payments, declined from repeated where payments >= 5),
     whole as (select sum(declined) * 1.0 / sum(payments) as p from cards)
select 'variance' as label, avg(pow(c.declined - c.payments * w.p, 2) / nullif(c.payments * w.p * (1 - w.p), 0)) as value,
       :bands.decline_clustering as low, cast(null as double precision) as high, count(*) as rows
from cards c, whole w;

-- S06: Payments with the card present, each month.
-- source: payments.md S rules
-- uses: transactions
-- least rows: 20000
select substr(cast(month as varchar), 1, 7) as label, present * 1.0 / payments as value,
       :bands.present_share.0 as low, :bands.present_share.1 as high, payments as rows
from (select date_trunc('month', payment_timestamp) as month, count(*) as payments,
             count(*) filter (where payment_type = 'card_present') as present
      from transactions group by date_trunc('month', payment_timestamp)) m;

-- S07: Brands: Visa before Mastercard before Amex before Discover.
-- source: payments.md S rules
-- uses: transactions
-- least rows: 20000
with brands as (select card_brand, count(*) as payments from transactions group by card_brand),
     ranks (brand, following) as (values ('Visa', 'Mastercard'), ('Mastercard', 'Amex'), ('Amex', 'Discover'))
select r.brand || ' to ' || r.following as label,
       coalesce(a.payments, 0) * 1.0 / greatest(coalesce(b.payments, 0), 1) as value, 1.0 as low,
       cast(null as double precision) as high, coalesce(a.payments, 0) + coalesce(b.payments, 0) as rows
from ranks r
left join brands a on a.card_brand = r.brand
left join brands b on b.card_brand = r.following;

-- S08: A day of the weekend against a weekday: all merchants, those that sell food, the others.
-- source: payments.md S rules
-- uses: daily
-- least rows: 5000
-- least months: 1
with days as (
    select day, industry = 'food' as food, sum(payments / factor) as payments, count(*) as n
    from daily group by day, industry = 'food'
),
named as (
    select 'all' as label, day, sum(payments) as payments, sum(n) as n from days group by day
    union all select case when food then 'food' else 'others' end, day, payments, n from days
)
select label, avg(payments) filter (where extract(isodow from day) > 5) / avg(payments) filter (where extract(isodow from day) < 6) as value,
       case when label <> 'food' then :bands.weekend_ratio.0 end as low,
       case when label <> 'food' then :bands.weekend_ratio.1 end as high, sum(n) as rows
from named group by label;

-- S09: A day of the season against an ordinary one, a merchant on average.
-- source: payments.md S rules
-- uses: daily
-- least rows: 200
-- least months: 12
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
from seasons where days >= 60 and holidays >= 20
union all
select 'summer', avg(summer / ordinary), :activity.summer_factor - :bands.season_slack,
       :activity.summer_factor + :bands.season_slack, count(*)
from seasons where days >= 60 and summers >= 20;

-- S10: Hours of payment, against an even day: lunch, early evening, and the quiet ones.
-- source: payments.md S rules
-- uses: transactions
-- least rows: 20000
with hours as (
    select extract(hour from payment_timestamp) as h, count(*) as payments
    from transactions group by extract(hour from payment_timestamp)
),
whole as (
    select sum(payments) as payments,
           sum(payments) * 1.0 / (:activity.opening_hours.1 - :activity.opening_hours.0) as even,
           coalesce(sum(payments) filter (where h in (12, 13)), 0) / 2.0 as lunch,
           coalesce(sum(payments) filter (where h in (17, 18)), 0) / 2.0 as evening,
           coalesce(sum(payments) filter (where h in (8, 9, 21)), 0) / 3.0 as quiet
    from hours
)
select 'lunch (12-13)' as label, lunch / even as value, :bands.peak_ratio as low, cast(null as double precision) as high,
       payments as rows
from whole
union all
select 'evening (17-18)', evening / even, :bands.peak_ratio, cast(null as double precision), payments from whole
union all
select 'quiet (8-9, 21)', quiet / even, cast(null as double precision), :bands.quiet_ratio, payments from whole;

-- S11: Volume per merchant is skewed inside a class: the mean of a day's volume against the median merchant's.
-- source: payments.md S rules
-- uses: daily
-- least rows: 100
-- least months: 1
with merchants_daily as (
    select merchant_id, size_category, sum(volume) / count(*) as volume
    from daily group by merchant_id, size_category having count(*) >= 10
)
select size_category as label, avg(volume) / percentile_cont(0.5) within group (order by volume) as value, :bands.volume_skew as low,
       cast(null as double precision) as high, count(*) as rows
from merchants_daily group by size_category;

-- S12: Payments a year, in millions, from so many merchants at the start.
-- source: payments.md, speed and size
-- uses: transactions
-- least rows: 1
select 'millions a year' as label, count(*) * 12 / 1e6 / :months as value, cast(null as double precision) as low,
       cast(null as double precision) as high, count(*) as rows
from transactions;
