# ruff: noqa: E501 - one kind of damage a line, in SQL
"""Damage, one kind at a time: (what is done, the check that must catch it, the SQL that does it)."""

ONE = "(select max(payment_id) from transactions where payment_status = 'approved' and payment_type = 'card_present')"
DECLINED = "(select max(payment_id) from transactions where payment_status = 'declined')"
REMOTE = "(select max(payment_id) from transactions where payment_type = 'online' and payment_status = 'approved')"
AGAIN = """(
    select max(payment_id) from transactions t
    where exists (select 1 from transactions o where o.card_profile_id = t.card_profile_id and o.place < t.place)
)"""

DAMAGE = [
    ("an id is skipped", "P01a", f"update transactions set payment_id = 'TXN9999999999' where payment_id = {ONE}"),
    ("an id is short", "P01a", f"update transactions set payment_id = 'TXN1' where payment_id = {ONE}"),
    ("a payment is lost", "P01a", "update transactions set place = place - 1 where place > 100"),
    (
        "a payment stands too late",
        "P01b",
        f"update transactions set payment_timestamp = payment_timestamp - interval 1 day where payment_id = {ONE}",
    ),
    ("a payment is lost in between", "P01e", f"delete from transactions where payment_id = {REMOTE}"),
    ("an id is that of no payment", "P01e", "update transactions set payment_id = 'PAY' || payment_id where place = 1"),
    ("a payment is lost at the end", "P01c", "delete from transactions where place = (select max(place) from transactions)"),
    ("the state counts one more", "P01c", "update state set total_transactions = total_transactions + 1"),
    (
        "a payment stands in the wrong file",
        "P01d",
        f"update transactions set payment_timestamp = payment_timestamp + interval 99 day where payment_id = {ONE}",
    ),
    (
        "a payment is made at night",
        "P02a",
        f"update transactions set payment_timestamp = date_trunc('day', payment_timestamp) + interval 3 hour "
        f"where payment_id = {ONE}",
    ),
    (
        "a payment is made just after closing",
        "P02a",
        f"update transactions set payment_timestamp = date_trunc('day', payment_timestamp) + interval 22 hour "
        f"where payment_id = {ONE}",
    ),
    (
        "a merchant that has left is paid",
        "P02b",
        f"update transactions set merchant_id = (select min(merchant_id) from merchants where status = 'churned') "
        f"where payment_id = {ONE}",
    ),
    (
        "a merchant is paid before it joined",
        "P02b",
        "update transactions set merchant_id = (select max(merchant_id) from merchants) where place = 1",
    ),
    ("an unknown merchant is paid", "P02b", f"update transactions set merchant_id = 'M999999' where payment_id = {ONE}"),
    (
        "a last day of payment is early",
        "P02c",
        "update merchants set last_transaction_date = last_transaction_date - 1 where merchant_id = 'M000002'",
    ),
    (
        "a last day of payment is missing",
        "P02c",
        "update merchants set last_transaction_date = null where merchant_id = 'M000002'",
    ),
    ("an amount is too high", "P03a", f"update transactions set payment_amount = 5000 where payment_id = {ONE}"),
    ("an amount is too low", "P03a", f"update transactions set payment_amount = 0.5 where payment_id = {ONE}"),
    ("a rate is that of another size", "P03b", "update merchants set mdr_rate = 0.04 where merchant_id = 'M000002'"),
    (
        "a merchant is paid too often",
        "P03c",
        "update transactions set merchant_id = 'M000002' where first_day = first_day and cast(payment_timestamp as date) "
        "= (select max(cast(payment_timestamp as date)) from transactions)",
    ),
    (
        "a merchant is paid too seldom",
        "P03c",
        "delete from transactions where merchant_id = 'M000002' and place > (select min(place) from transactions "
        "where merchant_id = 'M000002') and cast(payment_timestamp as date) = (select min(cast(payment_timestamp as "
        "date)) from transactions where merchant_id = 'M000002')",
    ),
    ("a fee is a cent too high", "P04a", f"update transactions set mdr_amount = mdr_amount + 0.01 where payment_id = {ONE}"),
    (
        "a cost is a cent too high",
        "P04b",
        f"update transactions set transactional_cost_amount = transactional_cost_amount + 0.01 where payment_id = {ONE}",
    ),
    ("a profit is a cent too high", "P04c", f"update transactions set net_profit = net_profit + 0.01 where payment_id = {ONE}"),
    ("a declined payment earns", "P04d", f"update transactions set mdr_amount = 1 where payment_id = {DECLINED}"),
    (
        "a payment costs more than it brings",
        "P04e",
        f"update transactions set transactional_cost_rate = 0.05 where payment_id = {ONE}",
    ),
    (
        "a debit card costs as much as credit",
        "P04f",
        "update transactions set transactional_cost_rate = 0.0199 where card_type = 'debit' and place < 100",
    ),
    (
        "a card changes its BIN",
        "P05a",
        f"update transactions set card_bin = case when card_bin = '411111' then '424242' else '411111' end "
        f"where payment_id = {AGAIN}",
    ),
    (
        "a card changes its issuer",
        "P05a",
        f"update transactions set card_issuer = 'Bank of Nowhere' where payment_id = {AGAIN}",
    ),
    ("a BIN is not one for tests", "P05b", f"update transactions set card_bin = '453201' where payment_id = {ONE}"),
    ("a BIN is of another brand", "P05b", "update transactions set card_bin = '555555' where place < 9 and card_brand = 'Visa'"),
    (
        "a bank issues a foreign brand",
        "P05c",
        "update transactions set card_issuer = 'American Express' where place < 9 and card_brand = 'Visa'",
    ),
    ("Capital One issues a Visa debit card", "P05c", "update transactions set card_issuer = 'Capital One' where place < 99 and card_brand = 'Visa' and card_type = 'debit'"),
    (
        "a card comes back that was not stored",
        "P05d",
        f"update transactions set card_profile_id = (select card_profile_id from transactions where place = 1) "
        f"where payment_id = {ONE}",
    ),
    ("a stored card is forgotten", "P05d", "delete from profiles"),
    (
        "a stored card comes back on its day",
        "P05d",
        f"update transactions set payment_timestamp = (select min(payment_timestamp) from transactions o "
        f"where o.card_profile_id = transactions.card_profile_id) where payment_id = {AGAIN}",
    ),
    ("a stored card is at home elsewhere", "P05g", "update profiles set merchant_id = 'M000001' where card_profile_id = (select max(card_profile_id) from profiles where merchant_id <> 'M000001')"),
    ("a stored card is at home with nobody", "P05g", "update profiles set merchant_id = 'M999999'"),
    ("a card has a number too short", "P05h", f"update transactions set card_profile_id = 'CARD1' where payment_id = {ONE}"),
    ("a stored profile says something else", "P05e", "update profiles set card_issuer = 'Chess'"),
    ("a stored profile has never paid", "P05e", "insert into profiles values ('CARD0', 'CARD0', '411111', 'credit', 'Chase', 'Visa', 'M000001')"),
    ("a stored profile has another key", "P05f", "update profiles set key = 'CARD0000000000'"),
    ("a terminal is of another merchant", "P06a", f"update transactions set terminal_id = 'T99999901' where payment_id = {ONE}"),
    ("a terminal is missing", "P06a", f"update transactions set terminal_id = null where payment_id = {ONE}"),
    ("a terminal stands online", "P06b", f"update transactions set terminal_id = 'T00000101' where payment_id = {REMOTE}"),
    ("a terminal is 50 km away", "P06c", f"update transactions set payment_lat = payment_lat + 0.5 where payment_id = {ONE}"),
    ("a payment is made off Africa", "P06d", f"update transactions set payment_lat = 0 where payment_id = {REMOTE}"),
    ("a payment is made at sea", "P06d", f"update transactions set payment_lat = 30, payment_lng = -70 where payment_id = {REMOTE}"),
    ("a payment is made in Ottawa", "P06d", f"update transactions set payment_lat = 45.42, payment_lng = -75.70 where payment_id = {REMOTE}"),
    ("a terminal has the number 00", "P06e", f"update transactions set terminal_id = substr(terminal_id, 1, 7) || '00' where payment_id = {ONE}"),
    ("a terminal has the number 99", "P06e", f"update transactions set terminal_id = substr(terminal_id, 1, 7) || '99' where payment_id = {ONE}"),
    ("a small merchant has a third terminal", "P06e", "update transactions set terminal_id = substr(terminal_id, 1, 7) || '03' where payment_id = (select max(t.payment_id) from transactions t join merchants m on m.merchant_id = t.merchant_id and m.version = 1 and m.size_category = 'small' where t.payment_type = 'card_present' and not exists (select 1 from merchants o where o.merchant_id = m.merchant_id and o.version > 1))"),
    ("a terminal walks about", "P06f", f"update transactions set payment_lat = payment_lat + 0.001 where payment_id = {ONE}"),
    ("a terminal stands down the road", "P06g", f"update transactions set payment_lat = payment_lat + 0.002 where payment_id = {ONE}"),
    ("a terminal serves two at once", "P06h", f"update transactions t set payment_timestamp = (select max(o.payment_timestamp) from transactions o where o.terminal_id = t.terminal_id and o.place < t.place) where payment_id = {ONE}"),
    ("a version is missing", "P07a", "delete from merchants where version = 1 and merchant_id in (select merchant_id from merchants where version = 2)"),
    ("a version takes effect too early", "P07b", "update merchants set effective_date = creation_date where version = 2"),
    ("a creation date changes", "P07c", "update merchants set creation_date = creation_date - 1 where version = 2"),
    ("a first version is late", "P07c", "update merchants set effective_date = effective_date + 1 where merchant_id = 'M000002' and version = 1"),
    ("a city is elsewhere", "P07d", "update merchants set city = 'Springfield' where merchant_id = 'M000002'"),
    ("a ZIP code is elsewhere", "P07d", "update merchants set zip_code = '00000' where merchant_id = 'M000002'"),
    ("a telephone is of no state", "P07e", "update merchants set phone = '999' || substr(phone, 4) where merchant_id = 'M000002'"),
    ("a telephone could ring", "P07f", "update merchants set phone = substr(phone, 1, 3) || '-867-5309' where merchant_id = 'M000002'"),
    ("an e-mail could arrive", "P07f", "update merchants set email = 'contact@m000002.com' where merchant_id = 'M000002'"),
    ("a merchant comes back", "P07g", "update merchants set status = 'churned' where version = 1"),
    ("a merchant is not counted", "P07h", "update state set merchant_counter = merchant_counter - 1"),
    ("a merchant is lost", "P07h", "delete from merchants where merchant_id = 'M000002'"),
    ("a version is of the future", "P07i", "update merchants set effective_date = date '2031-01-01' where merchant_id = 'M000002'"),
    (
        "a version says nothing new",
        "P07j",
        "insert into merchants select * replace (version + 1 as version, effective_date + 1 as effective_date) "
        "from merchants m where version = (select max(version) from merchants o where o.merchant_id = m.merchant_id)",
    ),
    ("the state holds no merchants", "P07k", "delete from versions"),
    ("the state has lost the versions of a merchant", "P07k", "delete from versions where key = 'M000002'"),
    ("the state has lost a version", "P07k", "delete from versions where place = 2"),
    ("the state has a version of the past more", "P07k", "insert into versions select * replace (place + 1 as place, last_place + 1 as last_place, '2024-06-01' as effective_date) from versions where key = 'M000002' and place = last_place"),
    ("the state changes a version that has ended", "P07k", "update versions set merchant_name = 'My Own Shop' where place < last_place"),
    ("the state changes a creation", "P07k", "update versions set creation_date = '2024-05-02' where key = 'M000002'"),
    ("the state changes a last day of payment", "P07k", "update versions set last_transaction_date = null where key = 'M000002'"),
    ("the state gives half to the aggregator", "P07l", "update versions set mdr_rate = '0.5000' where key = 'M000002'"),
    ("the state gives a hair more to the aggregator", "P07l", "update versions set mdr_rate = mdr_rate || '1' where key = 'M000002'"),
    ("a file changes a name", "P07l", "update merchants set merchant_name = 'My Own Shop' where merchant_id = 'M000002'"),
    ("a file changes an industry", "P07l", "update merchants set industry = case industry when 'travel' then 'food' else 'travel' end where merchant_id = 'M000002'"),
    ("the state has a version of the next day", "P07l", "insert into versions select * replace (place + 1 as place, last_place + 1 as last_place, '2024-12-06' as effective_date) from versions where key = 'M000002' and place = last_place"),
    ("an earlier file tells of another rate", "P07m", "update earlier_merchants set mdr_rate = mdr_rate + 0.0001 where merchant_id = 'M000002'"),
    ("an earlier file knows of later payments", "P07m", "update earlier_merchants set last_transaction_date = date '2025-01-01' where merchant_id = 'M000002'"),
    ("an earlier file tells of a stranger", "P07m", "insert into earlier_merchants select * replace ('M000999' as merchant_id) from earlier_merchants where merchant_id = 'M000002' and version = 1"),
    ("an earlier file is short of a merchant", "P07n", "delete from earlier_merchants where merchant_id = 'M000002'"),
    ("an earlier file is empty", "P07n", "delete from earlier_merchants"),
    (
        "too many join in a month",
        "P08a",
        "insert into merchants select * exclude (range) replace ('M' || lpad(cast(100 + range as varchar), 6, '0') as merchant_id, "
        "date '2024-06-10' as creation_date) from (select * from merchants where merchant_id = 'M000002' and version = 1), range(51)",
    ),
    (
        "too many leave in a month",
        "P08b",
        "insert into merchants select * exclude (range) replace ('M' || lpad(cast(100 + range as varchar), 6, '0') as merchant_id, "
        "date '2024-06-10' as effective_date, 'churned' as status) from (select * from merchants where merchant_id = 'M000002' and version = 1), range(31)",
    ),
    ("a first merchant is missing", "P08c", "delete from merchants where merchant_id = 'M000002'"),
    ("a merchant is older than the history", "P08c", "update merchants set creation_date = creation_date - 9 where merchant_id = 'M000002'"),
]  # fmt: skip

SHIFTED = [  # the same, with the label of the figure that must leave its band
    ("all are large", "S01", "large", "update merchants set size_category = 'large'"),
    ("none is small", "S01", "small", "update merchants set size_category = 'medium' where size_category = 'small'"),
    ("stored cards hardly come back", "S02", "least", "update transactions set card_profile_id = 'CARD' || place where place % 2 = 0 or place > 500"),
    ("one card pays everything", "S02", "most", "update transactions set card_profile_id = 'CARD1'"),
    ("everything is stored", "S03", "stored", "insert into profiles select 'C' || place, '', '', '', '', '', '' from transactions"),
    ("all is declined", "S04", "present 2024-06", "update transactions set payment_status = 'declined'"),
    ("nothing is declined", "S04", "remote 2024-06", "update transactions set payment_status = 'approved'"),
    ("declines are thrown like dice", "S05", "variance", "update transactions set payment_status = case when hash(place) % 12 = 0 then 'declined' else 'approved' end"),
    ("all cards are present", "S06", "2024-06", "update transactions set payment_type = 'card_present'"),
    ("nobody calls", "S06", "phone", "update transactions set payment_type = 'online' where payment_type = 'phone'"),
    ("Discover leads", "S07", "Discover", "update transactions set card_brand = 'Discover' where card_brand = 'Amex'"),
    ("Sundays are busy", "S08", "all", "insert into transactions select * from transactions where isodow(payment_timestamp) = 7"),
    ("nobody eats out on Sundays", "S08", "food", "delete from transactions where isodow(payment_timestamp) > 5 and place % 2 = 0"),
    ("the holidays are dull", "S09", "holiday", "delete from transactions where payment_timestamp >= timestamp '2024-11-15' and place % 2 = 0"),
    ("the summer is dull", "S09", "summer", "delete from transactions where payment_timestamp between timestamp '2024-06-01' and timestamp '2024-09-01' and place % 3 = 0"),
    ("all hours are alike", "S10", "lunch", "update transactions set payment_timestamp = date_trunc('day', payment_timestamp) + (8 + hash(place) % 14) * interval 1 hour"),
    ("nobody rests", "S10", "quiet", "update transactions set payment_timestamp = date_trunc('day', payment_timestamp) + interval 8 hour"),
    ("nobody eats in the evening", "S10", "evening", "update transactions set payment_timestamp = date_trunc('day', payment_timestamp) + interval 12 hour"),
    ("all have one volume", "S11", "small", "update transactions set payment_amount = 1, payment_timestamp = date_trunc('day', payment_timestamp) where place > 0; delete from transactions t where exists (select 1 from transactions o where o.merchant_id = t.merchant_id and cast(o.payment_timestamp as date) = cast(t.payment_timestamp as date) and o.place < t.place)"),
    ("small merchants have half their payments", "S12", "small", "delete from transactions where place % 2 = 0"),
    ("amounts are cut off at the top", "S13", "medium", "update transactions t set payment_amount = least(payment_amount, (select quantile_disc(o.payment_amount, 0.95) from transactions o where o.merchant_id = t.merchant_id))"),
    ("a cent is always added to whole dollars", "S14", ".01", "update transactions set payment_amount = payment_amount + 0.01 where payment_amount % 1 = 0"),
    ("no price ends in 99", "S14", ".99", "update transactions set payment_amount = payment_amount - 0.02 where payment_amount % 1 = 0.99"),
    ("debit never pays an odd dollar", "S16", "debit", "update transactions set payment_amount = payment_amount + 1 where card_type = 'debit' and payment_amount = floor(payment_amount) and cast(floor(payment_amount) as integer) % 2 = 1"),
    ("no cost falls on half a cent", "S16", "half cents", "update transactions set payment_amount = payment_amount + 0.01 where cast(payment_amount * 100 as bigint) * cast(transactional_cost_rate * 10000 as bigint) % 10000 = 5000"),
    ("diners sell online", "S17", "food", "update transactions set payment_type = 'online' where place % 2 = 0 and merchant_id in (select merchant_id from merchants where industry = 'food')"),
    ("all merchants have one mix of channels", "S17", "spread", "update transactions set payment_type = case when hash(place) % 3 = 0 then 'online' else 'card_present' end"),
    ("debit pays as much as credit", "S18", "credit", "update transactions set payment_amount = payment_amount * 1.6 where card_type = 'debit'"),
    ("Amex pays no more than others", "S18", "Amex ticket", "update transactions set payment_amount = payment_amount * 0.7 where card_brand = 'Amex'"),
    ("Discover pays five times as much", "S18", "Discover", "update transactions set payment_amount = payment_amount * 5 where card_brand = 'Discover'"),
    ("hours are steps", "S19", "within", "update transactions set payment_timestamp = date_trunc('hour', payment_timestamp) + (hash(place) % 3600) * interval 1 second"),
    ("everybody comes at the stroke of the hour", "S19", "step", "update transactions set payment_timestamp = date_trunc('hour', payment_timestamp) + case when place % 3 > 0 then hash(place) % 600 else hash(place) % 3600 end * interval 1 second"),
    ("nobody tries again", "S20", "tried again", "update transactions set payment_amount = payment_amount + (place % 7) * 0.01"),
    ("nobody gets through", "S20", "approved", "update transactions set payment_status = 'declined'"),
    ("meals cost as much as journeys", "S15", "food", "update transactions set payment_amount = payment_amount * 1.5 where merchant_id in (select merchant_id from merchants where industry = 'food')"),
]  # fmt: skip
