"""Damage planted in a loaded database by SQL: each statement returns a key, which the named check is to show."""

from __future__ import annotations

DAMAGE: dict[str, tuple[str, str]] = {
    # what follows from the schema; foreign keys and CHECKs have been dropped
    "an orphan visit": (
        "memberaccess.memberid.reference",
        "UPDATE memberaccess SET memberid = 'MEM999999' WHERE accessid = (SELECT max(accessid) FROM memberaccess) "
        "RETURNING accessid",
    ),
    "a member deleted": (
        "membermemberships.memberid.reference",
        "DELETE FROM members WHERE memberid = (SELECT max(memberid) FROM members) RETURNING memberid",
    ),
    "an orphan machine": (
        "equipment.areaid.reference",
        "UPDATE equipment SET areaid = 'AR999' WHERE equipmentid = 'EQ0005' RETURNING equipmentid",
    ),
    "an unknown status": (
        "members.memberstatus.check",
        "UPDATE members SET memberstatus = 'Lost' WHERE memberid = 'MEM000003' RETURNING memberid",
    ),
    "a negative amount": (
        "memberpayments.amount.check",
        "UPDATE memberpayments SET amount = -1 WHERE paymentid = 'PAY00000002' RETURNING paymentid",
    ),
    "out before in": (
        "memberaccess.checkouttime_after_checkintime.check",
        "UPDATE memberaccess SET checkouttime = checkintime - interval '1 hour' WHERE accessid = 'ACC00000004' "
        "RETURNING accessid",
    ),
    "a name gone": (
        "members.lastname.filled",
        "UPDATE members SET lastname = NULL WHERE memberid = 'MEM000004' RETURNING memberid",
    ),
    "an e-mail twice": (
        "members.email.unique",
        "UPDATE members SET email = (SELECT email FROM members WHERE memberid = 'MEM000001') "
        "WHERE memberid = 'MEM000002' RETURNING email",
    ),
    "a key twice": (
        "memberpayments.paymentid.unique",
        "INSERT INTO memberpayments SELECT * FROM memberpayments WHERE paymentid = 'PAY00000003' RETURNING paymentid",
    ),
    # ids and people
    "an id of another form": (
        "K11",
        "UPDATE memberaccess SET accessid = 'X1' WHERE accessid = 'ACC00000009' RETURNING accessid",
    ),
    "a real telephone": (
        "H11b",
        "UPDATE members SET phone = '212-867-5309' WHERE memberid = 'MEM000007' RETURNING memberid",
    ),
    "a facility's real telephone": (
        "H11a",
        "UPDATE facilities SET phonenumber = '212-867-5309' RETURNING facilityid",
    ),
    "a ZIP code of another city": (
        "H12b",
        "UPDATE members SET zipcode = '99950', state = 'NY' WHERE memberid = 'MEM000008' RETURNING memberid",
    ),
    "changed before joining": (
        "H13",
        "UPDATE members SET lastmodified = joindate - 3 WHERE memberid = 'MEM000009' RETURNING memberid",
    ),
    "a status without its membership": (
        "H14",
        "UPDATE members SET memberstatus = 'Suspended' WHERE memberid = (SELECT min(memberid) FROM members "
        "WHERE memberstatus = 'Active') RETURNING memberid",
    ),
    "a child member": (
        "K52",
        "UPDATE members SET dateofbirth = joindate - 3000 WHERE memberid = 'MEM000011' RETURNING memberid",
    ),
    "a real e-mail domain": (
        "K53",
        "UPDATE members SET email = 'someone@gmail.com' WHERE memberid = 'MEM000012' RETURNING memberid",
    ),
    "their own emergency contact": (
        "K55",
        "UPDATE members SET emergencycontact = firstname || ' ' || lastname, emergencyphone = phone "
        "WHERE memberid = 'MEM000013' RETURNING memberid",
    ),
    # memberships and payments
    "memberships that overlap": (
        "H20",
        "INSERT INTO membermemberships SELECT 'MSH09999999', memberid, membershiptypeid, startdate, enddate, status, "
        "autorenew FROM membermemberships WHERE membershipid = 'MSH00000003' RETURNING memberid",
    ),
    "a first membership after joining": (
        "H21",
        "UPDATE members SET joindate = joindate - 1 WHERE memberid = 'MEM000014' RETURNING memberid",
    ),
    "an attempt at the wrong price": (
        "H30c",
        "UPDATE memberpayments SET amount = amount + 0.01 WHERE paymentid = (SELECT min(paymentid) FROM memberpayments "
        "WHERE paymenttype = 'Monthly Fee') RETURNING paymentid",
    ),
    "an attempt on another day": (
        "H30a",
        "UPDATE memberpayments SET paymentdate = paymentdate + 15 WHERE paymentid = (SELECT min(paymentid) "
        "FROM memberpayments WHERE paymenttype = 'Monthly Fee' AND paymentdate < '2026-10-01') RETURNING paymentid",
    ),
    "a due never paid": (
        "H31a",
        "DELETE FROM memberpayments WHERE paymentid = (SELECT min(paymentid) FROM memberpayments p "
        "WHERE paymenttype = 'Monthly Fee' AND status = 'Completed' AND NOT EXISTS (SELECT 1 FROM memberpayments f "
        "WHERE f.memberid = p.memberid AND f.status = 'Failed')) RETURNING memberid",
    ),
    "a due paid twice": (
        "H31b",
        "INSERT INTO memberpayments SELECT 'PAY09999999', memberid, paymentdate + 1, amount, paymenttype, "
        "paymentmethod, status FROM memberpayments WHERE paymentid = (SELECT min(paymentid) FROM memberpayments "
        "WHERE paymenttype = 'Monthly Fee' AND status = 'Completed' AND paymentdate < '2026-10-01') RETURNING memberid",
    ),
    "a payment before the window": (
        "H01a",
        "UPDATE memberpayments SET paymentdate = '2020-01-01' WHERE paymentid = 'PAY00000005' RETURNING paymentid",
    ),
    # visits and machines
    "a visit of nobody's membership": (
        "H40",
        "UPDATE membermemberships SET startdate = '2026-11-19', enddate = NULL WHERE memberid = (SELECT memberid "
        "FROM memberaccess WHERE accessid = 'ACC00000010') RETURNING memberid",
    ),
    "a visit at night": (
        "H41",
        "UPDATE facilities SET opentime = '12:00', closetime = '12:05'; "
        "SELECT accessid FROM memberaccess WHERE accessid = 'ACC00000001'",
    ),
    "a visit to an area elsewhere": (
        "H42",
        "UPDATE facilityareas SET facilityid = 'FAC099' WHERE areaid = (SELECT areaid FROM memberaccess "
        "WHERE accessid = 'ACC00000001') RETURNING areaid",
    ),
    "two visits at once": (
        "H43",
        "INSERT INTO memberaccess SELECT 'ACC09999999', memberid, facilityid, areaid, checkintime + interval '1 min', "
        "checkouttime, accessmethod, duration - 1 FROM memberaccess WHERE accessid = 'ACC00000006' RETURNING memberid",
    ),
    "an area too full": (
        "H44",
        "UPDATE facilityareas SET maxcapacity = 0 WHERE areaid = (SELECT areaid FROM memberaccess "
        "WHERE accessid = 'ACC00000001') RETURNING areaid",
    ),
    "a visit to the reception": (
        "H45",
        "UPDATE memberaccess SET areaid = (SELECT areaid FROM facilityareas WHERE areatype = 'Locker Room' LIMIT 1) "
        "WHERE accessid = 'ACC00000011' RETURNING accessid",
    ),
    "a wrong length": (
        "H46",
        "UPDATE memberaccess SET duration = duration + 1 WHERE accessid = 'ACC00000012' RETURNING accessid",
    ),
    "a visit over midnight": (
        "H47",
        "UPDATE memberaccess SET checkouttime = checkouttime + interval '1 day' WHERE accessid = 'ACC00000013' "
        "RETURNING accessid",
    ),
    "a machine used outside a visit": (
        "H70",
        "UPDATE equipmentusage SET starttime = date_trunc('day', starttime) + interval '23 hours 57 minutes', "
        "endtime = date_trunc('day', starttime) + interval '23 hours 59 minutes' "
        "WHERE usageid = 'USG00000003' RETURNING usageid",
    ),
    "two on one machine": (
        "H71a",
        "INSERT INTO equipmentusage SELECT 'USG09999999', equipmentid, 'MEM000001', starttime, endtime, "
        "durationminutes, usagetype, notes FROM equipmentusage WHERE usageid = 'USG00000004' RETURNING equipmentid",
    ),
    "a machine used before it was bought": (
        "H72b",
        "UPDATE equipment SET purchasedate = '2026-11-19' WHERE equipmentid = (SELECT min(equipmentid) "
        "FROM equipmentusage) RETURNING equipmentid",
    ),
    "a wrong length on a machine": (
        "H74",
        "UPDATE equipmentusage SET durationminutes = durationminutes + 1 WHERE usageid = 'USG00000005' "
        "RETURNING usageid",
    ),
    # classes
    "a class in an area elsewhere": (
        "H50a",
        "UPDATE facilityareas SET facilityid = 'FAC099' WHERE areaid = (SELECT areaid FROM classschedules "
        "WHERE scheduleid = 'SCH0001') RETURNING areaid",
    ),
    "two classes in one room": (
        "H51a",
        "INSERT INTO classschedules SELECT 'SCH9999', classtypeid, facilityid, areaid, instructorid, dayofweek, "
        "starttime, endtime, maxcapacity, price, effectivedate, expirydate, isactive FROM classschedules "
        "WHERE scheduleid = 'SCH0001' RETURNING areaid",
    ),
    "an instructor without the certificate": (
        "H53",
        "DELETE FROM staffcertifications WHERE staffid = (SELECT i.actualinstructorid FROM classinstances i "
        "JOIN classschedules s USING (scheduleid) JOIN classtypes t USING (classtypeid) "
        "WHERE t.requiredcertifications IS NOT NULL AND i.status = 'Completed' ORDER BY i.instanceid LIMIT 1) "
        "RETURNING staffid",
    ),
    "a class not held": (
        "H55a",
        "DELETE FROM classinstances WHERE instanceid = 'INS000002' RETURNING scheduleid",
    ),
    "a class on another weekday": (
        "H55b",
        "UPDATE classinstances SET classdate = classdate + 1 WHERE instanceid = 'INS000003' RETURNING instanceid",
    ),
    "another number of people": (
        "H68",
        "UPDATE classinstances SET actualcapacity = actualcapacity + 1 WHERE instanceid = (SELECT min(instanceid) "
        "FROM classinstances WHERE status = 'Completed') RETURNING instanceid",
    ),
    "a class over-full": (
        "H56b",
        "UPDATE classschedules s SET maxcapacity = 1 FROM classinstances i WHERE i.scheduleid = s.scheduleid "
        "AND i.instanceid = (SELECT min(instanceid) FROM classinstances WHERE actualcapacity > 1) "
        "RETURNING i.instanceid",
    ),
    "enrolled after the start": (
        "H57a",
        "UPDATE classenrollments SET enrollmentdate = checkintime + interval '3 hours' WHERE enrollmentid = "
        "(SELECT min(enrollmentid) FROM classenrollments WHERE enrollmentstatus = 'Attended') RETURNING enrollmentid",
    ),
    "a class attended without a visit": (
        "H60",
        "DELETE FROM memberaccess a USING classenrollments e WHERE e.enrollmentid = (SELECT min(enrollmentid) "
        "FROM classenrollments WHERE enrollmentstatus = 'Attended') AND a.memberid = e.memberid "
        "AND a.checkintime <= e.checkintime AND a.checkouttime >= e.checkouttime RETURNING e.enrollmentid",
    ),
    # staff
    "a shift in the night": (
        "H80c",
        "UPDATE facilities SET opentime = '12:00', closetime = '12:05'; "
        "SELECT scheduleid FROM staffschedules WHERE scheduleid = 'SSC00000001'",
    ),
    "a shift without its time sheet": (
        "H82a",
        "DELETE FROM stafftimetracking WHERE timetrackingid = 'TTR00000002' RETURNING scheduleid",
    ),
    "an hour more than worked": (
        "H82b",
        "UPDATE stafftimetracking SET actualhours = actualhours + 1 WHERE timetrackingid = 'TTR00000003' "
        "RETURNING timetrackingid",
    ),
    "a cent more on the pay slip": (
        "H82e",
        "UPDATE staffpayroll SET regularpay = regularpay + 0.01 WHERE payrollid = 'PRL00000002' RETURNING payrollid",
    ),
    "a gap between assignments": (
        "H83a",
        "UPDATE stafffacilities SET startdate = startdate + 1 WHERE isprimary AND staffid = 'STF0003' "
        "RETURNING staffid",
    ),
    "a certificate that lasts too long": (
        "H87a",
        "UPDATE staffcertifications SET expirydate = expirydate + 1 WHERE staffcertificationid = 'SCE00001' "
        "RETURNING staffcertificationid",
    ),
    "feedback of somebody who was not there": (
        "H90a",
        "UPDATE instructorfeedback SET memberid = 'MEM000099' WHERE feedbackid = (SELECT min(feedbackid) "
        "FROM instructorfeedback) RETURNING feedbackid",
    ),
}
