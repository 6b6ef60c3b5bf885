-- Staff are people: they are away, change their rotas, open the doors, and earn certificates one by one.

-- H92: Nobody has a shift in a club that is shut for 25 December, nor outside its hours on half days.
-- source: docs/fitness-story.md#the-calendar
-- why: Nobody is planned into a locked building.
-- uses: staffschedules, openings
select h.scheduleid, h.facilityid, h.scheduledate, h.starttime, h.endtime, o.opens, o.closes
from staffschedules h
join openings o on o.facilityid = h.facilityid and o.day = h.scheduledate
where extract(epoch from h.starttime) < o.opens or extract(epoch from h.endtime) > o.closes;

-- K75: Every lifeguard who is not terminated holds a lifeguard's certificate, where the chain knows one.
-- source: docs/fitness-story.md#certificates
-- why: No pool may be guarded by somebody without it.
-- uses: staff, staffcertifications, instructorcertifications
select p.staffid, p.hiredate
from staff p
where p.jobtitle = 'Lifeguard' and p.status <> 'Terminated'
  and exists (select 1 from instructorcertifications where lower(certificationname) like '%lifeguard%')
  and not exists (
      select 1 from staffcertifications h
      join instructorcertifications c on c.certificationid = h.certificationid
      where h.staffid = p.staffid and h.status = 'Active' and lower(c.certificationname) like '%lifeguard%'
  );

-- K76: The certificates that somebody holds were earned one by one: no two kinds for the first time on one day.
-- source: docs/fitness-story.md#certificates
-- why: A course takes its time.
-- uses: staffcertifications
select staffid, earned, count(*) as kinds
from (
    select staffid, certificationid, min(certificationdate) as earned
    from staffcertifications
    group by staffid, certificationid
) f
group by staffid, earned
having count(*) > 1;

-- relation absences_of: Who was in service all through the window, and the days between two shifts that they worked.
-- uses: staffschedules, staff
select h.staffid, h.scheduledate,
       h.scheduledate - lag(h.scheduledate) over (partition by h.staffid order by h.scheduledate) as gap
from staffschedules h
join staff p on p.staffid = h.staffid
where h.status = 'Completed' and p.status = 'Active' and p.hiredate < :start;

-- S70: Instructors hold a few certificates: the mean number of kinds.
-- source: docs/fitness-story.md#certificates
-- why: One person has learned some formats, not all.
-- uses: staffcertifications, staff
-- least rows: 40
with kinds as (
    select h.staffid, count(distinct h.certificationid) as kinds
    from staffcertifications h
    join staff p on p.staffid = h.staffid
    where p.jobtitle in ('Personal Trainer', 'Group Fitness Instructor')
    group by h.staffid
)
select 'kinds an instructor' as label, avg(kinds) as value, :bands.kinds_held.0 as low, :bands.kinds_held.1 as high,
       count(*) as rows
from kinds;

-- S71: Staff take holidays: people with eight days or more between two shifts worked, and some with 28, from a leave
-- that has ended.
-- source: docs/fitness-story.md#absences
-- why: Two to four weeks a year are taken, and people come back from leaves.
-- uses: absences_of
-- least rows: 60
-- least days: 360
with people as (
    select staffid, max(gap) as gap from absences_of group by staffid
)
select 'away for eight days' as label, avg(case when gap >= 8 then 1.0 else 0 end) as value, :bands.holidays as low,
       null as high, count(*) as rows
from people
union all
select 'away for 28 days', avg(case when gap >= 28 then 1.0 else 0 end), :bands.past_leaves.0, :bands.past_leaves.1,
       count(*)
from people;

-- S72: Absence comes in spells: a shift is likelier to be missed after one that was (ratio to all shifts).
-- source: docs/fitness-story.md#absences
-- why: Who is ill today is ill tomorrow.
-- uses: staffschedules
-- least rows: 20000
with shifts as (
    select case when status = 'Absent' then 1.0 else 0 end as missed,
           lag(status) over (partition by staffid order by scheduledate) as earlier
    from staffschedules where status <> 'Scheduled'
)
select 'missed after a missed shift' as label,
       avg(missed) filter (where earlier = 'Absent') / nullif(avg(missed), 0) as value, :bands.absence_spells as low,
       count(*) as rows
from shifts;

-- S73: Rotas change: people with more than one starting time, and with shifts on more weekdays than one week holds.
-- source: docs/fitness-story.md#shifts
-- why: Lives change, and rotas with them.
-- uses: staffschedules
-- least rows: 10000
-- least days: 300
with weeks as (
    select staffid, starttime, extract(isodow from scheduledate) as weekday,
           count(*) over (
               partition by staffid, date_trunc('week', cast(scheduledate as timestamp))
           ) as shifts
    from staffschedules
),
people as (
    select staffid, count(distinct starttime) as times, count(distinct weekday) as weekdays, max(shifts) as most,
           count(*) as shifts
    from weeks
    group by staffid
    having count(*) >= 100
)
select 'more than one starting time' as label, avg(case when times > 1 then 1.0 else 0 end) as value,
       :bands.starting_times as low, sum(shifts) as rows
from people
union all
select 'more weekdays than a week', avg(case when weekdays > most then 1.0 else 0 end), :bands.rota_weekdays,
       sum(shifts)
from people;

-- S74: Somebody is there to open the doors, where five or more do not teach: days on which the first shift worked
-- begins after the club opens.
-- source: docs/fitness-story.md#shifts
-- why: Members cannot let themselves in.
-- uses: staffschedules, staff, facilities, openings
-- least rows: 700
with days as (
    select facilityid, scheduledate as day, min(starttime) as first
    from staffschedules where status = 'Completed' group by facilityid, scheduledate
),
staffed as (
    select h.facilityid
    from staffschedules h
    join staff p on p.staffid = h.staffid
    where p.jobtitle not in ('Personal Trainer', 'Group Fitness Instructor')
    group by h.facilityid
    having count(distinct h.staffid) >= 5
)
select 'opened late' as label,
       avg(case when d.first > f.opentime and extract(epoch from d.first) > coalesce(o.opens, 0) then 1.0 else 0 end)
           as value,
       null as low, :bands.opened_late as high, count(*) as rows
from days d
join staffed s on s.facilityid = d.facilityid
join facilities f on f.facilityid = d.facilityid
left join openings o on o.facilityid = d.facilityid and o.day = d.day
where f.opentime > time '00:00:00';

-- S75: Some people come late: shifts begun more than five minutes after their time.
-- source: docs/fitness-story.md#pay
-- why: Trains and children are late, too.
-- uses: stafftimetracking, staffschedules
-- least rows: 5000
select 'begun late' as label,
       avg(case when t.actualstarttime > h.scheduledate + h.starttime + interval '5 minutes' then 1.0 else 0 end)
           as value,
       :bands.late_shifts.0 as low, :bands.late_shifts.1 as high, count(*) as rows
from stafftimetracking t
join staffschedules h on h.scheduleid = t.scheduleid;

-- S76: As many were on leave half a year ago as are now: people in service then without a shift for three weeks before
-- and after.
-- source: docs/fitness-story.md#absences
-- why: The as-of day is a day like any other.
-- uses: staff, staffschedules
-- least rows: 150
-- least days: 250
with then_there as (
    select p.staffid,
           exists (
               select 1 from staffschedules h
               where h.staffid = p.staffid and h.scheduledate between :as_of - 201 and :as_of - 159
           ) as works
    from staff p
    where p.hiredate < :as_of - 380 and (p.terminationdate is null or p.terminationdate > :as_of - 159)
)
select 'on leave half a year ago' as label, avg(case when works then 0.0 else 1 end) as value,
       0.2 * :staff.status.on_leave as low, 2.2 * :staff.status.on_leave as high, count(*) as rows
from then_there;

-- K77: Lifeguards work in clubs that have a pool, where any club has one.
-- source: docs/fitness-story.md#staff
-- why: There is nobody to guard elsewhere.
-- uses: staffschedules, staff, facilityareas
select h.scheduleid, h.staffid, h.facilityid
from staffschedules h
join staff p on p.staffid = h.staffid
where p.jobtitle = 'Lifeguard'
  and exists (select 1 from facilityareas where areatype = 'Pool')
  and not exists (select 1 from facilityareas a where a.facilityid = h.facilityid and a.areatype = 'Pool');

-- S77: Employee numbers are given as people are hired: the correlation of their ranks.
-- source: docs/fitness-story.md#ids
-- why: A number is given on the first day, and tells nothing else.
-- uses: staff
-- least rows: 20
with ranks as (
    select rank() over (order by length(employeenumber), employeenumber) as number_rank,
           rank() over (order by hiredate) as hire_rank
    from staff
)
select 'correlation with the day of hiring' as label, corr(number_rank, hire_rank) as value,
       :bands.arrival as low, count(*) as rows
from ranks;

-- S85: Clubs that never close have night shifts where their desk is large enough: the share of nights at which somebody
-- is on shift at three in the morning.
-- source: docs/fitness-story.md#shifts
-- why: A door that opens by card still needs somebody to call.
-- uses: facilities, staff, stafffacilities, staffschedules
-- least rows: 60
with clubs as (
    select facilityid from facilities where opentime = time '00:00:00' and closetime = time '23:59:59' and isactive
),
nights as (
    select c.facilityid, cast(:start + g.n * interval '1 day' as date) as day
    from clubs c cross join generate_series(0, :as_of - :start - 1) as g(n)
),
desks as (
    select n.facilityid, n.day
    from nights n
    join stafffacilities a on a.facilityid = n.facilityid and a.isprimary and a.startdate <= n.day
     and (a.enddate is null or a.enddate >= n.day)
    join staff p on p.staffid = a.staffid and p.jobtitle = 'Front Desk' and p.status = 'Active'
    group by n.facilityid, n.day
    having count(*) > :roster.night_from
)
select 'nights with somebody on shift' as label,
       avg(case when exists (
           select 1 from staffschedules h
           where h.facilityid = d.facilityid and h.scheduledate = d.day and h.status = 'Completed'
             and h.starttime <= time '03:00:00' and h.endtime > time '03:00:00'
       ) then 1.0 else 0 end) as value,
       :bands.nights_staffed as low, null as high, count(*) as rows
from desks d;
