-- Indexes beyond those of keys and times: what a report asks of one member, machine, facility or instructor over time.

CREATE INDEX IF NOT EXISTS ix_memberaccess_facility_time ON memberaccess (facilityid, checkintime);
CREATE INDEX IF NOT EXISTS ix_memberaccess_member_time ON memberaccess (memberid, checkintime);
CREATE INDEX IF NOT EXISTS ix_equipmentusage_equipment_time ON equipmentusage (equipmentid, starttime);
CREATE INDEX IF NOT EXISTS ix_memberpayments_member_time ON memberpayments (memberid, paymentdate);
CREATE INDEX IF NOT EXISTS ix_memberpayments_failed ON memberpayments (paymentdate) WHERE status = 'Failed';
CREATE INDEX IF NOT EXISTS ix_membermemberships_running ON membermemberships (memberid) WHERE status = 'Active';
CREATE INDEX IF NOT EXISTS ix_classinstances_instructor_date ON classinstances (actualinstructorid, classdate);
CREATE INDEX IF NOT EXISTS ix_classenrollments_instance_status ON classenrollments (instanceid, enrollmentstatus);
CREATE INDEX IF NOT EXISTS ix_staffschedules_facility_date ON staffschedules (facilityid, scheduledate);
CREATE INDEX IF NOT EXISTS ix_staffpayroll_staff_date ON staffpayroll (staffid, paydate);
