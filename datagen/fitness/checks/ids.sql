-- How identifiers look: a prefix and a number, padded with zeros, wider only when the count needs it.

-- K01: Ids of membershiptypes look like MT001.
-- source: docs/fitness-story.md#ids
-- uses: membershiptypes
-- ids: membershiptypeid as MT001
from membershiptypes;

-- K02: Ids of classtypes look like CT001.
-- source: docs/fitness-story.md#ids
-- uses: classtypes
-- ids: classtypeid as CT001
from classtypes;

-- K03: Ids of instructorcertifications look like CERT001.
-- source: docs/fitness-story.md#ids
-- uses: instructorcertifications
-- ids: certificationid as CERT001
from instructorcertifications;

-- K04: Ids of facilities look like FAC001.
-- source: docs/fitness-story.md#ids
-- uses: facilities
-- ids: facilityid as FAC001
from facilities;

-- K05: Ids of facilityareas look like AR001.
-- source: docs/fitness-story.md#ids
-- uses: facilityareas
-- ids: areaid as AR001
from facilityareas;

-- K06: Ids of equipment look like EQ0001.
-- source: docs/fitness-story.md#ids
-- uses: equipment
-- ids: equipmentid as EQ0001
from equipment;

-- K07: Ids of members look like MEM000001.
-- source: docs/fitness-story.md#ids
-- uses: members
-- ids: memberid as MEM000001
from members;

-- K08: Ids of staff look like STF0001.
-- source: docs/fitness-story.md#ids
-- uses: staff
-- ids: staffid as STF0001
from staff;

-- K09: Ids of membermemberships look like MSH00000001.
-- source: docs/fitness-story.md#ids
-- uses: membermemberships
-- ids: membershipid as MSH00000001
from membermemberships;

-- K10: Ids of memberpayments look like PAY00000001.
-- source: docs/fitness-story.md#ids
-- uses: memberpayments
-- ids: paymentid as PAY00000001
from memberpayments;

-- K11: Ids of memberaccess look like ACC00000001.
-- source: docs/fitness-story.md#ids
-- uses: memberaccess
-- ids: accessid as ACC00000001
from memberaccess;

-- K12: Ids of equipmentusage look like USG00000001.
-- source: docs/fitness-story.md#ids
-- uses: equipmentusage
-- ids: usageid as USG00000001
from equipmentusage;

-- K13: Ids of classschedules look like SCH0001.
-- source: docs/fitness-story.md#ids
-- uses: classschedules
-- ids: scheduleid as SCH0001
from classschedules;

-- K14: Ids of classinstances look like INS000001.
-- source: docs/fitness-story.md#ids
-- uses: classinstances
-- ids: instanceid as INS000001
from classinstances;

-- K15: Ids of classenrollments look like ENR00000001.
-- source: docs/fitness-story.md#ids
-- uses: classenrollments
-- ids: enrollmentid as ENR00000001
from classenrollments;

-- K16: Ids of staffschedules look like SSC00000001.
-- source: docs/fitness-story.md#ids
-- uses: staffschedules
-- ids: scheduleid as SSC00000001
from staffschedules;

-- K17: Ids of stafftimetracking look like TTR00000001.
-- source: docs/fitness-story.md#ids
-- uses: stafftimetracking
-- ids: timetrackingid as TTR00000001
from stafftimetracking;

-- K18: Ids of staffpayroll look like PRL00000001.
-- source: docs/fitness-story.md#ids
-- uses: staffpayroll
-- ids: payrollid as PRL00000001
from staffpayroll;

-- K19: Ids of equipmentmaintenance look like EQM000001.
-- source: docs/fitness-story.md#ids
-- uses: equipmentmaintenance
-- ids: maintenanceid as EQM000001
from equipmentmaintenance;

-- K20: Ids of stafffacilities look like SFA00001.
-- source: docs/fitness-story.md#ids
-- uses: stafffacilities
-- ids: assignmentid as SFA00001
from stafffacilities;

-- K21: Ids of staffcertifications look like SCE00001.
-- source: docs/fitness-story.md#ids
-- uses: staffcertifications
-- ids: staffcertificationid as SCE00001
from staffcertifications;

-- K22: Ids of instructorperformance look like PRF00001.
-- source: docs/fitness-story.md#ids
-- uses: instructorperformance
-- ids: performanceid as PRF00001
from instructorperformance;

-- K23: Ids of instructorfeedback look like FBK00000001.
-- source: docs/fitness-story.md#ids
-- uses: instructorfeedback
-- ids: feedbackid as FBK00000001
from instructorfeedback;

-- K24: Employee numbers look like E00001.
-- source: docs/fitness-story.md#ids
-- uses: staff
select staffid, employeenumber from staff
where not employeenumber ~ '^E[0-9]+$'
   or length(employeenumber) < 6
   or length(employeenumber) > 1 + greatest(5, (select length(cast(count(*) as varchar)) from staff));
