-- What members do over the years: who joins, leaves and comes back, and who pays for whom.

-- K61: Nobody under 18 begins a spell of a Corporate or a Family plan; a freeze may begin at any age.
-- source: docs/fitness-story.md#memberships
-- why: Such contracts bind adults: an employer's staff, and the parent of a family.
-- uses: members, spells
select s.membershipid, s.memberid, s.typename, m.dateofbirth, s.startdate
from spells s
join members m on m.memberid = s.memberid
where s.status <> 'Suspended' and (s.typename like 'Corporate%' or s.typename like 'Family%')
  and s.startdate < cast(m.dateofbirth + :memberships.adult_age * interval '1 year' as date);

-- S31: Annual members mostly leave when the term is over, and not all of those come back.
-- source: docs/fitness-story.md#memberships
-- why: The year is paid for; most who have had enough wait until it ends.
-- uses: spells
-- least rows: 300
with ordered as (
    select memberid, duration, status, enddate,
           lead(startdate) over (partition by memberid order by startdate) as following
    from spells
),
departed as (
    select status, enddate, following from ordered
    where duration = 12 and enddate <= :as_of and (following is null or following > enddate)
      and status in ('Expired', 'Cancelled')
)
select 'departures at the end of a term' as label, avg(case when status = 'Expired' then 1.0 else 0 end) as value,
       :bands.term_departures.0 as low, :bands.term_departures.1 as high, count(*) as rows
from departed
union all
select 'of those, back by now', avg(case when following is not null then 1.0 else 0 end),
       :bands.back_again.0, :bands.back_again.1, count(*)
from departed where status = 'Expired' and enddate < :as_of - 240;

-- S32: A family pays once: a home with several payers rarely has a Family plan, and hardly ever two.
-- source: docs/fitness-story.md#memberships
-- why: A Family plan covers those who live together; the tables have a row for its holder only.
-- uses: members, spells
-- least rows: 200
with homes as (
    select m.address, m.zipcode, count(*) as payers,
           count(*) filter (where s.typename like 'Family%') as families
    from members m
    join spells s on s.memberid = m.memberid and s.status = 'Active'
    group by m.address, m.zipcode
)
select 'homes of two payers with a Family plan' as label,
       avg(case when families > 0 then 1.0 else 0 end) as value, null as low, :bands.family_homes as high,
       count(*) as rows
from homes where payers > 1
union all
select 'homes with a Family plan that have two', avg(case when families > 1 then 1.0 else 0 end),
       null, :bands.two_families, count(*)
from homes where families > 0;

-- S33: The as-of day is a day like any other: failed dues and freezes begun in the last 90 days against the months
-- before, and freezes that run now against half a year ago.
-- source: docs/fitness-story.md#memberships
-- why: Nobody in the club knew that this day would be looked at.
-- uses: memberpayments, membermemberships
-- least rows: 5000
-- least days: 365
with owed as (
    select avg(case when status = 'Failed' then 1.0 else 0 end) filter (where paymentdate >= :as_of - 90) as late,
           avg(case when status = 'Failed' then 1.0 else 0 end) filter (where paymentdate < :as_of - 120) as before,
           count(*) as number
    from memberpayments where paymenttype in ('Monthly Fee', 'Annual Fee')
),
running as (
    select d.day, count(*) as members, count(*) filter (where s.status = 'Suspended') as frozen
    from (values (0), (45), (180), (240)) d (day)
    join membermemberships s on s.startdate <= :as_of - d.day and (s.enddate is null or s.enddate > :as_of - d.day)
    group by d.day
),
frozen as (
    select count(*) filter (where startdate >= :as_of - 90) / 90.0 as late,
           count(*) filter (where startdate between :as_of - 300 and :as_of - 181) / 120.0 as before
    from membermemberships where status = 'Suspended'
)
select 'failed dues' as label, late / nullif(before, 0) as value, :bands.failures_now.0 as low,
       :bands.failures_now.1 as high, number as rows
from owed
union all
select 'freezes begun', (b.late / n.members) / nullif(b.before / t.members, 0), :bands.freezes_begun.0,
       :bands.freezes_begun.1, n.members
from frozen b
join running n on n.day = 45
join running t on t.day = 240
union all
select 'freezes running', (n.frozen * 1.0 / n.members) / nullif(t.frozen * 1.0 / t.members, 0),
       :bands.freezes_running.0, :bands.freezes_running.1, n.members
from running n
join running t on t.day = 180
where n.day = 0;

-- S34: Medical alerts grow with age: their share at 65 and over against that below 40.
-- source: docs/fitness-story.md#members
-- why: Chronic conditions come with the years.
-- uses: members
-- least rows: 2000
with ages as (
    select medicalalerts is not null as has, (:as_of - dateofbirth) / 365.25 as age from members
)
select '65 and over against under 40' as label,
       avg(case when has then 1.0 else 0 end) filter (where age >= 65)
       / nullif(avg(case when has then 1.0 else 0 end) filter (where age < 40), 0) as value,
       :bands.alerts_by_age.0 as low, :bands.alerts_by_age.1 as high, count(*) as rows
from ages;

-- S35: Members are numbered as they join: the rank correlation of number and join day.
-- source: docs/fitness-story.md#ids
-- why: A number is given at the desk on the day of joining, and tells nothing else.
-- uses: members
-- least rows: 300
with ranked as (
    select rank() over (order by length(memberid), memberid) as number, rank() over (order by joindate) as arrival
    from members
)
select 'number and join day' as label, corr(number, arrival) as value, :bands.arrival as low, count(*) as rows
from ranked;

-- S98: Freezes go with the year: freezes a member and month in summer and December against January to April.
-- source: docs/fitness-story.md#memberships
-- why: People pause for holidays, and not for their resolutions.
-- uses: membermemberships
-- least rows: 15000
with turns as (
    select date_trunc('month', startdate) as month, 1 as change, 0 as pause
    from membermemberships where status <> 'Suspended'
    union all
    select date_trunc('month', enddate), -1, 0
    from membermemberships where status <> 'Suspended' and enddate is not null
    union all
    select date_trunc('month', startdate), 0, 1
    from membermemberships where status = 'Suspended'
),
months as (
    select extract(month from month) as number, sum(pause) as freezes,
           sum(sum(change)) over (order by month) as members
    from turns
    where month < date_trunc('month', cast(:as_of as date))
    group by month
),
rates as (
    select number in (6, 7, 8, 12) as holidays, sum(freezes) * 1.0 / sum(members) as rate
    from months
    where number in (1, 2, 3, 4, 6, 7, 8, 12)
    group by number in (6, 7, 8, 12)
)
select 'holidays against the new year' as label, max(rate) filter (where holidays)
           / nullif(max(rate) filter (where not holidays), 0) as value,
       :bands.holiday_freezes.0 as low, :bands.holiday_freezes.1 as high,
       (select count(*) from membermemberships) as rows
from rates;
