-- Which days rows may be about: the window, what lies before it and what is planned ahead.

-- H01a: Payments lie in the window.
-- source: docs/fitness-story.md#time
-- why: A slice of the history holds what happened in its window, nothing before it and nothing after the as-of day.
-- uses: memberpayments
select paymentid, paymentdate from memberpayments where paymentdate < :start or paymentdate >= :as_of;

-- H01b: Visits lie in the window.
-- source: docs/fitness-story.md#time
-- uses: memberaccess
select accessid, checkintime, checkouttime from memberaccess
where checkintime < cast(:start as timestamp) or checkouttime >= cast(:as_of as timestamp);

-- H01c: Class instances lie in the window or in the two weeks planned ahead.
-- source: docs/fitness-story.md#time
-- why: Timetables are published two weeks ahead; nothing further is known.
-- uses: classinstances
select instanceid, classdate from classinstances
where classdate < :start or classdate >= :as_of + :classes.schedule_ahead_days;

-- H01d: Enrolments are made before the as-of day.
-- source: docs/fitness-story.md#time
-- why: What has been recorded lies before the as-of day, even if it is about a day to come.
-- uses: classenrollments
select enrollmentid, enrollmentdate from classenrollments where enrollmentdate >= cast(:as_of as timestamp);

-- H01e: Use of machines lies in the window.
-- source: docs/fitness-story.md#time
-- uses: equipmentusage
select usageid, starttime, endtime from equipmentusage
where starttime < cast(:start as timestamp) or endtime >= cast(:as_of as timestamp);

-- H01f: Services of machines lie in the window.
-- source: docs/fitness-story.md#time
-- uses: equipmentmaintenance
select maintenanceid, maintenancedate from equipmentmaintenance
where maintenancedate < :start or maintenancedate >= :as_of;

-- H01g: Shifts lie in the window or in the two weeks planned ahead.
-- source: docs/fitness-story.md#time
-- uses: staffschedules
select scheduleid, scheduledate from staffschedules
where scheduledate < :start or scheduledate >= :as_of + :classes.schedule_ahead_days;

-- H01h: Time sheets lie in the window.
-- source: docs/fitness-story.md#time
-- uses: stafftimetracking
select timetrackingid, actualstarttime, actualendtime from stafftimetracking
where actualstarttime < cast(:start as timestamp) or actualendtime >= cast(:as_of as timestamp);

-- H01i: Pay periods lie wholly inside the window, and were paid before the as-of day.
-- source: docs/fitness-story.md#pay
-- why: A period that the window cuts in two could not be recomputed from its time sheets.
-- uses: staffpayroll
select payrollid, payperiodstart, payperiodend, paydate from staffpayroll
where payperiodstart < :start or payperiodend >= :as_of or paydate >= :as_of;

-- H01j: Feedback was given in the window.
-- source: docs/fitness-story.md#time
-- uses: instructorfeedback
select feedbackid, feedbackdate from instructorfeedback where feedbackdate < :start or feedbackdate >= :as_of;

-- H02a: Members joined in the three years before the as-of day.
-- source: docs/fitness-story.md#time
-- why: The history of members is kept for three years.
-- uses: members
select memberid, joindate from members
where joindate >= :as_of or joindate < cast(:as_of - :members.years * interval '1 year' as date);

-- H02b: Spells began in the three years up to the as-of day, and those that ended did so by then.
-- source: docs/fitness-story.md#time
-- uses: membermemberships
select membershipid, startdate, enddate, status from membermemberships
where startdate > :as_of
   or startdate < cast(:as_of - :members.years * interval '1 year' as date)
   or (status in ('Expired', 'Cancelled', 'Changed') and enddate > :as_of);

-- H02c: Staff were hired in the five years up to the as-of day, and left before it.
-- source: docs/fitness-story.md#time
-- why: The history of staff is kept for five years.
-- uses: staff
select staffid, hiredate, terminationdate from staff
where hiredate > :as_of
   or hiredate < cast(:as_of - :staff.years * interval '1 year' as date)
   or terminationdate >= :as_of;

-- H02d: Machines were bought in the five years up to the as-of day.
-- source: docs/fitness-story.md#time
-- why: Machines are written off after five years.
-- uses: equipment
select equipmentid, purchasedate from equipment
where purchasedate > :as_of or purchasedate < cast(:as_of - :equipment.years * interval '1 year' as date);

-- H02e: Assignments that ended did so before the as-of day, none is to come, and certificates were issued by then.
-- source: docs/fitness-story.md#time
-- uses: stafffacilities, staffcertifications
select assignmentid as id, startdate as day from stafffacilities where startdate > :as_of or enddate >= :as_of
union all
select staffcertificationid, certificationdate from staffcertifications where certificationdate > :as_of;
