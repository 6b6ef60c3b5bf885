"""Damage to visits, classes and bookings: (what is wrong, the check that must catch it, how it is planted)."""

SOME_VISIT = "(select min(accessid) from memberaccess where checkintime > :start + 30)"
# A visit, two or more days into the window, after which the same member came again.
VISIT_BEFORE = (
    "(select min(accessid) from memberaccess v where exists (select 1 from memberaccess w where w.memberid = v.memberid"
    " and w.checkintime > v.checkouttime))"
)
COMPLETED = "(select min(instanceid) from classinstances where status = 'Completed')"
CANCELLED = (
    "(select min(instanceid) from classinstances where status = 'Cancelled' and instanceid in"
    " (select instanceid from classenrollments))"
)
SCHEDULED = "(select min(instanceid) from classinstances where status = 'Scheduled')"
ATTENDED = "(select min(enrollmentid) from classenrollments where enrollmentstatus = 'Attended')"
NO_SHOW = "(select min(enrollmentid) from classenrollments where enrollmentstatus = 'No-Show')"
WAITLISTED = "(select min(instanceid) from classenrollments where enrollmentstatus = 'Waitlisted')"
VISIT_OF = (
    "(select min(v.accessid) from memberaccess v join classenrollments e on e.memberid = v.memberid"
    f" and v.checkintime <= e.checkintime and v.checkouttime >= e.checkouttime where e.enrollmentid = {ATTENDED})"
)
ENTRY = f"(select scheduleid from classinstances where instanceid = {COMPLETED})"
ENDED = (
    "(select min(s.memberid) from membermemberships s where s.status = 'Cancelled' and s.enddate > :start"
    " and s.enddate < :as_of - 1 and not exists (select 1 from membermemberships n where n.memberid = s.memberid"
    " and n.startdate >= s.enddate) and s.memberid in (select memberid from memberaccess))"
)
FROZEN = (
    "(select min(membershipid) from membermemberships where status = 'Suspended' and startdate > :start"
    " and startdate < :as_of - 2 and memberid in (select memberid from memberaccess))"
)


def moved(column: str, change: str, row: str) -> str:
    """Change both times of a visit to another day (`change` gives the day), keeping the times of day."""
    return (
        f"update memberaccess set checkintime = {change} + cast(checkintime as time),"
        f" checkouttime = {change} + cast(checkouttime as time) where {column} = {row}"
    )


DAMAGE = [
    # time
    ("a visit on the as-of day", "H01b", moved("accessid", ":as_of", SOME_VISIT)),
    ("a visit before the window", "H01b", moved("accessid", "cast(:start - 1 as date)", SOME_VISIT)),
    ("a class in two weeks' time", "H01c",
     f"update classinstances set classdate = :as_of + 14 where instanceid = {SCHEDULED}"),
    ("a class before the window", "H01c",
     f"update classinstances set classdate = :start - 1 where instanceid = {SCHEDULED}"),
    ("a booking made on the as-of day", "H01d",
     f"update classenrollments set enrollmentdate = cast(:as_of as timestamp) where enrollmentid = {ATTENDED}"),
    # visits
    ("a visit on the day of cancellation", "H40",
     moved("accessid", f"(select max(enddate) from membermemberships where memberid = {ENDED})",
           f"(select min(accessid) from memberaccess where memberid = {ENDED})")),
    ("a visit during a freeze", "H40",
     moved("accessid", f"(select startdate from membermemberships where membershipid = {FROZEN})",
           "(select min(accessid) from memberaccess where memberid ="
           f" (select memberid from membermemberships where membershipid = {FROZEN}))")),
    ("a visit a second before opening", "H41",
     "update facilities set opentime = (select min(cast(checkintime as time)) from memberaccess where"
     " memberaccess.facilityid = facilities.facilityid) + interval '1 second'"),
    ("a visit a second after closing", "H41",
     "update facilities set closetime = (select max(cast(checkouttime as time)) from memberaccess where"
     " memberaccess.facilityid = facilities.facilityid) - interval '1 second'"),
    ("a visit in another facility's area", "H42",
     "update memberaccess set facilityid = case when facilityid = 'FAC001' then 'FAC002' else 'FAC001' end"
     f" where accessid = {SOME_VISIT}"),
    ("visits that overlap by a second", "H43",
     "update memberaccess set checkouttime = (select min(checkintime) + interval '1 second' from memberaccess w"
     " where w.memberid = memberaccess.memberid and w.checkintime > memberaccess.checkouttime)"
     f" where accessid = {VISIT_BEFORE}"),
    ("an area over its capacity by one", "H44",
     "update facilityareas set maxcapacity = peak.people - 1 from (select areaid, max(people) as people from"
     " (select areaid, sum(change) over (partition by areaid order by moment, change) as people from"
     " (select areaid, checkintime as moment, 1 as change from memberaccess union all"
     " select areaid, checkouttime, -1 from memberaccess)) group by areaid) peak where peak.areaid ="
     " facilityareas.areaid"),
    ("a visit to the reception", "H45",
     "update memberaccess set areaid = (select min(areaid) from facilityareas where areatype = 'Reception')"
     f" where accessid = {SOME_VISIT}"),
    ("a duration a minute too long", "H46", "update memberaccess set duration = duration + 1 where accessid ="
     f" {SOME_VISIT}"),
    ("a visit past midnight", "H47",
     f"update memberaccess set checkouttime = checkouttime + interval '1 day' where accessid = {SOME_VISIT}"),
    # the timetable
    ("a class in another facility's area", "H50a",
     "update classschedules set facilityid = case when facilityid = 'FAC001' then 'FAC002' else 'FAC001' end"
     f" where scheduleid = {ENTRY}"),
    ("an Aqua class in a studio", "H50b",
     "update classtypes set category = 'Aqua' where classtypeid in (select classtypeid from classschedules join"
     " facilityareas using (areaid) where areatype = 'Studio')"),
    ("a yoga class in the pool", "H50b",
     "update classschedules set areaid = (select min(areaid) from facilityareas a where a.areatype = 'Pool'"
     " and a.facilityid = classschedules.facilityid) where scheduleid = (select min(scheduleid) from classschedules"
     " join classtypes using (classtypeid) where category = 'Mind & Body')"),
    ("two timetable entries in a room", "H51a",
     "insert into classschedules select 'SCH9999', classtypeid, facilityid, areaid, instructorid, dayofweek,"
     " endtime - interval '1 minute', endtime + interval '1 hour', maxcapacity, price, effectivedate, expirydate,"
     " isactive"
     f" from classschedules where scheduleid = {ENTRY}"),
    ("two sessions in a room", "H51b",
     "update classinstances set actualendtime = actualendtime + interval '5 hours' where status = 'Completed'"),
    ("an instructor with two timetable entries at once", "H52a",
     "insert into classschedules select 'SCH9999', classtypeid, facilityid, 'AR001', instructorid, dayofweek,"
     " endtime - interval '1 minute', endtime + interval '1 hour', maxcapacity, price, effectivedate, expirydate,"
     " isactive"
     f" from classschedules where scheduleid = {ENTRY}"),
    ("a substitute who has a class of their own", "H52b",
     "update classinstances set actualinstructorid = o.actualinstructorid from sessions s, sessions o"
     " where s.instanceid = classinstances.instanceid and o.classdate = s.classdate and o.instanceid < s.instanceid"
     " and o.starts < s.ends and s.starts < o.ends and s.status <> 'Cancelled' and o.status <> 'Cancelled'"),
    ("an instructor who taught two classes at once", "H52c",
     "update classinstances set actualinstructorid = 'STF0003' where status = 'Completed'"),
    ("a class by somebody not yet hired", "H54a",
     "update staff set hiredate = :as_of where staffid = (select actualinstructorid from classinstances"
     f" where instanceid = {COMPLETED})"),
    ("a class by somebody who left", "H54a",
     "update staff set terminationdate = (select max(classdate) - 1 from classinstances where actualinstructorid ="
     " staffid)"),
    ("a class by a manager", "H54b",
     "update classinstances set actualinstructorid = (select min(staffid) from staff where jobtitle = 'Manager')"
     f" where instanceid = {COMPLETED}"),
    ("an instance missing", "H55a", f"delete from classinstances where instanceid = {COMPLETED}"),
    ("an instance on another weekday", "H55b",
     f"update classinstances set classdate = classdate + 1 where instanceid = {COMPLETED}"),
    ("an instance after the entry expired", "H55b",
     f"update classschedules set expirydate = :start - 1 where scheduleid = {ENTRY}"),
    ("two instances on one date", "H55c",
     "insert into classinstances select 'INS999999', scheduleid, classdate, actualstarttime, actualendtime,"
     " actualinstructorid, actualcapacity, status, cancellationreason from classinstances"
     f" where instanceid = {COMPLETED}"),
    ("more seats than the area holds", "H56a",
     "update facilityareas set maxcapacity = (select min(maxcapacity) - 1 from classschedules"
     " where classschedules.areaid = facilityareas.areaid) where areaid in (select areaid from classschedules)"),
    ("more seats than the format takes", "H56a",
     "update classtypes set maxparticipants = (select max(maxcapacity) - 1 from classschedules"
     " where classschedules.classtypeid = classtypes.classtypeid) where classtypeid in (select classtypeid"
     " from classschedules)"),
    ("a class a minute too long", "H64",
     f"update classschedules set endtime = endtime + interval '1 minute' where scheduleid = {ENTRY}"),
    ("a class for four dollars", "H65", f"update classschedules set price = 4 where scheduleid = {ENTRY}"),
    ("a class completed on the as-of day", "H66",
     f"update classinstances set status = 'Completed' where instanceid = {SCHEDULED}"),
    ("a past class still scheduled", "H66",
     f"update classinstances set status = 'Scheduled' where instanceid = {COMPLETED}"),
    ("a class sixteen minutes late", "H67",
     "update classinstances set actualstarttime = s.starts + interval '901 seconds' from sessions s"
     f" where s.instanceid = classinstances.instanceid and s.instanceid = {COMPLETED}"),
    ("a class that ended on another day", "H67",
     f"update classinstances set actualendtime = actualendtime + interval '1 day' where instanceid = {COMPLETED}"),
    ("an attendance wrong by one", "H68",
     f"update classinstances set actualcapacity = actualcapacity + 1 where instanceid = {COMPLETED}"),
    ("a cancelled class with attendance", "H68",
     f"update classinstances set actualcapacity = 1 where instanceid = {CANCELLED}"),
    # bookings
    ("a class over by one", "H56b",
     "update classschedules set maxcapacity = held - 1 from (select scheduleid, max(n) as held from"
     " (select scheduleid, instanceid, count(*) as n from classenrollments join classinstances using (instanceid)"
     " where enrollmentstatus in ('Attended', 'No-Show', 'Enrolled') group by scheduleid, instanceid)"
     " group by scheduleid) most where most.scheduleid = classschedules.scheduleid"),
    ("a booking made as the class starts", "H57a",
     "update classenrollments set enrollmentdate = s.starts from sessions s"
     f" where s.instanceid = classenrollments.instanceid and enrollmentid = {ATTENDED}"),
    ("a booking by somebody who has not joined", "H57b",
     "update classenrollments set enrollmentdate = (select cast(joindate as timestamp) - interval '1 second' from"
     " members"
     f" where members.memberid = classenrollments.memberid) where enrollmentid = {ATTENDED}"),
    ("a booking in a freeze", "H57b",
     f"update membermemberships set status = 'Suspended' where memberid = (select memberid from classenrollments"
     f" where enrollmentid = {ATTENDED})"),
    ("a member booked twice", "H58",
     "insert into classenrollments select 'ENR99999999', memberid, instanceid, enrollmentdate, 'Cancelled', 0,"
     " null, null"
     f" from classenrollments where enrollmentid = {ATTENDED}"),
    ("two classes attended at once", "H59",
     "insert into classenrollments select 'ENR99999999', memberid, 'INS999999', enrollmentdate, enrollmentstatus, 0,"
     " checkouttime - interval '1 second', checkouttime + interval '1 second'"
     f" from classenrollments where enrollmentid = {ATTENDED}"),
    ("a visit that ends a second before the class does", "H60",
     "update memberaccess set checkouttime = (select checkouttime - interval '1 second' from classenrollments"
     f" where enrollmentid = {ATTENDED}) where accessid = {VISIT_OF}"),
    ("a class attended without a visit", "H60", f"delete from memberaccess where accessid = {VISIT_OF}"),
    ("a class attended while at another facility", "H60",
     "update memberaccess set facilityid = case when facilityid = 'FAC001' then 'FAC002' else 'FAC001' end"
     f" where accessid = {VISIT_OF}"),
    ("a no-show in a cancelled class", "H61",
     f"update classenrollments set enrollmentstatus = 'No-Show' where instanceid = {CANCELLED}"),
    ("attendance of a class to come", "H62",
     f"update classenrollments set enrollmentstatus = 'No-Show' where instanceid = {SCHEDULED}"),
    ("a past class with somebody still enrolled", "H62",
     f"update classenrollments set enrollmentstatus = 'Enrolled' where enrollmentid = {ATTENDED}"),
    ("a class attended from another area", "H63",
     "update memberaccess set areaid = (select min(areaid) from facilityareas a where a.facilityid ="
     f" memberaccess.facilityid and a.areaid <> memberaccess.areaid) where accessid = {VISIT_OF}"),
    ("a waitlist with a free seat", "H69a",
     "update classenrollments set enrollmentstatus = 'Cancelled' where enrollmentid = (select min(enrollmentid)"
     f" from classenrollments where instanceid = {WAITLISTED} and enrollmentstatus in ('Attended', 'No-Show',"
     f" 'Enrolled'))"),
    ("a no-show who was there", "H69b",
     "insert into memberaccess select 'ACC99999999', e.memberid, s.facilityid, s.areaid, s.starts - interval '1"
     " minute',"
     " s.ends + interval '1 minute', 'Key Card', 32 from classenrollments e join sessions s using (instanceid)"
     f" where e.enrollmentid = {NO_SHOW}"),
    ("attendance before the class began", "H69c",
     "update classenrollments set checkintime = s.actualstarttime - interval '1 hour',"
     " checkouttime = s.actualstarttime - interval '1 minute' from sessions s"
     f" where s.instanceid = classenrollments.instanceid and enrollmentid = {ATTENDED}"),
]  # fmt: skip
