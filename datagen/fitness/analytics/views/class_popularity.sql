-- Which classes fill; one row a class format that was held or booked.
-- classtypeid: Class format
-- classname: Its name
-- category: Kind of training
-- sessions: Sessions that were held
-- cancelled_sessions: Sessions that were cancelled
-- bookings: Bookings of held sessions that kept a seat: attended and no-shows
-- attended: Members who attended
-- no_shows: Members who booked and did not come
-- waitlisted: Members who found no seat
-- average_attendance: Mean attendance of a session
-- percent_full: Attendance against the seats, percent
-- percent_no_show: No-shows among the bookings, percent
-- sessions_with_waitlist: Held sessions for which somebody found no seat
-- seat_revenue: Prices of the seats booked, US dollars
-- popularity_rank: 1 for the format that is fullest
with booked as (
    select
        instanceid,
        count(*) filter (where enrollmentstatus = 'Attended') as attended,
        count(*) filter (where enrollmentstatus = 'No-Show') as no_shows,
        count(*) filter (where enrollmentstatus = 'Waitlisted') as waitlisted,
        sum(paymentamount) as paid
    from classenrollments
    group by instanceid
),
formats as (
    select
        classschedules.classtypeid,
        count(*) filter (where classinstances.status = 'Completed') as sessions,
        count(*) filter (where classinstances.status = 'Cancelled') as cancelled_sessions,
        sum(classschedules.maxcapacity) filter (where classinstances.status = 'Completed') as seats,
        coalesce(sum(booked.attended), 0) as attended,
        coalesce(sum(booked.no_shows), 0) as no_shows,
        coalesce(sum(booked.waitlisted) filter (where classinstances.status = 'Completed'), 0) as waitlisted,
        count(*) filter (where classinstances.status = 'Completed' and booked.waitlisted > 0) as sessions_with_waitlist,
        coalesce(sum(booked.paid), 0) as seat_revenue
    from classinstances
    join classschedules on classschedules.scheduleid = classinstances.scheduleid
    left join booked on booked.instanceid = classinstances.instanceid
    group by classschedules.classtypeid
)
select
    classtypes.classtypeid,
    classtypes.classname,
    classtypes.category,
    formats.sessions,
    formats.cancelled_sessions,
    cast(formats.attended + formats.no_shows as bigint) as bookings,
    cast(formats.attended as bigint) as attended,
    cast(formats.no_shows as bigint) as no_shows,
    cast(formats.waitlisted as bigint) as waitlisted,
    round(formats.attended / nullif(formats.sessions, 0), 1) as average_attendance,
    round(100 * formats.attended / nullif(formats.seats, 0), 1) as percent_full,
    round(100 * formats.no_shows / nullif(formats.attended + formats.no_shows, 0), 1) as percent_no_show,
    formats.sessions_with_waitlist,
    formats.seat_revenue,
    rank() over (order by formats.attended / nullif(formats.seats, 0) desc nulls last) as popularity_rank
from formats
join classtypes on classtypes.classtypeid = formats.classtypeid;
