-- Evaluations of instructors, and what members say of them.

-- H84a: Classes a month are those the instructor taught in the quarter, a third, rounded.
-- source: docs/fitness-story.md#evaluation
-- why: The figure is a summary of the class log, and can be recomputed from it.
-- uses: evaluations, taught
select e.performanceid, e.instructorid, e.quarter, e.classespermonth, t.classes
from evaluations e
left join taught t on t.instructorid = e.instructorid and t.quarter = e.quarter
where t.classes is null or 2 * abs(3 * e.classespermonth - t.classes) > 3;

-- H84b: Average attendance is the mean of those who attended these classes, to the hundredth.
-- source: docs/fitness-story.md#evaluation
-- why: It is what a manager would compute from the class log before the talk.
-- uses: evaluations, taught
select e.performanceid, e.instructorid, e.quarter, e.averageattendance, t.attended, t.classes
from evaluations e
join taught t on t.instructorid = e.instructorid and t.quarter = e.quarter
where 2 * abs(cast(100 * e.averageattendance as integer) * t.classes - 100 * t.attended) > t.classes;

-- H84c: The satisfaction score is the mean rating in the quarter's feedback, to the hundredth; empty without any.
-- source: docs/fitness-story.md#evaluation
-- why: It can only summarise feedback that exists; without feedback there is no score rather than a zero.
-- uses: evaluations, instructorfeedback
select e.performanceid, e.instructorid, e.quarter, e.membersatisfactionscore, f.total, f.answers
from evaluations e
left join (
    select instructorid, cast(date_trunc('quarter', cast(feedbackdate as timestamp)) as date) as quarter,
           count(*) as answers, sum(overallrating) as total
    from instructorfeedback
    group by instructorid, cast(date_trunc('quarter', cast(feedbackdate as timestamp)) as date)
) f on f.instructorid = e.instructorid and f.quarter = e.quarter
where (f.answers is null) <> (e.membersatisfactionscore is null)
   or 2 * abs(cast(100 * e.membersatisfactionscore as integer) * f.answers - 100 * f.total) > f.answers;

-- H84d: The overall rating is the mean of the scores that are present, to the hundredth.
-- source: docs/fitness-story.md#evaluation
-- uses: instructorperformance
select performanceid, membersatisfactionscore, professionalismscore, communicationscore, overallrating
from (
    select performanceid, membersatisfactionscore, professionalismscore, communicationscore, overallrating,
           coalesce(membersatisfactionscore, 0) + professionalismscore + communicationscore as total,
           case when membersatisfactionscore is null then 2 else 3 end as scores
    from instructorperformance
) e
where 2 * abs(cast(100 * overallrating as integer) * scores - cast(100 * total as integer)) > scores;

-- H84e: Evaluations are dated 1 to 20 days after a quarter wholly inside the window, and before the as-of day.
-- source: docs/fitness-story.md#evaluation
-- why: A quarter is evaluated after it has ended, and only one that the data covers whole can be recomputed.
-- uses: evaluations
select performanceid, evaluationdate, quarter
from evaluations
where evaluationdate - following + 1 not between :feedback.evaluation_days.0 and :feedback.evaluation_days.1
   or quarter < :start or evaluationdate >= :as_of;

-- H84f: Whoever taught in a quarter wholly inside the window has one evaluation of it, nobody has two.
-- source: docs/fitness-story.md#evaluation
-- why: A missing evaluation would bias averages towards those who were evaluated.
-- uses: evaluations, taught
select t.instructorid, t.quarter, count(e.performanceid) as evaluations
from taught t
left join evaluations e on e.instructorid = t.instructorid and e.quarter = t.quarter
where t.quarter >= :start
group by t.instructorid, t.quarter
having count(e.performanceid) > 1
    or (count(e.performanceid) = 0
        and cast(t.quarter + interval '3 months' as date) + :feedback.evaluation_days.1 - 1 < :as_of);

-- H84g: The evaluator is a Manager, employed that day and not the instructor.
-- source: docs/fitness-story.md#evaluation
-- why: An evaluation is a manager's judgement of somebody else.
-- uses: instructorperformance, staff
select e.performanceid, e.evaluatorid, e.evaluationdate, m.jobtitle, m.hiredate, m.terminationdate
from instructorperformance e
join staff m on m.staffid = e.evaluatorid
where m.jobtitle <> 'Manager' or e.evaluatorid = e.instructorid
   or e.evaluationdate < m.hiredate or e.evaluationdate > m.terminationdate;

-- H90a: Feedback comes from members who attended the session.
-- source: docs/fitness-story.md#evaluation
-- why: The request for feedback goes to those who were checked in.
-- uses: instructorfeedback, classenrollments
select f.feedbackid, f.memberid, f.classinstanceid
from instructorfeedback f
where not exists (
    select 1 from classenrollments e
    where e.memberid = f.memberid and e.instanceid = f.classinstanceid and e.enrollmentstatus = 'Attended'
);

-- H90b: Feedback is about who taught the session.
-- source: docs/fitness-story.md#evaluation
-- why: When a substitute taught, the opinion is about the substitute.
-- uses: instructorfeedback, classinstances
select f.feedbackid, f.instructorid, i.actualinstructorid, f.classinstanceid
from instructorfeedback f
join classinstances i on i.instanceid = f.classinstanceid
where f.instructorid <> i.actualinstructorid;

-- H90c: Feedback comes 0 to 14 days after the session.
-- source: docs/fitness-story.md#evaluation
-- why: The survey link closes two weeks after the class.
-- uses: instructorfeedback, classinstances
select f.feedbackid, f.feedbackdate, i.classdate
from instructorfeedback f
join classinstances i on i.instanceid = f.classinstanceid
where f.feedbackdate - i.classdate not between 0 and :feedback.delay_most;

-- H90d: A member gives feedback on a session once.
-- source: docs/fitness-story.md#evaluation
-- uses: instructorfeedback
select memberid, classinstanceid, count(*) as times
from instructorfeedback group by memberid, classinstanceid having count(*) > 1;
