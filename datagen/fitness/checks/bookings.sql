-- Enrolments in sessions, and what became of them.

-- H56b: Attended, No-Show and Enrolled together never exceed the seats of a session.
-- source: docs/fitness-story.md#bookings
-- why: A seat is held from booking to the end of the class; selling one twice turns a member away at the door of a
-- room.
-- uses: bookings
select instanceid, count(*) as held, max(maxcapacity) as seats
from bookings
where enrollmentstatus in ('Attended', 'No-Show', 'Enrolled')
group by instanceid
having count(*) > max(maxcapacity);

-- H57a: Enrolments are made before the session starts.
-- source: docs/fitness-story.md#bookings
-- why: The desk closes the list when the class starts; a later enrolment would be a backdated one.
-- uses: bookings
select enrollmentid, enrollmentdate, starts from bookings where enrollmentdate >= starts;

-- H57b: Enrolments are made inside a membership that is not frozen.
-- source: docs/fitness-story.md#bookings
-- why: Only members in good standing can book; a freeze suspends the right to come and with it the right to book.
-- uses: classenrollments, membermemberships
select e.enrollmentid, e.memberid, e.enrollmentdate
from classenrollments e
left join membermemberships s
  on s.memberid = e.memberid and s.status <> 'Suspended'
 and s.startdate <= cast(e.enrollmentdate as date)
 and (s.enddate is null or s.enddate > cast(e.enrollmentdate as date))
where s.memberid is null;

-- H58: A member enrols in a session once.
-- source: docs/fitness-story.md#bookings
-- why: A member holds one seat in a room; a second one would count the same person twice in occupancy and in fees.
-- uses: classenrollments
select memberid, instanceid, count(*) as times
from classenrollments group by memberid, instanceid having count(*) > 1;

-- H59: Classes that a member attended do not overlap.
-- source: docs/fitness-story.md#bookings
-- why: One person cannot be in two rooms at once.
-- uses: classenrollments
select enrollmentid, memberid, checkintime, checkouttime, following
from (
    select enrollmentid, memberid, checkintime, checkouttime,
           lead(checkintime) over (partition by memberid order by checkintime, checkouttime) as following
    from classenrollments where enrollmentstatus = 'Attended'
) e
where following < checkouttime;

-- H60: An attended class lies inside a visit of that member at that facility.
-- source: docs/fitness-story.md#bookings
-- why: Nobody reaches a class without passing the door, so each attended class must have its line in the door log.
-- uses: attended
select enrollmentid, memberid, facilityid, checkintime, checkouttime from attended where accessid is null;

-- H61: In a cancelled class every enrolment is Cancelled.
-- source: docs/fitness-story.md#bookings
-- why: When a class is called off nobody can have attended or missed it, and nobody may be charged for it.
-- uses: bookings
select enrollmentid, instanceid, enrollmentstatus
from bookings where classstatus = 'Cancelled' and enrollmentstatus <> 'Cancelled';

-- H62: Attended and No-Show are for Completed classes, Enrolled for those to come.
-- source: docs/fitness-story.md#bookings
-- why: Attendance is known only after the class; before it a booking is still a promise.
-- uses: bookings
select enrollmentid, instanceid, enrollmentstatus, classstatus
from bookings
where (enrollmentstatus in ('Attended', 'No-Show') and classstatus <> 'Completed')
   or (enrollmentstatus = 'Enrolled' and classstatus <> 'Scheduled');

-- H63: The area of a visit is that of the classes attended in it, so a visit attends classes of one area only.
-- source: docs/fitness-story.md#bookings
-- why: The door log names one main area a visit; a visit for classes is booked to the room of these classes.
-- uses: attended
select enrollmentid, accessid, areaid, visitarea from attended where accessid is not null and areaid <> visitarea;

-- H69a: Somebody is waitlisted only where every seat is held.
-- source: docs/fitness-story.md#bookings
-- why: A waitlist opens when the last seat goes, not before.
-- uses: bookings
select instanceid, count(*) filter (where enrollmentstatus in ('Attended', 'No-Show', 'Enrolled')) as held,
       max(maxcapacity) as seats
from bookings
group by instanceid
having count(*) filter (where enrollmentstatus = 'Waitlisted') > 0
   and count(*) filter (where enrollmentstatus in ('Attended', 'No-Show', 'Enrolled')) < max(maxcapacity);

-- H69b: A No-Show has no visit that spans the class in its area.
-- source: docs/fitness-story.md#bookings
-- why: Somebody who was in that very room during the class did come, and would have been checked off.
-- uses: bookings, memberaccess
select b.enrollmentid, b.memberid, b.starts, v.accessid
from bookings b
join memberaccess v
  on v.memberid = b.memberid and v.areaid = b.areaid and cast(v.checkintime as date) = b.classdate
where b.enrollmentstatus = 'No-Show'
  and ((v.checkintime <= b.starts and v.checkouttime >= b.ends)
       or (v.checkintime <= b.actualstarttime and v.checkouttime >= b.actualendtime));

-- H69c: Who attended was there on the day of the class, for some part of it.
-- source: docs/fitness-story.md#bookings
-- why: Attendance is taken in the room; arriving after the end or leaving before the start is not attending.
-- uses: bookings
select enrollmentid, instanceid, actualstarttime, actualendtime, checkintime, checkouttime
from bookings
where enrollmentstatus = 'Attended'
  and (cast(checkintime as date) <> classdate or cast(checkouttime as date) <> classdate
       or checkintime >= actualendtime or checkouttime <= actualstarttime);
