-- The scorecard: figures of the door log that should lie in a band at full scale. Bands
-- follow the rules the data was made from; where a figure grows with a rule, its band is scaled by what that rule is
-- against its default.

-- S03: Members come two to three times a week, over the weeks of their spells; most average 2 to 4 visits.
-- source: docs/fitness-story.md#visits
-- why: Two to four visits a week is what most members do; the median sits below because many come less.
-- uses: memberaccess, membermemberships
-- least rows: 300
with active as (
    select memberid, sum(least(coalesce(enddate, :as_of), :as_of) - greatest(startdate, :start)) / 7.0 as weeks
    from membermemberships
    where status <> 'Suspended' and startdate < :as_of and (enddate is null or enddate > :start)
    group by memberid
),
paces as (
    select a.memberid, coalesce(v.visits, 0) / a.weeks as pace
    from active a
    left join (select memberid, count(*) as visits from memberaccess group by memberid) v on v.memberid = a.memberid
    where a.weeks >= :bands.weeks_judged
)
select 'median visits a week' as label, percentile_cont(0.5) within group (order by pace) as value,
       :bands.weekly_visits.0 * :visits.weekly_median / :default.visits.weekly_median as low,
       :bands.weekly_visits.1 * :visits.weekly_median / :default.visits.weekly_median as high, count(*) as rows
from paces
union all
select 'share averaging 2 to 4',
       avg(case when pace between :bands.usual_visits.0 * :visits.weekly_median / :default.visits.weekly_median
                              and :bands.usual_visits.1 * :visits.weekly_median / :default.visits.weekly_median
                then 1.0 else 0 end),
       :bands.usual_share, null, count(*)
from paces;

-- S04: Most weekday check-ins fall in 06:00-08:59 and 17:00-19:59.
-- source: docs/fitness-story.md#visits
-- why: People train before and after work.
-- uses: memberaccess
-- least rows: 100000
-- share: weekday check-ins at peak hours: date_part('hour', checkintime) between :bands.morning_peak.0
-- and :bands.morning_peak.1 or date_part('hour', checkintime) between :bands.evening_peak.0 and :bands.evening_peak.1
-- from :bands.peak_share.0 to :bands.peak_share.1
from memberaccess where date_part('isodow', checkintime) <= 5;

-- S05: A weekend day has about half the check-ins of a weekday.
-- source: docs/fitness-story.md#visits
-- why: Weekends are quieter in clubs that live from people who work on weekdays.
-- uses: memberaccess
-- least rows: 20000
with days as (
    select cast(:start + g.n * interval '1 day' as date) as day from generate_series(0, :as_of - :start - 1) as g(n)
),
counts as (
    select extract(isodow from d.day) >= 6 as weekend, count(*) as days, sum(coalesce(v.visits, 0)) as visits
    from days d
    left join (
        select cast(checkintime as date) as day, count(*) as visits from memberaccess group by cast(checkintime as date)
    ) v on v.day = d.day
    group by extract(isodow from d.day) >= 6
)
select 'mean weekend day against mean weekday' as label,
       (e.visits * w.days) / nullif(w.visits * e.days * 1.0, 0) as value,
       :bands.weekend_ratio.0 * k.moved as low, :bands.weekend_ratio.1 * k.moved as high, e.visits + w.visits as rows
from counts e
join counts w on e.weekend and not w.weekend
cross join (
    select (:visits.weekday_weights.5 + :visits.weekday_weights.6)
           * (:default.visits.weekday_weights.0 + :default.visits.weekday_weights.1 + :default.visits.weekday_weights.2
              + :default.visits.weekday_weights.3 + :default.visits.weekday_weights.4)
           / ((:default.visits.weekday_weights.5 + :default.visits.weekday_weights.6)
              * (:visits.weekday_weights.0 + :visits.weekday_weights.1 + :visits.weekday_weights.2
                 + :visits.weekday_weights.3 + :visits.weekday_weights.4)) as moved
) k;

-- S11: Visits last about an hour, with a long tail.
-- source: docs/fitness-story.md#visits
-- why: An hour of training and a change of clothes, with some who stay much longer.
-- uses: memberaccess
-- least rows: 20000
with lengths as (select date_part('epoch', checkouttime - checkintime) / 60 as minutes from memberaccess),
middle as (select avg(minutes) as mean, count(*) as visits from lengths)
select 'mean minutes' as label, mean as value,
       :bands.visit_minutes.0 * :visits.length_median / :default.visits.length_median as low,
       :bands.visit_minutes.1 * :visits.length_median / :default.visits.length_median as high, visits as rows
from middle
union all
select 'skew',
       avg((l.minutes - m.mean) * (l.minutes - m.mean) * (l.minutes - m.mean))
       / nullif(power(avg((l.minutes - m.mean) * (l.minutes - m.mean)), 1.5), 0),
       :bands.visit_skew, null, max(m.visits)
from lengths l cross join middle m;

-- S12: Visits are heavy-tailed across members: the variance of yearly counts is several times their mean.
-- source: docs/fitness-story.md#visits
-- why: A few come nearly every day and many seldom: independent coin flips would give a ratio near 1.
-- uses: memberaccess, membermemberships
-- least rows: 300
-- least days: 365
with present as (
    select distinct memberid from membermemberships
    where status <> 'Suspended' and startdate < :as_of
      and (enddate is null or enddate > cast(:as_of - interval '12 months' as date))
),
counts as (
    select p.memberid, coalesce(v.visits, 0) as visits
    from present p
    left join (
        select memberid, count(*) as visits from memberaccess
        where checkintime >= :as_of - interval '12 months' group by memberid
    ) v on v.memberid = p.memberid
)
select 'variance by mean' as label, var_samp(visits) / nullif(avg(visits), 0) as value, :bands.heavy_tail as low,
       count(*) as rows
from counts;

-- S14: Monday, Tuesday and Wednesday each see more check-ins than Friday, Sunday the fewest.
-- source: docs/fitness-story.md#visits
-- why: Good intentions fade over the week.
-- uses: memberaccess
-- least rows: 20000
with days as (
    select w.place, w.weight, count(v.day) as visits, sum(count(v.day)) over () as total
    from (values :visits.weekday_weights) w (place, weight)
    left join (select date_part('isodow', checkintime) - 1 as day from memberaccess) v on v.day = w.place
    group by w.place, w.weight
)
select case d.place when 0 then 'Monday' when 1 then 'Tuesday' else 'Wednesday' end || ' against Friday' as label,
       d.visits * 1.0 / nullif(f.visits, 0) as value, case when d.weight > f.weight then 1.0 end as low, d.total as rows
from days d join days f on f.place = 4
where d.place < 3
union all
select 'next quietest day against Sunday', min(d.visits) * 1.0 / nullif(max(s.visits), 0),
       case when max(s.weight) < min(d.weight) then 1.0 end, max(d.total)
from days d join days s on s.place = 6
where d.place < 6;

-- S18: Doors are opened by card, app and staff in the shares of the rules.
-- source: docs/fitness-story.md#visits
-- uses: memberaccess
-- why: A way in is a person's: a few hundred members show other shares.
-- least rows: 200000
-- mix: accessmethod as :visits.access_methods within :bands.share_tolerance
from memberaccess;
