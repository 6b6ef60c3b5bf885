-- Transactions: running balances, what each category is, when it happens, interest.

-- H33a: Every running balance follows from the opening balance and the transactions so far.
-- source: docs/bank-story.md#transactions
-- why: A statement is right when every line follows from the one before.
-- uses: ledger, accounts
select transaction_id, account_id, balance_after, expected
from (
    select l.transaction_id, l.account_id, l.balance_after,
           a.opening_balance + sum(l.sign * l.amount)
               over (partition by l.account_id order by length(l.transaction_id), l.transaction_id
                     rows between unbounded preceding and current row) as expected
    from ledger l
    join accounts a on a.account_id = l.account_id
) b
where balance_after <> expected;

-- H33b: The balance of an account is its opening balance and all its transactions.
-- source: docs/bank-story.md#transactions
-- why: The balance on the account and the balance of the ledger are kept apart; they must agree to the cent.
-- uses: accounts, ledger
select a.account_id, a.balance, a.opening_balance, coalesce(l.moved, 0) as moved
from accounts a
left join (select account_id, sum(sign * amount) as moved from ledger group by account_id) l
  on l.account_id = a.account_id
where a.balance <> a.opening_balance + coalesce(l.moved, 0);

-- H34: Spending never takes more than its share of the balance before it.
-- source: docs/bank-story.md#transactions
-- why: The cap keeps accounts from running dry in one step, so there are no overdrafts to explain.
-- uses: transactions
select transaction_id, account_id, amount, balance_after from transactions
where transaction_type in ('withdrawal', 'payment', 'fee')
  and amount > :transactions.spending_cap * (balance_after + amount);

-- H35a: Transactions lie in the window, on or after the day the account was opened.
-- source: docs/bank-story.md#transactions
-- uses: ledger, accounts
select l.transaction_id, l.account_id, l.transaction_at, a.opened_date
from ledger l
join accounts a on a.account_id = l.account_id
where l.day < :start or l.day >= :as_of or l.day < a.opened_date;

-- H35b: Closed accounts have no transactions, dormant ones only interest.
-- source: docs/bank-story.md#transactions
-- why: A closed account takes nothing in or out; a dormant one is dormant because its owner does not use it.
-- uses: transactions, accounts
select t.transaction_id, t.account_id, a.status, t.category
from transactions t
join accounts a on a.account_id = t.account_id
where a.status = 'closed' or (a.status = 'dormant' and t.category <> 'interest');

-- H35c: Numbers of transactions rise with time.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, transaction_at, before
from (
    select transaction_id, transaction_at,
           lag(transaction_at) over (order by length(transaction_id), transaction_id) as before
    from transactions
) t
where transaction_at < before;

-- H36a: The category of a transaction decides its type and the channels it can come by.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select t.transaction_id, t.category, t.transaction_type, t.channel
from transactions t
where not exists (
    select 1
    from (values ('counter_cash', 'withdrawal', 'branch'), ('atm_cash', 'withdrawal', 'atm'),
                 ('card_purchase', 'payment', 'card'), ('bill_payment', 'payment', 'ach'),
                 ('bill_payment', 'payment', 'online'), ('bill_payment', 'payment', 'branch'),
                 ('loan_repayment', 'payment', 'ach'), ('insurance_premium', 'payment', 'ach'),
                 ('maintenance_fee', 'fee', 'system'), ('atm_fee', 'fee', 'atm'), ('wire_fee', 'fee', 'branch'),
                 ('cash_deposit', 'deposit', 'branch'), ('cash_deposit', 'deposit', 'atm'),
                 ('check_deposit', 'deposit', 'branch'), ('check_deposit', 'deposit', 'online'),
                 ('opening_deposit', 'deposit', 'branch'), ('loan_disbursement', 'deposit', 'system'),
                 ('insurance_claim', 'deposit', 'ach'), ('payroll', 'salary', 'ach'),
                 ('interest', 'interest', 'system')) k (category, transaction_type, channel)
    where k.category = t.category and k.transaction_type = t.transaction_type and k.channel = t.channel
);

-- H36b: Cash moves in counter_cash, atm_cash and cash_deposit alone.
-- source: docs/bank-story.md#transactions
-- why: Reports of cash rest on this column.
-- uses: transactions
select transaction_id, category, is_cash from transactions
where is_cash <> (category in ('counter_cash', 'atm_cash', 'cash_deposit'));

-- H36c: What is done in a branch is manual and done by somebody; nothing else is.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, channel, processing, processed_by from transactions
where (channel = 'branch') <> (processing = 'manual') or (channel = 'branch') <> (processed_by is not null);

-- H36d: Certificates of deposit have only interest and their opening deposit; purchases, payroll and ATM fees are of
-- checking accounts.
-- source: docs/bank-story.md#transactions
-- uses: transactions, accounts
select t.transaction_id, t.category, a.account_type
from transactions t
join accounts a on a.account_id = t.account_id
where (a.account_type = 'cd' and t.category not in ('interest', 'opening_deposit'))
   or (a.account_type <> 'checking' and t.category in ('card_purchase', 'payroll', 'atm_fee'));

-- H36e: Purchases, bills and payroll have a counterparty; what is of a loan or an insurance has a reference.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, category, counterparty, reference_id from transactions
where (counterparty is not null) <> (category in ('card_purchase', 'bill_payment', 'payroll'))
   or (reference_id is not null)
      <> (category in ('loan_repayment', 'loan_disbursement', 'insurance_premium', 'insurance_claim'));

-- H37a: ACH, money of loans and branches are of banking days.
-- source: docs/bank-story.md#transactions
-- why: The clearing house and the branches work on banking days only.
-- uses: ledger, calendar
select l.transaction_id, l.category, l.channel, l.transaction_at
from ledger l
left join calendar d on d.day = l.day
where (l.channel in ('ach', 'branch') or l.category = 'loan_disbursement') and not coalesce(d.is_banking, false);

-- H37b: Branches serve in their hours.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, transaction_at from transactions
where channel = 'branch'
  and (extract(hour from transaction_at) < :service.branches_open.0
       or extract(hour from transaction_at) >= :service.branches_open.1);

-- H37c: Whoever serves is of the front office and employed that day.
-- source: docs/bank-story.md#transactions
-- uses: ledger, staff
select l.transaction_id, l.processed_by, l.day, s.role
from ledger l
left join staff s on s.employee_id = l.processed_by
where l.processed_by is not null
  and not coalesce(s.is_front_office and l.day between s.hire_date and s.last_day, false);

-- H38a: A salary lies in its range.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, amount from transactions
where transaction_type = 'salary' and amount not between :transactions.least_salary and :transactions.most_salary;

-- H38b: ATM cash is a multiple of the note.
-- source: docs/bank-story.md#transactions
-- uses: transactions
select transaction_id, amount from transactions
where category = 'atm_cash' and mod(amount, :transactions.atm_note) <> 0;

-- H38c: An account opened in the window begins with its opening deposit, that day, and no other account has one.
-- source: docs/bank-story.md#transactions
-- uses: accounts, ledger
with deposits as (
    select account_id, day, category,
           row_number() over (partition by account_id order by length(transaction_id), transaction_id) as place
    from ledger
)
select a.account_id, a.opened_date, min(d.day) as day, min(d.place) as place, count(d.account_id) as deposits
from accounts a
left join deposits d on d.account_id = a.account_id and d.category = 'opening_deposit'
group by a.account_id, a.opened_date
having case when a.opened_date >= :start
            then count(d.account_id) <> 1 or min(d.place) <> 1 or min(d.day) <> a.opened_date
            else count(d.account_id) > 0 end;

-- H39: Interest is credited at the end of each month in the window, after all else of the day, on each account with a
-- rate that is open then: the balance before it by the rate, to the cent; and at no other time.
-- source: docs/bank-story.md#transactions
-- why: Interest is computed from the balance at the end of the month, when everything else has been booked.
-- uses: accounts, transactions
with moves as (
    select account_id, transaction_at, transaction_id, category, amount, balance_after,
           lead(transaction_at) over (partition by account_id order by length(transaction_id), transaction_id) as until
    from transactions
),
month_ends as (
    select cast(g as date) + time '23:59:59' as moment
    from generate_series(cast(:start as timestamp), :as_of - interval '1 day', interval '1 day') s (g)
    where extract(day from g + interval '1 day') = 1
),
due as (
    select a.account_id, e.moment as transaction_at, a.interest_rate,
           coalesce(m.balance_after, a.opening_balance) as base
    from accounts a
    join month_ends e on a.opened_date <= cast(e.moment as date)
                     and coalesce(a.closed_date, :as_of) > cast(e.moment as date)
    left join moves m on m.account_id = a.account_id and m.transaction_at < e.moment
                     and coalesce(m.until, e.moment) >= e.moment
    where a.interest_rate > 0
),
paid as (
    select account_id, transaction_at, transaction_id, amount, until,
           count(*) over (partition by account_id, transaction_at) as times
    from moves where category = 'interest'
)
-- the cent nearest to base x rate / 1200, halves upwards, and no row for less than half a cent
select account_id, transaction_at, p.transaction_id, p.amount, d.base, d.interest_rate
from due d
full join paid p using (account_id, transaction_at)
where not coalesce(d.base * d.interest_rate >= 1200 * coalesce(p.amount, 0) - 6
                   and d.base * d.interest_rate < 1200 * coalesce(p.amount, 0) + 6, false)
   or p.times > 1 or cast(p.until as date) = cast(transaction_at as date);
