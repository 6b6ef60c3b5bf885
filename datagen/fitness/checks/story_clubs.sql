-- Clubs and people that differ: what a chain looks like to who compares its clubs, its members and its months.

-- S86: Clubs differ in size, in their members' age and in the hours of the day: deviations over clubs.
-- source: docs/fitness-story.md#clubs
-- why: Every site has a neighbourhood of its own; clubs alike to the per cent were dealt out.
-- uses: aged
-- least rows: 400000
with homes as (
    select memberid, facilityid, age, visits,
           row_number() over (partition by memberid order by visits desc, facilityid) as place
    from (select memberid, facilityid, avg(age) as age, count(*) as visits from aged group by memberid, facilityid) v
),
people as (
    select facilityid, count(*) as members, avg(age) as age from homes where place = 1 group by facilityid
),
hours as (
    select facilityid, avg(case when hour < 10 then 1.0 else 0 end) as early, count(*) as visits
    from aged group by facilityid
)
select 'members, deviation by mean' as label, stddev_samp(members) / avg(members) as value,
       :bands.clubs_size.0 as low, :bands.clubs_size.1 as high, (select count(*) from aged) as rows
from people
union all
select 'mean age, deviation in years', stddev_samp(age), :bands.clubs_age.0, :bands.clubs_age.1,
       (select count(*) from aged)
from people
union all
select 'share of visits before ten, deviation', stddev_samp(early), :bands.clubs_hours.0, :bands.clubs_hours.1,
       sum(visits)
from hours;

-- S87: Members have a length of visit of their own: the variance of their means against that expected from the variance
-- within (1 if all were alike), and visits of a weekday noon against other ones.
-- source: docs/fitness-story.md#visits
-- why: Some train for half an hour, others for two; who comes in a lunch break goes back to work.
-- uses: memberaccess
-- least rows: 100000
with own as (
    select memberid, avg(duration) as mean, var_samp(duration) as variance, count(*) as visits
    from memberaccess group by memberid having count(*) >= 20
)
select 'between members against within' as label, var_samp(mean) / nullif(avg(variance / visits), 0) as value,
       :bands.own_length as low, null as high, (select count(*) from memberaccess) as rows
from own
union all
select 'at noon against other weekday hours',
       avg(duration) filter (where noon) / nullif(avg(duration) filter (where not noon), 0),
       :bands.noon_length.0, :bands.noon_length.1, count(*)
from (
    select duration, extract(hour from checkintime) = 12 as noon from memberaccess
    where extract(isodow from checkintime) <= 5 and extract(hour from checkintime) <> 11
) w;

-- S88: Motivation comes and goes: how often regulars come in stretches of eight weeks varies more than by chance
-- (variance by mean).
-- source: docs/fitness-story.md#visits
-- why: A plan, a project at work, a cold spring last for weeks, and one visit in a week is no news of the next.
-- uses: memberaccess, members, membermemberships
-- least rows: 20000
-- least days: 365
with regulars as (
    select memberid from members
    where memberstatus = 'Active' and joindate < :start
      and memberid not in (select memberid from membermemberships where status = 'Suspended')
),
counts as (
    select memberid, floor((cast(checkintime as date) - :start) / 56.0) as stretch, count(*) as visits
    from memberaccess where memberid in (select memberid from regulars) and checkintime < :start + 336
    group by memberid, floor((cast(checkintime as date) - :start) / 56.0)
)
select 'variance by mean over eight weeks' as label, avg(variance / mean) as value, :bands.phases as low,
       sum(visits) as rows
from (
    select var_samp(visits) as variance, avg(visits) as mean, sum(visits) as visits
    from counts group by memberid having count(*) = 6 and avg(visits) >= 10
) m;

-- S89: Students keep to the terms: their share of the visits of June and July against that of February and April.
-- source: docs/fitness-story.md#visits
-- why: They go home, or to summer jobs.
-- uses: aged
-- least rows: 200000
-- least days: 365
with months as (
    select extract(month from checkintime) as month, count(*) as visits,
           sum(case when age >= :visits.student_ages.0 and age < :visits.student_ages.1 then 1.0 else 0 end) as students
    from aged group by extract(month from checkintime)
)
select 'share in summer against spring' as label,
       (sum(students) filter (where month in (6, 7)) / nullif(sum(visits) filter (where month in (6, 7)), 0))
       / nullif(sum(students) filter (where month in (2, 4))
                / nullif(sum(visits) filter (where month in (2, 4)), 0), 0) as value,
       :bands.students_summer.0 as low, :bands.students_summer.1 as high, sum(visits) as rows
from months;

-- S90: What the counters of treadmills say fits the use of them: km between two services by hours of use in between.
-- source: docs/fitness-story.md#maintenance
-- why: People run at five to fifteen kilometres an hour.
-- uses: equipmentmaintenance, equipment, equipmentusage
-- least rows: 20000
-- least days: 180
with readings as (
    select m.equipmentid, m.maintenancedate as day,
           cast(replace(regexp_replace(m.description, '^.*[(]([0-9,]+) km[)]$', '\1'), ',', '') as bigint) as km
    from equipmentmaintenance m
    join equipment e on e.equipmentid = m.equipmentid
    where e.equipmenttype = 'Treadmill' and m.description like '% km)'
),
spans as (
    select equipmentid, min(day) as first, max(day) as last, max(km) - min(km) as km
    from readings group by equipmentid having count(*) >= 2
),
used as (
    select s.equipmentid, max(s.km) as km, sum(u.durationminutes) / 60.0 as hours, count(*) as sessions
    from spans s
    join equipmentusage u on u.equipmentid = s.equipmentid and u.starttime >= s.first and u.starttime < s.last
    group by s.equipmentid
)
select 'km an hour' as label, sum(km) / nullif(sum(hours), 0) as value, :bands.treadmill_pace.0 as low,
       :bands.treadmill_pace.1 as high, sum(sessions) as rows
from used;

-- S91: Failed dues have causes: debit cards fail more often than credit cards, and dues that failed are tried again
-- after a usual number of days.
-- source: docs/fitness-story.md#payments
-- why: Accounts run short, and dues are collected by a schedule.
-- uses: memberpayments
-- least rows: 10000
with tries as (
    select paymentmethod, status,
           paymentdate - lag(paymentdate) over w as days, lag(status) over w as before
    from memberpayments where paymenttype = 'Monthly Fee'
    window w as (partition by memberid order by paymentdate, paymentid)
),
waits as (select days, count(*) as number from tries where before = 'Failed' and days <= 10 group by days)
select 'failures of debit against credit cards' as label,
       avg(case when status = 'Failed' then 1.0 else 0 end) filter (where paymentmethod = 'Debit Card')
       / nullif(avg(case when status = 'Failed' then 1.0 else 0 end) filter (where paymentmethod = 'Credit Card'), 0)
           as value,
       :bands.debit_failures.0 as low, :bands.debit_failures.1 as high, count(*) as rows
from tries
union all
select 'the commonest wait', max(number) * 1.0 / nullif(sum(number), 0), :bands.commonest_wait, null,
       (select count(*) from tries)
from waits;

-- S92: Alerts of later life are as common as such conditions are.
-- source: docs/fitness-story.md#members
-- why: High blood pressure is thirty times as common as a pacemaker.
-- uses: members
-- least rows: 800
-- mix: medicalalerts as :members.later_alerts within :bands.later_alert_tolerance
from members where medicalalerts is not null and joindate - dateofbirth >= 365.25 * :members.alert_age;

-- S93: Joins follow offers and resolutions: the first three days of a month against a mean day, January against a mean
-- month.
-- source: docs/fitness-story.md#members
-- why: Offers begin with a month, and good resolutions with a year.
-- uses: members
-- least rows: 3000
select 'first days against the mean day' as label,
       sum(case when extract(day from joindate) <= 3 then 1.0 else 0 end) / count(*) / (36 / 365.25) as value,
       :bands.first_days.0 as low, :bands.first_days.1 as high, count(*) as rows
from members
union all
select 'January against the mean month',
       12.0 * sum(case when extract(month from joindate) = 1 then 1.0 else 0 end) / count(*),
       :bands.january_joins.0, :bands.january_joins.1, count(*)
from members;

-- S94: Machines are delivered on working days.
-- source: docs/fitness-story.md#equipment
-- why: Carriers do not come on Sundays.
-- uses: equipment
-- least rows: 200
select 'bought at a weekend' as label,
       avg(case when extract(isodow from purchasedate) >= 6 then 1.0 else 0 end) as value, null as low,
       :bands.weekend_machines as high, count(*) as rows
from equipment;

-- S95: Pay follows the town: of people of one title, the variance of pay between clubs against that expected from the
-- variance within (1 if towns did not matter).
-- source: docs/fitness-story.md#staff
-- why: Rents and wages of towns differ.
-- uses: staff, stafffacilities
-- least rows: 150
with pay as (
    select f.facilityid, s.hourlyrate / avg(s.hourlyrate) over (partition by s.jobtitle) as pay
    from staff s
    join stafffacilities f on f.staffid = s.staffid and f.isprimary and (f.enddate is null or s.status = 'Terminated')
),
clubs as (
    select avg(pay) as mean, var_samp(pay) as variance, count(*) as people
    from pay group by facilityid having count(*) >= 5
)
select 'between clubs against within' as label, var_samp(mean) / nullif(avg(variance / people), 0) as value,
       :bands.town_pay as low, sum(people) as rows
from clubs;

-- S96: Clubs that have a pool and lifeguards give Aqua classes there.
-- source: docs/fitness-story.md#classes
-- why: A pool without a class is one that nobody watches.
-- uses: classinstances, classschedules, classtypes, facilityareas, staff, stafffacilities
-- least rows: 5000
with pools as (
    select distinct a.facilityid
    from facilityareas a
    join stafffacilities f on f.facilityid = a.facilityid and f.isprimary
    join staff s on s.staffid = f.staffid and s.jobtitle = 'Lifeguard' and s.status = 'Active' and s.hiredate < :start
    where a.areatype = 'Pool'
)
select 'classes in the water' as label, avg(case when t.category = 'Aqua' then 1.0 else 0 end) as value,
       :bands.aqua_classes.0 as low, :bands.aqua_classes.1 as high, count(*) as rows
from classinstances i
join classschedules c on c.scheduleid = i.scheduleid
join classtypes t on t.classtypeid = c.classtypeid
where c.facilityid in (select facilityid from pools);

-- K66: Cash does not fail.
-- source: docs/fitness-story.md#payments
-- why: Who pays in cash has it, or does not pay.
-- uses: memberpayments
select paymentid, memberid, paymentdate
from memberpayments where paymentmethod = 'Cash' and status = 'Failed' and :payments.methods.cash < 1;

-- K67: A format costs the same at all times of a week at one club.
-- source: docs/fitness-story.md#classes
-- why: Prices are on a list by the door.
-- uses: classschedules
select min(scheduleid) as scheduleid, facilityid, classtypeid, effectivedate
from classschedules group by facilityid, classtypeid, effectivedate having count(distinct price) > 1;
