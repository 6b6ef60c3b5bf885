-- Cards: what a profile says, and which of them come back.

-- relation again: The payments by cards with more than one.
-- uses: transactions
select t.payment_id, t.payment_timestamp, cast(t.payment_timestamp as date) as day, t.card_profile_id, t.card_bin,
       t.card_type, t.card_issuer, t.card_brand, t.payment_status, t.merchant_id, t.payment_amount
from transactions t
join (select card_profile_id from transactions group by card_profile_id having count(*) > 1) c
  on c.card_profile_id = t.card_profile_id;

-- relation repeated: Cards with more than one payment.
-- uses: again
select card_profile_id, count(*) as payments, min(payment_id) as first_payment, min(day) as first_day,
       max(day) as last_day,
       count(*) filter (where payment_status = 'declined') as declined
from again group by card_profile_id;

-- relation retries: Payments that repeat a declined one: soon, by the same card, to the same merchant, of the same amount.
-- uses: again
select distinct b.payment_id, b.payment_status, a.payment_id as repeats
from again a
join again b
  on b.card_profile_id = a.card_profile_id and b.merchant_id = a.merchant_id and b.payment_amount = a.payment_amount
 and b.day = a.day and b.payment_timestamp > a.payment_timestamp
 and b.payment_timestamp <= a.payment_timestamp + interval '15 minutes'
where a.payment_status = 'declined';

-- relation test_bins: The first digits of published test cards, with brand and type.
-- uses: transactions
select * from (
    values
        ('Visa', 'debit', '400005'), ('Visa', 'credit', '411111'), ('Visa', 'credit', '401288'),
        ('Visa', 'credit', '424242'), ('Mastercard', 'debit', '520082'), ('Mastercard', 'credit', '555555'),
        ('Mastercard', 'credit', '510510'), ('Mastercard', 'credit', '222300'), ('Amex', 'credit', '378282'),
        ('Amex', 'credit', '371449'), ('Amex', 'credit', '378734'), ('Discover', 'debit', '601198'),
        ('Discover', 'credit', '601111'), ('Discover', 'credit', '601100')
) b (card_brand, card_type, card_bin);

-- relation issuers: Which bank issues cards of which brand and type.
-- uses: transactions
select * from (
    values
        ('Visa', 'credit', 'Chase'), ('Visa', 'credit', 'Bank of America'), ('Visa', 'credit', 'Wells Fargo'),
        ('Visa', 'credit', 'Capital One'), ('Visa', 'credit', 'US Bank'), ('Visa', 'credit', 'PNC Bank'),
        ('Visa', 'debit', 'Chase'), ('Visa', 'debit', 'Bank of America'), ('Visa', 'debit', 'Wells Fargo'),
        ('Visa', 'debit', 'US Bank'), ('Visa', 'debit', 'PNC Bank'), ('Mastercard', 'credit', 'Citi'),
        ('Mastercard', 'credit', 'Capital One'), ('Mastercard', 'credit', 'Barclays'),
        ('Mastercard', 'credit', 'Bank of America'), ('Mastercard', 'credit', 'Fifth Third Bank'),
        ('Mastercard', 'debit', 'Citi'), ('Mastercard', 'debit', 'Capital One'),
        ('Mastercard', 'debit', 'Fifth Third Bank'), ('Amex', 'credit', 'American Express'),
        ('Discover', 'credit', 'Discover Bank'), ('Discover', 'debit', 'Discover Bank')
) i (card_brand, card_type, card_issuer);

-- P05a: A card profile never changes its BIN, type, issuer or brand.
-- source: docs/payments-story.md#cards
-- why: A profile is the token of one card.
-- uses: again
select card_profile_id, count(distinct card_bin) as bins, count(distinct card_type) as types,
       count(distinct card_issuer) as issuers, count(distinct card_brand) as brands
from again
where card_profile_id in (
    select card_profile_id from again group by card_profile_id
    having min(card_bin) <> max(card_bin) or min(card_type) <> max(card_type)
        or min(card_issuer) <> max(card_issuer) or min(card_brand) <> max(card_brand)
)
group by card_profile_id;

-- P05b: The BIN is a published test BIN of the brand and type.
-- source: docs/payments-story.md#cards
-- why: Only published test numbers are used, so that no number can belong to a real card.
-- uses: transactions, test_bins
select t.card_bin, t.card_brand, t.card_type, count(*) as payments
from transactions t
left join test_bins b
  on b.card_bin = t.card_bin and b.card_brand = t.card_brand and b.card_type = t.card_type
where b.card_bin is null
group by t.card_bin, t.card_brand, t.card_type;

-- P05c: The brand and the type fit the issuer.
-- source: docs/payments-story.md#cards
-- why: Banks issue cards of the networks they have a contract with; some issue no debit cards, or none of a network.
-- uses: transactions, issuers
select t.card_issuer, t.card_brand, t.card_type, count(*) as payments
from transactions t
left join issuers i
  on i.card_brand = t.card_brand and i.card_type = t.card_type and i.card_issuer = t.card_issuer
where i.card_brand is null
group by t.card_issuer, t.card_brand, t.card_type;

-- P05d: Only stored cards come back, and not before the day after they were stored; a payment that repeats a declined
-- one is part of that. A card that came back and is not stored any more had been idle for long, its merchant has left,
-- or the store was full and has forgotten the longest idle.
-- source: docs/payments-story.md#cards
-- why: A card returns only if it was kept on file, and is on file from the next day on.
-- uses: again, repeated, profiles, retries, merchants, state
select a.payment_id, a.card_profile_id, p.stored_date
from again a
join profiles p on p.card_profile_id = a.card_profile_id
join repeated r on r.card_profile_id = a.card_profile_id
left join retries t on t.payment_id = a.payment_id
where t.payment_id is null and a.payment_id > r.first_payment and a.day <= p.stored_date
union all
select r.first_payment, r.card_profile_id, null
from repeated r
left join profiles p on p.card_profile_id = r.card_profile_id
cross join state s
cross join (select min(last_payment_date) as day from profiles) o
where p.card_profile_id is null and r.last_day > r.first_day and (o.day is null or r.last_day > o.day)
  and r.last_day > s.last_generated_date - cast(:cards.kept_days as integer)
  and not exists (select 1 from again a
                  join merchants m on m.merchant_id = a.merchant_id and m.status = 'churned'
                  where a.card_profile_id = r.card_profile_id);

-- P05e: A profile stored since the history began is that of a card that has paid, and every profile says what its
-- payments say.
-- source: docs/payments-story.md#cards
-- uses: profiles, transactions
select p.card_profile_id, p.card_bin, p.card_type, p.card_issuer, p.card_brand
from profiles p
left join (
    select distinct t.card_profile_id, t.card_bin, t.card_type, t.card_issuer, t.card_brand
    from transactions t join profiles s on s.card_profile_id = t.card_profile_id
) t on t.card_profile_id = p.card_profile_id
where t.card_profile_id is null and p.stored_date >= :start
   or t.card_bin <> p.card_bin or t.card_type <> p.card_type or t.card_issuer <> p.card_issuer
   or t.card_brand <> p.card_brand;

-- P05f: A card profile's id is CARD and digits, and its own key in the state.
-- source: docs/payments-story.md#state
-- uses: profiles
select key, card_profile_id from profiles
where key is distinct from card_profile_id or not key ~ '^CARD[0-9]{10}$';

-- P05g: A card stored since the history began is at home with the merchant of its first payment.
-- source: docs/payments-story.md#cards
-- why: A card is kept on file by the merchant it first paid.
-- uses: profiles, transactions
select p.card_profile_id, p.merchant_id, t.merchant_id as paid_first
from profiles p
left join (select t.card_profile_id, min(t.payment_id) as payment_id
           from transactions t join profiles s on s.card_profile_id = t.card_profile_id
           group by t.card_profile_id) f
  on f.card_profile_id = p.card_profile_id
left join transactions t on t.payment_id = f.payment_id
where p.stored_date >= :start and p.merchant_id is distinct from t.merchant_id;

-- P05h: A card profile's id is CARD and ten digits, in every payment.
-- source: docs/payments-story.md#cards
-- uses: transactions
select payment_id, card_profile_id from transactions where not card_profile_id ~ '^CARD[0-9]{10}$';

-- P05i: The store holds no card that has been idle for long, nor one whose merchant has left, nor more than it may.
-- source: docs/payments-story.md#state
-- why: What is not used is deleted, as the rules of the card networks ask; so the state stays small.
-- uses: profiles, merchants, state
select p.card_profile_id, p.merchant_id, p.last_payment_date
from profiles p cross join state s
where p.last_payment_date <= s.last_generated_date - cast(:cards.kept_days as integer)
   or exists (select 1 from merchants m where m.merchant_id = p.merchant_id and m.status = 'churned')
union all
select 'all', null, null from (select count(*) as cards from profiles) c
where c.cards > :cards.most_stored * :business.initial_merchants;

-- P05j: The state tells the last day of payment of a stored card.
-- source: docs/payments-story.md#state
-- why: On it depends when the card is forgotten.
-- uses: profiles, transactions
select p.card_profile_id, p.last_payment_date, t.last_day
from profiles p
left join (select t.card_profile_id, cast(max(t.payment_timestamp) as date) as last_day
           from transactions t join profiles s on s.card_profile_id = t.card_profile_id
           group by t.card_profile_id) t on t.card_profile_id = p.card_profile_id
where p.last_payment_date >= :start and p.last_payment_date is distinct from t.last_day
   or p.last_payment_date < :start and t.last_day is not null
   or p.last_payment_date < p.stored_date;

-- P05k: Nobody is in two places in an impossible time: between two payments with the card present that are more than
-- 100 km apart, it travels no faster than an aeroplane.
-- source: docs/payments-story.md#cards
-- why: Cards that are in two places at once are cloned, and would have been blocked.
-- uses: transactions, again
select payment_id, card_profile_id, cast(km as integer) as km, before, payment_timestamp
from (
    select payment_id, card_profile_id, payment_timestamp, before,
           2 * 6371.0088 * asin(sqrt(least(1, pow(sin(radians(latitude - old_latitude) / 2), 2)
               + cos(radians(latitude)) * cos(radians(old_latitude))
               * pow(sin(radians(longitude - old_longitude) / 2), 2)))) as km
    from (
        select t.payment_id, t.card_profile_id, t.payment_timestamp,
               cast(t.payment_lat as double precision) as latitude,
               cast(t.payment_lng as double precision) as longitude,
               cast(lag(t.payment_lat) over w as double precision) as old_latitude,
               cast(lag(t.payment_lng) over w as double precision) as old_longitude,
               lag(t.payment_timestamp) over w as before
        from transactions t join again a on a.payment_id = t.payment_id
        where t.payment_type = 'card_present'
        window w as (partition by t.card_profile_id order by t.payment_timestamp, t.payment_id)
    ) p
    where before is not null
) m
where km > 100 and payment_timestamp < before + km * interval '3.6 seconds';
