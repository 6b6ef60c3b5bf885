-- subject merchant: ^M[0-9]+$
select merchant_name || ', ' || city || ' ' || state as name from merchants where merchant_id = :id
order by version desc limit 1;

-- event merchant merchants
select effective_date as at,
       case when version = 1 then 'joined: ' when status = 'churned' then 'left: ' else 'changed: ' end
       || size_category || ' ' || industry || ', ' || address || ', ' || city || ', rate ' || cast(mdr_rate as varchar) as said,
       merchant_id || ' v' || cast(version as varchar) as id
from merchants where merchant_id = :id;

-- event merchant transactions
select payment_timestamp as at, cast(payment_amount as varchar) || ' ' || payment_status || ', ' || payment_type || ', '
       || card_brand || ' ' || card_type || ', earns ' || cast(net_profit as varchar) as said, payment_id as id
from transactions where merchant_id = :id;

-- subject card: ^CARD[0-9]+$
select card_brand || ' ' || card_type || ' of ' || card_issuer as name from transactions where card_profile_id = :id limit 1;

-- event card transactions
select payment_timestamp as at, cast(payment_amount as varchar) || ' ' || payment_status || ' at ' || transactions.merchant_id
       || ', ' || payment_type || coalesce(', terminal ' || terminal_id, '') as said, payment_id as id
from transactions where card_profile_id = :id;

-- subject payment: ^TXN[0-9]+$
select cast(payment_amount as varchar) || ' ' || payment_status as name from transactions where payment_id = :id;

-- event payment transactions
select payment_timestamp as at, cast(payment_amount as varchar) || ' by ' || card_brand || ' ' || card_type || ' of '
       || card_issuer || ' (' || coalesce(card_profile_id, 'not stored') || '), ' || payment_type || ', '
       || payment_status as said, payment_id as id
from transactions where payment_id = :id
union all
select payment_timestamp, 'costs ' || cast(transactional_cost_amount as varchar) || ' at '
       || cast(transactional_cost_rate as varchar) || ', the merchant pays ' || cast(mdr_amount as varchar)
       || ', leaves ' || cast(net_profit as varchar), payment_id
from transactions where payment_id = :id;

-- event payment merchants
select effective_date as at, merchant_name || ' as it was then: ' || size_category || ' ' || industry || ', rate '
       || cast(mdr_rate as varchar) as said, merchants.merchant_id || ' v' || cast(version as varchar) as id
from merchants
where merchant_id = (select merchant_id from transactions where payment_id = :id)
  and effective_date <= (select cast(payment_timestamp as date) from transactions where payment_id = :id);
