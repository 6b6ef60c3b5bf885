-- subject member: ^MEM[0-9]+$
select firstname || ' ' || lastname as name from members where memberid = :id;

-- event member members
select joindate as at, 'joined' as said, memberid as id from members where memberid = :id;

-- event member membermemberships
select startdate as at,
       case when status = 'Suspended' then 'froze ' else 'began ' end || typename as said, membershipid as id
from membermemberships join membershiptypes on membershiptypes.membershiptypeid = membermemberships.membershiptypeid
where memberid = :id
union all
select enddate,
       case when status = 'Active' then typename || ' runs up to here'
            else 'ended ' || typename || ' (' || lower(status) || ')' end, membershipid
from membermemberships join membershiptypes on membershiptypes.membershiptypeid = membermemberships.membershiptypeid
where memberid = :id and enddate is not null;

-- event member memberpayments
select paymentdate as at,
       case when status = 'Completed' then 'paid ' else 'payment ' || lower(status) || ': ' end
       || cast(amount as varchar) || ' for ' || lower(paymenttype) || ' by ' || lower(paymentmethod) as said,
       paymentid as id
from memberpayments where memberid = :id;

-- event member classenrollments
select enrollmentdate as at, 'booked ' || classname || ' of ' || cast(classdate as varchar) || ' ('
       || lower(enrollmentstatus) || ')' as said, enrollmentid as id
from classenrollments
join classinstances on classinstances.instanceid = classenrollments.instanceid
join classschedules on classschedules.scheduleid = classinstances.scheduleid
join classtypes on classtypes.classtypeid = classschedules.classtypeid
where memberid = :id;

-- event member memberaccess
select checkintime as at, 'came to ' || facilityname || coalesce(', ' || areaname, '') || ', '
       || cast(memberaccess.duration as varchar) || ' minutes' as said, accessid as id
from memberaccess
join facilities on facilities.facilityid = memberaccess.facilityid
left join facilityareas on facilityareas.areaid = memberaccess.areaid
where memberid = :id;

-- event member equipmentusage
select starttime as at, 'used ' || equipmentname || ', ' || cast(durationminutes as varchar) || ' minutes' as said,
       usageid as id
from equipmentusage join equipment on equipment.equipmentid = equipmentusage.equipmentid where memberid = :id;

-- event member instructorfeedback
select feedbackdate as at, 'rated ' || firstname || ' ' || lastname || ' ' || cast(overallrating as varchar) || ' of 5'
       || coalesce(': ' || comments, '') as said, feedbackid as id
from instructorfeedback join staff on staff.staffid = instructorfeedback.instructorid where memberid = :id;
