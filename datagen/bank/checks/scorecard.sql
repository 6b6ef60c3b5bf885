-- How the bank looks as a whole: figures and the bands in which they should lie. A share may lie some points above or
-- below its rule, or some standard errors if those are more, so that a small data set is not failed by chance. Bands
-- follow the rules: where a figure grows with one, its band is moved by what that rule is against its default.

-- relation share_counts: Shares of the scorecard: how many of how many rows, the rule's share, the points allowed.
-- uses: customers, accounts, account_relationships, interactions, satisfaction_surveys, complaints, campaign_responses,
-- employee_assignments, loan_applications, loans, collateral, loan_guarantors, policies, aml_checks
select 'S02' as figure, 'with an account' as label, count(a.customer_id) as hits, count(*) as rows,
       1e0 * :accounts.holder_share as share, 1e0 * :bands.share_points as points
from customers c left join (select distinct customer_id from accounts) a on a.customer_id = c.customer_id
union all
select 'S02', 'several, of those', count(case when accounts > 1 then 1 end), count(*), :accounts.several_share,
       :bands.share_points
from (select customer_id, count(*) as accounts from accounts group by customer_id) a
union all
select 'S04', n.label, count(case when a.relationships = n.relationships then 1 end), count(*), max(n.share),
       max(n.points)
from (values ('one relationship', 1, :accounts.one_relationship_share, :bands.share_points),
             ('two relationships', 2, :accounts.two_relationships_share, :bands.second_points))
     n (label, relationships, share, points)
cross join (
    select a.account_id, count(r.relationship_id) as relationships
    from accounts a left join account_relationships r on r.account_id = a.account_id group by a.account_id
) a
group by n.label
union all
select 'S08', 'handled by an employee', count(handled_by), count(*),
       :service.channels.phone * :service.handled_shares.0 + :service.channels.email * :service.handled_shares.1
       + :service.channels.web * :service.handled_shares.2 + :service.channels.mobile_app * :service.handled_shares.3
       + :service.channels.branch * :service.handled_shares.4, :bands.share_points
from interactions
union all
select 'S09', 'customers who complain', count(x.customer_id), count(*), :service.complainer_share, :bands.few_points
from customers c left join (select distinct customer_id from complaints) x on x.customer_id = c.customer_id
union all
select 'S10', 'customers who respond', count(x.customer_id), count(*), :campaigns.responder_share, :bands.few_points
from customers c left join (select distinct customer_id from campaign_responses) x on x.customer_id = c.customer_id
union all
select 'S11', 'interactions with a survey', count(s.survey_id), count(*), :service.surveyed_share, :bands.share_points
from interactions i left join satisfaction_surveys s on s.interaction_id = i.interaction_id
union all
select 'S11', 'surveys with a comment', count(comments), count(*), :service.comment_share, :bands.share_points
from satisfaction_surveys
union all
select 'S14', 'customers assigned', count(x.customer_id), count(*), :employees.assigned_share, :bands.share_points
from customers c left join (select distinct customer_id from employee_assignments) x on x.customer_id = c.customer_id
union all
select 'S15', 'customers who apply', count(x.customer_id), count(*), :loans.applicant_share, :bands.share_points
from customers c left join (select distinct customer_id from loan_applications) x on x.customer_id = c.customer_id
union all
select 'S17', 'collateral of ' || k.loan_type, count(c.loan_id), count(*), max(k.share), :bands.share_points
from (values ('mortgage', :loans.collateral_shares.0), ('auto', :loans.collateral_shares.2),
             ('business', :loans.collateral_shares.3)) k (loan_type, share)
join loans l on l.loan_type = k.loan_type
left join collateral c on c.loan_id = l.loan_id
group by k.loan_type
union all
select 'S17', 'loans with a guarantor', count(x.loan_id), count(*), :loans.guarantor_share, :bands.share_points
from loans l left join (select distinct loan_id from loan_guarantors) x on x.loan_id = l.loan_id
union all
select 'S19', 'customers with a policy', count(x.customer_id), count(*), :insurance.holder_share, :bands.share_points
from customers c left join (select distinct customer_id from policies) x on x.customer_id = c.customer_id
union all
select 'S21', 'alerts without a report', count(case when status = 'closed' then 1 end), count(*),
       1 - :bands.reported_alerts * :compliance.reported_share / :default.compliance.reported_share, :bands.alert_points
from aml_checks where result = 'alert' and status <> 'open';

-- relation mix_counts: Kinds of the scorecard: how many of how many rows, the rule's share, the points allowed.
-- uses: customer_profiles, accounts, interactions, complaints, employee_training, performance_reviews,
-- loan_applications, policies, loans, paid_accounts
select 'S01' as figure, v.label as label, count(x.segment) as hits, max(t.n) as rows, 1e0 * max(v.share) as share,
       1e0 * :bands.share_points as points
from (values ('retail', :customers.segments.retail), ('premium', :customers.segments.premium),
             ('corporate', :customers.segments.corporate), ('private', :customers.segments.private)) v (label, share)
cross join (select count(*) as n from customer_profiles) t
left join customer_profiles x on x.segment = v.label
group by v.label
union all
select 'S03', v.label, count(x.account_type), max(t.n), max(v.share), :bands.share_points
from (values ('checking', :accounts.types.checking), ('savings', :accounts.types.savings),
             ('money_market', :accounts.types.money_market), ('cd', :accounts.types.cd)) v (label, share)
cross join (select count(*) as n from accounts) t
left join accounts x on x.account_type = v.label
group by v.label
union all
select 'S08', v.label, count(x.channel), max(t.n), max(v.share), :bands.share_points
from (values ('phone', :service.channels.phone), ('email', :service.channels.email), ('web', :service.channels.web),
             ('mobile_app', :service.channels.mobile_app), ('branch', :service.channels.branch)) v (label, share)
cross join (select count(*) as n from interactions) t
left join interactions x on x.channel = v.label
group by v.label
union all
select 'S09', v.label, count(x.complaint_type), max(t.n), max(v.share), :bands.share_points
from (values ('service', :service.complaint_types.service), ('fee', :service.complaint_types.fee),
             ('product', :service.complaint_types.product), ('fraud', :service.complaint_types.fraud),
             ('other', :service.complaint_types.other)) v (label, share)
cross join (select count(*) as n from complaints) t
left join complaints x on x.complaint_type = v.label
group by v.label
union all
select 'S09', v.label, count(x.status), max(t.n), max(v.share), :bands.share_points
from (values ('resolved', :service.complaint_statuses.resolved),
             ('investigating', :service.complaint_statuses.investigating),
             ('closed', :service.complaint_statuses.closed), ('open', :service.complaint_statuses.open))
     v (label, share)
cross join (select count(*) as n from complaints) t
left join complaints x on x.status = v.label
group by v.label
union all
select 'S13', v.label, count(x.status), max(t.n), max(v.share), :bands.share_points
from (values ('completed', :employees.training_statuses.completed),
             ('in_progress', :employees.training_statuses.in_progress),
             ('enrolled', :employees.training_statuses.enrolled)) v (label, share)
cross join (select count(*) as n from employee_training) t
left join employee_training x on x.status = v.label
group by v.label
union all
select 'S13', 'rating ' || v.label, count(x.rating), max(t.n), max(v.share), :bands.share_points
from (values ('1', :employees.ratings.1), ('2', :employees.ratings.2), ('3', :employees.ratings.3),
             ('4', :employees.ratings.4), ('5', :employees.ratings.5)) v (label, share)
cross join (select count(*) as n from performance_reviews) t
left join performance_reviews x on cast(x.rating as varchar) = v.label
group by v.label
union all
select 'S15', v.label, count(x.loan_type), max(t.n), max(v.share), :bands.share_points
from (values ('mortgage', :loans.types.mortgage), ('personal', :loans.types.personal), ('auto', :loans.types.auto),
             ('business', :loans.types.business), ('education', :loans.types.education)) v (label, share)
cross join (select count(*) as n from loan_applications) t
left join loan_applications x on x.loan_type = v.label
group by v.label
union all
select 'S15', v.label, count(x.status), max(t.n), max(v.share), :bands.share_points
from (values ('approved', :loans.statuses.approved), ('rejected', :loans.statuses.rejected),
             ('pending', :loans.statuses.pending), ('withdrawn', :loans.statuses.withdrawn)) v (label, share)
cross join (select count(*) as n from loan_applications) t
left join loan_applications x on x.status = v.label
group by v.label
union all
select 'S19', v.label, count(x.policy_type), max(t.n), max(v.share), :bands.share_points
from (values ('auto', :insurance.types.auto), ('home', :insurance.types.home), ('life', :insurance.types.life))
     v (label, share)
cross join (select count(*) as n from policies) t
left join policies x on x.policy_type = v.label
group by v.label
union all
select 'S24', v.label, count(x.frequency), max(t.n), max(v.share), :bands.pay_points
from (values ('biweekly', :transactions.pay_periods.biweekly), ('weekly', :transactions.pay_periods.weekly),
             ('semimonthly', :transactions.pay_periods.semimonthly), ('monthly', :transactions.pay_periods.monthly))
     v (label, share)
cross join (select count(*) as n from paid_accounts) t
left join paid_accounts x on x.frequency = v.label
group by v.label
union all
select 'S29', v.label, count(x.risk_class), max(t.n), max(v.share), :bands.share_points
from (values ('low', :kyc.risk_classes.low), ('medium', :kyc.risk_classes.medium), ('high', :kyc.risk_classes.high))
     v (label, share)
cross join (select count(*) as n from customer_profiles) t
left join customer_profiles x on x.risk_class = v.label
group by v.label
union all
select 'S16', v.label, count(x.status), max(t.n), max(v.share), max(v.points)
from (values ('active', :bands.active_loans, :bands.share_points),
             ('paid_off', :bands.paid_off_loans, :bands.share_points),
             ('defaulted', :loans.defaulted_share, :bands.state_points),
             ('restructured', :loans.restructured_share, :bands.state_points)) v (label, share, points)
cross join (select count(*) as n from loans) t
left join loans x on x.status = v.label
group by v.label;

-- relation shares: Shares of the scorecard with their bands.
-- uses: share_counts, mix_counts
select figure, label, hits * 1e0 / nullif(rows, 0) as value,
       greatest(0, share - greatest(points, :bands.standard_errors * sqrt(share * (1 - share) / nullif(rows, 0))))
           as low,
       least(1, share + greatest(points, :bands.standard_errors * sqrt(share * (1 - share) / nullif(rows, 0)))) as high,
       rows
from (select * from share_counts union all select * from mix_counts) s;

-- S01: Segments of customers.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 1000
select label, value, low, high, rows from shares where figure = 'S01';

-- S02: Customers with an account, and with several; accounts for every customer.
-- source: docs/bank-story.md#scorecard
-- uses: shares, customers, accounts
-- least rows: 800
select label, value, low, high, rows from shares where figure = 'S02'
union all
select 'accounts a customer', a.accounts * 1e0 / nullif(c.customers, 0), :bands.accounts.0 * r.ratio,
       :bands.accounts.1 * r.ratio, c.customers
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
-- uses: shares
-- least rows: 900
select label, value, low, high, rows from shares where figure = 'S03';

-- S04: Accounts with one and with two relationships; the kinds that occur.
-- source: docs/bank-story.md#scorecard
-- uses: shares, account_relationships
-- least rows: 250
select label, value, low, high, rows from shares where figure = 'S04'
union all
select 'kinds of relationships', count(distinct relationship_type), :bands.relationship_kinds,
       :bands.relationship_kinds, count(*)
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

-- S07: Interactions a customer: their shares, falling from one on, and their mean.
-- source: docs/bank-story.md#scorecard
-- uses: customers, interactions
-- least rows: 1000
with times as (
    select c.customer_id, count(i.interaction_id) as times
    from customers c left join interactions i on i.customer_id = c.customer_id group by c.customer_id
),
whole as (select count(*) as customers, avg(1e0 * times) as mean from times),
shares_of as (
    select k.times, k.share, count(t.customer_id) * 1e0 / max(w.customers) as found, max(w.customers) as customers
    from (values (0, :service.contacts.0), (1, :service.contacts.1), (2, :service.contacts.2), (3, :service.contacts.3),
                 (4, :service.contacts.4), (5, :service.contacts.5)) k (times, share)
    cross join whole w
    left join times t on t.times = k.times
    group by k.times, k.share
)
select cast(times as varchar) || ' interactions' as label, found as value,
       share - slack as low, share + slack as high, customers as rows
from (
    select *, greatest(:bands.share_points,
                       :bands.standard_errors * sqrt(1e0 * share * (1 - share) / customers)) as slack
    from shares_of
) s
union all
select 'share of ' || cast(a.times as varchar) || ' less that of one more', a.found - b.found,
       -:bands.standard_errors * sqrt((a.share + b.share) / a.customers), null, a.customers
from shares_of a
join shares_of b on b.times = a.times + 1
where a.times > 0 and a.share >= b.share
union all
select 'mean', w.mean, :bands.mean_contacts.0 + m.moved, :bands.mean_contacts.1 + m.moved, w.customers
from whole w
cross join (
    select sum(s.times * (s.share - d.share)) as moved
    from shares_of s
    join (values (0, :default.service.contacts.0), (1, :default.service.contacts.1), (2, :default.service.contacts.2),
                 (3, :default.service.contacts.3), (4, :default.service.contacts.4), (5, :default.service.contacts.5))
         d (times, share) on d.times = s.times
) m;

-- S08: Channels of interactions, and those handled by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 1000
select label, value, low, high, rows from shares where figure = 'S08';

-- S09: Customers who complain; kinds and states of complaints.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 90
select label, value, low, high, rows from shares where figure = 'S09';

-- S10: Customers who respond to campaigns.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 1000
select label, value, low, high, rows from shares where figure = 'S10';

-- S11: Surveys: of how many interactions, with how many comments; the net promoter score; stars follow it.
-- source: docs/bank-story.md#scorecard
-- uses: shares, satisfaction_surveys
-- least rows: 400
with ranks as (
    select rank() over (order by nps_score) + (count(*) over (partition by nps_score) - 1) / 2e0 as nps,
           rank() over (order by satisfaction_rating) + (count(*) over (partition by satisfaction_rating) - 1) / 2e0
               as stars
    from satisfaction_surveys
)
select label, value, low, high, rows from shares where figure = 'S11'
union all
select 'net promoter score', 100 * avg(case when nps_score >= 9 then 1e0 when nps_score <= 6 then -1e0 else 0 end),
       :bands.promoter_score.0, :bands.promoter_score.1, count(*)
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

-- S13: States of training, and ratings of performance.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 200
select label, value, low, high, rows from shares where figure = 'S13';

-- S14: Customers who are or were looked after by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 1000
select label, value, low, high, rows from shares where figure = 'S14';

-- S15: Customers who apply for a loan; kinds and states of applications.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 400
select label, value, low, high, rows from shares where figure = 'S15';

-- S16: States of loans.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 250
select label, value, low, high, rows from shares where figure = 'S16';

-- S17: Loans with collateral, by kind, and with a guarantor.
-- source: docs/bank-story.md#scorecard
-- uses: shares
-- least rows: 20
select label, value, low, high, rows from shares where figure = 'S17';

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

-- S19: Customers with a policy; kinds of policies, and policies a holder.
-- source: docs/bank-story.md#scorecard
-- uses: shares, policies
-- least rows: 300
select label, value, low, high, rows from shares where figure = 'S19'
union all
select 'policies a holder', count(*) * 1e0 / nullif(count(distinct customer_id), 0), :bands.holder_policies.0 + m.moved,
       :bands.holder_policies.1 + m.moved, count(*)
from policies
cross join (
    select :insurance.policies.2 - :default.insurance.policies.2
           + 2 * (:insurance.policies.3 - :default.insurance.policies.3) as moved
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
-- uses: shares
-- least rows: 200
select label, value, low, high, rows from shares where figure = 'S21';

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
-- uses: shares
-- least rows: 1000
select label, value, low, high, rows from shares where figure = 'S24';

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
select 'a month or more behind' as label,
       avg(case when days_past_due >= :bands.behind_days then 1e0 else 0 end) as value, :bands.behind.0 as low,
       :bands.behind.1 + :loans.behind_share - :default.loans.behind_share as high, count(*) as rows
from loans where status in ('active', 'restructured');

-- S29: Risk classes of customers; branches that hold accounts.
-- source: docs/bank-story.md#scorecard
-- uses: shares, accounts
-- least rows: 900
select label, value, low, high, rows from shares where figure = 'S29'
union all
select 'branches', count(distinct branch_code), :bands.branches.0, :bands.branches.1, count(*) from accounts;

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
