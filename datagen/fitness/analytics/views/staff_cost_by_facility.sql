-- What staff cost; one row a facility and month of payment. A pay slip counts for the employee's primary facility at its end.
-- facilityid: Facility
-- facilityname: Its name
-- month: First day of the month in which it was paid
-- employees: Employees who were paid
-- hours: Hours worked, overtime included
-- overtime_hours: Overtime hours
-- regular_pay: Pay of regular hours, US dollars
-- overtime_pay: Pay of overtime, US dollars
-- bonuses: Bonuses, US dollars
-- gross_pay: All of it before deductions, US dollars
-- cost_per_hour: Gross pay of an hour worked, US dollars
-- percent_overtime: Share of overtime in the gross pay, percent
select
    facilities.facilityid,
    facilities.facilityname,
    cast(date_trunc('month', staffpayroll.paydate) as date) as month,
    count(distinct staffpayroll.staffid) as employees,
    sum(staffpayroll.regularhours + staffpayroll.overtimehours) as hours,
    sum(staffpayroll.overtimehours) as overtime_hours,
    sum(staffpayroll.regularpay) as regular_pay,
    sum(staffpayroll.overtimepay) as overtime_pay,
    sum(staffpayroll.bonuses) as bonuses,
    sum(staffpayroll.grosspay) as gross_pay,
    round(sum(staffpayroll.grosspay) / nullif(sum(staffpayroll.regularhours + staffpayroll.overtimehours), 0), 2)
        as cost_per_hour,
    round(100 * sum(staffpayroll.overtimepay) / nullif(sum(staffpayroll.grosspay), 0), 2) as percent_overtime
from staffpayroll
join lateral (
    select facilityid
    from stafffacilities
    where staffid = staffpayroll.staffid and isprimary and startdate <= staffpayroll.payperiodend
    order by startdate desc
    limit 1
) as assigned on true
join facilities on facilities.facilityid = assigned.facilityid
group by facilities.facilityid, facilities.facilityname, date_trunc('month', staffpayroll.paydate);
