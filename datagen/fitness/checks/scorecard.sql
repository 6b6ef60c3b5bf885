-- The scorecard: figures that should lie in a band at full scale. Bands follow the rules the data was made from; where
-- a figure grows with a rule, its band is scaled by what that rule is against its default.

-- relation begun: Spells that are no freezes, with the plan and the age of the member at its beginning.
-- uses: spells, members
select s.typename,
       extract(year from s.startdate) - extract(year from m.dateofbirth)
       - case when extract(month from s.startdate) * 100 + extract(day from s.startdate)
                   < extract(month from m.dateofbirth) * 100 + extract(day from m.dateofbirth)
              then 1 else 0 end as age
from spells s
join members m on m.memberid = s.memberid
where s.status <> 'Suspended';

-- S01: Dues are paid by credit card, debit card and other methods in the shares of the rules.
-- source: docs/fitness-story.md#payments
-- why: Card is how most dues are paid; a share that drifts points at a join that loses rows.
-- uses: memberpayments
-- least rows: 40000
-- share: credit card: paymentmethod = 'Credit Card' near :payments.methods.credit_card
-- within :bands.methods_tolerance
-- share: debit card: paymentmethod = 'Debit Card' near :payments.methods.debit_card within :bands.methods_tolerance
-- share: other: paymentmethod not in ('Credit Card', 'Debit Card')
-- near 1 - :payments.methods.credit_card - :payments.methods.debit_card within :bands.methods_tolerance
from memberpayments where paymenttype in ('Monthly Fee', 'Annual Fee');

-- S02: The share of payment attempts that are Completed is that of the rules.
-- source: docs/fitness-story.md#payments
-- why: One attempt in twenty failing is the usual experience of recurring card payments.
-- uses: memberpayments
-- least rows: 20000
-- share: completed: status = 'Completed' from :payments.success_rate - :bands.success_tolerance
-- to least(1, :payments.success_rate + :bands.success_tolerance)
from memberpayments;

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
-- least rows: 20000
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

-- S06: More members join in a spring month, fewer in December.
-- source: docs/fitness-story.md#members
-- why: People join when they plan for summer, and put it off in December.
-- uses: members
-- least rows: 3000
with joins as (
    select count(*) as total,
           count(*) filter (where extract(month from joindate) in (3, 4, 5)) / 3.0 as spring,
           count(*) filter (where extract(month from joindate) = 12) as december
    from members
)
select 'spring month against the mean month' as label, 12.0 * spring / nullif(total, 0) as value,
       :bands.spring_joins.0 * k.moved as low, :bands.spring_joins.1 * k.moved as high, total as rows
from joins
cross join (
    select (:members.join_months.2 + :members.join_months.3 + :members.join_months.4)
           / (:default.members.join_months.2 + :default.members.join_months.3 + :default.members.join_months.4) as moved
) k
union all
select 'December against the mean month', 12.0 * december / nullif(total, 0),
       :bands.december_joins.0 * :members.join_months.11 / :default.members.join_months.11,
       :bands.december_joins.1 * :members.join_months.11 / :default.members.join_months.11, total
from joins;

-- S07: The young take Student plans, the middle-aged Family plans, the old Senior plans.
-- source: docs/fitness-story.md#memberships
-- why: Prices by age steer who takes which plan.
-- uses: begun
-- least rows: 150
-- share: Student at 16-24: typename like 'Student%'
-- among age >= :memberships.age_bands.0 and age < :memberships.age_bands.1
-- from :bands.student_share * :memberships.plans_16_24.student / :default.memberships.plans_16_24.student
-- share: Family at 30-50: typename like 'Family%'
-- among age >= :memberships.age_bands.2 and age < :memberships.age_bands.3
-- from :bands.family_share * :memberships.plans_30_50.family / :default.memberships.plans_30_50.family
-- share: Senior at 65 and over: typename like 'Senior%' among age >= :memberships.age_bands.5
-- from :bands.senior_share * :memberships.plans_65_up.senior / :default.memberships.plans_65_up.senior
from begun;

-- S08: The share of Active members by tenure is that of the rules.
-- source: docs/fitness-story.md#memberships
-- why: Most leave within the first year; who stays longer is likelier to stay on.
-- uses: members
-- least rows: 100
-- share: Active, new: memberstatus = 'Active' among days < :members.new_tenure near :members.new_status.active
-- within :bands.active_tolerance
-- share: Active, in the first year: memberstatus = 'Active'
-- among days >= :members.new_tenure and days < :members.long_tenure
-- near :members.recent_status.active within :bands.active_tolerance
-- share: Active, longer: memberstatus = 'Active' among days >= :members.long_tenure
-- near :members.long_status.active within :bands.active_tolerance
from (select memberstatus, :as_of - joindate as days from members) m;

-- S09: Classes are more than half full, and some who booked do not come.
-- source: docs/fitness-story.md#bookings
-- why: A timetable that fits demand fills most seats; free bookings are forgotten now and then.
-- uses: sessions, classenrollments
-- least rows: 5000
select 'attended by seats' as label, sum(actualcapacity) * 1.0 / nullif(sum(maxcapacity), 0) as value,
       :bands.fill.0 as low, :bands.fill.1 as high, count(*) as rows
from sessions where status = 'Completed'
union all
select 'no-shows by bookings', avg(case when enrollmentstatus = 'No-Show' then 1.0 else 0 end),
       :classes.no_show_share - :bands.no_show_tolerance.0, :classes.no_show_share + :bands.no_show_tolerance.1,
       count(*)
from classenrollments where enrollmentstatus in ('Attended', 'No-Show');

-- S10: Some classes, the popular ones, have a waitlist.
-- source: docs/fitness-story.md#bookings
-- why: Some classes are liked more than their room can hold.
-- uses: bookings, classinstances
-- least rows: 5000
select 'classes with a waitlist' as label,
       (select count(distinct instanceid) from bookings
        where enrollmentstatus = 'Waitlisted' and classstatus = 'Completed') * 1.0 / nullif(count(*), 0) as value,
       :bands.waitlists.0 as low, :bands.waitlists.1 as high, count(*) as rows
from classinstances where status = 'Completed';

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

-- S13: A few classes are cancelled or given by a substitute, and a fair share of visits are for a class.
-- source: docs/fitness-story.md#classes
-- why: Illness and thin bookings cancel a few classes; colleagues take over a few more.
-- uses: sessions, attended, memberaccess
-- least rows: 5000
select 'classes cancelled' as label, avg(case when status = 'Cancelled' then 1.0 else 0 end) as value,
       :bands.cancelled_classes.0 as low, :bands.cancelled_classes.1 as high, count(*) as rows
from sessions where classdate < :as_of
union all
select 'classes given by a substitute', avg(case when actualinstructorid <> instructorid then 1.0 else 0 end),
       :bands.substituted_classes.0, :bands.substituted_classes.1, count(*)
from sessions where status = 'Completed'
union all
select 'visits for a class', (select count(distinct accessid) from attended) * 1.0 / nullif(count(*), 0),
       :bands.class_visits.0 * :classes.visit_share / :default.classes.visit_share,
       :bands.class_visits.1 * :classes.visit_share / :default.classes.visit_share, count(*)
from memberaccess;

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

-- S15: Failures cluster: a payment is likelier to fail after one that failed.
-- source: docs/fitness-story.md#payments
-- why: A card without funds fails again: failures come in runs, unlike independent draws.
-- uses: memberpayments
-- least rows: 20000
with attempts_in_turn as (
    select case when status = 'Failed' then 1.0 else 0 end as failed,
           lag(status) over (partition by memberid order by paymentdate, paymentid) as before
    from memberpayments
)
select 'failures after a failure against all' as label,
       avg(failed) filter (where before = 'Failed') / nullif(avg(failed), 0) as value,
       :bands.failure_clusters as low, count(*) as rows
from attempts_in_turn;

-- S16: Feedback is J-shaped: fives lead, then fours, then threes.
-- source: docs/fitness-story.md#evaluation
-- why: Those who are pleased or annoyed answer; the middle stays silent.
-- uses: instructorfeedback
-- least rows: 1000
with ratings as (
    select count(*) as total, count(*) filter (where overallrating = 5) as fives,
           count(*) filter (where overallrating = 4) as fours, count(*) filter (where overallrating = 3) as threes
    from instructorfeedback
)
select 'share of fives' as label, fives * 1.0 / nullif(total, 0) as value,
       :bands.fives * :feedback.ratings.5 / :default.feedback.ratings.5 as low, total as rows
from ratings
union all
select 'fives against fours', fives * 1.0 / nullif(fours, 0),
       case when :feedback.ratings.5 > :feedback.ratings.4 then 1.0 end, total
from ratings
union all
select 'fours against threes', fours * 1.0 / nullif(threes, 0),
       case when :feedback.ratings.4 > :feedback.ratings.3 then 1.0 end, total
from ratings;

-- S17: Members have about two spells in three years.
-- source: docs/fitness-story.md#memberships
-- why: Renewals, changes and freezes each begin a new spell.
-- uses: membermemberships
-- least rows: 300
select 'spells a member' as label, count(*) * 1.0 / nullif(count(distinct memberid), 0) as value,
       :bands.spells.0 as low, :bands.spells.1 as high, count(distinct memberid) as rows
from membermemberships;

-- S18: Doors are opened by card, app and staff in the shares of the rules.
-- source: docs/fitness-story.md#visits
-- uses: memberaccess
-- least rows: 20000
-- mix: accessmethod as :visits.access_methods within :bands.share_tolerance
from memberaccess;

-- S19: Machines are used for workouts, warm-ups and cool-downs in the shares of the rules.
-- source: docs/fitness-story.md#machine-use
-- uses: equipmentusage
-- least rows: 20000
-- mix: usagetype as :machines.usage_types within :bands.share_tolerance
from equipmentusage;

-- S20: Machines are in order, in maintenance and out of order in the shares of the rules.
-- source: docs/fitness-story.md#equipment
-- why: Machines wait for service and parts.
-- uses: equipment
-- least rows: 500
-- mix: status as :equipment.status within :bands.state_tolerance
from equipment;

-- S21: Staff are active, on leave and terminated in the shares of the rules.
-- source: docs/fitness-story.md#staff
-- uses: staff
-- least rows: 200
-- mix: status as :staff.status within :bands.state_tolerance
from staff;

-- S22: Most members have no medical alert.
-- source: docs/fitness-story.md#members
-- uses: members
-- least rows: 2000
-- share: without an alert: medicalalerts is null near 1 - :members.medical_alert_share within :bands.alert_tolerance
from members;

-- S23: Most members live in the metropolitan area of a facility: in its city, or within 40 km.
-- source: docs/fitness-story.md#members
-- why: People choose a club they can reach.
-- uses: members, facilities, places
-- least rows: 200
with homes as (
    select m.zipcode, m.city, m.state, count(*) as people from members m group by m.zipcode, m.city, m.state
),
clubs as (
    select f.city, f.state, cast(p.latitude as double precision) as latitude,
           cast(p.longitude as double precision) as longitude
    from facilities f join places p on p.zip = f.zipcode
),
near as (
    select h.zipcode, h.city, h.state, h.people,
           bool_or((c.city = h.city and c.state = h.state)
                   -- the haversine distance on a sphere of the Earth's mean radius
                   or 2 * 6371.0088 * asin(least(1.0, sqrt(
                       power(sin(radians(c.latitude - cast(p.latitude as double precision)) / 2), 2)
                       + cos(radians(c.latitude)) * cos(radians(cast(p.latitude as double precision)))
                         * power(sin(radians(c.longitude - cast(p.longitude as double precision)) / 2), 2)
                   ))) <= :members.metro_km) as is_near
    from homes h
    left join places p on p.zip = h.zipcode
    cross join clubs c
    group by h.zipcode, h.city, h.state, h.people
)
select 'near a facility' as label,
       sum(case when is_near then people else 0 end) * 1.0 / nullif(sum(people), 0) as value,
       :bands.metro_share as low, sum(people) as rows
from near;

-- S24: About one facility in five is open round the clock.
-- source: docs/fitness-story.md#facilities
-- why: Staying open at night pays in some places only.
-- uses: facilities
-- least rows: 10
-- share: open 24/7: opentime = time '00:00:00' and closetime = time '23:59:59' near :facilities.always_open_share
-- within :bands.always_open_tolerance
from facilities;

-- S25: Few payments are refunded.
-- source: docs/fitness-story.md#payments
-- uses: memberpayments
-- least rows: 20000
-- share: refunded: status = 'Refunded' up to :bands.refunds
from memberpayments;

-- S26: Most sessions cost nothing.
-- source: docs/fitness-story.md#classes
-- why: Classes come with the membership.
-- uses: classschedules
-- least rows: 300
-- share: free sessions: price = 0 from :bands.free_sessions
from classschedules;

-- S27: Older machines are repaired more often, the older half of a kind against the younger one.
-- source: docs/fitness-story.md#maintenance
-- why: Wear grows with age.
-- uses: equipment, equipmentmaintenance
-- least rows: 500
with halves as (
    select e.equipmentid,
           percent_rank() over (partition by e.equipmenttype order by e.purchasedate, e.equipmentid) < 0.5 as is_old,
           (select count(*) from equipmentmaintenance m
            where m.equipmentid = e.equipmentid and m.maintenancetype = 'Repair') as repairs
    from equipment e
)
select 'repairs of older against younger machines' as label,
       avg(repairs) filter (where is_old) / nullif(avg(repairs) filter (where not is_old), 0) as value,
       :bands.repairs_of_old as low, sum(repairs) as rows
from halves;
