-- O01: No order costs more than the most.
-- source: the shop
-- uses: order
select "select", "to, or not" from "order" where "to, or not" > :orders.most;

-- O02: Orders are of the time that is covered.
-- source: the shop
-- uses: order
select "select" from "order" where "from" < :start or "from" >= :as_of;

-- S01: A good part of the orders is of the near ones.
-- source: the shop
-- uses: order, Group
-- least rows: 20
select 'near' as label, avg(case when g.name = 'near' then 1.0 else 0 end) as value, 0.4 as low, 0.95 as high,
       count(*) as rows
from "order" o join "Group" g on g."Group" = o."Group";
