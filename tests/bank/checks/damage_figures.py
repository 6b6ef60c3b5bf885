"""Shifted distributions: (what is wrong, the figure that must leave its band, its label, how it is planted)."""

from __future__ import annotations


def every(n: int, key: str) -> str:
    """SQL that holds for every n-th row."""
    return f"mod(cast(right({key}, 5) as integer), {n}) = 0"


MIXES = [
    ("hardly any retail customers", "S01", "retail",
     "update customer_profiles set segment = 'premium' where segment = 'retail'"),
    ("a third of the customers private", "S01", "private",
     f"update customer_profiles set segment = 'private' where {every(3, 'customer_id')}"),
    ("checking accounts alone", "S03", "checking", "update accounts set account_type = 'checking'"),
    ("no certificates of deposit", "S03", "cd",
     "update accounts set account_type = 'savings' where account_type = 'cd'"),
    ("customers who all call", "S08a", "phone", "update interactions set channel = 'phone'"),
    ("nobody who uses the app", "S08a", "mobile_app",
     "update interactions set channel = 'web' where channel = 'mobile_app'"),
    ("complaints that are all about fees", "S09b", "fee", "update complaints set complaint_type = 'fee'"),
    ("complaints that are all resolved", "S09c", "resolved", "update complaints set status = 'resolved'"),
    ("training that is never completed", "S13a", "completed", "update employee_training set status = 'in_progress'"),
    ("employees who are all excellent", "S13b", "5", "update performance_reviews set rating = 5"),
    ("loans that are all mortgages", "S15b", "mortgage", "update loan_applications set loan_type = 'mortgage'"),
    ("applications that are all approved", "S15c", "approved", "update loan_applications set status = 'approved'"),
    ("loans that all run", "S16", "paid_off", "update loans set status = 'active' where status = 'paid_off'"),
    ("a third of the loans in default", "S16", "defaulted",
     f"update loans set status = 'defaulted' where {every(3, 'loan_id')}"),
    ("policies that all insure cars", "S19b", "auto", "update policies set policy_type = 'auto'"),
    ("a third of the customers of high risk", "S29a", "high",
     f"update customer_profiles set risk_class = 'high' where {every(3, 'customer_id')}"),
    ("nobody paid weekly", "S24", "weekly",
     "delete from transactions where category = 'payroll' and account_id in (select account_id from transactions"
     " where category = 'payroll' group by account_id having count(*) > 10)"),
]  # fmt: skip

SHARES = [
    ("half of the customers without an account", "S02a", "with an account",
     f"delete from accounts where {every(2, 'customer_id')}"),
    ("customers with one account each", "S02a", "several, of those",
     "delete from accounts where account_id not in (select min(account_id) from accounts group by customer_id)"),
    ("half of the accounts", "S02b", "accounts a customer", f"delete from accounts where {every(2, 'account_id')}"),
    ("accounts without relationships", "S04a", "one relationship", "delete from account_relationships"),
    ("no account with two relationships", "S04a", "two relationships",
     "delete from account_relationships where relationship_id not in (select min(relationship_id) from"
     " account_relationships group by account_id)"),
    ("relationships that are all joint owners", "S04b", "kinds",
     "update account_relationships set relationship_type = 'joint_owner'"),
    ("half of the transactions", "S05", "a customer", f"delete from transactions where {every(2, 'transaction_id')}"),
    ("a fifth of the transactions", "S05", "an account",
     f"delete from transactions where not {every(5, 'transaction_id')}"),
    ("neither deposits nor salaries", "S06", "spending",
     "delete from transactions where transaction_type in ('deposit', 'salary')"),
    ("nothing done in branches", "S06", "manual",
     "update transactions set channel = 'online' where channel = 'branch'"),
    ("nobody who never calls", "S07a", "0",
     "insert into customers select 'CUS99' || right(customer_id, 5), c.* exclude (customer_id) from customers"
     " c;delete from customers where customer_id not in (select customer_id from interactions)"),
    ("interactions that are twice as many", "S07c", "mean",
     "insert into interactions select 'INT99' || right(interaction_id, 6), i.* exclude (interaction_id) from"
     " interactions i"),
    ("more customers with two interactions than with one", "S07b", "1 less 2",
     "delete from interactions where customer_id in (select customer_id from interactions group by customer_id"
     " having count(*) = 1)"),
    ("everything handled by employees", "S08b", "handled by an employee",
     "update interactions set handled_by = 'EMP00002'"),
    ("half of the complaints", "S09a", "who complain", f"delete from complaints where {every(2, 'customer_id')}"),
    ("campaigns that nobody answers", "S10", "who respond", "delete from campaign_responses"),
    ("half of the surveys", "S11a", "with a survey",
     f"delete from satisfaction_surveys where {every(2, 'survey_id')}"),
    ("surveys without comments", "S11b", "with a comment", "update satisfaction_surveys set comments = null"),
    ("customers who are all content", "S11c", "net promoter score",
     "update satisfaction_surveys set nps_score = 9 where nps_score < 7"),
    ("stars that say nothing of the score", "S11c", "rank correlation of score and stars",
     "update satisfaction_surveys set satisfaction_rating = 1 + mod(cast(right(survey_id, 3) as integer), 5)"),
    ("complainers as content as the others", "S12", "points below the others",
     "update satisfaction_surveys set nps_score = 8"),
    ("a third of the customers looked after", "S14", "assigned",
     f"delete from employee_assignments where not {every(3, 'customer_id')}"),
    ("half of the applicants", "S15a", "who apply", f"delete from loan_applications where {every(2, 'customer_id')}"),
    ("cars without collateral", "S17a", "auto", "delete from collateral where collateral_type = 'vehicle'"),
    ("half of the houses without collateral", "S17a", "mortgage",
     f"delete from collateral where collateral_type = 'real_estate' and {every(2, 'collateral_id')}"),
    ("loans without guarantors", "S17b", "with a guarantor", "delete from loan_guarantors"),
    ("credit scores twenty points lower", "S18", "mean score",
     "update risk_assessments set credit_score = credit_score - 25"),
    ("credit scores that are all alike", "S18", "standard deviation",
     "update risk_assessments set credit_score = 712 + mod(credit_score, 2)"),
    ("approvals whatever the risk", "S18", "approvals, medium above high risk",
     "update risk_assessments set recommendation = 'approve'"),
    ("rejections of low risks", "S18", "approvals, low above medium risk",
     "update risk_assessments set recommendation = 'reject' where risk_grade = 'low'"),
    ("half of the policies", "S19a", "with a policy", f"delete from policies where {every(2, 'customer_id')}"),
    ("one policy a holder", "S19c", "policies a holder",
     "delete from policies where policy_id not in (select min(policy_id) from policies group by customer_id)"),
    ("cars that collide all the time", "S20", "collision",
     "insert into claims select 'CLM99' || n, c.* exclude (claim_id) from claims c, range(100) t (n) where"
     " coverage_id = (select min(coverage_id) from claims join coverage using (coverage_id) where coverage_type ="
     " 'collision')"),
    ("cars that are stolen all the time", "S20", "comprehensive",
     "insert into claims select 'CLM99' || n, c.* exclude (claim_id) from claims c, range(100) t (n) where"
     " coverage_id = (select min(coverage_id) from claims join coverage using (coverage_id) where coverage_type ="
     " 'comprehensive')"),
    ("alerts that are all reported", "S21", "without a report",
     "update aml_checks set status = 'reported' where result = 'alert' and status = 'closed'"),
    ("amounts that all begin with 7", "S22", "mean absolute deviation",
     f"update transactions set amount = 7.77 where {every(3, 'transaction_id')}"),
    ("purchases of one price", "S23", "mean against median of purchases and bills",
     "update transactions set amount = 20 where category in ('card_purchase', 'bill_payment')"),
    ("fees of any amount", "S23", "commonest fees",
     "update transactions set amount = amount + cast(right(transaction_id, 3) as integer) where transaction_type ="
     " 'fee'"),
    ("balances that are all alike", "S25", "mean against median", "update accounts set balance = 1000"),
    ("the young as rich as the old", "S25", "median at 65 to 74 against under 35",
     "update accounts set balance = balance * 5 where customer_id in (select customer_id from customers where"
     " date_of_birth > :as_of - interval '35 years')"),
    ("calls of an hour", "S26", "minutes by telephone", "update interactions set duration_seconds = 3600"),
    ("calls that are all of five or seven minutes", "S26", "skew of calls",
     "update interactions set duration_seconds = 300 + 120 * mod(cast(right(interaction_id, 4) as integer), 2)"),
    ("channels that take equally long", "S26", "longest channel against the shortest",
     "update interactions set duration_seconds = 300"),
    ("contacts at night", "S26", "in business hours, by telephone, e-mail and in branches",
     "update interactions set started_at = date_trunc('day', started_at) + interval '22 hours'"),
    ("complaints answered late", "S27", "answered in time",
     "update complaints set first_response_date = filed_date + 16 where first_response_date is not null"),
    ("loans that are all behind", "S28", "a month or more behind", "update loans set days_past_due = 30"),
    ("loans of which none is behind", "S28", "a month or more behind", "update loans set days_past_due = 0"),
    ("accounts of one branch", "S29b", "branches", "update accounts set branch_code = 'BR001'"),
    ("half of the schedules", "S30", "rows a customer",
     f"delete from repayment_schedule where {every(2, 'schedule_id')}"),
    ("a Teller paid as a manager", "S31", "Teller", "update employees set salary = 135000 where role = 'Teller'"),
    ("rates that do not know the score", "S32", "personal",
     "update loan_applications set interest_rate = 6 + mod(cast(right(application_id, 4) as integer), 11) where"
     " loan_type = 'personal' and status = 'approved'"),
    ("purchases around the clock", "S33", "purchases from 7 to 22 hours",
     "update transactions set transaction_at = date_trunc('day', transaction_at) + interval '1 hour' *"
     " mod(cast(right(transaction_id, 4) as integer), 24) where category = 'card_purchase'"),
    ("calls that all come in the evening", "S33", "calls before noon against those from 17 hours on",
     "update interactions set started_at = date_trunc('day', started_at) + interval '18 hours'"),
    ("retail customers as rich as private ones", "S34", "premium against retail",
     "update customer_profiles set annual_income = 300000 where segment = 'retail'"),
    ("a third of the customers with names of the other sex", "S35", "of the sex of the name",
     "update customer_profiles set gender = case gender when 'F' then 'M' else 'F' end where"
     f" {every(3, 'customer_id')}"),
]  # fmt: skip

DAMAGE = [*MIXES, *SHARES]
