-- How many rows the tables have that are fixed or asked for.

-- H03a: There are as many departments as there are names, and the programmes the rules allow.
-- source: docs/bank-story.md#sizes
-- uses: departments, training_programs
select 'departments' as table_name, count(*) as found from departments having count(*) <> :bands.departments
union all
select 'training_programs', count(*) from training_programs
having count(*) not between :bands.programs.0 and :bands.programs.1;

-- H03b: There are as many employees as were asked for.
-- source: docs/bank-story.md#sizes
-- uses: employees
select count(*) as found, :employees as asked from employees having count(*) <> :employees;

-- H03c: There are as many customers as were asked for.
-- source: docs/bank-story.md#sizes
-- uses: customers
select count(*) as found, :customers as asked from customers having count(*) <> :customers;

-- H03d: There are as many profiles as customers were asked for, and campaigns as the rules allow.
-- source: docs/bank-story.md#sizes
-- uses: customer_profiles, campaigns
select 'customer_profiles' as table_name, count(*) as found from customer_profiles having count(*) <> :customers
union all
select 'campaigns', count(*) from campaigns having count(*) not between :bands.campaigns.0 and :bands.campaigns.1;

-- H03e: There are as many compliance rules as the page fixes.
-- source: docs/bank-story.md#sizes
-- uses: compliance_rules
select count(*) as found from compliance_rules having count(*) <> :bands.compliance_rules;

-- H04a: Branch codes of employees are BR001 to the last of the branches.
-- source: docs/bank-story.md#sizes
-- uses: employees
select employee_id, branch_code from employees
where not branch_code ~ '^BR[0-9]{3}$'
   or branch_code not between 'BR001' and 'BR' || lpad(cast(:employees.branches as varchar), 3, '0');

-- H04b: Branch codes of accounts are BR001 to the last of the branches.
-- source: docs/bank-story.md#sizes
-- uses: accounts
select account_id, branch_code from accounts
where not branch_code ~ '^BR[0-9]{3}$'
   or branch_code not between 'BR001' and 'BR' || lpad(cast(:employees.branches as varchar), 3, '0');
