-- When facilities are busy; one row a facility, day of the week and hour in which somebody came.
-- facilityid: Facility
-- facilityname: Its name
-- dayofweek: Day of the week, 1 Monday to 7 Sunday
-- dayname: Its name
-- hour: Hour of the day in which members came in, 0 to 23
-- visits: Visits that began in that hour, over all such days
-- days: Days of that name with any visit in the data
-- visits_per_day: Mean number of them a day
-- average_minutes: Mean length of these visits, minutes
-- percent_of_visits: Their share of all visits to the facility, percent
-- busiest_rank: 1 for the facility's busiest hour of the week
with hours as (
    select facilityid, date_trunc('hour', checkintime) as began, count(*) as visits, sum(duration) as minutes
    from memberaccess
    group by facilityid, date_trunc('hour', checkintime)
),
week as (
    select
        facilityid,
        cast(extract(isodow from began) as integer) as dayofweek,
        cast(extract(hour from began) as integer) as hour,
        sum(visits) as visits,
        sum(minutes) as minutes
    from hours
    group by 1, 2, 3
),
calendar as (
    select facilityid, cast(extract(isodow from began) as integer) as dayofweek, count(distinct cast(began as date)) as days
    from hours
    group by 1, 2
)
select
    week.facilityid,
    facilities.facilityname,
    week.dayofweek,
    (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[week.dayofweek] as dayname,
    week.hour,
    cast(week.visits as bigint) as visits,
    calendar.days,
    round(week.visits / calendar.days, 1) as visits_per_day,
    round(week.minutes / week.visits, 1) as average_minutes,
    round(100 * week.visits / sum(week.visits) over (partition by week.facilityid), 2) as percent_of_visits,
    rank() over (
        partition by week.facilityid order by week.visits / calendar.days desc
    ) as busiest_rank
from week
join calendar on calendar.facilityid = week.facilityid and calendar.dayofweek = week.dayofweek
join facilities on facilities.facilityid = week.facilityid;
