-- The scorecard: figures of members, their spells and their payments that should lie in a band at full scale. Bands
-- follow the rules the data was made from; where a figure grows with a rule, its band is scaled by what that rule is
-- against its default.

-- relation begun: Spells that are no freezes, with the plan and the age of the member at its beginning.
-- uses: spells, members
select s.typename,
       extract(year from s.startdate) - extract(year from m.dateofbirth)
       - case when extract(month from s.startdate) * 100 + extract(day from s.startdate)
                   < extract(month from m.dateofbirth) * 100 + extract(day from m.dateofbirth)
              then 1 else 0 end as age
from spells s
join members m on m.memberid = s.memberid
where s.status <> 'Suspended';

-- S01: Dues are paid by credit card, debit card and other methods in the shares of the rules.
-- source: docs/fitness-story.md#payments
-- why: Card is how most dues are paid; a share that drifts points at a join that loses rows.
-- uses: memberpayments
-- least rows: 40000
-- share: credit card: paymentmethod = 'Credit Card' near :payments.methods.credit_card
-- within :bands.methods_tolerance
-- share: debit card: paymentmethod = 'Debit Card' near :payments.methods.debit_card within :bands.methods_tolerance
-- share: other: paymentmethod not in ('Credit Card', 'Debit Card')
-- near 1 - :payments.methods.credit_card - :payments.methods.debit_card within :bands.methods_tolerance
from memberpayments where paymenttype in ('Monthly Fee', 'Annual Fee');

-- S02: The share of payment attempts that are Completed is that of the rules.
-- source: docs/fitness-story.md#payments
-- why: One attempt in twenty failing is the usual experience of recurring card payments.
-- uses: memberpayments
-- least rows: 20000
-- share: completed: status = 'Completed' from :payments.success_rate - :bands.success_tolerance
-- to least(1, :payments.success_rate + :bands.success_tolerance)
from memberpayments;

-- S06: More members join in a spring month, fewer in December.
-- source: docs/fitness-story.md#members
-- why: People join when they plan for summer, and put it off in December.
-- uses: members
-- least rows: 3000
with joins as (
    select count(*) as total,
           count(*) filter (where extract(month from joindate) in (3, 4, 5)) / 3.0 as spring,
           count(*) filter (where extract(month from joindate) = 12) as december
    from members
)
select 'spring month against the mean month' as label, 12.0 * spring / nullif(total, 0) as value,
       :bands.spring_joins.0 * k.moved as low, :bands.spring_joins.1 * k.moved as high, total as rows
from joins
cross join (
    select (:members.join_months.2 + :members.join_months.3 + :members.join_months.4)
           / (:default.members.join_months.2 + :default.members.join_months.3 + :default.members.join_months.4) as moved
) k
union all
select 'December against the mean month', 12.0 * december / nullif(total, 0),
       :bands.december_joins.0 * :members.join_months.11 / :default.members.join_months.11,
       :bands.december_joins.1 * :members.join_months.11 / :default.members.join_months.11, total
from joins;

-- S07: The young take Student plans, the middle-aged Family plans, the old Senior plans.
-- source: docs/fitness-story.md#memberships
-- why: Prices by age steer who takes which plan.
-- uses: begun
-- least rows: 1000
-- share: Student at 16-24: typename like 'Student%'
-- among age >= :memberships.age_bands.0 and age < :memberships.age_bands.1
-- from :bands.student_share * :memberships.plans_16_24.student / :default.memberships.plans_16_24.student
-- share: Family at 30-50: typename like 'Family%'
-- among age >= :memberships.age_bands.2 and age < :memberships.age_bands.3
-- from :bands.family_share * :memberships.plans_30_50.family / :default.memberships.plans_30_50.family
-- share: Senior at 65 and over: typename like 'Senior%' among age >= :memberships.age_bands.5
-- from :bands.senior_share * :memberships.plans_65_up.senior / :default.memberships.plans_65_up.senior
from begun;

-- S08: Of the new members 90 % are Active, of those in the first year 80 %, of those who joined before 70 %.
-- source: docs/fitness-story.md#memberships
-- why: Most leave within the first year; who stays longer is likelier to stay on.
-- uses: members
-- least rows: 500
-- share: Active, new: memberstatus = 'Active' among days < :bands.new_tenure near :bands.new_active
-- within :bands.active_tolerance
-- share: Active, in the first year: memberstatus = 'Active'
-- among days >= :bands.new_tenure and days < :bands.long_tenure
-- near :bands.recent_active within :bands.active_tolerance
-- share: Active, longer: memberstatus = 'Active' among days >= :bands.long_tenure
-- near :bands.long_active within :bands.active_tolerance
from (select memberstatus, :as_of - joindate as days from members) m;

-- S15: Failures cluster: a payment is likelier to fail after one that failed.
-- source: docs/fitness-story.md#payments
-- why: A card without funds fails again: failures come in runs, unlike independent draws.
-- uses: memberpayments
-- least rows: 20000
with attempts_in_turn as (
    select case when status = 'Failed' then 1.0 else 0 end as failed,
           lag(status) over (partition by memberid order by paymentdate, paymentid) as before
    from memberpayments
)
select 'failures after a failure against all' as label,
       avg(failed) filter (where before = 'Failed') / nullif(avg(failed), 0) as value,
       :bands.failure_clusters as low, count(*) as rows
from attempts_in_turn;

-- S17: Members have about two spells in three years.
-- source: docs/fitness-story.md#memberships
-- why: Renewals, changes and freezes each begin a new spell.
-- uses: membermemberships
-- least rows: 300
select 'spells a member' as label, count(*) * 1.0 / nullif(count(distinct memberid), 0) as value,
       :bands.spells.0 as low, :bands.spells.1 as high, count(distinct memberid) as rows
from membermemberships;

-- S22: Most members have no medical alert.
-- source: docs/fitness-story.md#members
-- uses: members
-- least rows: 2000
-- share: without an alert: medicalalerts is null near 1 - :members.medical_alert_share within :bands.alert_tolerance
from members;

-- S23: Most members live in the metropolitan area of a facility: in its city, or within 40 km.
-- source: docs/fitness-story.md#members
-- why: People choose a club they can reach.
-- uses: members, facilities, places
-- least rows: 200
with homes as (
    select m.zipcode, m.city, m.state, count(*) as people from members m group by m.zipcode, m.city, m.state
),
clubs as (
    select f.city, f.state, cast(p.latitude as double precision) as latitude,
           cast(p.longitude as double precision) as longitude
    from facilities f join places p on p.zip = f.zipcode
),
near as (
    select h.zipcode, h.city, h.state, h.people,
           bool_or((c.city = h.city and c.state = h.state)
                   -- the haversine distance on a sphere of the Earth's mean radius
                   or 2 * 6371.0088 * asin(least(1.0, sqrt(
                       power(sin(radians(c.latitude - cast(p.latitude as double precision)) / 2), 2)
                       + cos(radians(c.latitude)) * cos(radians(cast(p.latitude as double precision)))
                         * power(sin(radians(c.longitude - cast(p.longitude as double precision)) / 2), 2)
                   ))) <= :members.metro_km) as is_near
    from homes h
    left join places p on p.zip = h.zipcode
    cross join clubs c
    group by h.zipcode, h.city, h.state, h.people
)
select 'near a facility' as label,
       sum(case when is_near then people else 0 end) * 1.0 / nullif(sum(people), 0) as value,
       :bands.metro_share as low, sum(people) as rows
from near;

-- S25: Few payments are refunded.
-- source: docs/fitness-story.md#payments
-- uses: memberpayments
-- least rows: 20000
-- share: refunded: status = 'Refunded' up to :bands.refunds
from memberpayments;
