-- What members paid; one row a calendar month with payments.
-- month: First day of the month
-- attempts: Attempts to pay
-- percent_failed: Share of them that failed, percent
-- monthly_fees: Monthly dues received, US dollars; refunded ones are not in it
-- annual_fees: Annual dues received, US dollars
-- registration_fees: Registration fees received, US dollars
-- class_fees: Class fees received, US dollars
-- revenue: All that was received and not refunded, US dollars
-- refunded: Received and paid back, US dollars
-- failed: Amounts of failed attempts, US dollars; a retry counts again
-- paying_members: Members who paid something
-- revenue_per_member: Revenue for each of them, US dollars
select
    cast(date_trunc('month', paymentdate) as date) as month,
    count(*) as attempts,
    round(100.0 * count(*) filter (where status = 'Failed') / count(*), 2) as percent_failed,
    coalesce(sum(amount) filter (where status = 'Completed' and paymenttype = 'Monthly Fee'), 0) as monthly_fees,
    coalesce(sum(amount) filter (where status = 'Completed' and paymenttype = 'Annual Fee'), 0) as annual_fees,
    coalesce(sum(amount) filter (where status = 'Completed' and paymenttype = 'Registration Fee'), 0) as registration_fees,
    coalesce(sum(amount) filter (where status = 'Completed' and paymenttype = 'Class Fee'), 0) as class_fees,
    coalesce(sum(amount) filter (where status = 'Completed'), 0) as revenue,
    coalesce(sum(amount) filter (where status = 'Refunded'), 0) as refunded,
    coalesce(sum(amount) filter (where status = 'Failed'), 0) as failed,
    count(distinct memberid) filter (where status = 'Completed') as paying_members,
    round(
        sum(amount) filter (where status = 'Completed')
        / nullif(count(distinct memberid) filter (where status = 'Completed'), 0),
        2
    ) as revenue_per_member
from memberpayments
group by date_trunc('month', paymentdate);
