-- Who comes when, and how that changes: the door log against who the members are.

-- relation aged: Visits with the member's sex and age in years, and the hour of the day.
-- uses: memberaccess, members
select v.memberid, v.facilityid, v.areaid, v.accessmethod, v.checkintime, m.gender,
       (cast(v.checkintime as date) - m.dateofbirth) / 365.25 as age,
       extract(hour from v.checkintime) as hour, extract(isodow from v.checkintime) as weekday
from memberaccess v
join members m on m.memberid = v.memberid;

-- S36: Distance deters: visits a week of members who live far from their club against those of members near it.
-- source: docs/fitness-story.md#visits
-- why: Half an hour by car is more often too much than five minutes on foot.
-- uses: memberaccess, membermemberships, members, facilities, places
-- least rows: 2000
-- least days: 84
with weeks as (
    select memberid, sum(least(coalesce(enddate, :as_of), :as_of) - greatest(startdate, :start)) / 7.0 as weeks
    from membermemberships
    where status <> 'Suspended' and startdate < :as_of and (enddate is null or enddate > :start)
    group by memberid
),
visits as (
    select memberid, facilityid, count(*) as visits,
           row_number() over (partition by memberid order by count(*) desc, facilityid) as place,
           sum(count(*)) over (partition by memberid) as total
    from memberaccess group by memberid, facilityid
),
spots as (
    select zip, min(cast(latitude as double precision)) as latitude,
           min(cast(longitude as double precision)) as longitude
    from places group by zip
),
paces as (
    select v.total / w.weeks as pace,
           2 * 6371.0088 * asin(least(1.0, sqrt(
               power(sin(radians(b.latitude - a.latitude) / 2), 2)
               + cos(radians(a.latitude)) * cos(radians(b.latitude))
                 * power(sin(radians(b.longitude - a.longitude) / 2), 2)))) as km
    from visits v
    join weeks w on w.memberid = v.memberid and w.weeks >= 12
    join members m on m.memberid = v.memberid
    join facilities f on f.facilityid = v.facilityid
    join spots a on a.zip = m.zipcode
    join spots b on b.zip = f.zipcode
    where v.place = 1
)
select 'far against near' as label,
       avg(pace) filter (where km > :visits.far_km)
       / nullif(avg(pace) filter (where km < :visits.near_km + 1), 0) as value,
       :bands.far_visits.0 as low, :bands.far_visits.1 as high, count(*) as rows
from paces
union all
select 'beyond 80 km, weekly', avg(case when km > 80 and pace >= 1 then 1.0 else 0 end), null,
       :bands.far_weekly, count(*)
from paces;

-- S37: Members are ill or away: the share of regulars of the whole window with three weeks or more between two visits.
-- source: docs/fitness-story.md#visits
-- why: Holidays, travel, illness and injuries interrupt everybody's year.
-- uses: memberaccess, members, membermemberships
-- least rows: 300
-- least days: 365
with regulars as (
    select memberid from members
    where memberstatus = 'Active' and joindate < :start
      and memberid not in (select memberid from membermemberships where status = 'Suspended')
),
gaps as (
    select memberid, cast(checkintime as date)
           - lag(cast(checkintime as date)) over (partition by memberid order by checkintime) as days
    from memberaccess where memberid in (select memberid from regulars)
),
longest as (select memberid, max(days) as days from gaps group by memberid having count(*) >= 50)
select 'regulars with three weeks away' as label, avg(case when days >= 21 then 1.0 else 0 end) as value,
       :bands.pausing.0 as low, :bands.pausing.1 as high, count(*) as rows
from longest;

-- S38: Habits drift: the correlation over members of their usual hour in the first quarter of the window with that in
-- the last one.
-- source: docs/fitness-story.md#visits
-- why: Jobs, schools and homes change, and the hour of training with them.
-- uses: memberaccess
-- least rows: 300
-- least days: 365
with hours as (
    select memberid, checkintime, extract(hour from checkintime) + extract(minute from checkintime) / 60.0 as hour
    from memberaccess
),
usual as (
    select memberid,
           percentile_cont(0.5) within group (order by hour) filter (where checkintime < :start + 91) as before,
           percentile_cont(0.5) within group (order by hour) filter (where checkintime >= :as_of - 91) as after,
           count(*) filter (where checkintime < :start + 91) as first,
           count(*) filter (where checkintime >= :as_of - 91) as last
    from hours group by memberid
)
select 'usual hour, first and last quarter' as label, corr(before, after) as value, :bands.drift.0 as low,
       :bands.drift.1 as high, count(*) as rows
from usual where first >= 12 and last >= 12;

-- S39: Some members come twice on a day.
-- source: docs/fitness-story.md#visits
-- why: A swim before work, and weights after it.
-- uses: memberaccess
-- least rows: 20000
select 'days with two visits' as label, avg(case when visits > 1 then 1.0 else 0 end) as value,
       :bands.twice.0 as low, :bands.twice.1 as high, count(*) as rows
from (select count(*) as visits from memberaccess group by memberid, cast(checkintime as date)) d;

-- S40: Those of 65 and over come in the daytime: the odds of weekday check-ins from 9 to 15 against those from 17 to
-- 19, against the odds of the others.
-- source: docs/fitness-story.md#visits
-- why: Who has retired need not come before or after work.
-- uses: aged
-- least rows: 200000
with odds as (
    select age >= 65 as old, count(*) filter (where hour between 9 and 15) as daytime,
           count(*) filter (where hour between 17 and 19) as evening, count(*) as visits
    from aged where weekday <= 5 group by age >= 65
)
select 'odds of the old against others' as label,
       (o.daytime * 1.0 / nullif(o.evening, 0)) / nullif(y.daytime * 1.0 / nullif(y.evening, 0), 0) as value,
       :bands.daytime_odds.0 as low, :bands.daytime_odds.1 as high, o.visits + y.visits as rows
from odds o join odds y on o.old and not y.old;

-- S41: A member keeps to the card or to the app, and the young use the app more: the variance of its share over members
-- against that of a coin, and its share below 35 against that from 60 on.
-- source: docs/fitness-story.md#visits
-- why: A way in is a habit of a person, not of a visit.
-- uses: aged
-- least rows: 200000
with people as (
    select memberid, count(*) as visits, sum(case when accessmethod = 'Mobile App' then 1.0 else 0 end) as app
    from aged group by memberid having count(*) >= 50
),
middle as (select sum(app) / sum(visits) as share from people)
select 'variance against a coin' as label,
       avg((p.app - p.visits * m.share) * (p.app - p.visits * m.share) / nullif(p.visits * m.share * (1 - m.share), 0))
           as value,
       :bands.own_way_in as low, null as high, (select count(*) from aged) as rows
from people p cross join middle m
union all
select 'app below 35 against 60 and over',
       avg(case when accessmethod = 'Mobile App' then 1.0 else 0 end) filter (where age < 35)
       / nullif(avg(case when accessmethod = 'Mobile App' then 1.0 else 0 end) filter (where age >= 60), 0),
       :bands.young_app.0, :bands.young_app.1, count(*)
from aged;

-- S42: Women train more on cardio machines and men more with weights: the share of cardio in the visits of women to
-- these two areas less that of men.
-- source: docs/fitness-story.md#visits
-- why: Sex shifts what one does; a floor that both use alike would be dealt out.
-- uses: aged, facilityareas
-- least rows: 20000
with floors as (
    select a.gender, r.areatype = 'Cardio' as cardio
    from aged a join facilityareas r on r.areaid = a.areaid
    where r.areatype in ('Cardio', 'Strength')
)
select 'cardio of women less that of men' as label,
       avg(case when cardio then 1.0 else 0 end) filter (where gender = 'F')
       - avg(case when cardio then 1.0 else 0 end) filter (where gender = 'M') as value,
       :bands.cardio_by_sex.0 as low, :bands.cardio_by_sex.1 as high, count(*) as rows
from floors;

-- S43: Clubs that never close are used at night, from 22 to 5.
-- source: docs/fitness-story.md#visits
-- why: That is what they stay open for.
-- uses: memberaccess, facilities
-- least rows: 20000
select 'visits at night' as label,
       avg(case when extract(hour from v.checkintime) >= 22 or extract(hour from v.checkintime) < 5 then 1.0 else 0 end)
           as value,
       :bands.nights.0 as low, :bands.nights.1 as high, count(*) as rows
from memberaccess v
join facilities f on f.facilityid = v.facilityid
where f.opentime = time '00:00:00' and f.closetime = time '23:59:59';

-- S79: Trips to other clubs are not cut where months of the window meet: visits to another club than one's usual one on
-- the days at these borders, against other days.
-- source: docs/fitness-story.md#visits
-- why: Nobody plans a journey by the as-of day of a data set.
-- uses: memberaccess
-- least rows: 2000
-- least days: 120
with usual as (
    select memberid, facilityid,
           row_number() over (partition by memberid order by count(*) desc, facilityid) as place
    from memberaccess group by memberid, facilityid
),
guests as (
    select cast(v.checkintime as date) as day, count(*) as visits
    from memberaccess v
    join usual u on u.memberid = v.memberid and u.facilityid = v.facilityid
    where u.place > 1
    group by cast(v.checkintime as date)
),
borders as (
    select cast(:as_of - g.n * interval '1 month' as date) as day from generate_series(1, :months - 1) as g(n)
),
days as (
    select d.day, coalesce(g.visits, 0) as visits,
           exists (select 1 from borders b where b.day in (d.day, d.day + 1)) as at_border
    from (
        select cast(:start + g.n * interval '1 day' as date) as day from generate_series(1, :as_of - :start - 2) as g(n)
    ) d
    left join guests g on g.day = d.day
)
select 'guests at the borders of months' as label,
       avg(visits) filter (where at_border) / nullif(avg(visits) filter (where not at_border), 0) as value,
       :bands.border_guests.0 as low, :bands.border_guests.1 as high, sum(visits) as rows
from days;
