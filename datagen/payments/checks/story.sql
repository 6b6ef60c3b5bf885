-- What an expert looks for: figures of how payments are made, and the bands in which they should lie.

-- S16: Half cents are met and cents have no parity: the part of the costs that are rounded at half a cent, and the part
-- of the amounts in whole dollars that are odd, by type of card, by channel and by rate.
-- source: docs/payments-story.md#fees
-- why: An amount that avoids some numbers is the trace of a calculation, and not a price.
-- uses: transactions, terms
-- least rows: 100000
with whole as (
    select t.card_type, t.payment_type = 'card_present' as present, cast(v.mdr_rate * 10000 as integer) % 2 = 1 as odd_rate,
           cast(floor(t.payment_amount) as integer) % 2 as odd
    from transactions t
    join terms v
      on v.merchant_id = t.merchant_id and cast(t.payment_timestamp as date) >= v.effective_date
     and (v.until_date is null or cast(t.payment_timestamp as date) < v.until_date)
    where t.payment_amount = floor(t.payment_amount)
),
named as (
    select card_type as label, odd from whole
    union all select case when present then 'present' else 'remote' end, odd from whole
    union all select case when odd_rate then 'odd rate' else 'even rate' end, odd from whole
)
select 'half cents' as label,
       count(*) filter (where cast(payment_amount * 100 as bigint) * cast(transactional_cost_rate * 10000 as bigint)
                              % 10000 = 5000) * 1.0 / nullif(count(*), 0) as value,
       :bands.half_cents as low, cast(null as double precision) as high, count(*) as rows
from transactions
union all
select l.label, avg(n.odd), :bands.parity.0, :bands.parity.1, max(w.payments)
from (values ('debit'), ('credit'), ('present'), ('remote'), ('odd rate'), ('even rate')) l (label)
left join named n on n.label = l.label
cross join (select count(*) as payments from transactions) w
group by l.label;

-- S17: Channels follow the trade: the part of a merchant's payments with the card present, on average in each industry,
-- against the rules; and its variance between the merchants of an industry against chance.
-- source: docs/payments-story.md#payment-types
-- why: A diner is paid at the table, a journey is booked from afar; and of two shops only one has a web shop.
-- uses: transactions, merchants, channel_rules
-- least rows: 20
with shares as (
    select m.industry, t.payments, t.present * 1.0 / t.payments as share
    from (select merchant_id, count(*) as payments, count(*) filter (where payment_type = 'card_present') as present
          from transactions group by merchant_id having count(*) >= :bands.channel_least) t
    join merchants m on m.merchant_id = t.merchant_id and m.version = 1
),
means as (select industry, avg(share) as share from shares group by industry)
select r.industry as label, avg(s.share) as value, max(r.card_present) - :bands.channel_slack as low,
       max(r.card_present) + :bands.channel_slack as high, count(s.share) as rows
from channel_rules r left join shares s on s.industry = r.industry
group by r.industry
union all
select 'spread', avg(pow(s.share - m.share, 2) * s.payments / (m.share * (1 - m.share))),
       :bands.channel_spread * pow(:payments.type_spread / :default.payments.type_spread, 2), null, count(*)
from shares s join means m on m.industry = s.industry and m.share > 0 and m.share < 1;

-- S18: Amounts follow the card: the mean by credit card against that by debit card, and by Amex against Visa and
-- Mastercard, of the median merchant; and the shares of the value by brand.
-- source: docs/payments-story.md#amounts
-- why: Who pays with debit spends what is in the account; who carries an Amex spends more.
-- uses: transactions, value_rules
-- least rows: 100
with tickets as (
    select avg(payment_amount) filter (where card_type = 'credit')
           / avg(payment_amount) filter (where card_type = 'debit') as credit,
           avg(payment_amount) filter (where card_brand = 'Amex')
           / avg(payment_amount) filter (where card_brand in ('Visa', 'Mastercard')) as amex
    from transactions group by merchant_id having count(*) >= :bands.ticket_least
),
bands (label, low, high) as (
    values ('Visa', :bands.visa_value.0, :bands.visa_value.1),
           ('Mastercard', :bands.mastercard_value.0, :bands.mastercard_value.1),
           ('Amex', :bands.amex_value.0, :bands.amex_value.1),
           ('Discover', :bands.discover_value.0, :bands.discover_value.1)
),
brands as (
    select b.label, b.low * v.moved as low, b.high * v.moved as high
    from bands b join value_rules v on v.card_brand = b.label
)
select 'credit' as label, percentile_cont(0.5) within group (order by credit) as value,
       :bands.credit_ticket * :payments.credit_amounts / :payments.debit_amounts
       / (:default.payments.credit_amounts / :default.payments.debit_amounts) as low,
       cast(null as double precision) as high, count(*) as rows
from tickets
union all
select 'Amex ticket', percentile_cont(0.5) within group (order by amex), :bands.amex_ticket, null, count(*) from tickets
union all
select b.label, coalesce(sum(t.payment_amount), 0) / nullif(max(w.amount), 0), max(b.low), max(b.high), max(w.payments)
from brands b
left join transactions t on t.card_brand = b.label
cross join (select sum(payment_amount) as amount, count(*) as payments from transactions) w
group by b.label;

-- S19: Hours are a curve: the largest step from the last ten minutes of an hour to the first ten of the next, and how
-- much the halves of an hour differ on average.
-- source: docs/payments-story.md#days
-- why: Customers come more and more towards noon, and not all at the stroke of the hour.
-- uses: transactions
-- least rows: 200000
with tens as (
    select cast(extract(hour from payment_timestamp) as integer) * 6
           + cast(floor(extract(minute from payment_timestamp) / 10) as integer) as ten, count(*) * 1.0 as payments
    from transactions group by 1
),
halves as (
    select cast(floor(ten / 6.0) as integer) as hour_of_day, sum(payments) filter (where ten % 6 < 3) as early,
           sum(payments) filter (where ten % 6 > 2) as late
    from tens group by 1
)
select 'step' as label, max(greatest(a.payments / b.payments, b.payments / a.payments)) as value,
       cast(null as double precision) as low, :bands.hour_step as high, cast(sum(b.payments) as bigint) * 6 as rows
from tens a join tens b on b.ten = a.ten + 1 and b.ten % 6 = 0
union all
select 'within', avg(abs(late - early) / (late + early)), :bands.hour_trend, null, cast(sum(early + late) as bigint)
from halves;

-- S20: Declined payments are tried again: the part that is, and the part of these that is approved.
-- source: docs/payments-story.md#approval
-- why: Who mistyped a code tries again at once.
-- uses: transactions, retries, channel_means
-- least rows: 2000
with shares as (
    select
           :cards.retry_share / (:cards.strained_share * :cards.strained_declined + :cards.blocked_share
             + (1 - :cards.strained_share - :cards.blocked_share)
               * (card_present * :cards.declined_present + (1 - card_present) * :cards.declined_remote)
             + :cards.retry_share * (2 - :cards.retry_approved)) as tried,
           :default.cards.retry_share / (:default.cards.strained_share * :default.cards.strained_declined + :default.cards.blocked_share
             + (1 - :default.cards.strained_share - :default.cards.blocked_share)
               * (usual_present * :default.cards.declined_present + (1 - usual_present) * :default.cards.declined_remote)
             + :default.cards.retry_share * (2 - :default.cards.retry_approved)) as usual
    from channel_means
)
select 'tried again' as label, (select count(distinct repeats) from retries) * 1.0 / nullif(d.payments, 0) as value,
       :bands.retried.0 * s.tried / s.usual as low, least(1, :bands.retried.1 * s.tried / s.usual) as high,
       d.payments as rows
from (select count(*) as payments from transactions where payment_status = 'declined') d cross join shares s
union all
select 'approved', avg(case when payment_status = 'approved' then 1.0 else 0 end),
       :bands.retry_approved + :cards.retry_approved - :default.cards.retry_approved, null, count(*) * 5
from retries;

-- S21: A stored card pays a few times a day at most, and from the first days on: the most payments of a card on a day,
-- and the least part of the payments of one of the first days that are by cards that pay on other days, too.
-- source: docs/payments-story.md#cards
-- why: The history begins in the middle of the business, with customers who have been there before.
-- uses: transactions, again, repeated
-- least rows: 20000
-- least days: 60
with daily_uses as (
    select a.card_profile_id, a.day, count(*) as payments
    from again a join repeated r on r.card_profile_id = a.card_profile_id and r.last_day > r.first_day
    group by a.card_profile_id, a.day
),
first_days as (
    select cast(payment_timestamp as date) as day, count(*) as payments
    from transactions where payment_timestamp < :start + interval '14 days' group by 1
)
select 'on a day' as label, max(payments) * 1.0 as value, cast(null as double precision) as low,
       :bands.uses + greatest(0, :cards.most_uses - :default.cards.most_uses) as high, cast(sum(payments) as bigint) as rows
from daily_uses
union all
select 'first days', min(coalesce(u.payments, 0) * 1.0 / f.payments),
       case when :cards.stored_before >= :default.cards.stored_before
            then least(:bands.reuse_first, :bands.reuse_first + :cards.reuse.0 - :default.cards.reuse.0) end, null,
       cast(sum(f.payments) as bigint)
from first_days f
left join (select day, sum(payments) as payments from daily_uses group by day) u on u.day = f.day;

-- S22: Payments by stored cards, card present, that are not made at the home merchant: on journeys.
-- source: docs/payments-story.md#cards
-- why: People travel, and pay where they are.
-- uses: transactions, profiles
-- least rows: 5000
select 'journeys' as label, avg(case when t.merchant_id <> p.merchant_id then 1.0 else 0 end) as value,
       :bands.journeys.0 * :cards.travel_share / :default.cards.travel_share as low,
       :bands.journeys.1 * :cards.travel_share / :default.cards.travel_share as high, count(*) as rows
from transactions t
join profiles p on p.card_profile_id = t.card_profile_id and cast(t.payment_timestamp as date) > p.stored_date
where t.payment_type = 'card_present';

-- S23: Geography follows people: the most populous states by their part of the merchants, and the merchants outside of
-- places of 5,000 people.
-- source: docs/payments-story.md#merchants
-- why: Shops are where customers are.
-- uses: merchants, cities
-- least rows: 400
with first_ones as (select * from merchants where version = 1),
whole as (select count(*) as merchants from first_ones),
states as (
    select c.state, c.people * 1.0 / sum(c.people) over () as share,
           row_number() over (order by c.people desc) as place
    from cities c where c.city = ''
)
select s.state as label, count(m.merchant_id) * 1.0 / nullif(max(w.merchants), 0) as value,
       max(s.share * (1 - :bands.state_slack) - 2 * sqrt(s.share / w.merchants)) as low,
       max(s.share * (1 + :bands.state_slack) + 2 * sqrt(s.share / w.merchants)) as high, max(w.merchants) as rows
from states s cross join whole w left join first_ones m on m.state = s.state
where s.place <= 8
group by s.state
union all
select 'small places', avg(case when c.city is null then 1.0 else 0 end), cast(null as double precision),
       least(1, :bands.small_places + greatest(0, :business.rural_share - :default.business.rural_share)), count(*)
from first_ones m left join cities c on c.state = m.state and c.city = m.city;

-- S24: A life cycle: payments of merchants in their first fortnight against later, in their last one before they leave
-- against before, and the chance to leave of small merchants against the others.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: A new customer moves its business bit by bit; one that is about to leave has moved some of it; small shops close
-- more often than large ones.
-- uses: daily, merchants
-- least rows: 25
-- least days: 200
with lives as (
    select m.merchant_id, m.creation_date, m.size_category, min(c.effective_date) as left_on
    from merchants m left join merchants c on c.merchant_id = m.merchant_id and c.status = 'churned'
    where m.version = 1 group by m.merchant_id, m.creation_date, m.size_category
),
phases as (
    select l.merchant_id, l.left_on, l.creation_date > :start and l.creation_date < :as_of - 105 as is_new,
           sum(d.payments / d.factor) filter (where d.day < l.creation_date + 14) / 14.0 as young,
           sum(d.payments / d.factor) filter (where d.day between l.creation_date + 49 and l.creation_date + 104) / 56.0
               as grown,
           sum(d.payments / d.factor) filter (where d.day >= l.left_on - 14) / 14.0 as fading,
           sum(d.payments / d.factor) filter (where d.day between l.left_on - 85 and l.left_on - 30) / 56.0 as before
    from lives l join daily d on d.merchant_id = l.merchant_id
    where l.left_on is null or l.left_on >= l.creation_date + 130
    group by l.merchant_id, l.creation_date, l.left_on
),
rates as (
    select case when size_category = 'small' then 'small' else 'others' end as size_class,
           count(left_on) * 1.0 / nullif(sum(coalesce(left_on, :as_of) - creation_date), 0) as rate,
           count(left_on) as leavers
    from lives group by 1
)
select 'first fortnight' as label, sum(young) / sum(grown) as value,
       :bands.first_fortnight.0 * least(1, :activity.ramp_start / :default.activity.ramp_start) as low,
       least(1.1, :bands.first_fortnight.1 * greatest(1, :activity.ramp_start / :default.activity.ramp_start)) as high,
       count(*) as rows
from phases where is_new
union all
select 'last fortnight', sum(fading) / sum(before), null,
       least(1.1, :bands.last_fortnight * greatest(1, :activity.fade_end / :default.activity.fade_end)), count(*)
from phases where left_on is not null and before > 0
union all
select 'small leave', max(rate) filter (where size_class = 'small') / max(rate) filter (where size_class = 'others'),
       :bands.small_leave, null, cast(sum(leavers) as bigint)
from rates;

-- S25: Nothing piles up at the end of a range: days with the least payments that a size class may have, against days
-- with one more; and the months in which as many merchants join as can.
-- source: docs/payments-story.md#days
-- why: A heap at the end of a range is the trace of a limit, and not of a business.
-- uses: daily, sizes, merchants
-- least rows: 6
with days as (
    select d.size_category, count(*) filter (where d.payments = s.least_count) as least_days,
           count(*) filter (where d.payments = s.least_count + 1) as next_days
    from daily d join sizes s on s.size_category = d.size_category
    where d.factor = 1.0 group by d.size_category
),
months as (
    select date_trunc('month', creation_date) as month, count(*) as joined
    from merchants where version = 1 and creation_date > :start group by date_trunc('month', creation_date)
)
select s.size_category as label, d.least_days * 1.0 / nullif(d.next_days, 0) as value,
       cast(null as double precision) as low, :bands.pile as high,
       case when d.next_days >= :bands.pile_least then d.next_days else 0 end as rows
from sizes s left join days d on d.size_category = s.size_category
union all
select 'joins', avg(case when joined = :business.growth_cap then 1.0 else 0 end), null, :bands.months_at_cap, count(*)
from months;

-- S26: Merchants join on working days: the part that joins at weekends. Those added by hand join when they are added.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: Contracts are signed by people in offices.
-- uses: merchants
-- least rows: 20
select 'weekend' as label, avg(case when extract(isodow from creation_date) > 5 then 1.0 else 0 end) as value,
       cast(null as double precision) as low, :bands.weekend_joins as high, count(*) as rows
from merchants where version = 1 and creation_date > :start;

-- S27: A blocked card stays blocked: of stored cards that went out of use a month before the end or earlier, the share
-- that was only declined on its last day, and of those that were only declined on a day up to three days before that,
-- the share that was only declined on the last day, too.
-- source: docs/payments-story.md#cards
-- why: A card that was lost, stolen or renewed is declined until whoever has it on file gives up.
-- uses: again
-- least rows: 300
-- least days: 90
with card_days as (
    select card_profile_id, day, min(case when payment_status = 'declined' then 1 else 0 end) as declined
    from again group by card_profile_id, day
),
followed as (
    select card_profile_id, day, declined,
           lag(declined) over (partition by card_profile_id order by day) as declined_before,
           day - lag(day) over (partition by card_profile_id order by day) as gap,
           row_number() over (partition by card_profile_id order by day desc) as place,
           count(*) over (partition by card_profile_id) as uses
    from card_days
),
ended as (
    select * from followed where place = 1 and uses >= 5 and day < (select max(day) from card_days) - 30
)
select 'blocked in the end' as label, avg(declined * 1.0) as value,
       greatest(0, :bands.ends_blocked.0 + :cards.ends_blocked_share - :default.cards.ends_blocked_share) as low,
       least(1, :bands.ends_blocked.1 + :cards.ends_blocked_share - :default.cards.ends_blocked_share
                + :cards.strained_share * :cards.strained_declined
                - :default.cards.strained_share * :default.cards.strained_declined) as high,
       count(*) as rows
from ended
union all
select 'stays blocked', avg(declined * 1.0),
       case when :cards.ends_blocked_share >= :default.cards.ends_blocked_share then :bands.stays_blocked end, null,
       count(*) * 5
from ended where declined_before = 1 and gap <= 3;

-- S28: Declines grow with the amount: the share of declined payments of 200 dollars and more against that of payments
-- below 25 dollars.
-- source: docs/payments-story.md#approval
-- why: A large payment is likelier to be beyond what an account or a limit has left, and to look odd.
-- uses: transactions
-- least rows: 3000
with sides as (
    select case when payment_type = 'card_present' then 'present' else 'remote' end as label, payment_amount >= 200 as large,
           avg(case when payment_status = 'declined' then 1.0 else 0 end) as declined, count(*) as payments
    from transactions where payment_amount < 25 or payment_amount >= 200 group by 1, 2
)
select l.label, max(s.declined) filter (where s.large) / nullif(max(s.declined) filter (where not s.large), 0) as value,
       case when :cards.decline_growth >= :default.cards.decline_growth then :bands.decline_growth end as low,
       cast(null as double precision) as high, coalesce(min(s.payments), 0) as rows
from (values ('present'), ('remote')) l (label) left join sides s on s.label = l.label
group by l.label;

-- S29: The calendar shows: payments on a public holiday against the same day of the weeks around it, and those of retail
-- on the day after Thanksgiving against the Friday before; the season taken out.
-- source: docs/payments-story.md#days
-- why: Offices are closed on holidays, and shops are full on Black Friday.
-- uses: daily
-- least rows: 100
with days as (
    select day, industry = 'retail' as retail, sum(payments / factor) as payments, count(*) as n
    from daily group by day, industry = 'retail'
),
holidays as (
    select distinct day from days
    where (extract(month from day) = 1 and extract(day from day) = 1)
       or (extract(month from day) = 7 and extract(day from day) = 4)
       or (extract(isodow from day) = 1 and extract(month from day) = 5 and extract(day from day) >= 25)
       or (extract(isodow from day) = 1 and extract(month from day) = 9 and extract(day from day) <= 7)
),
around as (
    select h.day, sum(case when d.day = h.day then d.payments else 0 end) as payments,
           sum(case when d.day <> h.day then d.payments else 0 end)
           / nullif(count(distinct case when d.day <> h.day then d.day end), 0) as usual, sum(d.n) as n
    from holidays h join days d on d.day in (h.day - 7, h.day, h.day + 7) group by h.day
),
fridays as (
    select sum(d.payments) as payments, sum(b.payments) as before, sum(d.n) as n
    from days d join days b on b.day = d.day - 7 and b.retail and d.retail
    where extract(month from d.day) = 11 and extract(isodow from d.day) = 5 and extract(day from d.day) between 23 and 29
)
select 'public holidays' as label, sum(payments) / sum(usual) as value, cast(null as double precision) as low,
       least(1.1, :bands.public_holiday + (1 - :activity.closed_holiday_share) * :activity.holiday_trade
                  - (1 - :default.activity.closed_holiday_share) * :default.activity.holiday_trade) as high,
       cast(coalesce(sum(n), 0) as bigint) as rows
from around where usual is not null
union all
select 'black friday', payments / before,
       1 + (:bands.black_friday - 1) * least(1, (:activity.black_friday - 1) / (:default.activity.black_friday - 1)), null,
       cast(coalesce(n, 0) as bigint)
from fridays;

-- S30: People order in the evening: the share of payments without the card present from 20:00 on against that from 12:00
-- to 15:00, food aside.
-- source: docs/payments-story.md#days
-- why: By day people work, and pass by the shop; after dinner they order from the sofa.
-- uses: transactions, merchants
-- least rows: 20000
with hours as (
    select extract(hour from t.payment_timestamp) as hour_of_day, count(*) * 1.0 as payments,
           sum(case when t.payment_type <> 'card_present' then 1 else 0 end) as remote
    from transactions t
    where t.merchant_id not in (select merchant_id from merchants where industry = 'food')
    group by extract(hour from t.payment_timestamp)
),
wanted as (
    select avg(weight) filter (where place >= 12) / avg(weight) filter (where place between 4 and 6) as ratio
    from (values :activity.remote_hours) r (place, weight)
)
select 'evening against noon' as label,
       sum(remote) filter (where hour_of_day >= 20) / nullif(sum(payments) filter (where hour_of_day >= 20), 0)
       / nullif(sum(remote) filter (where hour_of_day between 12 and 14)
                / nullif(sum(payments) filter (where hour_of_day between 12 and 14), 0), 0) as value,
       max(ratio) * (1 - :bands.evening_slack) as low, max(ratio) * (1 + :bands.evening_slack) as high,
       cast(sum(payments) as bigint) as rows
from hours, wanted;

-- S31: Debit cards are used at the counter: their share of payments without the card present against that of credit cards.
-- source: docs/payments-story.md#payment-types
-- why: Shops on the web and subscriptions are paid by credit card more than the groceries are.
-- uses: transactions
-- least rows: 20000
select 'debit against credit' as label,
       avg(case when payment_type <> 'card_present' then 1.0 else 0 end) filter (where card_type = 'debit')
       / nullif(avg(case when payment_type <> 'card_present' then 1.0 else 0 end) filter (where card_type = 'credit'), 0)
       as value,
       cast(null as double precision) as low,
       -- stored cards pay by any channel
       1 - (1 - :payments.debit_remote - :bands.debit_remote_slack) * (1 - (:cards.reuse.0 + :cards.reuse.1) / 2) as high,
       count(*) as rows
from transactions;

-- S32: Shops close early on 24 and 31 December: the share of payments from 18:00 on against that of the days around,
-- food aside.
-- source: docs/payments-story.md#days
-- why: On these days people are at home in the evening, and so are those who sell.
-- uses: transactions, merchants
-- least rows: 5000
with days as (
    select extract(day from t.payment_timestamp) in (24, 31) as early, count(*) * 1.0 as payments,
           sum(case when extract(hour from t.payment_timestamp) >= 18 then 1 else 0 end) as late
    from transactions t
    where extract(month from t.payment_timestamp) = 12 and extract(day from t.payment_timestamp) >= 18
      and t.merchant_id not in (select merchant_id from merchants where industry = 'food')
    group by extract(day from t.payment_timestamp) in (24, 31)
),
wanted as (
    select (select avg(weight) from (values :activity.early_shops) r (place, weight) where place >= 10)
           - (select avg(weight) from (values :default.activity.early_shops) r (place, weight) where place >= 10) as more
)
select 'late payments against days around' as label,
       max(late / payments) filter (where early) / nullif(max(late / payments) filter (where not early), 0) as value,
       cast(null as double precision) as low, :bands.early_evening + max(more) as high,
       cast(coalesce(sum(payments), 0) as bigint) as rows
from days, wanted;
