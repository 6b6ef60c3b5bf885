-- Compliance: knowing customers, screening and monitoring, reports to the authorities, violations, the audit log.

-- H60a: Every customer is known: onboarded once, first of all, on the day they came.
-- source: docs/bank-story.md#compliance
-- why: Who is not onboarded cannot have been verified, and every later record refers to that.
-- uses: customers, kyc_chain
select c.customer_id, c.created_date, k.kyc_id, k.record_type, k.opened_date
from customers c
left join kyc_chain k on k.customer_id = c.customer_id
where k.kyc_id is null or (k.place = 1) <> (k.record_type = 'onboarding')
   or (k.place = 1 and k.opened_date <> c.created_date);

-- H60b: A review follows only a verified record; it is opened shortly before it has to be done, and done by then.
-- source: docs/bank-story.md#compliance
-- uses: kyc_chain
select kyc_id, customer_id, status_before, due_date, opened_date, completed_date
from kyc_chain
where place > 1
  and not coalesce(status_before = 'verified'
                   and due_date - opened_date between :kyc.review_lead.0 and :kyc.review_lead.1
                   and coalesce(completed_date, :as_of) <= due_date, false);

-- H60c: A record is completed in some days; what is pending has neither a day nor anybody who verified it.
-- source: docs/bank-story.md#compliance
-- uses: kyc_records
select kyc_id, status, opened_date, completed_date, verified_by from kyc_records
where (status = 'pending') <> (completed_date is null) or (status = 'pending') <> (verified_by is null)
   or completed_date - opened_date not between 0 and :bands.kyc_days
   or (status = 'pending' and opened_date < :as_of - :bands.kyc_days);

-- H60d: Verified records, and no others, name the next review: after the time of the risk class.
-- source: docs/bank-story.md#compliance
-- why: The higher the risk, the sooner a customer is looked at again.
-- uses: kyc_records
select kyc_id, status, risk_class, completed_date, next_review_date from kyc_records
where (status = 'verified') <> (next_review_date is not null)
   or next_review_date <> cast(completed_date + interval '1 month'
          * case risk_class when 'low' then :kyc.review_months.0 when 'medium' then :kyc.review_months.1
                            else :kyc.review_months.2 end as date);

-- H60e: No review is missed.
-- source: docs/bank-story.md#compliance
-- why: A missed review is what an examiner looks for first.
-- uses: kyc_chain
select kyc_id, customer_id, next_review_date from kyc_chain where next_review_date < :as_of and next_kyc_id is null;

-- H61: A customer is verified by a Compliance Officer, employed that day.
-- source: docs/bank-story.md#compliance
-- why: Only the compliance function may vouch for an identity.
-- uses: kyc_records, staff
select k.kyc_id, k.verified_by, s.role, k.completed_date
from kyc_records k
left join staff s on s.employee_id = k.verified_by
where k.verified_by is not null
  and not coalesce(s.role = 'Compliance Officer' and k.completed_date between s.hire_date and s.last_day, false);

-- H62a: Every customer is screened once, on the day they came.
-- source: docs/bank-story.md#compliance
-- why: Every newcomer is compared with the sanctions lists.
-- uses: customers, aml_checks
select c.customer_id, c.created_date, count(a.check_id) as screenings, min(a.detected_date) as day
from customers c
left join aml_checks a on a.customer_id = c.customer_id and a.check_type = 'sanctions_screening'
group by c.customer_id, c.created_date
having count(a.check_id) <> 1 or min(a.detected_date) <> c.created_date;

-- H62b: Monitoring finds alerts only, each with its scenario and its transaction; a screening has neither.
-- source: docs/bank-story.md#compliance
-- uses: aml_checks
select check_id, check_type, scenario, transaction_id, result from aml_checks
where (check_type = 'transaction_monitoring') <> (scenario is not null)
   or (check_type = 'transaction_monitoring') <> (transaction_id is not null)
   or (check_type = 'transaction_monitoring' and result <> 'alert');

-- H62c: Open checks have no closing day; a clear screening is closed at once; only monitoring leads to reports.
-- source: docs/bank-story.md#compliance
-- uses: aml_checks
select check_id, check_type, result, status, detected_date, closed_date from aml_checks
where (status = 'open') <> (closed_date is null) or closed_date < detected_date
   or (result = 'clear' and (status <> 'closed' or closed_date is distinct from detected_date))
   or (status = 'reported' and check_type <> 'transaction_monitoring');

-- H62d: Alerts, and nothing else, are reviewed, by a Compliance Officer employed until they are closed.
-- source: docs/bank-story.md#compliance
-- why: An alert is handed on only while somebody is there to work on it.
-- uses: aml_checks, staff
select a.check_id, a.result, a.reviewed_by, s.role, a.detected_date, a.closed_date
from aml_checks a
left join staff s on s.employee_id = a.reviewed_by
where (a.result = 'alert') <> (a.reviewed_by is not null)
   or (a.reviewed_by is not null
       and not coalesce(s.role = 'Compliance Officer' and a.detected_date >= s.hire_date
                        and coalesce(a.closed_date, :as_of - 1) <= s.last_day, false));

-- H62e: Alerts have the higher scores.
-- source: docs/bank-story.md#compliance
-- uses: aml_checks
select check_id, result, risk_score from aml_checks
where (result = 'alert') <> (risk_score > :compliance.clear_score);

-- H62f: A transaction raises one alert of a scenario at most.
-- source: docs/bank-story.md#compliance
-- why: Two alerts for one pattern would be reviewed, and reported, twice.
-- uses: aml_checks
select transaction_id, scenario, count(*) as alerts
from aml_checks
where transaction_id is not null
group by transaction_id, scenario
having count(*) > 1;

-- H63a: An alert points at a transaction of the customer, found at once or some days later.
-- source: docs/bank-story.md#compliance
-- why: Monitoring runs at night; a pattern is found when its last transaction is in.
-- uses: alerts
select check_id, customer_id, owner_id, day, detected_date
from alerts
where not coalesce(owner_id = customer_id and detected_date - day between 0 and :bands.detection_days, false);

-- H63b: With the transaction of a large_cash alert, the customer's cash of that day and direction exceeds the limit.
-- source: docs/bank-story.md#compliance
-- why: Cash above 10,000 dollars has to be reported, whatever it was for.
-- uses: alerts, ledger
select a.check_id, a.transaction_id, a.is_cash, sum(l.amount) as cash
from alerts a
left join ledger l on l.customer_id = a.owner_id and l.day = a.day and l.direction = a.direction and l.is_cash
                  and (length(l.transaction_id), l.transaction_id) <= (length(a.transaction_id), a.transaction_id)
where a.scenario = 'large_cash'
group by a.check_id, a.transaction_id, a.is_cash
having not coalesce(a.is_cash and sum(l.amount) > :compliance.cash_limit, false);

-- H63c: With the transaction of a structuring alert, several deposits below the limit exceed it within days.
-- source: docs/bank-story.md#compliance
-- why: Splitting a deposit to stay below the limit is a crime of its own (structuring, 31 USC 5324).
-- uses: alerts, ledger
select a.check_id, a.transaction_id, a.category, a.amount, count(l.transaction_id) as deposits, sum(l.amount) as cash
from alerts a
left join ledger l on l.customer_id = a.owner_id and l.category = 'cash_deposit'
                  and l.day > a.day - :compliance.structuring_days and l.day <= a.day
                  and l.amount between :compliance.structuring_least and :compliance.cash_limit
                  and (length(l.transaction_id), l.transaction_id) <= (length(a.transaction_id), a.transaction_id)
where a.scenario = 'structuring'
group by a.check_id, a.transaction_id, a.category, a.amount
having not coalesce(a.category = 'cash_deposit' and count(l.transaction_id) >= :compliance.structuring_count
                    and a.amount between :compliance.structuring_least and :compliance.cash_limit
                    and sum(l.amount) > :compliance.cash_limit, false);

-- relation rapid_patterns: For each alert of rapid movement, the deposits shortly before it, and what had left since.
-- uses: alerts, ledger
select a.check_id, i.transaction_id as deposit_id, i.amount, sum(o.amount) as moved
from alerts a
join ledger i on i.account_id = a.account_id and i.transaction_type = 'deposit'
             and i.amount >= :compliance.rapid_deposit
             and (length(i.transaction_id), i.transaction_id) < (length(a.transaction_id), a.transaction_id)
             and a.transaction_at <= i.transaction_at + interval '1 hour' * :compliance.rapid_hours
join ledger o on o.account_id = a.account_id and o.transaction_type in ('withdrawal', 'payment')
             and (length(o.transaction_id), o.transaction_id) > (length(i.transaction_id), i.transaction_id)
             and (length(o.transaction_id), o.transaction_id) <= (length(a.transaction_id), a.transaction_id)
where a.scenario = 'rapid_movement' and a.transaction_type in ('withdrawal', 'payment')
group by a.check_id, i.transaction_id, i.amount
having sum(o.amount) >= :compliance.rapid_share * i.amount;

-- H63d: With the transaction of a rapid_movement alert, much of a large deposit has left the account within hours.
-- source: docs/bank-story.md#compliance
-- why: Money that only passes through is the commonest sign of a mule account.
-- uses: alerts, rapid_patterns
select a.check_id, a.transaction_id, a.transaction_type, a.amount
from alerts a
where a.scenario = 'rapid_movement' and a.check_id not in (select check_id from rapid_patterns);

-- H64a: Every reported alert, and no other, has its report, as the alert has it, in time.
-- source: docs/bank-story.md#compliance
-- why: A suspicious-activity report is filed within 30 days of the detection (31 CFR 1020.320).
-- uses: suspicious_activity_reports, aml_checks
select check_id, s.sar_id, c.customer_id, c.scenario, c.detected_date, c.closed_date, s.filed_date
from suspicious_activity_reports s
full join (select * from aml_checks where status = 'reported') c using (check_id)
where (s.customer_id, s.activity_type, s.detected_date, s.filed_date, s.filed_by)
      is distinct from (c.customer_id, c.scenario, c.detected_date, c.closed_date, c.reviewed_by)
   or s.filed_date - s.detected_date not between 0 and :bands.filing_days;

-- H64b: The amount of a report is what the pattern moved: the day's cash, the deposits of the days, or the deposit.
-- source: docs/bank-story.md#compliance
-- uses: suspicious_activity_reports, alerts, ledger, rapid_patterns
with moved as (
    select a.check_id, sum(l.amount) as whole,
           sum(case when (length(l.transaction_id), l.transaction_id) <= (length(a.transaction_id), a.transaction_id)
                    then l.amount end) as until_then
    from alerts a
    join ledger l on l.customer_id = a.owner_id and l.day <= a.day
                 and case a.scenario
                     when 'large_cash' then l.day = a.day and l.direction = a.direction and l.is_cash
                     when 'structuring' then
                         l.category = 'cash_deposit' and l.day > a.day - :compliance.structuring_days
                         and l.amount between :compliance.structuring_least and :compliance.cash_limit
                     else false end
    group by a.check_id
)
select s.sar_id, s.check_id, s.activity_type, s.amount, m.until_then, m.whole
from suspicious_activity_reports s
left join moved m on m.check_id = s.check_id
where case s.activity_type
      when 'rapid_movement' then not exists (
          select 1 from rapid_patterns p where p.check_id = s.check_id and p.amount = s.amount)
      when 'large_cash' then not coalesce(s.amount in (m.until_then, m.whole), false)
      else s.amount is distinct from m.until_then end;

-- H65a: Cash above the limit, of a customer, day and direction, is reported by the due date, with that amount; there
-- are no other reports of cash.
-- source: docs/bank-story.md#compliance
-- why: A currency transaction report is filed within 15 days (31 CFR 1010.306 and 1010.311); a missing one is a
-- violation, a needless one noise.
-- uses: large_cash, regulatory_reports
select coalesce(c.customer_id, r.customer_id) as customer_id, coalesce(c.day, r.period_start) as day,
       coalesce(c.direction, r.direction) as way, c.amount, r.report_id, r.amount as reported
from large_cash c
full join (select *, count(*) over (partition by customer_id, period_start, direction) as times
           from regulatory_reports where report_type = 'ctr') r
  on r.customer_id = c.customer_id and r.period_start = c.day and r.direction = c.direction
where (r.report_id is null and c.day < :as_of - :compliance.ctr_days)
   or (r.report_id is not null
       and (c.amount is distinct from r.amount or r.period_end <> r.period_start or r.times > 1));

-- H65b: A report is due some days after its period, and filed by then.
-- source: docs/bank-story.md#compliance
-- uses: regulatory_reports
select report_id, report_type, period_end, due_date, filed_date from regulatory_reports
where due_date - period_end <> case report_type when 'ctr' then :compliance.ctr_days else :compliance.report_days end
   or filed_date <= period_end or filed_date > due_date;

-- H65c: A report is filed by a Compliance Officer, employed that day.
-- source: docs/bank-story.md#compliance
-- uses: regulatory_reports, staff
select r.report_id, r.filed_by, s.role, r.filed_date
from regulatory_reports r
left join staff s on s.employee_id = r.filed_by
where not coalesce(s.role = 'Compliance Officer' and r.filed_date between s.hire_date and s.last_day, false);

-- H65d: A report of cash, and no other, has a customer, a direction and an amount.
-- source: docs/bank-story.md#compliance
-- uses: regulatory_reports
select report_id, report_type, customer_id, direction, amount from regulatory_reports
where (report_type = 'ctr') <> (customer_id is not null) or (report_type = 'ctr') <> (direction is not null)
   or (report_type = 'ctr') <> (amount is not null);

-- H66: There is a call report for each of the last quarters and a summary for each of the last months whose due date is
-- past, and no other.
-- source: docs/bank-story.md#compliance
-- why: Call reports are due 30 days after the quarter; a gap would be a fine.
-- uses: regulatory_reports
with months as (
    select cast(date_trunc('month', cast(:as_of as timestamp)) - interval '1 month' * n as date) as first_day
    from generate_series(0, :compliance.months + 3 * :compliance.quarters) s (n)
),
periods as (
    select 'bsa_summary' as report_type, first_day, cast(first_day + interval '1 month' as date) - 1 as last_day
    from months
    union all
    select 'call_report', first_day, cast(first_day + interval '3 months' as date) - 1
    from months where mod(cast(extract(month from first_day) as integer), 3) = 1
),
due as (
    select report_type, first_day, last_day,
           row_number() over (partition by report_type order by first_day desc) as place
    from periods where last_day < :as_of - :compliance.report_days
),
expected as (
    select report_type, first_day as period_start, last_day as period_end, 1 as report
    from due
    where place <= case report_type when 'call_report' then :compliance.quarters else :compliance.months end
)
select report_type, period_start, period_end, count(e.report) as expected, count(r.report_id) as found
from expected e
full join (select * from regulatory_reports where report_type <> 'ctr') r
    using (report_type, period_start, period_end)
group by report_type, period_start, period_end
having count(e.report) <> 1 or count(r.report_id) <> 1;

-- H67: Violations are exactly the breaches in the data: complaints answered late, mandatory training and alerts that
-- took too long; detected the day after the term, open until it is done.
-- source: docs/bank-story.md#compliance
-- why: A list of violations that cannot be found again in the data, or that misses some, is worth nothing to an
-- auditor.
-- uses: complaints, employee_training, training_programs, staff, aml_checks, rule_violations, compliance_rules
with terms as (
    select 'COMPLAINT_RESPONSE_15D' as rule_code, 'complaint' as subject_type, complaint_id as subject_id,
           handled_by as employee_id, filed_date + :service.response_limit + 1 as detected_date,
           first_response_date as done
    from complaints
    union all
    select 'TRAINING_DUE_60D', 'training', t.training_id, t.employee_id,
           t.enrolled_date + :employees.mandatory_days + 1, t.completion_date
    from employee_training t
    join training_programs p on p.program_id = t.program_id
    join staff s on s.employee_id = t.employee_id
    where p.is_mandatory and s.last_day > t.enrolled_date + :employees.mandatory_days
    union all
    select 'AML_REVIEW_30D', 'aml_check', check_id, reviewed_by, detected_date + :compliance.review_limit + 1,
           closed_date
    from aml_checks where result = 'alert'
),
breaches as (
    select * from terms where detected_date < :as_of and coalesce(done, :as_of) >= detected_date
),
recorded as (
    select v.*, r.rule_code, count(*) over (partition by v.subject_type, v.subject_id) as times
    from rule_violations v left join compliance_rules r on r.rule_id = v.rule_id
)
select subject_type, subject_id, b.rule_code, b.employee_id, b.detected_date, b.done, v.violation_id
from breaches b
full join recorded v using (subject_type, subject_id)
where (b.rule_code, b.employee_id, b.detected_date, b.done, case when b.done is null then 'open' else 'remediated' end)
      is distinct from (v.rule_code, v.employee_id, v.detected_date, v.remediated_date, v.status)
   or v.times > 1;

-- H68a: The audit log is exactly the changes of the last months: what, when, from which state to which, by whom.
-- source: docs/bank-story.md#compliance
-- why: An audit log is complete or it is none.
-- uses: accounts, loan_applications, loans, kyc_records, complaints, policies, audit_logs
with changes as (
    select 'accounts_db' as database_name, 'accounts' as table_name, account_id as record_id, 'insert' as action,
           opened_date as day, cast(null as varchar) as old_value, 'active' as new_value, opened_by as performed_by
    from accounts
    union all
    select 'accounts_db', 'accounts', account_id, 'update', closed_date, 'active', 'closed', null
    from accounts where closed_date is not null
    union all
    select 'loans_db', 'loan_applications', application_id, 'insert', application_date, null, 'pending', null
    from loan_applications
    union all
    select 'loans_db', 'loan_applications', application_id, 'update', decision_date, 'pending', status, decided_by
    from loan_applications where status <> 'pending'
    union all
    select 'loans_db', 'loans', loan_id, 'update', status_date, 'active', status, null
    from loans where status <> 'active'
    union all
    select 'compliance_db', 'kyc_records', kyc_id, 'update', completed_date, 'pending', status, verified_by
    from kyc_records where status <> 'pending'
    union all
    select 'customer_db', 'complaints', complaint_id, 'update', coalesce(resolution_date, closed_date), 'investigating',
           status, handled_by
    from complaints where status in ('resolved', 'closed')
    union all
    select 'insurance_db', 'policies', policy_id, 'update', end_date, 'active', status, null
    from policies where status <> 'active'
),
entries as (
    select audit_id, database_name, table_name, record_id, action, cast(event_at as date) as day,
           -- an account may have been dormant before it was closed
           case when table_name = 'accounts' and action = 'update' and old_value = 'dormant' then 'active'
                else old_value end as old_value,
           new_value, performed_by, count(*) over (partition by database_name, table_name, record_id, action) as times
    from audit_logs
)
select database_name, table_name, record_id, action, c.day, c.new_value, a.audit_id
from (select * from changes where day >= cast(:as_of - interval '1 month' * :bands.log_months as date)) c
full join entries a using (database_name, table_name, record_id, action)
where (c.day, c.old_value, c.new_value, c.performed_by)
      is distinct from (a.day, a.old_value, a.new_value, a.performed_by)
   or a.audit_id is null or a.times > 1;

-- H68b: Numbers of the audit log rise with time.
-- source: docs/bank-story.md#compliance
-- uses: audit_logs
select audit_id, event_at, before
from (select audit_id, event_at, lag(event_at) over (order by length(audit_id), audit_id) as before from audit_logs) a
where event_at < before;
