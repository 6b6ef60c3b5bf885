-- How instructors do; one row a member of staff who has taught, or is to teach, a class.
-- staffid: Instructor
-- firstname: First name
-- lastname: Last name
-- jobtitle: Job
-- status: Status on the as-of day
-- classes_taught: Sessions held
-- substitutions: Of them, sessions held in place of somebody else
-- attended: Members who attended them
-- average_attendance: Mean attendance of a session
-- percent_full: Attendance against the seats, percent
-- feedbacks: Feedbacks of members
-- average_rating: Mean overall rating in them, 1 to 5
-- percent_top_rating: Share of the best rating among them, percent
-- last_evaluation: Overall rating of the last evaluation, 1 to 5
-- certificates: Certificates that are valid on the as-of day
with taught as (
    select
        classinstances.actualinstructorid as staffid,
        count(*) filter (where classinstances.status = 'Completed') as classes,
        count(*) filter (
            where classinstances.status = 'Completed'
            and classinstances.actualinstructorid <> classschedules.instructorid
        ) as substitutions,
        coalesce(sum(classinstances.actualcapacity), 0) as attended,
        sum(classschedules.maxcapacity) filter (where classinstances.status = 'Completed') as seats
    from classinstances
    join classschedules on classschedules.scheduleid = classinstances.scheduleid
    group by classinstances.actualinstructorid
),
told as (
    select
        instructorid as staffid,
        count(*) as feedbacks,
        round(avg(overallrating), 2) as average_rating,
        round(100.0 * count(*) filter (where overallrating = 5) / count(*), 1) as percent_top_rating
    from instructorfeedback
    group by instructorid
),
evaluated as (
    select distinct on (instructorid) instructorid as staffid, overallrating
    from instructorperformance
    order by instructorid, evaluationdate desc
),
certified as (
    select staffid, count(*) filter (where status = 'Active') as certificates from staffcertifications group by staffid
)
select
    staff.staffid,
    staff.firstname,
    staff.lastname,
    staff.jobtitle,
    staff.status,
    taught.classes as classes_taught,
    taught.substitutions,
    taught.attended,
    round(1.0 * taught.attended / nullif(taught.classes, 0), 1) as average_attendance,
    round(100.0 * taught.attended / nullif(taught.seats, 0), 1) as percent_full,
    coalesce(told.feedbacks, 0) as feedbacks,
    told.average_rating,
    told.percent_top_rating,
    evaluated.overallrating as last_evaluation,
    coalesce(certified.certificates, 0) as certificates
from taught
join staff on staff.staffid = taught.staffid
left join told on told.staffid = staff.staffid
left join evaluated on evaluated.staffid = staff.staffid
left join certified on certified.staffid = staff.staffid;
