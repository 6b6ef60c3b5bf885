"""Damage to shifts, pay, certificates and evaluations: (what is wrong, the check, how it is planted)."""

WORKED = "(select min(scheduleid) from staffschedules where status = 'Completed')"
PLANNED = "(select min(scheduleid) from staffschedules where status = 'Scheduled')"
SHEET = "(select min(timetrackingid) from stafftimetracking)"
SLIP = "(select min(payrollid) from staffpayroll where regularhours > 0)"
OVERTIME_SLIP = "(select min(payrollid) from staffpayroll where overtimehours > 0)"
OVERTIME_SHEET = (
    "(select min(timetrackingid) from stafftimetracking where overtimehours > 0"
    " and actualstarttime > cast(:start as timestamp) + interval '10 days')"
)
CERTIFICATE = "(select min(staffcertificationid) from staffcertifications)"
AGAIN = (  # the same club from a hundred days after the hiring on, as an assignment of its own
    "insert into stafffacilities select 'SFA99999', staffid, facilityid, true, startdate + 100, enddate from"
    " stafffacilities where assignmentid = (select min(assignmentid) from stafffacilities where isprimary);"
    " update stafffacilities set enddate = startdate + {} where assignmentid = (select min(assignmentid) from"
    " stafffacilities where isprimary)"
)
SECOND = "(select min(assignmentid) from stafffacilities where not isprimary)"
EVALUATION = "(select min(performanceid) from instructorperformance)"
SCORED = "(select min(performanceid) from instructorperformance where membersatisfactionscore is not null)"
FEEDBACK = "(select min(feedbackid) from instructorfeedback)"
TAUGHT = "(select min(instanceid) from classinstances where status = 'Completed')"

GUARDED = (
    "(select min(h.facilityid) from staffschedules h join staff p on p.staffid = h.staffid where p.jobtitle ="
    " 'Lifeguard')"
)

DAMAGE = [
    # time
    ("a shift in two weeks' time", "H01g",
     f"update staffschedules set scheduledate = :as_of + 14 where scheduleid = {PLANNED}"),
    ("a shift before the window", "H01g", "update staffschedules set scheduledate = :start - 1 where scheduleid ="
     f" {WORKED}"),
    ("a time sheet of the as-of day", "H01h",
     f"update stafftimetracking set actualendtime = cast(:as_of as timestamp) where timetrackingid = {SHEET}"),
    ("a pay period that began before the window", "H01i",
     f"update staffpayroll set payperiodstart = :start - 1 where payrollid = {SLIP}"),
    ("pay on the as-of day", "H01i", f"update staffpayroll set paydate = :as_of where payrollid = {SLIP}"),
    ("feedback on the as-of day", "H01j",
     f"update instructorfeedback set feedbackdate = :as_of where feedbackid = {FEEDBACK}"),
    ("an assignment from tomorrow on", "H02e",
     "update stafffacilities set startdate = :as_of + 1, enddate = null where assignmentid = (select min(assignmentid)"
     " from stafffacilities)"),
    ("a certificate of tomorrow", "H02e",
     f"update staffcertifications set certificationdate = :as_of + 1 where staffcertificationid = {CERTIFICATE}"),
    # certificates
    ("a class without the certificate", "H53",
     "delete from staffcertifications where staffid = (select min(actualinstructorid) from classinstances i join"
     " classschedules using (scheduleid) join classtypes t using (classtypeid) where i.status = 'Completed'"
     " and t.requiredcertifications is not null)"),
    ("a class after the certificate expired", "H53",
     "update staffcertifications set expirydate = :start where staffid in (select actualinstructorid from"
     " classinstances)"),
    ("a class before the certificate was issued", "H53",
     "update staffcertifications set certificationdate = :as_of where staffid in (select actualinstructorid"
     " from classinstances)"),
    ("a certificate valid a day too long", "H87a",
     f"update staffcertifications set expirydate = expirydate + 1 where staffcertificationid = {CERTIFICATE}"),
    ("a certificate Active after it expired", "H87b",
     "update staffcertifications set status = 'Active' where status = 'Expired'"),
    ("a certificate Expired before its time", "H87b",
     "update staffcertifications set status = 'Expired' where status = 'Active'"),
    # shifts and assignments
    ("a shift before hiring", "H80a",
     f"update staff set hiredate = (select scheduledate + 1 from staffschedules where scheduleid = {WORKED})"
     f" where staffid = (select staffid from staffschedules where scheduleid = {WORKED})"),
    ("a shift after termination", "H80a",
     "update staff set terminationdate = :as_of - 30 where staffid = (select min(staffid) from staffschedules"
     " where scheduledate > :as_of - 30)"),
    ("a shift at a facility the person is not assigned to", "H80b",
     "update stafffacilities set facilityid = case when facilityid = 'FAC001' then 'FAC002' else 'FAC001' end"
     " where staffid = (select staffid from stafffacilities group by staffid having count(*) = 1 order by staffid"
     " limit 1)"),
    ("a shift after the assignment ended", "H80b",
     "update stafffacilities set enddate = :as_of - 30 where enddate is null"),
    ("a shift a second before opening", "H80c",
     "update facilities set opentime = (select min(starttime) + interval '1 second' from staffschedules h"
     " where h.facilityid = facilities.facilityid)"),
    ("a shift after closing", "H80c",
     "update facilities set closetime = (select max(endtime) - interval '1 minute' from staffschedules h"
     " where h.facilityid = facilities.facilityid)"),
    ("shifts that overlap by a minute", "H80d",
     "insert into staffschedules select 'SSC99999999', staffid, facilityid, areaid, scheduledate,"
     " endtime - interval '1 minute', time '23:59:00', scheduledhours, shifttype, 'Cancelled' from staffschedules"
     f" where scheduleid = {WORKED}"),
    ("sixty-one hours in a week", "H80e",
     f"update staffschedules set scheduledhours = 61 where scheduleid = {WORKED}"),
    ("a shift in another facility's area", "H80f",
     "update staffschedules set areaid = (select min(areaid) from facilityareas a where a.facilityid <>"
     " staffschedules.facilityid) where scheduleid = (select min(scheduleid) from staffschedules where areaid is"
     " not null)"),
    ("a class that ends after the shift", "H81",
     "update staffschedules set endtime = cast(s.ends as time) - interval '1 minute' from sessions s"
     " where s.status = 'Completed' and staffschedules.staffid = s.actualinstructorid"
     " and staffschedules.scheduledate = s.classdate"),
    ("a class by somebody absent", "H81",
     "update staffschedules set status = 'Absent' where status = 'Completed'"),
    ("a class on a free day", "H81",
     "delete from staffschedules where staffid = (select actualinstructorid from classinstances where instanceid ="
     f" {TAUGHT})"),
    ("a gap of a day between primary assignments", "H83a",
     AGAIN.format(98)),
    ("primary assignments that overlap by a day", "H83a",
     AGAIN.format(100)),
    ("pools whose guards did not come", "K64",
     "update staffschedules set status = 'Absent' where status = 'Completed' and staffid in (select staffid from staff"
     " where jobtitle = 'Lifeguard')"),
    ("a desk clerk who watches the pool", "K64", "update staff set jobtitle = 'Front Desk' where jobtitle ="
     " 'Lifeguard'"),
    ("doors opened by a staff that did not come", "K78",
     "update staffschedules set status = 'Absent' where status = 'Completed'"),
    ("classes in a pool without a guard", "K65", "update facilityareas set areatype = 'Pool' where areatype = 'Spin'"),
    ("somebody without an assignment", "H83a", "delete from stafffacilities where staffid = 'STF0003'"),
    ("an assignment from the day after hiring", "H83a",
     "update stafffacilities set startdate = startdate + 1 where assignmentid = (select min(assignmentid)"
     " from stafffacilities where isprimary)"),
    ("an assignment that outlives the employment", "H83a",
     "update stafffacilities set enddate = null where staffid in (select staffid from staff where status ="
     " 'Terminated')"),
    ("a second facility before hiring", "H83b",
     "update stafffacilities set startdate = (select hiredate - 1 from staff where staff.staffid ="
     f" stafffacilities.staffid) where assignmentid = {SECOND}"),
    ("a second facility that is the first", "H83b",
     "update stafffacilities set facilityid = p.facilityid from stafffacilities p where p.isprimary"
     " and p.staffid = stafffacilities.staffid and p.enddate is null and stafffacilities.assignmentid = (select"
     " min(s.assignmentid) from stafffacilities s join stafffacilities c on c.staffid = s.staffid and c.isprimary and"
     " c.enddate is null where not s.isprimary)"),
    ("a hundredth of an hour too much on a shift", "H85",
     f"update staffschedules set scheduledhours = scheduledhours + 0.01 where scheduleid = {WORKED}"),
    ("a shift of the as-of day completed", "H86",
     f"update staffschedules set status = 'Completed' where scheduleid = {PLANNED}"),
    ("a past shift still scheduled", "H86",
     f"update staffschedules set status = 'Scheduled' where scheduleid = {WORKED}"),
    # time sheets and pay
    ("a worked shift without a time sheet", "H82a", f"delete from stafftimetracking where timetrackingid = {SHEET}"),
    ("a time sheet of an absence", "H82a",
     "update staffschedules set status = 'Absent' where scheduleid = (select scheduleid from stafftimetracking"
     f" where timetrackingid = {SHEET})"),
    ("two time sheets of a shift", "H82a",
     "insert into stafftimetracking select 'TTR99999999', staffid, scheduleid, actualstarttime, actualendtime,"
     " actualhours,"
     f" overtimehours, breakminutes, notes from stafftimetracking where timetrackingid = {SHEET}"),
    ("somebody else's time sheet", "H82a",
     "update stafftimetracking set staffid = (select max(staffid) from stafftimetracking)"
     f" where timetrackingid = {SHEET}"),
    ("hours off by a hundredth", "H82b",
     f"update stafftimetracking set actualhours = actualhours + 0.01 where timetrackingid = {SHEET}"),
    ("a break that was paid", "H82b",
     "update stafftimetracking set breakminutes = 0 where timetrackingid = (select min(timetrackingid)"
     " from stafftimetracking where breakminutes > 0)"),
    ("overtime off by a hundredth", "H82c",
     f"update stafftimetracking set overtimehours = overtimehours - 0.01 where timetrackingid = {OVERTIME_SHEET}"),
    ("overtime forgotten", "H82c", "update stafftimetracking set overtimehours = 0"),
    ("overtime on the wrong day of the week", "H82c",
     "update stafftimetracking set overtimehours = 1 where actualstarttime > cast(:start as timestamp) + interval"
     " '7 days'"
     " and extract(isodow from actualstarttime) = 1"),
    ("a pay slip with an hour too few", "H82d",
     f"update staffpayroll set regularhours = regularhours - 1 where payrollid = {SLIP}"),
    ("overtime paid as regular hours", "H82d",
     "update staffpayroll set regularhours = regularhours + overtimehours, overtimehours = 0"
     f" where payrollid = {OVERTIME_SLIP}"),
    ("regular pay off by a cent", "H82e",
     f"update staffpayroll set regularpay = regularpay + 0.01 where payrollid = {SLIP}"),
    ("overtime pay off by a cent", "H82e",
     f"update staffpayroll set overtimepay = overtimepay - 0.01 where payrollid = {OVERTIME_SLIP}"),
    ("gross pay off by a cent", "H82f", f"update staffpayroll set grosspay = grosspay + 0.01 where payrollid = {SLIP}"),
    ("net pay off by a cent", "H82f", f"update staffpayroll set netpay = netpay - 0.01 where payrollid = {SLIP}"),
    ("a pay period off the grid", "H88a",
     "update staffpayroll set payperiodstart = payperiodstart + 7, payperiodend = payperiodend + 7 where payrollid"
     f" = {SLIP}"),
    ("a pay period of 13 days", "H88a",
     f"update staffpayroll set payperiodend = payperiodend - 1 where payrollid = {SLIP}"),
    ("pay eight days after the period", "H88a",
     f"update staffpayroll set paydate = payperiodend + 8 where payrollid = {SLIP}"),
    ("a pay slip missing", "H88b", f"delete from staffpayroll where payrollid = {SLIP}"),
    ("two pay slips for a period", "H88b",
     "insert into staffpayroll select 'PRL99999999', staffid, payperiodstart, payperiodend, regularhours,"
     " overtimehours,"
     " regularpay, overtimepay, bonuses, deductions, grosspay, netpay, paydate from staffpayroll"
     f" where payrollid = {SLIP}"),
    ("a pay slip for somebody not yet hired", "H88b",
     "update staff set hiredate = :as_of where staffid = (select staffid from staffpayroll"
     f" where payrollid = {SLIP})"),
    ("a colleague not paid for the last period", "H88c",
     "delete from staffpayroll where payrollid = (select max(payrollid) from staffpayroll"
     " where payperiodstart = (select max(payperiodstart) from staffpayroll))"),
    ("a time sheet of the day after the shift", "H89",
     "update stafftimetracking set actualstarttime = actualstarttime + interval '1 day',"
     f" actualendtime = actualendtime + interval '1 day' where timetrackingid = {SHEET}"),
    # evaluations and feedback
    ("a class a month too many", "H84a",
     f"update instructorperformance set classespermonth = classespermonth + 1 where performanceid = {EVALUATION}"),
    ("an evaluation of somebody who did not teach", "H84a",
     "update instructorperformance set instructorid = 'STF0001' where performanceid = "
     f"{EVALUATION}"),
    ("average attendance off by a hundredth", "H84b",
     "update instructorperformance set averageattendance = averageattendance + 0.01 where performanceid ="
     f" {EVALUATION}"),
    ("satisfaction off by a hundredth", "H84c",
     "update instructorperformance set membersatisfactionscore = membersatisfactionscore - 0.01"
     f" where performanceid = {SCORED}"),
    ("satisfaction without feedback", "H84c", "delete from instructorfeedback"),
    ("satisfaction forgotten", "H84c",
     f"update instructorperformance set membersatisfactionscore = null where performanceid = {SCORED}"),
    ("an overall rating off by a hundredth", "H84d",
     f"update instructorperformance set overallrating = overallrating + 0.01 where performanceid = {EVALUATION}"),
    ("an evaluation three weeks after the quarter", "H84e",
     "update instructorperformance set evaluationdate = date_trunc('quarter', evaluationdate) + interval '20 days'"
     f" where performanceid = {EVALUATION}"),
    ("an evaluation of a quarter before the window", "H84e",
     "update instructorperformance set evaluationdate = evaluationdate - interval '1 year' where performanceid ="
     f" {EVALUATION}"),
    ("an evaluation missing", "H84f", f"delete from instructorperformance where performanceid = {EVALUATION}"),
    ("two evaluations of a quarter", "H84f",
     "insert into instructorperformance by name (select * replace ('PRF99999' as performanceid) from"
     " instructorperformance"
     f" where performanceid = {EVALUATION})"),
    ("an evaluation by the front desk", "H84g",
     "update staff set jobtitle = 'Front Desk' where jobtitle = 'Manager'"),
    ("an evaluation of oneself", "H84g",
     f"update instructorperformance set evaluatorid = instructorid where performanceid = {EVALUATION}"),
    ("an evaluation by a manager who had left", "H84g",
     "update staff set terminationdate = :start where jobtitle = 'Manager'"),
    ("feedback by a no-show", "H90a",
     "update classenrollments set enrollmentstatus = 'No-Show' where (memberid, instanceid) in (select memberid,"
     f" classinstanceid from instructorfeedback where feedbackid = {FEEDBACK})"),
    ("feedback about the scheduled instructor, not the substitute", "H90b",
     "update classinstances set actualinstructorid = (select max(staffid) from staff s where s.jobtitle = 'Personal"
     " Trainer'"
     " and s.staffid <> actualinstructorid) where instanceid in (select classinstanceid from instructorfeedback)"),
    ("feedback on the day before the class", "H90c",
     f"update instructorfeedback set feedbackdate = (select classdate - 1 from classinstances where instanceid ="
     f" classinstanceid) where feedbackid = {FEEDBACK}"),
    ("feedback after fifteen days", "H90c",
     f"update instructorfeedback set feedbackdate = (select classdate + 15 from classinstances where instanceid ="
     f" classinstanceid) where feedbackid = {FEEDBACK}"),
    ("feedback given twice", "H90d",
     "insert into instructorfeedback by name (select * replace ('FBK99999999' as feedbackid) from instructorfeedback"
     f" where feedbackid = {FEEDBACK})"),
    ("a complaint about a class that began in time", "K72",
     "update instructorfeedback set comments = 'Started 9 minutes late' where feedbackid = (select min(f.feedbackid)"
     " from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid join classschedules s on"
     " s.scheduleid = i.scheduleid where i.actualstarttime <= i.classdate + s.starttime)"),
    ("a half-empty class called crowded", "K73",
     "update instructorfeedback set comments = 'Too crowded' where feedbackid = (select min(f.feedbackid)"
     " from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid join classschedules s on"
     " s.scheduleid = i.scheduleid where 2 * i.actualcapacity < s.maxcapacity)"),
    ("a full class called a small group", "K73",
     "update instructorfeedback set comments = 'Nice and small group' where feedbackid = (select min(f.feedbackid)"
     " from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid join classschedules s on"
     " s.scheduleid = i.scheduleid where i.actualcapacity = s.maxcapacity)"),
    ("a slip without social security", "K74",
     "update staffpayroll set deductions = 0, netpay = grosspay where payrollid = (select min(payrollid) from"
     " staffpayroll where grosspay > 100)"),
    ("a shift at Christmas", "H92",
     "update staffschedules set scheduledate = date '2025-12-25' where scheduleid = (select min(h.scheduleid) from"
     " staffschedules h join facilities f on f.facilityid = h.facilityid where f.opentime > time '00:00:00')"),
    ("a lifeguard without a certificate", "K75",
     "update staff set jobtitle = 'Lifeguard', status = 'Active' where staffid = (select min(staffid) from staff where"
     " jobtitle = 'Manager')"),
    ("two certificates earned on one day", "K76",
     "update staffcertifications set certificationdate = date '2020-02-02' where staffid = (select min(staffid) from"
     " (select staffid from staffcertifications group by staffid having count(distinct certificationid) > 1))"),
    ("a lifeguard in a club without a pool", "K77",
     f"update facilityareas set areatype = 'Court' where areatype = 'Pool' and facilityid = {GUARDED};"
     " update facilityareas set areatype = 'Pool' where areaid = (select max(areaid) from facilityareas where"
     f" facilityid <> {GUARDED})"),
]  # fmt: skip
