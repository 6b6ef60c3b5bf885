-- Dues, fees and attempts to pay them.

-- H30a: An attempt to pay dues is for a due of that kind, on its day or within 10 days of it.
-- source: docs/fitness-story.md#payments
-- uses: attempts
select paymentid, memberid, paymentdate, paymenttype, duedate, duetype
from attempts
where duedate is null or paymenttype <> duetype or paymentdate > duedate + :payments.retry_days;

-- H30b: The first attempt is made on the due day, inside a spell that is not frozen.
-- source: docs/fitness-story.md#payments
-- why: The card is charged on the due day; a member whose contract is frozen owes nothing.
-- uses: attempts
select paymentid, memberid, paymentdate, duedate, stopdate
from attempts
where place = 1 and duedate >= :start and paymentdate <> duedate;

-- H30c: Dues cost what the plan costs: a month, or twelve for an annual term.
-- source: docs/fitness-story.md#payments
-- why: The price of the plan is the price of the invoice.
-- uses: attempts
select paymentid, memberid, paymentdate, amount, price from attempts where amount <> price;

-- H31a: No period is missed: every due of the window has an attempt.
-- source: docs/fitness-story.md#payments
-- why: A due that was never charged is lost revenue that no report would show.
-- uses: dues, attempts
select d.membershipid, d.memberid, d.duedate
from dues d
where d.duedate >= :start
  and not exists (select 1 from attempts a where a.memberid = d.memberid and a.duedate = d.duedate);

-- H31b: No period is paid twice: one Completed or Refunded payment at most, and no attempt after it.
-- source: docs/fitness-story.md#payments
-- why: Charging a period twice is the commonest complaint about a club.
-- uses: attempts
select memberid, duedate, count(*) as attempts, count(*) filter (where status <> 'Failed') as paid
from attempts
group by memberid, duedate
having count(*) filter (where status <> 'Failed') > 1
    or max(place) filter (where status <> 'Failed') < max(place);

-- H31c: A due that failed is tried again until it is paid or has failed three times.
-- source: docs/fitness-story.md#payments
-- why: Failed cards are retried for some days before the account is closed: most failures are short of funds, not
-- refusals.
-- uses: attempts
select memberid, duedate, count(*) as attempts, max(paymentdate) as last
from attempts
where duedate >= :start
group by memberid, duedate
having count(*) filter (where status <> 'Failed') = 0
   and count(*) < :payments.attempts
   and duedate + :payments.retry_days < :as_of;

-- H32: There is one Registration Fee at most, on the day of joining and of the first plan's amount.
-- source: docs/fitness-story.md#payments
-- why: The fee is for setting up the account, once.
-- uses: memberpayments, members, spells
select p.memberid, p.paymentid, p.paymentdate, p.amount, m.joindate, s.registrationfee
from (
    select memberid, paymentid, paymentdate, amount, count(*) over (partition by memberid) as times
    from memberpayments where paymenttype = 'Registration Fee'
) p
join members m on m.memberid = p.memberid
left join spells s on s.memberid = m.memberid and s.startdate = m.joindate
where p.times > 1 or p.paymentdate <> m.joindate or s.membershipid is null
   or p.amount <> s.registrationfee or p.amount = 0;

-- H33a: Every enrolment that costs something has its Class Fee on the enrolment's day, one to one.
-- source: docs/fitness-story.md#payments
-- why: Fees and bookings are kept by two systems; the books agree when they match one to one, both ways.
-- uses: memberpayments, classenrollments
select e.memberid, e.day, e.amount, e.bookings, coalesce(p.fees, 0) as fees
from (
    select memberid, cast(enrollmentdate as date) as day, paymentamount as amount, count(*) as bookings
    from classenrollments
    where paymentamount > 0 and enrollmentdate >= cast(:start as timestamp)
    group by memberid, cast(enrollmentdate as date), paymentamount
) e
left join (
    select memberid, paymentdate, amount, count(*) as fees
    from memberpayments where paymenttype = 'Class Fee'
    group by memberid, paymentdate, amount
) p on p.memberid = e.memberid and p.paymentdate = e.day and p.amount = e.amount
where coalesce(p.fees, 0) < e.bookings;

-- H33b: Every Class Fee is for an enrolment of that member, day and amount, one to one.
-- source: docs/fitness-story.md#payments
-- why: A fee without a booking is a charge for nothing.
-- uses: memberpayments, classenrollments
select p.memberid, p.paymentdate, p.amount, p.fees, coalesce(e.bookings, 0) as bookings
from (
    select memberid, paymentdate, amount, count(*) as fees
    from memberpayments where paymenttype = 'Class Fee'
    group by memberid, paymentdate, amount
) p
left join (
    select memberid, cast(enrollmentdate as date) as day, paymentamount as amount, count(*) as bookings
    from classenrollments where paymentamount > 0
    group by memberid, cast(enrollmentdate as date), paymentamount
) e on e.memberid = p.memberid and e.day = p.paymentdate and e.amount = p.amount
where coalesce(e.bookings, 0) < p.fees;

-- H34: A due is tried three times at most, never twice on a day.
-- source: docs/fitness-story.md#payments
-- why: Card networks limit retries, and a second attempt on the same day fails for the same reason.
-- uses: attempts
select memberid, duedate, count(*) as attempts, count(distinct paymentdate) as days
from attempts
where duedate is not null
group by memberid, duedate
having count(*) > :payments.attempts or count(distinct paymentdate) < count(*);

-- H35: After three failures the spell ends the next day, Cancelled or with a freeze.
-- source: docs/fitness-story.md#payments
-- why: The contract ends for non-payment on the day after the last attempt, so that no free visits follow.
-- uses: attempts, spells
select a.membershipid, a.memberid, a.last, s.enddate, s.status
from (
    select memberid, membershipid, duedate, max(paymentdate) as last
    from attempts
    where status = 'Failed'
    group by memberid, membershipid, duedate
    having count(*) = :payments.attempts
) a
join spells s on s.membershipid = a.membershipid
left join spells n on n.memberid = s.memberid and n.startdate = s.enddate
where s.stopdate <> a.last + 1
   or not (s.status in ('Cancelled', 'Suspended') or (s.status = 'Changed' and n.status = 'Suspended'));

-- H36: An enrolment costs the session's price where the seat is taken (Attended, No-Show, Enrolled), else nothing.
-- source: docs/fitness-story.md#payments
-- why: A seat that was kept for somebody is paid for even if they stay away; a seat given back or never got is not.
-- uses: bookings
select enrollmentid, enrollmentstatus, paymentamount, price
from bookings
where paymentamount <> case when enrollmentstatus in ('Attended', 'No-Show', 'Enrolled') then price else 0 end;

-- H37: A member keeps to one or two payment methods.
-- source: docs/fitness-story.md#payments
-- why: A payment method is stored with the account; people change it seldom.
-- uses: memberpayments
select memberid, count(distinct paymentmethod) as methods
from memberpayments
group by memberid
having count(distinct paymentmethod) > :bands.methods_a_member;
