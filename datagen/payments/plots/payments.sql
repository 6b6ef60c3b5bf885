-- The plots of the report of a payments history.

-- plot payments_over_time: Payments over time
-- form: lines
-- unit: payments
-- says: By days in a quarter or less, by whole weeks in more. Weekends are weaker, and the last weeks of the year are the
-- busiest.
select strftime(moment, '%Y-%m-%d') as x, count(*) as value
from (select date_trunc(case when :days <= 92 then 'day' else 'week' end, payment_timestamp) as moment from transactions) as dated
where :days <= 92 or moment >= :start and moment + interval 7 day <= :as_of
group by 1 order by 1;

-- plot hours: Payments by weekday and hour
-- form: heat map
-- unit: payments
-- says: People pay at noon and in the early evening.
select ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isodow(payment_timestamp)] as y,
       lpad(cast(hour(payment_timestamp) as varchar), 2, '0') as x, count(*) as value
from transactions group by 1, 2, isodow(payment_timestamp), hour(payment_timestamp)
order by isodow(payment_timestamp), hour(payment_timestamp);

-- plot industries: Approved value by industry
-- form: bars
-- unit: US dollars
-- says: A few trades carry most of the value.
select industry as label, sum(payment_amount) as value
from transactions
join (select merchant_id, max(industry) as industry from merchants group by 1) as trade using (merchant_id)
where payment_status = 'approved' group by 1 order by 2 desc, 1;

-- plot channels: How people pay, by industry
-- form: bars
-- unit: % of payments
-- says: A diner is paid at the counter, a travel firm online.
select industry as label, payment_type as series,
       100.0 * count(*) / sum(count(*)) over (partition by industry) as value
from transactions
join (select merchant_id, max(industry) as industry from merchants group by 1) as trade using (merchant_id)
group by 1, 2 order by 1, 2;

-- plot brands: Value by brand and kind of card
-- form: bars
-- unit: US dollars
-- says: Credit cards pay more at a time than debit cards.
select card_brand as label, card_type as series, sum(payment_amount) as value
from transactions where payment_status = 'approved' group by 1, 2
order by sum(sum(payment_amount)) over (partition by card_brand) desc, 1, 2;

-- plot amounts: Payments by amount
-- form: columns
-- unit: % of payments
-- says: Small amounts are common, large ones rare.
select case when payment_amount < 10 then 'under 10' when payment_amount < 25 then '10-25'
       when payment_amount < 50 then '25-50' when payment_amount < 100 then '50-100'
       when payment_amount < 200 then '100-200' when payment_amount < 400 then '200-400' else '400 and over' end as label,
       100.0 * count(*) / (select count(*) from transactions) as value
from transactions group by 1 order by min(payment_amount);

-- plot approval: Approved payments by channel
-- form: lines
-- unit: % of payments
-- says: By days in a quarter or less, by months in more. A card at the counter is declined less often than a number
-- typed on a page.
select strftime(payment_timestamp, case when :days <= 92 then '%Y-%m-%d' else '%Y-%m' end) as x, payment_type as series,
       100.0 * avg(case when payment_status = 'approved' then 1 else 0 end) as value
from transactions group by 1, 2 order by 2, 1;

-- plot profit: Net profit over time
-- form: columns
-- unit: US dollars
-- says: What merchants pay for a payment, less what it costs; by days in a quarter or less, by months in more.
select strftime(payment_timestamp, case when :days <= 92 then '%Y-%m-%d' else '%Y-%m' end) as label,
       sum(net_profit) as value
from transactions group by 1 order by 1;

-- plot merchants_by_state: Merchants by state
-- form: bars
-- unit: merchants
-- says: Merchants are where people live; the twelve states with most.
select state as label, count(distinct merchant_id) as value
from merchants group by 1 order by 2 desc, 1 limit 12;

-- plot merchant_volume: How payments spread over merchants
-- form: columns
-- unit: % of payments
-- says: A tenth of the merchants take much more than a tenth of the payments.
with volumes as (
    select ntile(10) over (order by count(*) desc, merchant_id) as tenth, count(*) as payments
    from transactions group by merchant_id
)
select 'tenth ' || tenth as label, 100.0 * sum(payments) / (select count(*) from transactions) as value
from volumes group by tenth order by tenth;
