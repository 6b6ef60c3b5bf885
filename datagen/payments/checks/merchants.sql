-- Merchants: their versions, what they say, and how they come and go.

-- P07a: Versions of a merchant count 1, 2, 3 ...
-- source: docs/payments-story.md#life-of-a-merchant
-- why: Versions are the history of a merchant's row (slowly changing dimension, type 2): numbers without a gap show
-- that none is lost.
-- uses: merchants
select merchant_id, version, place
from (select merchant_id, version, row_number() over (partition by merchant_id order by version) as place
      from merchants) v
where version <> place;

-- P07b: A later version takes effect later.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: Two versions in force on one day would make a join return a payment twice.
-- uses: in_force
select merchant_id, version, effective_date, until_date from in_force where until_date <= effective_date;

-- P07c: A merchant never changes its creation date, on which its first version takes effect.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: The day of the contract is a fact that does not change with the address.
-- uses: merchants
select merchant_id, min(creation_date) as earliest, max(creation_date) as latest, min(effective_date) as effective
from merchants group by merchant_id
having min(creation_date) <> max(creation_date) or min(effective_date) <> min(creation_date);

-- P07d: City, state and ZIP code agree.
-- source: docs/payments-story.md#safety
-- why: Maps, distances and regional reports join on all three.
-- uses: merchants, places
select m.merchant_id, m.version, m.city, m.state, m.zip_code
from merchants m
left join places z on z.zip = m.zip_code and z.city = m.city and z.state = m.state
where z.zip is null;

-- P07e: The telephone's area code belongs to the state.
-- source: docs/payments-story.md#safety
-- uses: merchants, places
select m.merchant_id, m.version, m.state, m.phone
from merchants m
where not exists (select 1 from places z where z.state = m.state and z.area_code = substr(m.phone, 1, 3));

-- P07f: Telephones and e-mail addresses are those that are set aside for fiction.
-- source: docs/payments-story.md#safety
-- why: 555-0100 to 555-0199 and the domains of RFC 2606 are reserved, so that nothing reaches a real business.
-- uses: merchants
select merchant_id, version, phone, email
from merchants
where not phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$'
   or not email ~ '^[a-z0-9._%+-]+@example[.](com|org|net)$';

-- P07g: A merchant that has left does not come back.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: A merchant that returns signs a new contract and gets a new id.
-- uses: in_force
select merchant_id, version, status, until_date from in_force where status = 'churned' and until_date is not null;

-- P07h: Merchant ids are M and digits, from 1 to the state's counter, and all are used.
-- source: docs/payments-story.md#state
-- why: New merchants are numbered from this counter.
-- uses: merchants, state
select s.merchant_counter, m.merchants, m.highest
from state s,
     (select count(distinct merchant_id) as merchants, max(merchant_id) as highest,
             count(*) filter (where not merchant_id ~ '^M[0-9]{6}$') as strange
      from merchants) m
where m.strange > 0 or m.merchants <> s.merchant_counter
   or m.highest <> 'M' || lpad(cast(s.merchant_counter as varchar), 6, '0');

-- P07i: No version takes effect after the state's last day.
-- source: docs/payments-story.md#state
-- uses: merchants, state
select m.merchant_id, m.version, m.effective_date, s.last_generated_date
from merchants m, state s
where m.effective_date > s.last_generated_date;

-- P07j: Whatever has no reason to change stays: a new version differs from the one before.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: A version without a difference would be a change that did not happen.
-- uses: merchants
select a.merchant_id, b.version
from merchants a
join merchants b on b.merchant_id = a.merchant_id and b.version = a.version + 1
where a.address = b.address and a.zip_code = b.zip_code and a.phone = b.phone and a.email = b.email
  and a.mdr_rate = b.mdr_rate and a.size_category = b.size_category and a.status = b.status
  and a.merchant_name = b.merchant_name and a.industry = b.industry;

-- relation stated: The versions of the state beside those of the newest file of merchants, and whether they differ.
-- uses: versions, merchants
select coalesce(s.key, m.merchant_id) as merchant_id, coalesce(s.place, m.version) as version, s.effective_date,
       s.key is null as is_lost, m.merchant_id is null as is_added, s.place < s.last_place as has_ended,
       s.merchant_id is distinct from m.merchant_id or s.version is distinct from cast(m.version as varchar)
       or s.creation_date is distinct from cast(m.creation_date as varchar)
       or s.effective_date is distinct from cast(m.effective_date as varchar)
       or s.last_transaction_date is distinct from cast(m.last_transaction_date as varchar) as is_misdated,
       s.merchant_name is distinct from m.merchant_name or s.industry is distinct from m.industry
       or s.address is distinct from m.address or s.city is distinct from m.city or s.state is distinct from m.state
       or s.zip_code is distinct from m.zip_code or s.phone is distinct from m.phone
       or s.email is distinct from m.email or s.mdr_rate is distinct from cast(m.mdr_rate as varchar)
       or s.size_category is distinct from m.size_category or s.status is distinct from m.status as is_edited
from versions s
full join merchants m on m.merchant_id = s.key and m.version = s.place;

-- P07k: The state holds each version that the newest file of merchants has, with its days, and those that have ended
-- just as they stand there.
-- source: docs/payments-story.md#state
-- why: The state is the source of truth; the file of merchants is a snapshot of it.
-- uses: stated, state
select s.merchant_id, s.version
from stated s, state t
where s.is_lost
   or s.is_added and (s.effective_date is null or s.effective_date <= cast(t.last_generated_date as varchar))
   or not s.is_lost and not s.is_added and (s.is_misdated or (s.has_ended and s.is_edited));

-- P07l: The last version of a merchant in the state is that of the newest file; if it was edited there, the next
-- increment makes a new version of it, and then the two agree again.
-- source: docs/payments-story.md#state
-- uses: stated, state
select s.merchant_id, s.version
from stated s, state t
where not s.is_lost and not s.has_ended
  and (s.is_edited and not s.is_added
       or s.is_added and s.effective_date > cast(t.last_generated_date as varchar));

-- P07m: What an earlier file of merchants says of a version, the newest one says too; only payments may have come.
-- source: docs/payments-story.md#state
-- why: The past is not rewritten by later runs.
-- uses: earlier_merchants, merchants
select e.merchant_id, e.version, e.last_day
from earlier_merchants e
left join merchants m on m.merchant_id = e.merchant_id and m.version = e.version
where e.merchant_name is distinct from m.merchant_name or e.industry is distinct from m.industry
   or e.address is distinct from m.address or e.city is distinct from m.city or e.state is distinct from m.state
   or e.zip_code is distinct from m.zip_code or e.phone is distinct from m.phone or e.email is distinct from m.email
   or e.mdr_rate is distinct from m.mdr_rate or e.size_category is distinct from m.size_category
   or e.creation_date is distinct from m.creation_date or e.effective_date is distinct from m.effective_date
   or e.status is distinct from m.status
   or e.last_transaction_date > coalesce(m.last_transaction_date, e.creation_date);

-- P07n: An earlier file of merchants has all versions that had taken effect by its last day.
-- source: docs/payments-story.md#state
-- uses: snapshots, earlier_merchants, merchants
select s.last_day, s.versions, count(m.merchant_id) as expected
from (select f.last_day, count(e.merchant_id) as versions
      from snapshots f left join earlier_merchants e on e.last_day = f.last_day group by f.last_day) s
left join merchants m on m.effective_date <= s.last_day
group by s.last_day, s.versions having s.versions <> count(m.merchant_id);

-- P08a: No more merchants join in a month than the cap allows.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: Sales has so many contracts a month in it, and not more.
-- uses: merchants
select date_trunc('month', creation_date) as month, count(*) as joined
from merchants where version = 1 and creation_date > :start
group by date_trunc('month', creation_date) having count(*) > :business.growth_cap;

-- P08b: No more merchants leave in a month than the cap allows.
-- source: docs/payments-story.md#life-of-a-merchant
-- why: Losses are bounded the same way, so that a history does not collapse.
-- uses: merchants
select date_trunc('month', effective_date) as month, count(*) as gone
from merchants where status = 'churned'
group by date_trunc('month', effective_date) having count(*) > :business.churn_cap;

-- P08c: The history begins with the configured number of merchants, and none is older.
-- source: docs/payments-story.md#life-of-a-merchant
-- uses: merchants
select m.first_ones, m.earlier
from (select count(*) filter (where creation_date = :start) as first_ones,
             count(*) filter (where creation_date < :start) as earlier
      from merchants where version = 1) m
where m.first_ones <> :business.initial_merchants or m.earlier > 0;
