-- Insurance as a whole: who is insured, against what, and how often something happens.

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
