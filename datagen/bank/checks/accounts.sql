-- Accounts: when and by whom they are opened, their states, what joins them.

-- H30a: An account is opened on a banking day.
-- source: docs/bank-story.md#accounts
-- uses: accounts, calendar
select a.account_id, a.opened_date
from accounts a
left join calendar d on d.day = a.opened_date
where not coalesce(d.is_banking, false);

-- H30b: An account is opened on or after the day its owner's KYC was first verified.
-- source: docs/bank-story.md#accounts
-- why: Federal law (the customer identification rule of the USA PATRIOT Act) lets a bank open an account only once it
-- knows whom for.
-- uses: accounts, first_verified
select a.account_id, a.customer_id, a.opened_date, k.day as verified
from accounts a
left join first_verified k on k.customer_id = a.customer_id
where not coalesce(a.opened_date >= k.day, false);

-- H30c: An account is opened by somebody of the front office, employed that day.
-- source: docs/bank-story.md#accounts
-- why: Opening an account is signed by somebody, who can be asked later.
-- uses: accounts, staff
select a.account_id, a.opened_by, a.opened_date, s.role
from accounts a
left join staff s on s.employee_id = a.opened_by
where not coalesce(s.is_front_office and a.opened_date between s.hire_date and s.last_day, false);

-- H31a: Closed accounts, and no others, have a closing day, after the opening; they are empty.
-- source: docs/bank-story.md#accounts
-- why: Money left in a closed account would belong to nobody.
-- uses: accounts
select account_id, status, opened_date, closed_date, balance from accounts
where (status = 'closed') <> (closed_date is not null) or closed_date < opened_date
   or (status = 'closed' and balance <> 0);

-- H31b: Certificates of deposit, and no other accounts, mature: after the as-of day unless they are closed.
-- source: docs/bank-story.md#accounts
-- uses: accounts
select account_id, account_type, status, opened_date, maturity_date from accounts
where (account_type = 'cd') <> (maturity_date is not null) or maturity_date <= opened_date
   or (maturity_date <= :as_of and status <> 'closed');

-- H31c: All accounts but checking accounts bear interest.
-- source: docs/bank-story.md#accounts
-- uses: accounts
select account_id, account_type, interest_rate from accounts where (account_type = 'checking') <> (interest_rate = 0);

-- H31d: A dormant account was opened more than a year ago.
-- source: docs/bank-story.md#accounts
-- why: Banks call an account dormant after a year without a movement by its owner.
-- uses: accounts
select account_id, opened_date from accounts
where status = 'dormant' and opened_date >= cast(:as_of - interval '1 year' as date);

-- H31e: An account opened in the window begins with nothing.
-- source: docs/bank-story.md#accounts
-- why: What comes first is the opening deposit, which is a transaction.
-- uses: accounts
select account_id, opened_date, opening_balance from accounts where opened_date >= :start and opening_balance <> 0;

-- H32: A customer is active if and only if they hold an account that is not closed.
-- source: docs/bank-story.md#accounts
-- uses: customers, accounts
select c.customer_id, c.status, count(a.account_id) as running
from customers c
left join accounts a on a.customer_id = c.customer_id and a.status <> 'closed'
group by c.customer_id, c.status
having (c.status = 'active') <> (count(a.account_id) > 0);

-- H3Aa: A relationship names another customer, or else an own account.
-- source: docs/bank-story.md#accounts
-- uses: account_relationships, accounts
select r.relationship_id, r.relationship_type, r.related_customer_id, r.related_account_id, a.customer_id
from account_relationships r
left join accounts a on a.account_id = r.account_id
where (r.relationship_type = 'linked_savings') <> (r.related_account_id is not null)
   or (r.relationship_type = 'linked_savings') <> (r.related_customer_id is null)
   or r.related_customer_id = a.customer_id;

-- H3Ab: Linked are a checking and a savings account of one owner.
-- source: docs/bank-story.md#accounts
-- uses: account_relationships, accounts
select r.relationship_id, a.account_type, s.account_type as related_type, a.customer_id, s.customer_id as related_owner
from account_relationships r
left join accounts a on a.account_id = r.account_id
left join accounts s on s.account_id = r.related_account_id
where r.relationship_type = 'linked_savings'
  and not coalesce(a.account_type = 'checking' and s.account_type = 'savings' and a.customer_id = s.customer_id, false);

-- H3Ac: An account has few relationships, and nobody and nothing twice.
-- source: docs/bank-story.md#accounts
-- uses: account_relationships
select account_id, count(*) as relationships
from account_relationships
group by account_id
having count(*) > :bands.relationships
    or count(distinct coalesce(related_account_id, related_customer_id)) < count(*);

-- H3Ad: A relationship begins when both are there.
-- source: docs/bank-story.md#accounts
-- why: Nobody can be joined to an account before both exist.
-- uses: account_relationships, accounts, customers
select r.relationship_id, r.start_date, a.opened_date, s.opened_date as related_opened, c.created_date
from account_relationships r
join accounts a on a.account_id = r.account_id
left join accounts s on s.account_id = r.related_account_id
left join customers c on c.customer_id = r.related_customer_id
where r.start_date < a.opened_date or r.start_date < s.opened_date or r.start_date < c.created_date;
