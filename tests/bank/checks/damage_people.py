"""Damage to sizes, ids, days, persons and employees: (what is wrong, the check, how it is planted)."""

from __future__ import annotations


def first(table: str, key: str, condition: str = "true") -> str:
    """SQL for the least key of a table's rows that meet a condition."""
    return f"(select min({key}) from {table} where {condition})"


CEO = "(select employee_id from employees where manager_id is null)"
TELLER = first("employees", "employee_id", "role = 'Teller'")
LEFT = first("employees", "employee_id", "status = 'terminated'")
MANAGER = first("employees", "employee_id", "role = 'Department Manager' and status <> 'terminated'")
CUSTOMER = first("customer_profiles", "customer_id")
TRAINED = first("employee_training", "training_id", "status = 'completed'")
REVIEW = first("performance_reviews", "review_id")
CURRENT = first("employee_assignments", "assignment_id", "end_date is null")
FORMER = first("employee_assignments", "assignment_id", "end_date is not null")

SIZES = [
    ("a programme too few", "H03a",
     "delete from training_programs where program_id not in (select program_id from training_programs order by"
     " program_id limit 15)"),
    ("a department that is not there", "H03a", "delete from departments where department_name = 'Marketing'"),
    ("an employee too few", "H03b", f"delete from employees where employee_id = {TELLER}"),
    ("a customer too few", "H03c", f"delete from customers where customer_id = {CUSTOMER}"),
    ("a customer without a profile", "H03d", f"delete from customer_profiles where customer_id = {CUSTOMER}"),
    ("nine campaigns", "H03d",
     "delete from campaigns where campaign_id not in (select campaign_id from campaigns order by campaign_id limit"
     " 9)"),
    ("nineteen compliance rules", "H03e",
     "delete from compliance_rules where rule_id = (select max(rule_id) from compliance_rules)"),
    ("an employee of a branch that does not exist", "H04a",
     f"update employees set branch_code = 'BR021' where employee_id = {TELLER}"),
    ("a branch code without zeros", "H04a", f"update employees set branch_code = 'BR1' where employee_id = {TELLER}"),
    ("an account of a branch that does not exist", "H04b",
     "update accounts set branch_code = 'BR000' where account_id = (select min(account_id) from accounts)"),
]  # fmt: skip

IDS = [
    ("an employee's id without its zeros", "K01a",
     f"update employees set employee_id = 'EMP2' where employee_id = {TELLER}"),
    ("a complaint's id with another prefix", "K01b",
     "update complaints set complaint_id = 'CPL000001' where complaint_id = (select min(complaint_id) from"
     " complaints)"),
    ("an account's id that is needlessly wide", "K01c",
     "update accounts set account_id = 'ACC000000000001' where account_id = (select min(account_id) from accounts)"),
    ("a loan's id with a letter in its number", "K01d",
     "update loans set loan_id = 'LON00000A' where loan_id = (select min(loan_id) from loans)"),
    ("a claim's id that is too narrow", "K01e",
     "update claims set claim_id = 'CLM0001' where claim_id = (select min(claim_id) from claims)"),
    ("an alert's id in small letters", "K01f",
     "update aml_checks set check_id = lower(check_id) where check_id = (select min(check_id) from aml_checks)"),
    ("a cost center of five digits", "K02a",
     "update departments set cost_center = 'CC12345' where department_id = 'DEP01'"),
    ("an account number that a bank could use", "K02b",
     "update accounts set account_number = '123456789012' where account_id = (select min(account_id) from accounts)"),
    ("a policy number without its prefix", "K02c",
     "update policies set policy_number = '12345678' where policy_id = (select min(policy_id) from policies)"),
    ("a document that could be somebody's", "K02d",
     "update kyc_records set document_number = 'C01234567' where kyc_id = (select min(kyc_id) from kyc_records)"),
    ("a rule code in small letters", "K02e",
     "update compliance_rules set rule_code = 'kyc_first' where rule_code not in ('COMPLAINT_RESPONSE_15D',"
     " 'TRAINING_DUE_60D', 'AML_REVIEW_30D')"),
    ("a rule that is looked for and not there", "K02e",
     "delete from compliance_rules where rule_code = 'AML_REVIEW_30D'"),
    ("a ZIP code of four digits", "K02f",
     f"update customer_profiles set zip_code = '1234' where customer_id = {CUSTOMER}"),
    ("a state written out", "K02f", f"update customer_profiles set state = 'Ohio' where customer_id = {CUSTOMER}"),
]  # fmt: skip

TIME = [
    ("an employee hired on the as-of day", "H07a",
     f"update employees set hire_date = :as_of where employee_id = {TELLER}"),
    ("a review of tomorrow", "H07a",
     f"update performance_reviews set review_date = :as_of + 1 where review_id = {REVIEW}"),
    ("an assignment that ended on the as-of day", "H07a",
     f"update employee_assignments set end_date = :as_of where assignment_id = {FORMER}"),
    ("a complaint resolved on the as-of day", "H07b",
     "update complaints set resolution_date = :as_of where complaint_id = (select min(complaint_id) from complaints"
     " where status = 'resolved')"),
    ("a survey answered on the as-of day", "H07b",
     "update satisfaction_surveys set responded_at = cast(:as_of as timestamp) where survey_id = (select"
     " min(survey_id) from satisfaction_surveys)"),
    ("a transaction of the as-of day", "H07c",
     "update transactions set transaction_at = cast(:as_of as timestamp) where transaction_id = (select"
     " max(transaction_id) from transactions)"),
    ("an account closed on the as-of day", "H07c",
     "update accounts set closed_date = :as_of where account_id = (select min(account_id) from accounts where"
     " status = 'closed')"),
    ("an instalment paid tomorrow", "H07d",
     "update repayment_schedule set paid_date = :as_of + 1 where schedule_id = (select max(schedule_id) from"
     " repayment_schedule where status = 'paid')"),
    ("a loan paid out on the as-of day", "H07d",
     "update loans set disbursement_date = :as_of where loan_id = (select max(loan_id) from loans)"),
    ("a policy that ends on the as-of day", "H07e",
     "update policies set end_date = :as_of where policy_id = (select min(policy_id) from policies where status ="
     " 'cancelled')"),
    ("a claim reported on the as-of day", "H07e",
     "update claims set reported_date = :as_of where claim_id = (select min(claim_id) from claims)"),
    ("a report filed on the as-of day", "H07f",
     "update regulatory_reports set filed_date = :as_of where report_id = (select max(report_id) from"
     " regulatory_reports)"),
    ("an entry of the audit log of tomorrow", "H07f",
     "update audit_logs set event_at = cast(:as_of + 1 as timestamp) where audit_id = (select max(audit_id) from"
     " audit_logs)"),
]  # fmt: skip

PEOPLE = [
    ("a customer known by another name to the accounts", "H01a",
     f"update customers set last_name = 'Other' where customer_id = {CUSTOMER}"),
    ("a customer who moved in one database only", "H01a",
     f"update customer_profiles set address = '1 Other Street' where customer_id = {CUSTOMER}"),
    ("a customer whose profile is gone", "H01a", f"delete from customer_profiles where customer_id = {CUSTOMER}"),
    ("a customer born a day later to the accounts", "H01a",
     f"update customers set date_of_birth = date_of_birth + 1 where customer_id = {CUSTOMER}"),
    ("a customer created a day later than the profile says", "H01b",
     f"update customers set created_date = created_date + 1 where customer_id = {CUSTOMER}"),
    ("a corporate customer who is no business", "H01b",
     "update customers set customer_type = 'individual' where customer_type = 'business'"),
    ("an e-mail address at a domain that exists", "H02a",
     f"update customer_profiles set email = replace(email, '@example', '@gmail') where customer_id = {CUSTOMER}"),
    ("an e-mail address of another name", "H02a",
     f"update customer_profiles set email = 'qqq.zzz@example.com' where customer_id = {CUSTOMER}"),
    ("an employee's e-mail address elsewhere than at the bank", "H02b",
     f"update employees set email = replace(email, 'example.com', 'example.org') where employee_id = {TELLER}"),
    ("an employee's e-mail address of another name", "H02b",
     f"update employees set email = 'qqq.zzz@example.com' where employee_id = {TELLER}"),
    ("a telephone number that somebody could have", "H02c",
     f"update customer_profiles set phone = '212-736-5000' where customer_id = {CUSTOMER}"),
    ("a telephone number of no area", "H02c",
     f"update customer_profiles set phone = '999-555-0123' where customer_id = {CUSTOMER}"),
    ("an employee's telephone number with brackets", "H02d",
     f"update employees set phone = '(212) 555-0123' where employee_id = {TELLER}"),
    ("an e-mail address that a customer and an employee share", "H02e",
     f"update customer_profiles set email = (select email from employees where employee_id = {TELLER}) where"
     f" customer_id = {CUSTOMER}"),
    ("a city in another state", "H05",
     "update customer_profiles set state = case when state = 'AK' then 'HI' else 'AK' end where customer_id ="
     f" {CUSTOMER}"),
    ("a ZIP code of another city", "H05",
     f"update customer_profiles set zip_code = '96813', city = 'Boston', state = 'MA' where customer_id = {CUSTOMER}"),
    ("a corporate customer without a company", "H22a",
     "update customer_profiles set company_name = null where segment = 'corporate'"),
    ("a retail customer with a company", "H22a",
     "update customer_profiles set company_name = 'Acme' where segment = 'retail'"),
    ("a customer of 17 years", "H22b",
     "update customer_profiles set date_of_birth = cast(customer_since - interval '18 years' as date) + 1 where"
     f" customer_id = {CUSTOMER}"),
    ("a customer of 96 years", "H22b",
     "update customer_profiles set date_of_birth = cast(customer_since - interval '96 years' as date) where"
     f" customer_id = {CUSTOMER}"),
    ("a customer since eleven years", "H22b",
     "update customer_profiles set customer_since = cast(:as_of - interval '10 years' as date) - 1 where"
     f" customer_id = {CUSTOMER}"),
    ("a profile changed before the customer came", "H22c",
     "update customer_profiles set updated_at = cast(customer_since - 1 as timestamp) where customer_id ="
     f" {CUSTOMER}"),
    ("a profile changed on the as-of day", "H22c",
     f"update customer_profiles set updated_at = cast(:as_of as timestamp) where customer_id = {CUSTOMER}"),
]  # fmt: skip

EMPLOYEES = [
    ("a second employee without a superior", "H10a",
     f"update employees set manager_id = null where employee_id = {TELLER}"),
    ("a Chief Executive Officer with a superior", "H10a",
     f"update employees set manager_id = {TELLER} where employee_id = {CEO}"),
    ("two who are each other's superior", "H10b",
     "update employees set manager_id = (select max(employee_id) from employees) where employee_id ="
     f" {TELLER};update employees set manager_id = {TELLER} where employee_id = (select max(employee_id) from"
     " employees)"),
    ("a superior who has left", "H10c", f"update employees set manager_id = {LEFT} where employee_id = {TELLER}"),
    ("a teller whose superior is the Chief Executive Officer though the department has a manager", "H10d",
     f"update employees set manager_id = {CEO} where role = 'Teller' and manager_id <> {CEO}"),
    ("a manager below another manager", "H10d",
     "update employees set manager_id = (select max(employee_id) from employees where role = 'Department Manager')"
     f" where employee_id = {MANAGER}"),
    ("a second department at the top", "H11a",
     "update departments set parent_department_id = null where department_name = 'Lending'"),
    ("two departments below each other", "H11a",
     "update departments set parent_department_id = (select department_id from departments where department_name ="
     " 'Finance') where department_name = 'Lending'; update departments set parent_department_id = (select"
     " department_id from departments where department_name = 'Lending') where department_name = 'Finance'"),
    ("a department led by somebody who has left", "H11b",
     f"update departments set manager_id = {LEFT} where department_name = 'Lending'"),
    ("a department led by one of its tellers", "H11b",
     f"update departments set manager_id = {TELLER} where department_name = 'Retail Banking'"),
    ("a department set up after its first employee came", "H11c",
     "update departments set created_date = :as_of - 1 where department_name = 'Lending'"),
    ("a terminated employee without a last day", "H12a",
     f"update employees set termination_date = null where employee_id = {LEFT}"),
    ("an active employee with a last day", "H12a",
     f"update employees set termination_date = :as_of - 1 where employee_id = {TELLER}"),
    ("an employee who left before coming", "H12a",
     f"update employees set termination_date = hire_date - 1 where employee_id = {LEFT}"),
    ("an employee hired at 17", "H12b",
     "update employees set date_of_birth = cast(hire_date - interval '18 years' as date) + 1 where employee_id ="
     f" {TELLER}"),
    ("a teller of the department of Lending", "H13a",
     "update employees set department_id = (select department_id from departments where department_name ="
     f" 'Lending') where employee_id = {TELLER}"),
    ("a Department Manager of the Executive Office", "H13a",
     "update employees set department_id = (select department_id from departments where department_name ="
     f" 'Executive Office') where employee_id = {MANAGER}"),
    ("a first Risk Analyst who has left", "H13b",
     "update employees set status = 'terminated', termination_date = :as_of - 1 where employee_id = (select"
     " min(employee_id) from employees where role = 'Risk Analyst')"),
    ("no Loan Officer among the first seven", "H13b",
     "update employees set role = 'Teller' where employee_id = (select min(employee_id) from employees where role ="
     " 'Loan Officer')"),
    ("a first employee who came after the first customer", "H13c",
     f"update employees set hire_date = (select min(created_date) + 1 from customers) where employee_id = {CEO}"),
    ("an employee who learns nothing", "H14a", f"delete from employee_training where employee_id = {TELLER}"),
    ("a programme that somebody learns twice", "H14a",
     "insert into employee_training select 'ETR999999', employee_id, program_id, enrolled_date, completion_date,"
     f" status, score from employee_training where training_id = {TRAINED}"),
    ("training before hiring", "H14b",
     "update employee_training set enrolled_date = (select hire_date - 1 from employees e where e.employee_id ="
     f" employee_training.employee_id) where training_id = {TRAINED}"),
    ("training completed before it began", "H14b",
     f"update employee_training set completion_date = enrolled_date - 1 where training_id = {TRAINED}"),
    ("training after leaving", "H14b",
     f"update employees set termination_date = hire_date where employee_id = {LEFT};update employee_training set"
     f" enrolled_date = :as_of - 1 where employee_id = {LEFT}"),
    ("completed training without a score", "H14c",
     f"update employee_training set score = null where training_id = {TRAINED}"),
    ("training in progress that has a date of completion", "H14c",
     "update employee_training set completion_date = enrolled_date where status = 'in_progress'"),
    ("a mandatory programme of sales", "H14d",
     "update training_programs set is_mandatory = true where category = 'sales'"),
    ("a review by oneself", "H15a",
     f"update performance_reviews set reviewer_id = employee_id where review_id = {REVIEW}"),
    ("a review by somebody who manages nobody", "H15a",
     "update performance_reviews set reviewer_id = (select min(employee_id) from employees where employee_id not in"
     f" (select manager_id from employees where manager_id is not null)) where review_id = {REVIEW}"),
    ("a review before hiring", "H15b",
     "update performance_reviews set review_date = (select hire_date - 1 from employees e where e.employee_id ="
     f" performance_reviews.employee_id) where review_id = {REVIEW}"),
    ("a review by somebody not yet hired", "H15b",
     "update employees set hire_date = :as_of - 1 where employee_id = (select reviewer_id from performance_reviews"
     f" where review_id = {REVIEW})"),
    ("a review in the year before", "H15c",
     f"update performance_reviews set review_year = review_year - 1 where review_id = {REVIEW}"),
    ("two reviews in a year", "H15c",
     "insert into performance_reviews select 'REV999999', employee_id, reviewer_id, review_date, review_year,"
     f" rating, comments from performance_reviews where review_id = {REVIEW}"),
    ("an old hand who was never reviewed", "H15d", f"delete from performance_reviews where employee_id = {TELLER}"),
    ("a review of the Chief Executive Officer", "H15d",
     f"update performance_reviews set employee_id = {CEO} where review_id = {REVIEW}"),
    ("a review of long ago", "H15e",
     "update performance_reviews set review_date = cast(:as_of - interval '3 years' as date) - 1 where review_id ="
     f" {REVIEW}"),
    ("a customer looked after by a Teller", "H16a",
     f"update employee_assignments set employee_id = {TELLER} where assignment_id = {CURRENT}"),
    ("a customer looked after by somebody not yet hired", "H16a",
     "update employees set hire_date = :as_of - 1 where employee_id = (select employee_id from employee_assignments"
     f" where assignment_id = {CURRENT})"),
    ("an assignment that ended before it began", "H16a",
     f"update employee_assignments set end_date = start_date - 1 where assignment_id = {FORMER}"),
    ("a customer looked after by two at a time", "H16b",
     "insert into employee_assignments select 'ASG999999', employee_id, customer_id, start_date, end_date from"
     f" employee_assignments where assignment_id = {CURRENT}"),
    ("a customer looked after before coming", "H16c",
     "update employee_assignments set start_date = (select created_date - 1 from customers c where c.customer_id ="
     f" employee_assignments.customer_id) where assignment_id = {CURRENT}"),
    ("a profile that names another agent", "H16d",
     f"update customer_profiles set assigned_agent_id = {TELLER} where assigned_agent_id is not null"),
    ("a profile that names no agent", "H16d",
     "update customer_profiles set assigned_agent_id = null where assigned_agent_id is not null"),
    ("a profile that names the agent of the past", "H16d",
     f"update customer_profiles set assigned_agent_id = {TELLER} where assigned_agent_id is null"),
]  # fmt: skip

DAMAGE = [*SIZES, *IDS, *TIME, *PEOPLE, *EMPLOYEES]
