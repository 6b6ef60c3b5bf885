-- Employees: who leads whom, employment, training, reviews, customers looked after.

-- H10a: The Chief Executive Officer alone has no superior, and there is one.
-- source: docs/bank-story.md#employees
-- uses: employees
select employee_id, role, manager_id from employees where (manager_id is null) <> (role = 'Chief Executive Officer')
union all
select min(employee_id), cast(count(*) as varchar), null from employees where manager_id is null having count(*) <> 1;

-- H10b: Everybody's superiors lead up to the Chief Executive Officer.
-- source: docs/bank-story.md#employees
-- why: A circle in the hierarchy sends a request round for ever.
-- uses: employees
with recursive line (employee_id) as (
    select employee_id from employees where manager_id is null
    union
    select e.employee_id from employees e join line l on l.employee_id = e.manager_id
)
select employee_id, manager_id from employees where employee_id not in (select employee_id from line);

-- H10c: No superior has left.
-- source: docs/bank-story.md#employees
-- why: Approvals would wait for somebody who has left.
-- uses: employees
select e.employee_id, e.manager_id, m.termination_date
from employees e join employees m on m.employee_id = e.manager_id
where m.status = 'terminated';

-- H10d: A superior leads the department; the superior of those who lead one is the Chief Executive Officer.
-- source: docs/bank-story.md#employees
-- uses: employees, departments
select e.employee_id, e.role, e.manager_id, d.manager_id as leader
from employees e
join departments d on d.department_id = e.department_id
join employees m on m.employee_id = e.manager_id
where not case when e.employee_id = d.manager_id then m.role = 'Chief Executive Officer'
               when e.role = 'Department Manager' then m.role = 'Chief Executive Officer' or e.manager_id = d.manager_id
               else e.manager_id = d.manager_id end;

-- H11a: Departments form one tree below the Executive Office.
-- source: docs/bank-story.md#employees
-- uses: departments
with recursive line (department_id) as (
    select department_id from departments where parent_department_id is null
    union
    select d.department_id from departments d join line l on l.department_id = d.parent_department_id
)
select department_id, department_name, parent_department_id from departments
where (parent_department_id is null) <> (department_name = 'Executive Office')
   or department_id not in (select department_id from line);

-- H11b: A department is led by its manager who is still there, or else by the Chief Executive Officer.
-- source: docs/bank-story.md#employees
-- uses: departments, employees
select d.department_id, d.manager_id, e.role, e.status
from departments d
left join employees e on e.employee_id = d.manager_id
left join (
    select department_id, count(*) as managers from employees
    where role = 'Department Manager' and status <> 'terminated' group by department_id
) m on m.department_id = d.department_id
where e.employee_id is null or e.status = 'terminated'
   or not case when coalesce(m.managers, 0) > 0
               then e.role = 'Department Manager' and e.department_id = d.department_id
               else e.role = 'Chief Executive Officer' end;

-- H11c: A department was set up before anybody was hired into it.
-- source: docs/bank-story.md#employees
-- uses: departments, employees
select d.department_id, d.created_date, min(e.hire_date) as first_hired
from departments d
join employees e on e.department_id = d.department_id
group by d.department_id, d.created_date
having min(e.hire_date) < d.created_date;

-- H12a: Terminated employees, and nobody else, have a last day; it is not before the first.
-- source: docs/bank-story.md#employees
-- uses: employees
select employee_id, status, hire_date, termination_date from employees
where (status = 'terminated') <> (termination_date is not null) or termination_date < hire_date;

-- H12b: Employees are of age when hired.
-- source: docs/bank-story.md#employees
-- uses: employees
select employee_id, date_of_birth, hire_date from employees
where date_of_birth + interval '1 year' * :employees.youngest > hire_date;

-- H13a: A role belongs to its department.
-- source: docs/bank-story.md#employees
-- uses: employees, departments, departments_of_roles
select e.employee_id, e.role, d.department_name
from employees e
join departments d on d.department_id = e.department_id
left join departments_of_roles r on r.role = e.role
where d.department_name <> coalesce(r.department_name, d.department_name)
   or (r.role is null and (e.role <> 'Department Manager' or d.department_name = 'Executive Office'));

-- H13b: The first employees have one of each role that no bank can be without, and are still there.
-- source: docs/bank-story.md#employees
-- why: Without one of each, some step of a customer's story has nobody to do it.
-- uses: founders
select role, employee_id, status from founders where employee_id is null or status = 'terminated';

-- H13c: The first employees were there before the first customer.
-- source: docs/bank-story.md#employees
-- why: Somebody has to serve the first customer.
-- uses: founders, customers
select f.employee_id, f.hire_date, c.first_day
from founders f
cross join (select min(created_date) as first_day from customers) c
where f.hire_date > c.first_day;

-- H14a: Everybody learns some programmes, each once.
-- source: docs/bank-story.md#employees
-- uses: employees, employee_training
select e.employee_id, count(t.training_id) as programs, count(distinct t.program_id) as different
from employees e left join employee_training t on t.employee_id = e.employee_id
group by e.employee_id
having cast(count(t.training_id) as varchar) not in (select name from (values :employees.trainings) m (name, share))
    or count(distinct t.program_id) < count(t.training_id);

-- H14b: Training lies in the employment, and ends after it began.
-- source: docs/bank-story.md#employees
-- uses: employee_training, staff
select t.training_id, t.employee_id, t.enrolled_date, t.completion_date, s.hire_date, s.last_day
from employee_training t
join staff s on s.employee_id = t.employee_id
where t.enrolled_date not between s.hire_date and s.last_day
   or t.completion_date not between t.enrolled_date and s.last_day;

-- H14c: Training has a date of completion and a score if and only if it is completed.
-- source: docs/bank-story.md#employees
-- why: A score belongs to a test that was taken.
-- uses: employee_training
select training_id, status, completion_date, score from employee_training
where (status = 'completed') <> (completion_date is not null) or (status = 'completed') <> (score is not null);

-- H14d: Mandatory programmes are of compliance.
-- source: docs/bank-story.md#employees
-- uses: training_programs
select program_id, category from training_programs where is_mandatory and category <> 'compliance';

-- H15a: Reviews are by somebody else, who manages.
-- source: docs/bank-story.md#employees
-- why: A review is a superior's judgement.
-- uses: performance_reviews, employees
select review_id, employee_id, reviewer_id from performance_reviews
where reviewer_id = employee_id
   or reviewer_id not in (select manager_id from employees where manager_id is not null);

-- H15b: On the day of a review, both are employed.
-- source: docs/bank-story.md#employees
-- uses: performance_reviews, staff
select r.review_id, r.employee_id, r.reviewer_id, r.review_date
from performance_reviews r
left join staff e on e.employee_id = r.employee_id
left join staff m on m.employee_id = r.reviewer_id
where not coalesce(r.review_date between e.hire_date and e.last_day
                   and r.review_date between m.hire_date and m.last_day, false);

-- H15c: The year of a review is that of its day, one a year.
-- source: docs/bank-story.md#employees
-- uses: performance_reviews
select min(review_id) as review_id, employee_id, review_year, count(*) as times
from performance_reviews
group by employee_id, review_year
having count(*) > 1 or bool_or(review_year <> extract(year from review_date));

-- H15d: Everybody hired a year ago or earlier but the Chief Executive Officer was reviewed, not too often; the Chief
-- Executive Officer never.
-- source: docs/bank-story.md#employees
-- uses: employees, performance_reviews
select e.employee_id, e.role, e.hire_date, count(r.review_id) as reviews
from employees e left join performance_reviews r on r.employee_id = e.employee_id
group by e.employee_id, e.role, e.hire_date
having count(r.review_id) > case when e.role = 'Chief Executive Officer' then 0 else :employees.review_years end
    or (e.role <> 'Chief Executive Officer' and count(r.review_id) = 0
        and e.hire_date <= cast(:as_of - interval '1 year' as date));

-- H15e: Reviews are of the last years of an employment.
-- source: docs/bank-story.md#employees
-- uses: performance_reviews, employees
select r.review_id, r.employee_id, r.review_date, e.termination_date
from performance_reviews r
join employees e on e.employee_id = r.employee_id
where r.review_date < cast(coalesce(e.termination_date, :as_of) - interval '1 year' * :employees.review_years as date);

-- H16a: Customers are looked after by Relationship Managers and Customer Service Agents, employed throughout.
-- source: docs/bank-story.md#employees
-- why: A customer whose adviser has left is not looked after.
-- uses: employee_assignments, staff
select a.assignment_id, a.employee_id, s.role, a.start_date, a.end_date
from employee_assignments a
left join staff s on s.employee_id = a.employee_id
where not coalesce(s.role in ('Relationship Manager', 'Customer Service Agent') and a.start_date >= s.hire_date
                   and coalesce(a.end_date, :as_of - 1) <= s.last_day, false)
   or a.end_date < a.start_date;

-- H16b: A customer is looked after by one at a time.
-- source: docs/bank-story.md#employees
-- why: Two advisers would both count the customer.
-- uses: employee_assignments
select assignment_id, customer_id, start_date, end_before
from (
    select assignment_id, customer_id, start_date,
           lag(coalesce(end_date, date '9999-12-31')) over (partition by customer_id order by start_date, assignment_id)
               as end_before
    from employee_assignments
) a
where start_date <= end_before;

-- H16c: Nobody is looked after before they came.
-- source: docs/bank-story.md#employees
-- uses: employee_assignments, customers
select a.assignment_id, a.customer_id, a.start_date, c.created_date
from employee_assignments a join customers c on c.customer_id = a.customer_id
where a.start_date < c.created_date;

-- H16d: The profile names who looks after the customer now, if anybody does.
-- source: docs/bank-story.md#employees
-- uses: customer_profiles, employee_assignments
select p.customer_id, p.assigned_agent_id, a.employee_id
from customer_profiles p
left join employee_assignments a on a.customer_id = p.customer_id and a.end_date is null
where p.assigned_agent_id is distinct from a.employee_id;
