-- subject account: ^ACC[0-9]+$
select account_type || ' ' || account_number || ' of ' || customer_id as name from accounts where account_id = :id;

-- event account accounts
select opened_date as at, 'was opened by ' || opened_by || ' with ' || cast(opening_balance as varchar) as said,
       account_id as id
from accounts where account_id = :id
union all
select closed_date, 'was closed', account_id from accounts where account_id = :id and closed_date is not null;

-- event account transactions
select transaction_at as at, transaction_type || ' ' || cast(amount as varchar) || ' (' || channel || '), '
       || description || ', leaves ' || cast(balance_after as varchar) as said, transaction_id as id
from transactions where account_id = :id;

-- subject loan: ^LON[0-9]+$
select loan_type || ' of ' || customer_id || ', ' || status as name from loans where loan_id = :id;

-- event loan loan_applications
select application_date as at, 'was applied for: ' || cast(requested_amount as varchar) || ', ' || lower(purpose) as said,
       loan_applications.application_id as id
from loan_applications join loans on loans.application_id = loan_applications.application_id where loan_id = :id
union all
select decision_date, 'was approved by ' || decided_by, loan_applications.application_id
from loan_applications join loans on loans.application_id = loan_applications.application_id where loan_id = :id;

-- event loan loans
select disbursement_date as at, 'was paid out: ' || cast(principal as varchar) as said, loan_id as id
from loans where loan_id = :id;

-- event loan repayment_schedule
select coalesce(paid_date, due_date) as at, 'instalment ' || cast(installment_number as varchar) || ', '
       || cast(installment_amount as varchar) || ', ' || status || ', leaves ' || cast(balance_after as varchar) as said,
       schedule_id as id
from repayment_schedule where loan_id = :id;

-- subject employee: ^EMP[0-9]+$
select first_name || ' ' || last_name || ' (' || role || ')' as name from employees where employee_id = :id;

-- event employee employees
select hire_date as at, 'was hired: ' || role || ', ' || department_id as said, employee_id as id
from employees where employee_id = :id
union all
select termination_date, 'left', employee_id from employees where employee_id = :id and termination_date is not null;

-- event employee employee_training
select coalesce(completion_date, enrolled_date) as at, 'training ' || program_name || ': ' || status as said,
       training_id as id
from employee_training join training_programs on training_programs.program_id = employee_training.program_id
where employee_id = :id;

-- event employee performance_reviews
select review_date as at, 'was reviewed: ' || cast(rating as varchar) || coalesce('; ' || comments, '') as said,
       review_id as id
from performance_reviews where employee_id = :id;

-- event employee employee_assignments
select start_date as at, 'took over ' || customer_id as said, assignment_id as id
from employee_assignments where employee_id = :id;

-- event employee interactions
select started_at as at, 'talked to ' || customer_id || ' about ' || replace(reason, '_', ' ') as said, interaction_id as id
from interactions where handled_by = :id;

-- event employee rule_violations
select detected_date as at, 'broke ' || rule_id || ' (' || status || ')' as said, violation_id as id
from rule_violations where employee_id = :id;
