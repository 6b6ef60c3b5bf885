"""Damage to KYC, monitoring, reports, violations and the audit log: (what is wrong, the check, how it is planted)."""

from __future__ import annotations

from tests.bank.checks.damage_people import TELLER, first

ONBOARDING = first("kyc_records", "kyc_id", "record_type = 'onboarding' and status = 'verified'")
REVIEW = first("kyc_records", "kyc_id", "record_type = 'periodic_review' and status = 'verified'")
SCREENING = first("aml_checks", "check_id", "check_type = 'sanctions_screening' and result = 'clear'")
ALERT = first("aml_checks", "check_id", "check_type = 'transaction_monitoring'")
SAR = first("suspicious_activity_reports", "sar_id")
CTR = first("regulatory_reports", "report_id", "report_type = 'ctr'")
OLD_CTR = first("regulatory_reports", "report_id", "report_type = 'ctr' and period_start < :as_of - 15")
SUMMARY = first("regulatory_reports", "report_id", "report_type = 'bsa_summary'")
VIOLATION = first("rule_violations", "violation_id")
ENTRY = first("audit_logs", "audit_id")


def alert(scenario: str) -> str:
    """SQL for the first alert of a scenario."""
    return first("aml_checks", "check_id", f"scenario = '{scenario}'")


def pointed_at(scenario: str) -> str:
    """SQL for the transaction of the first alert of a scenario."""
    return f"(select transaction_id from aml_checks where check_id = {alert(scenario)})"


KYC = [
    ("a customer who was never onboarded", "H60a",
     "delete from kyc_records where customer_id = (select min(customer_id) from customers)"),
    ("a customer onboarded the day after", "H60a",
     f"update kyc_records set opened_date = opened_date + 1 where kyc_id = {ONBOARDING}"),
    ("a first record that is a review", "H60a",
     f"update kyc_records set record_type = 'periodic_review' where kyc_id = {ONBOARDING}"),
    ("a customer onboarded twice", "H60a",
     "update kyc_records set record_type = 'onboarding' where record_type = 'periodic_review'"),
    ("a review after a rejection", "H60b",
     "update kyc_records set status = 'rejected' where record_type = 'onboarding' and customer_id = (select"
     f" customer_id from kyc_records where kyc_id = {REVIEW})"),
    ("a review opened 31 days before it had to be done", "H60b",
     f"update kyc_records set opened_date = opened_date - 31 where kyc_id = {REVIEW}"),
    ("a review done after its day", "H60b",
     f"update kyc_records set completed_date = completed_date + 31 where kyc_id = {REVIEW}"),
    ("an onboarding of 15 days", "H60c",
     f"update kyc_records set completed_date = opened_date + 15 where kyc_id = {ONBOARDING}"),
    ("a verified record without its day", "H60c",
     f"update kyc_records set completed_date = null where kyc_id = {ONBOARDING}"),
    ("a verified record that nobody verified", "H60c",
     f"update kyc_records set verified_by = null where kyc_id = {ONBOARDING}"),
    ("a record pending for weeks", "H60c",
     "update kyc_records set status = 'pending', completed_date = null, verified_by = null where kyc_id ="
     f" {ONBOARDING}"),
    ("a next review a day late", "H60d",
     f"update kyc_records set next_review_date = next_review_date + 1 where kyc_id = {ONBOARDING}"),
    ("a verified record that needs no review", "H60d",
     f"update kyc_records set next_review_date = null where kyc_id = {ONBOARDING}"),
    ("a high risk reviewed as late as a low one", "H60d",
     "update kyc_records set risk_class = 'high' where risk_class = 'low'"),
    ("a review that was missed", "H60e",
     "delete from kyc_records where record_type = 'periodic_review' and customer_id = (select customer_id from"
     f" kyc_records where kyc_id = {REVIEW})"),
    ("a customer verified by a Teller", "H61",
     f"update kyc_records set verified_by = {TELLER} where kyc_id = {ONBOARDING}"),
    ("a customer verified by somebody who has left", "H61",
     "update employees set termination_date = hire_date where employee_id = (select verified_by from kyc_records"
     f" where kyc_id = {ONBOARDING})"),
]  # fmt: skip

MONITORING = [
    ("a customer who was not screened", "H62a", f"delete from aml_checks where check_id = {SCREENING}"),
    ("a customer screened twice", "H62a",
     "insert into aml_checks select 'AML99999999', a.* exclude (check_id) from aml_checks a where check_id ="
     f" {SCREENING}"),
    ("a customer screened the day after", "H62a",
     "update aml_checks set detected_date = detected_date + 1, closed_date = detected_date + 1 where check_id ="
     f" {SCREENING}"),
    ("a screening with a scenario", "H62b",
     f"update aml_checks set scenario = 'large_cash' where check_id = {SCREENING}"),
    ("monitoring that points nowhere", "H62b",
     f"update aml_checks set transaction_id = null where check_id = {ALERT}"),
    ("monitoring that found nothing", "H62b", f"update aml_checks set result = 'clear' where check_id = {ALERT}"),
    ("an open alert with its closing day", "H62c",
     "update aml_checks set status = 'open' where check_id = (select min(check_id) from aml_checks where result ="
     " 'alert' and status = 'closed')"),
    ("an alert closed before it was detected", "H62c",
     "update aml_checks set closed_date = detected_date - 1 where check_id = (select min(check_id) from aml_checks"
     " where result = 'alert' and status = 'closed')"),
    ("a clear screening that is reported", "H62c",
     f"update aml_checks set status = 'reported' where check_id = {SCREENING}"),
    ("a clear screening closed the day after", "H62c",
     f"update aml_checks set closed_date = closed_date + 1 where check_id = {SCREENING}"),
    ("an alert that nobody reviews", "H62d", f"update aml_checks set reviewed_by = null where check_id = {ALERT}"),
    ("an alert reviewed by a Teller", "H62d",
     f"update aml_checks set reviewed_by = {TELLER} where check_id = {ALERT}"),
    ("an alert reviewed by somebody not yet hired", "H62d",
     "update employees set hire_date = :as_of - 1 where employee_id = (select reviewed_by from aml_checks where"
     f" check_id = {ALERT})"),
    ("an alert of score 50", "H62e", f"update aml_checks set risk_score = 50 where check_id = {ALERT}"),
    ("a clear screening of score 51", "H62e", f"update aml_checks set risk_score = 51 where check_id = {SCREENING}"),
    ("a transaction with two alerts of a scenario", "H62f",
     "insert into aml_checks select 'AML99999999', a.* exclude (check_id) from aml_checks a where check_id ="
     f" {ALERT}"),
    ("an alert about another customer", "H63a",
     "update aml_checks set customer_id = (select max(customer_id) from customers c where c.customer_id <>"
     f" aml_checks.customer_id) where check_id = {ALERT}"),
    ("an alert found after three days", "H63a",
     "update aml_checks set detected_date = (select cast(transaction_at as date) + 3 from transactions t where"
     f" t.transaction_id = aml_checks.transaction_id) where check_id = {ALERT}"),
    ("an alert found before its transaction", "H63a",
     "update aml_checks set detected_date = (select cast(transaction_at as date) - 1 from transactions t where"
     f" t.transaction_id = aml_checks.transaction_id) where check_id = {ALERT}"),
    ("large cash of $100", "H63b",
     "update transactions set amount = 100 where is_cash and account_id in (select account_id from accounts where"
     f" customer_id = (select customer_id from aml_checks where check_id = {alert('large_cash')}))"),
    ("large cash that was transferred", "H63b",
     f"update transactions set is_cash = false where transaction_id = {pointed_at('large_cash')}"),
    ("structuring with one deposit", "H63c",
     f"delete from transactions where category = 'cash_deposit' and transaction_id <> {pointed_at('structuring')}"
     " and account_id in (select account_id from accounts where customer_id = (select customer_id from aml_checks"
     f" where check_id = {alert('structuring')}))"),
    ("structuring with small deposits", "H63c",
     f"update transactions set amount = 2999.99 where transaction_id = {pointed_at('structuring')}"),
    ("structuring over a month", "H63c",
     "update transactions set transaction_at = transaction_at - interval '10 days' where category = 'cash_deposit'"
     f" and transaction_id <> {pointed_at('structuring')}"),
    ("a rapid movement without the deposit", "H63d",
     "update transactions set amount = 4999.99 where transaction_type = 'deposit' and amount >= 5000 and account_id"
     f" = (select account_id from transactions where transaction_id = {pointed_at('rapid_movement')})"),
    ("a rapid movement that moves nothing", "H63d",
     "update transactions set amount = 0.01 where transaction_type in ('withdrawal', 'payment') and account_id ="
     f" (select account_id from transactions where transaction_id = {pointed_at('rapid_movement')})"),
    ("a rapid movement after a week", "H63d",
     "update transactions set transaction_at = transaction_at - interval '7 days' where transaction_type ="
     " 'deposit' and account_id = (select account_id from transactions where transaction_id ="
     f" {pointed_at('rapid_movement')})"),
]  # fmt: skip

REPORTS = [
    ("a reported alert without its report", "H64a", f"delete from suspicious_activity_reports where sar_id = {SAR}"),
    ("a report of an alert that was closed", "H64a",
     "update aml_checks set status = 'closed' where status = 'reported'"),
    ("a report about another customer", "H64a",
     "update suspicious_activity_reports set customer_id = (select max(customer_id) from customers) where sar_id ="
     f" {SAR}"),
    ("a report filed by another officer", "H64a",
     f"update suspicious_activity_reports set filed_by = {TELLER} where sar_id = {SAR}"),
    ("a report filed after 31 days", "H64a",
     "update suspicious_activity_reports set detected_date = filed_date - 31; update aml_checks set detected_date ="
     " closed_date - 31 where status = 'reported'"),
    ("a report of another amount", "H64b",
     f"update suspicious_activity_reports set amount = amount + 0.01 where sar_id = {SAR}"),
    ("cash above the limit that is not reported", "H65a",
     f"delete from regulatory_reports where report_id = {OLD_CTR}"),
    ("a report of cash that was below the limit", "H65a",
     "update transactions set is_cash = false where account_id in (select account_id from accounts where"
     f" customer_id = (select customer_id from regulatory_reports where report_id = {CTR}))"),
    ("a report of cash of another amount", "H65a",
     f"update regulatory_reports set amount = amount + 0.01 where report_id = {CTR}"),
    ("a report of cash in the wrong direction", "H65a",
     "update regulatory_reports set direction = case direction when 'in' then 'out' else 'in' end where report_id ="
     f" {CTR}"),
    ("cash reported twice", "H65a",
     "insert into regulatory_reports select 'RPT999999', r.* exclude (report_id) from regulatory_reports r where"
     f" report_id = {CTR}"),
    ("a report due a day late", "H65b",
     f"update regulatory_reports set due_date = due_date + 1 where report_id = {CTR}"),
    ("a report filed after it was due", "H65b",
     f"update regulatory_reports set filed_date = due_date + 1 where report_id = {SUMMARY}"),
    ("a report filed before the period was over", "H65b",
     f"update regulatory_reports set filed_date = period_end where report_id = {SUMMARY}"),
    ("a report filed by a Teller", "H65c",
     f"update regulatory_reports set filed_by = {TELLER} where report_id = {SUMMARY}"),
    ("a report filed by somebody not yet hired", "H65c",
     "update employees set hire_date = :as_of - 1 where employee_id = (select filed_by from regulatory_reports"
     f" where report_id = {SUMMARY})"),
    ("a summary about a customer", "H65d",
     "update regulatory_reports set customer_id = (select min(customer_id) from customers) where report_id ="
     f" {SUMMARY}"),
    ("a report of cash without a direction", "H65d",
     f"update regulatory_reports set direction = null where report_id = {CTR}"),
    ("a month without its summary", "H66", f"delete from regulatory_reports where report_id = {SUMMARY}"),
    ("a quarter with two call reports", "H66",
     "insert into regulatory_reports select 'RPT999999', r.* exclude (report_id) from regulatory_reports r where"
     " report_type = 'call_report' limit 1"),
    ("a summary of a month of long ago", "H66",
     "update regulatory_reports set period_start = period_start - 1100, period_end = period_end - 1100 where"
     f" report_id = {SUMMARY}"),
]  # fmt: skip

RECORDS = [
    ("a complaint answered late without its violation", "H67",
     "update complaints set first_response_date = filed_date + 20 where complaint_id = (select min(complaint_id)"
     " from complaints where status = 'resolved' and first_response_date - filed_date < 10 and filed_date < :as_of"
     " - 40)"),
    ("a mandatory training late without its violation", "H67",
     "update employee_training set completion_date = enrolled_date + 61 where training_id = (select"
     " min(training_id) from employee_training join training_programs using (program_id) where is_mandatory and"
     " status = 'completed' and completion_date - enrolled_date < 50 and enrolled_date < :as_of - 100 and"
     " employee_id in (select employee_id from employees where termination_date is null))"),
    ("an alert open for too long without its violation", "H67",
     "update aml_checks set detected_date = detected_date - 40 where result = 'alert' and check_type ="
     " 'sanctions_screening'"),
    ("a violation of nothing", "H67",
     "insert into rule_violations select 'VIO999999', rule_id, subject_type, 'CMP999999', employee_id,"
     f" detected_date, status, remediated_date from rule_violations where violation_id = {VIOLATION}"),
    ("a breach without its violation", "H67", f"delete from rule_violations where violation_id = {VIOLATION}"),
    ("a violation detected a day late", "H67",
     f"update rule_violations set detected_date = detected_date + 1 where violation_id = {VIOLATION}"),
    ("a violation of somebody else", "H67",
     f"update rule_violations set employee_id = 'EMP99999' where violation_id = {VIOLATION}"),
    ("a violation of another rule", "H67",
     "update rule_violations set rule_id = (select min(rule_id) from compliance_rules where rule_code not in"
     f" ('COMPLAINT_RESPONSE_15D', 'TRAINING_DUE_60D', 'AML_REVIEW_30D')) where violation_id = {VIOLATION}"),
    ("a violation remediated a day late", "H67",
     "update rule_violations set remediated_date = remediated_date + 1 where status = 'remediated'"),
    ("a change that is not in the audit log", "H68a", f"delete from audit_logs where audit_id = {ENTRY}"),
    ("an entry of a change that never was", "H68a",
     f"update audit_logs set record_id = 'ACC99999999' where audit_id = {ENTRY}"),
    ("a change twice in the audit log", "H68a",
     "insert into audit_logs select 'AUD99999999', a.* exclude (audit_id) from audit_logs a where audit_id ="
     f" {ENTRY}"),
    ("an entry of another day", "H68a",
     f"update audit_logs set event_at = event_at + interval '1 day' where audit_id = {ENTRY}"),
    ("an entry of another employee", "H68a",
     "update audit_logs set performed_by = 'EMP00001' where performed_by is not null"),
    ("an entry from another state", "H68a",
     "update audit_logs set old_value = 'closed' where table_name = 'accounts' and action = 'update'"),
    ("an entry to another state", "H68a",
     "update audit_logs set new_value = 'rejected' where table_name = 'loan_applications' and new_value ="
     " 'approved'"),
    ("a complaint resolved without an entry", "H68a",
     "update complaints set status = 'resolved', resolution_date = :as_of - 1 where status = 'investigating'"),
    ("an account opened without an entry", "H68a",
     "delete from audit_logs where table_name = 'accounts' and action = 'insert'"),
    ("a number of the audit log that does not rise with time", "H68b",
     f"update audit_logs set event_at = event_at + interval '300 days' where audit_id = {ENTRY}"),
]  # fmt: skip

DAMAGE = [*KYC, *MONITORING, *REPORTS, *RECORDS]
