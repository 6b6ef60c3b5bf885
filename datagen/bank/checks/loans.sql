-- Loans: applications and decisions, terms, schedules and what was paid, security, money that moved.

-- H40a: An application names an own account that can pay, open from then to the decision.
-- source: docs/bank-story.md#loans
-- why: The account is where the money goes and the instalments come from.
-- uses: loan_applications, accounts
select l.application_id, l.customer_id, l.account_id, a.account_type, l.application_date, a.opened_date, a.closed_date
from loan_applications l
left join accounts a on a.account_id = l.account_id
where not coalesce(a.customer_id = l.customer_id and a.account_type <> 'cd' and a.opened_date <= l.application_date
                   and coalesce(a.closed_date, :as_of) >= coalesce(l.decision_date, :as_of), false);

-- H40b: Customers apply once or twice.
-- source: docs/bank-story.md#loans
-- uses: loan_applications
select customer_id, count(*) as applications
from loan_applications group by customer_id having count(*) > :bands.applications;

-- H40c: Applications are of the years the bank looks back on.
-- source: docs/bank-story.md#loans
-- uses: loan_applications
select application_id, application_date from loan_applications
where application_date < cast(:as_of - interval '1 year' * :loans.years as date);

-- H41a: A decision takes some days; whoever still waits for one has not waited for too long.
-- source: docs/bank-story.md#loans
-- uses: loan_applications
select application_id, status, application_date, decision_date from loan_applications
where (status = 'pending') <> (decision_date is null)
   or decision_date - application_date not between :bands.decision_days.0 and :bands.decision_days.1
   or (status = 'pending' and application_date < :as_of - :loans.pending_days);

-- H41b: What is approved or rejected is decided by a Loan Officer, employed that day.
-- source: docs/bank-story.md#loans
-- why: Only a Loan Officer may bind the bank.
-- uses: loan_applications, staff
select l.application_id, l.status, l.decided_by, s.role, l.decision_date
from loan_applications l
left join staff s on s.employee_id = l.decided_by
where (l.status in ('approved', 'rejected')) <> (l.decided_by is not null)
   or (l.decided_by is not null
       and not coalesce(s.role = 'Loan Officer' and l.decision_date between s.hire_date and s.last_day, false));

-- H41c: An application has what belongs to its state, and nothing else; no more is approved than was asked for.
-- source: docs/bank-story.md#loans
-- uses: loan_applications
select application_id, status, approved_amount, interest_rate, rejection_reason, requested_amount from loan_applications
where (status = 'approved') <> (approved_amount is not null) or (status = 'approved') <> (interest_rate is not null)
   or (status = 'rejected') <> (rejection_reason is not null) or approved_amount > requested_amount;

-- H42: Rates and terms are those of the kind of loan, in whole years.
-- source: docs/bank-story.md#loans
-- uses: loan_applications
select l.application_id, l.loan_type, l.interest_rate, l.term_months
from loan_applications l
join (values ('mortgage', :loans.low_rates.0, :loans.high_rates.0,
                          :loans.least_years.0, :loans.most_years.0),
             ('personal', :loans.low_rates.1, :loans.high_rates.1,
                          :loans.least_years.1, :loans.most_years.1),
             ('auto', :loans.low_rates.2, :loans.high_rates.2, :loans.least_years.2, :loans.most_years.2),
             ('business', :loans.low_rates.3, :loans.high_rates.3,
                          :loans.least_years.3, :loans.most_years.3),
             ('education', :loans.low_rates.4, :loans.high_rates.4,
                           :loans.least_years.4, :loans.most_years.4))
     k (loan_type, least_rate, most_rate, least_years, most_years) on k.loan_type = l.loan_type
where l.interest_rate not between k.least_rate and k.most_rate
   or l.term_months not between 12 * k.least_years and 12 * k.most_years or mod(l.term_months, 12) <> 0;

-- H43a: Every approved application becomes one loan - not yet, in the first days - and no other does.
-- source: docs/bank-story.md#loans
-- why: An approval without a loan, or a loan without an approval, is the first thing an auditor asks about.
-- uses: loan_applications, loans
select application_id, a.status, a.decision_date, l.loan_id
from loan_applications a
full join loans l using (application_id)
where (l.loan_id is null and a.status = 'approved' and a.decision_date < :as_of - :bands.disbursement_days)
   or (l.loan_id is not null and a.status is distinct from 'approved');

-- H43b: A loan is what was approved: amount, kind, customer, account and officer, rate and term; a restructured one has
-- no higher rate and no fewer instalments.
-- source: docs/bank-story.md#loans
-- uses: loans, loan_applications
select l.loan_id, l.principal, a.approved_amount, l.interest_rate, a.interest_rate as approved_rate, l.term_months,
       a.term_months as approved_months
from loans l
join loan_applications a on a.application_id = l.application_id
where (l.principal, l.loan_type, l.customer_id, l.repayment_account_id, l.loan_officer_id)
      is distinct from (a.approved_amount, a.loan_type, a.customer_id, a.account_id, a.decided_by)
   or not coalesce(case when l.status = 'restructured'
                        then l.interest_rate <= a.interest_rate and l.term_months >= a.term_months
                        else l.interest_rate = a.interest_rate and l.term_months = a.term_months end, false);

-- H43c: A loan is paid out on a banking day soon after the decision: to the seller (mortgage, auto) or to the account.
-- source: docs/bank-story.md#loans
-- why: The seller is paid directly, so that the money buys what the loan is for.
-- uses: loans, loan_applications, calendar
select l.loan_id, l.loan_type, l.disbursed_to, a.decision_date, l.disbursement_date
from loans l
join loan_applications a on a.application_id = l.application_id
left join calendar d on d.day = l.disbursement_date
where not coalesce(d.is_banking and l.disbursement_date - a.decision_date between 0 and :bands.disbursement_days, false)
   or (l.disbursed_to = 'seller') <> (l.loan_type in ('mortgage', 'auto'));

-- H44a: A schedule has an instalment for every month of the term, numbered and due from the disbursement on.
-- source: docs/bank-story.md#loans
-- uses: instalments
select schedule_id, loan_id, installment_number, due_date, term_months
from instalments
where installment_number <> place or installment_number > term_months
   or due_date <> cast(disbursement_date + interval '1 month' * installment_number as date);

-- H44b: A schedule is complete, and the loan ends with its last instalment.
-- source: docs/bank-story.md#loans
-- uses: loans, repayment_schedule
select l.loan_id, l.term_months, s.instalments, l.maturity_date, s.last_day
from loans l
left join (
    select loan_id, count(*) as instalments, max(due_date) as last_day from repayment_schedule group by loan_id
) s on s.loan_id = l.loan_id
where s.instalments is distinct from l.term_months or s.last_day is distinct from l.maturity_date;

-- H44c: Interest is the balance before it by the rate of the period, to the cent; principal is the rest.
-- source: docs/bank-story.md#loans
-- why: Interest accrues on what is still owed.
-- uses: instalments
select schedule_id, loan_id, installment_number, balance_before, interest_rate, interest_amount, principal_amount
from instalments
where balance_before * interest_rate < 1200 * interest_amount - 6
   or balance_before * interest_rate >= 1200 * interest_amount + 6
   or interest_amount + principal_amount <> installment_amount;

-- H44d: Each balance is the one before it less the principal; the last instalment, and no other, closes at 0.
-- source: docs/bank-story.md#loans
-- why: A schedule that does not close at nothing would never end.
-- uses: instalments
select schedule_id, loan_id, installment_number, balance_before, principal_amount, balance_after
from instalments
where balance_after <> balance_before - principal_amount
   or (installment_number = term_months) <> (balance_after = 0);

-- H44e: Instalments but the last equal the monthly payment; before a restructuring, they equal each other.
-- source: docs/bank-story.md#loans
-- uses: instalments
select schedule_id, loan_id, installment_number, installment_amount, expected
from (
    select schedule_id, loan_id, installment_number, term_months, installment_amount,
           case when is_old then min(installment_amount) over (partition by loan_id, is_old) else monthly_payment end
               as expected
    from instalments
) s
where installment_number < term_months and installment_amount <> expected;

-- H44f: The rate of a period is the one in force: the approved one before a restructuring, then the loan's.
-- source: docs/bank-story.md#loans
-- uses: instalments
select schedule_id, loan_id, installment_number, interest_rate, rate_in_force, approved_rate
from instalments
where interest_rate <> case when is_old then approved_rate else rate_in_force end;

-- H45a: The monthly payment is the annuity of the principal; of the balance, and of what is left of the term, from a
-- restructuring on.
-- source: docs/bank-story.md#loans
-- why: The annuity is the instalment that pays back the loan within its term.
-- uses: instalments
with terms as (
    select loan_id, max(monthly_payment) as monthly_payment, max(rate_in_force) / 1200e0 as rate,
           count(*) as months, max(balance_before) as base
    from instalments
    where not is_old
    group by loan_id
)
-- to the cent, halves upwards; a millionth of a dollar is left to floating point
select loan_id, monthly_payment, base, rate, months
from terms
where abs(cast(monthly_payment as double precision)
          - cast(base as double precision) * rate / (1 - power(1 + rate, -months))) > 0.005001;

-- H45b: Until a restructuring, instalments are the annuity that was approved.
-- source: docs/bank-story.md#loans
-- uses: instalments
with terms as (
    select loan_id, max(installment_amount) as installment, max(approved_rate) / 1200e0 as rate,
           max(approved_months) as months, max(principal) as base
    from instalments
    where is_old
    group by loan_id
)
select loan_id, installment, base, rate, months
from terms
where abs(cast(installment as double precision)
          - cast(base as double precision) * rate / (1 - power(1 + rate, -months))) > 0.005001;

-- H46a: Instalments are paid in order, on banking days and not before they are due.
-- source: docs/bank-story.md#loans
-- why: A payment is booked against the oldest instalment.
-- uses: instalments, calendar
with payments as (
    select schedule_id, loan_id, installment_number, due_date, status, paid_date,
           count(case when status <> 'paid' then 1 end) over earlier as unpaid,
           max(paid_date) over earlier as paid_before
    from instalments
    window earlier as (partition by loan_id order by installment_number
                       rows between unbounded preceding and 1 preceding)
)
select p.schedule_id, p.loan_id, p.installment_number, p.due_date, p.paid_date, p.unpaid, p.paid_before
from payments p
left join calendar d on d.day = p.paid_date
where (p.status = 'paid') <> (p.paid_date is not null)
   or (p.paid_date is not null
       and (p.unpaid > 0 or p.paid_date < p.due_date or p.paid_date < p.paid_before
            or not coalesce(d.is_banking, false)));

-- H46b: What is unpaid is overdue if due before the as-of day, else scheduled; written off from a default on.
-- source: docs/bank-story.md#loans
-- uses: instalments
select schedule_id, loan_id, due_date, status, loan_status, status_date
from instalments
where status <> 'paid'
  and status <> case when loan_status = 'defaulted' and due_date >= status_date then 'written_off'
                     when due_date < :as_of then 'overdue' else 'scheduled' end;

-- H47a: What is outstanding, and for how long, follows from the schedule.
-- source: docs/bank-story.md#loans
-- why: These columns are a summary for reports; the schedule is the record.
-- uses: loans, repayment_schedule
select l.loan_id, l.outstanding_balance, s.unpaid, l.days_past_due, s.overdue_since
from loans l
left join (
    select loan_id, coalesce(sum(principal_amount) filter (where status <> 'paid'), 0) as unpaid,
           min(due_date) filter (where status = 'overdue') as overdue_since
    from repayment_schedule group by loan_id
) s on s.loan_id = l.loan_id
where l.outstanding_balance is distinct from s.unpaid or l.days_past_due <> coalesce(:as_of - s.overdue_since, 0);

-- H47b: A loan is paid off if and only if every instalment is paid, on the day of the last payment.
-- source: docs/bank-story.md#loans
-- uses: loans, repayment_schedule
select l.loan_id, l.status, l.status_date, s.unpaid, s.last_day
from loans l
left join (
    select loan_id, count(*) filter (where status <> 'paid') as unpaid, max(paid_date) as last_day
    from repayment_schedule group by loan_id
) s on s.loan_id = l.loan_id
where (l.status = 'paid_off') <> coalesce(s.unpaid = 0, false)
   or (l.status = 'paid_off' and l.status_date is distinct from s.last_day);

-- H47c: A loan defaults a fixed time after its oldest unpaid due; no other is as far behind.
-- source: docs/bank-story.md#loans
-- why: Regulators ask for retail loans to be charged off after 120 days (FFIEC, Uniform Retail Credit
-- Classification).
-- uses: loans, repayment_schedule
select l.loan_id, l.status, l.status_date, s.overdue_since
from loans l
left join (
    select loan_id, min(due_date) filter (where status <> 'paid') as overdue_since
    from repayment_schedule group by loan_id
) s on s.loan_id = l.loan_id
where case when l.status = 'defaulted' then l.status_date is distinct from s.overdue_since + :loans.default_days
           else :as_of - s.overdue_since > :loans.default_days end;

-- H47d: A loan has the day of its state unless it is active, after the disbursement.
-- source: docs/bank-story.md#loans
-- uses: loans
select loan_id, status, disbursement_date, status_date from loans
where (status = 'active') <> (status_date is null) or status_date <= disbursement_date;

-- H48a: Every repayment of the window is a transaction: its account, day, amount and loan.
-- source: docs/bank-story.md#loans
-- why: The loan system and the accounts are two databases; they agree when each row of one has its row in the other.
-- uses: repayment_schedule, loans, ledger
select s.schedule_id, s.transaction_id, s.paid_date, s.installment_amount
from repayment_schedule s
join loans l on l.loan_id = s.loan_id
left join ledger t on t.transaction_id = s.transaction_id
where (coalesce(s.paid_date >= :start, false)) <> (s.transaction_id is not null)
   or (s.transaction_id is not null
       and (t.category, t.reference_id, t.account_id, t.day, t.amount)
           is distinct from ('loan_repayment', s.loan_id, l.repayment_account_id, s.paid_date, s.installment_amount));

-- H48b: Every transaction that repays a loan is one instalment's.
-- source: docs/bank-story.md#loans
-- why: A debit without an instalment is money taken for nothing.
-- uses: repayment_schedule, transactions
select t.transaction_id, t.reference_id, count(s.schedule_id) as instalments
from transactions t
left join repayment_schedule s on s.transaction_id = t.transaction_id
where t.category = 'loan_repayment'
group by t.transaction_id, t.reference_id
having count(s.schedule_id) <> 1;

-- H49a: Every loan paid into an account in the window is a transaction: its account, day, amount and loan.
-- source: docs/bank-story.md#loans
-- why: The loan system and the accounts are two databases; they agree when each row of one has its row in the other.
-- uses: loans, ledger
select l.loan_id, l.disbursed_to, l.disbursement_date, l.disbursement_transaction_id
from loans l
left join ledger t on t.transaction_id = l.disbursement_transaction_id
where (l.disbursed_to = 'account' and l.disbursement_date >= :start) <> (l.disbursement_transaction_id is not null)
   or (l.disbursement_transaction_id is not null
       and (t.category, t.reference_id, t.account_id, t.day, t.amount)
           is distinct from ('loan_disbursement', l.loan_id, l.repayment_account_id, l.disbursement_date, l.principal));

-- H49b: Every transaction that pays out a loan is one loan's.
-- source: docs/bank-story.md#loans
-- why: Money paid out without a loan is a loss nobody decided on.
-- uses: loans, transactions
select t.transaction_id, t.reference_id, count(l.loan_id) as loans
from transactions t
left join loans l on l.disbursement_transaction_id = t.transaction_id
where t.category = 'loan_disbursement'
group by t.transaction_id, t.reference_id
having count(l.loan_id) <> 1;

-- H4Aa: Every mortgage has collateral, no personal or education loan has; it is of the loan's kind.
-- source: docs/bank-story.md#loans
-- uses: loans, collateral
select l.loan_id, l.loan_type, c.collateral_id, c.collateral_type
from loans l
left join collateral c on c.loan_id = l.loan_id
where (l.loan_type = 'mortgage' and c.collateral_id is null)
   or (c.collateral_id is not null
       and (l.loan_type, c.collateral_type)
           not in (('mortgage', 'real_estate'), ('auto', 'vehicle'), ('business', 'equipment')));

-- H4Ab: Collateral is worth more than the loan, within bounds.
-- source: docs/bank-story.md#loans
-- why: The bank lends less than the collateral would fetch.
-- uses: loans, collateral
select c.collateral_id, c.loan_id, c.appraised_value, l.principal
from collateral c
join loans l on l.loan_id = c.loan_id
where c.appraised_value < :loans.collateral_value.0 * l.principal
   or c.appraised_value > :loans.collateral_value.1 * l.principal;

-- H4Ac: Collateral is appraised between application and disbursement, and released if and only if the loan is paid off.
-- source: docs/bank-story.md#loans
-- uses: loans, collateral, loan_applications
select c.collateral_id, c.loan_id, c.status, l.status as loan_status, c.appraisal_date
from collateral c
join loans l on l.loan_id = c.loan_id
join loan_applications a on a.application_id = l.application_id
where (c.status = 'released') <> (l.status = 'paid_off')
   or c.appraisal_date not between a.application_date and l.disbursement_date;

-- H4Ba: A guarantor is somebody else, who was a customer by then, and signs between application and disbursement.
-- source: docs/bank-story.md#loans
-- why: A promise to pay for oneself secures nothing.
-- uses: loan_guarantors, loans, loan_applications, customers
select g.guarantor_id, g.loan_id, g.customer_id, g.signed_date, c.created_date
from loan_guarantors g
join loans l on l.loan_id = g.loan_id
join loan_applications a on a.application_id = l.application_id
left join customers c on c.customer_id = g.customer_id
where g.customer_id = l.customer_id or g.signed_date not between a.application_date and l.disbursement_date
   or not coalesce(g.signed_date >= c.created_date, false);

-- H4Bb: No more than the loan is guaranteed, by nobody twice.
-- source: docs/bank-story.md#loans
-- uses: loan_guarantors
select loan_id, sum(guaranteed_percent) as percent, count(*) as guarantors
from loan_guarantors
group by loan_id
having sum(guaranteed_percent) > 100 or count(distinct customer_id) < count(*);

-- H4Ca: Every decided application, and no other, has an assessment between application and decision; it recommends what
-- was decided.
-- source: docs/bank-story.md#loans
-- why: Who assesses does not decide, and who decides does not assess; but the two agree.
-- uses: loan_applications, risk_assessments
select application_id, l.status, r.assessment_id, r.assessment_date, r.recommendation
from loan_applications l
full join risk_assessments r using (application_id)
where coalesce(l.status in ('approved', 'rejected'), false) <> (r.assessment_id is not null)
   or r.assessment_date not between l.application_date and l.decision_date
   or (r.recommendation = 'approve') <> (l.status = 'approved');

-- H4Cb: Risks are assessed by a Risk Analyst, employed that day.
-- source: docs/bank-story.md#loans
-- uses: risk_assessments, staff
select r.assessment_id, r.assessed_by, s.role, r.assessment_date
from risk_assessments r
left join staff s on s.employee_id = r.assessed_by
where not coalesce(s.role = 'Risk Analyst' and r.assessment_date between s.hire_date and s.last_day, false);

-- H4Cc: The grade of a risk follows from the credit score.
-- source: docs/bank-story.md#loans
-- uses: risk_assessments
select assessment_id, credit_score, risk_grade from risk_assessments
where risk_grade <> case when credit_score >= :loans.low_risk_score then 'low'
                         when credit_score >= :loans.medium_risk_score then 'medium' else 'high' end;
