"""Shifted distributions: (what is wrong, the figure that must leave its band, how it is planted)."""

THIRD = "mod(cast(right({}, 4) as integer), 3) = 0"


def third(key: str) -> str:
    """SQL that holds for every third row."""
    return THIRD.format(key)


DAMAGE = [
    ("a third of the dues by cash", "S01", "credit card",
     f"update memberpayments set paymentmethod = 'Cash' where {third('paymentid')}"),
    ("a third of the dues by debit card", "S01", "debit card",
     f"update memberpayments set paymentmethod = 'Debit Card' where {third('paymentid')}"),
    ("no dues by other methods", "S01", "other",
     "update memberpayments set paymentmethod = 'Debit Card' where paymentmethod not in ('Credit Card', 'Debit Card')"),
    ("too many payments that fail", "S02", "completed",
     f"update memberpayments set status = 'Failed' where {third('paymentid')}"),
    ("payments that never fail", "S02", "completed", "update memberpayments set status = 'Completed'"),
    ("two thirds of the visits lost", "S03", "median visits a week", "delete from memberaccess where not"
     f" {third('accessid')}"),
    ("two thirds of the members who hardly come", "S03", "share averaging 2 to 4",
     f"delete from memberaccess where not {third('memberid')}"),
    ("visits at midnight", "S04", "weekday check-ins at peak hours",
     f"update memberaccess set checkintime = date_trunc('day', checkintime) where {third('accessid')}"),
    ("weekends as busy as weekdays", "S05", "mean weekend day against mean weekday",
     "update memberaccess set checkintime = checkintime + interval '3 days' where extract(isodow from checkintime)"
     " = 3"),
    ("nobody joins in spring", "S06", "spring month against the mean month",
     "update members set joindate = joindate + interval '6 months' where extract(month from joindate) between 3 and 5"),
    ("everybody joins at Christmas", "S06", "December against the mean month",
     "update members set joindate = make_date(2025, 12, 10)"),
    ("students on other plans", "S07", "Student at 16-24",
     "update membermemberships set membershiptypeid = 'MT001' where membershiptypeid in ('MT003', 'MT008')"),
    ("families on other plans", "S07", "Family at 30-50",
     "update membermemberships set membershiptypeid = 'MT001' where membershiptypeid in ('MT002', 'MT007')"),
    ("seniors on other plans", "S07", "Senior at 65 and over",
     "update membermemberships set membershiptypeid = 'MT001' where membershiptypeid in ('MT004', 'MT009')"),
    ("new members who leave at once", "S08", "Active, new", "update members set memberstatus = 'Cancelled'"),
    ("no member lost in the first year", "S08", "Active, in the first year", "update members set memberstatus ="
     " 'Active'"),
    ("no old member lost", "S08", "Active, longer", "update members set memberstatus = 'Active'"),
    ("empty classes", "S09", "attended by seats", "update classinstances set actualcapacity = 1 where"
     " actualcapacity > 0"),
    ("nobody fails to show up", "S09", "no-shows by bookings",
     "update classenrollments set enrollmentstatus = 'Attended' where enrollmentstatus = 'No-Show'"),
    ("waitlists everywhere", "S10", "classes with a waitlist", "update classenrollments set enrollmentstatus ="
     " 'Waitlisted'"),
    ("no waitlists", "S10", "classes with a waitlist",
     "update classenrollments set enrollmentstatus = 'Cancelled' where enrollmentstatus = 'Waitlisted'"),
    ("visits of half the time", "S11", "mean minutes",
     "update memberaccess set checkouttime = checkintime + interval '30 minutes'"),
    ("visits that are all alike", "S11", "skew",
     "update memberaccess set checkouttime = checkintime + case when mod(duration, 2) = 0 then interval '60 minutes'"
     " else interval '70 minutes' end"),
    ("members who all come equally often", "S12", "variance by mean",
     "delete from memberaccess where accessid not in (select accessid from (select accessid, row_number() over"
     " (partition"
     " by memberid order by checkintime) as place from memberaccess) where place <= 10)"),
    ("many classes cancelled", "S13", "classes cancelled",
     f"update classinstances set status = 'Cancelled' where {third('instanceid')}"),
    ("no substitutes", "S13", "classes given by a substitute",
     "update classinstances set actualinstructorid = (select instructorid from classschedules s where s.scheduleid ="
     " classinstances.scheduleid)"),
    ("nobody visits for a class", "S13", "visits for a class",
     "update classenrollments set enrollmentstatus = 'No-Show' where enrollmentstatus = 'Attended'"),
    ("quiet Mondays", "S14", "Monday against Friday",
     f"delete from memberaccess where extract(isodow from checkintime) = 1 and not {third('accessid')}"),
    ("quiet Tuesdays", "S14", "Tuesday against Friday",
     f"delete from memberaccess where extract(isodow from checkintime) = 2 and not {third('accessid')}"),
    ("quiet Wednesdays", "S14", "Wednesday against Friday",
     f"delete from memberaccess where extract(isodow from checkintime) = 3 and not {third('accessid')}"),
    ("Sundays busier than Saturdays", "S14", "next quietest day against Sunday",
     "update memberaccess set checkintime = checkintime + interval '1 day' where extract(isodow from checkintime) = 6"),
    ("failures that come at random", "S15", "failures after a failure against all",
     "update memberpayments set status = case when mod(cast(right(paymentid, 4) as integer), 20) = 0 then 'Failed'"
     " else 'Completed' end"),
    ("feedback of threes", "S16", "share of fives",
     "update instructorfeedback set overallrating = 3 where overallrating = 5"),
    ("more fours than fives", "S16", "fives against fours",
     f"update instructorfeedback set overallrating = 4 where overallrating = 5 and not {third('feedbackid')}"),
    ("more threes than fours", "S16", "fours against threes",
     "update instructorfeedback set overallrating = 3 where overallrating = 4"),
    ("members with one spell", "S17", "spells a member",
     "delete from membermemberships where membershipid not in (select min(membershipid) from membermemberships"
     " group by memberid)"),
    ("doors opened by card only", "S18", "Mobile App", "update memberaccess set accessmethod = 'Key Card'"),
    ("doors opened by staff", "S18", "Staff Override",
     "update memberaccess set accessmethod = 'Staff Override' where accessmethod = 'Mobile App'"),
    ("doors opened by phone", "S18", "Key Card",
     f"update memberaccess set accessmethod = 'Mobile App' where {third('accessid')}"),
    ("nobody warms up", "S19", "Warmup", "update equipmentusage set usagetype = 'Workout' where usagetype = 'Warmup'"),
    ("everybody warms up", "S19", "Workout", "update equipmentusage set usagetype = 'Warmup' where"
     f" {third('usageid')}"),
    ("nobody cools down", "S19", "Cooldown", "update equipmentusage set usagetype = 'Workout' where usagetype ="
     " 'Cooldown'"),
    ("machines that never break", "S20", "Active", "update equipment set status = 'Active'"),
    ("a third of the machines out of order", "S20", "Out of Order",
     f"update equipment set status = 'Out of Order' where {third('equipmentid')}"),
    ("a third of the machines in maintenance", "S20", "Maintenance",
     f"update equipment set status = 'Maintenance' where {third('equipmentid')}"),
    ("staff of whom all work", "S21", "Active", "update staff set status = 'Active'"),
    ("a third of the staff on leave", "S21", "On Leave", "update staff set status = 'On Leave' where"
     f" {third('staffid')}"),
    ("a third of the staff gone", "S21", "Terminated", "update staff set status = 'Terminated' where"
     f" {third('staffid')}"),
    ("members who are all ill", "S22", "without an alert", "update members set medicalalerts = 'Asthma'"),
    ("members who live far away", "S23", "near a facility",
     "update members set zipcode = '96813', city = 'Honolulu', state = 'HI'"),
    ("facilities that are all open round the clock", "S24", "open 24/7",
     "update facilities set opentime = time '00:00:00', closetime = time '23:59:59'"),
    ("a third of the payments refunded", "S25", "refunded",
     f"update memberpayments set status = 'Refunded' where {third('paymentid')}"),
    ("classes that all cost something", "S26", "free sessions", "update classschedules set price = 10"),
    ("repairs of new machines only", "S27", "repairs of older against younger machines",
     "delete from equipmentmaintenance where equipmentid in (select equipmentid from equipment where purchasedate <"
     " :as_of - 1000)"),
    ("machines that are all used alike", "S60", "variance by mean",
     "delete from equipmentusage where usageid not in (select usageid from (select usageid, row_number() over"
     " (partition by equipmentid order by starttime) as place from equipmentusage) where place <= 20)"),
    ("machines taken in turn", "S61", "sessions on the next number",
     "update equipmentusage set equipmentid = t.other from (select usageid, machines[1 + cast((row_number() over"
     " (partition by areaid order by usageid)) % len(machines) as integer)] as other from equipmentusage join equipment"
     " using (equipmentid) join (select areaid, list(equipmentid order by equipmentid) as machines from equipment group"
     " by areaid) using (areaid)) t where t.usageid = equipmentusage.usageid"),
    ("repairs of the quietest machines only", "S62", "repairs of busier against quieter machines",
     "delete from equipmentmaintenance where maintenancetype = 'Repair' and equipmentid in (select equipmentid from"
     " (select equipmentid, percent_rank() over (partition by equipmenttype order by sessions, equipmentid) as place"
     " from equipment join (select equipmentid, count(*) as sessions from equipmentusage group by all) using"
     " (equipmentid) where purchasedate < :start) where place >= 0.5)"),
    ("technicians who write the same", "S63", "different descriptions",
     "update equipmentmaintenance set description = maintenancetype || left(technicianname, 1)"),
    ("a form for one service in ten", "S63", "the commonest one",
     "update equipmentmaintenance set description = 'Serviced' where right(maintenanceid, 1) = '7'"),
    ("technicians in turn", "S64", "the busiest against an equal share",
     "update equipmentmaintenance set technicianname = 'Technician ' || right(maintenanceid, 1)"),
    ("ratings that tell nothing of the instructor", "S65", "instructors",
     "update instructorfeedback set overallrating = t.dealt from (select feedbackid, 1 + row_number() over"
     " (partition by instructorid order by feedbackid) % 5 as dealt from instructorfeedback) t"
     " where t.feedbackid = instructorfeedback.feedbackid"),
    ("ratings that tell nothing of the member", "S65", "members",
     "update instructorfeedback set overallrating = t.dealt from (select feedbackid, 1 + row_number() over"
     " (partition by memberid order by feedbackid) % 5 as dealt from instructorfeedback) t"
     " where t.feedbackid = instructorfeedback.feedbackid"),
    ("scores that turn about each quarter", "S66", "correlation of professionalism",
     "update instructorperformance set professionalismscore = 8 - professionalismscore"
     " where mod(cast(extract(quarter from evaluationdate) as integer), 2) = 0"),
    ("one remark for a tenth of the feedback", "S67", "of members",
     "update instructorfeedback set comments = 'Good class' where right(feedbackid, 1) = '3'"),
    ("a form for evaluations", "S67", "of managers", "update instructorperformance set comments = 'As expected'"),
    ("deductions of a fixed share", "S68", "deviation within a person",
     "update staffpayroll set deductions = round(0.2 * grosspay, 2)"),
    ("a tax that falls with pay", "S68", "correlation with pay",
     "update staffpayroll set deductions = least(100, grosspay)"),
    ("certificates with odd numbers only", "S69", "certificates",
     "update staffcertifications set certificationnumber = certificationnumber || '7'"),
    ("machines with even numbers only", "S69", "machines", "update equipment set serialnumber = serialnumber || '4'"),
    ("instructors who hold everything", "S70", "kinds an instructor",
     "insert into staffcertifications select 'X' || p.staffid || c.certificationid, p.staffid, c.certificationid,"
     " date '2025-01-01', date '2027-01-01', 'X' || p.staffid || c.certificationid, 'Active' from staff p cross join"
     " instructorcertifications c"),
    ("staff without holidays", "S71", "away for eight days",
     "update staffschedules set staffid = 'X', status = 'Completed', scheduledate = :start + mod(cast(right(scheduleid,"
     " 5) as integer), 360) where scheduledate < :as_of; update staff set staffid = 'X', status = 'Active', hiredate ="
     " date '2020-01-01' where staffid = 'STF0001'"),
    ("leaves that nobody came back from", "S71", "away for 28 days",
     "delete from staffschedules where extract(month from scheduledate) in (3, 4)"),
    ("absences that are dealt out", "S72", "missed after a missed shift",
     "update staffschedules set status = case when mod(cast(right(scheduleid, 5) as integer), 20) = 0 then 'Absent'"
     " else 'Completed' end where status <> 'Scheduled'"),
    ("one starting time for everybody", "S73", "more than one starting time",
     "update staffschedules set starttime = time '06:00:00'"),
    ("one weekday for everybody", "S73", "more weekdays than a week",
     "update staffschedules set scheduledate = cast(date_trunc('week', scheduledate) as date)"),
    ("doors that open late", "S74", "opened late",
     "update staffschedules set starttime = starttime + interval '100 minutes'"),
    ("people who are never late", "S75", "begun late",
     "update stafftimetracking set actualstarttime = actualstarttime - interval '40 minutes'"),
    ("nobody on leave half a year ago", "S76", "on leave half a year ago",
     "update staff set hiredate = date '2020-01-01', terminationdate = null; delete from staffschedules where"
     " scheduledate between :as_of - 201 and :as_of - 159 and staffid > 'STF0010'"),
    ("employee numbers by name", "S77", "correlation with the day of hiring",
     "update staff set employeenumber = 'E' || lpad(cast(mod(hash(lastname || staffid), 99999) as varchar), 5, '0')"),
]  # fmt: skip
