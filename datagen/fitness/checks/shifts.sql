-- Assignments, certificates and shifts of staff.

-- H80a: Shifts lie inside the employment.
-- source: docs/fitness-story.md#shifts
-- uses: staffschedules, staff
select h.scheduleid, h.staffid, h.scheduledate, p.hiredate, p.terminationdate
from staffschedules h
join staff p on p.staffid = h.staffid
where h.scheduledate < p.hiredate or h.scheduledate > p.terminationdate;

-- H80b: Shifts are at a facility the person is assigned to that day.
-- source: docs/fitness-story.md#shifts
-- uses: staffschedules, stafffacilities
select h.scheduleid, h.staffid, h.facilityid, h.scheduledate
from staffschedules h
where not exists (
    select 1 from stafffacilities a
    where a.staffid = h.staffid and a.facilityid = h.facilityid
      and a.startdate <= h.scheduledate and (a.enddate is null or a.enddate >= h.scheduledate)
);

-- H80c: Shifts lie inside opening hours.
-- source: docs/fitness-story.md#shifts
-- why: Nobody is planned into a locked building.
-- uses: staffschedules, facilities
select h.scheduleid, h.facilityid, h.starttime, h.endtime, f.opentime, f.closetime
from staffschedules h
join facilities f on f.facilityid = h.facilityid
where h.starttime < f.opentime or h.endtime > f.closetime;

-- H80d: Shifts of one person do not overlap.
-- source: docs/fitness-story.md#shifts
-- uses: staffschedules
select scheduleid, staffid, scheduledate, starttime, endtime, following
from (
    select scheduleid, staffid, scheduledate, starttime, endtime,
           lead(starttime) over (partition by staffid, scheduledate order by starttime, endtime) as following
    from staffschedules
) h
where following < endtime;

-- H80e: Nobody has more than 60 hours of shifts in a week.
-- source: docs/fitness-story.md#shifts
-- why: Beyond 60 hours a roster is a typing error.
-- uses: staffschedules
select staffid, cast(date_trunc('week', cast(scheduledate as timestamp)) as date) as week, sum(scheduledhours) as hours
from staffschedules
group by staffid, cast(date_trunc('week', cast(scheduledate as timestamp)) as date)
having sum(scheduledhours) > :bands.week_hours_most;

-- H80f: The area of a shift belongs to its facility.
-- source: docs/fitness-story.md#shifts
-- uses: staffschedules, facilityareas
select h.scheduleid, h.facilityid, h.areaid
from staffschedules h
join facilityareas a on a.areaid = h.areaid
where a.facilityid <> h.facilityid;

-- H81: A class lies inside a shift that its instructor has in that facility on that day, and worked if it is past.
-- source: docs/fitness-story.md#shifts
-- why: An instructor is paid for teaching, and only shifts are paid.
-- uses: sessions, staffschedules
select s.instanceid, s.actualinstructorid, s.facilityid, s.starts, s.ends
from sessions s
where s.status <> 'Cancelled'
  and not exists (
      select 1 from staffschedules h
      where h.staffid = s.actualinstructorid and h.scheduledate = s.classdate and h.facilityid = s.facilityid
        and h.status = s.status
        and h.starttime <= cast(s.starts as time) and h.endtime >= cast(s.ends as time)
  );

-- H83a: Primary assignments tile the employment: from hiring, without gap or overlap, to termination or on.
-- source: docs/fitness-story.md#assignments
-- why: Everybody belongs to one club at any time, so that head counts of clubs add up to the head count of the chain.
-- uses: staff, stafffacilities
select p.staffid, p.hiredate, p.terminationdate, a.startdate, a.enddate, a.before
from staff p
left join (
    select staffid, startdate, enddate,
           lag(enddate) over (partition by staffid order by startdate, assignmentid) as before,
           row_number() over (partition by staffid order by startdate, assignmentid) as place,
           count(*) over (partition by staffid) as places
    from stafffacilities where isprimary
) a on a.staffid = p.staffid
where a.staffid is null
   or (a.place = 1 and a.startdate <> p.hiredate)
   or (a.place > 1 and (a.before is null or a.startdate <> a.before + 1))
   or (a.place = a.places and a.enddate is distinct from p.terminationdate);

-- H83b: Other assignments lie inside the employment, at another facility than the primary one of that time.
-- source: docs/fitness-story.md#assignments
-- why: A second club is an addition to the first, not the same one twice.
-- uses: staff, stafffacilities
select a.assignmentid, a.staffid, a.facilityid, a.startdate, a.enddate, p.hiredate, p.terminationdate
from stafffacilities a
join staff p on p.staffid = a.staffid
where not a.isprimary
  and (a.startdate < p.hiredate
       or coalesce(a.enddate, date '9999-12-31') > coalesce(p.terminationdate, date '9999-12-31')
       or exists (
           select 1 from stafffacilities o
           where o.staffid = a.staffid and o.isprimary and o.facilityid = a.facilityid
             and o.startdate <= coalesce(a.enddate, date '9999-12-31')
             and coalesce(o.enddate, date '9999-12-31') >= a.startdate
       ));

-- H85: Scheduled hours are the time from start to end.
-- source: docs/fitness-story.md#shifts
-- uses: staffschedules
select scheduleid, starttime, endtime, scheduledhours
from staffschedules
where abs(36 * cast(100 * scheduledhours as integer)
          - (extract(epoch from endtime) - extract(epoch from starttime))) > 18;

-- H86: Shifts before the as-of day are Completed, Absent or Cancelled, from it on Scheduled or Cancelled.
-- source: docs/fitness-story.md#shifts
-- why: Whether somebody came is known only afterwards.
-- uses: staffschedules
select scheduleid, scheduledate, status
from staffschedules
where (status in ('Completed', 'Absent') and scheduledate >= :as_of)
   or (status = 'Scheduled' and scheduledate < :as_of);

-- H87a: Certificates expire after the months their certification is valid.
-- source: docs/fitness-story.md#certificates
-- why: The date is computed when the certificate is issued.
-- uses: staffcertifications, instructorcertifications
select h.staffcertificationid, h.certificationdate, c.validitymonths, h.expirydate
from staffcertifications h
join instructorcertifications c on c.certificationid = h.certificationid
where h.expirydate <> cast(h.certificationdate + c.validitymonths * interval '1 month' as date);

-- H87b: Certificates are Active before they expire and Expired after, as of the as-of day.
-- source: docs/fitness-story.md#certificates
-- uses: staffcertifications
select staffcertificationid, expirydate, status
from staffcertifications
where (status = 'Active' and expirydate < :as_of) or (status = 'Expired' and expirydate > :as_of);

-- relation watches: Shifts of lifeguards, worked or still to be.
-- uses: staffschedules, staff
select h.scheduleid, h.staffid, h.facilityid, h.scheduledate, h.starttime, h.endtime, h.status
from staffschedules h
join staff p on p.staffid = h.staffid
where p.jobtitle = 'Lifeguard' and h.status in ('Completed', 'Scheduled');

-- K64: Nobody swims unguarded: visits to a pool lie inside a shift that a lifeguard of the club worked.
-- source: docs/fitness-story.md#visits
-- why: A pool without a guard is locked.
-- uses: memberaccess, facilityareas, watches
select v.accessid, v.facilityid, v.areaid, v.checkintime, v.checkouttime
from memberaccess v
join facilityareas a on a.areaid = v.areaid and a.areatype = 'Pool'
where not exists (
    select 1 from watches w
    where w.facilityid = v.facilityid and w.scheduledate = cast(v.checkintime as date) and w.status = 'Completed'
      and w.starttime <= cast(v.checkintime as time) and w.endtime >= cast(v.checkouttime as time)
);

-- K78: The staff opens a door only while somebody of it is on shift at the club.
-- source: docs/fitness-story.md#visits
-- why: Where nobody is at the desk, only a card or an app opens the door.
-- uses: memberaccess, staffschedules
select v.accessid, v.facilityid, v.checkintime, v.accessmethod
from memberaccess v
where v.accessmethod = 'Staff Override'
  and not exists (
    select 1 from staffschedules h
    where h.facilityid = v.facilityid and h.scheduledate = cast(v.checkintime as date) and h.status = 'Completed'
      and h.starttime <= cast(v.checkintime as time) and h.endtime >= cast(v.checkintime as time)
);

-- K65: A class in a pool lies inside a shift of a lifeguard of the club, worked or still to be.
-- source: docs/fitness-story.md#classes
-- why: Who teaches in the water does not watch it.
-- uses: sessions, facilityareas, watches
select s.instanceid, s.facilityid, s.areaid, s.starts, s.ends, s.status
from sessions s
join facilityareas a on a.areaid = s.areaid and a.areatype = 'Pool'
where s.status <> 'Cancelled'
  and not exists (
    select 1 from watches w
    where w.facilityid = s.facilityid and w.scheduledate = s.classdate and w.status = s.status
      and w.starttime <= cast(s.starts as time) and w.endtime >= cast(s.ends as time)
  );
