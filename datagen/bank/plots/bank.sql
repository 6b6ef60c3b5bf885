-- The plots of the report of a bank.

-- plot transactions_by_week: Transactions by week and kind
-- form: lines
-- unit: transactions
-- says: Salaries and rents mark the months; cards are used every day.
select strftime(date_trunc('week', transaction_at), '%Y-%m-%d') as x, transaction_type as series, count(*) as value
from transactions
where date_trunc('week', transaction_at) >= :start and date_trunc('week', transaction_at) + interval 7 day <= :as_of
group by 1, 2 order by 2, 1;

-- plot hours: Transactions by weekday and hour
-- form: heat map
-- unit: transactions
-- says: Branches have hours, cards and apps do not; orders are booked in the morning.
select ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isodow(transaction_at)] as y,
       lpad(cast(hour(transaction_at) as varchar), 2, '0') as x, count(*) as value
from transactions group by 1, 2, isodow(transaction_at), hour(transaction_at)
order by isodow(transaction_at), hour(transaction_at);

-- plot balances: Deposits by kind of account
-- form: bars
-- unit: US dollars
-- says: Savings and certificates hold more than the accounts that money is spent from.
select account_type as label, sum(balance) as value
from accounts where closed_date is null group by 1 order by 2 desc, 1;

-- plot channels: Transactions by channel and kind
-- form: bars
-- unit: transactions
-- says: More is done without a branch than in one.
select channel as label, transaction_type as series, count(*) as value
from transactions group by 1, 2 order by sum(count(*)) over (partition by channel) desc, 1, 2;

-- plot accounts_opened: Accounts opened by year
-- form: columns
-- unit: accounts
-- says: A bank grows; who came early has stayed.
select cast(extract(year from opened_date) as varchar) as label, account_type as series, count(*) as value
from accounts group by 1, 2 order by 1, 2;

-- plot loans: Loans outstanding by kind and status
-- form: bars
-- unit: US dollars
-- says: Mortgages are few and large.
select loan_type as label, status as series, sum(outstanding_balance) as value
from loans where outstanding_balance > 0 group by 1, 2
order by sum(sum(outstanding_balance)) over (partition by loan_type) desc, 1, 2;

-- plot applications: Applications for loans by outcome
-- form: bars
-- unit: applications
-- says: Who earns much for what is asked gets it.
select loan_type as label, status as series, count(*) as value
from loan_applications group by 1, 2 order by sum(count(*)) over (partition by loan_type) desc, 1, 2;

-- plot scores: Approval by credit score
-- form: columns
-- unit: % of decided applications
-- says: A better score gets the loan more often.
select (credit_score // 50 * 50) || '-' || (credit_score // 50 * 50 + 49) as label,
       100.0 * avg(case when status = 'approved' then 1 else 0 end) as value
from risk_assessments join loan_applications using (application_id)
where decision_date is not null group by 1 having count(*) >= 5 order by 1;

-- plot interactions: Talks with customers by reason
-- form: bars
-- unit: interactions
-- says: Most talks are short questions; complaints are few.
select reason as label, count(*) as value from interactions group by 1 order by 2 desc, 1 limit 12;

-- plot satisfaction: Recommendation by channel
-- form: bars
-- unit: points of ten, mean
-- says: How a talk went decides what is answered.
select channel as label, avg(nps_score) as value
from satisfaction_surveys join interactions using (interaction_id) group by 1 order by 2 desc, 1;

-- plot premiums: Policies in force by kind
-- form: bars
-- unit: policies
-- says: A customer with a house insures it.
select policy_type as label, status as series, count(*) as value
from policies group by 1, 2 order by sum(count(*)) over (partition by policy_type) desc, 1, 2;

-- plot staff: Staff by department
-- form: bars
-- unit: employees
-- says: Most work where customers are.
select department_name as label, count(*) as value
from employees join departments using (department_id)
where termination_date is null group by 1 order by 2 desc, 1;
