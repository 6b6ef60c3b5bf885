"""Damage to holidays and closures: (what is wrong, the check that must catch it, how it is planted)."""

from tests.fitness.checks.damage_visits import moved

OPEN_BY_DAY = "(select facilityid from facilities where opentime > time '00:00:00')"
EVENING = (
    f"(select min(accessid) from memberaccess where facilityid in {OPEN_BY_DAY}"
    " and cast(checkintime as time) > time '17:00:00' and cast(checkouttime as time) < time '22:00:00')"
)
HELD = (
    "(select min(instanceid) from classinstances where status = 'Completed' and scheduleid in (select scheduleid from"
    f" classschedules where facilityid in {OPEN_BY_DAY} and starttime > time '17:00:00'))"
)
NEAR = (
    "(select min(o.instanceid) from sessions s join sessions o on o.facilityid = s.facilityid and o.classdate ="
    " s.classdate and o.instanceid <> s.instanceid and abs(extract(epoch from o.starts - s.starts)) <= 7200"
    " where s.status = 'Completed' and o.status = 'Completed')"
)

DAMAGE = [
    ("a visit at Christmas", "H48", moved("accessid", "date '2025-12-25'", EVENING)),
    ("a visit on the evening of Thanksgiving", "H48", moved("accessid", "date '2025-11-27'", EVENING)),
    ("a class at Christmas", "H49",
     f"update classinstances set classdate = date '2025-12-25' where instanceid = {HELD}"),
    ("a class on New Year's Eve, at night", "H49",
     f"update classinstances set classdate = date '2025-12-31' where instanceid = {HELD}"),
    ("a full class cancelled for too few bookings", "K58",
     "update classinstances set status = 'Cancelled', cancellationreason = 'Too few bookings' where instanceid in"
     " (select instanceid from sessions where status = 'Completed' and actualcapacity >= maxcapacity / 2.0)"),
    ("a class in a club without power", "K59",
     f"update classinstances set status = 'Cancelled', cancellationreason = 'Power outage' where instanceid = {NEAR}"),
    ("a class in a blizzard", "K59",
     "update classinstances set status = 'Cancelled', cancellationreason = 'Severe weather: snow'"
     f" where instanceid = {NEAR}"),
    ("snow in July", "K60",
     "update classinstances set status = 'Cancelled', cancellationreason = 'Severe weather: snow'"
     " where classdate between date '2026-07-01' and date '2026-07-31'"),
    ("a hurricane in the mountains", "K60",
     "update facilities set state = 'CO'; update classinstances set status = 'Cancelled', cancellationreason ="
     " 'Severe weather: hurricane' where classdate between date '2026-08-01' and date '2026-08-31'"),
    ("a club that is visited before it has machines", "K62",
     "update equipment set purchasedate = :as_of - 30 where facilityid = 'FAC002'"),
    ("a club that is visited before anybody works there", "K62",
     "update stafffacilities set startdate = :as_of - 30 where facilityid = 'FAC001'"),
    ("classes in a club without machines", "K62",
     "delete from memberaccess; update equipment set purchasedate = :as_of - 30 where facilityid = 'FAC002'"),
    ("a team hired years before its club was planned", "K63",
     "update equipment set purchasedate = :as_of - 300 where facilityid = 'FAC002'"),
]  # fmt: skip

SHIFTED = [
    ("members of clubs that have not opened", "S78", "joined before their club",
     "update members set joindate = joindate - 2000"),
    ("trips that end with the month", "S79", "guests at the borders of months",
     "delete from memberaccess where extract(day from checkintime) in (19, 20)"),
    ("feedback hurried at the end of months", "S80", "days at the borders of months",
     "update instructorfeedback set feedbackdate = (select classdate from classinstances i where i.instanceid ="
     " classinstanceid) where classinstanceid in (select instanceid from classinstances where extract(day from"
     " classdate) in (18, 19))"),
    ("Christmas like any other day", "S28", "25 December",
     "update memberaccess set checkintime = checkintime + interval '7 days' where cast(checkintime as date) ="
     " date '2025-12-18'"),
    ("Thanksgiving like any other day", "S28", "Thanksgiving",
     "update memberaccess set checkintime = checkintime - interval '7 days' where cast(checkintime as date) ="
     " date '2025-12-04'"),
    ("clubs as even as a clock", "S29", "variance by mean",
     "delete from memberaccess where accessid not in (select accessid from (select accessid, row_number() over"
     " (partition by facilityid, cast(checkintime as date) order by checkintime) as place from memberaccess)"
     " where place <= 20)"),
]  # fmt: skip
