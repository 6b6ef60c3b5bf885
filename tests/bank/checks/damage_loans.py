"""Damage to applications, loans, schedules and security: (what is wrong, the check, how it is planted)."""

from __future__ import annotations

from tests.bank.checks.damage_people import TELLER, first


def application(condition: str) -> str:
    """SQL for the first application that meets a condition."""
    return first("loan_applications", "application_id", condition)


def loan(condition: str) -> str:
    """SQL for the first loan that meets a condition."""
    return first("loans", "loan_id", condition)


APPROVED = application("status = 'approved' and application_id in (select application_id from loans)")
REJECTED = application("status = 'rejected'")
PENDING = application("status = 'pending'")
WITHDRAWN = application("status = 'withdrawn'")
ACTIVE = loan("status = 'active'")
PAID_OFF = loan("status = 'paid_off'")
DEFAULTED = loan("status = 'defaulted'")
RESTRUCTURED = loan("status = 'restructured'")
MORTGAGE = loan("loan_type = 'mortgage'")
PERSONAL = loan("loan_type = 'personal'")
PAID_OUT = loan("disbursement_transaction_id is not null")
PAID = first("repayment_schedule", "schedule_id", "status = 'paid' and transaction_id is not null")
LONG_AGO = first("repayment_schedule", "schedule_id", "status = 'paid' and transaction_id is null")
SCHEDULED = first("repayment_schedule", "schedule_id", f"status = 'scheduled' and loan_id = {ACTIVE}")
BEFORE = first(
    "repayment_schedule",
    "schedule_id",
    f"loan_id = (select loan_id from repayment_schedule where schedule_id = {PAID})",
)
OVERDUE = first("repayment_schedule", "schedule_id", "status = 'overdue'")
MIDDLE = first("repayment_schedule", "schedule_id", "installment_number = 3")
OLD = first(  # of a restructured loan, on the terms that were approved
    "repayment_schedule",
    "schedule_id",
    "installment_number = 2 and loan_id in (select loan_id from loans where status = 'restructured'"
    " and status_date > cast(disbursement_date + interval '3 months' as date))",
)
COLLATERAL = first("collateral", "collateral_id")
GUARANTOR = first("loan_guarantors", "guarantor_id")
ASSESSMENT = first("risk_assessments", "assessment_id")

APPLICATIONS = [
    ("an application that names somebody else's account", "H40a",
     "update loan_applications set account_id = (select min(account_id) from accounts a where a.customer_id <>"
     f" loan_applications.customer_id) where application_id = {APPROVED}"),
    ("an application that names a certificate of deposit", "H40a",
     "update accounts set account_type = 'cd' where account_id = (select account_id from loan_applications where"
     f" application_id = {APPROVED})"),
    ("an application before the account was opened", "H40a",
     "update accounts set opened_date = :as_of - 1 where account_id = (select account_id from loan_applications"
     f" where application_id = {APPROVED})"),
    ("an application whose account was closed before the decision", "H40a",
     "update accounts set closed_date = (select decision_date - 1 from loan_applications where application_id ="
     f" {APPROVED}) where account_id = (select account_id from loan_applications where application_id = {APPROVED})"),
    ("a third application", "H40b",
     "insert into loan_applications select 'APP99999' || n, l.* exclude (application_id) from loan_applications l,"
     f" range(3) r(n) where application_id = {APPROVED}"),
    ("an application of seven years ago", "H40c",
     "update loan_applications set application_date = cast(:as_of - interval '7 years' as date) where"
     f" application_id = {WITHDRAWN}"),
    ("a decision on the day of the application", "H41a",
     f"update loan_applications set decision_date = application_date where application_id = {REJECTED}"),
    ("a decision after 31 days", "H41a",
     f"update loan_applications set decision_date = application_date + 31 where application_id = {REJECTED}"),
    ("an application pending for 91 days", "H41a",
     f"update loan_applications set application_date = :as_of - 91 where application_id = {PENDING}"),
    ("a rejection without its day", "H41a",
     f"update loan_applications set decision_date = null where application_id = {REJECTED}"),
    ("an application decided by a Teller", "H41b",
     f"update loan_applications set decided_by = {TELLER} where application_id = {APPROVED}"),
    ("an application decided by nobody", "H41b",
     f"update loan_applications set decided_by = null where application_id = {REJECTED}"),
    ("an application decided by somebody not yet hired", "H41b",
     "update employees set hire_date = :as_of - 1 where employee_id = (select decided_by from loan_applications"
     f" where application_id = {APPROVED})"),
    ("a rejected application with a rate", "H41c",
     f"update loan_applications set interest_rate = 5 where application_id = {REJECTED}"),
    ("a rejection without a reason", "H41c",
     f"update loan_applications set rejection_reason = null where application_id = {REJECTED}"),
    ("more approved than was asked for", "H41c",
     f"update loan_applications set approved_amount = requested_amount + 1 where application_id = {APPROVED}"),
    ("a mortgage at 3.24 %", "H42",
     "update loan_applications set interest_rate = 3.24 where loan_type = 'mortgage' and status = 'approved'"),
    ("a personal loan at 18 %", "H42",
     "update loan_applications set interest_rate = 18 where loan_type = 'personal' and status = 'approved'"),
    ("an auto loan of seven years", "H42", "update loan_applications set term_months = 84 where loan_type = 'auto'"),
    ("a term of 50 months", "H42", "update loan_applications set term_months = 50 where loan_type = 'personal'"),
]  # fmt: skip

LOANS = [
    ("an approved application without a loan", "H43a", f"delete from loans where application_id = {APPROVED}"),
    ("a loan of a rejected application", "H43a",
     f"update loan_applications set status = 'rejected' where application_id = {APPROVED}"),
    ("a principal that is not what was approved", "H43b",
     f"update loans set principal = principal + 1 where loan_id = {ACTIVE}"),
    ("a borrower who did not apply", "H43b",
     "update loans set customer_id = (select max(customer_id) from customers c where c.customer_id <>"
     f" loans.customer_id) where loan_id = {ACTIVE}"),
    ("an active loan at another rate than approved", "H43b",
     f"update loans set interest_rate = interest_rate - 0.01 where loan_id = {ACTIVE}"),
    ("a restructured loan at a higher rate", "H43b",
     f"update loans set interest_rate = interest_rate + 5 where loan_id = {RESTRUCTURED}"),
    ("a loan officer who did not decide", "H43b",
     f"update loans set loan_officer_id = {TELLER} where loan_id = {ACTIVE}"),
    ("a loan paid out eleven days after the decision", "H43c",
     "update loans set disbursement_date = (select decision_date + 11 from loan_applications a where"
     f" a.application_id = loans.application_id) where loan_id = {ACTIVE}"),
    ("a loan paid out before the decision", "H43c",
     "update loans set disbursement_date = (select decision_date - 1 from loan_applications a where"
     f" a.application_id = loans.application_id) where loan_id = {ACTIVE}"),
    ("a loan paid out on a Saturday", "H43c",
     "update loans set disbursement_date = cast(date_trunc('week', disbursement_date) as date) + 5 where loan_id ="
     f" {ACTIVE}"),
    ("a mortgage paid into an account", "H43c",
     f"update loans set disbursed_to = 'account' where loan_id = {MORTGAGE}"),
    ("an active loan with the day of a state", "H47d",
     f"update loans set status_date = :as_of - 1 where loan_id = {ACTIVE}"),
    ("a loan in default since before it was paid out", "H47d",
     f"update loans set status_date = disbursement_date - 1 where loan_id = {DEFAULTED}"),
]  # fmt: skip

SCHEDULES = [
    ("two instalments of one number", "H44a",
     f"update repayment_schedule set installment_number = 4 where schedule_id = {MIDDLE}"),
    ("an instalment due a day late", "H44a",
     f"update repayment_schedule set due_date = due_date + 1 where schedule_id = {MIDDLE}"),
    ("a schedule without its last instalment", "H44b",
     f"delete from repayment_schedule where loan_id = {ACTIVE} and balance_after = 0"),
    ("a loan that matures a day after its last instalment", "H44b",
     f"update loans set maturity_date = maturity_date + 1 where loan_id = {ACTIVE}"),
    ("interest of an instalment off by a cent", "H44c",
     "update repayment_schedule set interest_amount = interest_amount + 0.01, principal_amount = principal_amount -"
     f" 0.01 where schedule_id = {MIDDLE}"),
    ("an instalment that is not interest and principal", "H44c",
     f"update repayment_schedule set installment_amount = installment_amount + 1 where schedule_id = {MIDDLE}"),
    ("a balance of a schedule off by a cent", "H44d",
     f"update repayment_schedule set balance_after = balance_after + 0.01 where schedule_id = {MIDDLE}"),
    ("a loan that ends with a cent to pay", "H44d",
     f"update repayment_schedule set balance_after = 0.01 where loan_id = {ACTIVE} and balance_after = 0"),
    ("an instalment that is less than the others", "H44e",
     "update repayment_schedule set installment_amount = installment_amount - 5, principal_amount ="
     f" principal_amount - 5 where schedule_id = {MIDDLE}"),
    ("an instalment before a restructuring that is less than the others", "H44e",
     f"update repayment_schedule set installment_amount = installment_amount - 5 where schedule_id = {OLD}"),
    ("a period at another rate", "H44f",
     f"update repayment_schedule set interest_rate = interest_rate + 1 where schedule_id = {MIDDLE}"),
    ("a restructured loan with its new rate from the start", "H44f",
     "update repayment_schedule set interest_rate = (select interest_rate from loans where loan_id ="
     f" {RESTRUCTURED}) where loan_id = {RESTRUCTURED}"),
    ("a monthly payment off by a cent", "H45a",
     f"update loans set monthly_payment = monthly_payment + 0.01 where loan_id = {ACTIVE}"),
    ("a restructured loan whose payment off by a cent", "H45a",
     f"update loans set monthly_payment = monthly_payment - 0.01 where loan_id = {RESTRUCTURED}"),
    ("an instalment before the restructuring off by a cent", "H45b",
     "update repayment_schedule set installment_amount = installment_amount + 0.01 where loan_id = (select loan_id"
     f" from repayment_schedule where schedule_id = {OLD})"),
    ("an instalment paid before it was due", "H46a",
     f"update repayment_schedule set paid_date = due_date - 1 where schedule_id = {PAID}"),
    ("an instalment paid on a Sunday", "H46a",
     "update repayment_schedule set paid_date = cast(date_trunc('week', paid_date) as date) + 6 where schedule_id ="
     f" {LONG_AGO}"),
    ("an instalment paid while an earlier one is unpaid", "H46a",
     f"update repayment_schedule set status = 'overdue', paid_date = null where schedule_id = {BEFORE}"),
    ("a paid instalment without its day", "H46a",
     f"update repayment_schedule set paid_date = null where schedule_id = {PAID}"),
    ("an instalment to come that is overdue", "H46b",
     f"update repayment_schedule set status = 'overdue' where schedule_id = {SCHEDULED}"),
    ("an unpaid instalment of the past that is scheduled", "H46b",
     f"update repayment_schedule set status = 'scheduled' where schedule_id = {OVERDUE}"),
    ("a default of which nothing is written off", "H46b",
     "update repayment_schedule set status = 'scheduled' where status = 'written_off'"),
    ("an outstanding balance off by a cent", "H47a",
     f"update loans set outstanding_balance = outstanding_balance + 0.01 where loan_id = {ACTIVE}"),
    ("a day past due too many", "H47a",
     f"update loans set days_past_due = days_past_due + 1 where loan_id = {ACTIVE}"),
    ("a loan paid off with an instalment to come", "H47b",
     f"update loans set status = 'paid_off', status_date = :as_of - 1 where loan_id = {ACTIVE}"),
    ("a loan paid off the day after the last payment", "H47b",
     f"update loans set status_date = status_date + 1 where loan_id = {PAID_OFF}"),
    ("a loan all paid that is active", "H47b",
     f"update loans set status = 'active', status_date = null where loan_id = {PAID_OFF}"),
    ("a default after 119 days", "H47c",
     f"update loans set status_date = status_date - 1 where loan_id = {DEFAULTED}"),
    ("an active loan 121 days behind", "H47c",
     f"update loans set status = 'active', status_date = null where loan_id = {DEFAULTED}"),
]  # fmt: skip

MONEY = [
    ("a repayment without its transaction", "H48a",
     "delete from transactions where transaction_id = (select transaction_id from repayment_schedule where"
     f" schedule_id = {PAID})"),
    ("a repayment of the window that names no transaction", "H48a",
     f"update repayment_schedule set transaction_id = null where schedule_id = {PAID}"),
    ("a repayment of another amount than the transaction", "H48a",
     "update transactions set amount = amount + 1 where transaction_id = (select transaction_id from"
     f" repayment_schedule where schedule_id = {PAID})"),
    ("a repayment from another account", "H48a",
     "update transactions set account_id = (select max(account_id) from accounts) where transaction_id = (select"
     f" transaction_id from repayment_schedule where schedule_id = {PAID})"),
    ("a repayment on another day than the transaction", "H48a",
     f"update repayment_schedule set paid_date = paid_date + 1 where schedule_id = {PAID}"),
    ("a repayment of before the window that names a transaction", "H48a",
     "update repayment_schedule set transaction_id = (select min(transaction_id) from transactions where category ="
     f" 'loan_repayment') where schedule_id = {LONG_AGO}"),
    ("a transaction that repays nothing", "H48b", f"delete from repayment_schedule where schedule_id = {PAID}"),
    ("a transaction that repays two instalments", "H48b",
     "update repayment_schedule set transaction_id = (select transaction_id from repayment_schedule where"
     f" schedule_id = {PAID}) where schedule_id = {LONG_AGO}"),
    ("a loan paid out without its transaction", "H49a",
     "delete from transactions where transaction_id = (select disbursement_transaction_id from loans where loan_id"
     f" = {PAID_OUT})"),
    ("a loan paid out of another amount than the transaction", "H49a",
     "update transactions set amount = amount - 1 where transaction_id = (select disbursement_transaction_id from"
     f" loans where loan_id = {PAID_OUT})"),
    ("a mortgage that names a transaction", "H49a",
     "update loans set disbursement_transaction_id = (select min(transaction_id) from transactions) where loan_id ="
     f" {MORTGAGE}"),
    ("a transaction that pays out no loan", "H49b",
     f"update loans set disbursement_transaction_id = null where loan_id = {PAID_OUT}"),
]  # fmt: skip

SECURITY = [
    ("a mortgage without collateral", "H4Aa", f"delete from collateral where loan_id = {MORTGAGE}"),
    ("a car for a mortgage", "H4Aa", f"update collateral set collateral_type = 'vehicle' where loan_id = {MORTGAGE}"),
    ("a personal loan with collateral", "H4Aa",
     f"update collateral set loan_id = {PERSONAL} where collateral_id = (select max(collateral_id) from collateral)"),
    ("collateral worth less than 110 % of the loan", "H4Ab",
     f"update collateral set appraised_value = 1 where collateral_id = {COLLATERAL}"),
    ("collateral worth more than 150 % of the loan", "H4Ab",
     f"update collateral set appraised_value = appraised_value * 2 where collateral_id = {COLLATERAL}"),
    ("collateral appraised after the money went", "H4Ac",
     "update collateral set appraisal_date = (select disbursement_date + 1 from loans l where l.loan_id ="
     f" collateral.loan_id) where collateral_id = {COLLATERAL}"),
    ("collateral released while the loan runs", "H4Ac",
     "update collateral set status = 'released' where loan_id in (select loan_id from loans where status ="
     " 'active')"),
    ("collateral held though the loan is paid off", "H4Ac",
     "update collateral set status = 'held' where status = 'released'"),
    ("a borrower who guarantees the loan", "H4Ba",
     "update loan_guarantors set customer_id = (select customer_id from loans l where l.loan_id ="
     f" loan_guarantors.loan_id) where guarantor_id = {GUARANTOR}"),
    ("a guarantor who was no customer yet", "H4Ba",
     "update customers set created_date = :as_of - 1 where customer_id = (select customer_id from loan_guarantors"
     f" where guarantor_id = {GUARANTOR})"),
    ("a guarantor who signed after the money went", "H4Ba",
     f"update loan_guarantors set signed_date = :as_of - 1 where guarantor_id = {GUARANTOR}"),
    ("a loan guaranteed to 110 %", "H4Bb",
     "insert into loan_guarantors select 'GUA999999', loan_id, (select max(customer_id) from customers),"
     f" relationship, 110 - guaranteed_percent, signed_date from loan_guarantors where guarantor_id = {GUARANTOR}"),
    ("a guarantor twice on a loan", "H4Bb",
     "update loan_guarantors set guaranteed_percent = 10; insert into loan_guarantors select 'GUA999999', g.*"
     f" exclude (guarantor_id) from loan_guarantors g where guarantor_id = {GUARANTOR}"),
    ("a decision without an assessment", "H4Ca", f"delete from risk_assessments where assessment_id = {ASSESSMENT}"),
    ("an assessment of a pending application", "H4Ca",
     f"update risk_assessments set application_id = {PENDING} where assessment_id = {ASSESSMENT}"),
    ("an assessment after the decision", "H4Ca",
     f"update risk_assessments set assessment_date = assessment_date + 40 where assessment_id = {ASSESSMENT}"),
    ("an approval that was not recommended", "H4Ca",
     "update risk_assessments set recommendation = 'reject' where recommendation = 'approve'"),
    ("a risk assessed by a Teller", "H4Cb",
     f"update risk_assessments set assessed_by = {TELLER} where assessment_id = {ASSESSMENT}"),
    ("a risk assessed by somebody who has left", "H4Cb",
     "update employees set termination_date = hire_date where employee_id = (select assessed_by from"
     f" risk_assessments where assessment_id = {ASSESSMENT})"),
    ("a high risk with the best score", "H4Cc",
     "update risk_assessments set credit_score = 850 where risk_grade = 'high'"),
    ("a low risk with a score of 739", "H4Cc",
     "update risk_assessments set credit_score = 739 where risk_grade = 'low'"),
]  # fmt: skip

DAMAGE = [*APPLICATIONS, *LOANS, *SCHEDULES, *MONEY, *SECURITY]
