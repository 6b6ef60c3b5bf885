-- Customers: what their profile says of them, how they reach the bank, what they complain of, whom campaigns reach.

-- H20: The stage of a customer follows from the accounts: none ever, all closed, the first one new, or active.
-- source: docs/bank-story.md#customers
-- why: The stage is a summary for sales; the accounts are the record.
-- uses: customer_profiles, accounts
with held as (
    select customer_id, min(opened_date) as first_day, count(*) filter (where status <> 'closed') as running
    from accounts group by customer_id
)
select p.customer_id, p.lifecycle_stage, h.first_day, h.running
from customer_profiles p
left join held h on h.customer_id = p.customer_id
where p.lifecycle_stage <> case when h.customer_id is null then 'prospect'
                                when h.running = 0 then 'former'
                                when h.first_day >= :as_of - :bands.new_days then 'new'
                                else 'active' end;

-- H21: KYC status and risk class of a profile are those of the latest KYC record.
-- source: docs/bank-story.md#customers
-- why: The profile shows the current state; the KYC records are its history.
-- uses: customer_profiles, kyc_chain
select p.customer_id, p.kyc_status, k.status, p.risk_class, k.risk_class as latest
from customer_profiles p
left join kyc_chain k on k.customer_id = p.customer_id and k.next_kyc_id is null
where p.kyc_status is distinct from k.status or p.risk_class is distinct from k.risk_class;

-- H23a: Nobody has more interactions than anybody may.
-- source: docs/bank-story.md#customers
-- uses: interactions
select customer_id, count(*) as times
from interactions
group by customer_id
having count(*) > (select max(cast(name as integer)) from (values :service.contacts) m (name, share));

-- H23b: An interaction is of the last months, after the customer came, and ended before the as-of day.
-- source: docs/bank-story.md#customers
-- uses: talks, customer_profiles
select t.interaction_id, t.customer_id, t.started_at, t.ended_at, p.customer_since
from talks t
left join customer_profiles p on p.customer_id = t.customer_id
where t.started_at < :as_of - interval '1 month' * :bands.log_months or t.ended_at >= cast(:as_of as timestamp)
   or not coalesce(t.day >= p.customer_since, false);

-- H23c: The account an interaction was about is the customer's, and was open that day.
-- source: docs/bank-story.md#customers
-- why: An agent can only talk about what the customer had that day.
-- uses: talks, accounts
select t.interaction_id, t.customer_id, t.account_id, t.day
from talks t
left join accounts a on a.account_id = t.account_id
where t.account_id is not null
  and not coalesce(a.customer_id = t.customer_id and t.day >= a.opened_date
                   and t.day <= coalesce(a.closed_date, t.day), false);

-- H24a: Whoever handles an interaction is of the front office and employed that day.
-- source: docs/bank-story.md#customers
-- why: The back office has no access to customers' data.
-- uses: talks, staff
select t.interaction_id, t.handled_by, t.day, s.role
from talks t
left join staff s on s.employee_id = t.handled_by
where t.handled_by is not null
  and not coalesce(s.is_front_office and t.day between s.hire_date and s.last_day, false);

-- H24b: By telephone and in branches, somebody always handles it.
-- source: docs/bank-story.md#customers
-- why: Self-service is by web, application or e-mail.
-- uses: interactions
select interaction_id, channel from interactions where channel in ('phone', 'branch') and handled_by is null;

-- H24c: The telephone is served in its hours.
-- source: docs/bank-story.md#customers
-- uses: interactions
select interaction_id, started_at from interactions
where channel = 'phone'
  and (extract(hour from started_at) < :service.telephone_served.0
       or extract(hour from started_at) >= :service.telephone_served.1);

-- H24d: Branches are open on banking days in their hours.
-- source: docs/bank-story.md#customers
-- uses: talks, calendar
select t.interaction_id, t.started_at
from talks t
left join calendar d on d.day = t.day
where t.channel = 'branch'
  and (extract(hour from t.started_at) < :service.branches_open.0
       or extract(hour from t.started_at) >= :service.branches_open.1 or not coalesce(d.is_banking, false));

-- H2Ba: No customer is in two interactions at once.
-- source: docs/bank-story.md#customers
-- why: A person is in one talk at a time; so the length of talks can be added up.
-- uses: talks
select interaction_id, customer_id, started_at, busy_until
from (
    select interaction_id, customer_id, started_at,
           max(ended_at) over (partition by customer_id order by started_at, interaction_id
                               rows between unbounded preceding and 1 preceding) as busy_until
    from talks
) t
where started_at < busy_until;

-- H2Bb: No employee is in two talks at once, by telephone and in branches.
-- source: docs/bank-story.md#customers
-- why: Talks are worked one after another; e-mails may overlap.
-- uses: talks
select interaction_id, handled_by, started_at, busy_until
from (
    select interaction_id, handled_by, started_at,
           max(ended_at) over (partition by handled_by order by started_at, interaction_id
                               rows between unbounded preceding and 1 preceding) as busy_until
    from talks
    where channel in ('phone', 'branch') and handled_by is not null
) t
where started_at < busy_until;

-- H25: A survey is by the customer of the interaction, after its end, before long.
-- source: docs/bank-story.md#customers
-- why: The questionnaire goes to whoever was served, and its link closes.
-- uses: satisfaction_surveys, talks
select s.survey_id, s.customer_id, s.responded_at, t.customer_id as customer, t.ended_at
from satisfaction_surveys s
left join talks t on t.interaction_id = s.interaction_id
where not coalesce(s.customer_id = t.customer_id and s.responded_at >= t.ended_at
                   and s.responded_at <= t.ended_at + interval '1 day' * :service.most_answer_days, false);

-- H26a: Complaints and interactions of reason complaint match one to one, in customer and day.
-- source: docs/bank-story.md#customers
-- why: A complaint is made in a contact; without the match the two tables count different things.
-- uses: complaints, talks
select interaction_id, c.complaint_id, c.customer_id, c.filed_date, t.customer_id as customer, t.day
from complaints c
full join (select * from talks where reason = 'complaint') t using (interaction_id)
where c.customer_id is distinct from t.customer_id or c.filed_date is distinct from t.day;

-- H26b: Nobody complains more often than anybody may.
-- source: docs/bank-story.md#customers
-- uses: complaints
select customer_id, count(*) as times from complaints group by customer_id having count(*) > :bands.complaints;

-- H27a: A complaint has the days that belong to its state, and no others.
-- source: docs/bank-story.md#customers
-- uses: complaints
select complaint_id, status, first_response_date, resolution_date, closed_date from complaints
where (status = 'resolved') <> (resolution_date is not null) or (status = 'closed') <> (closed_date is not null)
   or (status = 'open') <> (first_response_date is null);

-- H27b: A complaint is filed, answered and ended in this order.
-- source: docs/bank-story.md#customers
-- why: Days out of order would give negative response times.
-- uses: complaints
select complaint_id, filed_date, first_response_date, resolution_date, closed_date from complaints
where first_response_date < filed_date or coalesce(resolution_date, closed_date) < first_response_date;

-- H27c: No complaint stays open, or is investigated, for too long.
-- source: docs/bank-story.md#customers
-- uses: complaints
select complaint_id, status, filed_date from complaints
where (status = 'open' and filed_date < :as_of - :service.open_days)
   or (status = 'investigating' and filed_date < :as_of - :service.investigating_days);

-- H27d: Fraud is urgent.
-- source: docs/bank-story.md#customers
-- uses: complaints
select complaint_id, complaint_type, priority from complaints where complaint_type = 'fraud' and priority <> 'high';

-- H28a: A complaint is handled by a Customer Service Agent, employed from its filing to its end.
-- source: docs/bank-story.md#customers
-- uses: complaints, staff
select c.complaint_id, c.handled_by, s.role, c.filed_date, s.hire_date, s.last_day
from complaints c
left join staff s on s.employee_id = c.handled_by
where not coalesce(s.role = 'Customer Service Agent' and c.filed_date >= s.hire_date
                   and coalesce(c.resolution_date, c.closed_date, :as_of - 1) <= s.last_day, false);

-- H28b: The transaction of a complaint is one of an own account, before the complaint was made.
-- source: docs/bank-story.md#customers
-- why: Nobody complains about what has not happened, or about somebody else's money.
-- uses: complaints, talks, ledger
select c.complaint_id, c.transaction_id, t.customer_id, t.transaction_at, i.started_at
from complaints c
left join talks i on i.interaction_id = c.interaction_id
left join ledger t on t.transaction_id = c.transaction_id
where c.transaction_id is not null
  and not coalesce(t.customer_id = c.customer_id and t.transaction_at <= i.started_at, false);

-- H28c: A complaint about a fee names a fee.
-- source: docs/bank-story.md#customers
-- uses: complaints, transactions
select c.complaint_id, c.transaction_id, t.transaction_type
from complaints c
join transactions t on t.transaction_id = c.transaction_id
where c.complaint_type = 'fee' and t.transaction_type <> 'fee';

-- H29a: The campaigns of each medium are its share of all, rounded up or down.
-- source: docs/bank-story.md#customers
-- uses: campaigns
select s.campaign_type, count(c.campaign_id) as campaigns, max(s.share * a.campaigns) as expected
from (values ('email', :campaigns.types.email), ('digital', :campaigns.types.digital),
             ('cross_sell', :campaigns.types.cross_sell), ('direct_mail', :campaigns.types.direct_mail))
     s (campaign_type, share)
cross join (select count(*) as campaigns from campaigns) a
left join campaigns c on c.campaign_type = s.campaign_type
group by s.campaign_type
having abs(count(c.campaign_id) - max(s.share * a.campaigns)) >= 1;

-- H29b: A campaign begins in the last months and runs for weeks.
-- source: docs/bank-story.md#customers
-- uses: campaigns
select campaign_id, start_date, end_date from campaigns
where end_date - start_date not between :campaigns.length.0 and :campaigns.length.1
   or start_date < cast(:as_of - interval '1 month' * :bands.log_months as date);

-- H29c: The owner of a campaign is employed at its start.
-- source: docs/bank-story.md#customers
-- uses: campaigns, staff
select c.campaign_id, c.owner_id, c.start_date
from campaigns c
left join staff s on s.employee_id = c.owner_id
where not coalesce(c.start_date between s.hire_date and s.last_day, false);

-- H2Aa: A response falls into the campaign's time or soon after, and the responder was a customer by then.
-- source: docs/bank-story.md#customers
-- uses: campaign_responses, campaigns, customer_profiles
select r.response_id, r.response_date, c.start_date, c.end_date, p.customer_since
from campaign_responses r
left join campaigns c on c.campaign_id = r.campaign_id
left join customer_profiles p on p.customer_id = r.customer_id
where not coalesce(r.response_date between c.start_date and c.end_date + :campaigns.response_days
                   and r.response_date >= p.customer_since, false);

-- H2Ab: Who responds is of the segment the campaign is for.
-- source: docs/bank-story.md#customers
-- uses: campaign_responses, campaigns, customer_profiles
select r.response_id, c.target_segment, p.segment
from campaign_responses r
join campaigns c on c.campaign_id = r.campaign_id
join customer_profiles p on p.customer_id = r.customer_id
where c.target_segment not in ('all', p.segment);

-- H2Ac: Who responds has opted in; unsubscribing is the last response, and ends the opt-in.
-- source: docs/bank-story.md#customers
-- why: Writing to people who have unsubscribed is against the law (CAN-SPAM Act).
-- uses: campaign_responses, customer_profiles
with left_on as (
    select customer_id, min(response_date) as day, count(*) as times
    from campaign_responses where response_type = 'unsubscribed' group by customer_id
)
select r.response_id, r.customer_id, r.response_type, r.response_date, p.marketing_opt_in, l.day as unsubscribed
from campaign_responses r
join customer_profiles p on p.customer_id = r.customer_id
left join left_on l on l.customer_id = r.customer_id
where p.marketing_opt_in = (l.customer_id is not null) or r.response_date > l.day or l.times > 1;

-- H2Ad: Customers respond to few campaigns, to each once.
-- source: docs/bank-story.md#customers
-- uses: campaign_responses
select customer_id, count(*) as responses, count(distinct campaign_id) as campaigns
from campaign_responses
group by customer_id
having count(*) > :bands.responses or count(distinct campaign_id) < count(*);

-- H2Ae: Only inquiries and applications convert; a conversion has its day, soon after the response.
-- source: docs/bank-story.md#customers
-- why: Opening a message sells nothing.
-- uses: campaign_responses
select response_id, response_type, converted, response_date, conversion_date from campaign_responses
where converted <> (conversion_date is not null) or (converted and response_type not in ('inquired', 'applied'))
   or conversion_date not between response_date and response_date + :campaigns.conversion_days;
