-- Customers as a whole: who they are, how they reach the bank and what they think of it. A share may lie some points
-- above or below its rule, or some standard errors if those are more, so that a small data set is not failed by chance.

-- relation customer_facts: What customers have, in numbers: accounts, interactions, complaints and more.
-- uses: customers, accounts, interactions, complaints, campaign_responses, employee_assignments, loan_applications,
-- policies
select c.customer_id, coalesce(a.n, 0) as accounts, coalesce(i.n, 0) as interactions, coalesce(x.n, 0) as complaints,
       coalesce(r.n, 0) as responses, coalesce(e.n, 0) as assignments, coalesce(l.n, 0) as applications,
       coalesce(p.n, 0) as policies
from customers c
left join (select customer_id, count(*) as n from accounts group by customer_id) a on a.customer_id = c.customer_id
left join (select customer_id, count(*) as n from interactions group by customer_id) i on i.customer_id = c.customer_id
left join (select customer_id, count(*) as n from complaints group by customer_id) x on x.customer_id = c.customer_id
left join (select customer_id, count(*) as n from campaign_responses group by customer_id) r
  on r.customer_id = c.customer_id
left join (select customer_id, count(*) as n from employee_assignments group by customer_id) e
  on e.customer_id = c.customer_id
left join (select customer_id, count(*) as n from loan_applications group by customer_id) l
  on l.customer_id = c.customer_id
left join (select customer_id, count(*) as n from policies group by customer_id) p on p.customer_id = c.customer_id;

-- S01: Segments of customers.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
-- mix: segment as :customers.segments within :bands.share_points or :bands.standard_errors standard errors
from customer_profiles;

-- S07a: Interactions a customer in the shares of the rules.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- mix: cast(interactions as varchar) as :service.contacts
-- within :bands.share_points or :bands.standard_errors standard errors
from customer_facts;

-- S07b: The more interactions, the fewer customers have so many, from one on.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
with expected as (
    select cast(name as integer) as times, 1e0 * share as share from (values :service.contacts) m (name, share)
),
found as (
    select e.times, e.share, count(c.customer_id) as customers, max(w.customers) as rows
    from expected e
    cross join (select count(*) as customers from customer_facts) w
    left join customer_facts c on c.interactions = e.times
    group by e.times, e.share
)
select cast(a.times as varchar) || ' less ' || cast(b.times as varchar) as label,
       (a.customers - b.customers) * 1e0 / nullif(a.rows, 0) as value,
       -:bands.standard_errors * sqrt((a.share + b.share) / nullif(a.rows, 0)) as low,
       cast(null as double precision) as high, a.rows as rows
from found a
join found b on b.times = a.times + 1
where a.times > 0 and a.share >= b.share;

-- S07c: Mean number of interactions a customer.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
select 'mean' as label, avg(1e0 * c.interactions) as value, :bands.mean_contacts.0 + max(m.moved) as low,
       :bands.mean_contacts.1 + max(m.moved) as high, count(*) as rows
from customer_facts c
cross join (
    select sum(cast(s.name as integer) * (1e0 * s.share - d.share)) as moved
    from (values :service.contacts) s (name, share)
    join (values :default.service.contacts) d (name, share) on d.name = s.name
) m;

-- S08a: Channels of interactions.
-- source: docs/bank-story.md#scorecard
-- uses: interactions
-- least rows: 1000
-- mix: channel as :service.channels within :bands.share_points or :bands.standard_errors standard errors
from interactions;

-- S08b: Interactions handled by an employee.
-- source: docs/bank-story.md#scorecard
-- uses: interactions
-- least rows: 1000
-- share: handled by an employee: handled_by is not null near :service.channels.phone * :service.handled_shares.0 +
-- :service.channels.email * :service.handled_shares.1 + :service.channels.web * :service.handled_shares.2 +
-- :service.channels.mobile_app * :service.handled_shares.3 + :service.channels.branch * :service.handled_shares.4
-- within :bands.share_points or :bands.standard_errors standard errors
from interactions;

-- S09a: Customers who complain.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: who complain: complaints > 0 near :service.complainer_share within :bands.few_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S09b: Kinds of complaints.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 90
-- mix: complaint_type as :service.complaint_types within :bands.share_points or :bands.standard_errors standard errors
from complaints;

-- S09c: States of complaints.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 90
-- mix: status as :service.complaint_statuses within :bands.share_points or :bands.standard_errors standard errors
from complaints;

-- S10: Customers who respond to campaigns.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 1000
-- share: who respond: responses > 0 near :campaigns.responder_share within :bands.few_points or
-- :bands.standard_errors standard errors
from customer_facts;

-- S11a: Interactions with a survey.
-- source: docs/bank-story.md#scorecard
-- uses: interactions, satisfaction_surveys
-- least rows: 1000
-- share: with a survey: s.survey_id is not null near :service.surveyed_share within :bands.share_points or
-- :bands.standard_errors standard errors
from interactions i left join satisfaction_surveys s on s.interaction_id = i.interaction_id;

-- S11b: Surveys with a comment.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys
-- least rows: 400
-- share: with a comment: comments is not null near :service.comment_share within :bands.share_points or
-- :bands.standard_errors standard errors
from satisfaction_surveys;

-- S11c: The net promoter score; stars follow the score.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys
-- least rows: 400
with ranks as (
    select rank() over (order by nps_score) + (count(*) over (partition by nps_score) - 1) / 2e0 as nps,
           rank() over (order by satisfaction_rating) + (count(*) over (partition by satisfaction_rating) - 1) / 2e0
               as stars
    from satisfaction_surveys
),
rules (name, mean, slope) as (
    values ('now', :service.nps + :service.nps_slope * :service.content, :service.nps_slope),
           ('usual', :default.service.nps + :default.service.nps_slope * :default.service.content,
            :default.service.nps_slope)
),
-- Promoters give 9 or more, detractors 6 or less; 1.702 makes the logistic curve of the normal one.
expected as (
    select name, 100 * (1 / (1 + exp(1.702e0 * (8.5e0 - mean) / greatest(slope, 0.01e0)))
                        - 1 / (1 + exp(1.702e0 * (mean - 6.5e0) / greatest(slope, 0.01e0)))) as score
    from rules
),
moved as (
    select max(case when name = 'now' then score end) - max(case when name = 'usual' then score end) as points
    from expected
)
select 'net promoter score' as label,
       100 * avg(case when nps_score >= 9 then 1e0 when nps_score <= 6 then -1e0 else 0 end) as value,
       :bands.promoter_score.0 + max(m.points) as low, :bands.promoter_score.1 + max(m.points) as high,
       count(*) as rows
from satisfaction_surveys cross join moved m
union all
select 'rank correlation of score and stars', corr(nps, stars), :bands.score_correlation, null, count(*) from ranks;

-- S12: The mean score of customers who complain against that of the others.
-- source: docs/bank-story.md#scorecard
-- uses: satisfaction_surveys, complaints
-- least rows: 400
select 'points below the others' as label,
       avg(case when c.customer_id is null then 1e0 * s.nps_score end)
       - avg(case when c.customer_id is not null then 1e0 * s.nps_score end) as value,
       :bands.discontent.0 + max(m.points) as low, :bands.discontent.1 + max(m.points) as high, count(*) as rows
from satisfaction_surveys s
left join (select distinct customer_id from complaints) c on c.customer_id = s.customer_id
cross join (
    values (1e0 * :service.nps_slope * (:service.content - :service.discontent)
            - :default.service.nps_slope * (:default.service.content - :default.service.discontent))
) m (points);

-- S26: Length of telephone calls, of the longest channel against the shortest; contacts in business hours.
-- source: docs/bank-story.md#scorecard
-- uses: talks, calendar
-- least rows: 400
with channels as (select channel, avg(1e0 * duration_seconds) as mean, count(*) as n from talks group by channel),
calls as (
    select count(*) as n, avg(1e0 * duration_seconds) as mean, stddev_pop(1e0 * duration_seconds) as deviation
    from talks where channel = 'phone'
),
-- Means of log-normal lengths, the telephone's first.
expected as (
    select s.place, s.seconds * exp(power(g.sigma, 2) / 2e0) as mean,
           us.seconds * exp(power(ug.sigma, 2) / 2e0) as usual
    from (values :service.seconds) s (place, seconds)
    join (values :service.seconds_sigmas) g (place, sigma) on g.place = s.place
    join (values :default.service.seconds) us (place, seconds) on us.place = s.place
    join (values :default.service.seconds_sigmas) ug (place, sigma) on ug.place = s.place
),
moved as (
    select max(case when place = 0 then mean / usual end) as calls,
           least(max(mean) / min(mean) / (max(usual) / min(usual)), 1) as apart,
           least(1e0 * :service.seconds_sigmas.0 / :default.service.seconds_sigmas.0, 1) as skew
    from expected
)
select 'minutes by telephone' as label, c.mean / 60 as value, :bands.call_minutes.0 * m.calls as low,
       :bands.call_minutes.1 * m.calls as high, c.n as rows
from calls c cross join moved m
union all
select 'skew of calls', avg(power((t.duration_seconds - c.mean) / nullif(c.deviation, 0), 3)),
       :bands.call_skew * max(m.skew), null, count(*)
from talks t cross join calls c cross join moved m where t.channel = 'phone'
union all
select 'longest channel against the shortest', max(c.mean) / min(c.mean),
       1 + (:bands.channel_ratio - 1) * max(m.apart), null, cast(sum(c.n) as bigint)
from channels c cross join moved m
union all
select 'in business hours, by telephone, e-mail and in branches',
       avg(case when d.is_banking and extract(hour from t.started_at) between 8 and 17 then 1e0 else 0 end),
       :bands.business_hours, null, count(*)
from talks t left join calendar d on d.day = t.day
where t.channel in ('phone', 'email', 'branch');

-- S27: Complaints answered in time.
-- source: docs/bank-story.md#scorecard
-- uses: complaints
-- least rows: 80
select 'answered in time' as label,
       avg(case when first_response_date - filed_date <= :service.response_limit then 1e0 else 0 end) as value,
       s.share - :bands.answered_errors * sqrt(s.share * (1 - s.share) / count(*)) as low, count(*) as rows
from complaints
cross join (
    select :bands.answered - (:service.late_response_share - :default.service.late_response_share) * 1e0 as share
) s
where first_response_date is not null
group by s.share;

-- S34: Income by segment: the median of private customers above premium, of premium above retail ones.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
with medians as (
    select segment, cast(percentile_cont(0.5) within group (order by annual_income) as double precision) as income
    from customer_profiles group by segment
),
moved (richer, poorer, ratio) as (
    values ('private', 'premium', 1e0 * :customers.income_private / :customers.income_premium
            / (1e0 * :default.customers.income_private / :default.customers.income_premium)),
           ('premium', 'retail', 1e0 * :customers.income_premium / :customers.income_retail
            / (1e0 * :default.customers.income_premium / :default.customers.income_retail))
)
select h.segment || ' against ' || l.segment as label, h.income / l.income as value,
       :bands.income_ratio * m.ratio as low, w.customers as rows
from medians h
join moved m on m.richer = h.segment
join medians l on l.segment = m.poorer
cross join (select count(*) as customers from customer_profiles) w;

-- S35: Given names tell the sex: persons whose name most of the others with that name have in the same sex.
-- source: docs/bank-story.md#scorecard
-- why: Hardly one given name in fifty is shared by the sexes; names drawn without the sex would fit half of them.
-- uses: customer_profiles, employees
-- least rows: 300
with persons as (
    select first_name, gender from customer_profiles union all select first_name, gender from employees
),
names as (select first_name, gender, count(*) as persons from persons group by first_name, gender),
bearers as (select first_name, sum(persons) as persons from names group by first_name having sum(persons) > 2)
select 'of the sex of the name' as label,
       sum(case when 2 * (n.persons - 1) > b.persons - 1 then n.persons else 0 end) * 1e0 / nullif(sum(n.persons), 0)
           as value,
       :bands.names_of_sex as low, cast(sum(n.persons) as bigint) as rows
from names n
join bearers b on b.first_name = n.first_name;
