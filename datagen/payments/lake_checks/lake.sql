-- A lake of payments: bronze is what the files of the history say, silver what follows from it. Asked of DuckDB alone.

-- L01: Payments in bronze are those of the source, cell by cell.
-- source: docs/payments-lake.md#bronze
-- uses: raw_transactions, source_transactions
select * from (select * exclude (_run) from raw_transactions except all select * from source_transactions) missing
union all
select * from (select * from source_transactions except all select * exclude (_run) from raw_transactions) strange;

-- L02: Merchants in bronze are those of the source, cell by cell.
-- source: docs/payments-lake.md#bronze
-- uses: raw_merchants, source_merchants
select * from (select * exclude (_run) from raw_merchants except all select * from source_merchants) missing
union all
select * from (select * from source_merchants except all select * exclude (_run) from raw_merchants) strange;

-- L03: Each row of bronze says which run it is of.
-- source: docs/payments-lake.md#bronze
-- uses: raw_transactions
select payment_id, _run, payment_timestamp
from raw_transactions
where cast(payment_timestamp as date) not between cast(substr(_run, 1, 10) as date) and cast(substr(_run, 12, 10) as date);

-- L04: Versions of a merchant follow each other without a gap and without an overlap.
-- source: docs/payments-lake.md#silver
-- why: A join by time would lose a payment in a gap and count it twice in an overlap.
-- uses: merchants
select merchant_key, valid_from, valid_to, following
from (select merchant_key, valid_from, valid_to,
             lead(valid_from) over (partition by merchant_id order by version) as following
      from merchants) v
where valid_to is distinct from following;

-- L05: A version is valid for a day at least.
-- source: docs/payments-lake.md#silver
-- uses: merchants
select merchant_key, valid_from, valid_to from merchants where valid_to <= valid_from;

-- L06: Each merchant has exactly one current version, the last one.
-- source: docs/payments-lake.md#silver
-- uses: merchants
select merchant_id, count(*) filter (where is_current) as current_versions,
       max(version) filter (where is_current) as current_version, max(version) as last_version
from merchants group by merchant_id
having count(*) filter (where is_current) <> 1 or max(version) filter (where is_current) <> max(version);

-- L07: A version is current if and only if it has no end.
-- source: docs/payments-lake.md#silver
-- uses: merchants
select merchant_key, is_current, valid_to from merchants where is_current <> (valid_to is null);

-- L08: Each payment points to the version of its merchant that was in force at its time.
-- source: docs/payments-lake.md#silver
-- uses: payments, merchants
select p.payment_id, p.payment_timestamp, p.merchant_key, m.valid_from, m.valid_to
from payments p
left join merchants m on m.merchant_key = p.merchant_key
where m.merchant_id is distinct from p.merchant_id
   or cast(p.payment_timestamp as date) < m.valid_from
   or cast(p.payment_timestamp as date) >= m.valid_to;

-- L09: Payments in silver are those in bronze, cell by cell.
-- source: docs/payments-lake.md#silver
-- uses: payments, raw_transactions
select * from (select * exclude (merchant_key) from payments
 except all select * exclude (_source_file, _source_row, _run) from raw_transactions) missing
union all
select * from (select * exclude (_source_file, _source_row, _run) from raw_transactions
 except all select * exclude (merchant_key) from payments) strange;

-- L10: Merchants in silver are those of the newest file in bronze, cell by cell.
-- source: docs/payments-lake.md#silver
-- uses: merchants, raw_merchants
select * from (select * exclude (merchant_key, valid_from, valid_to, is_current) from merchants
 except all
 select * exclude (_source_file, _source_row, _run) from raw_merchants where _run = (select max(_run) from raw_merchants)) missing
union all
select * from (select * exclude (_source_file, _source_row, _run) from raw_merchants where _run = (select max(_run) from raw_merchants)
 except all
 select * exclude (merchant_key, valid_from, valid_to, is_current) from merchants) strange;
