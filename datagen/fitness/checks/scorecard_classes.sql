-- The scorecard: figures of classes, bookings and feedback that should lie in a band at full scale. Bands
-- follow the rules the data was made from; where a figure grows with a rule, its band is scaled by what that rule is
-- against its default.

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

-- S13: A few classes are cancelled or given by a substitute, and a fair share of visits are for a class.
-- source: docs/fitness-story.md#classes
-- why: Illness and thin bookings cancel a few classes; colleagues take over a few more.
-- uses: sessions, attended, memberaccess
-- least rows: 10000
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

-- S26: Most sessions cost nothing.
-- source: docs/fitness-story.md#classes
-- why: Classes come with the membership.
-- uses: classschedules
-- least rows: 300
-- share: free sessions: price = 0 from :bands.free_sessions
from classschedules;
