-- How identifiers look: a prefix and a number, padded with zeros, wider only when the count needs it.

-- K01: Ids of membershiptypes look like MT001.
-- source: docs/fitness-story.md#ids
-- uses: membershiptypes
select membershiptypeid from membershiptypes
where not membershiptypeid ~ '^MT[0-9]+$'
   or length(membershiptypeid) < 5
   or length(membershiptypeid) > 2 + greatest(3, (select length(cast(count(*) as varchar)) from membershiptypes));

-- K02: Ids of classtypes look like CT001.
-- source: docs/fitness-story.md#ids
-- uses: classtypes
select classtypeid from classtypes
where not classtypeid ~ '^CT[0-9]+$'
   or length(classtypeid) < 5
   or length(classtypeid) > 2 + greatest(3, (select length(cast(count(*) as varchar)) from classtypes));

-- K03: Ids of instructorcertifications look like CERT001.
-- source: docs/fitness-story.md#ids
-- uses: instructorcertifications
select certificationid from instructorcertifications
where not certificationid ~ '^CERT[0-9]+$'
   or length(certificationid) < 7
   or length(certificationid)
      > 4 + greatest(3, (select length(cast(count(*) as varchar)) from instructorcertifications));

-- K04: Ids of facilities look like FAC001.
-- source: docs/fitness-story.md#ids
-- uses: facilities
select facilityid from facilities
where not facilityid ~ '^FAC[0-9]+$'
   or length(facilityid) < 6
   or length(facilityid) > 3 + greatest(3, (select length(cast(count(*) as varchar)) from facilities));

-- K05: Ids of facilityareas look like AR001.
-- source: docs/fitness-story.md#ids
-- uses: facilityareas
select areaid from facilityareas
where not areaid ~ '^AR[0-9]+$'
   or length(areaid) < 5
   or length(areaid) > 2 + greatest(3, (select length(cast(count(*) as varchar)) from facilityareas));

-- K06: Ids of equipment look like EQ0001.
-- source: docs/fitness-story.md#ids
-- uses: equipment
select equipmentid from equipment
where not equipmentid ~ '^EQ[0-9]+$'
   or length(equipmentid) < 6
   or length(equipmentid) > 2 + greatest(4, (select length(cast(count(*) as varchar)) from equipment));

-- K07: Ids of members look like MEM000001.
-- source: docs/fitness-story.md#ids
-- uses: members
select memberid from members
where not memberid ~ '^MEM[0-9]+$'
   or length(memberid) < 9
   or length(memberid) > 3 + greatest(6, (select length(cast(count(*) as varchar)) from members));

-- K08: Ids of staff look like STF0001.
-- source: docs/fitness-story.md#ids
-- uses: staff
select staffid from staff
where not staffid ~ '^STF[0-9]+$'
   or length(staffid) < 7
   or length(staffid) > 3 + greatest(4, (select length(cast(count(*) as varchar)) from staff));

-- K09: Ids of membermemberships look like MSH00000001.
-- source: docs/fitness-story.md#ids
-- uses: membermemberships
select membershipid from membermemberships
where not membershipid ~ '^MSH[0-9]+$'
   or length(membershipid) < 11
   or length(membershipid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from membermemberships));

-- K10: Ids of memberpayments look like PAY00000001.
-- source: docs/fitness-story.md#ids
-- uses: memberpayments
select paymentid from memberpayments
where not paymentid ~ '^PAY[0-9]+$'
   or length(paymentid) < 11
   or length(paymentid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from memberpayments));

-- K11: Ids of memberaccess look like ACC00000001.
-- source: docs/fitness-story.md#ids
-- uses: memberaccess
select accessid from memberaccess
where not accessid ~ '^ACC[0-9]+$'
   or length(accessid) < 11
   or length(accessid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from memberaccess));

-- K12: Ids of equipmentusage look like USG00000001.
-- source: docs/fitness-story.md#ids
-- uses: equipmentusage
select usageid from equipmentusage
where not usageid ~ '^USG[0-9]+$'
   or length(usageid) < 11
   or length(usageid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from equipmentusage));

-- K13: Ids of classschedules look like SCH0001.
-- source: docs/fitness-story.md#ids
-- uses: classschedules
select scheduleid from classschedules
where not scheduleid ~ '^SCH[0-9]+$'
   or length(scheduleid) < 7
   or length(scheduleid) > 3 + greatest(4, (select length(cast(count(*) as varchar)) from classschedules));

-- K14: Ids of classinstances look like INS000001.
-- source: docs/fitness-story.md#ids
-- uses: classinstances
select instanceid from classinstances
where not instanceid ~ '^INS[0-9]+$'
   or length(instanceid) < 9
   or length(instanceid) > 3 + greatest(6, (select length(cast(count(*) as varchar)) from classinstances));

-- K15: Ids of classenrollments look like ENR00000001.
-- source: docs/fitness-story.md#ids
-- uses: classenrollments
select enrollmentid from classenrollments
where not enrollmentid ~ '^ENR[0-9]+$'
   or length(enrollmentid) < 11
   or length(enrollmentid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from classenrollments));

-- K16: Ids of staffschedules look like SSC00000001.
-- source: docs/fitness-story.md#ids
-- uses: staffschedules
select scheduleid from staffschedules
where not scheduleid ~ '^SSC[0-9]+$'
   or length(scheduleid) < 11
   or length(scheduleid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from staffschedules));

-- K17: Ids of stafftimetracking look like TTR00000001.
-- source: docs/fitness-story.md#ids
-- uses: stafftimetracking
select timetrackingid from stafftimetracking
where not timetrackingid ~ '^TTR[0-9]+$'
   or length(timetrackingid) < 11
   or length(timetrackingid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from stafftimetracking));

-- K18: Ids of staffpayroll look like PRL00000001.
-- source: docs/fitness-story.md#ids
-- uses: staffpayroll
select payrollid from staffpayroll
where not payrollid ~ '^PRL[0-9]+$'
   or length(payrollid) < 11
   or length(payrollid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from staffpayroll));

-- K19: Ids of equipmentmaintenance look like EQM000001.
-- source: docs/fitness-story.md#ids
-- uses: equipmentmaintenance
select maintenanceid from equipmentmaintenance
where not maintenanceid ~ '^EQM[0-9]+$'
   or length(maintenanceid) < 9
   or length(maintenanceid) > 3 + greatest(6, (select length(cast(count(*) as varchar)) from equipmentmaintenance));

-- K20: Ids of stafffacilities look like SFA00001.
-- source: docs/fitness-story.md#ids
-- uses: stafffacilities
select assignmentid from stafffacilities
where not assignmentid ~ '^SFA[0-9]+$'
   or length(assignmentid) < 8
   or length(assignmentid) > 3 + greatest(5, (select length(cast(count(*) as varchar)) from stafffacilities));

-- K21: Ids of staffcertifications look like SCE00001.
-- source: docs/fitness-story.md#ids
-- uses: staffcertifications
select staffcertificationid from staffcertifications
where not staffcertificationid ~ '^SCE[0-9]+$'
   or length(staffcertificationid) < 8
   or length(staffcertificationid)
      > 3 + greatest(5, (select length(cast(count(*) as varchar)) from staffcertifications));

-- K22: Ids of instructorperformance look like PRF00001.
-- source: docs/fitness-story.md#ids
-- uses: instructorperformance
select performanceid from instructorperformance
where not performanceid ~ '^PRF[0-9]+$'
   or length(performanceid) < 8
   or length(performanceid) > 3 + greatest(5, (select length(cast(count(*) as varchar)) from instructorperformance));

-- K23: Ids of instructorfeedback look like FBK00000001.
-- source: docs/fitness-story.md#ids
-- uses: instructorfeedback
select feedbackid from instructorfeedback
where not feedbackid ~ '^FBK[0-9]+$'
   or length(feedbackid) < 11
   or length(feedbackid) > 3 + greatest(8, (select length(cast(count(*) as varchar)) from instructorfeedback));

-- K24: Employee numbers look like E00001.
-- source: docs/fitness-story.md#ids
-- uses: staff
select staffid, employeenumber from staff
where not employeenumber ~ '^E[0-9]+$'
   or length(employeenumber) < 6
   or length(employeenumber) > 1 + greatest(5, (select length(cast(count(*) as varchar)) from staff));
