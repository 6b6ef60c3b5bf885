"""Damage to the story of members: what breaks a rule, and distributions that no chain of clubs would show."""

DAMAGE = [
    ("a child with an employer's plan", "K61",
     "update members set dateofbirth = joindate - 6300 where memberid in (select memberid from membermemberships where"
     " membershiptypeid in ('MT005', 'MT010') and status <> 'Suspended')"),
    ("a child who heads a family", "K61",
     "update members set dateofbirth = joindate - 6300 where memberid in (select memberid from membermemberships where"
     " membershiptypeid in ('MT002', 'MT007') and status <> 'Suspended')"),
]  # fmt: skip

SHIFTED = [
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
]  # fmt: skip
