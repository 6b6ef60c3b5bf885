-- Payments: their order, time, amounts and costs.

-- relation in_force: Versions of merchants, with the first day on which each no longer counts.
-- uses: merchants
select *, lead(effective_date) over (partition by merchant_id order by version) as until_date
from merchants;

-- relation paid: Payments with the version of their merchant that was in force.
-- uses: transactions, in_force
select t.payment_id, cast(t.payment_timestamp as date) as day, t.payment_amount, t.payment_type, t.payment_status,
       t.payment_lat, t.payment_lng, t.merchant_id, t.transactional_cost_rate, t.mdr_amount,
       v.status, v.mdr_rate, v.size_category, v.zip_code, v.industry
from transactions t
left join in_force v
  on v.merchant_id = t.merchant_id and cast(t.payment_timestamp as date) >= v.effective_date
 and (v.until_date is null or cast(t.payment_timestamp as date) < v.until_date);

-- relation sizes: What a size class says, by class.
-- uses: merchants
select * from (
    values
        ('small', :sizes.small_daily_tx_range.0, :sizes.small_daily_tx_range.1, :sizes.small_amount.0,
         :sizes.small_amount.1, :sizes.small_mdr.0, :sizes.small_mdr.1),
        ('medium', :sizes.medium_daily_tx_range.0, :sizes.medium_daily_tx_range.1, :sizes.medium_amount.0,
         :sizes.medium_amount.1, :sizes.medium_mdr.0, :sizes.medium_mdr.1),
        ('large', :sizes.large_daily_tx_range.0, :sizes.large_daily_tx_range.1, :sizes.large_amount.0,
         :sizes.large_amount.1, :sizes.large_mdr.0, :sizes.large_mdr.1)
) s (size_category, least_count, most_count, least_amount, most_amount, least_rate, most_rate);

-- relation daily: Payments of each merchant and day, with the factor of the season.
-- uses: paid
select merchant_id, day, any_value(size_category) as size_category, any_value(industry) as industry,
       count(*) as payments, sum(payment_amount) as volume,
       case
           when month(day) * 100 + day(day) between :activity.holiday_days.0 and :activity.holiday_days.1
               then :activity.holiday_factor
           when month(day) * 100 + day(day) between :activity.summer_days.0 and :activity.summer_days.1
               then :activity.summer_factor
           else 1.0
       end as factor
from paid group by merchant_id, day;

-- P01a: Payment ids are TXN and ten digits, consecutive from 1 in the order of the files.
-- source: payments.md P01
-- uses: transactions
select payment_id, place from transactions where payment_id <> 'TXN' || lpad(cast(place as varchar), 10, '0');

-- P01b: Payments are in the order of time, over all files.
-- source: payments.md P01
-- uses: transactions
select b.payment_id, b.payment_timestamp, a.payment_timestamp as before
from transactions a join transactions b on b.place = a.place + 1
where b.payment_timestamp < a.payment_timestamp;

-- P01c: The state counts the payments that there are.
-- source: payments.md P01
-- uses: state, transactions
select s.total_transactions, t.payments
from state s, (select count(*) as payments from transactions) t
where s.total_transactions <> t.payments;

-- P01d: A payment stands in the file of its day, and none is later than the state's last day.
-- source: payments.md, commands
-- uses: transactions
select payment_id, payment_timestamp, first_day, last_day
from transactions
where cast(payment_timestamp as date) not between first_day and last_day;

-- P02a: Payments are made in the opening hours.
-- source: payments.md P02
-- uses: transactions
select payment_id, payment_timestamp
from transactions
where hour(payment_timestamp) < :activity.opening_hours.0 or hour(payment_timestamp) >= :activity.opening_hours.1;

-- P02b: Payments are made to a known merchant, from its creation on and before it left.
-- source: payments.md P02
-- uses: paid
select payment_id, merchant_id, day, status from paid where status is null or status <> 'active';

-- P02c: The last day of payment of a version is the last one before its end.
-- source: source document, merchants
-- uses: in_force, paid
select v.merchant_id, v.version, v.last_transaction_date, max(p.day) as paid_last
from in_force v
left join (select distinct merchant_id, day from paid) p
  on p.merchant_id = v.merchant_id and (v.until_date is null or p.day < v.until_date)
group by v.merchant_id, v.version, v.last_transaction_date
having v.last_transaction_date is distinct from max(p.day);

-- P03a: Amounts lie in the band of the size class in force.
-- source: payments.md P03
-- uses: paid, sizes
select p.payment_id, p.merchant_id, p.size_category, p.payment_amount
from paid p join sizes s on s.size_category = p.size_category
where p.payment_amount < s.least_amount or p.payment_amount > s.most_amount;

-- P03b: The merchant discount rate of every version lies in the band of its size class.
-- source: payments.md P03
-- uses: merchants, sizes
select m.merchant_id, m.version, m.size_category, m.mdr_rate
from merchants m join sizes s on s.size_category = m.size_category
where m.mdr_rate < s.least_rate or m.mdr_rate > s.most_rate;

-- P03c: A merchant's payments of a day lie in the range of its size class, times the season's factor.
-- source: payments.md P03
-- uses: daily, sizes
select d.merchant_id, d.day, d.size_category, d.payments, d.factor
from daily d join sizes s on s.size_category = d.size_category
where d.payments < s.least_count * d.factor or d.payments > s.most_count * d.factor;

-- P04a: The fee of an approved payment is its amount times the merchant's rate, rounded to cents.
-- source: payments.md P04
-- uses: paid
select payment_id, payment_amount, mdr_rate, mdr_amount
from paid where payment_status = 'approved' and mdr_amount <> round(payment_amount * mdr_rate, 2);

-- P04b: The cost of an approved payment is its amount times the cost rate, rounded to cents.
-- source: payments.md P04
-- uses: transactions
select payment_id, payment_amount, transactional_cost_rate, transactional_cost_amount
from transactions
where payment_status = 'approved'
  and transactional_cost_amount <> round(payment_amount * transactional_cost_rate, 2);

-- P04c: The profit is the fee less the cost.
-- source: payments.md P04
-- uses: transactions
select payment_id, mdr_amount, transactional_cost_amount, net_profit
from transactions where net_profit <> mdr_amount - transactional_cost_amount;

-- P04d: A declined payment costs and earns nothing.
-- source: payments.md P04
-- uses: transactions
select payment_id, transactional_cost_amount, mdr_amount, net_profit
from transactions
where payment_status = 'declined' and (transactional_cost_amount <> 0 or mdr_amount <> 0 or net_profit <> 0);

-- P04e: The cost rate is below the merchant's rate.
-- source: payments.md P04
-- uses: paid
select payment_id, transactional_cost_rate, mdr_rate from paid where transactional_cost_rate >= mdr_rate;

-- P04f: Debit costs less than credit.
-- source: payments.md P04
-- uses: transactions
select d.highest, c.lowest
from (select max(transactional_cost_rate) as highest from transactions where card_type = 'debit') d,
     (select min(transactional_cost_rate) as lowest from transactions where card_type = 'credit') c
where d.highest >= c.lowest;

-- P06a: A payment with the card present carries a terminal of that merchant.
-- source: payments.md P06
-- uses: transactions
select payment_id, merchant_id, terminal_id
from transactions
where payment_type = 'card_present'
  and (terminal_id is null or not regexp_full_match(terminal_id, 'T[0-9]{8}')
       or substr(terminal_id, 2, 6) <> substr(merchant_id, 2));

-- P06b: Other payments carry no terminal.
-- source: payments.md P06
-- uses: transactions
select payment_id, payment_type, terminal_id
from transactions where payment_type <> 'card_present' and terminal_id is not null;

-- P06c: A payment with the card present is made within 25 km of the merchant's ZIP code.
-- source: payments.md P06
-- uses: paid, places
select payment_id, merchant_id, zip_code, round(km, 1) as km
from (
    select p.payment_id, p.merchant_id, p.zip_code,
           2 * 6371.0088 * asin(sqrt(least(1, pow(sin(radians(p.payment_lat - cast(z.latitude as double)) / 2), 2)
               + cos(radians(p.payment_lat)) * cos(radians(cast(z.latitude as double)))
               * pow(sin(radians(p.payment_lng - cast(z.longitude as double)) / 2), 2)))) as km
    from paid p join places z on z.zip = p.zip_code
    where p.payment_type = 'card_present'
)
where km > :payments.terminal_km;

-- P06d: Every payment is made in the United States.
-- source: source document, business logic
-- uses: transactions
select payment_id, payment_lat, payment_lng
from transactions where payment_lat not between 18 and 72 or payment_lng not between -180 and -66;
