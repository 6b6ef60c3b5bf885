"""The nine supplementary tables: machines, staff and instructors."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Date, DateTime, Integer, String, Table, Text, Time, column

from datagen.fitness import vocabulary as words
from datagen.fitness.tables.declare import CODE, DECIMAL, child_of, key, may, metadata, must, when
from datagen.schema import after, at_least, between, filled_only_if, not_before, one_of

equipmentusage = Table(
    "equipmentusage",
    metadata,
    key("usageid", "session on a machine"),
    child_of("equipmentid", "equipment.equipmentid", "Machine used"),
    child_of("memberid", "members.memberid", "Member who used it"),
    when("starttime", DateTime, "Start, local time"),
    must("endtime", DateTime, "End, local time"),
    must("durationminutes", Integer, "Whole minutes between start and end"),
    must("usagetype", CODE, "Part of the training it belonged to"),
    may("notes", Text, "Remark; empty for none"),
    after("endtime", "starttime"),
    at_least("durationminutes", 0),
    one_of("usagetype", words.USAGE_TYPES),
    comment="Use of machines within visits; one row a session of one member on one machine",
)

equipmentmaintenance = Table(
    "equipmentmaintenance",
    metadata,
    key("maintenanceid", "service"),
    child_of("equipmentid", "equipment.equipmentid", "Machine serviced"),
    when("maintenancedate", Date, "Day of the service"),
    must("maintenancetype", CODE, "Kind of service"),
    must("technicianname", String(121), "Who did it"),
    must("description", Text, "What was done"),
    must("cost", DECIMAL, "Cost, US dollars"),
    may("partsreplaced", Text, "Parts that were replaced; only for a Repair"),
    may("nextmaintenancedate", Date, "Day the next service is due; empty if none is planned"),
    one_of("maintenancetype", words.MAINTENANCE_TYPES),
    at_least("cost", 0),
    filled_only_if("partsreplaced", column("maintenancetype") == "Repair"),
    after("nextmaintenancedate", "maintenancedate"),
    comment="Services and repairs of machines; one row a service",
)

stafffacilities = Table(
    "stafffacilities",
    metadata,
    key("assignmentid", "assignment"),
    child_of("staffid", "staff.staffid", "Employee"),
    child_of("facilityid", "facilities.facilityid", "Facility the employee works at"),
    must("isprimary", Boolean, "Whether it is the employee's main facility in that time"),
    when("startdate", Date, "First day of the assignment"),
    may("enddate", Date, "Last day of the assignment; empty while it runs"),
    not_before("enddate", "startdate"),
    comment="Where employees work over time; the primary assignments tile the employment; one row an assignment",
)

staffcertifications = Table(
    "staffcertifications",
    metadata,
    key("staffcertificationid", "certificate"),
    child_of("staffid", "staff.staffid", "Employee who holds it"),
    child_of("certificationid", "instructorcertifications.certificationid", "Certification"),
    must("certificationdate", Date, "Day it was issued"),
    when("expirydate", Date, "Day it expires: issue plus the certification's validity"),
    must("certificationnumber", String(40), "Number on the certificate"),
    must("status", CODE, "Active or Expired on the as-of day"),
    after("expirydate", "certificationdate"),
    one_of("status", words.CERTIFICATE_STATUSES),
    comment="Certificates of employees, a renewal being a new one; one row a certificate",
)

staffschedules = Table(
    "staffschedules",
    metadata,
    key("scheduleid", "shift"),
    child_of("staffid", "staff.staffid", "Employee"),
    child_of("facilityid", "facilities.facilityid", "Facility"),
    child_of("areaid", "facilityareas.areaid", "Area of work; empty if none in particular", optional=True),
    when("scheduledate", Date, "Day of the shift"),
    must("starttime", Time, "Start, local time"),
    must("endtime", Time, "End, local time, the same day"),
    must("scheduledhours", DECIMAL, "Length, hours: end minus start"),
    must("shifttype", CODE, "Part of the day"),
    must("status", CODE, "What became of it; Scheduled for the as-of day or later"),
    after("endtime", "starttime"),
    at_least("scheduledhours", 0),
    one_of("shifttype", words.SHIFT_TYPES),
    one_of("status", words.SHIFT_STATUSES),
    comment="Shifts planned for employees; one row a shift",
)

stafftimetracking = Table(
    "stafftimetracking",
    metadata,
    key("timetrackingid", "time sheet"),
    child_of("staffid", "staff.staffid", "Employee"),
    child_of("scheduleid", "staffschedules.scheduleid", "Shift that was worked"),
    when("actualstarttime", DateTime, "When work began, local time"),
    must("actualendtime", DateTime, "When work ended, local time"),
    must("actualhours", DECIMAL, "Hours worked: end minus start minus the break"),
    must("overtimehours", DECIMAL, "The part of them beyond 40 in the week from Monday to Sunday"),
    must("breakminutes", Integer, "Unpaid break, minutes"),
    may("notes", Text, "Remark; empty for none"),
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
    key("payrollid", "pay slip"),
    child_of("staffid", "staff.staffid", "Employee"),
    must("payperiodstart", Date, "First day of the pay period, a Monday"),
    must("payperiodend", Date, "Last day of the pay period, a Sunday 13 days later"),
    must("regularhours", DECIMAL, "Hours worked in the period without overtime"),
    must("overtimehours", DECIMAL, "Overtime hours worked in the period"),
    must("regularpay", DECIMAL, "Regular hours at the hourly rate, US dollars"),
    must("overtimepay", DECIMAL, "Overtime hours at one and a half times the hourly rate, US dollars"),
    must("bonuses", DECIMAL, "Bonuses, US dollars"),
    must("deductions", DECIMAL, "Taxes and other deductions, US dollars"),
    must("grosspay", DECIMAL, "Regular pay, overtime pay and bonuses, US dollars"),
    must("netpay", DECIMAL, "Gross pay less deductions, US dollars"),
    when("paydate", Date, "Day of payment"),
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
    key("performanceid", "evaluation"),
    child_of("instructorid", "staff.staffid", "Instructor evaluated"),
    when("evaluationdate", Date, "Day of the evaluation, soon after the quarter it is about"),
    child_of("evaluatorid", "staff.staffid", "Manager who evaluated"),
    must("classespermonth", Integer, "Classes taught a month in the quarter, rounded"),
    must("averageattendance", DECIMAL, "Mean number of people who attended those classes"),
    may("memberretentionrate", DECIMAL, "Share of the attending members who came back, percent; empty if unknown"),
    may("membersatisfactionscore", DECIMAL, "Mean overall rating in members' feedback, 1 to 5; empty if there is none"),
    must("professionalismscore", DECIMAL, "Score of the evaluator, 1 to 5"),
    must("communicationscore", DECIMAL, "Score of the evaluator, 1 to 5"),
    must("overallrating", DECIMAL, "Mean of the scores that are present, 1 to 5"),
    may("comments", Text, "Remarks of the evaluator; empty for none"),
    may("goalsfornextperiod", Text, "What was agreed for the next quarter; empty for nothing"),
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
    key("feedbackid", "feedback"),
    child_of("memberid", "members.memberid", "Member who gave it"),
    child_of("instructorid", "staff.staffid", "Instructor it is about: who taught the session"),
    child_of("classinstanceid", "classinstances.instanceid", "Session it is about, which the member attended"),
    when("feedbackdate", Date, "Day it was given, at most 14 days after the session"),
    must("teachingquality", Integer, "Rating, 1 poor to 5 excellent"),
    must("communication", Integer, "Rating, 1 poor to 5 excellent"),
    must("motivation", Integer, "Rating, 1 poor to 5 excellent"),
    must("overallrating", Integer, "Rating, 1 poor to 5 excellent"),
    may("comments", Text, "What the member wrote; empty for nothing"),
    must("isanonymous", Boolean, "Whether the instructor is not told who wrote it"),
    *(between(name, *words.SCORES) for name in ("teachingquality", "communication", "motivation", "overallrating")),
    comment="Members' feedback on instructors; one row a member and session",
)
