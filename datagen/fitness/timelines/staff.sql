-- subject employee: ^STF[0-9]+$
select firstname || ' ' || lastname || ' (' || jobtitle || ')' as name from staff where staffid = :id;

-- event employee staff
select hiredate as at, 'was hired as ' || jobtitle || ', ' || lower(employmenttype) as said, staffid as id
from staff where staffid = :id
union all
select terminationdate, 'left', staffid from staff where staffid = :id and terminationdate is not null;

-- event employee stafffacilities
select startdate as at, 'began at ' || facilityname as said, assignmentid as id
from stafffacilities join facilities on facilities.facilityid = stafffacilities.facilityid where staffid = :id;

-- event employee staffcertifications
select certificationdate as at, 'was certified: ' || certificationname as said, staffcertificationid as id
from staffcertifications
join instructorcertifications on instructorcertifications.certificationid = staffcertifications.certificationid
where staffid = :id;

-- event employee staffschedules
select scheduledate as at, lower(shifttype) || ' shift, ' || cast(starttime as varchar) || ' to '
       || cast(endtime as varchar) || ' (' || lower(status) || ')' as said, scheduleid as id
from staffschedules where staffid = :id;

-- event employee classinstances
select actualstarttime as at, 'taught ' || classname || ', ' || cast(actualcapacity as varchar) || ' came' as said,
       instanceid as id
from classinstances
join classschedules on classschedules.scheduleid = classinstances.scheduleid
join classtypes on classtypes.classtypeid = classschedules.classtypeid
where actualinstructorid = :id and status = 'Completed';

-- event employee staffpayroll
select paydate as at, 'was paid ' || cast(netpay as varchar) || ' of ' || cast(grosspay as varchar) as said,
       payrollid as id
from staffpayroll where staffid = :id;

-- event employee instructorperformance
select evaluationdate as at, 'was evaluated: ' || cast(overallrating as varchar) || coalesce('; ' || comments, '') as said,
       performanceid as id
from instructorperformance where instructorid = :id;

-- subject machine: ^EQ[0-9]+$
select equipmentname || ', ' || brand || ' ' || model as name from equipment where equipmentid = :id;

-- event machine equipment
select purchasedate as at, 'was bought for ' || cast(purchaseprice as varchar) as said, equipmentid as id
from equipment where equipmentid = :id;

-- event machine equipmentmaintenance
select maintenancedate as at, lower(maintenancetype) || ' by ' || technicianname || ', ' || cast(cost as varchar)
       || ': ' || description as said, maintenanceid as id
from equipmentmaintenance where equipmentid = :id;

-- event machine equipmentusage
select starttime as at, 'was used by ' || memberid || ', ' || cast(durationminutes as varchar) || ' minutes' as said,
       usageid as id
from equipmentusage where equipmentid = :id;
