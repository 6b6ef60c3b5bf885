-- The plots of the report that are about visits, classes, machines and opinions.

-- plot visits_by_hour: Visits by weekday and hour
-- form: heat map
-- unit: visits
-- says: Before work, at noon and after work on weekdays; late mornings at weekends.
select ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isodow(checkintime)] as y,
       lpad(cast(hour(checkintime) as varchar), 2, '0') as x, count(*) as value
from memberaccess group by 1, 2, isodow(checkintime), hour(checkintime)
order by isodow(checkintime), hour(checkintime);

-- plot visits_by_week: Visits by week
-- form: lines
-- unit: visits
-- says: The year has a shape: a rise in January, holidays, a summer lull, and a quiet end of December.
select strftime(date_trunc('week', checkintime), '%Y-%m-%d') as x, count(*) as value
from memberaccess
where date_trunc('week', checkintime) >= :start and date_trunc('week', checkintime) + interval 7 day <= :as_of
group by 1 order by 1;

-- plot visits_a_week: How often members come
-- form: columns
-- unit: % of members who came at all
-- says: Most come once to three times a week; many less than once, a few nearly every day.
with often as (
    select memberid, count(*) * 7.0 / :days as visits from memberaccess group by 1
)
select case when visits < 0.5 then 'under 0.5' when visits >= 5 then '5 and over'
       else cast(floor(visits * 2) / 2 as varchar) || '-' || cast(floor(visits * 2) / 2 + 0.5 as varchar) end as label,
       100.0 * count(*) / (select count(*) from often) as value
from often group by 1 order by min(visits);

-- plot class_fill: Seats taken, by kind of class
-- form: bars
-- unit: % of seats
-- says: Some classes are liked more than their room can hold.
select classtypes.category as label,
       100.0 * sum(classinstances.actualcapacity) / sum(classschedules.maxcapacity) as value
from classinstances
join classschedules using (scheduleid)
join classtypes using (classtypeid)
where classinstances.status = 'Completed' group by 1 order by 2 desc, 1;

-- plot bookings: What became of bookings, by kind of class
-- form: bars
-- unit: bookings
-- says: Nearly all who book come; some cancel, a few forget, and the popular ones have a waitlist.
select classtypes.category as label, enrollmentstatus as series, count(*) as value
from classenrollments
join classinstances using (instanceid)
join classschedules using (scheduleid)
join classtypes using (classtypeid)
group by 1, 2 order by sum(count(*)) over (partition by classtypes.category) desc, 1, 2;

-- plot machine_use: Use of machines, by kind
-- form: bars
-- unit: hours a machine and week
-- says: Machines are liked and disliked, and none is used at every hour.
select equipmenttype as label,
       sum(durationminutes) / 60.0 / count(distinct equipmentid) * 7.0 / :days as value
from equipmentusage join equipment using (equipmentid) group by 1 order by 2 desc, 1 limit 12;

-- plot maintenance: What machines cost to keep
-- form: columns
-- unit: US dollars
-- says: Services come by the calendar; repairs follow use.
select strftime(maintenancedate, '%Y-%m') as label, maintenancetype as series, sum(cost) as value
from equipmentmaintenance where maintenancedate >= date_trunc('month', :start + interval 1 month - interval 1 day) and maintenancedate < :as_of
  and (maintenancedate < date_trunc('month', :as_of) or date_trunc('month', :start + interval 1 month - interval 1 day) >= date_trunc('month', :as_of))
group by 1, 2 order by 1, 2;

-- plot staff_hours: Hours worked by month and department
-- form: columns
-- unit: hours
-- says: Rosters follow opening hours, so months of 31 days have a little more.
select strftime(actualstarttime, '%Y-%m') as label, department as series, sum(actualhours) as value
from stafftimetracking
join staffschedules using (scheduleid)
join staff on staff.staffid = staffschedules.staffid
where actualstarttime >= date_trunc('month', :start + interval 1 month - interval 1 day)
  and (actualstarttime < date_trunc('month', :as_of) or date_trunc('month', :start + interval 1 month - interval 1 day) >= date_trunc('month', :as_of))
group by 1, 2 order by 1, 2;

-- plot ratings: Ratings of instructors
-- form: columns
-- unit: ratings
-- says: Most are content, and who is not says so.
select cast(overallrating as varchar) as label, count(*) as value from instructorfeedback group by 1 order by 1;
