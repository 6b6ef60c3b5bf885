-- Transactions as a whole: how many, of which kinds, how large and when. Where rules ask for more or fewer than the
-- usual ones, bands are moved by as many as the accounts of the data would then have.

-- relation account_customs: What the accounts of the data would spend and be paid in of their owners' own choice in the
-- window, by the rules in force and by the usual ones.
-- uses: accounts
with customs (account_type, spendings, usual_spendings, deposits, usual_deposits) as (
    values ('checking', :transactions.checking_spendings, :default.transactions.checking_spendings,
            :transactions.checking_deposits, :default.transactions.checking_deposits),
           ('savings', :transactions.savings_spendings, :default.transactions.savings_spendings,
            :transactions.savings_deposits, :default.transactions.savings_deposits),
           ('money_market', :transactions.money_market_spendings, :default.transactions.money_market_spendings,
            :transactions.money_market_deposits, :default.transactions.money_market_deposits)
),
lives as (
    select account_type, sum(greatest(:as_of - greatest(opened_date + 1, :start), 0)) * 1e0 / :days as windows
    from accounts where status = 'active' group by account_type
)
select c.account_type, l.windows * c.spendings as spendings, l.windows * c.usual_spendings as usual_spendings,
       l.windows * c.deposits as deposits, l.windows * c.usual_deposits as usual_deposits
from customs c
join lives l on l.account_type = c.account_type;

-- relation salary_customs: The salaries that the accounts of the data would get in the window, by the rules in force
-- and by the usual ones.
-- uses: accounts, customers
with periods (name, days) as (
    values ('weekly', 7e0), ('biweekly', 14e0), ('semimonthly', 365.25e0 / 24), ('monthly', 365.25e0 / 12)
),
settled as (
    select count(*) as accounts
    from accounts a
    join customers c on c.customer_id = a.customer_id
    where a.account_type = 'checking' and a.status = 'active' and a.opened_date < :start
      and c.customer_type = 'individual'
)
select s.accounts * :transactions.salary_share * (
           select sum(m.share * :days / p.days)
           from (values :transactions.pay_periods) m (name, share) join periods p on p.name = m.name
       ) as salaries,
       s.accounts * :default.transactions.salary_share * (
           select sum(m.share * :days / p.days)
           from (values :default.transactions.pay_periods) m (name, share) join periods p on p.name = m.name
       ) as usual_salaries
from settled s;

-- relation rule_growth: Of loans and of premiums, the share that the usual rules would have brought about, of those by
-- the rules in force.
-- uses: nothing
with terms (name, dues) as (values ('monthly', 12), ('quarterly', 4), ('annual', 1))
select coalesce(:default.loans.applicant_share * (1 + :default.loans.second_share) * :default.loans.statuses.approved
                / nullif(:loans.applicant_share * (1 + :loans.second_share) * :loans.statuses.approved * 1e0, 0), 1)
           as usual_loans,
       coalesce(:default.insurance.holder_share * (
           select sum(cast(m.name as integer) * m.share) from (values :default.insurance.policies) m (name, share)
       ) * (
           select sum(t.dues * m.share)
           from (values :default.insurance.frequencies) m (name, share) join terms t on t.name = m.name
       ) / nullif(:insurance.holder_share * (
           select sum(cast(m.name as integer) * m.share) from (values :insurance.policies) m (name, share)
       ) * (
           select sum(t.dues * 1e0 * m.share)
           from (values :insurance.frequencies) m (name, share) join terms t on t.name = m.name
       ), 0), 1) as usual_premiums;

-- relation moved_customs: By how many rows the rules in force move the transactions of the data against the usual ones:
-- all of them, those that are spending, and those that are manual; and how many instalments and premiums the usual
-- rules would have brought about.
-- uses: account_customs, salary_customs, rule_growth, transactions
with chosen as (
    select sum(spendings) as spendings, sum(usual_spendings) as usual_spendings, sum(deposits) as deposits,
           sum(usual_deposits) as usual_deposits,
           sum(case when account_type = 'checking' then spendings end) as from_checking,
           sum(case when account_type = 'checking' then usual_spendings end) as usual_from_checking
    from account_customs
),
collected as (
    select count(*) filter (where category = 'loan_repayment') as instalments,
           count(*) filter (where category = 'insurance_premium') as premiums
    from transactions
),
parts as (
    select c.spendings - c.usual_spendings
           + c.from_checking * (1 - :transactions.manual_share) * :transactions.checking.atm_cash
             * :transactions.foreign_atm_share
           - c.usual_from_checking * (1 - :default.transactions.manual_share)
             * :default.transactions.checking.atm_cash * :default.transactions.foreign_atm_share
           + k.instalments * (1 - g.usual_loans) + k.premiums * (1 - g.usual_premiums) as spending,
           c.deposits - c.usual_deposits + s.salaries - s.usual_salaries as income,
           c.spendings * :transactions.manual_share - c.usual_spendings * :default.transactions.manual_share
           + c.deposits * :transactions.branch_deposit_share
           - c.usual_deposits * :default.transactions.branch_deposit_share as manual,
           k.instalments * g.usual_loans + k.premiums * g.usual_premiums as collected
    from chosen c cross join salary_customs s cross join collected k cross join rule_growth g
)
select coalesce(spending + income, 0) as transactions, coalesce(spending, 0) as spending,
       coalesce(manual, 0) as manual, collected
from parts;

-- S05: Transactions a customer, and an account.
-- source: docs/bank-story.md#scorecard
-- uses: transactions, customers, accounts, account_growth, moved_customs
-- least rows: 10000
select 'a customer' as label, t.transactions * 1e0 / nullif(c.customers, 0) as value,
       :bands.transactions.0 * r.ratio + m.moved / nullif(c.customers, 0) as low,
       :bands.transactions.1 * r.ratio + m.moved / nullif(c.customers, 0) as high, t.transactions as rows
from (select count(*) as transactions from transactions) t
cross join (select count(*) as customers from customers) c
cross join account_growth r
-- Loans and policies do not become more or fewer with accounts.
cross join (
    select m.transactions + m.collected * (1 - r.ratio) as moved from moved_customs m cross join account_growth r
) m
union all
select 'an account', t.transactions * 1e0 / nullif(a.accounts, 0),
       :bands.account_transactions.0 + m.transactions / nullif(a.accounts, 0),
       :bands.account_transactions.1 + m.transactions / nullif(a.accounts, 0), t.transactions
from (select count(*) as transactions from transactions) t
cross join (select count(*) as accounts from accounts) a
cross join moved_customs m;

-- S06: Transactions that are spending, and that are manual.
-- source: docs/bank-story.md#scorecard
-- uses: ledger, moved_customs
-- least rows: 10000
with counted as (
    select count(*) * 1e0 as transactions, count(*) filter (where sign < 0) * 1e0 as spending,
           count(*) filter (where channel = 'branch') * 1e0 as manual
    from ledger
),
shares as (
    select 'spending' as label, :bands.spending as share, c.spending as part, m.spending as moved, c.transactions,
           m.transactions as moved_transactions
    from counted c cross join moved_customs m
    union all
    select 'manual', :bands.manual, c.manual, m.manual, c.transactions, m.transactions
    from counted c cross join moved_customs m
),
placed as (
    select label, part / nullif(transactions, 0) as value, cast(transactions as bigint) as rows,
           share + part / nullif(transactions, 0)
           - (part - moved) / nullif(transactions - moved_transactions, 0) as share
    from shares
)
select label, value, share - :bands.share_points as low, share + :bands.share_points as high, rows from placed;

-- S22: First digits of amounts against Benford's law; not of fees, salaries and ATM cash, which keep to less than a
-- decade.
-- source: docs/bank-story.md#scorecard
-- uses: transactions
-- least rows: 50000
with digits as (
    select cast(left(replace(ltrim(cast(amount as varchar), '0.'), '.', ''), 1) as integer) as digit, count(*) as times
    from transactions
    where transaction_type not in ('fee', 'salary') and category <> 'atm_cash'
    group by cast(left(replace(ltrim(cast(amount as varchar), '0.'), '.', ''), 1) as integer)
),
whole as (select sum(times) as amounts from digits)
select 'mean absolute deviation' as label,
       avg(abs(coalesce(d.times, 0) * 1e0 / w.amounts - ln(1 + 1e0 / k.digit) / ln(10e0))) as value,
       cast(null as double precision) as low, :bands.benford as high, max(w.amounts) as rows
from (values (1), (2), (3), (4), (5), (6), (7), (8), (9)) k (digit)
cross join whole w
left join digits d on d.digit = k.digit;

-- S23: Purchases and bills are skewed; fees come from a short list.
-- source: docs/bank-story.md#scorecard
-- uses: transactions
-- least rows: 100
select 'mean against median of purchases and bills' as label,
       cast(avg(amount) as double precision)
       / cast(percentile_cont(0.5) within group (order by amount) as double precision) as value,
       :bands.payment_skew.0 * max(least(m.skew, 1)) as low, :bands.payment_skew.1 * max(greatest(m.skew, 1)) as high,
       count(*) as rows
from transactions
-- Of a log-normal distribution the mean is so much larger than the median.
cross join (
    values (exp((power(:transactions.bill_sigma, 2) - power(:default.transactions.bill_sigma, 2)) / 2e0))
) m (skew)
where category in ('card_purchase', 'bill_payment')
union all
select 'commonest fees', sum(case when place <= :bands.fee_amounts then times end) * 1e0 / sum(times),
       :bands.common_fees, null, cast(sum(times) as bigint)
from (
    select amount, count(*) as times, row_number() over (order by count(*) desc, amount) as place
    from transactions where transaction_type = 'fee' group by amount
) f;

-- relation paid_accounts: Accounts that get a salary throughout the window, and how often.
-- uses: ledger
with pays as (
    select account_id, day, day - lag(day) over (partition by account_id order by day) as gap
    from ledger where category = 'payroll'
),
weekdays as (
    select account_id, max(times) as most
    from (select account_id, extract(isodow from day) as weekday, count(*) as times
          from pays group by account_id, extract(isodow from day)) w
    group by account_id
),
accounts_of as (
    select account_id, count(*) as times, percentile_cont(0.5) within group (order by gap) as gap
    from pays
    group by account_id
    having min(day) < :start + :bands.pay_reach_days and max(day) >= :as_of - :bands.pay_reach_days
)
select a.account_id,
       case when a.gap <= 9 then 'weekly' when a.gap >= 25 then 'monthly'
            when w.most >= 0.75 * a.times then 'biweekly' else 'semimonthly' end as frequency
from accounts_of a
join weekdays w on w.account_id = a.account_id;

-- S24: How often salaries come to accounts that get one throughout the window.
-- source: docs/bank-story.md#scorecard
-- uses: paid_accounts
-- least rows: 1000
-- mix: frequency as :transactions.pay_periods within :bands.pay_points or :bands.standard_errors standard errors
from paid_accounts;

-- S30: Rows a customer of transactions, schedules, premiums, KYC and interactions.
-- source: docs/bank-story.md#scorecard
-- uses: customers, transactions, repayment_schedule, premium_payments, kyc_records, interactions, moved_customs,
-- rule_growth, loan_terms
-- least rows: 50000
select 'rows a customer' as label, sum(n.rows) * 1e0 / nullif(max(c.customers), 0) as value,
       :bands.rows.0 + (max(m.transactions) + sum(n.moved)) / nullif(max(c.customers), 0) as low,
       :bands.rows.1 + (max(m.transactions) + sum(n.moved)) / nullif(max(c.customers), 0) as high,
       cast(sum(n.rows) as bigint) as rows
from (
    select count(*) as rows, 0e0 as moved from transactions
    union all
    select s.rows, s.rows * (1 - g.usual_loans * t.usual_months / t.months)
    from (select count(*) as rows from repayment_schedule) s cross join rule_growth g cross join loan_terms t
    union all
    select p.rows, p.rows * (1 - g.usual_premiums)
    from (select count(*) as rows from premium_payments) p cross join rule_growth g
    union all select count(*), 0 from kyc_records
    union all select count(*), 0 from interactions
) n
cross join (select count(*) as customers from customers) c
cross join moved_customs m;

-- S33: Hours of the day: purchases by day, calls in the morning against the evening.
-- source: docs/bank-story.md#scorecard
-- uses: transactions, interactions
-- least rows: 400
with hours as (
    select sum(case when c.hour between 7 and 21 then c.weight end) * 1e0 / sum(c.weight) as daytime,
           sum(case when u.hour between 7 and 21 then u.weight end) * 1e0 / sum(u.weight) as usual_daytime
    from (values :transactions.card_hours) c (hour, weight)
    join (values :default.transactions.card_hours) u (hour, weight) on u.hour = c.hour
),
calls as (
    select sum(case when c.hour < 12 then c.weight end) * 1e0
           / nullif(sum(case when c.hour >= 17 then c.weight end), 0) as mornings,
           sum(case when u.hour < 12 then u.weight end) * 1e0
           / nullif(sum(case when u.hour >= 17 then u.weight end), 0) as usual_mornings
    from (values :service.phone_hours) c (hour, weight)
    join (values :default.service.phone_hours) u (hour, weight) on u.hour = c.hour
)
select 'purchases from 7 to 22 hours' as label,
       avg(case when extract(hour from transaction_at) between 7 and 21 then 1e0 else 0 end) as value,
       :bands.daytime_purchases + max(h.daytime - h.usual_daytime) as low, cast(null as double precision) as high,
       count(*) as rows
from transactions cross join hours h where category = 'card_purchase'
union all
select 'calls before noon against those from 17 hours on',
       count(case when extract(hour from started_at) < 12 then 1 end) * 1e0
       / nullif(count(case when extract(hour from started_at) >= 17 then 1 end), 0),
       :bands.morning_calls * max(h.mornings / h.usual_mornings), null, count(*)
from interactions cross join calls h where channel = 'phone';
