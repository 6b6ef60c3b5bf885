"""The six transactional tables (ODS): what happens."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, DateTime, Integer, Table, Text, Time, column

from datagen.fitness import vocabulary as words
from datagen.fitness.tables.declare import CODE, DECIMAL, child_of, key, may, metadata, must, when
from datagen.schema import after, at_least, between, filled_if_and_only_if, not_before, one_of

membermemberships = Table(
    "membermemberships",
    metadata,
    key("membershipid", "spell of membership"),
    child_of("memberid", "members.memberid", "Member"),
    child_of("membershiptypeid", "membershiptypes.membershiptypeid", "Plan during the spell"),
    when("startdate", Date, "First day of the spell"),
    may("enddate", Date, "First day after the spell; empty only for a running monthly spell"),
    must(
        "status", CODE, "Active running, Suspended frozen, Expired term over, Cancelled, or Changed into the next spell"
    ),
    must("autorenew", Boolean, "Whether the plan renews by itself"),
    after("enddate", "startdate"),
    one_of("status", words.MEMBERSHIP_STATUSES),
    comment="Spells of membership, [startdate, enddate); a member's spells never overlap; one row a spell",
)

memberpayments = Table(
    "memberpayments",
    metadata,
    key("paymentid", "payment attempt"),
    child_of("memberid", "members.memberid", "Member who pays"),
    when("paymentdate", Date, "Day of the attempt"),
    must("amount", DECIMAL, "Amount, US dollars"),
    must("paymenttype", CODE, "What is paid"),
    must("paymentmethod", CODE, "How it is paid"),
    must("status", CODE, "Outcome; Refunded is the later state of a Completed payment"),
    at_least("amount", 0),
    one_of("paymenttype", words.PAYMENT_TYPES),
    one_of("paymentmethod", words.PAYMENT_METHODS),
    one_of("status", words.PAYMENT_STATUSES),
    comment="Attempts to pay dues and fees, failed ones included; one row an attempt",
)

classschedules = Table(
    "classschedules",
    metadata,
    key("scheduleid", "timetable entry"),
    child_of("classtypeid", "classtypes.classtypeid", "Class format"),
    child_of("facilityid", "facilities.facilityid", "Facility"),
    child_of("areaid", "facilityareas.areaid", "Area the class is held in"),
    child_of("instructorid", "staff.staffid", "Instructor who is to teach it"),
    must("dayofweek", Integer, "Day of the week, 1 Monday to 7 Sunday"),
    must("starttime", Time, "Start, local time"),
    must("endtime", Time, "End, local time: start plus the format's length"),
    must("maxcapacity", Integer, "Seats in a session"),
    must("price", DECIMAL, "Price of one session, US dollars; 0 where the membership covers it"),
    when("effectivedate", Date, "First day the entry applies"),
    may("expirydate", Date, "Last day the entry applies; empty while it runs on"),
    must("isactive", Boolean, "Whether the entry applies on the as-of day"),
    between("dayofweek", 1, 7),
    after("endtime", "starttime"),
    at_least("maxcapacity", 1),
    at_least("price", 0),
    not_before("expirydate", "effectivedate"),
    comment="Weekly timetable of classes; one row a weekly session",
)

classinstances = Table(
    "classinstances",
    metadata,
    key("instanceid", "class session"),
    child_of("scheduleid", "classschedules.scheduleid", "Timetable entry of the session"),
    when("classdate", Date, "Day of the session"),
    may("actualstarttime", DateTime, "When it began, local time; filled if and only if Completed"),
    may("actualendtime", DateTime, "When it ended, local time; filled if and only if Completed"),
    child_of(
        "actualinstructorid", "staff.staffid", "Instructor who taught it, or is to: the scheduled one or a substitute"
    ),
    must("actualcapacity", Integer, "How many people attended"),
    must("status", CODE, "Completed, Cancelled, or Scheduled for the as-of day or later"),
    may("cancellationreason", Text, "Why it was cancelled; filled if and only if Cancelled"),
    at_least("actualcapacity", 0),
    one_of("status", words.CLASS_STATUSES),
    after("actualendtime", "actualstarttime"),
    filled_if_and_only_if("actualstarttime", column("status") == "Completed"),
    filled_if_and_only_if("actualendtime", column("status") == "Completed"),
    filled_if_and_only_if("cancellationreason", column("status") == "Cancelled"),
    comment="Sessions of the timetable on their dates; one row a session",
)

classenrollments = Table(
    "classenrollments",
    metadata,
    key("enrollmentid", "booking"),
    child_of("memberid", "members.memberid", "Member who booked"),
    child_of("instanceid", "classinstances.instanceid", "Session booked"),
    when("enrollmentdate", DateTime, "When it was booked, local time"),
    must("enrollmentstatus", CODE, "What became of it; Enrolled while the session lies ahead"),
    must("paymentamount", DECIMAL, "Price of the seat, US dollars; 0 unless Attended, No-Show or Enrolled"),
    may("checkintime", DateTime, "When the member came into the class, local time; filled if and only if Attended"),
    may("checkouttime", DateTime, "When the member left the class, local time; filled if and only if Attended"),
    one_of("enrollmentstatus", words.ENROLLMENT_STATUSES),
    at_least("paymentamount", 0),
    after("checkouttime", "checkintime"),
    filled_if_and_only_if("checkintime", column("enrollmentstatus") == "Attended"),
    filled_if_and_only_if("checkouttime", column("enrollmentstatus") == "Attended"),
    comment="Bookings of class sessions; one row a member and session",
)

memberaccess = Table(
    "memberaccess",
    metadata,
    key("accessid", "visit"),
    child_of("memberid", "members.memberid", "Member who came"),
    child_of("facilityid", "facilities.facilityid", "Facility visited"),
    child_of("areaid", "facilityareas.areaid", "Main area of the visit"),
    when("checkintime", DateTime, "When the member came in, local time"),
    must("checkouttime", DateTime, "When the member left, local time, the same day"),
    must("accessmethod", CODE, "How the door was opened"),
    must("duration", Integer, "Whole minutes between in and out"),
    after("checkouttime", "checkintime"),
    one_of("accessmethod", words.ACCESS_METHODS),
    at_least("duration", 0),
    comment="Door log; one row a visit",
)
