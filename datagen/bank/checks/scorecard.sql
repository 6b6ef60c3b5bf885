-- How the bank looks as a whole: figures and the bands in which they should lie. A share may lie some points above or
-- below its rule, or some standard errors if those are more, so that a small data set is not failed by chance. Bands
-- follow the rules: where a figure grows with one, its band is moved by what that rule is against its default.

-- relation customer_facts: What customers have, in numbers: accounts, interactions, complaints and more.
-- uses: customers, accounts, interactions, complaints, campaign_responses, employee_assignments, loan_applications,
-- policies
select c.customer_id, coalesce(a.n, 0) as accounts, coalesce(i.n, 0) as interactions, coalesce(x.n, 0) as complaints,
       coalesce(r.n, 0) as responses, coalesce(e.n, 0) as assignments, coalesce(l.n, 0) as applications,
       coalesce(p.n, 0) as policies
from customers c
left join (select customer_id, count(*) as n from accounts group by customer_id) a on a.customer_id = c.customer_id
left join (select customer_id, count(*) as n from interactions group by customer_id) i on i.customer_id = c.customer_id
left join (select customer_id, count(*) as n from complaints group by customer_id) x on x.customer_id = c.customer_id
left join (select customer_id, count(*) as n from campaign_responses group by customer_id) r
  on r.customer_id = c.customer_id
left join (select customer_id, count(*) as n from employee_assignments group by customer_id) e
  on e.customer_id = c.customer_id
left join (select customer_id, count(*) as n from loan_applications group by customer_id) l
  on l.customer_id = c.customer_id
left join (select customer_id, count(*) as n from policies group by customer_id) p on p.customer_id = c.customer_id;

-- relation account_facts: Accounts with the number of their relationships.
-- uses: accounts, account_relationships
select a.account_id, count(r.relationship_id) as relationships
from accounts a
left join account_relationships r on r.account_id = a.account_id
group by a.account_id;

-- relation loan_facts: Loans with their collateral and the number of their guarantors.
-- uses: loans, collateral, loan_guarantors
select l.loan_id, l.loan_type, max(c.collateral_id) as collateral_id, count(distinct g.guarantor_id) as guarantors
from loans l
left join collateral c on c.loan_id = l.loan_id
left join loan_guarantors g on g.loan_id = l.loan_id
group by l.loan_id, l.loan_type;

-- S01: Segments of customers.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
-- mix: segment as :customers.segments within :bands.share_points or :bands.standard_errors standard errors
from customer_profiles;

-- S02a: Customers with an account, and with several.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 800
-- share: with an account: accounts > 0 near :accounts.holder_share within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: several, of those: accounts > 1 among accounts > 0 near :accounts.several_share within :bands.share_points
-- or :bands.standard_errors standard errors
from customer_facts;

-- S02b: Accounts a customer.
-- source: docs/bank-story.md#scorecard
-- uses: customers, accounts
-- least rows: 1000
select 'accounts a customer' as label, a.accounts * 1e0 / nullif(c.customers, 0) as value,
       :bands.accounts.0 * r.ratio as low,
       :bands.accounts.1 * r.ratio as high, c.customers as rows
from (select count(*) as accounts from accounts) a
cross join (select count(*) as customers from customers) c
cross join (
    select 1e0 * :accounts.holder_share * (1 + :accounts.several_share * more)
           / (:default.accounts.holder_share * (1 + :default.accounts.several_share * usual)) as ratio
    from (values (:accounts.several.2 + 2 * :accounts.several.3 + 3 * :accounts.several.4,
                  :default.accounts.several.2 + 2 * :default.accounts.several.3 + 3 * :default.accounts.several.4))
         s (more, usual)
) r;

-- S03: Kinds of accounts.
-- source: docs/bank-story.md#scorecard
-- uses: accounts
-- least rows: 900
-- mix: account_type as :accounts.types within :bands.share_points or :bands.standard_errors standard errors
from accounts;

-- S04a: Accounts with one relationship, and with two.
-- source: docs/bank-story.md#scorecard
-- uses: account_facts
-- least rows: 900
-- share: one relationship: relationships = 1 near :accounts.one_relationship_share within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: two relationships: relationships = 2 near :accounts.two_relationships_share within :bands.second_points or
-- :bands.standard_errors standard errors
from account_facts;

-- S04b: Kinds of relationships that occur.
-- source: docs/bank-story.md#scorecard
-- uses: account_relationships
-- least rows: 250
select 'kinds' as label, count(distinct relationship_type) as value, :bands.relationship_kinds as low,
       :bands.relationship_kinds as high, count(*) as rows
from account_relationships;

-- S05: Transactions a customer, and an account.
-- source: docs/bank-story.md#scorecard
-- uses: transactions, customers, accounts
-- least rows: 10000
select 'a customer' as label, t.transactions * 1e0 / nullif(c.customers, 0) as value,
       :bands.transactions.0 as low, :bands.transactions.1 as high, t.transactions as rows
from (select count(*) as transactions from transactions) t
cross join (select count(*) as customers from customers) c
union all
select 'an account', t.transactions * 1e0 / nullif(a.accounts, 0), :bands.account_transactions.0,
       :bands.account_transactions.1, t.transactions
from (select count(*) as transactions from transactions) t
cross join (select count(*) as accounts from accounts) a;

-- S06: Transactions that are spending, and that are manual.
-- source: docs/bank-story.md#scorecard
-- uses: ledger
-- least rows: 10000
select k.label, avg(case when k.label = 'spending' then 1e0 * (1 - l.sign) / 2
                         when l.channel = 'branch' then 1e0 else 0 end) as value,
       max(k.share) - :bands.share_points as low, max(k.share) + :bands.share_points as high, count(*) as rows
from (values ('spending', :bands.spending), ('manual', :bands.manual)) k (label, share)
cross join ledger l
group by k.label;

-- S07a: Interactions a customer in the shares of the rules.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- mix: cast(interactions as varchar) as :service.contacts
-- within :bands.share_points or :bands.standard_errors standard errors
from customer_facts;

-- S07b: The more interactions, the fewer customers have so many, from one on.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
with expected as (
    select cast(name as integer) as times, 1e0 * share as share from (values :service.contacts) m (name, share)
),
found as (
    select e.times, e.share, count(c.customer_id) as customers, max(w.customers) as rows
    from expected e
    cross join (select count(*) as customers from customer_facts) w
    left join customer_facts c on c.interactions = e.times
    group by e.times, e.share
)
select cast(a.times as varchar) || ' less ' || cast(b.times as varchar) as label,
       (a.customers - b.customers) * 1e0 / nullif(a.rows, 0) as value,
       -:bands.standard_errors * sqrt((a.share + b.share) / nullif(a.rows, 0)) as low,
       cast(null as double precision) as high, a.rows as rows
from found a
join found b on b.times = a.times + 1
where a.times > 0 and a.share >= b.share;

-- S07c: Mean number of interactions a customer.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
select 'mean' as label, avg(1e0 * c.interactions) as value, :bands.mean_contacts.0 + max(m.moved) as low,
       :bands.mean_contacts.1 + max(m.moved) as high, count(*) as rows
from customer_facts c
cross join (
    select sum(cast(s.name as integer) * (1e0 * s.share - d.share)) as moved
    from (values :service.contacts) s (name, share)
    join (values :default.service.contacts) d (name, share) on d.name = s.name
) m;

-- S08a: Channels of interactions.
-- source: docs/bank-story.md#scorecard
-- uses: interactions
-- least rows: 1000
-- mix: channel as :service.channels within :bands.share_points or :bands.standard_errors standard errors
from interactions;

-- S08b: Interactions handled by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: interactions
-- least rows: 1000
-- share: handled by an employee: handled_by is not null near :service.channels.phone * :service.handled_shares.0 +
-- :service.channels.email * :service.handled_shares.1 + :service.channels.web * :service.handled_shares.2 +
-- :service.channels.mobile_app * :service.handled_shares.3 + :service.channels.branch * :service.handled_shares.4
-- within :bands.share_points or :bands.standard_errors standard errors
from interactions;

-- S09a: Customers who complain.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: who complain: complaints > 0 near :service.complainer_share within :bands.few_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S09b: Kinds of complaints.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 90
-- mix: complaint_type as :service.complaint_types within :bands.share_points or :bands.standard_errors standard errors
from complaints;

-- S09c: States of complaints.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 90
-- mix: status as :service.complaint_statuses within :bands.share_points or :bands.standard_errors standard errors
from complaints;

-- S10: Customers who respond to campaigns.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: who respond: responses > 0 near :campaigns.responder_share within :bands.few_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S11a: Interactions with a survey.
-- source: docs/bank-story.md#scorecard
-- uses: interactions, satisfaction_surveys
-- least rows: 1000
-- share: with a survey: s.survey_id is not null near :service.surveyed_share within :bands.share_points or
-- :bands.standard_errors standard errors
from interactions i left join satisfaction_surveys s on s.interaction_id = i.interaction_id;

-- S11b: Surveys with a comment.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys
-- least rows: 400
-- share: with a comment: comments is not null near :service.comment_share within :bands.share_points or
-- :bands.standard_errors standard errors
from satisfaction_surveys;

-- S11c: The net promoter score; stars follow the score.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys
-- least rows: 400
with ranks as (
    select rank() over (order by nps_score) + (count(*) over (partition by nps_score) - 1) / 2e0 as nps,
           rank() over (order by satisfaction_rating) + (count(*) over (partition by satisfaction_rating) - 1) / 2e0
               as stars
    from satisfaction_surveys
)
select 'net promoter score' as label,
       100 * avg(case when nps_score >= 9 then 1e0 when nps_score <= 6 then -1e0 else 0 end) as value,
       :bands.promoter_score.0 as low, :bands.promoter_score.1 as high, count(*) as rows
from satisfaction_surveys
union all
select 'rank correlation of score and stars', corr(nps, stars), :bands.score_correlation, null, count(*) from ranks;

-- S12: The mean score of customers who complain against that of the others.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys, complaints
-- least rows: 400
select 'points below the others' as label,
       avg(case when c.customer_id is null then 1e0 * s.nps_score end)
       - avg(case when c.customer_id is not null then 1e0 * s.nps_score end) as value,
       :bands.discontent.0 as low, :bands.discontent.1 as high, count(*) as rows
from satisfaction_surveys s
left join (select distinct customer_id from complaints) c on c.customer_id = s.customer_id;

-- S13a: States of training.
-- source: docs/bank-story.md#scorecard
-- uses: employee_training
-- least rows: 200
-- mix: status as :employees.training_statuses within :bands.share_points or :bands.standard_errors standard errors
from employee_training;

-- S13b: Ratings of performance.
-- source: docs/bank-story.md#scorecard
-- uses: performance_reviews
-- least rows: 200
-- mix: cast(rating as varchar) as :employees.ratings
-- within :bands.share_points or :bands.standard_errors standard errors
from performance_reviews;

-- S14: Customers who are or were looked after by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: assigned: assignments > 0 near :employees.assigned_share within :bands.share_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S15a: Customers who apply for a loan.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: who apply: applications > 0 near :loans.applicant_share within :bands.share_points or :bands.standard_errors
-- standard errors
from customer_facts;

-- S15b: Kinds of loans applied for.
-- source: docs/bank-story.md#scorecard
-- uses: loan_applications
-- least rows: 400
-- mix: loan_type as :loans.types within :bands.share_points or :bands.standard_errors standard errors
from loan_applications;

-- S15c: States of applications.
-- source: docs/bank-story.md#scorecard
-- uses: loan_applications
-- least rows: 400
-- mix: status as :loans.statuses within :bands.share_points or :bands.standard_errors standard errors
from loan_applications;

-- S16: States of loans.
-- source: docs/bank-story.md#scorecard
-- uses: loans
-- least rows: 250
-- share: active: status = 'active' near :bands.active_loans within :bands.share_points or :bands.standard_errors
-- standard errors
-- share: paid_off: status = 'paid_off' near :bands.paid_off_loans within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: defaulted: status = 'defaulted' near :loans.defaulted_share within :bands.state_points or
-- :bands.standard_errors standard errors
-- share: restructured: status = 'restructured' near :loans.restructured_share within :bands.state_points or
-- :bands.standard_errors standard errors
from loans;

-- S17a: Loans with collateral, by kind.
-- source: docs/bank-story.md#scorecard
-- uses: loan_facts
-- least rows: 20
-- share: mortgage: collateral_id is not null among loan_type = 'mortgage' near :loans.collateral_shares.0 within
-- :bands.share_points or :bands.standard_errors standard errors
-- share: auto: collateral_id is not null among loan_type = 'auto' near :loans.collateral_shares.2 within
-- :bands.share_points or :bands.standard_errors standard errors
-- share: business: collateral_id is not null among loan_type = 'business' near :loans.collateral_shares.3 within
-- :bands.share_points or :bands.standard_errors standard errors
from loan_facts;

-- S17b: Loans with a guarantor.
-- source: docs/bank-story.md#scorecard
-- uses: loan_facts
-- least rows: 250
-- share: with a guarantor: guarantors > 0 near :loans.guarantor_share within :bands.share_points or
-- :bands.standard_errors standard errors
from loan_facts;

-- S18: Credit scores: mean and deviation; approvals rise from high over medium to low risk.
-- source: docs/bank-story.md#scorecard
-- uses: risk_assessments
-- least rows: 300
with grades as (
    select avg(case when risk_grade = 'low' then approved end) as low,
           avg(case when risk_grade = 'medium' then approved end) as medium,
           avg(case when risk_grade = 'high' then approved end) as high, count(*) as rows
    from (select risk_grade, case when recommendation = 'approve' then 1e0 else 0 end as approved
          from risk_assessments) r
)
select 'mean score' as label, avg(1e0 * credit_score) as value, :bands.mean_score.0 as low, :bands.mean_score.1 as high,
       count(*) as rows
from risk_assessments
union all
select 'standard deviation', stddev_samp(1e0 * credit_score), :bands.score_deviation.0, :bands.score_deviation.1,
       count(*)
from risk_assessments
union all
select 'approvals, medium above high risk', medium - high, :bands.approvals_medium, null, rows from grades
union all
select 'approvals, low above medium risk', low - medium, :bands.approvals_low, null, rows from grades;

-- S19a: Customers with a policy.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: with a policy: policies > 0 near :insurance.holder_share within :bands.share_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S19b: Kinds of policies.
-- source: docs/bank-story.md#scorecard
-- uses: policies
-- least rows: 500
-- mix: policy_type as :insurance.types within :bands.share_points or :bands.standard_errors standard errors
from policies;

-- S19c: Policies a holder.
-- source: docs/bank-story.md#scorecard
-- uses: policies
-- least rows: 500
select 'policies a holder' as label, count(*) * 1e0 / nullif(count(distinct customer_id), 0) as value,
       :bands.holder_policies.0 + m.moved as low, :bands.holder_policies.1 + m.moved as high, count(*) as rows
from policies
cross join (
    select sum(cast(s.name as integer) * (1e0 * s.share - d.share)) as moved
    from (values :insurance.policies) s (name, share)
    join (values :default.insurance.policies) d (name, share) on d.name = s.name
) m
group by m.moved;

-- S20: Claims in 100 insured years of a car.
-- source: docs/bank-story.md#scorecard
-- uses: coverage, policies, claims
-- least rows: 1000
with cover as (
    select v.coverage_type, v.coverage_id,
           greatest(least(coalesce(p.end_date, :as_of), :as_of) - p.effective_date, 0) / 365.25e0 as years
    from coverage v
    join policies p on p.policy_id = v.policy_id
    where v.coverage_type in ('collision', 'comprehensive')
),
rates as (
    select c.coverage_type, sum(c.years) / 100 as hundreds, sum(coalesce(n.claims, 0)) as claims, count(*) as coverages
    from cover c
    left join (select coverage_id, count(*) as claims from claims group by coverage_id) n
      on n.coverage_id = c.coverage_id
    group by c.coverage_type
)
select r.coverage_type as label, r.claims / r.hundreds as value,
       k.rate - greatest(:bands.claim_points, :bands.standard_errors * sqrt(k.rate / r.hundreds)) as low,
       k.rate + greatest(:bands.claim_points, :bands.standard_errors * sqrt(k.rate / r.hundreds)) as high,
       r.coverages as rows
from rates r
join (values ('collision', :insurance.claims_collision), ('comprehensive', :insurance.claims_comprehensive))
     k (coverage_type, rate) on k.coverage_type = r.coverage_type;

-- S21: Alerts that end without a report.
-- source: docs/bank-story.md#scorecard
-- uses: aml_checks
-- least rows: 200
-- share: without a report: status = 'closed' among result = 'alert' and status <> 'open' near 1 -
-- :bands.reported_alerts * :compliance.reported_share / :default.compliance.reported_share within :bands.alert_points
-- or :bands.standard_errors standard errors
from aml_checks;

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
       :bands.payment_skew.0 as low, :bands.payment_skew.1 as high, count(*) as rows
from transactions where category in ('card_purchase', 'bill_payment')
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

-- S25: Balances of open accounts are skewed, and higher before retirement than in youth.
-- source: docs/bank-story.md#scorecard
-- uses: accounts, customers
-- least rows: 10000
with balances as (
    select cast(a.balance as double precision) as balance, extract(year from age) as age
    from (
        select a.balance, a.status, age(cast(:as_of as timestamp), cast(c.date_of_birth as timestamp)) as age
        from accounts a join customers c on c.customer_id = a.customer_id
    ) a
    where a.status <> 'closed'
)
select 'mean against median' as label, avg(balance) / percentile_cont(0.5) within group (order by balance) as value,
       :bands.balance_skew.0 as low, :bands.balance_skew.1 as high, count(*) as rows
from balances
union all
select 'median at 65 to 74 against under 35',
       percentile_cont(0.5) within group (order by case when age between 65 and 74 then balance end)
       / percentile_cont(0.5) within group (order by case when age < 35 then balance end),
       :bands.balance_ages.0, :bands.balance_ages.1, count(*)
from balances;

-- S26: Length of telephone calls, of the longest channel against the shortest; contacts in business hours.
-- source: docs/bank-story.md#scorecard
-- uses: talks, calendar
-- least rows: 400
with channels as (select channel, avg(1e0 * duration_seconds) as mean, count(*) as n from talks group by channel),
calls as (
    select count(*) as n, avg(1e0 * duration_seconds) as mean, stddev_pop(1e0 * duration_seconds) as deviation
    from talks where channel = 'phone'
)
select 'minutes by telephone' as label, mean / 60 as value, :bands.call_minutes.0 as low, :bands.call_minutes.1 as high,
       n as rows
from calls
union all
select 'skew of calls', avg(power((t.duration_seconds - c.mean) / c.deviation, 3)), :bands.call_skew, null, count(*)
from talks t cross join calls c where t.channel = 'phone'
union all
select 'longest channel against the shortest', max(mean) / min(mean), :bands.channel_ratio, null, cast(sum(n) as bigint)
from channels
union all
select 'in business hours, by telephone, e-mail and in branches',
       avg(case when d.is_banking and extract(hour from t.started_at) between 8 and 17 then 1e0 else 0 end),
       :bands.business_hours, null, count(*)
from talks t left join calendar d on d.day = t.day
where t.channel in ('phone', 'email', 'branch');

-- S27: Complaints answered in time.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 80
select 'answered in time' as label,
       avg(case when first_response_date - filed_date <= :service.response_limit then 1e0 else 0 end) as value,
       s.share - :bands.answered_errors * sqrt(s.share * (1 - s.share) / count(*)) as low, count(*) as rows
from complaints
cross join (
    select :bands.answered - (:service.late_response_share - :default.service.late_response_share) * 1e0 as share
) s
where first_response_date is not null
group by s.share;

-- S28: Running loans that are behind.
-- source: docs/bank-story.md#scorecard
-- uses: loans
-- least rows: 2000
-- share: a month or more behind: days_past_due >= :bands.behind_days among status in ('active', 'restructured') from
-- :bands.behind.0 to :bands.behind.1 + :loans.behind_share - :default.loans.behind_share
from loans;

-- S29a: Risk classes of customers.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
-- mix: risk_class as :kyc.risk_classes within :bands.share_points or :bands.standard_errors standard errors
from customer_profiles;

-- S29b: Branches that hold accounts.
-- source: docs/bank-story.md#scorecard
-- uses: accounts
-- least rows: 900
select 'branches' as label, count(distinct branch_code) as value, :bands.branches.0 as low, :bands.branches.1 as high,
       count(*) as rows
from accounts;

-- S30: Rows a customer of transactions, schedules, premiums, KYC and interactions.
-- source: docs/bank-story.md#scorecard
-- uses: customers, transactions, repayment_schedule, premium_payments, kyc_records, interactions
-- least rows: 50000
select 'rows a customer' as label, sum(n.rows) * 1e0 / nullif(max(c.customers), 0) as value, :bands.rows.0 as low,
       :bands.rows.1 as high, cast(sum(n.rows) as bigint) as rows
from (
    select count(*) as rows from transactions
    union all select count(*) from repayment_schedule
    union all select count(*) from premium_payments
    union all select count(*) from kyc_records
    union all select count(*) from interactions
) n
cross join (select count(*) as customers from customers) c;

-- S31: Pay by role, median against the rule's.
-- source: docs/bank-story.md#scorecard
-- uses: employees
-- least rows: 10
select e.role as label,
       cast(percentile_cont(0.5) within group (order by e.salary) as double precision) / max(r.pay) as value,
       :bands.pay.0 as low, :bands.pay.1 as high, count(*) as rows
from employees e
join (values ('Branch Manager', :employees.pay_branch_manager), ('Teller', :employees.pay_teller),
             ('Relationship Manager', :employees.pay_relationship_manager),
             ('Customer Service Agent', :employees.pay_customer_service_agent),
             ('Loan Officer', :employees.pay_loan_officer), ('Risk Analyst', :employees.pay_risk_analyst),
             ('Compliance Officer', :employees.pay_compliance_officer),
             ('Insurance Agent', :employees.pay_insurance_agent), ('Claims Adjuster', :employees.pay_claims_adjuster),
             ('Marketing Specialist', :employees.pay_marketing_specialist),
             ('Operations Specialist', :employees.pay_operations_specialist),
             ('Systems Engineer', :employees.pay_systems_engineer), ('HR Specialist', :employees.pay_hr_specialist),
             ('Accountant', :employees.pay_accountant), ('Department Manager', :employees.pay_department_manager))
     r (role, pay) on r.role = e.role
group by e.role;

-- S32: Rates of loans fall with the credit score: their correlation within a kind of loan.
-- source: docs/bank-story.md#scorecard
-- uses: loan_applications, risk_assessments
-- least rows: 25
select l.loan_type as label, corr(cast(l.interest_rate as double precision), 1e0 * r.credit_score) as value,
       cast(null as double precision) as low, :bands.rate_correlation as high, count(*) as rows
from loan_applications l
join risk_assessments r on r.application_id = l.application_id
where l.status = 'approved'
group by l.loan_type;

-- S33: Hours of the day: purchases by day, calls in the morning against the evening.
-- source: docs/bank-story.md#scorecard
-- uses: transactions, interactions
-- least rows: 400
select 'purchases from 7 to 22 hours' as label,
       avg(case when extract(hour from transaction_at) between 7 and 21 then 1e0 else 0 end) as value,
       :bands.daytime_purchases as low, cast(null as double precision) as high, count(*) as rows
from transactions where category = 'card_purchase'
union all
select 'calls before noon against those from 17 hours on',
       count(case when extract(hour from started_at) < 12 then 1 end) * 1e0
       / nullif(count(case when extract(hour from started_at) >= 17 then 1 end), 0),
       :bands.morning_calls, null, count(*)
from interactions where channel = 'phone';

-- S34: Income by segment: the median of private customers above premium, of premium above retail ones.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
with medians as (
    select segment, cast(percentile_cont(0.5) within group (order by annual_income) as double precision) as income
    from customer_profiles group by segment
)
select h.segment || ' against ' || l.segment as label, h.income / l.income as value, :bands.income_ratio as low,
       w.customers as rows
from medians h
join medians l on (h.segment, l.segment) in (('private', 'premium'), ('premium', 'retail'))
cross join (select count(*) as customers from customer_profiles) w;

-- S35: Given names tell the sex: persons whose name most of the others with that name have in the same sex.
-- source: docs/bank-story.md#scorecard
-- why: Hardly one given name in fifty is shared by the sexes; names drawn without the sex would fit half of them.
-- uses: customer_profiles, employees
-- least rows: 300
with persons as (
    select first_name, gender from customer_profiles union all select first_name, gender from employees
),
names as (select first_name, gender, count(*) as persons from persons group by first_name, gender),
bearers as (select first_name, sum(persons) as persons from names group by first_name having sum(persons) > 2)
select 'of the sex of the name' as label,
       sum(case when 2 * (n.persons - 1) > b.persons - 1 then n.persons else 0 end) * 1e0 / nullif(sum(n.persons), 0)
           as value,
       :bands.names_of_sex as low, cast(sum(n.persons) as bigint) as rows
from names n
join bearers b on b.first_name = n.first_name;
