-- When clubs began: nothing happens in a building that is not there yet.

-- relation beginnings: Clubs with the day on which their first machine was bought, and the first one on which somebody
-- was assigned to them; empty where there is none.
-- uses: facilities, equipment, stafffacilities
select f.facilityid, f.city, f.state, e.machines, a.colleagues
from facilities f
left join (select facilityid, min(purchasedate) as machines from equipment group by facilityid) e
  on e.facilityid = f.facilityid
left join (select facilityid, min(startdate) as colleagues from stafffacilities group by facilityid) a
  on a.facilityid = f.facilityid;

-- K62: Nobody comes to a club, and no class takes place there, before its first machine was bought and somebody works
-- there.
-- source: docs/fitness-story.md#facilities
-- why: A club without machines or colleagues has not opened.
-- uses: memberaccess, sessions, beginnings
select v.accessid as what, v.facilityid, cast(v.checkintime as date) as day, b.machines, b.colleagues
from memberaccess v
join beginnings b on b.facilityid = v.facilityid
where cast(v.checkintime as date) < greatest(b.machines, b.colleagues)
union all
select s.instanceid, s.facilityid, s.classdate, b.machines, b.colleagues
from sessions s
join beginnings b on b.facilityid = s.facilityid
where s.classdate < greatest(b.machines, b.colleagues);

-- K63: Nobody is assigned to a club before its first machine was bought, while others have theirs.
-- source: docs/fitness-story.md#staff
-- why: A team is hired for a club that is being fitted out, not for one that nobody has planned.
-- uses: stafffacilities, beginnings
select a.assignmentid, a.staffid, a.facilityid, a.startdate, b.machines
from stafffacilities a
join beginnings b on b.facilityid = a.facilityid
where a.startdate < b.machines and a.startdate >= (select min(machines) from beginnings);

-- S78: Clubs have no members before they open: of those who live in the city of a club, the share who joined before its
-- first machine was bought.
-- source: docs/fitness-story.md#facilities
-- why: A club that opened last year has no members of three years.
-- uses: members, beginnings
-- least rows: 300
select 'joined before their club' as label,
       avg(case when m.joindate < b.machines then 1.0 else 0 end) as value, null as low,
       :bands.joined_before as high, count(*) as rows
from members m
join beginnings b on b.city = m.city and b.state = m.state
where b.machines is not null
  and 1 = (select count(*) from beginnings o where o.city = b.city and o.state = b.state);
