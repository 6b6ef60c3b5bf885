-- How identifiers and codes look.

-- K01a: Ids of employees_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: departments, employees, training_programs, employee_training, performance_reviews,
-- uses: employee_assignments
with ids as (
    select 'departments' as table_name, 'DEP' as prefix, 2 as digits, department_id as id from departments
    union all select 'employees', 'EMP', 5, employee_id from employees
    union all select 'training_programs', 'TRN', 2, program_id from training_programs
    union all select 'employee_training', 'ETR', 6, training_id from employee_training
    union all select 'performance_reviews', 'REV', 6, review_id from performance_reviews
    union all select 'employee_assignments', 'ASG', 6, assignment_id from employee_assignments
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K01b: Ids of customer_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: customer_profiles, interactions, satisfaction_surveys, complaints, campaigns, campaign_responses
with ids as (
    select 'customer_profiles' as table_name, 'CUS' as prefix, 7 as digits, customer_id as id from customer_profiles
    union all select 'interactions', 'INT', 8, interaction_id from interactions
    union all select 'satisfaction_surveys', 'SUR', 8, survey_id from satisfaction_surveys
    union all select 'complaints', 'CMP', 6, complaint_id from complaints
    union all select 'campaigns', 'CAM', 3, campaign_id from campaigns
    union all select 'campaign_responses', 'RSP', 6, response_id from campaign_responses
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K01c: Ids of accounts_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: customers, accounts, account_relationships, transactions
with ids as (
    select 'customers' as table_name, 'CUS' as prefix, 7 as digits, customer_id as id from customers
    union all select 'accounts', 'ACC', 8, account_id from accounts
    union all select 'account_relationships', 'REL', 6, relationship_id from account_relationships
    union all select 'transactions', 'TXN', 10, transaction_id from transactions
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K01d: Ids of loans_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: loan_applications, loans, collateral, repayment_schedule, loan_guarantors, risk_assessments
with ids as (
    select 'loan_applications' as table_name, 'APP' as prefix, 6 as digits, application_id as id from loan_applications
    union all select 'loans', 'LON', 6, loan_id from loans
    union all select 'collateral', 'COL', 6, collateral_id from collateral
    union all select 'repayment_schedule', 'RPS', 8, schedule_id from repayment_schedule
    union all select 'loan_guarantors', 'GUA', 6, guarantor_id from loan_guarantors
    union all select 'risk_assessments', 'RSK', 6, assessment_id from risk_assessments
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K01e: Ids of insurance_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: policies, coverage, beneficiaries, claims, premium_payments
with ids as (
    select 'policies' as table_name, 'POL' as prefix, 6 as digits, policy_id as id from policies
    union all select 'coverage', 'COV', 6, coverage_id from coverage
    union all select 'beneficiaries', 'BEN', 6, beneficiary_id from beneficiaries
    union all select 'claims', 'CLM', 6, claim_id from claims
    union all select 'premium_payments', 'PRM', 8, payment_id from premium_payments
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K01f: Ids of compliance_db are a prefix and a number with zeros before it, wider only when the count needs it.
-- source: docs/bank-story.md#ids
-- uses: kyc_records, aml_checks, suspicious_activity_reports, regulatory_reports, compliance_rules,
-- uses: rule_violations, audit_logs
with ids as (
    select 'kyc_records' as table_name, 'KYC' as prefix, 8 as digits, kyc_id as id from kyc_records
    union all select 'aml_checks', 'AML', 8, check_id from aml_checks
    union all select 'suspicious_activity_reports', 'SAR', 6, sar_id from suspicious_activity_reports
    union all select 'regulatory_reports', 'RPT', 6, report_id from regulatory_reports
    union all select 'compliance_rules', 'CRL', 3, rule_id from compliance_rules
    union all select 'rule_violations', 'VIO', 6, violation_id from rule_violations
    union all select 'audit_logs', 'AUD', 8, audit_id from audit_logs
),
counts as (select table_name, length(cast(count(*) as varchar)) as needed from ids group by table_name)
select i.table_name, i.id
from ids i
join counts c on c.table_name = i.table_name
where left(i.id, 3) <> i.prefix or not substr(i.id, 4) ~ '^[0-9]+$'
   or length(i.id) not between 3 + i.digits and 3 + greatest(i.digits, c.needed);

-- K02a: Cost centers are CC and four digits.
-- source: docs/bank-story.md#ids
-- uses: departments
select department_id, cost_center from departments where not cost_center ~ '^CC[0-9]{4}$';

-- K02b: Account numbers are no bank's: 9900 and eight digits.
-- source: docs/bank-story.md#ids
-- why: By the prefix invented numbers are known.
-- uses: accounts
select account_id, account_number from accounts where not account_number ~ '^9900[0-9]{8}$';

-- K02c: Policy numbers are P- and eight digits.
-- source: docs/bank-story.md#ids
-- uses: policies
select policy_id, policy_number from policies where not policy_number ~ '^P-[0-9]{8}$';

-- K02d: Documents are specimens: SPECIMEN- and eight digits.
-- source: docs/bank-story.md#ids
-- why: Nobody can take a specimen for an identity document.
-- uses: kyc_records
select kyc_id, document_number from kyc_records where not document_number ~ '^SPECIMEN-[0-9]{8}$';

-- K02e: Codes of compliance rules are in capitals; those whose breaches are found in the data are among them.
-- source: docs/bank-story.md#ids
-- uses: compliance_rules
select rule_id, rule_code from compliance_rules where not rule_code ~ '^[A-Z][A-Z0-9_]*$'
union all
select null, n.rule_code
from (values ('COMPLAINT_RESPONSE_15D'), ('TRAINING_DUE_60D'), ('AML_REVIEW_30D')) n (rule_code)
where n.rule_code not in (select rule_code from compliance_rules);

-- K02f: States have two letters, ZIP codes five digits.
-- source: docs/bank-story.md#ids
-- uses: customer_profiles
select customer_id, state, zip_code from customer_profiles
where not state ~ '^[A-Z]{2}$' or not zip_code ~ '^[0-9]{5}$';
