-- Public holidays, half days, and hours in which a whole club is closed.

-- relation openings: Clubs on the half days and the day in December on which most are shut: when they open and close,
-- in seconds of the day, alike where they stay shut. Clubs that never close are left out.
-- uses: facilities
select k.facilityid, k.day,
       case when k.closes - k.opens >= 60 * :closures.half_day_least then k.opens else 0 end as opens,
       case when k.closes - k.opens >= 60 * :closures.half_day_least then k.closes else 0 end as closes
from (
    select f.facilityid, d.day,
           case when extract(day from d.day) = 25 and extract(month from d.day) = 12 then 0
                else greatest(extract(epoch from f.opentime),
                              least(extract(epoch from f.closetime), 60 * :closures.half_day_minutes.0)) end as opens,
           case when extract(day from d.day) = 25 and extract(month from d.day) = 12 then 0
                else greatest(extract(epoch from f.opentime),
                              least(extract(epoch from f.closetime), 60 * :closures.half_day_minutes.1)) end as closes
    from (
        select cast(:start + g.n * interval '1 day' as date) as day
        from generate_series(0, :as_of + :classes.schedule_ahead_days - :start - 1) as g(n)
    ) d
    cross join facilities f
    where ((extract(month from d.day) = 12 and extract(day from d.day) in (24, 25, 31))
           -- Thanksgiving, the fourth Thursday
           or (extract(month from d.day) = 11 and extract(isodow from d.day) = 4
               and extract(day from d.day) between 22 and 28))
      and not (f.opentime = time '00:00:00' and f.closetime = time '23:59:59')
) k;

-- H48: Nobody is in a club on 25 December, nor outside its hours on half days, unless it never closes.
-- source: docs/fitness-story.md#the-calendar
-- why: The doors are locked; a visit on such a day is a clock that is wrong.
-- uses: memberaccess, openings
select v.accessid, v.facilityid, v.checkintime, v.checkouttime, o.opens, o.closes
from memberaccess v
join openings o on o.facilityid = v.facilityid and o.day = cast(v.checkintime as date)
where extract(epoch from cast(v.checkintime as time)) < o.opens
   or extract(epoch from cast(v.checkouttime as time)) > o.closes;

-- H49: No class takes place on 25 December, nor outside a club's hours on half days, unless it never closes.
-- source: docs/fitness-story.md#the-calendar
-- why: Nobody can attend a class in a locked building.
-- uses: sessions, openings
select s.instanceid, s.facilityid, s.starts, s.ends, o.opens, o.closes
from sessions s
join openings o on o.facilityid = s.facilityid and o.day = s.classdate
where s.status <> 'Cancelled'
  and (extract(epoch from cast(s.starts as time)) < o.opens or extract(epoch from cast(s.ends as time)) > o.closes);

-- K58: A class is not cancelled for too few bookings when half of its seats or more were booked.
-- source: docs/fitness-story.md#classes
-- why: The reason would contradict the list of those who booked.
-- uses: sessions, classinstances, classenrollments
select s.instanceid, s.maxcapacity, count(*) as booked
from sessions s
join classinstances i on i.instanceid = s.instanceid
join classenrollments e on e.instanceid = s.instanceid
where s.status = 'Cancelled' and i.cancellationreason = 'Too few bookings'
group by s.instanceid, s.maxcapacity
having count(*) >= s.maxcapacity / 2.0;

-- K59: Weather and power outages stop the whole club: no other class of it takes place within two hours.
-- source: docs/fitness-story.md#the-calendar
-- why: A dark or snowed-in building has no room in which a class goes on.
-- uses: sessions, classinstances
select s.instanceid, s.facilityid, s.starts, i.cancellationreason, o.instanceid as held
from sessions s
join classinstances i on i.instanceid = s.instanceid
join sessions o on o.facilityid = s.facilityid and o.classdate = s.classdate
where s.status = 'Cancelled' and (i.cancellationreason = 'Power outage' or i.cancellationreason like 'Severe weather%')
  and o.status = 'Completed'
  and o.starts between s.starts - interval '120 minutes' and s.starts + interval '120 minutes';

-- K60: Snow, heat, hurricanes and thunderstorms close clubs in the months and the states in which they occur.
-- source: docs/fitness-story.md#the-calendar
-- why: Snow in Florida in July is an error of the data.
-- uses: sessions, classinstances, facilities
select s.instanceid, i.cancellationreason, f.state, s.classdate
from sessions s
join classinstances i on i.instanceid = s.instanceid
join facilities f on f.facilityid = s.facilityid
join (
    select 'snow' as kind, :closures.snow_states as states, w.place, w.weight
    from (values :closures.snow_months) w (place, weight)
    union all
    select 'heat', :closures.heat_states, w.place, w.weight from (values :closures.heat_months) w (place, weight)
    union all
    select 'hurricane', :closures.hurricane_states, w.place, w.weight
    from (values :closures.hurricane_months) w (place, weight)
    union all
    select 'thunderstorm', f.state, w.place, w.weight
    from (values :closures.thunder_months) w (place, weight)
    cross join (select distinct state from facilities) f
) k on i.cancellationreason = 'Severe weather: ' || k.kind and k.place = extract(month from s.classdate) - 1
where k.weight = 0 or (k.kind <> 'thunderstorm' and ' ' || k.states || ' ' not like '% ' || f.state || ' %');

-- S28: Public holidays empty the clubs: 25 December and Thanksgiving against the same weekday of the weeks around.
-- source: docs/fitness-story.md#the-calendar
-- why: Most clubs are shut or close early, and families are at home.
-- uses: memberaccess
-- least rows: 100000
-- least days: 120
with days as (select cast(checkintime as date) as day, count(*) as visits from memberaccess group by 1),
feasts as (
    select d.day, case when extract(month from d.day) = 12 then '25 December' else 'Thanksgiving' end as feast
    from (
        select cast(:start + g.n * interval '1 day' as date) as day from generate_series(0, :as_of - :start - 1) as g(n)
    ) d
    where ((extract(month from d.day) = 12 and extract(day from d.day) = 25)
           or (extract(month from d.day) = 11 and extract(isodow from d.day) = 4
               and extract(day from d.day) between 22 and 28))
),
compared as (
    select f.feast, f.day, coalesce((select visits from days h where h.day = f.day), 0) as visits,
           sum(o.visits) * 1.0 / count(*) as usual, count(*) as around
    from feasts f
    join days o on abs(o.day - f.day) in (14, 21)
    group by f.feast, f.day
)
select c.feast as label, sum(c.visits) / nullif(sum(c.usual), 0) as value,
       case c.feast when 'Thanksgiving' then :bands.thanksgiving.0 else :bands.christmas.0 end as low,
       case c.feast when 'Thanksgiving' then :bands.thanksgiving.1 else :bands.christmas.1 end as high,
       (select sum(visits) from days) as rows
from compared c
group by c.feast;

-- S29: A club's visits vary from day to day more than chance alone would: the variance about the mean of the month's
-- weekday, against that mean.
-- source: docs/fitness-story.md#the-calendar
-- why: Weather, holidays and events move all members of a club together.
-- uses: memberaccess
-- least rows: 200000
with days as (
    select facilityid, cast(checkintime as date) as day, count(*) as visits
    from memberaccess group by facilityid, cast(checkintime as date)
),
expected as (
    select facilityid, date_trunc('month', cast(day as timestamp)) as month, extract(isodow from day) as weekday,
           avg(visits) as visits, count(*) as days
    from days group by facilityid, date_trunc('month', cast(day as timestamp)), extract(isodow from day)
)
select 'variance by mean' as label,
       sum((d.visits - e.visits) * (d.visits - e.visits) / e.visits) / nullif(sum((e.days - 1.0) / e.days), 0) as value,
       :bands.club_dispersion.0 as low, :bands.club_dispersion.1 as high, sum(d.visits) as rows
from days d
join expected e
  on e.facilityid = d.facilityid and e.month = date_trunc('month', cast(d.day as timestamp))
 and e.weekday = extract(isodow from d.day);
