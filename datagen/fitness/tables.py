"""The 23 tables of the fitness world, written once: types, keys, NOT NULL, CHECK and the meaning of each column.

Column names and their order are those of docs/fitness-tables.md. Importing this costs SQLAlchemy; the allowed
values alone are in `datagen.fitness.vocabulary`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    column,
)

from datagen.fitness import vocabulary as words
from datagen.schema import (
    NAMING,
    after,
    at_least,
    between,
    filled_if_and_only_if,
    filled_only_if,
    not_before,
    one_of,
)

metadata = MetaData(naming_convention=NAMING)

ID = String(16)
CODE = String(20)
"""A status, type or method."""
NAME = String(80)
PERSON = String(60)
TELEPHONE = String(20)
DECIMAL = Numeric(12, 2)


def _key(name: str, what: str) -> Column[Any]:
    return Column(name, ID, primary_key=True, comment=f"Identifier of the {what}")


def _ref(name: str, parent: str, comment: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, ID, ForeignKey(parent), nullable=optional, index=True, comment=comment)


def _must(name: str, type_: Any, comment: str, *, unique: bool = False) -> Column[Any]:
    """A column that is always filled."""
    return Column(name, type_, nullable=False, unique=unique or None, comment=comment)


def _may(name: str, type_: Any, comment: str) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, type_, nullable=True, comment=comment)


def _time(name: str, type_: Any, comment: str, *, optional: bool = False) -> Column[Any]:
    """The time a row is about, by which tables are searched: indexed."""
    return Column(name, type_, nullable=optional, index=True, comment=comment)


# --- reference tables (MDM) ------------------------------------------------------------------------------------------

membershiptypes = Table(
    "membershiptypes",
    metadata,
    _key("membershiptypeid", "plan"),
    _must("typename", NAME, "Name of the plan: who it is for and how it is paid, such as Student Monthly"),
    _must("description", Text, "What the plan offers"),
    _must("monthlyfee", DECIMAL, "Price of one month, US dollars; an annual plan costs twelve of them at once"),
    _must("registrationfee", DECIMAL, "Fee paid once on joining, US dollars; 0 for none"),
    _must("duration", Integer, "Length of a term, months: 1 monthly, 12 annual"),
    _must("maxfamilymembers", Integer, "How many people one plan covers"),
    _must("isactive", Boolean, "Whether the plan is on sale"),
    _must("createddate", DateTime, "When the plan was introduced"),
    at_least("monthlyfee", 0),
    at_least("registrationfee", 0),
    one_of("duration", words.PLAN_MONTHS),
    at_least("maxfamilymembers", 1),
    comment="Membership plans and their prices; one row a plan",
)

classtypes = Table(
    "classtypes",
    metadata,
    _key("classtypeid", "class format"),
    _must("classname", NAME, "Name of the class format, such as Vinyasa Yoga"),
    _must("category", CODE, "Kind of training; Aqua needs a pool and Cycling a spin room"),
    _must("description", Text, "What happens in the class"),
    _must("durationminutes", Integer, "Length of a session, minutes"),
    _must("maxparticipants", Integer, "Most people the format can take"),
    _may("requiredcertifications", String(200), "Certification ids an instructor needs, joined by ';'; empty for none"),
    _must("isactive", Boolean, "Whether the format is offered"),
    one_of("category", words.CLASS_CATEGORIES),
    one_of("durationminutes", words.CLASS_MINUTES),
    at_least("maxparticipants", 1),
    comment="Formats of group classes; one row a format",
)

instructorcertifications = Table(
    "instructorcertifications",
    metadata,
    _key("certificationid", "certification"),
    _must("certificationname", NAME, "Name of the certification"),
    _must("issuingorganization", NAME, "Body that issues it"),
    _must("description", Text, "What it allows its holder to do"),
    _must("validitymonths", Integer, "How long a certificate is valid, months"),
    _must("isrequired", Boolean, "Whether some class format requires it"),
    at_least("validitymonths", 1),
    comment="Certifications that instructors can hold; one row a certification",
)

facilities = Table(
    "facilities",
    metadata,
    _key("facilityid", "facility"),
    _must("facilityname", NAME, "Name of the fitness centre"),
    _must("address", String(120), "Street address"),
    _must("city", NAME, "City; agrees with state and zipcode"),
    _must("state", String(2), "State, two letters"),
    _must("zipcode", String(10), "ZIP code"),
    _must("phonenumber", TELEPHONE, "Telephone, a reserved number (NPA-555-01XX)"),
    _must("opentime", Time, "Opens every day at, local time"),
    _must("closetime", Time, "Closes every day at, local time; 23:59:59 after 00:00:00 means open round the clock"),
    _must("isactive", Boolean, "Whether the facility is in business"),
    after("closetime", "opentime"),
    comment="Fitness centres; one row a location",
)

facilityareas = Table(
    "facilityareas",
    metadata,
    _key("areaid", "area"),
    _ref("facilityid", "facilities.facilityid", "Facility the area is in"),
    _must("areaname", NAME, "Name of the area"),
    _must("areatype", CODE, "What the area is for"),
    _must("maxcapacity", Integer, "Most people allowed in the area at one time"),
    _must("squarefootage", DECIMAL, "Floor space, square feet"),
    _must("isactive", Boolean, "Whether the area is in use"),
    one_of("areatype", words.AREA_TYPES),
    at_least("maxcapacity", 1),
    at_least("squarefootage", 0),
    comment="Areas of facilities (floors, studios, pools, courts); one row an area",
)

equipment = Table(
    "equipment",
    metadata,
    _key("equipmentid", "machine"),
    _ref("facilityid", "facilities.facilityid", "Facility the machine stands in"),
    _ref("areaid", "facilityareas.areaid", "Area the machine stands in"),
    _must("equipmentname", NAME, "Name on the inventory"),
    _must("equipmenttype", NAME, "Kind of machine, such as Treadmill"),
    _must("brand", NAME, "Manufacturer"),
    _must("model", NAME, "Model"),
    _must("serialnumber", String(40), "Serial number", unique=True),
    _must("purchasedate", Date, "Day of purchase"),
    _must("purchaseprice", DECIMAL, "Price paid, US dollars"),
    _must("warrantyexpiry", Date, "Last day of the warranty"),
    _must("status", CODE, "State of the machine on the as-of day"),
    at_least("purchaseprice", 0),
    after("warrantyexpiry", "purchasedate"),
    one_of("status", words.EQUIPMENT_STATUSES),
    comment="Inventory of machines and other equipment; one row an item",
)

members = Table(
    "members",
    metadata,
    _key("memberid", "member"),
    _must("firstname", PERSON, "First name"),
    _must("lastname", PERSON, "Last name"),
    _must("email", String(160), "E-mail address, at a reserved domain (example.com, .org, .net)", unique=True),
    _must("phone", TELEPHONE, "Telephone, a reserved number (NPA-555-01XX)"),
    _must("dateofbirth", Date, "Date of birth"),
    _must("gender", CHAR(1), "M male, F female, O other"),
    _must("address", String(120), "Street address"),
    _must("city", NAME, "City; agrees with state and zipcode"),
    _must("state", String(2), "State, two letters"),
    _must("zipcode", String(10), "ZIP code"),
    _must("emergencycontact", String(121), "Name of the person to call in an emergency"),
    _must("emergencyphone", TELEPHONE, "That person's telephone, a reserved number (NPA-555-01XX)"),
    _may("medicalalerts", Text, "Health conditions staff should know of; empty for none"),
    _time("joindate", Date, "Day the member first joined"),
    _must("memberstatus", CODE, "Status on the as-of day: that of the running membership, else Cancelled"),
    _must("lastmodified", DateTime, "When the row last changed"),
    one_of("gender", words.GENDERS),
    one_of("memberstatus", words.MEMBER_STATUSES),
    after("joindate", "dateofbirth"),
    not_before("lastmodified", "joindate"),
    comment="People who are or were members; one row a person",
)

staff = Table(
    "staff",
    metadata,
    _key("staffid", "employee"),
    _must("employeenumber", CODE, "Number in the personnel system", unique=True),
    _must("firstname", PERSON, "First name"),
    _must("lastname", PERSON, "Last name"),
    _must("email", String(160), "E-mail address, at a reserved domain (example.com, .org, .net)", unique=True),
    _must("phone", TELEPHONE, "Telephone, a reserved number (NPA-555-01XX)"),
    _time("hiredate", Date, "First day of employment"),
    _must("jobtitle", String(40), "Job; Personal Trainers and Group Fitness Instructors teach classes"),
    _must("department", String(40), "Department the job belongs to"),
    _must("employmenttype", CODE, "Full-Time, Part-Time or Contract"),
    _must("hourlyrate", DECIMAL, "Pay of one regular hour, US dollars"),
    _must("status", CODE, "Status on the as-of day"),
    _may("terminationdate", Date, "Last day of employment; filled if and only if Terminated"),
    one_of("jobtitle", words.JOB_TITLES),
    one_of("employmenttype", words.EMPLOYMENT_TYPES),
    at_least("hourlyrate", 0),
    one_of("status", words.STAFF_STATUSES),
    not_before("terminationdate", "hiredate"),
    filled_if_and_only_if("terminationdate", column("status") == "Terminated"),
    comment="Employees, former ones included; one row a person",
)

# --- transactional tables (ODS) --------------------------------------------------------------------------------------

membermemberships = Table(
    "membermemberships",
    metadata,
    _key("membershipid", "spell of membership"),
    _ref("memberid", "members.memberid", "Member"),
    _ref("membershiptypeid", "membershiptypes.membershiptypeid", "Plan during the spell"),
    _time("startdate", Date, "First day of the spell"),
    _may("enddate", Date, "First day after the spell; empty only for a running monthly spell"),
    _must(
        "status", CODE, "Active running, Suspended frozen, Expired term over, Cancelled, or Changed into the next spell"
    ),
    _must("autorenew", Boolean, "Whether the plan renews by itself"),
    after("enddate", "startdate"),
    one_of("status", words.MEMBERSHIP_STATUSES),
    comment="Spells of membership, [startdate, enddate); a member's spells never overlap; one row a spell",
)

memberpayments = Table(
    "memberpayments",
    metadata,
    _key("paymentid", "payment attempt"),
    _ref("memberid", "members.memberid", "Member who pays"),
    _time("paymentdate", Date, "Day of the attempt"),
    _must("amount", DECIMAL, "Amount, US dollars"),
    _must("paymenttype", CODE, "What is paid"),
    _must("paymentmethod", CODE, "How it is paid"),
    _must("status", CODE, "Outcome; Refunded is the later state of a Completed payment"),
    at_least("amount", 0),
    one_of("paymenttype", words.PAYMENT_TYPES),
    one_of("paymentmethod", words.PAYMENT_METHODS),
    one_of("status", words.PAYMENT_STATUSES),
    comment="Attempts to pay dues and fees, failed ones included; one row an attempt",
)

classschedules = Table(
    "classschedules",
    metadata,
    _key("scheduleid", "timetable entry"),
    _ref("classtypeid", "classtypes.classtypeid", "Class format"),
    _ref("facilityid", "facilities.facilityid", "Facility"),
    _ref("areaid", "facilityareas.areaid", "Area the class is held in"),
    _ref("instructorid", "staff.staffid", "Instructor who is to teach it"),
    _must("dayofweek", Integer, "Day of the week, 1 Monday to 7 Sunday"),
    _must("starttime", Time, "Start, local time"),
    _must("endtime", Time, "End, local time: start plus the format's length"),
    _must("maxcapacity", Integer, "Seats in a session"),
    _must("price", DECIMAL, "Price of one session, US dollars; 0 where the membership covers it"),
    _time("effectivedate", Date, "First day the entry applies"),
    _may("expirydate", Date, "Last day the entry applies; empty while it runs on"),
    _must("isactive", Boolean, "Whether the entry applies on the as-of day"),
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
    _key("instanceid", "class session"),
    _ref("scheduleid", "classschedules.scheduleid", "Timetable entry of the session"),
    _time("classdate", Date, "Day of the session"),
    _may("actualstarttime", DateTime, "When it began, local time; filled if and only if Completed"),
    _may("actualendtime", DateTime, "When it ended, local time; filled if and only if Completed"),
    _ref(
        "actualinstructorid", "staff.staffid", "Instructor who taught it, or is to: the scheduled one or a substitute"
    ),
    _must("actualcapacity", Integer, "How many people attended"),
    _must("status", CODE, "Completed, Cancelled, or Scheduled for the as-of day or later"),
    _may("cancellationreason", Text, "Why it was cancelled; filled if and only if Cancelled"),
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
    _key("enrollmentid", "booking"),
    _ref("memberid", "members.memberid", "Member who booked"),
    _ref("instanceid", "classinstances.instanceid", "Session booked"),
    _time("enrollmentdate", DateTime, "When it was booked, local time"),
    _must("enrollmentstatus", CODE, "What became of it; Enrolled while the session lies ahead"),
    _must("paymentamount", DECIMAL, "Price of the seat, US dollars; 0 unless Attended, No-Show or Enrolled"),
    _may("checkintime", DateTime, "When the member came into the class, local time; filled if and only if Attended"),
    _may("checkouttime", DateTime, "When the member left the class, local time; filled if and only if Attended"),
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
    _key("accessid", "visit"),
    _ref("memberid", "members.memberid", "Member who came"),
    _ref("facilityid", "facilities.facilityid", "Facility visited"),
    _ref("areaid", "facilityareas.areaid", "Main area of the visit"),
    _time("checkintime", DateTime, "When the member came in, local time"),
    _must("checkouttime", DateTime, "When the member left, local time, the same day"),
    _must("accessmethod", CODE, "How the door was opened"),
    _must("duration", Integer, "Whole minutes between in and out"),
    after("checkouttime", "checkintime"),
    one_of("accessmethod", words.ACCESS_METHODS),
    at_least("duration", 0),
    comment="Door log; one row a visit",
)

# --- supplementary tables --------------------------------------------------------------------------------------------

equipmentusage = Table(
    "equipmentusage",
    metadata,
    _key("usageid", "session on a machine"),
    _ref("equipmentid", "equipment.equipmentid", "Machine used"),
    _ref("memberid", "members.memberid", "Member who used it"),
    _time("starttime", DateTime, "Start, local time"),
    _must("endtime", DateTime, "End, local time"),
    _must("durationminutes", Integer, "Whole minutes between start and end"),
    _must("usagetype", CODE, "Part of the training it belonged to"),
    _may("notes", Text, "Remark; empty for none"),
    after("endtime", "starttime"),
    at_least("durationminutes", 0),
    one_of("usagetype", words.USAGE_TYPES),
    comment="Use of machines within visits; one row a session of one member on one machine",
)

equipmentmaintenance = Table(
    "equipmentmaintenance",
    metadata,
    _key("maintenanceid", "service"),
    _ref("equipmentid", "equipment.equipmentid", "Machine serviced"),
    _time("maintenancedate", Date, "Day of the service"),
    _must("maintenancetype", CODE, "Kind of service"),
    _must("technicianname", String(121), "Who did it"),
    _must("description", Text, "What was done"),
    _must("cost", DECIMAL, "Cost, US dollars"),
    _may("partsreplaced", Text, "Parts that were replaced; only for a Repair"),
    _may("nextmaintenancedate", Date, "Day the next service is due; empty if none is planned"),
    one_of("maintenancetype", words.MAINTENANCE_TYPES),
    at_least("cost", 0),
    filled_only_if("partsreplaced", column("maintenancetype") == "Repair"),
    after("nextmaintenancedate", "maintenancedate"),
    comment="Services and repairs of machines; one row a service",
)

stafffacilities = Table(
    "stafffacilities",
    metadata,
    _key("assignmentid", "assignment"),
    _ref("staffid", "staff.staffid", "Employee"),
    _ref("facilityid", "facilities.facilityid", "Facility the employee works at"),
    _must("isprimary", Boolean, "Whether it is the employee's main facility in that time"),
    _time("startdate", Date, "First day of the assignment"),
    _may("enddate", Date, "Last day of the assignment; empty while it runs"),
    not_before("enddate", "startdate"),
    comment="Where employees work over time; the primary assignments tile the employment; one row an assignment",
)

staffcertifications = Table(
    "staffcertifications",
    metadata,
    _key("staffcertificationid", "certificate"),
    _ref("staffid", "staff.staffid", "Employee who holds it"),
    _ref("certificationid", "instructorcertifications.certificationid", "Certification"),
    _must("certificationdate", Date, "Day it was issued"),
    _time("expirydate", Date, "Day it expires: issue plus the certification's validity"),
    _must("certificationnumber", String(40), "Number on the certificate"),
    _must("status", CODE, "Active or Expired on the as-of day"),
    after("expirydate", "certificationdate"),
    one_of("status", words.CERTIFICATE_STATUSES),
    comment="Certificates of employees, a renewal being a new one; one row a certificate",
)

staffschedules = Table(
    "staffschedules",
    metadata,
    _key("scheduleid", "shift"),
    _ref("staffid", "staff.staffid", "Employee"),
    _ref("facilityid", "facilities.facilityid", "Facility"),
    _ref("areaid", "facilityareas.areaid", "Area of work; empty if none in particular", optional=True),
    _time("scheduledate", Date, "Day of the shift"),
    _must("starttime", Time, "Start, local time"),
    _must("endtime", Time, "End, local time, the same day"),
    _must("scheduledhours", DECIMAL, "Length, hours: end minus start"),
    _must("shifttype", CODE, "Part of the day"),
    _must("status", CODE, "What became of it; Scheduled for the as-of day or later"),
    after("endtime", "starttime"),
    at_least("scheduledhours", 0),
    one_of("shifttype", words.SHIFT_TYPES),
    one_of("status", words.SHIFT_STATUSES),
    comment="Shifts planned for employees; one row a shift",
)

stafftimetracking = Table(
    "stafftimetracking",
    metadata,
    _key("timetrackingid", "time sheet"),
    _ref("staffid", "staff.staffid", "Employee"),
    _ref("scheduleid", "staffschedules.scheduleid", "Shift that was worked"),
    _time("actualstarttime", DateTime, "When work began, local time"),
    _must("actualendtime", DateTime, "When work ended, local time"),
    _must("actualhours", DECIMAL, "Hours worked: end minus start minus the break"),
    _must("overtimehours", DECIMAL, "The part of them beyond 40 in the week from Monday to Sunday"),
    _must("breakminutes", Integer, "Unpaid break, minutes"),
    _may("notes", Text, "Remark; empty for none"),
    after("actualendtime", "actualstarttime"),
    at_least("actualhours", 0),
    at_least("overtimehours", 0),
    not_before("actualhours", "overtimehours"),
    at_least("breakminutes", 0),
    comment="Hours really worked; one row for each Completed shift",
)

staffpayroll = Table(
    "staffpayroll",
    metadata,
    _key("payrollid", "pay slip"),
    _ref("staffid", "staff.staffid", "Employee"),
    _must("payperiodstart", Date, "First day of the pay period, a Monday"),
    _must("payperiodend", Date, "Last day of the pay period, a Sunday 13 days later"),
    _must("regularhours", DECIMAL, "Hours worked in the period without overtime"),
    _must("overtimehours", DECIMAL, "Overtime hours worked in the period"),
    _must("regularpay", DECIMAL, "Regular hours at the hourly rate, US dollars"),
    _must("overtimepay", DECIMAL, "Overtime hours at one and a half times the hourly rate, US dollars"),
    _must("bonuses", DECIMAL, "Bonuses, US dollars"),
    _must("deductions", DECIMAL, "Taxes and other deductions, US dollars"),
    _must("grosspay", DECIMAL, "Regular pay, overtime pay and bonuses, US dollars"),
    _must("netpay", DECIMAL, "Gross pay less deductions, US dollars"),
    _time("paydate", Date, "Day of payment"),
    *(at_least(name, 0) for name in ("regularhours", "overtimehours", "regularpay", "overtimepay")),
    *(at_least(name, 0) for name in ("bonuses", "deductions")),
    after("payperiodend", "payperiodstart"),
    after("paydate", "payperiodend"),
    CheckConstraint(
        column("grosspay") == column("regularpay") + column("overtimepay") + column("bonuses"), name="grosspay_adds_up"
    ),
    CheckConstraint(column("netpay") == column("grosspay") - column("deductions"), name="netpay_adds_up"),
    comment="Pay slips; one row an employee and 14-day period",
)

instructorperformance = Table(
    "instructorperformance",
    metadata,
    _key("performanceid", "evaluation"),
    _ref("instructorid", "staff.staffid", "Instructor evaluated"),
    _time("evaluationdate", Date, "Day of the evaluation, soon after the quarter it is about"),
    _ref("evaluatorid", "staff.staffid", "Manager who evaluated"),
    _must("classespermonth", Integer, "Classes taught a month in the quarter, rounded"),
    _must("averageattendance", DECIMAL, "Mean number of people who attended those classes"),
    _may("memberretentionrate", DECIMAL, "Share of the attending members who came back, percent; empty if unknown"),
    _may(
        "membersatisfactionscore", DECIMAL, "Mean overall rating in members' feedback, 1 to 5; empty if there is none"
    ),
    _must("professionalismscore", DECIMAL, "Score of the evaluator, 1 to 5"),
    _must("communicationscore", DECIMAL, "Score of the evaluator, 1 to 5"),
    _must("overallrating", DECIMAL, "Mean of the scores that are present, 1 to 5"),
    _may("comments", Text, "Remarks of the evaluator; empty for none"),
    _may("goalsfornextperiod", Text, "What was agreed for the next quarter; empty for nothing"),
    at_least("classespermonth", 0),
    at_least("averageattendance", 0),
    between("memberretentionrate", 0, 100),
    *(
        between(name, *words.SCORES)
        for name in ("membersatisfactionscore", "professionalismscore", "communicationscore")
    ),
    between("overallrating", *words.SCORES),
    CheckConstraint(column("evaluatorid") != column("instructorid"), name="evaluator_is_another"),
    comment="Quarterly evaluations of instructors; one row an instructor and quarter",
)

instructorfeedback = Table(
    "instructorfeedback",
    metadata,
    _key("feedbackid", "feedback"),
    _ref("memberid", "members.memberid", "Member who gave it"),
    _ref("instructorid", "staff.staffid", "Instructor it is about: who taught the session"),
    _ref("classinstanceid", "classinstances.instanceid", "Session it is about, which the member attended"),
    _time("feedbackdate", Date, "Day it was given, at most 14 days after the session"),
    _must("teachingquality", Integer, "Rating, 1 poor to 5 excellent"),
    _must("communication", Integer, "Rating, 1 poor to 5 excellent"),
    _must("motivation", Integer, "Rating, 1 poor to 5 excellent"),
    _must("overallrating", Integer, "Rating, 1 poor to 5 excellent"),
    _may("comments", Text, "What the member wrote; empty for nothing"),
    _must("isanonymous", Boolean, "Whether the instructor is not told who wrote it"),
    *(between(name, *words.SCORES) for name in ("teachingquality", "communication", "motivation", "overallrating")),
    comment="Members' feedback on instructors; one row a member and session",
)
