-- Employees as a whole: training, ratings, customers looked after, and pay.

-- S13a: States of training.
-- source: docs/bank-story.md#scorecard
-- uses: employee_training
-- least rows: 200
-- mix: status as :employees.training_statuses within :bands.share_points or :bands.standard_errors standard errors
from employee_training;

-- S13b: Ratings of performance.
-- source: docs/bank-story.md#scorecard
-- uses: performance_reviews
-- least rows: 200
-- mix: cast(rating as varchar) as :employees.ratings
-- within :bands.share_points or :bands.standard_errors standard errors
from performance_reviews;

-- S14: Customers who are or were looked after by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: assigned: assignments > 0 near :employees.assigned_share within :bands.share_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S31: Pay by role, median against the rule's.
-- source: docs/bank-story.md#scorecard
-- uses: employees
-- least rows: 10
select e.role as label,
       cast(percentile_cont(0.5) within group (order by e.salary) as double precision) / max(r.pay) as value,
       :bands.pay.0 as low, :bands.pay.1 as high, count(*) as rows
from employees e
join (values ('Branch Manager', :employees.pay_branch_manager), ('Teller', :employees.pay_teller),
             ('Relationship Manager', :employees.pay_relationship_manager),
             ('Customer Service Agent', :employees.pay_customer_service_agent),
             ('Loan Officer', :employees.pay_loan_officer), ('Risk Analyst', :employees.pay_risk_analyst),
             ('Compliance Officer', :employees.pay_compliance_officer),
             ('Insurance Agent', :employees.pay_insurance_agent), ('Claims Adjuster', :employees.pay_claims_adjuster),
             ('Marketing Specialist', :employees.pay_marketing_specialist),
             ('Operations Specialist', :employees.pay_operations_specialist),
             ('Systems Engineer', :employees.pay_systems_engineer), ('HR Specialist', :employees.pay_hr_specialist),
             ('Accountant', :employees.pay_accountant), ('Department Manager', :employees.pay_department_manager))
     r (role, pay) on r.role = e.role
group by e.role;
