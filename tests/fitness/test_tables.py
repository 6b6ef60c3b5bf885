"""The fitness tables are those of the given schema, and refuse rows that break their rules."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, String

from datagen import schema
from datagen.ddl import script
from datagen.fitness.tables import metadata

# The entity relationship diagram of the given schema: columns with their types, in order.
ERD = {
    "members": """
        memberid:varchar firstname:varchar lastname:varchar email:varchar phone:varchar dateofbirth:date
        gender:char address:varchar city:varchar state:varchar zipcode:varchar emergencycontact:varchar
        emergencyphone:varchar medicalalerts:text joindate:date memberstatus:varchar lastmodified:timestamp""",
    "membershiptypes": """
        membershiptypeid:varchar typename:varchar description:text monthlyfee:decimal registrationfee:decimal
        duration:int maxfamilymembers:int isactive:boolean createddate:timestamp""",
    "membermemberships": """
        membershipid:varchar memberid:varchar membershiptypeid:varchar startdate:date enddate:date
        status:varchar autorenew:boolean""",
    "memberpayments": """
        paymentid:varchar memberid:varchar paymentdate:date amount:decimal paymenttype:varchar
        paymentmethod:varchar status:varchar""",
    "facilities": """
        facilityid:varchar facilityname:varchar address:varchar city:varchar state:varchar zipcode:varchar
        phonenumber:varchar opentime:time closetime:time isactive:boolean""",
    "facilityareas": """
        areaid:varchar facilityid:varchar areaname:varchar areatype:varchar maxcapacity:int
        squarefootage:decimal isactive:boolean""",
    "memberaccess": """
        accessid:varchar memberid:varchar facilityid:varchar areaid:varchar checkintime:timestamp
        checkouttime:timestamp accessmethod:varchar duration:int""",
    "classtypes": """
        classtypeid:varchar classname:varchar category:varchar description:text durationminutes:int
        maxparticipants:int requiredcertifications:varchar isactive:boolean""",
    "classschedules": """
        scheduleid:varchar classtypeid:varchar facilityid:varchar areaid:varchar instructorid:varchar
        dayofweek:int starttime:time endtime:time maxcapacity:int price:decimal effectivedate:date
        expirydate:date isactive:boolean""",
    "classinstances": """
        instanceid:varchar scheduleid:varchar classdate:date actualstarttime:timestamp actualendtime:timestamp
        actualinstructorid:varchar actualcapacity:int status:varchar cancellationreason:text""",
    "classenrollments": """
        enrollmentid:varchar memberid:varchar instanceid:varchar enrollmentdate:timestamp
        enrollmentstatus:varchar paymentamount:decimal checkintime:timestamp checkouttime:timestamp""",
    "equipment": """
        equipmentid:varchar facilityid:varchar areaid:varchar equipmentname:varchar equipmenttype:varchar
        brand:varchar model:varchar serialnumber:varchar purchasedate:date purchaseprice:decimal
        warrantyexpiry:date status:varchar""",
    "equipmentusage": """
        usageid:varchar equipmentid:varchar memberid:varchar starttime:timestamp endtime:timestamp
        durationminutes:int usagetype:varchar notes:text""",
    "equipmentmaintenance": """
        maintenanceid:varchar equipmentid:varchar maintenancedate:date maintenancetype:varchar
        technicianname:varchar description:text cost:decimal partsreplaced:text nextmaintenancedate:date""",
    "staff": """
        staffid:varchar employeenumber:varchar firstname:varchar lastname:varchar email:varchar phone:varchar
        hiredate:date jobtitle:varchar department:varchar employmenttype:varchar hourlyrate:decimal
        status:varchar terminationdate:date""",
    "stafffacilities": """
        assignmentid:varchar staffid:varchar facilityid:varchar isprimary:boolean startdate:date enddate:date""",
    "staffschedules": """
        scheduleid:varchar staffid:varchar facilityid:varchar areaid:varchar scheduledate:date starttime:time
        endtime:time scheduledhours:decimal shifttype:varchar status:varchar""",
    "stafftimetracking": """
        timetrackingid:varchar staffid:varchar scheduleid:varchar actualstarttime:timestamp
        actualendtime:timestamp actualhours:decimal overtimehours:decimal breakminutes:int notes:text""",
    "staffpayroll": """
        payrollid:varchar staffid:varchar payperiodstart:date payperiodend:date regularhours:decimal
        overtimehours:decimal regularpay:decimal overtimepay:decimal bonuses:decimal deductions:decimal
        grosspay:decimal netpay:decimal paydate:date""",
    "instructorcertifications": """
        certificationid:varchar certificationname:varchar issuingorganization:varchar description:text
        validitymonths:int isrequired:boolean""",
    "staffcertifications": """
        staffcertificationid:varchar staffid:varchar certificationid:varchar certificationdate:date
        expirydate:date certificationnumber:varchar status:varchar""",
    "instructorperformance": """
        performanceid:varchar instructorid:varchar evaluationdate:date evaluatorid:varchar classespermonth:int
        averageattendance:decimal memberretentionrate:decimal membersatisfactionscore:decimal
        professionalismscore:decimal communicationscore:decimal overallrating:decimal comments:text
        goalsfornextperiod:text""",
    "instructorfeedback": """
        feedbackid:varchar memberid:varchar instructorid:varchar classinstanceid:varchar feedbackdate:date
        teachingquality:int communication:int motivation:int overallrating:int comments:text isanonymous:boolean""",
}
NULLABLE = """
    members.medicalalerts membermemberships.enddate classtypes.requiredcertifications classschedules.expirydate
    classinstances.actualstarttime classinstances.actualendtime classinstances.cancellationreason
    classenrollments.checkintime classenrollments.checkouttime equipmentusage.notes equipmentmaintenance.partsreplaced
    equipmentmaintenance.nextmaintenancedate staff.terminationdate stafffacilities.enddate staffschedules.areaid
    stafftimetracking.notes instructorperformance.memberretentionrate instructorperformance.membersatisfactionscore
    instructorperformance.comments instructorperformance.goalsfornextperiod instructorfeedback.comments"""
# Foreign keys whose column is not named as the parent's key.
ROLES = {
    ("classschedules", "instructorid"): "staff",
    ("classinstances", "actualinstructorid"): "staff",
    ("instructorperformance", "instructorid"): "staff",
    ("instructorperformance", "evaluatorid"): "staff",
    ("instructorfeedback", "instructorid"): "staff",
    ("instructorfeedback", "classinstanceid"): "classinstances",
}


def test_tables_columns_and_types_are_those_of_the_diagram() -> None:
    assert set(metadata.tables) == set(ERD)
    for name, table in metadata.tables.items():
        assert [f"{column.name}:{schema.kind(column)}" for column in table.columns] == ERD[name].split()


def test_the_first_column_is_the_key() -> None:
    for table in metadata.tables.values():
        assert [column.name for column in table.primary_key] == [schema.column_names(table)[0]]


def test_only_the_listed_columns_may_be_empty() -> None:
    nullable = {f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.columns if c.nullable}
    assert nullable == set(NULLABLE.split())


def test_foreign_keys_lead_to_the_table_of_that_key_or_role() -> None:
    keys = {schema.column_names(table)[0]: name for name, table in metadata.tables.items() if name != "staffschedules"}
    found = {(t.name, child): parent for t in metadata.tables.values() for child, parent, _ in schema.foreign_keys(t)}
    assert found.pop(("stafftimetracking", "scheduleid")) == "staffschedules"
    assert found.pop(("classinstances", "scheduleid")) == "classschedules"
    assert len(found) == 33
    for (table, child), parent in found.items():
        assert parent == (ROLES.get((table, child)) or keys[child])


def test_e_mails_employee_and_serial_numbers_are_unique() -> None:
    unique = {
        f"{table.name}.{column}"
        for table in metadata.tables.values()
        for column in schema.unique_columns(table)
        if not table.columns[column].primary_key
    }
    assert unique == {"members.email", "staff.email", "staff.employeenumber", "equipment.serialnumber"}


def test_every_table_and_column_says_what_it_means() -> None:
    for table in metadata.tables.values():
        assert table.comment
        for column in table.columns:
            assert column.comment, column
            if schema.kind(column) == "varchar":
                assert isinstance(column.type, String) and column.type.length


def test_every_foreign_key_is_indexed() -> None:
    for table in metadata.tables.values():
        indexed = {index.columns[0].name for index in table.indexes}
        assert {child for child, _, _ in schema.foreign_keys(table)} <= indexed


def test_the_vocabulary_comes_without_sqlalchemy() -> None:
    program = "import sys, datagen.fitness.vocabulary; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0


GOOD: dict[str, dict[str, Any]] = {
    "membershiptypes": {"duration": 12, "maxfamilymembers": 5},
    "classtypes": {"category": "Aqua", "durationminutes": 45, "maxparticipants": 20},
    "instructorcertifications": {"validitymonths": 24},
    "facilities": {"opentime": "00:00:00", "closetime": "23:59:59"},
    "facilityareas": {"areatype": "Pool", "maxcapacity": 1},
    "equipment": {"purchasedate": "2025-01-01", "warrantyexpiry": "2026-01-01", "status": "Out of Order"},
    "members": {
        "dateofbirth": "1990-01-01",
        "gender": "O",
        "joindate": "2026-01-31",
        "memberstatus": "Active",
        "lastmodified": "2026-01-31 00:00:00",
    },
    "staff": {
        "jobtitle": "Manager",
        "employmenttype": "Contract",
        "status": "Terminated",
        "hiredate": "2026-01-31",
        "terminationdate": "2026-01-31",
    },
    "membermemberships": {"status": "Changed", "startdate": "2026-01-30", "enddate": "2026-01-31"},
    "memberpayments": {"paymenttype": "Class Fee", "paymentmethod": "Cash", "status": "Refunded"},
    "classschedules": {
        "dayofweek": 7,
        "starttime": "06:00:00",
        "endtime": "06:30:00",
        "maxcapacity": 1,
        "effectivedate": "2026-01-31",
        "expirydate": "2026-01-31",
    },
    "classinstances": {
        "status": "Completed",
        "actualstarttime": "2026-01-31 06:00:00",
        "actualendtime": "2026-01-31 06:30:00",
        "cancellationreason": None,
    },
    "classenrollments": {
        "enrollmentstatus": "Attended",
        "checkintime": "2026-01-31 06:00:00",
        "checkouttime": "2026-01-31 06:30:00",
    },
    "memberaccess": {
        "checkintime": "2026-01-31 06:00:00",
        "checkouttime": "2026-01-31 06:30:00",
        "accessmethod": "Key Card",
    },
    "equipmentusage": {
        "starttime": "2026-01-31 06:00:00",
        "endtime": "2026-01-31 06:30:00",
        "usagetype": "Warmup",
    },
    "equipmentmaintenance": {
        "maintenancetype": "Repair",
        "maintenancedate": "2026-01-30",
        "nextmaintenancedate": "2026-01-31",
    },
    "stafffacilities": {"startdate": "2026-01-31", "enddate": "2026-01-31"},
    "staffcertifications": {"certificationdate": "2025-01-31", "expirydate": "2026-01-31", "status": "Expired"},
    "staffschedules": {"starttime": "06:00:00", "endtime": "14:00:00", "shifttype": "Night", "status": "Absent"},
    "stafftimetracking": {"actualstarttime": "2026-01-31 06:00:00", "actualendtime": "2026-01-31 14:00:00"},
    "staffpayroll": {
        "payperiodstart": "2026-01-05",
        "payperiodend": "2026-01-18",
        "regularpay": 800,
        "overtimepay": 30,
        "bonuses": 20,
        "deductions": 150,
        "grosspay": 850,
        "netpay": 700,
        "paydate": "2026-01-22",
    },
    "instructorperformance": {
        "instructorid": "STF0001",
        "evaluatorid": "STF0002",
        "memberretentionrate": 80,
        "membersatisfactionscore": None,
        "professionalismscore": 1,
        "communicationscore": 5,
        "overallrating": 3,
    },
    "instructorfeedback": {"teachingquality": 1, "communication": 5, "motivation": 3, "overallrating": 4},
}

# Columns that hang together change together, so that no other rule refuses the row before the one that is meant.
BAD = """
    membershiptypes monthlyfee=-1; membershiptypes registrationfee=-1; membershiptypes duration=6
    membershiptypes maxfamilymembers=0; classtypes category=Knitting; classtypes durationminutes=50
    classtypes maxparticipants=0; instructorcertifications validitymonths=0; facilities closetime=00:00:00
    facilityareas areatype=Sauna; facilityareas maxcapacity=0; facilityareas squarefootage=-1; equipment status=Lost
    equipment purchaseprice=-1; equipment warrantyexpiry=2025-01-01; members gender=X; members memberstatus=Expired
    members joindate=1990-01-01; members lastmodified=2026-01-30 23:59:59; staff jobtitle=Boss
    staff employmenttype=Intern; staff status=Active; staff status=Retired; staff terminationdate=
    staff terminationdate=2026-01-30; staff hourlyrate=-1; membermemberships status=Paused
    membermemberships enddate=2026-01-30; memberpayments amount=-1; memberpayments paymenttype=Gift
    memberpayments paymentmethod=Cheque; memberpayments status=Pending; classschedules dayofweek=0
    classschedules dayofweek=8; classschedules endtime=06:00:00; classschedules maxcapacity=0; classschedules price=-1
    classschedules expirydate=2026-01-30; classinstances status=Scheduled
    classinstances status=Done,actualstarttime=,actualendtime=
    classinstances actualstarttime=; classinstances actualendtime=; classinstances cancellationreason=Ill
    classinstances actualendtime=2026-01-31 06:00:00; classinstances actualcapacity=-1
    classenrollments enrollmentstatus=No-Show; classenrollments checkintime=
    classenrollments enrollmentstatus=Maybe,checkintime=,checkouttime=
    classenrollments checkouttime=; classenrollments checkouttime=2026-01-31 06:00:00
    classenrollments paymentamount=-1; memberaccess checkouttime=2026-01-31 06:00:00; memberaccess duration=-1
    memberaccess accessmethod=Window; equipmentusage endtime=2026-01-31 06:00:00; equipmentusage durationminutes=-1
    equipmentusage usagetype=Rest; equipmentmaintenance maintenancetype=Wash
    equipmentmaintenance maintenancetype=Preventive; equipmentmaintenance cost=-1
    equipmentmaintenance nextmaintenancedate=2026-01-30; stafffacilities enddate=2026-01-30
    staffcertifications expirydate=2025-01-31; staffcertifications status=Revoked; staffschedules endtime=06:00:00
    staffschedules scheduledhours=-1; staffschedules shifttype=Dawn; staffschedules status=Open
    stafftimetracking actualendtime=2026-01-31 06:00:00; stafftimetracking actualhours=-1
    stafftimetracking overtimehours=-1; stafftimetracking overtimehours=9; stafftimetracking breakminutes=-1
    staffpayroll regularhours=-1; staffpayroll overtimehours=-1
    staffpayroll regularpay=-1,grosspay=49,netpay=-101; staffpayroll overtimepay=-1,grosspay=819,netpay=669
    staffpayroll bonuses=-1,grosspay=829,netpay=679; staffpayroll deductions=-1,netpay=851; staffpayroll grosspay=849.99
    staffpayroll netpay=700.01; staffpayroll payperiodend=2026-01-05; staffpayroll paydate=2026-01-18
    instructorperformance evaluatorid=STF0001; instructorperformance classespermonth=-1
    instructorperformance averageattendance=-1; instructorperformance memberretentionrate=101
    instructorperformance membersatisfactionscore=0.99; instructorperformance professionalismscore=5.01
    instructorperformance communicationscore=0; instructorperformance overallrating=6
    instructorfeedback teachingquality=0; instructorfeedback communication=6; instructorfeedback motivation=0
    instructorfeedback overallrating=6"""
DAMAGE = [entry.strip() for line in BAD.splitlines() for entry in line.split(";") if entry.strip()]


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    """The tables in a database; references are not followed, so that a row can stand alone."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in script(metadata, "sqlite"):
        connection.execute(statement)
    yield connection
    connection.close()


def table_and_changes(damage: str) -> tuple[str, dict[str, Any]]:
    """The table of a line of `BAD`, and its columns with their values; nothing after `=` is NULL."""
    table, changes = damage.split(" ", 1)
    pairs = (change.split("=") for change in changes.split(","))
    return table, {column: value or None for column, value in pairs}


def insert(database: sqlite3.Connection, table: str, changes: dict[str, Any]) -> None:
    """Insert the table's good row with changes, and take it out again."""
    plain = {column.name: 1 for column in metadata.tables[table].columns}
    row = plain | GOOD[table] | changes
    database.execute("begin")
    try:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        database.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))
    finally:
        database.execute("rollback")


@pytest.mark.parametrize("table", ERD)
def test_a_row_as_it_should_be_is_taken(database: sqlite3.Connection, table: str) -> None:
    insert(database, table, {})


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_row_that_breaks_a_check_is_refused(database: sqlite3.Connection, damage: str) -> None:
    table, changes = table_and_changes(damage)
    with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: ck_{table}"):
        insert(database, table, changes)


def test_every_check_has_a_row_that_it_refuses(database: sqlite3.Connection) -> None:
    refused = set()
    for damage in DAMAGE:
        with pytest.raises(sqlite3.IntegrityError) as caught:
            insert(database, *table_and_changes(damage))
        refused.add(str(caught.value).rpartition(" ")[2])
    tables = metadata.tables.values()
    checks = {str(check.name) for table in tables for check in schema.constraints_of(table, CheckConstraint)}
    assert checks - refused == set()
