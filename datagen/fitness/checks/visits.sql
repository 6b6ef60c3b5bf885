-- The door log.

-- H40: Visits lie inside a spell that is not frozen.
-- source: docs/fitness-story.md#visits
-- why: The turnstile opens for members whose contract runs and is not frozen.
-- uses: memberaccess, membermemberships
select v.accessid, v.memberid, v.checkintime
from memberaccess v
left join membermemberships s
  on s.memberid = v.memberid and s.status <> 'Suspended'
 and s.startdate <= cast(v.checkintime as date)
 and (s.enddate is null or s.enddate > cast(v.checkintime as date))
where s.memberid is null;

-- H41: Visits lie inside opening hours.
-- source: docs/fitness-story.md#visits
-- why: The doors are locked outside these hours.
-- uses: memberaccess, facilities
select v.accessid, v.facilityid, v.checkintime, v.checkouttime, f.opentime, f.closetime
from memberaccess v
join facilities f on f.facilityid = v.facilityid
where cast(v.checkintime as time) < f.opentime or cast(v.checkouttime as time) > f.closetime;

-- H42: The area of a visit belongs to its facility.
-- source: docs/fitness-story.md#visits
-- why: Rooms belong to one building; a visit elsewhere is a wrong key.
-- uses: memberaccess, facilityareas
select v.accessid, v.facilityid, v.areaid
from memberaccess v
join facilityareas a on a.areaid = v.areaid
where a.facilityid <> v.facilityid;

-- H43: A member's visits do not overlap.
-- source: docs/fitness-story.md#visits
-- why: One person passes one door at a time.
-- uses: memberaccess
select accessid, memberid, checkintime, checkouttime, following
from (
    select accessid, memberid, checkintime, checkouttime,
           lead(checkintime) over (partition by memberid collate "C" order by checkintime, checkouttime) as following
    from memberaccess
) v
where following < checkouttime;

-- H44: An area never holds more people than its capacity; who leaves makes room for who comes that second.
-- source: docs/fitness-story.md#visits
-- why: Capacity is the fire limit of the room. Only days with more visits than that can exceed it, and of them those
-- with an hour in which, if nobody left before its end, more would be there.
-- uses: memberaccess, facilityareas
with busy as (
    select v.areaid, cast(v.checkintime as date) as day
    from memberaccess v
    join facilityareas a on a.areaid = v.areaid
    group by v.areaid, cast(v.checkintime as date), a.maxcapacity
    having count(*) > a.maxcapacity
),
visits as (
    select v.areaid, b.day, v.checkintime, v.checkouttime
    from busy b
    join memberaccess v on v.areaid = b.areaid and cast(v.checkintime as date) = b.day
),
hours as (
    select areaid, day, sum(change) over (partition by day, areaid collate "C" order by hour) + gone as most
    from (
        select areaid, day, hour, sum(came) - sum(gone) as change, sum(gone) as gone
        from (
            select areaid, day, date_trunc('hour', checkintime) as hour, 1 as came, 0 as gone from visits
            union all
            select areaid, day, date_trunc('hour', checkouttime), 0, 1 from visits
        ) m
        group by areaid, day, hour
    ) h
),
crowded as (
    select distinct h.areaid, h.day
    from hours h
    join facilityareas a on a.areaid = h.areaid
    where h.most > a.maxcapacity
)
select o.areaid, o.moment, o.people, a.maxcapacity
from (
    select areaid, moment, sum(change) over (partition by day, areaid collate "C" order by moment, change) as people
    from (
        select v.areaid, v.day, v.checkintime as moment, 1 as change
        from visits v
        join crowded c on c.areaid = v.areaid and c.day = v.day
        union all
        select v.areaid, v.day, v.checkouttime, -1
        from visits v
        join crowded c on c.areaid = v.areaid and c.day = v.day
    ) m
) o
join facilityareas a on a.areaid = o.areaid
where o.people > a.maxcapacity;

-- H45: Visits are to Cardio, Strength, Studio, Yoga, Spin, Pool and Court areas.
-- source: docs/fitness-story.md#visits
-- why: These are the areas people train in; nobody comes to visit the reception.
-- uses: memberaccess, facilityareas
select v.accessid, v.areaid, a.areatype
from memberaccess v
join facilityareas a on a.areaid = v.areaid
where a.areatype not in ('Cardio', 'Strength', 'Studio', 'Yoga', 'Spin', 'Pool', 'Court');

-- H46: The duration of a visit is the whole minutes between in and out.
-- source: docs/fitness-story.md#visits
-- uses: memberaccess
select accessid, checkintime, checkouttime, duration
from memberaccess
where duration <> floor(date_part('epoch', checkouttime - checkintime) / 60);

-- H47: Visits start and end on one day.
-- source: docs/fitness-story.md#visits
-- why: Visits that cross midnight are split at the door, so every visit has one day.
-- uses: memberaccess
select accessid, checkintime, checkouttime
from memberaccess
where cast(checkintime as date) <> cast(checkouttime as date);
