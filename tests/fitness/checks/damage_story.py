"""Damage to the story of members: what breaks a rule, and distributions that no chain of clubs would show."""

from tests.fitness.checks.damage_scorecard import third

DAMAGE = [
    ("cash that fails", "K66",
     "update memberpayments set paymentmethod = 'Cash' where status = 'Failed'"),
    ("a price for one day of the week", "K67",
     "update classschedules set price = 12 where scheduleid in (select min(scheduleid) from classschedules group by"
     " facilityid, classtypeid, effectivedate having count(*) > 1)"),
    ("a child with an employer's plan", "K61",
     "update members set dateofbirth = joindate - 6300 where memberid in (select memberid from membermemberships where"
     " membershiptypeid in ('MT005', 'MT010') and status <> 'Suspended')"),
    ("a child who heads a family", "K61",
     "update members set dateofbirth = joindate - 6300 where memberid in (select memberid from membermemberships where"
     " membershiptypeid in ('MT002', 'MT007') and status <> 'Suspended')"),
]  # fmt: skip

SHIFTED = [
    ("clubs of one size", "S86", "members, deviation by mean",
     "update memberaccess set facilityid = case when mod(cast(right(memberid, 4) as integer), 2) = 0 then 'FAC001'"
     " else 'FAC002' end; delete from memberaccess where cast(right(memberid, 6) as integer) > 400"),
    ("clubs of one age", "S86", "mean age, deviation in years",
     "update members set dateofbirth = date '1985-06-01'"),
    ("clubs with the same hours", "S86", "share of visits before ten, deviation",
     "update memberaccess set checkintime = date_trunc('day', checkintime) + interval '18 hours'"),
    ("members who all stay as long", "S87", "between members against within",
     "update memberaccess set duration = 40 + mod(cast(right(accessid, 6) as integer) * 7919, 60)"),
    ("lunch breaks without an end", "S87", "at noon against other weekday hours",
     "update memberaccess set duration = duration + 30 where extract(hour from checkintime) = 12"),
    ("motivation that never changes", "S88", "variance by mean over eight weeks",
     "delete from memberaccess where accessid not in (select accessid from (select accessid, row_number() over"
     " (partition by memberid, floor((cast(checkintime as date) - :start) / 56.0) order by checkintime) as place"
     " from memberaccess) v where place <= 10)"),
    ("students who stay all summer", "S89", "share in summer against spring",
     "delete from memberaccess where extract(month from checkintime) in (2, 4) and memberid in (select memberid from"
     " members where dateofbirth > :as_of - 8800) and mod(cast(right(accessid, 4) as integer), 2) = 0"),
    ("treadmills faster than runners", "S90", "km an hour",
     "update equipmentusage set durationminutes = greatest(durationminutes / 4, 1)"),
    ("debit cards as good as credit cards", "S91", "failures of debit against credit cards",
     "update memberpayments set paymentmethod = case paymentmethod when 'Debit Card' then 'Credit Card' else"
     " 'Debit Card' end where paymentmethod in ('Debit Card', 'Credit Card')"),
    ("dues tried again on any day", "S91", "the commonest wait",
     "update memberpayments set paymentdate = paymentdate + mod(cast(right(paymentid, 4) as integer), 9) where"
     " paymenttype = 'Monthly Fee'"),
    ("as many pacemakers as high blood pressures", "S92", "High blood pressure",
     "update members set medicalalerts = 'Pacemaker' where medicalalerts = 'High blood pressure'"),
    ("joins on any day", "S93", "first days against the mean day",
     "update members set joindate = date_trunc('month', joindate) + 9 * interval '1 day' where"
     " mod(cast(right(memberid, 3) as integer), 2) = 0"),
    ("a January like the others", "S93", "January against the mean month",
     "update members set joindate = joindate + 31 where extract(month from joindate) = 1"),
    ("machines that came on Sundays", "S94", "bought at a weekend",
     "update equipment set purchasedate = purchasedate - cast(extract(isodow from purchasedate) as integer) where"
     f" {third('equipmentid')}"),
    ("towns that pay alike", "S95", "between clubs against within",
     "update staff set hourlyrate = 15 + mod(cast(right(staffid, 4) as integer), 2)"),
    ("pools without a class", "S96", "classes in the water",
     "update classtypes set category = 'Cardio' where category = 'Aqua'"),
    ("warm-ups as long as workouts", "S97", "warm-ups",
     "update equipmentusage set durationminutes = 14"),
    ("freezes that know no summer", "S98", "holidays against the new year",
     "delete from membermemberships where status = 'Suspended' and extract(month from startdate) in (6, 7, 8, 12)"),
    ("a club that never closes and has a desk of five, but nobody at night", "S85", "nights with somebody on shift",
     "update facilities set opentime = time '00:00:00', closetime = time '23:59:59'; update staffschedules set"
     " status = 'Absent' where status = 'Completed'; update staff set jobtitle ="
     " 'Front Desk', status = 'Active'"),
    ("strangers at one address", "S81", "together against two weeks apart",
     "update members set zipcode = '10001', address = cast(cast(substr(memberid, 4) as integer) % 250 as varchar)"),
    ("classes to come that strangers booked", "S82", "attended such a class before",
     "update classenrollments set memberid = (select min(memberid) from members where memberid not in (select memberid"
     " from classenrollments where enrollmentstatus = 'Attended')) where enrollmentstatus = 'Enrolled'"),
    ("everybody leaves with the class", "S83", "more than half an hour after",
     "update classenrollments e set checkouttime = (select max(v.checkouttime) from memberaccess v where v.memberid ="
     " e.memberid and v.checkintime <= e.checkintime and v.checkouttime >= e.checkouttime and cast(v.checkintime as"
     " date) = cast(e.checkintime as date)) where enrollmentstatus = 'Attended'"),
    ("bad instructors with full classes", "S84", "rating and fill",
     "update instructorfeedback set overallrating = 6 - overallrating"),
    ("annual members who leave midway", "S31", "departures at the end of a term",
     "update membermemberships set status = 'Cancelled' where status = 'Expired'"),
    ("everybody comes back after a term", "S31", "of those, back by now",
     "delete from membermemberships where memberid in (select memberid from membermemberships group by memberid having"
     " count(*) = 1 and max(status) = 'Expired');"
     " update membermemberships set startdate = startdate + 3 where startdate in (select e.enddate from"
     " membermemberships e where e.status = 'Expired' and e.memberid = membermemberships.memberid)"),
    ("Family plans in every home", "S32", "homes of two payers with a Family plan",
     "update membermemberships set membershiptypeid = 'MT002' where status = 'Active'"),
    ("two Family plans at an address", "S32", "homes with a Family plan that have two",
     "update membermemberships set membershiptypeid = 'MT002' where status = 'Active'"),
    ("failures before the end date", "S33", "failed dues",
     "update memberpayments set status = 'Failed' where paymentdate >= :as_of - 30"),
    ("freezes that begin before the end date", "S33", "freezes begun",
     "update membermemberships set startdate = :as_of - 20 where status = 'Suspended' and startdate > :as_of - 180"),
    ("freezes that run on the end date", "S33", "freezes running",
     "update membermemberships set startdate = :as_of - 200, enddate = :as_of - 170 where membershipid = (select"
     " min(membershipid) from membermemberships where status = 'Suspended');"
     " update membermemberships set enddate = null, startdate = :as_of - 30 where status = 'Suspended'"
     " and enddate <> :as_of - 170"),
    ("the young as ill as the old", "S34", "65 and over against under 40",
     "update members set medicalalerts = 'Asthma' where dateofbirth > :as_of - 14600"),
    ("numbers that say nothing of arrival", "S35", "number and join day",
     "update members set joindate = joindate - mod(cast(right(memberid, 6) as integer) * 7919, 3000)"),
    ("members who come from afar as often as from next door", "S36", "far against near",
     "delete from memberaccess where memberid in (select memberid from members where left(zipcode, 3) in (select"
     f" left(zipcode, 3) from facilities)) and not {third('accessid')}"),
    ("weekly visitors from another state", "S36", "beyond 80 km, weekly",
     "update members set zipcode = '96813', city = 'Honolulu', state = 'HI'"),
    ("regulars who never pause", "S37", "regulars with three weeks away",
     "delete from memberaccess where memberid not in (select memberid from (select memberid, cast(checkintime as date)"
     " - lag(cast(checkintime as date)) over (partition by memberid order by checkintime) as gap from memberaccess) g"
     " group by memberid having max(gap) < 15)"),
    ("habits that never change", "S38", "usual hour, first and last quarter",
     "update memberaccess set checkintime = date_trunc('day', checkintime) + mod(cast(right(memberid, 4) as integer),"
     " 17) * interval '1 hour'"),
    ("nobody twice on a day", "S39", "days with two visits",
     "delete from memberaccess where accessid not in (select min(accessid) from memberaccess group by memberid,"
     " cast(checkintime as date))"),
    ("the old as early and late as others", "S40", "odds of the old against others",
     "update memberaccess set checkintime = date_trunc('day', checkintime) + interval '18 hours'"
     f" where memberid in (select memberid from members where dateofbirth < :as_of - 22000) and {third('accessid')}"),
    ("card or app by the toss of a coin", "S41", "variance against a coin",
     "update memberaccess set accessmethod = case when mod(cast(right(accessid, 6) as integer), 3) = 0"
     " then 'Mobile App' else 'Key Card' end"),
    ("the old with the app", "S41", "app below 35 against 60 and over",
     "update memberaccess set accessmethod = 'Mobile App' where memberid in (select memberid from members where"
     " dateofbirth < :as_of - 21000)"),
    ("women who lift and men who run", "S42", "cardio of women less that of men",
     "update members set gender = case gender when 'F' then 'M' else 'F' end"),
    ("nobody at night", "S43", "visits at night",
     "update facilities set opentime = time '00:00:00', closetime = time '23:59:59'; update memberaccess set"
     " checkintime = date_trunc('day', checkintime) + interval '12 hours'"),
    ("women and men in the same classes", "S44", "women in soft less in hard classes",
     "update members set gender = case gender when 'F' then 'M' else 'F' end"),
    # cycling takes the name of Aqua, of which the bench has few classes
    ("the young in Aqua", "S45", "years older in Aqua",
     "update classtypes set category = 'Aqua' where category = 'Cycling';"
     " update members set dateofbirth = dateofbirth + 9000 where memberid in (select memberid from classenrollments e"
     " join classinstances i on i.instanceid = e.instanceid join classschedules s on s.scheduleid = i.scheduleid"
     " join classtypes t on t.classtypeid = s.classtypeid where t.category = 'Aqua')"),
    ("no-shows dealt out to classes", "S46", "over classes",
     "update classenrollments set enrollmentstatus = case when enrollmentid in (select enrollmentid from (select"
     " enrollmentid, row_number() over (partition by instanceid order by enrollmentid) as place from classenrollments"
     " where enrollmentstatus in ('Attended', 'No-Show')) p where mod(place, 9) = 0) then 'No-Show' else 'Attended' end"
     " where enrollmentstatus in ('Attended', 'No-Show')"),
    ("no-shows dealt out to days", "S46", "over days",
     "update classenrollments set enrollmentstatus = case when enrollmentid in (select enrollmentid from (select"
     " enrollmentid, row_number() over (order by enrollmentid) as place from classenrollments"
     " where enrollmentstatus in ('Attended', 'No-Show')) p where mod(place, 9) = 0) then 'No-Show' else 'Attended' end"
     " where enrollmentstatus in ('Attended', 'No-Show')"),
    ("classes without regulars", "S47", "again a week later",
     "delete from classenrollments where mod(cast(right(enrollmentid, 4) as integer), 4) <> 0"),
    ("members who are never late", "S48", "members",
     "update classenrollments set checkintime = checkintime - interval '20 minutes' where enrollmentstatus ="
     " 'Attended'"),
    ("classes that are never late", "S48", "classes",
     "update classinstances set actualstarttime = actualstarttime - interval '15 minutes' where status = 'Completed'"),
    ("bookings made at night", "S49", "booked before five",
     "update classenrollments set enrollmentdate = date_trunc('day', enrollmentdate) where"
     f" {third('enrollmentid')}"),
]  # fmt: skip
