-- Spells of membership, and what the members' rows say of them.

-- H14: A member's status is that of the spell running on the as-of day, else Cancelled.
-- source: docs/fitness-story.md#memberships
-- why: The member's row is a copy of the current state for the desk; the spells are the record.
-- uses: members, spells
select m.memberid, m.memberstatus, s.membershipid, s.status
from members m
left join spells s on s.memberid = m.memberid and s.startdate <= :as_of and s.stopdate > :as_of
where m.memberstatus <> coalesce(s.status, 'Cancelled');

-- H15: Spells of a Student plan start at 16 to 29, of a Senior plan at 60 or later; a freeze may start at any age.
-- source: docs/fitness-story.md#memberships
-- why: Student and senior prices are tied to age at the day of the contract. A freeze does not conclude a new
-- contract.
-- uses: members, spells
select s.membershipid, s.memberid, s.typename, m.dateofbirth, s.startdate
from spells s
join members m on m.memberid = s.memberid
where s.status <> 'Suspended'
  and ((s.typename like 'Student%'
        and (s.startdate < cast(m.dateofbirth + :memberships.student_age_low * interval '1 year' as date)
             or s.startdate >= cast(m.dateofbirth + (:memberships.student_age_high + 1) * interval '1 year' as date)))
       or (s.typename like 'Senior%'
           and s.startdate < cast(m.dateofbirth + :memberships.senior_age_low * interval '1 year' as date)));

-- H20: Spells of one member do not overlap.
-- source: docs/fitness-story.md#memberships
-- why: A person has one contract at a time; an overlap would charge twice and count the member twice.
-- uses: spells
select membershipid, memberid, startdate, stopdate, following
from (
    select membershipid, memberid, startdate, stopdate,
           lead(startdate) over (partition by memberid order by startdate, stopdate) as following
    from spells
) s
where following < stopdate;

-- H21: A member's first spell starts on the day of joining.
-- source: docs/fitness-story.md#memberships
-- why: Joining is signing the first contract.
-- uses: members, membermemberships
select m.memberid, m.joindate, min(s.startdate) as first
from members m
left join membermemberships s on s.memberid = m.memberid
group by m.memberid, m.joindate
having min(s.startdate) is null or min(s.startdate) <> m.joindate;

-- H22: Annual terms last 12 months unless Cancelled or Changed, and never longer.
-- source: docs/fitness-story.md#memberships
-- why: An annual price is granted for a promise of twelve months.
-- uses: spells
select membershipid, startdate, enddate, status
from spells
where duration = 12
  and ((status not in ('Cancelled', 'Changed')
        and (enddate is null or enddate <> cast(startdate + interval '12 months' as date)))
       or enddate > cast(startdate + interval '12 months' as date));

-- H23: A spell is Active if and only if it runs on the as-of day unfrozen; the ended ones have ended by then.
-- source: docs/fitness-story.md#memberships
-- why: Active means that the member may come on the as-of day.
-- uses: spells
select membershipid, startdate, enddate, status
from spells
where (status = 'Active' and (startdate > :as_of or stopdate <= :as_of))
   or (status in ('Expired', 'Cancelled', 'Changed') and stopdate > :as_of);

-- H24: The end is open only for a running spell of a monthly plan.
-- source: docs/fitness-story.md#memberships
-- why: A monthly contract runs until it is cancelled; an annual one carries its last day from the start.
-- uses: spells
select membershipid, startdate, status, duration
from spells
where enddate is null and (duration <> 1 or status not in ('Active', 'Suspended'));

-- H25: Only monthly spells are frozen.
-- source: docs/fitness-story.md#memberships
-- why: The annual price is paid in advance, so there is nothing to freeze.
-- uses: spells
select membershipid, startdate, status, duration from spells where status = 'Suspended' and duration <> 1;

-- H26: Only annual terms expire.
-- source: docs/fitness-story.md#memberships
-- why: A monthly contract has no term that could run out.
-- uses: spells
select membershipid, startdate, status, duration from spells where status = 'Expired' and duration <> 12;

-- H27: A Changed spell is followed at once by the next one, which is a freeze or of another plan.
-- source: docs/fitness-story.md#memberships
-- why: A change or freeze is one decision: the old contract ends on the day the new one begins.
-- uses: spells
select s.membershipid, s.memberid, s.enddate, n.membershipid as following
from spells s
left join spells n on n.memberid = s.memberid and n.startdate = s.enddate
where s.status = 'Changed'
  and (n.membershipid is null or (n.status <> 'Suspended' and n.membershiptypeid = s.membershiptypeid));

-- H28: A plan changes on a due day.
-- source: docs/fitness-story.md#memberships
-- why: Proration is avoided by changing plans when the next due falls.
-- uses: spells
select s.membershipid, s.memberid, s.startdate, s.enddate
from spells s
join spells n on n.memberid = s.memberid and n.startdate = s.enddate and n.status <> 'Suspended'
where s.status = 'Changed'
  and not exists (
      select 1 from generate_series(1, 600) as g(n)
      where cast(s.startdate + g.n * interval '1 month' as date) = s.enddate
  );

-- H29: A freeze keeps the plan of the spell it interrupts.
-- source: docs/fitness-story.md#memberships
-- why: After a freeze the member expects the plan and price from before it.
-- uses: spells
select s.membershipid, s.memberid, s.membershiptypeid, b.membershiptypeid as before
from spells s
join spells b on b.memberid = s.memberid and b.enddate = s.startdate
where s.status = 'Suspended' and b.membershiptypeid <> s.membershiptypeid;
