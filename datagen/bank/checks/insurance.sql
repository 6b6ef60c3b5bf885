-- Insurance: policies and what they cover, beneficiaries, premiums, claims, money that moved.

-- H50a: A policy is paid from an own account that can pay, was open by then and is not closed.
-- source: docs/bank-story.md#insurance
-- why: Premiums are collected by debit, which a closed account or a certificate of deposit refuses.
-- uses: policies, accounts
select p.policy_id, p.customer_id, p.premium_account_id, a.account_type, a.status, a.opened_date, p.effective_date
from policies p
left join accounts a on a.account_id = p.premium_account_id
where not coalesce(a.customer_id = p.customer_id and a.account_type <> 'cd' and a.opened_date <= p.effective_date
                   and a.status <> 'closed', false);

-- H50b: A policy is sold by an Insurance Agent, employed that day.
-- source: docs/bank-story.md#insurance
-- uses: policies, staff
select p.policy_id, p.agent_id, s.role, p.effective_date
from policies p
left join staff s on s.employee_id = p.agent_id
where not coalesce(s.role = 'Insurance Agent' and p.effective_date between s.hire_date and s.last_day, false);

-- H50c: Nobody holds more policies than anybody may.
-- source: docs/bank-story.md#insurance
-- uses: policies
select customer_id, count(*) as policies
from policies
group by customer_id
having count(*) > (select max(cast(name as integer)) from (values :insurance.policies) m (name, share));

-- H51a: A policy began in the years the bank looks back on.
-- source: docs/bank-story.md#insurance
-- uses: policies
select policy_id, effective_date from policies
where effective_date < cast(:as_of - interval '1 year' * :insurance.years as date);

-- H51b: Auto and home policies run to the end of their current or last year, life policies for one of the terms.
-- source: docs/bank-story.md#insurance
-- uses: policies
with terms as (
    select policy_id, policy_type, effective_date, expiration_date, coalesce(end_date, :as_of) as until,
           cast(extract(year from expiration_date) - extract(year from effective_date) as integer) as years
    from policies
)
select policy_id, policy_type, effective_date, expiration_date, until
from terms
where expiration_date <> cast(effective_date + interval '1 year' * years as date)
   or case when policy_type = 'life'
           then cast(years as varchar) not in (select name from (values :insurance.life_years) m (name, share))
           else years < 1 or cast(effective_date + interval '1 year' * (years - 1) as date) > until end;

-- H51c: A policy that is not active has an end; it has not run past its term, and expired ones ended with it.
-- source: docs/bank-story.md#insurance
-- uses: policies
select policy_id, status, effective_date, end_date, expiration_date from policies
where (status = 'active') <> (end_date is null) or (status = 'active' and expiration_date <= :as_of)
   or (status = 'expired' and end_date <> expiration_date) or end_date <= effective_date or end_date > expiration_date;

-- H52a: A policy covers what its kind does, each once, with what is compulsory.
-- source: docs/bank-story.md#insurance
-- why: Liability is compulsory for cars; lenders ask for the dwelling to be insured.
-- uses: policies, coverage
with kinds (coverage_type, policy_type, is_compulsory) as (
    values ('bodily_injury', 'auto', true), ('property_damage', 'auto', true), ('collision', 'auto', false),
           ('comprehensive', 'auto', false), ('dwelling', 'home', true), ('personal_property', 'home', false),
           ('liability', 'home', false), ('death_benefit', 'life', true)
)
select p.policy_id, p.policy_type, k.coverage_type, count(c.coverage_id) as times
from policies p
cross join kinds k
left join coverage c on c.policy_id = p.policy_id and c.coverage_type = k.coverage_type
group by p.policy_id, p.policy_type, k.coverage_type, k.policy_type, k.is_compulsory
having count(c.coverage_id) > case when p.policy_type = k.policy_type then 1 else 0 end
    or (p.policy_type = k.policy_type and k.is_compulsory and count(c.coverage_id) = 0);

-- H52b: A deductible is below the limit, and 0 for liability and life.
-- source: docs/bank-story.md#insurance
-- why: Otherwise a claim could never be paid.
-- uses: coverage
select coverage_id, coverage_type, limit_amount, deductible from coverage
where deductible >= limit_amount
   or (coverage_type in ('bodily_injury', 'property_damage', 'liability', 'death_benefit') and deductible <> 0);

-- H53: Life policies, and no others, have beneficiaries; their shares make the whole.
-- source: docs/bank-story.md#insurance
-- why: The benefit is paid out to the cent.
-- uses: policies, beneficiaries
select p.policy_id, p.policy_type, count(b.beneficiary_id) as beneficiaries, sum(b.share_percent) as percent
from policies p
left join beneficiaries b on b.policy_id = p.policy_id
group by p.policy_id, p.policy_type
having case when p.policy_type = 'life'
            then sum(b.share_percent) <> 100
                 or cast(count(b.beneficiary_id) as varchar)
                    not in (select name from (values :insurance.beneficiaries) m (name, share))
            else count(b.beneficiary_id) > 0 end;

-- H54a: A claim is on a coverage of its policy, never of a life policy.
-- source: docs/bank-story.md#insurance
-- uses: claims, policies, coverage
select c.claim_id, c.policy_id, c.coverage_id, v.policy_id as covered, p.policy_type
from claims c
left join policies p on p.policy_id = c.policy_id
left join coverage v on v.coverage_id = c.coverage_id
where not coalesce(v.policy_id = c.policy_id and p.policy_type <> 'life', false);

-- H54b: An incident happens while it is covered.
-- source: docs/bank-story.md#insurance
-- why: Before and after the cover the insurer owes nothing.
-- uses: claims, policies
select c.claim_id, c.incident_date, p.effective_date, p.end_date, p.expiration_date
from claims c
join policies p on p.policy_id = c.policy_id
where c.incident_date < p.effective_date or c.incident_date >= coalesce(p.end_date, p.expiration_date);

-- H54c: Claims are reported and decided in time; those that are open have no decision.
-- source: docs/bank-story.md#insurance
-- uses: claims
select claim_id, status, incident_date, reported_date, decision_date from claims
where reported_date - incident_date not between 0 and :insurance.most_reported_days
   or decision_date - reported_date not between :bands.claim_decision_days.0 and :bands.claim_decision_days.1
   or (status = 'open') <> (decision_date is null);

-- H54d: Paid claims, and no others, have a paid amount: at most the limit and the claim, less the deductible.
-- source: docs/bank-story.md#insurance
-- why: The deductible is the holder's own part, the limit the insurer's most.
-- uses: claims, coverage
select c.claim_id, c.status, c.claimed_amount, c.paid_amount, v.limit_amount, v.deductible
from claims c
join coverage v on v.coverage_id = c.coverage_id
where (c.status = 'paid') <> (c.paid_amount is not null) or c.paid_amount > v.limit_amount - v.deductible
   or c.paid_amount > c.claimed_amount - v.deductible;

-- H54e: A claim is handled by a Claims Adjuster or Insurance Agent, employed from the report to the decision.
-- source: docs/bank-story.md#insurance
-- uses: claims, staff
select c.claim_id, c.adjuster_id, s.role, c.reported_date, c.decision_date
from claims c
left join staff s on s.employee_id = c.adjuster_id
where not coalesce(s.role in ('Claims Adjuster', 'Insurance Agent') and c.reported_date >= s.hire_date
                   and coalesce(c.decision_date, c.reported_date) <= s.last_day, false);

-- H55a: There is a premium for every due, and for nothing else.
-- source: docs/bank-story.md#insurance
-- why: Income is recognised by due; a missing one is lost, a second one charged twice.
-- uses: premium_dues, premium_payments
select policy_id, due_date, count(p.payment_id) as premiums, count(d.due) as dues
from (select policy_id, due_date, 1 as due from premium_dues) d
full join premium_payments p using (policy_id, due_date)
group by policy_id, due_date
having count(p.payment_id) <> 1 or count(d.due) <> 1;

-- H55b: A premium is of the policy's amount.
-- source: docs/bank-story.md#insurance
-- uses: premium_payments, policies
select m.payment_id, m.amount, p.premium_amount
from premium_payments m
join policies p on p.policy_id = m.policy_id
where m.amount <> p.premium_amount;

-- H55c: A policy lapses if and only if the last premium was missed, a fixed time before its end.
-- source: docs/bank-story.md#insurance
-- why: A policy ends when a premium stays unpaid beyond the time of grace.
-- uses: policies, premium_payments
select p.policy_id, p.status, p.end_date, m.missed, m.missed_date, m.last_date
from policies p
left join (
    select policy_id, count(*) filter (where status = 'missed') as missed, max(due_date) as last_date,
           max(due_date) filter (where status = 'missed') as missed_date
    from premium_payments group by policy_id
) m on m.policy_id = p.policy_id
where case when p.status = 'lapsed'
           then not coalesce(m.missed = 1 and m.missed_date = m.last_date
                             and p.end_date - m.missed_date = :insurance.lapse_days, false)
           else coalesce(m.missed, 0) > 0 end;

-- H56: A premium is collected on the first banking day from its due on; it is due if that day is still to come.
-- source: docs/bank-story.md#insurance
-- why: Debits are settled on banking days.
-- uses: premium_payments, calendar
select m.payment_id, m.status, m.due_date, m.paid_date, d.next_banking_day
from premium_payments m
left join calendar d on d.day = m.due_date
where case m.status when 'paid' then m.paid_date is distinct from d.next_banking_day
                    when 'due' then m.paid_date is not null or d.next_banking_day < :as_of
                    else m.paid_date is not null or d.next_banking_day >= :as_of end;

-- H57a: Every premium collected in the window is a transaction: its account, day, amount and policy.
-- source: docs/bank-story.md#insurance
-- why: Insurance books and account statements are kept in two systems; they agree when each row of one has its row in
-- the other.
-- uses: premium_payments, policies, ledger
select m.payment_id, m.transaction_id, m.paid_date, m.amount
from premium_payments m
join policies p on p.policy_id = m.policy_id
left join ledger t on t.transaction_id = m.transaction_id
where coalesce(m.paid_date >= :start, false) <> (m.transaction_id is not null)
   or (m.transaction_id is not null
       and (t.category, t.reference_id, t.account_id, t.day, t.amount)
           is distinct from ('insurance_premium', m.policy_id, p.premium_account_id, m.paid_date, m.amount));

-- H57b: Every transaction that pays a premium is one premium's.
-- source: docs/bank-story.md#insurance
-- why: A debit without a premium is money taken for nothing.
-- uses: premium_payments, transactions
select t.transaction_id, t.reference_id, count(m.payment_id) as premiums
from transactions t
left join premium_payments m on m.transaction_id = t.transaction_id
where t.category = 'insurance_premium'
group by t.transaction_id, t.reference_id
having count(m.payment_id) <> 1;

-- H58a: Every claim paid in the window is a transaction: its account, day, amount and claim.
-- source: docs/bank-story.md#insurance
-- why: Insurance books and account statements are kept in two systems; they agree when each row of one has its row in
-- the other.
-- uses: claims, policies, ledger
select c.claim_id, c.status, c.payment_transaction_id, c.decision_date, c.paid_amount
from claims c
join policies p on p.policy_id = c.policy_id
left join ledger t on t.transaction_id = c.payment_transaction_id
where coalesce(c.status = 'paid' and c.decision_date >= :start, false) <> (c.payment_transaction_id is not null)
   or (c.payment_transaction_id is not null
       and (t.category, t.reference_id, t.account_id, t.day, t.amount)
           is distinct from ('insurance_claim', c.claim_id, p.premium_account_id, c.decision_date, c.paid_amount));

-- H58b: Every transaction that pays a claim is one claim's.
-- source: docs/bank-story.md#insurance
-- why: A credit without a claim is a loss nobody decided on.
-- uses: claims, transactions
select t.transaction_id, t.reference_id, count(c.claim_id) as claims
from transactions t
left join claims c on c.payment_transaction_id = t.transaction_id
where t.category = 'insurance_claim'
group by t.transaction_id, t.reference_id
having count(c.claim_id) <> 1;
