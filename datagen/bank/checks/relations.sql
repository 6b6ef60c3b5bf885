-- What several rules look at.

-- relation holidays: Federal holidays as the Federal Reserve keeps them: a Sunday's on Monday, a Saturday's not at all.
-- uses: nothing
with years as (
    select cast(y as integer) as year
    from generate_series(cast(extract(year from :as_of) as integer) - :customers.years - 1,
                         cast(extract(year from :as_of) as integer) + 1) g (y)
),
-- month, day of the month, since when
fixed (month, day, since) as (
    values (1, 1, 1871), (6, 19, 2021), (7, 4, 1871), (11, 11, 1871), (12, 25, 1871)
),
-- month, day of the week (Monday is 1), which of them in the month; 0 for the last
weekdays (month, weekday, place) as (
    values (1, 1, 3), (2, 1, 3), (5, 1, 0), (9, 1, 1), (10, 1, 2), (11, 4, 4)
),
moving as (
    select w.place, w.weekday,
           case when w.place = 0
                then cast(make_date(y.year, w.month, 1) + interval '1 month' - interval '7 days' as date)
                else make_date(y.year, w.month, 1) + 7 * (w.place - 1) end as earliest
    from years y cross join weekdays w
),
kept as (
    select make_date(y.year, f.month, f.day) as day from years y join fixed f on y.year >= f.since
)
select case when extract(isodow from day) = 7 then day + 1 else day end as day
from kept where extract(isodow from day) <> 6
union
select earliest + cast(mod(cast(weekday + 7 - extract(isodow from earliest) as integer), 7) as integer) from moving;

-- relation calendar: Each day of the years of the data: whether it is a banking day, and the first one on or after it.
-- uses: holidays
select d.day, d.is_banking,
       min(case when d.is_banking then d.day end)
           over (order by d.day desc rows between unbounded preceding and current row) as next_banking_day
from (
    select g.day, extract(isodow from g.day) < 6 and h.day is null as is_banking
    from (
        select cast(d as date) as day
        from generate_series(:as_of - interval '1 year' * (:customers.years + 1), :as_of + interval '1 year',
                             interval '1 day') s (d)
    ) g
    left join holidays h on h.day = g.day
) d;

-- relation departments_of_roles: The department each role belongs to; a Department Manager leads any other than the
-- Executive Office.
-- uses: nothing
select * from (
    values ('Chief Executive Officer', 'Executive Office'), ('Branch Manager', 'Retail Banking'),
           ('Teller', 'Retail Banking'), ('Relationship Manager', 'Retail Banking'),
           ('Customer Service Agent', 'Customer Service'), ('Loan Officer', 'Lending'),
           ('Risk Analyst', 'Risk Management'), ('Compliance Officer', 'Compliance'),
           ('Insurance Agent', 'Insurance'), ('Claims Adjuster', 'Insurance'), ('Marketing Specialist', 'Marketing'),
           ('Operations Specialist', 'Operations'), ('Systems Engineer', 'Information Technology'),
           ('HR Specialist', 'Human Resources'), ('Accountant', 'Finance')
) r (role, department_name);

-- relation staff: Employees with the last day on which they can act, and whether they serve customers (front office).
-- uses: employees
select employee_id, role, hire_date, coalesce(termination_date, date '9999-12-31') as last_day,
       role in ('Teller', 'Customer Service Agent', 'Relationship Manager', 'Branch Manager') as is_front_office
from employees;

-- relation founders: The roles that no bank can be without, and who of the first employees, as many as these roles, has
-- each.
-- uses: employees
with roles (role) as (
    values ('Chief Executive Officer'), ('Teller'), ('Customer Service Agent'), ('Loan Officer'), ('Risk Analyst'),
           ('Compliance Officer'), ('Insurance Agent')
),
numbered as (
    select employee_id, role, status, hire_date, row_number() over (order by length(employee_id), employee_id) as place
    from employees
)
select r.role, e.employee_id, e.status, e.hire_date
from roles r
left join numbered e on e.role = r.role and e.place <= (select count(*) from roles);

-- relation talks: Interactions with their day and their end.
-- uses: interactions
select interaction_id, customer_id, channel, reason, started_at, cast(started_at as date) as day,
       started_at + interval '1 second' * duration_seconds as ended_at, duration_seconds, handled_by, account_id
from interactions;

-- relation ledger: Transactions with their day, the owner of the account, and the sign of the amount.
-- uses: transactions, accounts
select t.transaction_id, t.account_id, a.customer_id, t.transaction_at, cast(t.transaction_at as date) as day,
       t.transaction_type, t.category, t.channel, t.amount, t.balance_after, t.is_cash, t.processed_by, t.reference_id,
       case when t.transaction_type in ('deposit', 'salary', 'interest') then 1 else -1 end as sign,
       case when t.transaction_type in ('deposit', 'salary', 'interest') then 'in' else 'out' end as direction
from transactions t
join accounts a on a.account_id = t.account_id;

-- relation instalments: The schedule of each loan, each row with the balance before it and whether its terms are those
-- that were approved: all but those of a restructured loan from the restructuring on.
-- uses: repayment_schedule, loans, loan_applications
select s.*, l.status as loan_status, l.status_date, l.principal, l.disbursement_date, l.term_months,
       l.monthly_payment, l.interest_rate as rate_in_force, a.interest_rate as approved_rate,
       a.term_months as approved_months, l.status = 'restructured' and s.due_date < l.status_date as is_old,
       lag(s.balance_after, 1, l.principal) over (partition by s.loan_id order by s.installment_number)
           as balance_before,
       row_number() over (partition by s.loan_id order by s.installment_number) as place
from repayment_schedule s
join loans l on l.loan_id = s.loan_id
join loan_applications a on a.application_id = l.application_id;

-- relation first_verified: The day each customer's KYC was first verified.
-- uses: kyc_records
select customer_id, min(completed_date) as day from kyc_records where status = 'verified' group by customer_id;

-- relation kyc_chain: KYC records with their place in the customer's, and what the one before said.
-- uses: kyc_records
select *, row_number() over (partition by customer_id order by opened_date, length(kyc_id), kyc_id) as place,
       lag(status) over (partition by customer_id order by opened_date, length(kyc_id), kyc_id) as status_before,
       lag(next_review_date) over (partition by customer_id order by opened_date, length(kyc_id), kyc_id) as due_date,
       lead(kyc_id) over (partition by customer_id order by opened_date, length(kyc_id), kyc_id) as next_kyc_id
from kyc_records;

-- relation alerts: Alerts of the monitoring with the transaction each points at.
-- uses: aml_checks, ledger
select c.check_id, c.customer_id, c.scenario, c.detected_date, c.status, c.closed_date, t.transaction_id,
       t.account_id, t.customer_id as owner_id, t.transaction_at, t.day, t.transaction_type, t.category, t.amount,
       t.is_cash, t.direction
from aml_checks c
left join ledger t on t.transaction_id = c.transaction_id
where c.check_type = 'transaction_monitoring';

-- relation large_cash: Cash above the threshold of a report, by customer, day and direction.
-- uses: ledger
select customer_id, day, direction, sum(amount) as amount
from ledger
where is_cash
group by customer_id, day, direction
having sum(amount) > :compliance.cash_limit;

-- relation premium_dues: Every day on which a premium is due: from the first day of the policy on, before its end and
-- before the as-of day.
-- uses: policies
select p.policy_id, cast(p.effective_date + interval '1 month' * (k.place * f.months) as date) as due_date
from policies p
join (values ('monthly', 1), ('quarterly', 3), ('annual', 12)) f (payment_frequency, months)
  on f.payment_frequency = p.payment_frequency
join (select cast(g as integer) as place from generate_series(0, 12 * :insurance.years) s (g)) k
  on p.effective_date + interval '1 month' * (k.place * f.months)
     < cast(least(coalesce(p.end_date, :as_of), :as_of) as timestamp);
