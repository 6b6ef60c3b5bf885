-- Who takes which class, who fails to come, and when people book.

-- relation takers: Attended bookings with the category of the class, and the member's sex and age in years.
-- uses: bookings, sessions, classtypes, members
select b.memberid, s.scheduleid, s.classdate, t.category, m.gender,
       (s.classdate - m.dateofbirth) / 365.25 as age
from bookings b
join sessions s on s.instanceid = b.instanceid
join classtypes t on t.classtypeid = s.classtypeid
join members m on m.memberid = b.memberid
where b.enrollmentstatus = 'Attended';

-- S44: Women and men choose differently: the share of women in Mind & Body and Dance less that in Strength and Martial
-- Arts.
-- source: docs/fitness-story.md#bookings
-- why: Yoga and dance classes are mostly women's, weights and boxing mostly men's.
-- uses: takers
-- least rows: 20000
select 'women in soft less in hard classes' as label,
       avg(case when gender = 'F' then 1.0 else 0 end) filter (where category in ('Mind & Body', 'Dance'))
       - avg(case when gender = 'F' then 1.0 else 0 end) filter (where category in ('Strength', 'Martial Arts'))
           as value,
       :bands.women_in_classes.0 as low, :bands.women_in_classes.1 as high, count(*) as rows
from takers;

-- S45: Aqua classes are the old's: their mean age less that of all classes, in years.
-- source: docs/fitness-story.md#bookings
-- why: Water carries joints that have worked for sixty years.
-- uses: takers
-- least rows: 20000
select 'years older in Aqua' as label, avg(age) filter (where category = 'Aqua') - avg(age) as value,
       :bands.aqua_years.0 as low, :bands.aqua_years.1 as high, count(*) as rows
from takers;

-- S46: No-shows fall as they fall: their variance against that of a coin a seat, over classes and over days.
-- source: docs/fitness-story.md#bookings
-- why: Nobody deals out the same share of empty seats to every class.
-- uses: bookings
-- least rows: 5000
with seats as (
    select instanceid, classdate, case when enrollmentstatus = 'No-Show' then 1.0 else 0 end as missed
    from bookings where classstatus = 'Completed' and enrollmentstatus in ('Attended', 'No-Show')
),
middle as (select avg(missed) as share, count(*) as seats from seats),
classes as (select instanceid, count(*) as seats, sum(missed) as missed from seats group by instanceid),
days as (select classdate, count(*) as seats, sum(missed) as missed from seats group by classdate)
select 'over classes' as label,
       sum((c.missed - c.seats * m.share) * (c.missed - c.seats * m.share)
           / nullif(c.seats * m.share * (1 - m.share), 0)) / nullif(count(*) - 1, 0) as value,
       :bands.no_show_dispersion.0 as low, :bands.no_show_dispersion.1 as high, max(m.seats) as rows
from classes c cross join middle m
union all
select 'over days',
       sum((d.missed - d.seats * m.share) * (d.missed - d.seats * m.share)
           / nullif(d.seats * m.share * (1 - m.share), 0)) / nullif(count(*) - 1, 0),
       :bands.no_show_dispersion.0, :bands.no_show_dispersion.1, max(m.seats)
from days d cross join middle m;

-- S47: A class has its regulars: of those who attended, the share who attend the same timetable entry a week later.
-- source: docs/fitness-story.md#bookings
-- why: People keep to their Tuesday class; strangers every week would be drawn from a hat.
-- uses: takers, classinstances
-- least rows: 20000
with held as (select scheduleid, classdate from classinstances where status = 'Completed')
select 'again a week later' as label, avg(case when a.memberid is not null then 1.0 else 0 end) as value,
       :bands.regulars.0 as low, :bands.regulars.1 as high, count(*) as rows
from takers t
join held h on h.scheduleid = t.scheduleid and h.classdate = t.classdate + 7
left join takers a on a.memberid = t.memberid and a.scheduleid = t.scheduleid and a.classdate = t.classdate + 7;

-- S48: Some are late: members who check in after the class should have begun, and classes that begin more than five
-- minutes late.
-- source: docs/fitness-story.md#bookings
-- why: A town where everybody is always on time has no traffic.
-- uses: bookings, sessions
-- least rows: 5000
select 'members' as label, avg(case when checkintime > starts then 1.0 else 0 end) as value,
       :bands.late_members.0 as low, :bands.late_members.1 as high, count(*) as rows
from bookings where enrollmentstatus = 'Attended'
union all
select 'classes', avg(case when actualstarttime > starts + interval '5 minutes' then 1.0 else 0 end),
       :bands.late_classes.0, :bands.late_classes.1, (select count(*) from bookings)
from sessions where status = 'Completed';

-- S49: Bookings are made when people are awake: the share made before five in the morning, a fifth of the day.
-- source: docs/fitness-story.md#bookings
-- uses: classenrollments
-- least rows: 5000
-- share: booked before five: date_part('hour', enrollmentdate) < 5 up to :bands.booked_at_night
from classenrollments;
