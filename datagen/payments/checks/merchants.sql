-- Merchants: their versions, what they say, and how they come and go.

-- P07a: Versions of a merchant count 1, 2, 3 ...
-- source: payments.md P07
-- uses: merchants
select merchant_id, version, place
from (select merchant_id, version, row_number() over (partition by merchant_id order by version) as place
      from merchants) v
where version <> place;

-- P07b: A later version takes effect later.
-- source: payments.md P07
-- uses: in_force
select merchant_id, version, effective_date, until_date from in_force where until_date <= effective_date;

-- P07c: A merchant never changes its creation date, on which its first version takes effect.
-- source: payments.md P07
-- uses: merchants
select merchant_id, min(creation_date) as earliest, max(creation_date) as latest, min(effective_date) as effective
from merchants group by merchant_id
having min(creation_date) <> max(creation_date) or min(effective_date) <> min(creation_date);

-- P07d: City, state and ZIP code agree.
-- source: payments.md P07
-- uses: merchants, places
select m.merchant_id, m.version, m.city, m.state, m.zip_code
from merchants m
left join places z on z.zip = m.zip_code and z.city = m.city and z.state = m.state
where z.zip is null;

-- P07e: The telephone's area code belongs to the state.
-- source: payments.md P07
-- uses: merchants, places
select m.merchant_id, m.version, m.state, m.phone
from merchants m
where not exists (select 1 from places z where z.state = m.state and z.area_code = substr(m.phone, 1, 3));

-- P07f: Telephones and e-mail addresses are those that are set aside for fiction.
-- source: payments.md P07; DESIGN.md, invariant 10
-- uses: merchants
select merchant_id, version, phone, email
from merchants
where not phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$'
   or not email ~ '^[a-z0-9._%+-]+@example[.](com|org|net)$';

-- P07g: A merchant that has left does not come back.
-- source: source document, lifecycle
-- uses: in_force
select merchant_id, version, status, until_date from in_force where status = 'churned' and until_date is not null;

-- P07h: Merchant ids are M and digits, from 1 to the state's counter, and all are used.
-- source: source document, state management
-- uses: merchants, state
select s.merchant_counter, m.merchants, m.highest
from state s,
     (select count(distinct merchant_id) as merchants, max(merchant_id) as highest,
             count(*) filter (where not merchant_id ~ '^M[0-9]{6}$') as strange
      from merchants) m
where m.strange > 0 or m.merchants <> s.merchant_counter
   or m.highest <> 'M' || lpad(cast(s.merchant_counter as varchar), 6, '0');

-- P07i: No version takes effect after the state's last day.
-- source: source document, state management
-- uses: merchants, state
select m.merchant_id, m.version, m.effective_date, s.last_generated_date
from merchants m, state s
where m.effective_date > s.last_generated_date;

-- P07j: Whatever has no reason to change stays: a new version differs from the one before.
-- source: source document, attribute changes
-- uses: merchants
select a.merchant_id, b.version
from merchants a
join merchants b on b.merchant_id = a.merchant_id and b.version = a.version + 1
where a.address = b.address and a.zip_code = b.zip_code and a.phone = b.phone and a.email = b.email
  and a.mdr_rate = b.mdr_rate and a.size_category = b.size_category and a.status = b.status
  and a.merchant_name = b.merchant_name and a.industry = b.industry;

-- P08a: No more merchants join in a month than the cap allows.
-- source: payments.md P08
-- uses: merchants
select date_trunc('month', creation_date) as month, count(*) as joined
from merchants where version = 1 and creation_date > :start
group by date_trunc('month', creation_date) having count(*) > :business.growth_cap;

-- P08b: No more merchants leave in a month than the cap allows.
-- source: payments.md P08
-- uses: merchants
select date_trunc('month', effective_date) as month, count(*) as gone
from merchants where status = 'churned'
group by date_trunc('month', effective_date) having count(*) > :business.churn_cap;

-- P08c: The history begins with the configured number of merchants, and none is older.
-- source: payments.md P08
-- uses: merchants
select m.first_ones, m.earlier
from (select count(*) filter (where creation_date = :start) as first_ones,
             count(*) filter (where creation_date < :start) as earlier
      from merchants where version = 1) m
where m.first_ones <> :business.initial_merchants or m.earlier > 0;
