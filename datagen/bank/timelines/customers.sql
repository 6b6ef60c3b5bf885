-- subject customer: ^CUS[0-9]+$
select first_name || ' ' || last_name as name from customers where customer_id = :id;

-- event customer customers
select created_date as at, 'became a customer' as said, customer_id as id from customers where customer_id = :id;

-- event customer kyc_records
select opened_date as at, replace(record_type, '_', ' ') || ' opened, ' || status || ', risk ' || risk_class as said,
       kyc_id as id
from kyc_records where customer_id = :id;

-- event customer accounts
select opened_date as at, 'opened ' || account_type || ' ' || account_number || ' with '
       || cast(opening_balance as varchar) as said, account_id as id
from accounts where customer_id = :id
union all
select closed_date, 'closed ' || account_type || ' ' || account_number, account_id
from accounts where customer_id = :id and closed_date is not null;

-- event customer loan_applications
select application_date as at, 'applied for ' || loan_type || ' of ' || cast(requested_amount as varchar) || ', '
       || lower(purpose) as said, application_id as id
from loan_applications where customer_id = :id
union all
select decision_date, 'application ' || status || coalesce(' (' || rejection_reason || ')', ''), application_id
from loan_applications where customer_id = :id and decision_date is not null;

-- event customer loans
select disbursement_date as at, 'was lent ' || cast(principal as varchar) || ' at ' || cast(interest_rate as varchar)
       || ' per cent' as said, loan_id as id
from loans where customer_id = :id;

-- event customer repayment_schedule
select paid_date as at, 'paid instalment ' || cast(installment_number as varchar) || ' of '
       || cast(installment_amount as varchar) || ', due ' || cast(due_date as varchar) as said, schedule_id as id
from repayment_schedule join loans on loans.loan_id = repayment_schedule.loan_id
where customer_id = :id and paid_date is not null;

-- event customer policies
select effective_date as at, 'insured: ' || policy_type || ', ' || cast(premium_amount as varchar) || ' '
       || payment_frequency as said, policy_id as id
from policies where customer_id = :id;

-- event customer premium_payments
select paid_date as at, 'paid a premium of ' || cast(amount as varchar) as said, payment_id as id
from premium_payments join policies on policies.policy_id = premium_payments.policy_id
where customer_id = :id and paid_date is not null;

-- event customer claims
select reported_date as at, 'claimed ' || cast(claimed_amount as varchar) || ' (' || claims.status || ')' as said,
       claim_id as id
from claims join policies on policies.policy_id = claims.policy_id where customer_id = :id;

-- event customer interactions
select started_at as at, replace(reason, '_', ' ') || ' by ' || replace(channel, '_', ' ')
       || coalesce(', ' || replace(outcome, '_', ' '), '') as said, interaction_id as id
from interactions where customer_id = :id;

-- event customer satisfaction_surveys
select responded_at as at, 'would recommend: ' || cast(nps_score as varchar) || ' of 10' || coalesce('; ' || comments, '') as said,
       survey_id as id
from satisfaction_surveys where customer_id = :id;

-- event customer complaints
select filed_date as at, 'complained (' || complaint_type || '): ' || description as said, complaint_id as id
from complaints where customer_id = :id;

-- event customer campaign_responses
select response_date as at, response_type || ' ' || campaign_name as said, response_id as id
from campaign_responses join campaigns on campaigns.campaign_id = campaign_responses.campaign_id
where customer_id = :id;

-- event customer aml_checks
select detected_date as at, replace(check_type, '_', ' ') || ': ' || result || coalesce(', ' || scenario, '') as said,
       check_id as id
from aml_checks where customer_id = :id;

-- event customer transactions
select transaction_at as at, transaction_type || ' ' || cast(amount as varchar) || ', ' || description || ', leaves '
       || cast(balance_after as varchar) as said, transaction_id as id
from transactions join accounts on accounts.account_id = transactions.account_id where customer_id = :id;
