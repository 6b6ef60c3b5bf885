-- The plots of the report that are about members and what they pay.

-- plot members_over_time: Members with a running membership
-- form: lines
-- unit: members
-- says: People join and leave all the time; what stays is the size of the chain.
with months as (
    select unnest(generate_series(date_trunc('month', :start), date_trunc('month', :as_of), interval 1 month)) as day
)
select strftime(cast(day as date), '%Y-%m') as x,
       (select count(distinct memberid) from membermemberships
        where startdate <= day and (enddate is null or enddate > day)) as value
from months where day >= :start order by day;

-- plot joins_by_month: New members by month
-- form: columns
-- unit: members
-- says: Spring brings most, December fewest.
select strftime(joindate, '%Y-%m') as label, count(*) as value
from members where joindate >= date_trunc('month', :as_of - interval 24 month) and joindate < date_trunc('month', :as_of) group by 1 order by 1;

-- plot retention: How many stay, by the year in which they joined
-- form: lines
-- unit: % of those who joined
-- says: Some leave within days, some at the end of the first year; some come back.
with joined as (
    select memberid, joindate, cast(extract(year from joindate) as integer) as cohort from members
    where joindate >= :as_of - interval 4 year
), ages as (
    select unnest(range(0, 37, 3)) as months
), followed as (
    select joined.cohort, ages.months, exists (
        select 1 from membermemberships as spell
        where spell.memberid = joined.memberid and spell.startdate <= joined.joindate + to_months(cast(ages.months as integer))
          and (spell.enddate is null or spell.enddate > joined.joindate + to_months(cast(ages.months as integer)))
    ) as stays
        from joined cross join ages
    where make_date(joined.cohort, 12, 31) + to_months(cast(ages.months as integer)) < :as_of
)
select months as x, cohort as series, 100.0 * avg(case when stays then 1 else 0 end) as value
from followed group by cohort, months having count(*) >= 10 order by cohort, months;

-- plot ages: Members by age and gender
-- form: columns
-- unit: members
-- says: Most are between twenty-five and forty-five.
select case when age < 20 then 'under 20' when age >= 70 then '70 and over'
       else (age // 10 * 10) || '-' || (age // 10 * 10 + 9) end as label,
       gender as series, count(*) as value
from (select gender, date_diff('year', dateofbirth, :as_of) as age from members where memberstatus = 'Active')
group by 1, 2 order by min(age), 2;

-- plot revenue: Revenue by month and kind
-- form: columns
-- unit: US dollars
-- says: Fees of memberships carry the chain; registrations follow the joins.
select strftime(paymentdate, '%Y-%m') as label, paymenttype as series, sum(amount) as value
from memberpayments where status = 'Completed' and paymentdate >= date_trunc('month', :start + interval 1 month - interval 1 day)
  and (paymentdate < date_trunc('month', :as_of) or date_trunc('month', :start + interval 1 month - interval 1 day) >= date_trunc('month', :as_of))
group by 1, 2 order by 1, 2;
