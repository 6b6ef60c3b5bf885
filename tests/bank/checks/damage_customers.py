"""Damage to profiles, interactions, complaints and campaigns: (what is wrong, the check, how it is planted)."""

from __future__ import annotations

from tests.bank.checks.damage_people import TELLER, first

TALK = first("interactions", "interaction_id")
PHONE = first("interactions", "interaction_id", "channel = 'phone'")
BRANCH = first("interactions", "interaction_id", "channel = 'branch'")
ABOUT = first("interactions", "interaction_id", "account_id is not null")
AUDITOR = first("employees", "employee_id", "role = 'Compliance Officer'")
SURVEY = first("satisfaction_surveys", "survey_id")
COMPLAINT = first("complaints", "complaint_id")
RESOLVED = first("complaints", "complaint_id", "status = 'resolved'")
FEE = first("complaints", "complaint_id", "complaint_type = 'fee' and transaction_id is not null")
CAMPAIGN = first("campaigns", "campaign_id")
RESPONSE = first("campaign_responses", "response_id")
CONVERTED = first("campaign_responses", "response_id", "converted")

PROFILES = [
    ("a customer with an account who is a prospect", "H20",
     "update customer_profiles set lifecycle_stage = 'prospect' where customer_id = (select min(customer_id) from"
     " accounts)"),
    ("a customer without an account who is active", "H20",
     "update customer_profiles set lifecycle_stage = 'active' where lifecycle_stage = 'prospect'"),
    ("a former customer with an open account", "H20",
     "update accounts set status = 'active', closed_date = null where status = 'closed'"),
    ("a new customer since years", "H20",
     "update customer_profiles set lifecycle_stage = 'new' where lifecycle_stage = 'active'"),
    ("a KYC status that is not the latest", "H21",
     "update customer_profiles set kyc_status = 'pending' where kyc_status = 'verified'"),
    ("a risk class that is not the latest", "H21",
     "update customer_profiles set risk_class = 'high' where risk_class = 'low'"),
    ("a customer never onboarded", "H21",
     "delete from kyc_records where customer_id = (select min(customer_id) from customers)"),
]  # fmt: skip

INTERACTIONS = [
    ("a sixth interaction", "H23a",
     "insert into interactions select 'INT9999999' || n, i.* exclude (interaction_id) from interactions i, range(6)"
     f" r(n) where interaction_id = {TALK}"),
    ("an interaction of two years ago", "H23b",
     f"update interactions set started_at = started_at - interval '2 years' where interaction_id = {TALK}"),
    ("an interaction before the customer came", "H23b",
     "update customer_profiles set customer_since = :as_of - 1 where customer_id = (select customer_id from"
     f" interactions where interaction_id = {TALK})"),
    ("an interaction that goes on past midnight of the as-of day", "H23b",
     "update interactions set started_at = cast(:as_of as timestamp) - interval '1 second' where interaction_id ="
     f" {TALK}"),
    ("an interaction about somebody else's account", "H23c",
     "update interactions set account_id = (select min(account_id) from accounts a where a.customer_id <>"
     f" interactions.customer_id) where interaction_id = {ABOUT}"),
    ("an interaction about an account not yet opened", "H23c",
     "update accounts set opened_date = :as_of - 1 where account_id = (select account_id from interactions where"
     f" interaction_id = {ABOUT})"),
    ("an interaction about an account that was closed", "H23c",
     "update accounts set closed_date = opened_date where account_id = (select account_id from interactions where"
     f" interaction_id = {ABOUT})"),
    ("an interaction handled by a Compliance Officer", "H24a",
     f"update interactions set handled_by = {AUDITOR} where interaction_id = {PHONE}"),
    ("an interaction handled by somebody not yet hired", "H24a",
     "update employees set hire_date = :as_of - 1 where employee_id = (select handled_by from interactions where"
     f" interaction_id = {PHONE})"),
    ("an interaction handled by somebody who has left", "H24a",
     "update employees set termination_date = hire_date where employee_id = (select handled_by from interactions"
     f" where interaction_id = {PHONE})"),
    ("a call that nobody takes", "H24b", f"update interactions set handled_by = null where interaction_id = {PHONE}"),
    ("a call at eight in the evening", "H24c",
     "update interactions set started_at = date_trunc('day', started_at) + interval '20 hours' where interaction_id"
     f" = {PHONE}"),
    ("a call before eight in the morning", "H24c",
     "update interactions set started_at = date_trunc('day', started_at) + interval '7 hours 59 minutes' where"
     f" interaction_id = {PHONE}"),
    ("a visit of a branch on a Sunday", "H24d",
     "update interactions set started_at = date_trunc('week', started_at) + interval '6 days 10 hours' where"
     f" interaction_id = {BRANCH}"),
    ("a visit of a branch on Thanksgiving", "H24d",
     f"update interactions set started_at = timestamp '2026-11-26 10:00:00' where interaction_id = {BRANCH}"),
    ("a visit of a branch at five in the afternoon", "H24d",
     "update interactions set started_at = date_trunc('day', started_at) + interval '17 hours' where interaction_id"
     f" = {BRANCH}"),
    ("a customer who writes while on the telephone", "H2Ba",
     "insert into interactions select 'INT99999999', customer_id, 'web', reason, started_at + interval '1 second',"
     f" duration_seconds, null, account_id, outcome from interactions where interaction_id = {PHONE}"),
    ("an employee with two customers at once", "H2Bb",
     "insert into interactions select 'INT99999999', (select max(customer_id) from customers), channel, reason,"
     " started_at + interval '1 second', duration_seconds, handled_by, null, outcome from interactions where"
     f" interaction_id = {PHONE}"),
    ("a survey by another customer", "H25",
     "update satisfaction_surveys set customer_id = (select max(customer_id) from customers c where c.customer_id"
     f" <> satisfaction_surveys.customer_id) where survey_id = {SURVEY}"),
    ("a survey answered before the interaction ended", "H25",
     "update satisfaction_surveys set responded_at = (select started_at from interactions i where i.interaction_id"
     f" = satisfaction_surveys.interaction_id) where survey_id = {SURVEY}"),
    ("a survey answered after 15 days", "H25",
     f"update satisfaction_surveys set responded_at = responded_at + interval '15 days' where survey_id = {SURVEY}"),
]  # fmt: skip

COMPLAINTS = [
    ("an interaction with a complaint that is not filed", "H26a",
     f"delete from complaints where complaint_id = {COMPLAINT}"),
    ("a complaint without its interaction", "H26a",
     "update interactions set reason = 'inquiry' where reason = 'complaint'"),
    ("a complaint filed the day after", "H26a",
     f"update complaints set filed_date = filed_date + 1 where complaint_id = {COMPLAINT}"),
    ("somebody else's complaint", "H26a",
     "update complaints set customer_id = (select max(customer_id) from customers c where c.customer_id <>"
     f" complaints.customer_id) where complaint_id = {COMPLAINT}"),
    ("a third complaint", "H26b",
     "insert into complaints select 'CMP99999' || n, c.* exclude (complaint_id) from complaints c, range(3) r(n)"
     f" where complaint_id = {COMPLAINT}"),
    ("a resolved complaint without its day", "H27a",
     f"update complaints set resolution_date = null where complaint_id = {RESOLVED}"),
    ("an open complaint that was answered", "H27a",
     "update complaints set first_response_date = filed_date where status = 'open'"),
    ("an investigation that was closed", "H27a",
     "update complaints set closed_date = first_response_date where status = 'investigating'"),
    ("an answer before the complaint", "H27b",
     f"update complaints set first_response_date = filed_date - 1 where complaint_id = {RESOLVED}"),
    ("a complaint resolved before it was answered", "H27b",
     f"update complaints set resolution_date = first_response_date - 1 where complaint_id = {RESOLVED}"),
    ("a complaint open for 31 days", "H27c", "update complaints set filed_date = :as_of - 31 where status = 'open'"),
    ("a complaint investigated for 181 days", "H27c",
     "update complaints set filed_date = :as_of - 181 where status = 'investigating'"),
    ("fraud of low priority", "H27d", "update complaints set priority = 'low' where complaint_type = 'fraud'"),
    ("a complaint handled by a Teller", "H28a",
     f"update complaints set handled_by = {TELLER} where complaint_id = {COMPLAINT}"),
    ("a complaint handled by somebody who left before it was resolved", "H28a",
     "update employees set termination_date = (select resolution_date - 1 from complaints where complaint_id ="
     f" {RESOLVED}) where employee_id = (select handled_by from complaints where complaint_id = {RESOLVED})"),
    ("a complaint handled by somebody hired after it was filed", "H28a",
     f"update employees set hire_date = (select filed_date + 1 from complaints where complaint_id = {RESOLVED})"
     f" where employee_id = (select handled_by from complaints where complaint_id = {RESOLVED})"),
    ("a complaint about somebody else's transaction", "H28b",
     "update complaints set transaction_id = (select min(transaction_id) from transactions join accounts a using"
     f" (account_id) where a.customer_id <> complaints.customer_id) where complaint_id = {FEE}"),
    ("a complaint about a transaction of later", "H28b",
     "update transactions set transaction_at = cast(:as_of as timestamp) - interval '1 second' where transaction_id"
     f" = (select transaction_id from complaints where complaint_id = {FEE})"),
    ("a complaint about a fee that names a deposit", "H28c",
     "update transactions set transaction_type = 'deposit' where transaction_id = (select transaction_id from"
     f" complaints where complaint_id = {FEE})"),
]  # fmt: skip

CAMPAIGNS = [
    ("campaigns all by e-mail", "H29a", "update campaigns set campaign_type = 'email'"),
    ("a campaign of 13 days", "H29b",
     f"update campaigns set end_date = start_date + 13 where campaign_id = {CAMPAIGN}"),
    ("a campaign of 91 days", "H29b",
     f"update campaigns set end_date = start_date + 91 where campaign_id = {CAMPAIGN}"),
    ("a campaign of the year before last", "H29b",
     "update campaigns set start_date = cast(:as_of - interval '1 year' as date) - 1, end_date = cast(:as_of -"
     f" interval '1 year' as date) + 19 where campaign_id = {CAMPAIGN}"),
    ("a campaign whose owner was not yet hired", "H29c",
     "update employees set hire_date = :as_of - 1 where employee_id = (select owner_id from campaigns where"
     f" campaign_id = {CAMPAIGN})"),
    ("a response before the campaign", "H2Aa",
     "update campaign_responses set response_date = (select start_date - 1 from campaigns c where c.campaign_id ="
     f" campaign_responses.campaign_id) where response_id = {RESPONSE}"),
    ("a response long after the campaign", "H2Aa",
     "update campaigns set start_date = start_date - 500, end_date = start_date - 486"),
    ("a response before the customer came", "H2Aa",
     "update customer_profiles set customer_since = :as_of - 1 where customer_id = (select customer_id from"
     f" campaign_responses where response_id = {RESPONSE})"),
    ("a response of another segment", "H2Ab",
     "update campaigns set target_segment = 'private' where campaign_id in (select campaign_id from"
     " campaign_responses join customer_profiles using (customer_id) where segment <> 'private')"),
    ("a response of somebody who has not opted in", "H2Ac",
     "update customer_profiles set marketing_opt_in = false where customer_id in (select customer_id from"
     " campaign_responses)"),
    ("somebody who has unsubscribed and is still opted in", "H2Ac",
     "update customer_profiles set marketing_opt_in = true where customer_id in (select customer_id from"
     " campaign_responses where response_type = 'unsubscribed')"),
    ("a response after unsubscribing", "H2Ac",
     "insert into campaign_responses select 'RSP999999', campaign_id, customer_id, 'opened', response_date + 1,"
     " false, null from campaign_responses where response_type = 'unsubscribed' limit 1"),
    ("a campaign answered twice", "H2Ad",
     "insert into campaign_responses select 'RSP999999', r.* exclude (response_id) from campaign_responses r where"
     f" response_id = {RESPONSE}"),
    ("a conversion of somebody who has only looked", "H2Ae",
     f"update campaign_responses set response_type = 'opened' where response_id = {CONVERTED}"),
    ("a conversion without its day", "H2Ae",
     f"update campaign_responses set conversion_date = null where response_id = {CONVERTED}"),
    ("a conversion after 31 days", "H2Ae",
     f"update campaign_responses set conversion_date = response_date + 31 where response_id = {CONVERTED}"),
    ("a conversion before the response", "H2Ae",
     f"update campaign_responses set conversion_date = response_date - 1 where response_id = {CONVERTED}"),
]  # fmt: skip

DAMAGE = [*PROFILES, *INTERACTIONS, *COMPLAINTS, *CAMPAIGNS]
