-- What members and managers say, and pay slips: people differ, and what is written holds.

-- K72: A remark calls a class late only where it began late.
-- source: docs/fitness-story.md#evaluation
-- why: A member does not complain about what the class log denies.
-- uses: instructorfeedback, classinstances, classschedules
select f.feedbackid, f.comments, i.actualstarttime, s.starttime
from instructorfeedback f
join classinstances i on i.instanceid = f.classinstanceid
join classschedules s on s.scheduleid = i.scheduleid
where f.comments like '%late%'
  and (i.actualstarttime is null
       or i.actualstarttime < i.classdate + s.starttime + :feedback.late_minutes * interval '1 minute');

-- K73: A remark calls a class crowded or full only where it was, and a group small only where it was.
-- source: docs/fitness-story.md#evaluation
-- why: A member who writes about the room was in it.
-- uses: instructorfeedback, classinstances, classschedules
select f.feedbackid, f.comments, i.actualcapacity, s.maxcapacity
from instructorfeedback f
join classinstances i on i.instanceid = f.classinstanceid
join classschedules s on s.scheduleid = i.scheduleid
where ((lower(f.comments) like '%crowded%' or lower(f.comments) like '%full house%')
       and i.actualcapacity < :feedback.full_share * s.maxcapacity)
   or (lower(f.comments) like '%small group%' and i.actualcapacity > :feedback.small_share * s.maxcapacity);

-- K74: Social security and Medicare are withheld from every pay slip.
-- source: docs/fitness-story.md#pay
-- why: The law (Federal Insurance Contributions Act) makes no exception for small pay.
-- uses: staffpayroll
select payrollid, grosspay, deductions from staffpayroll
where deductions < :staffing.payroll_tax * grosspay - 0.01;

-- S65: Some instructors are better, some members milder: the variance of ratings between them by that within (1 if
-- ratings are noise).
-- source: docs/fitness-story.md#evaluation
-- why: Ratings are about somebody, and by somebody.
-- uses: instructorfeedback
-- least rows: 2000
with ratings as (
    select 'instructors' as kind, instructorid as person, overallrating as rating, 10 as least from instructorfeedback
    union all
    select 'members', memberid, overallrating, 3 from instructorfeedback
),
people as (
    select kind, person, avg(rating) as mean, count(*) as answers, var_samp(rating) as spread
    from ratings
    group by kind, person
    having count(*) >= max(least)
),
means as (
    select kind, sum(answers * mean) / sum(answers) as mean from people group by kind
)
select p.kind as label,
       sum(p.answers * (p.mean - m.mean) * (p.mean - m.mean)) / nullif(count(*) - 1, 0)
       / nullif(sum((p.answers - 1) * p.spread) / sum(p.answers - 1), 0) as value,
       case when p.kind = 'members' then :feedback.mildness_weight / :default.feedback.mildness_weight
            else :feedback.skill_weight / :default.feedback.skill_weight end * :bands.rating_signal as low,
       sum(p.answers) as rows
from people p
join means m on m.kind = p.kind
group by p.kind;

-- S66: An instructor's scores persist from quarter to quarter (correlation of professionalism).
-- source: docs/fitness-story.md#evaluation
-- why: Skill does not change with the calendar.
-- uses: instructorperformance
-- least rows: 100
with scores as (
    select professionalismscore as score,
           lag(professionalismscore) over (partition by instructorid order by evaluationdate) as earlier
    from instructorperformance
)
select 'correlation of professionalism' as label, corr(score, earlier) as value,
       :bands.score_persistence * :feedback.score_skill / :default.feedback.score_skill as low, count(*) as rows
from scores where earlier is not null;

-- S67: Remarks are people's own: the share of the commonest one, of members and of managers.
-- source: docs/fitness-story.md#evaluation
-- why: Remarks that come again and again are a machine's.
-- uses: instructorfeedback, instructorperformance
-- least rows: 150
with texts as (
    select 'of members' as kind, comments, count(*) as times from instructorfeedback
    where comments is not null group by comments
    union all
    select 'of managers', comments, count(*) from instructorperformance where comments is not null group by comments
)
select kind as label, max(times) * 1.0 / sum(times) as value, null as low, :bands.commonest_remark as high,
       sum(times) as rows
from texts
group by kind;

-- S68: Who earns more is taxed more: deductions by gross pay vary within a person as pay does, and over persons they
-- grow with it.
-- source: docs/fitness-story.md#pay
-- why: Income tax is progressive.
-- uses: staffpayroll
-- least rows: 1000
with shares as (
    select staffid, deductions / grosspay as share, grosspay from staffpayroll where grosspay > 0
),
people as (
    select staffid, avg(share) as share, avg(grosspay) as pay, stddev_samp(share) as spread, count(*) as slips
    from shares
    group by staffid
)
select 'deviation within a person' as label, avg(spread) as value, :bands.deduction_spread as low, sum(slips) as rows
from people where slips >= 10
union all
select 'correlation with pay', corr(share, pay), :bands.deduction_growth, sum(slips) from people;

-- S69: Numbers of certificates and of machines have no pattern: half of them are odd.
-- source: docs/fitness-story.md#ids
-- why: Numbers that a step deals out favour some digits.
-- uses: staffcertifications, equipment
-- least rows: 500
with digits as (
    select 'certificates' as kind, right(certificationnumber, 1) as digit from staffcertifications
    union all
    select 'machines', right(serialnumber, 1) from equipment
)
select kind as label, avg(case when digit in ('1', '3', '5', '7', '9') then 1.0 else 0 end) as value,
       0.5 - :bands.odd_tolerance as low, 0.5 + :bands.odd_tolerance as high, count(*) as rows
from digits
group by kind;

-- S80: Feedback is not hurried where months of the window meet: days that it takes on classes of the last two days
-- before these borders, against other classes; the last two weeks of quarters and of the window are left out.
-- source: docs/fitness-story.md#evaluation
-- why: Members answer when they answer; only the survey of a quarter closes on a day.
-- uses: instructorfeedback, classinstances
-- least rows: 5000
-- least days: 120
with answers as (
    select f.feedbackdate - i.classdate as days,
           exists (
               select 1 from generate_series(1, :months - 1) as g(n)
               where cast(:as_of - g.n * interval '1 month' as date) - i.classdate between 1 and 2
           ) as at_border
    from instructorfeedback f
    join classinstances i on i.instanceid = f.classinstanceid
    where i.classdate < :as_of - :feedback.delay_most
      and date_trunc('quarter', cast(i.classdate as timestamp))
          = date_trunc('quarter', cast(i.classdate + :feedback.delay_most as timestamp))
)
select 'days at the borders of months' as label,
       avg(days * 1.0) filter (where at_border) / nullif(avg(days * 1.0) filter (where not at_border), 0) as value,
       :bands.border_feedback.0 as low, :bands.border_feedback.1 as high, count(*) as rows
from answers;
