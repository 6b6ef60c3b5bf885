-- What several questions share. Each relation is a query; questions name it under `uses`.

-- relation spells: Spells with the plan they are of; stopdate is enddate, or a day far ahead where there is none yet.
-- uses: membermemberships, membershiptypes
select s.membershipid, s.memberid, s.membershiptypeid, s.startdate, s.enddate,
       coalesce(s.enddate, date '9999-12-31') as stopdate, s.status,
       p.typename, p.monthlyfee, p.registrationfee, p.duration
from membermemberships s
join membershiptypes p on p.membershiptypeid = s.membershiptypeid;

-- relation dues: Every due up to the as-of day: the day, what it is called and what it costs. A monthly spell is due on
-- the day of the month it started on, an annual one at the start of each term, a freeze never.
-- uses: spells
select d.membershipid, d.memberid, d.duedate, d.stopdate, d.paymenttype, d.price,
       lead(d.duedate) over (partition by d.memberid order by d.duedate) as nextdue
from (
    select s.membershipid, s.memberid, s.stopdate,
           cast(s.startdate + n.term * s.duration * interval '1 month' as date) as duedate,
           case when s.duration = 1 then 'Monthly Fee' else 'Annual Fee' end as paymenttype,
           s.monthlyfee * s.duration as price
    from spells s
    cross join lateral (
        select g.term
        from generate_series(0, cast(floor((least(s.stopdate, :as_of) - s.startdate) / 28.0) as integer)) as g(term)
    ) n
    where s.status <> 'Suspended' and s.startdate < :as_of
) d
where d.duedate < d.stopdate and d.duedate < :as_of;

-- relation attempts: Attempts to pay dues, each with the due it is for: the latest one up to its day.
-- uses: memberpayments, dues
select p.paymentid, p.memberid, p.paymentdate, p.amount, p.paymenttype, p.status,
       d.membershipid, d.duedate, d.stopdate, d.paymenttype as duetype, d.price,
       row_number() over (partition by p.memberid, d.duedate order by p.paymentdate, p.paymentid) as place
from memberpayments p
left join dues d
  on d.memberid = p.memberid and d.duedate <= p.paymentdate and (d.nextdue is null or p.paymentdate < d.nextdue)
where p.paymenttype in ('Monthly Fee', 'Annual Fee');

-- relation sessions: Class instances with their timetable entry; starts and ends are the timetable's times on the date.
-- uses: classinstances, classschedules
select i.instanceid, i.scheduleid, i.classdate, i.status, i.actualstarttime, i.actualendtime, i.actualinstructorid,
       i.actualcapacity, s.classtypeid, s.facilityid, s.areaid, s.instructorid, s.maxcapacity, s.price,
       i.classdate + s.starttime as starts, i.classdate + s.endtime as ends
from classinstances i
join classschedules s on s.scheduleid = i.scheduleid;

-- relation bookings: Enrolments with the session they are for.
-- uses: classenrollments, sessions
select e.enrollmentid, e.memberid, e.instanceid, e.enrollmentdate, e.enrollmentstatus, e.paymentamount, e.checkintime,
       e.checkouttime, s.classdate, s.status as classstatus, s.actualstarttime, s.actualendtime, s.actualinstructorid,
       s.facilityid, s.areaid, s.maxcapacity, s.price, s.starts, s.ends
from classenrollments e
join sessions s on s.instanceid = e.instanceid;

-- relation attended: Attended classes with the visit they lie in, empty where there is none.
-- uses: bookings, memberaccess
select b.enrollmentid, b.memberid, b.instanceid, b.facilityid, b.areaid, b.checkintime, b.checkouttime,
       v.accessid, v.areaid as visitarea, v.checkouttime as visitend
from bookings b
left join memberaccess v
  on v.memberid = b.memberid
 and v.facilityid = b.facilityid
 and cast(v.checkintime as date) = cast(b.checkintime as date)
 and v.checkintime <= b.checkintime
 and b.checkouttime <= v.checkouttime
where b.enrollmentstatus = 'Attended';

-- relation workouts: Sessions on machines with the visit they lie in, empty where there is none, and only then with
-- their id.
-- uses: equipmentusage, equipment, memberaccess
select case when v.accessid is null then u.usageid end as usageid, u.starttime, u.usagetype, v.accessid
from equipmentusage u
join equipment e on e.equipmentid = u.equipmentid
left join memberaccess v
  on v.memberid = u.memberid
 and v.areaid = e.areaid
 and cast(v.checkintime as date) = cast(u.starttime as date)
 and v.checkintime <= u.starttime
 and u.endtime <= v.checkouttime;

-- relation taught: What instructors taught in each quarter: classes, and how many attended.
-- uses: sessions
select actualinstructorid as instructorid, cast(date_trunc('quarter', cast(classdate as timestamp)) as date) as quarter,
       count(*) as classes, sum(actualcapacity) as attended
from sessions
where status = 'Completed'
group by actualinstructorid, cast(date_trunc('quarter', cast(classdate as timestamp)) as date);

-- relation evaluations: Evaluations with the first day of the quarter they are about, the last one before their day.
-- uses: instructorperformance
select e.*, cast(date_trunc('quarter', cast(e.evaluationdate as timestamp)) - interval '3 months' as date) as quarter,
       cast(date_trunc('quarter', cast(e.evaluationdate as timestamp)) as date) as following
from instructorperformance e;

-- relation worked: Hours of time sheets by person and pay period; periods are numbered from Monday 2001-01-01.
-- uses: stafftimetracking
select staffid, period, sum(actualhours) as hours, sum(overtimehours) as overtime
from (
    select staffid, actualhours, overtimehours,
           cast(floor((cast(actualstarttime as date) - cast(:staffing.pay_period_origin as date))
                      / (:staffing.pay_period_days * 1.0)) as integer) as period
    from stafftimetracking
) t
group by staffid, period;
