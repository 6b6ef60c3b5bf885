-- The timetable and the sessions it makes.

-- H50a: The area of a timetable entry belongs to its facility.
-- source: docs/fitness-story.md#classes
-- uses: classschedules, facilityareas
select s.scheduleid, s.facilityid, s.areaid
from classschedules s
join facilityareas a on a.areaid = s.areaid
where a.facilityid <> s.facilityid;

-- H50b: The area suits the kind of class.
-- source: docs/fitness-story.md#classes
-- why: Aqua needs water and cycling needs bikes: the room's equipment decides what can be taught in it.
-- uses: classschedules, facilityareas, classtypes
with suitable (category, areatype) as (
    values
        ('Aqua', 'Pool'), ('Cycling', 'Spin'),
        ('Mind & Body', 'Yoga'), ('Mind & Body', 'Studio'),
        ('Dance', 'Studio'), ('Dance', 'Court'),
        ('Cardio', 'Studio'), ('Cardio', 'Court'), ('Cardio', 'Cardio'),
        ('Strength', 'Studio'), ('Strength', 'Strength'),
        ('Martial Arts', 'Studio'), ('Martial Arts', 'Court'),
        ('Functional', 'Studio'), ('Functional', 'Strength'), ('Functional', 'Court')
)
select s.scheduleid, t.category, a.areatype
from classschedules s
join classtypes t on t.classtypeid = s.classtypeid
join facilityareas a on a.areaid = s.areaid
where not exists (select 1 from suitable u where u.category = t.category and u.areatype = a.areatype);

-- H51a: No two timetable entries share an area at one time.
-- source: docs/fitness-story.md#classes
-- why: A room is planned for one class at a time.
-- uses: classschedules
select s.scheduleid, o.scheduleid as other, s.areaid, s.dayofweek, s.starttime
from classschedules s
join classschedules o
  on o.areaid = s.areaid and o.dayofweek = s.dayofweek and o.scheduleid > s.scheduleid
where s.starttime < o.endtime and o.starttime < s.endtime
  and s.effectivedate <= coalesce(o.expirydate, date '9999-12-31')
  and o.effectivedate <= coalesce(s.expirydate, date '9999-12-31')
  -- a common date of that weekday
  and greatest(s.effectivedate, o.effectivedate)
      + mod(cast(s.dayofweek - extract(isodow from greatest(s.effectivedate, o.effectivedate)) + 7 as integer), 7)
      <= least(coalesce(s.expirydate, date '9999-12-31'), coalesce(o.expirydate, date '9999-12-31'));

-- H51b: No two sessions really share an area at one time.
-- source: docs/fitness-story.md#classes
-- why: A class that overruns would push the next one out, so sessions as held are judged as well as sessions as
-- planned.
-- uses: sessions
select instanceid, areaid, actualstarttime, actualendtime, following
from (
    select instanceid, areaid, actualstarttime, actualendtime,
           lead(actualstarttime) over (partition by areaid order by actualstarttime, actualendtime) as following
    from sessions where status = 'Completed'
) s
where following < actualendtime;

-- H52a: No instructor has two timetable entries at one time.
-- source: docs/fitness-story.md#classes
-- why: The timetable is what members rely on; a double booking would make one of the two classes fail every week.
-- uses: classschedules
select s.scheduleid, o.scheduleid as other, s.instructorid, s.dayofweek, s.starttime
from classschedules s
join classschedules o
  on o.instructorid = s.instructorid and o.dayofweek = s.dayofweek and o.scheduleid > s.scheduleid
where s.starttime < o.endtime and o.starttime < s.endtime
  and s.effectivedate <= coalesce(o.expirydate, date '9999-12-31')
  and o.effectivedate <= coalesce(s.expirydate, date '9999-12-31')
  -- a common date of that weekday
  and greatest(s.effectivedate, o.effectivedate)
      + mod(cast(s.dayofweek - extract(isodow from greatest(s.effectivedate, o.effectivedate)) + 7 as integer), 7)
      <= least(coalesce(s.expirydate, date '9999-12-31'), coalesce(o.expirydate, date '9999-12-31'));

-- H52b: No instructor has two sessions at one time, substitutions included, by the timetable.
-- source: docs/fitness-story.md#classes
-- why: A substitute takes over a class only where that leaves the substitute's own classes untouched.
-- uses: sessions
select instanceid, actualinstructorid, starts, ends, following
from (
    select instanceid, actualinstructorid, starts, ends,
           lead(starts) over (partition by actualinstructorid order by starts, ends) as following
    from sessions where status <> 'Cancelled'
) s
where following < ends;

-- H52c: No instructor really taught two sessions at one time.
-- source: docs/fitness-story.md#classes
-- why: The times as held are judged too: a class that runs late must not reach into the instructor's next one.
-- uses: sessions
select instanceid, actualinstructorid, actualstarttime, actualendtime, following
from (
    select instanceid, actualinstructorid, actualstarttime, actualendtime,
           lead(actualstarttime) over (
               partition by actualinstructorid order by actualstarttime, actualendtime
           ) as following
    from sessions where status = 'Completed'
) s
where following < actualendtime;

-- H53: Who teaches a session holds every certification it requires, valid on the day.
-- source: docs/fitness-story.md#classes
-- why: An expired certificate ends the club's liability cover for that class.
-- uses: sessions, classtypes, instructorcertifications, staffcertifications
select s.instanceid, s.classdate, s.actualinstructorid, c.certificationid
from sessions s
join classtypes t on t.classtypeid = s.classtypeid
join instructorcertifications c on ';' || t.requiredcertifications || ';' like '%;' || c.certificationid || ';%'
where s.status <> 'Cancelled'
  and not exists (
      select 1 from staffcertifications h
      where h.staffid = s.actualinstructorid and h.certificationid = c.certificationid
        and h.certificationdate <= s.classdate and h.expirydate > s.classdate
  );

-- H54a: Who teaches a session is employed that day.
-- source: docs/fitness-story.md#classes
-- why: Nobody teaches before the first or after the last day of the contract.
-- uses: sessions, staff
select s.instanceid, s.classdate, s.actualinstructorid, p.hiredate, p.terminationdate
from sessions s
join staff p on p.staffid = s.actualinstructorid
where s.status <> 'Cancelled' and (s.classdate < p.hiredate or s.classdate > p.terminationdate);

-- H54b: Sessions are taught by instructors: Personal Trainers and Group Fitness Instructors.
-- source: docs/fitness-story.md#classes
-- why: Teaching is the work of these two jobs; a front-desk clerk who teaches would be a wrong key.
-- uses: sessions, staff
select s.instanceid, s.actualinstructorid, p.jobtitle
from sessions s
join staff p on p.staffid = s.actualinstructorid
where p.jobtitle not in ('Personal Trainer', 'Group Fitness Instructor');

-- H55a: Every timetable entry has its instance on every matching date.
-- source: docs/fitness-story.md#classes
-- why: Without an instance for each date, occupancy and cancellation rates would be computed over the classes that
-- happened to be kept.
-- uses: classschedules, classinstances
select s.scheduleid, d.day
from (
    select cast(:start + g.n * interval '1 day' as date) as day
    from generate_series(0, :as_of + :classes.schedule_ahead_days - :start - 1) as g(n)
) d
join classschedules s
  on s.dayofweek = extract(isodow from d.day) and s.effectivedate <= d.day
 and (s.expirydate is null or s.expirydate >= d.day)
where not exists (select 1 from classinstances i where i.scheduleid = s.scheduleid and i.classdate = d.day);

-- H55b: Instances fall on the weekday of their timetable entry, while it applies.
-- source: docs/fitness-story.md#classes
-- why: A timetable entry is weekly and has a first and a last day; an instance outside them belongs to no plan.
-- uses: classschedules, classinstances
select i.instanceid, i.classdate, s.dayofweek, s.effectivedate, s.expirydate
from classinstances i
join classschedules s on s.scheduleid = i.scheduleid
where s.dayofweek <> extract(isodow from i.classdate)
   or i.classdate < s.effectivedate or i.classdate > s.expirydate;

-- H55c: A timetable entry has one instance a date.
-- source: docs/fitness-story.md#classes
-- why: Two instances on a date would double the seats on sale.
-- uses: classinstances
select scheduleid, classdate, count(*) as times
from classinstances group by scheduleid, classdate having count(*) > 1;

-- H56a: Seats of a session do not exceed the area's capacity or what the format takes.
-- source: docs/fitness-story.md#classes
-- why: The fire limit of the room and the size the format is safe for both cap the seats.
-- uses: classschedules, facilityareas, classtypes
select s.scheduleid, s.maxcapacity, a.maxcapacity as area, t.maxparticipants as format
from classschedules s
join facilityareas a on a.areaid = s.areaid
join classtypes t on t.classtypeid = s.classtypeid
where s.maxcapacity > a.maxcapacity or s.maxcapacity > t.maxparticipants;

-- H64: A session of the timetable lasts as long as its format.
-- source: docs/fitness-story.md#classes
-- why: The format promises a length; the timetable books the room and the instructor for just that long.
-- uses: classschedules, classtypes
select s.scheduleid, s.starttime, s.endtime, t.durationminutes
from classschedules s
join classtypes t on t.classtypeid = s.classtypeid
where extract(epoch from s.endtime) - extract(epoch from s.starttime) <> 60 * t.durationminutes;

-- H65: A session costs nothing or 5 to 25.
-- source: docs/fitness-story.md#classes
-- why: Most classes are part of the membership; special ones cost a drop-in fee.
-- uses: classschedules
select scheduleid, price from classschedules
where price <> 0 and price not between :classes.price_low and :classes.price_high;

-- H66: Sessions before the as-of day are Completed or Cancelled, from it on Scheduled or Cancelled.
-- source: docs/fitness-story.md#classes
-- why: What lies ahead has not happened yet; it can be planned or called off, nothing else.
-- uses: classinstances
select instanceid, classdate, status from classinstances
where (status = 'Completed' and classdate >= :as_of) or (status = 'Scheduled' and classdate < :as_of);

-- H67: Actual times lie within 15 minutes of the timetable.
-- source: docs/fitness-story.md#classes
-- why: A class that starts or ends a quarter of an hour off the plan would have been re-planned or cancelled.
-- uses: sessions
select instanceid, starts, actualstarttime, ends, actualendtime
from sessions
where abs(extract(epoch from actualstarttime - starts)) > 60 * :bands.class_slack_minutes
   or abs(extract(epoch from actualendtime - ends)) > 60 * :bands.class_slack_minutes;

-- H68: The actual capacity of a session is the number of Attended enrolments.
-- source: docs/fitness-story.md#classes
-- why: The figure is the instructor's head count; it must agree with the list.
-- uses: classinstances, classenrollments
select i.instanceid, i.actualcapacity, coalesce(e.attended, 0) as attended
from classinstances i
left join (
    select instanceid, count(*) as attended
    from classenrollments where enrollmentstatus = 'Attended' group by instanceid
) e on e.instanceid = i.instanceid
where i.actualcapacity <> coalesce(e.attended, 0);
