-- How long members stay; one row a month of joining. Shares are empty while the month's last member is not that long in.
-- join_month: First day of the month in which they joined
-- members: Members who joined in it
-- active: Of them, how many are Active today
-- suspended: Of them, how many are Suspended
-- cancelled: Of them, how many are Cancelled
-- percent_active: Share that is Active, percent
-- retained_90_days: Share that was a member, freezes included, 90 days after joining, percent
-- retained_180_days: The same after 180 days
-- retained_365_days: The same after 365 days
-- average_tenure_days: Mean days of membership so far
-- visits_per_member: Mean number of visits in the data
with today as (
    select max(cast(checkintime as date)) + 1 as day from memberaccess
),
spells as (
    select
        members.memberid,
        bool_or(spell.startdate <= members.joindate + 90 and spell.ended > members.joindate + 90) as after_90,
        bool_or(spell.startdate <= members.joindate + 180 and spell.ended > members.joindate + 180) as after_180,
        bool_or(spell.startdate <= members.joindate + 365 and spell.ended > members.joindate + 365) as after_365,
        sum(least(spell.ended, today.day) - spell.startdate) as days
    from members
    cross join today
    join (select memberid, startdate, coalesce(enddate, date '9999-12-31') as ended from membermemberships) as spell
        on spell.memberid = members.memberid
    where spell.startdate < today.day
    group by members.memberid
),
visits as (
    select memberid, count(*) as visits from memberaccess group by memberid
)
select
    cast(date_trunc('month', members.joindate) as date) as join_month,
    count(*) as members,
    count(*) filter (where members.memberstatus = 'Active') as active,
    count(*) filter (where members.memberstatus = 'Suspended') as suspended,
    count(*) filter (where members.memberstatus = 'Cancelled') as cancelled,
    round(100.0 * count(*) filter (where members.memberstatus = 'Active') / count(*), 1) as percent_active,
    case when max(members.joindate) + 90 < max(today.day)
        then round(100.0 * count(*) filter (where spells.after_90) / count(*), 1) end as retained_90_days,
    case when max(members.joindate) + 180 < max(today.day)
        then round(100.0 * count(*) filter (where spells.after_180) / count(*), 1) end as retained_180_days,
    case when max(members.joindate) + 365 < max(today.day)
        then round(100.0 * count(*) filter (where spells.after_365) / count(*), 1) end as retained_365_days,
    round(avg(spells.days), 0) as average_tenure_days,
    round(sum(coalesce(visits.visits, 0)) / count(*), 1) as visits_per_member
from members
cross join today
left join spells on spells.memberid = members.memberid
left join visits on visits.memberid = members.memberid
group by date_trunc('month', members.joindate);
