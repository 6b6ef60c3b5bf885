-- Loans as a whole: who applies, how it ends, what secures them and who is behind.

-- relation loan_facts: Loans with their collateral and the number of their guarantors.
-- uses: loans, collateral, loan_guarantors
select l.loan_id, l.loan_type, max(c.collateral_id) as collateral_id, count(distinct g.guarantor_id) as guarantors
from loans l
left join collateral c on c.loan_id = l.loan_id
left join loan_guarantors g on g.loan_id = l.loan_id
group by l.loan_id, l.loan_type;

-- relation loan_terms: What follows from kinds and terms of loans, by the rules in force and by the usual ones: the
-- share that is paid off and the mean number of instalments. A loan is paid off when its term is over: of those paid
-- out evenly over some years, all but the term's share.
-- uses: nothing
with kinds (kind, place) as (values ('mortgage', 0), ('personal', 1), ('auto', 2), ('business', 3), ('education', 4)),
rules (name, reach) as (values ('now', 1e0 * :loans.years), ('usual', 1e0 * :default.loans.years)),
numbers (name, what, place, number) as (
    select 'now', 'least', n.* from (values :loans.least_years) n (place, number)
    union all select 'now', 'most', n.* from (values :loans.most_years) n (place, number)
    union all select 'now', 'step', n.* from (values :loans.step_years) n (place, number)
    union all select 'usual', 'least', n.* from (values :default.loans.least_years) n (place, number)
    union all select 'usual', 'most', n.* from (values :default.loans.most_years) n (place, number)
    union all select 'usual', 'step', n.* from (values :default.loans.step_years) n (place, number)
),
shares (name, kind, share) as (
    select 'now', m.* from (values :loans.types) m (kind, share)
    union all select 'usual', m.* from (values :default.loans.types) m (kind, share)
),
terms as (
    select s.name, s.kind, s.share, cast(l.number + g.step * t.number as integer) as years
    from shares s
    join kinds k on k.kind = s.kind
    join numbers l on l.name = s.name and l.place = k.place and l.what = 'least'
    join numbers m on m.name = s.name and m.place = k.place and m.what = 'most'
    join numbers t on t.name = s.name and t.place = k.place and t.what = 'step'
    cross join (select cast(n as integer) as step from generate_series(0, 29) x (n)) g
    where l.number + g.step * t.number <= m.number
),
by_kind as (
    select t.name, t.kind, max(t.share) as share, avg(greatest(1 - t.years / r.reach, 0)) as paid_off,
           avg(12e0 * t.years) as months
    from terms t
    join rules r on r.name = t.name
    group by t.name, t.kind
)
select sum(case when name = 'now' then share * paid_off end) as paid_off,
       sum(case when name = 'usual' then share * paid_off end) as usual_paid_off,
       sum(case when name = 'now' then share * months end) as months,
       sum(case when name = 'usual' then share * months end) as usual_months
from by_kind;

-- relation loan_ends: Shares of loans that run and that are paid off, as the rules in force move them.
-- uses: loan_terms
select :bands.paid_off_loans * paid_off / usual_paid_off as paid_off,
       :bands.active_loans - :bands.paid_off_loans * (paid_off / usual_paid_off - 1)
       - (:loans.defaulted_share - :default.loans.defaulted_share)
       - (:loans.restructured_share - :default.loans.restructured_share) as active
from loan_terms;

-- relation score_customs: Credit scores as the mixture of two bell curves, those of the approved and of the rejected,
-- by the rules in force and by the usual ones: mean, deviation, and the share approved by grade; 1.702 makes the
-- logistic curve of the normal one. And the correlation of score and rate.
-- uses: nothing
with rules (name, approved, mean, spread, other_mean, other_spread, low, medium, weight, reach) as (
    values ('now', :loans.statuses.approved * 1e0 / (:loans.statuses.approved + :loans.statuses.rejected),
            1e0 * :loans.approved_score, greatest(1e0 * :loans.approved_score_spread, 1e-3),
            1e0 * :loans.rejected_score, greatest(1e0 * :loans.rejected_score_spread, 1e-3),
            1e0 * :loans.low_risk_score, 1e0 * :loans.medium_risk_score, 1e0 * :loans.score_weight,
            1e0 * :loans.best_rate_score - :loans.worst_rate_score),
           ('usual', :default.loans.statuses.approved * 1e0
                     / (:default.loans.statuses.approved + :default.loans.statuses.rejected),
            1e0 * :default.loans.approved_score, 1e0 * :default.loans.approved_score_spread,
            1e0 * :default.loans.rejected_score, 1e0 * :default.loans.rejected_score_spread,
            1e0 * :default.loans.low_risk_score, 1e0 * :default.loans.medium_risk_score,
            1e0 * :default.loans.score_weight,
            1e0 * :default.loans.best_rate_score - :default.loans.worst_rate_score)
),
reached as (
    select *, 1 / (1 + exp(1.702e0 * greatest(least((low - mean) / spread, 9), -9))) as good_low,
           1 / (1 + exp(1.702e0 * greatest(least((low - other_mean) / other_spread, 9), -9))) as bad_low,
           1 / (1 + exp(1.702e0 * greatest(least((medium - mean) / spread, 9), -9))) as good_medium,
           1 / (1 + exp(1.702e0 * greatest(least((medium - other_mean) / other_spread, 9), -9))) as bad_medium
    from rules
)
select name, approved * mean + (1 - approved) * other_mean as mean,
       sqrt(approved * power(spread, 2) + (1 - approved) * power(other_spread, 2)
            + approved * (1 - approved) * power(mean - other_mean, 2)) as deviation,
       approved * good_low / (approved * good_low + (1 - approved) * bad_low) as at_low,
       approved * (good_medium - good_low)
       / (approved * (good_medium - good_low) + (1 - approved) * (bad_medium - bad_low)) as at_medium,
       approved * (1 - good_medium) / (approved * (1 - good_medium) + (1 - approved) * (1 - bad_medium)) as at_high,
       weight * spread / reach / sqrt(power(weight * spread / reach, 2) + power(1 - weight, 2) / 12) as steepness
from reached;

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
-- uses: loans, loan_ends
-- least rows: 250
-- share: active: status = 'active' near (select active from loan_ends) within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: paid_off: status = 'paid_off' near (select paid_off from loan_ends) within :bands.share_points or
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
-- uses: risk_assessments, score_customs
-- least rows: 300
with grades as (
    select avg(case when risk_grade = 'low' then approved end) as low,
           avg(case when risk_grade = 'medium' then approved end) as medium,
           avg(case when risk_grade = 'high' then approved end) as high, count(*) as rows
    from (select risk_grade, case when recommendation = 'approve' then 1e0 else 0 end as approved
          from risk_assessments) r
),
moved as (
    select n.mean - u.mean as mean, n.deviation / u.deviation as deviation,
           least(n.at_medium - n.at_high - (u.at_medium - u.at_high), 0) as medium,
           least(n.at_low - n.at_medium - (u.at_low - u.at_medium), 0) as low
    from score_customs n join score_customs u on n.name = 'now' and u.name = 'usual'
)
select 'mean score' as label, avg(1e0 * credit_score) as value, :bands.mean_score.0 + max(m.mean) as low,
       :bands.mean_score.1 + max(m.mean) as high, count(*) as rows
from risk_assessments cross join moved m
union all
select 'standard deviation', stddev_samp(1e0 * credit_score), :bands.score_deviation.0 * max(m.deviation),
       :bands.score_deviation.1 * max(m.deviation), count(*)
from risk_assessments cross join moved m
union all
select 'approvals, medium above high risk', g.medium - g.high, :bands.approvals_medium + m.medium, null, g.rows
from grades g cross join moved m
union all
select 'approvals, low above medium risk', g.low - g.medium, :bands.approvals_low + m.low, null, g.rows
from grades g cross join moved m;

-- S28: Running loans that are behind.
-- source: docs/bank-story.md#scorecard
-- uses: loans
-- least rows: 2000
-- share: a month or more behind: days_past_due >= :bands.behind_days among status in ('active', 'restructured') from
-- :bands.behind.0 to :bands.behind.1 + :loans.behind_share - :default.loans.behind_share
from loans;

-- S32: Rates of loans fall with the credit score: their correlation within a kind of loan.
-- source: docs/bank-story.md#scorecard
-- uses: loan_applications, risk_assessments, score_customs
-- least rows: 25
select l.loan_type as label, corr(cast(l.interest_rate as double precision), 1e0 * r.credit_score) as value,
       cast(null as double precision) as low,
       :bands.rate_correlation * max(m.less) as high, count(*) as rows
from loan_applications l
join risk_assessments r on r.application_id = l.application_id
cross join (
    select least(n.steepness / u.steepness, 1) as less
    from score_customs n join score_customs u on n.name = 'now' and u.name = 'usual'
) m
where l.status = 'approved'
group by l.loan_type;
