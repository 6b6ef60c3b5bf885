-- Who comes with whom, who stays on, and who takes the classes to come.

-- relation housemates: Pairs of members at one address.
-- uses: members
select a.memberid as one, b.memberid as other
from members a
join members b on b.address = a.address and b.zipcode = a.zipcode and b.memberid > a.memberid;

-- relation visits_of_housemates: Visits of members who have housemates, with their day.
-- uses: memberaccess, housemates
select memberid, facilityid, checkintime, checkouttime, cast(checkintime as date) as day
from memberaccess
where memberid in (select one from housemates union all select other from housemates);

-- S81: Households train together: the share of a member's visits during which somebody of the same address is in the
-- club, against the same with the other's visits of two weeks later.
-- source: docs/fitness-story.md#visits
-- why: Couples share a car and a sitter; two strangers at one address would be drawn apart.
-- uses: housemates, visits_of_housemates
-- least rows: 20000
-- least days: 60
with meetings as (
    select v.day, 0 as lag from housemates p
    join visits_of_housemates v on v.memberid = p.one
    join visits_of_housemates w on w.memberid = p.other and w.facilityid = v.facilityid and w.day = v.day
    where w.checkintime < v.checkouttime and v.checkintime < w.checkouttime
    union all
    select v.day, 14 from housemates p
    join visits_of_housemates v on v.memberid = p.one
    join visits_of_housemates w on w.memberid = p.other and w.facilityid = v.facilityid and w.day = v.day + 14
    where w.checkintime - interval '14 days' < v.checkouttime and v.checkintime < w.checkouttime - interval '14 days'
)
select 'together against two weeks apart' as label,
       count(*) filter (where lag = 0 and day < :as_of - 14) * 1.0 / nullif(count(*) filter (where lag = 14), 0)
           as value,
       :bands.together.0 as low, :bands.together.1 as high, (select count(*) from visits_of_housemates) as rows
from meetings;

-- S82: Classes to come are booked by those who like them: of bookings made ahead, the share by members who attended a
-- class of the same format, on the same weekday and at the same hour, in the eight weeks before.
-- source: docs/fitness-story.md#bookings
-- why: A Tuesday class has its regulars next Tuesday, too.
-- uses: bookings, sessions
-- least rows: 300
-- least days: 56
with slots as (
    select b.memberid, b.enrollmentstatus, s.facilityid, s.classtypeid, s.classdate,
           extract(isodow from s.classdate) as weekday, cast(s.starts as time) as start
    from bookings b
    join sessions s on s.instanceid = b.instanceid
),
known as (
    select distinct memberid, facilityid, classtypeid, weekday, start from slots
    where enrollmentstatus = 'Attended' and classdate >= :as_of - 56
),
given as (select distinct facilityid, classtypeid, weekday, start from known)
select 'attended such a class before' as label, avg(case when k.memberid is not null then 1.0 else 0 end) as value,
       :bands.regulars_ahead.0 as low, :bands.regulars_ahead.1 as high, count(*) as rows
from slots e
join given g
  on g.facilityid = e.facilityid and g.classtypeid = e.classtypeid and g.weekday = e.weekday and g.start = e.start
left join known k
  on k.memberid = e.memberid and k.facilityid = e.facilityid and k.classtypeid = e.classtypeid
 and k.weekday = e.weekday and k.start = e.start
where e.enrollmentstatus = 'Enrolled';

-- S83: Some stay on after a class: of those who attended, the share who leave more than half an hour after checking out
-- of it.
-- source: docs/fitness-story.md#bookings
-- why: People stretch, lift weights or talk; nobody marches out in step.
-- uses: attended
-- least rows: 5000
select 'more than half an hour after' as label,
       avg(case when visitend > checkouttime + interval '30 minutes' then 1.0 else 0 end) as value,
       :bands.staying_on.0 as low, :bands.staying_on.1 as high, count(*) as rows
from attended
where accessid is not null;

-- S84: Good instructors fill their classes: the correlation over instructors of the mean rating with attended seats.
-- source: docs/fitness-story.md#classes
-- why: Members come for who stands in front.
-- uses: sessions, instructorfeedback
-- least rows: 5000
-- least days: 180
with filled as (
    select actualinstructorid as instructorid, count(*) as classes, avg(actualcapacity * 1.0 / maxcapacity) as fill
    from sessions where status = 'Completed' group by actualinstructorid
),
rated as (
    select instructorid, count(*) as answers, avg(overallrating * 1.0) as rating
    from instructorfeedback group by instructorid
)
select 'rating and fill' as label, corr(r.rating, f.fill) as value, :bands.rated_fill.0 as low,
       :bands.rated_fill.1 as high, sum(f.classes) as rows
from filled f
join rated r on r.instructorid = f.instructorid
where f.classes >= 30 and r.answers >= 15;
