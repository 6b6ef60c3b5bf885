-- Nothing that happened lies on or after the as-of day.

-- H07a: Nothing that employees_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: departments, employees, employee_training, performance_reviews, employee_assignments
select table_name, id, day
from (
    select 'departments' as table_name, department_id as id, created_date as day from departments
    union all select 'employees', employee_id, greatest(hire_date, termination_date) from employees
    union all select 'employee_training', training_id, greatest(enrolled_date, completion_date) from employee_training
    union all select 'performance_reviews', review_id, review_date from performance_reviews
    union all select 'employee_assignments', assignment_id, greatest(start_date, end_date) from employee_assignments
) t
where day >= :as_of;

-- H07b: Nothing that customer_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: customer_profiles, interactions, satisfaction_surveys, complaints, campaigns, campaign_responses
select table_name, id, day
from (
    select 'customer_profiles' as table_name, customer_id as id,
           greatest(customer_since, cast(updated_at as date)) as day
    from customer_profiles
    union all select 'interactions', interaction_id, cast(started_at as date) from interactions
    union all select 'satisfaction_surveys', survey_id, cast(responded_at as date) from satisfaction_surveys
    union all
    select 'complaints', complaint_id, greatest(filed_date, first_response_date, resolution_date, closed_date)
    from complaints
    union all select 'campaigns', campaign_id, start_date from campaigns
    union all select 'campaign_responses', response_id, greatest(response_date, conversion_date) from campaign_responses
) t
where day >= :as_of;

-- H07c: Nothing that accounts_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: customers, accounts, account_relationships, transactions
select table_name, id, day
from (
    select 'customers' as table_name, customer_id as id, created_date as day from customers
    union all select 'accounts', account_id, greatest(opened_date, closed_date) from accounts
    union all select 'account_relationships', relationship_id, start_date from account_relationships
    union all select 'transactions', transaction_id, cast(transaction_at as date) from transactions
) t
where day >= :as_of;

-- H07d: Nothing that loans_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: loan_applications, loans, collateral, repayment_schedule, loan_guarantors, risk_assessments
select table_name, id, day
from (
    select 'loan_applications' as table_name, application_id as id, greatest(application_date, decision_date) as day
    from loan_applications
    union all select 'loans', loan_id, greatest(disbursement_date, status_date) from loans
    union all select 'collateral', collateral_id, appraisal_date from collateral
    union all select 'repayment_schedule', schedule_id, paid_date from repayment_schedule
    union all select 'loan_guarantors', guarantor_id, signed_date from loan_guarantors
    union all select 'risk_assessments', assessment_id, assessment_date from risk_assessments
) t
where day >= :as_of;

-- H07e: Nothing that insurance_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: policies, claims, premium_payments
select table_name, id, day
from (
    select 'policies' as table_name, policy_id as id, greatest(effective_date, end_date) as day from policies
    union all select 'claims', claim_id, greatest(incident_date, reported_date, decision_date) from claims
    union all select 'premium_payments', payment_id, greatest(due_date, paid_date) from premium_payments
) t
where day >= :as_of;

-- H07f: Nothing that compliance_db says has happened lies on or after the as-of day.
-- source: docs/bank-story.md#time
-- uses: kyc_records, aml_checks, suspicious_activity_reports, regulatory_reports, compliance_rules,
-- uses: rule_violations, audit_logs
select table_name, id, day
from (
    select 'kyc_records' as table_name, kyc_id as id, greatest(opened_date, completed_date) as day from kyc_records
    union all select 'aml_checks', check_id, greatest(detected_date, closed_date) from aml_checks
    union all
    select 'suspicious_activity_reports', sar_id, greatest(detected_date, filed_date) from suspicious_activity_reports
    union all select 'regulatory_reports', report_id, greatest(period_end, filed_date) from regulatory_reports
    union all select 'compliance_rules', rule_id, effective_date from compliance_rules
    union all select 'rule_violations', violation_id, greatest(detected_date, remediated_date) from rule_violations
    union all select 'audit_logs', audit_id, cast(event_at as date) from audit_logs
) t
where day >= :as_of;
