-- Time sheets and pay slips.

-- H82a: Every Completed shift has one time sheet, of the same person, and no other shift has any.
-- source: docs/fitness-story.md#pay
-- why: The clock is the record of a worked shift: no sheet without a shift, no worked shift without a sheet.
-- uses: staffschedules, stafftimetracking
select h.scheduleid, h.status, count(t.timetrackingid) as sheets
from staffschedules h
left join stafftimetracking t on t.scheduleid = h.scheduleid
group by h.scheduleid, h.status, h.staffid
having count(t.timetrackingid) <> case when h.status = 'Completed' then 1 else 0 end
    or count(*) filter (where t.staffid <> h.staffid) > 0;

-- H82b: Hours worked are the time from start to end without the break, to the hundredth.
-- source: docs/fitness-story.md#pay
-- uses: stafftimetracking
select timetrackingid, actualstarttime, actualendtime, breakminutes, actualhours
from stafftimetracking
where abs(36 * cast(100 * actualhours as integer)
          - (extract(epoch from actualendtime - actualstarttime) - 60 * breakminutes)) > 18;

-- H82c: Overtime is the part of the hours beyond 40 in the Monday-to-Sunday week, in time order. In a week that
-- began before the window it may be more, for hours that are not in the data.
-- source: docs/fitness-story.md#pay
-- why: US federal law (Fair Labor Standards Act) pays overtime for hours beyond 40 in a fixed week; counting in time
-- order says which hours these are.
-- uses: stafftimetracking
select timetrackingid, staffid, week, actualhours, overtimehours, expected
from (
    select timetrackingid, staffid, week, actualhours, overtimehours,
           greatest(0, total - :staffing.weekly_hours)
           - greatest(0, total - actualhours - :staffing.weekly_hours) as expected
    from (
        select timetrackingid, staffid, week, actualhours, overtimehours,
               sum(actualhours) over (
                   partition by staffid, week order by actualstarttime, timetrackingid
                   rows between unbounded preceding and current row
               ) as total
        from (
            select timetrackingid, staffid, actualstarttime, actualhours, overtimehours,
                   cast(date_trunc('week', actualstarttime) as date) as week
            from stafftimetracking
        ) w
    ) s
) t
where (week >= :start and overtimehours <> expected)
   or (week < :start and (overtimehours < expected or overtimehours > actualhours));

-- H82d: The hours of a pay slip are those of the period's time sheets, overtime apart.
-- source: docs/fitness-story.md#pay
-- why: Pay follows the clock; a slip that does not add up to its sheets is the first thing an auditor finds.
-- uses: staffpayroll, worked
select p.payrollid, p.staffid, p.payperiodstart, p.regularhours, p.overtimehours, w.hours, w.overtime
from staffpayroll p
left join worked w
  on w.staffid = p.staffid
 and w.period * :staffing.pay_period_days + cast(:staffing.pay_period_origin as date) = p.payperiodstart
where p.overtimehours <> coalesce(w.overtime, 0)
   or p.regularhours + p.overtimehours <> coalesce(w.hours, 0);

-- H82e: Pay is hours times the hourly rate, overtime at one and a half times it, to the cent, half up.
-- source: docs/fitness-story.md#pay
-- why: Overtime is paid at one and a half times the regular rate (Fair Labor Standards Act). Cents are rounded half
-- up, as pay systems do.
-- uses: staffpayroll, staff
select p.payrollid, p.staffid, p.regularhours, p.regularpay, p.overtimehours, p.overtimepay, s.hourlyrate
from staffpayroll p
join staff s on s.staffid = p.staffid
where p.regularpay <> round(p.regularhours * s.hourlyrate, 2)
   or p.overtimepay
      <> round(p.overtimehours * s.hourlyrate * cast(:staffing.overtime_percent * 0.01 as decimal(6, 2)), 2);

-- H82f: Gross pay is regular and overtime pay and bonuses, net pay what remains without deductions.
-- source: docs/fitness-story.md#pay
-- uses: staffpayroll
select payrollid, regularpay, overtimepay, bonuses, grosspay, deductions, netpay
from staffpayroll
where grosspay <> regularpay + overtimepay + bonuses or netpay <> grosspay - deductions;

-- H88a: Pay periods have 14 days, counted from Monday 2001-01-01, and are paid 3 to 7 days after their end.
-- source: docs/fitness-story.md#pay
-- why: Biweekly pay counts from a fixed Monday, so that periods never drift; the days after the end are for closing
-- the sheets.
-- uses: staffpayroll
select payrollid, payperiodstart, payperiodend, paydate
from staffpayroll
where mod(cast(payperiodstart - cast(:staffing.pay_period_origin as date) as integer), :staffing.pay_period_days) <> 0
   or payperiodend <> payperiodstart + (:staffing.pay_period_days - 1)
   or paydate - payperiodend not between :bands.pay_delay_days.0 and :bands.pay_delay_days.1;

-- H88b: There is one pay slip for each person and period of their employment that has been paid for, and no other.
-- source: docs/fitness-story.md#pay
-- why: Who is employed gets a slip, with zeros if nothing was worked, so that gaps are visible.
-- uses: staffpayroll, staff
with periods as (
    select cast(:staffing.pay_period_origin as date) + cast(g.n as integer) * :staffing.pay_period_days as day
    from generate_series(
        cast(floor((:start - cast(:staffing.pay_period_origin as date)) * 1.0 / :staffing.pay_period_days) as integer),
        cast(floor((:as_of - cast(:staffing.pay_period_origin as date)) * 1.0 / :staffing.pay_period_days) as integer)
    ) as g(n)
),
wanted as (
    select s.staffid, d.day,
           d.day + :staffing.pay_period_days - 1 + :bands.pay_delay_days.1 < :as_of as certain
    from periods d
    join staff s
      on s.hiredate <= d.day + :staffing.pay_period_days - 1
     and (s.terminationdate is null or s.terminationdate >= d.day)
    where d.day >= :start and d.day + :staffing.pay_period_days <= :as_of
),
present as (
    select staffid, payperiodstart as day, count(*) as slips from staffpayroll group by staffid, payperiodstart
)
select coalesce(w.staffid, p.staffid) as staffid, coalesce(w.day, p.day) as payperiodstart, p.slips
from wanted w
full join present p on p.staffid = w.staffid and p.day = w.day
where w.staffid is null or p.slips > 1 or (p.staffid is null and w.certain);

-- H88c: Where one person has been paid for a period, so have all who were employed in it.
-- source: docs/fitness-story.md#pay
-- why: A pay run covers everybody; a person missing in it is an error of the run.
-- uses: staffpayroll, staff
select s.staffid, d.payperiodstart
from (select payperiodstart, max(paydate) as paydate from staffpayroll group by payperiodstart) d
join staff s
  on s.hiredate <= d.payperiodstart + (:staffing.pay_period_days - 1)
 and (s.terminationdate is null or s.terminationdate >= d.payperiodstart)
where not exists (
    select 1 from staffpayroll p where p.staffid = s.staffid and p.payperiodstart = d.payperiodstart
);

-- H89: A time sheet is of the day of its shift.
-- source: docs/fitness-story.md#pay
-- uses: stafftimetracking, staffschedules
select t.timetrackingid, t.scheduleid, h.scheduledate, t.actualstarttime, t.actualendtime
from stafftimetracking t
join staffschedules h on h.scheduleid = t.scheduleid
where cast(t.actualstarttime as date) <> h.scheduledate or cast(t.actualendtime as date) <> h.scheduledate;
