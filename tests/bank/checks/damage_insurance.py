"""Damage to policies, premiums and claims: (what is wrong, the check, how it is planted)."""

from __future__ import annotations

from tests.bank.checks.damage_people import TELLER, first

POLICY = first("policies", "policy_id")
ACTIVE = first("policies", "policy_id", "status = 'active'")
CANCELLED = first("policies", "policy_id", "status = 'cancelled'")
LAPSED = first("policies", "policy_id", "status = 'lapsed'")
EXPIRED = first("policies", "policy_id", "status = 'expired'")
LIFE = first("policies", "policy_id", "policy_type = 'life'")
AUTO = first("policies", "policy_id", "policy_type = 'auto'")
CLAIM = first("claims", "claim_id")
PAID = first("claims", "claim_id", "status = 'paid'")
PAID_NOW = first("claims", "claim_id", "payment_transaction_id is not null")
PREMIUM = first("premium_payments", "payment_id", "transaction_id is not null")
OLD = first("premium_payments", "payment_id", "status = 'paid' and transaction_id is null")
MISSED = first("premium_payments", "payment_id", "status = 'missed'")

POLICIES = [
    ("a policy paid from somebody else's account", "H50a",
     "update policies set premium_account_id = (select min(account_id) from accounts a where a.customer_id <>"
     f" policies.customer_id) where policy_id = {POLICY}"),
    ("a policy paid from a certificate of deposit", "H50a",
     "update accounts set account_type = 'cd' where account_id = (select premium_account_id from policies where"
     f" policy_id = {POLICY})"),
    ("a policy paid from an account opened later", "H50a",
     "update accounts set opened_date = :as_of - 1 where account_id = (select premium_account_id from policies"
     f" where policy_id = {POLICY})"),
    ("a policy paid from a closed account", "H50a",
     "update accounts set status = 'closed' where account_id = (select premium_account_id from policies where"
     f" policy_id = {POLICY})"),
    ("a policy sold by a Teller", "H50b", f"update policies set agent_id = {TELLER} where policy_id = {POLICY}"),
    ("a policy sold by somebody not yet hired", "H50b",
     "update employees set hire_date = :as_of - 1 where employee_id = (select agent_id from policies where"
     f" policy_id = {POLICY})"),
    ("a fourth policy", "H50c",
     "insert into policies select 'POL99999' || n, p.* exclude (policy_id) from policies p, range(3) r(n) where"
     f" policy_id = {POLICY}"),
    ("a policy that began four years ago", "H51a",
     f"update policies set effective_date = cast(:as_of - interval '4 years' as date) where policy_id = {POLICY}"),
    ("a policy of a year and a day", "H51b",
     f"update policies set expiration_date = expiration_date + 1 where policy_id = {AUTO}"),
    ("a car insured for ten years to come", "H51b",
     "update policies set expiration_date = cast(effective_date + interval '10 years' as date) where policy_id ="
     f" {AUTO}"),
    ("a life insured for 15 years", "H51b",
     "update policies set expiration_date = cast(effective_date + interval '15 years' as date) where policy_id ="
     f" {LIFE}"),
    ("an active policy with an end", "H51c", f"update policies set end_date = :as_of - 1 where policy_id = {ACTIVE}"),
    ("an active policy that has expired", "H51c",
     f"update policies set expiration_date = :as_of where policy_id = {ACTIVE}"),
    ("a cancelled policy without an end", "H51c",
     f"update policies set end_date = null where policy_id = {CANCELLED}"),
    ("a policy cancelled on its first day", "H51c",
     f"update policies set end_date = effective_date where policy_id = {CANCELLED}"),
    ("a policy that expired before its term was over", "H51c",
     f"update policies set end_date = end_date - 1 where policy_id = {EXPIRED}"),
    ("a car without the compulsory coverage", "H52a", "delete from coverage where coverage_type = 'bodily_injury'"),
    ("a life policy that covers collisions", "H52a",
     "update coverage set coverage_type = 'collision' where coverage_type = 'death_benefit'"),
    ("a coverage twice in a policy", "H52a",
     f"insert into coverage select 'COV999999', c.* exclude (coverage_id) from coverage c where policy_id = {LIFE}"),
    ("a deductible above the limit", "H52b",
     "update coverage set deductible = limit_amount where coverage_type = 'collision'"),
    ("a deductible of a liability", "H52b",
     "update coverage set deductible = 100 where coverage_type = 'bodily_injury'"),
    ("a life policy without beneficiaries", "H53", f"delete from beneficiaries where policy_id = {LIFE}"),
    ("beneficiaries of 99 %", "H53",
     "update beneficiaries set share_percent = share_percent - 1 where beneficiary_id = (select min(beneficiary_id)"
     " from beneficiaries)"),
    ("a beneficiary of a car", "H53",
     f"update beneficiaries set policy_id = {AUTO} where beneficiary_id = (select max(beneficiary_id) from"
     " beneficiaries)"),
]  # fmt: skip

PREMIUMS = [
    ("a due without its premium", "H55a", f"delete from premium_payments where payment_id = {PREMIUM}"),
    ("a premium that nobody owes", "H55a",
     f"update premium_payments set due_date = due_date + 1 where payment_id = {PREMIUM}"),
    ("a premium twice for a due", "H55a",
     "insert into premium_payments select 'PRM99999999', p.* exclude (payment_id) from premium_payments p where"
     f" payment_id = {PREMIUM}"),
    ("a policy that ended and whose premiums go on", "H55a",
     f"update policies set end_date = effective_date + 1 where policy_id = {CANCELLED}"),
    ("a premium of another amount", "H55b",
     f"update premium_payments set amount = amount + 0.01 where payment_id = {PREMIUM}"),
    ("a policy that lapsed without a missed premium", "H55c",
     f"update premium_payments set status = 'paid', paid_date = due_date where payment_id = {MISSED}"),
    ("a missed premium of an active policy", "H55c",
     f"update premium_payments set status = 'missed', paid_date = null where payment_id = {OLD}"),
    ("a policy that lapsed after 24 days", "H55c",
     f"update policies set end_date = end_date - 1 where policy_id = {LAPSED}"),
    ("a premium collected a day late", "H56",
     f"update premium_payments set paid_date = paid_date + 1 where payment_id = {PREMIUM}"),
    ("a premium of the past that is due", "H56",
     f"update premium_payments set status = 'due', paid_date = null where payment_id = {OLD}"),
    ("a paid premium without its day", "H56",
     f"update premium_payments set paid_date = null where payment_id = {OLD}"),
    ("a premium without its transaction", "H57a",
     "delete from transactions where transaction_id = (select transaction_id from premium_payments where payment_id"
     f" = {PREMIUM})"),
    ("a premium collected from another account", "H57a",
     "update transactions set account_id = (select max(account_id) from accounts) where transaction_id = (select"
     f" transaction_id from premium_payments where payment_id = {PREMIUM})"),
    ("a premium whose transaction names another policy", "H57a",
     "update transactions set reference_id = 'POL999999' where transaction_id = (select transaction_id from"
     f" premium_payments where payment_id = {PREMIUM})"),
    ("a premium of before the window that names a transaction", "H57a",
     "update premium_payments set transaction_id = (select min(transaction_id) from transactions where category ="
     f" 'insurance_premium') where payment_id = {OLD}"),
    ("a transaction that pays no premium", "H57b",
     f"update premium_payments set transaction_id = null where payment_id = {PREMIUM}"),
]  # fmt: skip

CLAIMS = [
    ("a claim on another policy's coverage", "H54a",
     "update claims set coverage_id = (select min(coverage_id) from coverage v where v.policy_id <>"
     f" claims.policy_id) where claim_id = {CLAIM}"),
    ("a claim on a life", "H54a",
     "update policies set policy_type = 'life' where policy_id = (select policy_id from claims where claim_id ="
     f" {CLAIM})"),
    ("an incident before the cover", "H54b",
     "update claims set incident_date = (select effective_date - 1 from policies p where p.policy_id ="
     f" claims.policy_id) where claim_id = {CLAIM}"),
    ("an incident on the day the cover ends", "H54b",
     f"update policies set end_date = (select incident_date from claims where claim_id = {CLAIM}) where policy_id ="
     f" (select policy_id from claims where claim_id = {CLAIM})"),
    ("a claim reported after 31 days", "H54c",
     f"update claims set reported_date = incident_date + 31 where claim_id = {CLAIM}"),
    ("a claim reported before the incident", "H54c",
     f"update claims set reported_date = incident_date - 1 where claim_id = {CLAIM}"),
    ("a claim decided after 61 days", "H54c",
     f"update claims set decision_date = reported_date + 61 where claim_id = {PAID}"),
    ("a claim paid before a decision", "H54c", f"update claims set decision_date = null where claim_id = {PAID}"),
    ("a claim of which nothing is deducted", "H54d",
     "update claims set paid_amount = claimed_amount where claim_id = (select min(claim_id) from claims join"
     " coverage using (coverage_id) where status = 'paid' and deductible > 0)"),
    ("a claim paid above the limit", "H54d",
     "update coverage set limit_amount = deductible + 1 where coverage_id = (select coverage_id from claims where"
     f" claim_id = {PAID})"),
    ("a denied claim that is paid", "H54d", "update claims set paid_amount = 1 where status = 'denied'"),
    ("a claim handled by a Teller", "H54e", f"update claims set adjuster_id = {TELLER} where claim_id = {CLAIM}"),
    ("a claim handled by somebody not yet hired", "H54e",
     "update employees set hire_date = :as_of - 1 where employee_id = (select adjuster_id from claims where"
     f" claim_id = {CLAIM})"),
    ("a claim handled by somebody who left before the decision", "H54e",
     f"update employees set termination_date = (select decision_date - 1 from claims where claim_id = {PAID}) where"
     f" employee_id = (select adjuster_id from claims where claim_id = {PAID})"),
    ("a paid claim without its transaction", "H58a",
     "delete from transactions where transaction_id = (select payment_transaction_id from claims where claim_id ="
     f" {PAID_NOW})"),
    ("a claim paid of another amount than the transaction", "H58a",
     f"update claims set paid_amount = paid_amount - 0.01 where claim_id = {PAID_NOW}"),
    ("a claim paid on another day than it was decided", "H58a",
     f"update claims set decision_date = decision_date - 1 where claim_id = {PAID_NOW}"),
    ("a transaction that pays no claim", "H58b",
     f"update claims set payment_transaction_id = null where claim_id = {PAID_NOW}"),
]  # fmt: skip

DAMAGE = [*POLICIES, *PREMIUMS, *CLAIMS]
