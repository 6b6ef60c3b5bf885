"""Damage to the reference tables: (what is wrong, the check that must catch it, how it is planted)."""

IDS = {
    "K01": ("membershiptypes", "membershiptypeid"),
    "K02": ("classtypes", "classtypeid"),
    "K03": ("instructorcertifications", "certificationid"),
    "K04": ("facilities", "facilityid"),
    "K05": ("facilityareas", "areaid"),
    "K06": ("equipment", "equipmentid"),
    "K07": ("members", "memberid"),
    "K08": ("staff", "staffid"),
    "K09": ("membermemberships", "membershipid"),
    "K10": ("memberpayments", "paymentid"),
    "K11": ("memberaccess", "accessid"),
    "K12": ("equipmentusage", "usageid"),
    "K13": ("classschedules", "scheduleid"),
    "K14": ("classinstances", "instanceid"),
    "K15": ("classenrollments", "enrollmentid"),
    "K16": ("staffschedules", "scheduleid"),
    "K17": ("stafftimetracking", "timetrackingid"),
    "K18": ("staffpayroll", "payrollid"),
    "K19": ("equipmentmaintenance", "maintenanceid"),
    "K20": ("stafffacilities", "assignmentid"),
    "K21": ("staffcertifications", "staffcertificationid"),
    "K22": ("instructorperformance", "performanceid"),
    "K23": ("instructorfeedback", "feedbackid"),
    "K24": ("staff", "employeenumber"),
}

DAMAGE = [
    *(
        (f"{table}.{key} without its zeros", check, f"update {table} set {key} = replace({key}, '00', '')")
        for check, (table, key) in IDS.items()
    ),
    (
        "an id of members wider than the count needs",
        "K07",
        "update members set memberid = 'MEM0000001' where memberid = 'MEM000001'",
    ),
    ("an id of classtypes in lower case", "K02", "update classtypes set classtypeid = lower(classtypeid)"),
    ("a table without rows", "K30", "delete from instructorfeedback"),
    # plans, formats, certifications
    (
        "a plan a cent too dear",
        "K31",
        "update membershiptypes set monthlyfee = monthlyfee + 0.01 where typename = 'Student Monthly'",
    ),
    ("a plan missing", "K31", "delete from membershiptypes where typename = 'Senior Annual'"),
    ("a plan renamed", "K31", "update membershiptypes set typename = 'Basic' where typename = 'Senior Annual'"),
    (
        "a family plan for one",
        "K31",
        "update membershiptypes set maxfamilymembers = 1 where typename = 'Family Monthly'",
    ),
    ("two formats of one name", "K32", "update classtypes set classname = 'Zumba' where classtypeid = 'CT001'"),
    ("a format too few", "K32", "delete from classtypes where classtypeid = 'CT040'"),
    ("a format for 31", "K33", "update classtypes set maxparticipants = 31 where classtypeid = 'CT001'"),
    (
        "a required certification that does not exist",
        "K34",
        "update classtypes set requiredcertifications = 'CERT099' where classtypeid = 'CT001'",
    ),
    (
        "required certifications joined by commas",
        "K34",
        "update classtypes set requiredcertifications = 'CERT001,CERT003' where classtypeid = 'CT001'",
    ),
    (
        "few formats that require a certification",
        "K34",
        "update classtypes set requiredcertifications = null where classtypeid > 'CT015'",
    ),
    (
        "a certification valid for ever",
        "K35",
        "update instructorcertifications set validitymonths = 120 where certificationid = 'CERT001'",
    ),
    ("too few certifications", "K35", "delete from instructorcertifications where certificationid > 'CERT011'"),
    (
        "a certification required by none",
        "K36",
        "update classtypes set requiredcertifications = null where requiredcertifications like '%CERT001%'",
    ),
    # facilities, areas, machines
    (
        "two facilities in a city",
        "K37",
        "update facilities set city = (select city from facilities where facilityid = 'FAC001'),"
        " state = (select state from facilities where facilityid = 'FAC001')",
    ),
    (
        "five facilities that all close at night",
        "K38",
        "update facilities set opentime = time '05:00:00', closetime = time '23:00:00';"
        "insert into facilities select 'FAC0' || g.n, facilityname, address, city || g.n, state, zipcode, phonenumber,"
        " time '05:00:00', time '23:00:00', isactive from facilities, generate_series(10, 13) as g(n)"
        " where facilityid = 'FAC001'",
    ),
    ("a facility that opens at nine", "K39", "update facilities set opentime = time '09:00:00', closetime = time"
     " '23:00'"),
    (
        "a facility without a studio",
        "K40",
        "update facilityareas set areatype = 'Yoga' where areatype = 'Studio' and facilityid = 'FAC001'",
    ),
    ("a facility of five areas", "K40", "delete from facilityareas where facilityid = 'FAC001' and areaid > 'AR005'"),
    (
        "a large area for few people",
        "K41",
        "update facilityareas set squarefootage = 9999 where areatype = 'Cardio' and maxcapacity ="
        " (select min(maxcapacity) from facilityareas where areatype = 'Cardio')",
    ),
    (
        "a machine in another facility's area",
        "K42",
        "update equipment set facilityid = 'FAC002' where equipmentid = 'EQ0001'",
    ),
    (
        "a treadmill in the pool",
        "K43",
        "update equipment set areaid = (select min(areaid) from facilityareas where areatype = 'Pool')"
        " where equipmenttype = 'Treadmill'",
    ),
    (
        "machines in the locker room",
        "K43",
        "update facilityareas set areatype = 'Locker Room' where areatype = 'Strength'",
    ),
    ("a facility with few machines", "K44", "delete from equipment where facilityid = 'FAC001' and equipmentid >"
     " 'EQ0030'"),
    # members and staff
    (
        "two members of one e-mail address but for case",
        "H10a",
        "update members set email = (select upper(email) from members where memberid = 'MEM000001')"
        " where memberid = 'MEM000002'",
    ),
    (
        "two staff of one e-mail address",
        "H10b",
        "update staff set email = (select email from staff where staffid = 'STF0001') where staffid = 'STF0002'",
    ),
    (
        "a facility's telephone with another state's area code",
        "H11a",
        "update facilities set phonenumber = case when state = 'AK' then '212' else '907' end || '-555-0123'",
    ),
    ("a facility's telephone out of the reserved block", "H11a",
     "update facilities set phonenumber = left(phonenumber, 8) || '0223'"),
    ("a member's telephone out of the reserved block", "H11b",
     "update members set phone = left(phone, 8) || '1234' where memberid = 'MEM000007'"),
    ("a contact's telephone with an area code of nowhere", "H11b",
     "update members set emergencyphone = '999-555-0123' where memberid = 'MEM000007'"),
    ("an employee's telephone in another form", "H11c", "update staff set phone = '(312) 555-0123' where staffid ="
     " 'STF0001'"),
    ("a facility's ZIP code of elsewhere", "H12a",
     "update facilities set zipcode = case when zipcode = '10001' then '90001' else '10001' end where facilityid ="
     " 'FAC001'"),
    ("a member in a state without that city", "H12b",
     "update members set state = case when state = 'HI' then 'AK' else 'HI' end where memberid = 'MEM000003'"),
    ("a row changed before the member joined", "H13",
     "update members set lastmodified = joindate - interval '1 second' where memberid = 'MEM000003'"),
    ("a row changed on the as-of day", "H13",
     "update members set lastmodified = cast(:as_of as timestamp) + interval '1 second' where memberid = 'MEM000003'"),
    ("a row that missed the cancellation", "K51",
     "update members set lastmodified = joindate where memberstatus = 'Cancelled'"),
    ("a member of 15", "K52",
     "update members set dateofbirth = joindate - interval '16 years' + interval '1 day' where memberid = 'MEM000003'"),
    ("a member of 81", "K52", "update members set dateofbirth = joindate - interval '81 years' where memberid ="
     " 'MEM000003'"),
    ("a member's e-mail address at a real domain", "K53",
     "update members set email = replace(email, 'example', 'gmail') where memberid = 'MEM000003'"),
    ("a member's e-mail address of somebody else", "K53",
     "update members set email = 'zyxwv@example.com' where memberid = 'MEM000003'"),
    ("an employee's e-mail address at a real domain", "K54",
     "update staff set email = replace(email, 'example', 'gmail') where staffid = 'STF0003'"),
    ("a member who is their own emergency contact", "K55",
     "update members set emergencycontact = firstname || ' ' || lastname where memberid = 'MEM000003'"),
    ("an emergency contact with the member's telephone", "K55",
     "update members set emergencyphone = phone where memberid = 'MEM000003'"),
    ("facilities without a manager", "K56", "update staff set jobtitle = 'Front Desk' where jobtitle = 'Manager'"),
    ("an hourly rate a dollar above the range", "K57",
     "update staff set hourlyrate = 41.87 where staffid = (select min(staffid) from staff where jobtitle = 'Manager')"),
    ("an hourly rate below the range", "K57",
     "update staff set hourlyrate = 13.40 where staffid = (select min(staffid) from staff where jobtitle = 'Front"
     " Desk')"),
]  # fmt: skip
