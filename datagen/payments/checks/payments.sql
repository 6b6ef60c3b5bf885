-- Payments: their order, time, amounts and costs.

-- relation in_force: Versions of merchants, with the first day on which each no longer counts.
-- uses: merchants
select *, lead(effective_date) over (partition by merchant_id order by version) as until_date
from merchants;

-- relation sizes: What a size class says, by class.
-- uses: merchants
select * from (
    values
        ('small', :sizes.small_daily_tx_range.0, :sizes.small_daily_tx_range.1, :sizes.small_amount.0,
         :sizes.small_amount.1, :sizes.small_mdr.0, :sizes.small_mdr.1, :business.terminals.0),
        ('medium', :sizes.medium_daily_tx_range.0, :sizes.medium_daily_tx_range.1, :sizes.medium_amount.0,
         :sizes.medium_amount.1, :sizes.medium_mdr.0, :sizes.medium_mdr.1, :business.terminals.1),
        ('large', :sizes.large_daily_tx_range.0, :sizes.large_daily_tx_range.1, :sizes.large_amount.0,
         :sizes.large_amount.1, :sizes.large_mdr.0, :sizes.large_mdr.1, :business.terminals.2)
) s (size_category, least_count, most_count, least_amount, most_amount, least_rate, most_rate, terminals);

-- relation terms: What a version in force says of payments: rates, the band of amounts, where the merchant is.
-- uses: in_force, sizes, places
select v.merchant_id, v.effective_date, v.until_date, v.status, v.mdr_rate, v.size_category, v.industry, v.zip_code,
       s.least_amount, s.most_amount, lpad(cast(s.terminals as varchar), 2, '0') as last_terminal,
       cast(z.latitude as double precision) as latitude, cast(z.longitude as double precision) as longitude
from in_force v
left join sizes s on s.size_category = v.size_category
left join places z on z.zip = v.zip_code;

-- relation misfits: Payments that do not fit the version of their merchant that was in force, and why.
-- Within a tenth of a degree either way, nothing is as far as 25 km away, the least that the rule can be set to.
-- uses: transactions, terms
select *
from (
    select t.payment_id, t.merchant_id, cast(t.payment_timestamp as date) as day, t.payment_amount, t.mdr_amount,
           t.transactional_cost_rate, v.status, v.size_category, v.mdr_rate, v.zip_code,
           v.status is distinct from 'active' as not_there,
           t.payment_amount < v.least_amount or t.payment_amount > v.most_amount as out_of_band,
           t.payment_status = 'approved' and t.mdr_amount <> round(t.payment_amount * v.mdr_rate, 2) as wrong_fee,
           t.transactional_cost_rate >= v.mdr_rate as without_gain,
           t.terminal_id, substr(t.terminal_id, 8) not between '01' and v.last_terminal as no_terminal,
           case when t.payment_type = 'card_present'
                     and (abs(t.payment_lat - v.latitude) > 0.1 or abs(t.payment_lng - v.longitude) > 0.1) then
               2 * 6371.0088 * asin(sqrt(least(1, pow(sin(radians(t.payment_lat - v.latitude) / 2), 2)
                   + cos(radians(t.payment_lat)) * cos(radians(v.latitude))
                   * pow(sin(radians(t.payment_lng - v.longitude) / 2), 2))))
           end as km
    from transactions t
    left join terms v
      on v.merchant_id = t.merchant_id and cast(t.payment_timestamp as date) >= v.effective_date
     and (v.until_date is null or cast(t.payment_timestamp as date) < v.until_date)
) p
where not_there or out_of_band or wrong_fee or without_gain or no_terminal or km > :payments.terminal_km;

-- relation daily: Payments of each merchant and day, with the factor of the season.
-- uses: transactions, in_force
select d.merchant_id, d.day, v.size_category, v.industry, d.payments, d.volume,
       case
           when extract(month from d.day) * 100 + extract(day from d.day)
                between :activity.holiday_days.0 and :activity.holiday_days.1 then :activity.holiday_factor
           when extract(month from d.day) * 100 + extract(day from d.day)
                between :activity.summer_days.0 and :activity.summer_days.1 then :activity.summer_factor
           else 1.0
       end as factor
from (
    select merchant_id, cast(payment_timestamp as date) as day, count(*) as payments, sum(payment_amount) as volume
    from transactions group by merchant_id, cast(payment_timestamp as date)
) d
left join in_force v
  on v.merchant_id = d.merchant_id and d.day >= v.effective_date and (v.until_date is null or d.day < v.until_date);

-- P01a: Payment ids are TXN and ten digits, consecutive from 1 in the order of the files.
-- source: docs/payments-story.md#ids
-- why: A payment id is a running number: a gap would hide a lost payment, a repetition a double one.
-- uses: transactions, files
select payment_id, place from transactions where payment_id <> 'TXN' || lpad(cast(place as varchar), 10, '0');

-- P01b: Payments are in the order of time.
-- source: docs/payments-story.md#ids
-- why: Files are appended as days pass, so their order is the order of time.
-- uses: transactions
select payment_id, payment_timestamp, before
from (select payment_id, payment_timestamp, lag(payment_timestamp) over (order by payment_id) as before
      from transactions) t
where payment_timestamp < before;

-- P01c: The state counts the payments that there are.
-- source: docs/payments-story.md#state
-- why: The next increment numbers its payments from this count.
-- uses: state, transactions
select s.total_transactions, t.payments
from state s, (select count(*) as payments from transactions) t
where s.total_transactions <> t.payments;

-- P01e: Payment ids are TXN and ten digits, from 1 to the number of payments.
-- source: docs/payments-story.md#ids
-- why: The same as P01a for data whose order is not known, such as a table in a database.
-- uses: transactions
select payments, lowest, highest, strange
from (select count(*) as payments, min(payment_id) as lowest, max(payment_id) as highest,
             count(*) filter (where not payment_id ~ '^TXN[0-9]{10}$') as strange
      from transactions) t
where payments > 0
  and (strange > 0 or lowest <> 'TXN0000000001' or highest <> 'TXN' || lpad(cast(payments as varchar), 10, '0'));

-- P01d: A payment stands in the file of its day, and none is later than the state's last day.
-- source: docs/payments-story.md#files
-- why: A file's name promises its days; a reader that picks files by name must find all payments of a day.
-- uses: transactions, files
select payment_id, payment_timestamp, first_day, last_day
from transactions
where cast(payment_timestamp as date) not between first_day and last_day;

-- P02a: Payments are made in the opening hours.
-- source: docs/payments-story.md#days
-- why: Merchants take payments in opening hours.
-- uses: transactions
select payment_id, payment_timestamp
from transactions
where extract(hour from payment_timestamp) < :activity.opening_hours.0
   or extract(hour from payment_timestamp) >= :activity.opening_hours.1;

-- P02b: Payments are made to a known merchant, from its creation on and before it left.
-- source: docs/payments-story.md#days
-- why: A merchant is paid through the aggregator from its contract on until it leaves.
-- uses: misfits
select payment_id, merchant_id, day, status from misfits where not_there;

-- P02c: The last day of payment of a version is the last one before its end.
-- source: docs/payments-story.md#state
-- why: The state summarises the payments, and can be recomputed from them.
-- uses: in_force, daily
select v.merchant_id, v.version, v.last_transaction_date, max(p.day) as paid_last
from in_force v
left join daily p
  on p.merchant_id = v.merchant_id and (v.until_date is null or p.day < v.until_date)
group by v.merchant_id, v.version, v.last_transaction_date
having v.last_transaction_date is distinct from max(p.day);

-- P03a: Amounts lie in the band of the size class in force.
-- source: docs/payments-story.md#amounts
-- why: The size class is defined by what its payments look like.
-- uses: misfits
select payment_id, merchant_id, size_category, payment_amount from misfits where out_of_band;

-- P03b: The merchant discount rate of every version lies in the band of its size class.
-- source: docs/payments-story.md#amounts
-- why: Fees are agreed by size class: who sells more pays less.
-- uses: merchants, sizes
select m.merchant_id, m.version, m.size_category, m.mdr_rate
from merchants m join sizes s on s.size_category = m.size_category
where m.mdr_rate < s.least_rate or m.mdr_rate > s.most_rate;

-- P03c: A merchant's payments of a day lie in the range of its size class, times the season's factor.
-- source: docs/payments-story.md#days
-- why: The size class is defined by how many payments a day has; the season lifts the range for everybody.
-- uses: daily, sizes
select d.merchant_id, d.day, d.size_category, d.payments, d.factor
from daily d join sizes s on s.size_category = d.size_category
where d.payments < s.least_count * d.factor or d.payments > s.most_count * d.factor;

-- P04a: The fee of an approved payment is its amount times the merchant's rate, rounded to cents.
-- source: docs/payments-story.md#fees
-- why: The merchant discount is charged on the amount and rounded to cents once, half up.
-- uses: misfits
select payment_id, payment_amount, mdr_rate, mdr_amount from misfits where wrong_fee;

-- P04b: The cost of an approved payment is its amount times the cost rate, rounded to cents.
-- source: docs/payments-story.md#fees
-- why: The interchange and scheme cost is a share of the amount, rounded to cents once, half up.
-- uses: transactions
select payment_id, payment_amount, transactional_cost_rate, transactional_cost_amount
from transactions
where payment_status = 'approved'
  and transactional_cost_amount <> round(payment_amount * transactional_cost_rate, 2);

-- P04c: The profit is the fee less the cost.
-- source: docs/payments-story.md#fees
-- uses: transactions
select payment_id, mdr_amount, transactional_cost_amount, net_profit
from transactions where net_profit <> mdr_amount - transactional_cost_amount;

-- P04d: A declined payment costs and earns nothing.
-- source: docs/payments-story.md#fees
-- why: Nothing was settled, so nothing is earned or owed.
-- uses: transactions
select payment_id, transactional_cost_amount, mdr_amount, net_profit
from transactions
where payment_status = 'declined' and (transactional_cost_amount <> 0 or mdr_amount <> 0 or net_profit <> 0);

-- P04e: The cost rate is below the merchant's rate.
-- source: docs/payments-story.md#fees
-- why: An aggregator that pays more than it charges loses on every payment.
-- uses: misfits
select payment_id, transactional_cost_rate, mdr_rate from misfits where without_gain;

-- P04f: Debit costs less than credit.
-- source: docs/payments-story.md#fees
-- why: Debit interchange is capped and lower than credit interchange in the United States (Regulation II for large
-- issuers).
-- uses: transactions
select d.highest, c.lowest
from (select max(transactional_cost_rate) as highest from transactions where card_type = 'debit') d,
     (select min(transactional_cost_rate) as lowest from transactions where card_type = 'credit') c
where d.highest >= c.lowest;

-- P06a: A payment with the card present carries a terminal of that merchant.
-- source: docs/payments-story.md#places-and-terminals
-- why: A card can only be present at a terminal, and a terminal belongs to one merchant.
-- uses: transactions
select payment_id, merchant_id, terminal_id
from transactions
where payment_type = 'card_present'
  and (terminal_id is null or not terminal_id ~ '^T[0-9]{8}$'
       or substr(terminal_id, 2, 6) <> substr(merchant_id, 2));

-- P06b: Other payments carry no terminal.
-- source: docs/payments-story.md#places-and-terminals
-- why: Online, by telephone and in an app there is no terminal.
-- uses: transactions
select payment_id, payment_type, terminal_id
from transactions where payment_type <> 'card_present' and terminal_id is not null;

-- P06c: A payment with the card present is made within 25 km of the merchant's ZIP code.
-- source: docs/payments-story.md#places-and-terminals
-- why: A terminal stands in the shop.
-- uses: misfits
select payment_id, merchant_id, zip_code, cast(km as decimal(9, 1)) as km from misfits where km > :payments.terminal_km;

-- relation inhabited: Squares of the map that hold a ZIP code, or lie beside one that does. They are a little wider than
-- a payer may be away from a ZIP code, so that who is in none of them is too far from all.
-- uses: places
select distinct z.north + n.step as north, z.east + e.step as east
from (select distinct floor(cast(latitude as double precision) / (:payments.near_degrees + 0.01)) as north,
             floor(cast(longitude as double precision) / (:payments.near_degrees + 0.01)) as east
      from places where cast(latitude as double precision) <> 0) z,
     (values (-1), (0), (1)) n (step), (values (-1), (0), (1)) e (step);

-- P06d: A payment without the card present is made near a ZIP code of the United States: none is further away, north
-- or east, than twice what the rule allows.
-- source: docs/payments-story.md#places-and-terminals
-- why: Who pays from afar is still in the country.
-- uses: transactions, inhabited
select t.payment_id, t.payment_type, t.payment_lat, t.payment_lng
from transactions t
left join inhabited s
  on s.north = floor(cast(t.payment_lat as double precision) / (:payments.near_degrees + 0.01))
 and s.east = floor(cast(t.payment_lng as double precision) / (:payments.near_degrees + 0.01))
where t.payment_type <> 'card_present' and s.north is null;

-- P06e: A merchant's terminals count from 01 to what its size class may have.
-- source: docs/payments-story.md#places-and-terminals
-- why: Terminals are rented one by one; the size of a shop bounds how many it needs.
-- uses: misfits
select payment_id, merchant_id, size_category, terminal_id from misfits where no_terminal;

-- P06f: A terminal stands in one place as long as its merchant keeps its ZIP code.
-- source: docs/payments-story.md#places-and-terminals
-- why: A terminal moves only when the shop does.
-- uses: transactions, in_force
select p.merchant_id, p.terminal_id, v.zip_code, count(*) as positions
from (select merchant_id, terminal_id, payment_lat, payment_lng, min(cast(payment_timestamp as date)) as day
      from transactions
      where payment_type = 'card_present'
      group by merchant_id, terminal_id, payment_lat, payment_lng) p
join in_force v
  on v.merchant_id = p.merchant_id and p.day >= v.effective_date and (v.until_date is null or p.day < v.until_date)
group by p.merchant_id, p.terminal_id, v.zip_code having count(*) > 1;

-- P06g: The terminals of a shop stand within 50 m of one point.
-- source: docs/payments-story.md#places-and-terminals
-- why: They are tills of one room.
-- uses: transactions, in_force
select merchant_id, zip_code, cast(1000 * km as integer) as metres
from (select merchant_id, zip_code,
             111.2 * sqrt(pow(max(payment_lat) - min(payment_lat), 2)
                          + pow((max(payment_lng) - min(payment_lng)) * cos(radians(avg(payment_lat))), 2)) as km
      from (select t.merchant_id, t.payment_timestamp, cast(t.payment_lat as double precision) as payment_lat,
                   cast(t.payment_lng as double precision) as payment_lng, v.zip_code
            from transactions t
            join in_force v
              on v.merchant_id = t.merchant_id and cast(t.payment_timestamp as date) >= v.effective_date
             and (v.until_date is null or cast(t.payment_timestamp as date) < v.until_date)
            where t.payment_type = 'card_present') t
      group by merchant_id, zip_code) p
where km > 0.1;

-- P06h: No terminal has two payments within five seconds.
-- source: docs/payments-story.md#places-and-terminals
-- why: A terminal serves one card after the other.
-- uses: transactions
select payment_id, terminal_id, payment_timestamp, before
from (select payment_id, terminal_id, payment_timestamp,
             lag(payment_timestamp) over (partition by terminal_id order by payment_timestamp) as before
      from transactions where terminal_id is not null) t
where payment_timestamp < before + interval '5 seconds';
