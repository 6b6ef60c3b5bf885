-- Persons: names, addresses, e-mail, telephone, and that both databases speak of the same ones.

-- H01a: The profile and the customer of accounts_db are the same person, word for word.
-- source: docs/bank-story.md#people
-- why: The customer is kept in two databases; a difference would be two people to a report.
-- uses: customer_profiles, customers
select customer_id, p.email as profile, c.email as customer
from customer_profiles p
full join customers c using (customer_id)
where p.first_name is distinct from c.first_name or p.last_name is distinct from c.last_name
   or p.date_of_birth is distinct from c.date_of_birth or p.email is distinct from c.email
   or p.phone is distinct from c.phone or p.address is distinct from c.address or p.city is distinct from c.city
   or p.state is distinct from c.state or p.zip_code is distinct from c.zip_code;

-- H01b: The day a customer was created is customer_since, and a business is a corporate customer.
-- source: docs/bank-story.md#people
-- uses: customer_profiles, customers
select customer_id, p.customer_since, c.created_date, p.segment, c.customer_type
from customer_profiles p
join customers c using (customer_id)
where p.customer_since <> c.created_date or (p.segment = 'corporate') <> (c.customer_type = 'business');

-- H02a: E-mail addresses of customers are reserved ones, made from the name.
-- source: docs/bank-story.md#people
-- why: Reserved domains (RFC 2606) make sure that no mail reaches a person. Of letters that are not English the address
-- has a spelling, which is not judged.
-- uses: customer_profiles
select customer_id, first_name, last_name, email from customer_profiles
where not email ~ '^[a-z0-9._+-]+@example[.](com|org|net)$'
   or not regexp_replace(split_part(email, '@', 1), '[^a-z]', '', 'g')
          like '%' || regexp_replace(lower(last_name), '[^a-z]+', '%', 'g') || '%';

-- H02b: E-mail addresses of employees are the bank's, made from the name.
-- source: docs/bank-story.md#people
-- uses: employees
select employee_id, first_name, last_name, email from employees
where not email ~ '^[a-z0-9._+-]+@example[.]com$'
   or not regexp_replace(split_part(email, '@', 1), '[^a-z]', '', 'g')
          like '%' || regexp_replace(lower(last_name), '[^a-z]+', '%', 'g') || '%';

-- H02c: Telephone numbers of customers are reserved ones of a real area.
-- source: docs/bank-story.md#people
-- why: 555-0100 to 555-0199 are reserved for fiction, so no call reaches a person.
-- uses: customer_profiles, places
select customer_id, phone from customer_profiles
where not phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$' or left(phone, 3) not in (select area_code from places);

-- H02d: Telephone numbers of employees are reserved ones of a real area.
-- source: docs/bank-story.md#people
-- why: 555-0100 to 555-0199 are reserved for fiction, so no call reaches a person.
-- uses: employees, places
select employee_id, phone from employees
where not phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$' or left(phone, 3) not in (select area_code from places);

-- H02e: An e-mail address is one person's, customer's or employee's.
-- source: docs/bank-story.md#people
-- why: The address is the login.
-- uses: customer_profiles, employees
select lower(email) as email, min(id) as id, count(*) as times
from (select customer_id as id, email from customer_profiles union all select employee_id, email from employees) p
group by lower(email)
having count(*) > 1;

-- H05: City, state and ZIP code of a customer agree.
-- source: docs/bank-story.md#people
-- uses: customer_profiles, places
select c.customer_id, c.city, c.state, c.zip_code from customer_profiles c
where not exists (
    select 1 from places p where p.zip = c.zip_code and p.city = c.city and p.state = c.state
);

-- H22a: There is a company if and only if the customer is corporate.
-- source: docs/bank-story.md#people
-- uses: customer_profiles
select customer_id, segment, company_name from customer_profiles
where (segment = 'corporate') <> (company_name is not null);

-- H22b: Customers came in the years the bank looks back on, at an age at which one may.
-- source: docs/bank-story.md#people
-- uses: customer_profiles
select customer_id, date_of_birth, customer_since from customer_profiles
where date_of_birth + interval '1 year' * :customers.youngest > customer_since
   or date_of_birth + interval '1 year' * (:customers.oldest + 1) <= customer_since
   or customer_since < cast(:as_of - interval '1 year' * :customers.years as date) or customer_since >= :as_of;

-- H22c: A profile was last changed after the customer came.
-- source: docs/bank-story.md#people
-- uses: customer_profiles
select customer_id, customer_since, updated_at from customer_profiles
where cast(updated_at as date) < customer_since or updated_at >= cast(:as_of as timestamp);
