"""Damage to memberships and payments: (what is wrong, the check that must catch it, how it is planted)."""

# A member with one Active monthly spell that began well before the window, and that spell.
STEADY = (
    "(select min(s.memberid) from membermemberships s join membershiptypes t using (membershiptypeid) "
    "where s.status = 'Active' and t.duration = 1 and s.startdate < :start - 60 and s.memberid in "
    "(select memberid from membermemberships group by memberid having count(*) = 1) and s.memberid in "
    "(select memberid from memberpayments where status = 'Completed' and paymenttype = 'Monthly Fee'))"
)
# A completed due of that member, neither the first nor the last of the window.
PAID = (
    f"(select paymentid from memberpayments where memberid = {STEADY} and status = 'Completed' "
    "and paymenttype = 'Monthly Fee' order by paymentdate limit 1 offset 1)"
)
# A spell that ended for non-payment: the day before its end a due failed for the third time.
UNPAID = (
    "(select min(s.membershipid) from membermemberships s join memberpayments p on p.memberid = s.memberid "
    "and p.paymentdate = s.enddate - 1 and p.status = 'Failed' where s.startdate < :start and s.enddate > :start + 40 "
    "and 3 = (select count(*) from memberpayments q where q.memberid = s.memberid and q.status = 'Failed' "
    "and q.paymentdate between s.enddate - 11 and s.enddate))"
)
# A retry that succeeded, of a due inside the window.
RETRY = (
    "(select min(p.paymentid) from memberpayments p where p.status = 'Completed' and p.paymentdate > :start + 40 and "
    "p.paymenttype = 'Monthly Fee' and exists (select 1 from memberpayments f where f.memberid = p.memberid "
    "and f.status = 'Failed' and f.paymentdate between p.paymentdate - 10 and p.paymentdate - 1))"
)
COPY = "insert into memberpayments select 'PAY99999999', {columns} from memberpayments where paymentid = {row}"
ALL = "memberid, paymentdate, amount, paymenttype, paymentmethod, status"


def copy(row: str, **changed: str) -> str:
    """Insert one more payment like that row, with some columns changed."""
    columns = ", ".join(changed.get(name, name) for name in ALL.split(", "))
    return COPY.format(columns=columns, row=row)


def spell(status: str, months: int, extra: str = "") -> str:
    """The id of a spell of that status on a monthly (1) or annual (12) plan."""
    return (
        "(select min(s.membershipid) from membermemberships s join membershiptypes t using (membershiptypeid) "
        f"where s.status = '{status}' and t.duration = {months} {extra})"
    )


DAMAGE = [
    # time
    ("a payment on the as-of day", "H01a", f"update memberpayments set paymentdate = :as_of where paymentid = {PAID}"),
    ("a payment before the window", "H01a", "update memberpayments set paymentdate = :start - 1 where paymentid ="
     f" {PAID}"),
    ("a member who joins on the as-of day", "H02a", "update members set joindate = :as_of where memberid ="
     " 'MEM000001'"),
    ("a member who joined four years ago", "H02a",
     "update members set joindate = :as_of - 1461 where memberid = 'MEM000001'"),
    ("a spell that starts tomorrow", "H02b",
     "update membermemberships set startdate = :as_of + 1, enddate = null where membershipid = 'MSH00000001'"),
    ("a spell cancelled next week", "H02b",
     f"update membermemberships set enddate = :as_of + 7 where membershipid = {spell('Cancelled', 1)}"),
    ("an employee hired tomorrow", "H02c", "update staff set hiredate = :as_of + 1 where staffid = 'STF0001'"),
    ("an employee terminated today", "H02c",
     "update staff set terminationdate = :as_of, status = 'Terminated' where staffid = 'STF0001'"),
    ("a machine bought tomorrow", "H02d", "update equipment set purchasedate = :as_of + 1 where equipmentid ="
     " 'EQ0001'"),
    # memberships
    ("a member Active without a spell", "H14",
     "update members set memberstatus = 'Active' where memberid = (select min(memberid) from members"
     " where memberstatus = 'Cancelled')"),
    ("a member Cancelled while a spell runs", "H14",
     f"update members set memberstatus = 'Cancelled' where memberid = {STEADY}"),
    ("a Student of 30", "H15",
     "update members set dateofbirth = (select min(s.startdate) from membermemberships s join membershiptypes t"
     " using (membershiptypeid) where s.memberid = members.memberid and t.typename like 'Student%') - interval '30"
     " years'"
     " where memberid = (select min(memberid) from membermemberships join membershiptypes using (membershiptypeid)"
     " where typename like 'Student%' and status <> 'Suspended')"),
    ("a Senior of 59", "H15",
     "update members set dateofbirth = (select min(s.startdate) from membermemberships s join membershiptypes t"
     " using (membershiptypeid) where s.memberid = members.memberid and t.typename like 'Senior%')"
     " - interval '60 years' + interval '1 day'"
     " where memberid = (select min(memberid) from membermemberships join membershiptypes using (membershiptypeid)"
     " where typename like 'Senior%' and status <> 'Suspended')"),
    ("spells that overlap by a day", "H20",
     f"update membermemberships set enddate = enddate + 1 where membershipid = {spell('Changed', 1)}"),
    ("a first spell a day after joining", "H21",
     f"update membermemberships set startdate = startdate + 1 where memberid = {STEADY}"),
    ("a member without a spell", "H21", f"delete from membermemberships where memberid = {STEADY}"),
    ("an annual term a day short", "H22",
     f"update membermemberships set enddate = enddate - 1 where membershipid = {spell('Expired', 12)}"),
    ("an annual term of 13 months", "H22",
     f"update membermemberships set enddate = enddate + interval '1 month' where membershipid = {spell('Active', 12)}"),
    ("a spell Active after its end", "H23",
     f"update membermemberships set enddate = :as_of where membershipid = {spell('Active', 12)}"),
    ("a spell Cancelled that runs on", "H23",
     f"update membermemberships set enddate = :as_of + 1 where membershipid = {spell('Cancelled', 1)}"),
    ("an annual term without an end", "H24",
     f"update membermemberships set enddate = null where membershipid = {spell('Active', 12)}"),
    ("a frozen annual term", "H25",
     f"update membermemberships set status = 'Suspended' where membershipid = {spell('Active', 12)}"),
    ("a monthly spell that expired", "H26",
     f"update membermemberships set status = 'Expired' where membershipid = {spell('Cancelled', 1)}"),
    ("a Changed spell that nothing follows", "H27",
     f"update membermemberships set status = 'Changed' where membershipid = {spell('Cancelled', 1)}"),
    ("a Changed spell followed by the same plan", "H27",
     "update membermemberships set membershiptypeid = n.membershiptypeid from membermemberships n"
     " where membermemberships.status = 'Changed' and n.memberid = membermemberships.memberid"
     " and n.startdate = membermemberships.enddate and n.status <> 'Suspended'"),
    ("a plan changed a day after the due", "H28",
     "update membermemberships set startdate = startdate - 1 where status = 'Changed' and enddate in (select startdate"
     " from membermemberships n where n.memberid = membermemberships.memberid and n.status <> 'Suspended')"),
    ("a freeze on another plan", "H29",
     "update membermemberships set membershiptypeid = case when membershiptypeid = 'MT001' then 'MT002' else"
     " 'MT001' end"
     f" where membershipid = {spell('Suspended', 1)}"),
    # payments
    ("dues of a kind the plan does not have", "H30a",
     f"update memberpayments set paymenttype = 'Annual Fee' where paymentid = {PAID}"),
    ("a retry after eleven days", "H30a",
     f"update memberpayments set paymentdate = paymentdate + 11 where paymentid = {RETRY}"),
    ("dues paid on the day of a cancellation", "H31b",
     copy("(select min(p.paymentid) from memberpayments p join membermemberships s using (memberid)"
          " where s.status = 'Cancelled' and s.enddate > :start and p.paymenttype = 'Monthly Fee')",
          paymentdate="(select max(enddate) from membermemberships s where s.memberid = memberpayments.memberid)")),
    ("a due paid a day late", "H30b",
     f"update memberpayments set paymentdate = paymentdate + 1 where paymentid = {PAID}"),
    ("a due a cent too high", "H30c", f"update memberpayments set amount = amount + 0.01 where paymentid = {PAID}"),
    ("a due missed", "H31a", f"delete from memberpayments where paymentid = {PAID}"),
    ("a due paid twice", "H31b", copy(PAID, paymentdate="paymentdate + 1")),
    ("a due refunded and paid again", "H31b", copy(PAID, status="'Refunded'", paymentdate="paymentdate + 2")),
    ("an attempt after the due was paid", "H31b", copy(PAID, status="'Failed'", paymentdate="paymentdate + 3")),
    ("a failed due given up", "H31c", f"delete from memberpayments where paymentid = {RETRY}"),
    ("two registration fees", "H32",
     copy("(select min(paymentid) from memberpayments where paymenttype = 'Registration Fee')")),
    ("a registration fee a day after joining", "H32",
     "update memberpayments set paymentdate = paymentdate + 1 where paymentid ="
     " (select min(paymentid) from memberpayments where paymenttype = 'Registration Fee')"),
    ("a registration fee of another plan", "H32",
     "update memberpayments set amount = amount + 5 where paymentid ="
     " (select min(paymentid) from memberpayments where paymenttype = 'Registration Fee')"),
    ("a class fee missing", "H33a",
     "delete from memberpayments where paymentid = (select min(paymentid) from memberpayments where"
     " paymenttype = 'Class Fee')"),
    ("a class fee a cent short", "H33a",
     "update memberpayments set amount = amount - 0.01 where paymentid = (select min(paymentid) from memberpayments"
     " where paymenttype = 'Class Fee')"),
    ("a class fee for nothing", "H33b",
     "insert into memberpayments select 'PAY99999999', memberid, paymentdate, amount, paymenttype, paymentmethod,"
     " status"
     " from memberpayments where paymentid = (select min(paymentid) from memberpayments where paymenttype = 'Class"
     " Fee')"),
    ("a class fee a day late", "H33b",
     "update memberpayments set paymentdate = paymentdate + 1 where paymentid = (select min(paymentid)"
     " from memberpayments where paymenttype = 'Class Fee')"),
    ("two attempts on one day", "H34", copy(PAID, status="'Failed'")),
    ("a fourth attempt", "H34",
     copy(f"(select min(p.paymentid) from memberpayments p join membermemberships s using (memberid)"
          f" where s.membershipid = {UNPAID} and p.paymentdate = s.enddate - 1 and p.status = 'Failed')",
          paymentdate="paymentdate - 1")),
    ("a spell that goes on after three failures", "H35",
     f"update membermemberships set enddate = enddate + 1 where membershipid = {UNPAID}"),
    ("a spell Expired for non-payment", "H35",
     f"update membermemberships set status = 'Expired' where membershipid = {UNPAID}"),
    ("a cancelled booking that was charged", "H36",
     "update classenrollments set paymentamount = 7.50 where enrollmentid = (select min(enrollmentid)"
     " from classenrollments where enrollmentstatus = 'Cancelled')"),
    ("a free seat in a paid class", "H36",
     "update classenrollments set paymentamount = 0 where enrollmentid = (select min(enrollmentid)"
     " from classenrollments where paymentamount > 0)"),
    ("a member with three payment methods", "H37",
     f"update memberpayments set paymentmethod = 'Cash' where paymentid = {PAID};"
     f"update memberpayments set paymentmethod = 'Bank Transfer' where paymentid = (select min(paymentid)"
     f" from memberpayments where memberid = {STEADY} and paymentid <> {PAID});"
     f"update memberpayments set paymentmethod = 'Mobile Payment' where paymentid = (select max(paymentid)"
     f" from memberpayments where memberid = {STEADY} and paymentid <> {PAID})"),
]  # fmt: skip
