"""Damage to the use and service of machines: (what is wrong, the check that must catch it, how it is planted)."""

USE = "(select min(usageid) from equipmentusage)"
# A session on a machine after which the machine, or the member on that day, had another one.
BEFORE_ANOTHER = (
    "(select min(usageid) from (select usageid, endtime, lead(starttime) over (partition by {by} order by starttime)"
    " as following from equipmentusage) where following is not null)"
)
TREADMILLS = "(select equipmentid from equipment where equipmenttype = 'Treadmill')"
PREVENTIVE = (
    "(select {}(maintenanceid) from equipmentmaintenance where maintenancetype = 'Preventive' and equipmentid in "
    f"{TREADMILLS})"
)
SERVICE = "(select min(maintenanceid) from equipmentmaintenance)"


def overlapping(by: str) -> str:
    """Let a session run on for a second into the next one of that machine or member."""
    return (
        "update equipmentusage set endtime = (select min(n.starttime) + interval '1 second' from equipmentusage n"
        f" where n.{by} = equipmentusage.{by} and n.starttime > equipmentusage.starttime)"
        f" where usageid = {BEFORE_ANOTHER.format(by=by)}"
    )


DAMAGE = [
    ("use of a machine on the as-of day", "H01e",
     f"update equipmentusage set endtime = cast(:as_of as timestamp) where usageid = {USE}"),
    ("use of a machine before the window", "H01e",
     f"update equipmentusage set starttime = cast(:start as timestamp) - interval '1 second' where usageid = {USE}"),
    ("a service on the as-of day", "H01f",
     f"update equipmentmaintenance set maintenancedate = :as_of where maintenanceid = {SERVICE}"),
    ("use that begins a second before the visit", "H70",
     "update equipmentusage set starttime = (select max(v.checkintime) - interval '1 second' from memberaccess v"
     " where v.memberid = equipmentusage.memberid and v.checkintime <= equipmentusage.starttime)"
     f" where usageid = {USE}"),
    ("use by a member who was not there", "H70",
     f"update equipmentusage set memberid = (select max(memberid) from members where memberid not in"
     f" (select memberid from memberaccess where cast(checkintime as date) = cast(equipmentusage.starttime as date)))"
     f" where usageid = {USE}"),
    ("use of a machine in another area", "H70",
     "update equipment set areaid = (select min(areaid) from facilityareas where areatype = 'Court')"
     f" where equipmentid = (select equipmentid from equipmentusage where usageid = {USE})"),
    ("two users on a machine for a second", "H71a", overlapping("equipmentid")),
    ("a member on two machines for a second", "H71b", overlapping("memberid")),
    ("use on a day of repair", "H72a",
     "update equipmentmaintenance set maintenancetype = 'Repair', equipmentid = u.equipmentid,"
     " maintenancedate = cast(u.starttime as date) from equipmentusage u"
     f" where u.usageid = {USE} and maintenanceid = {SERVICE}"),
    ("use of a machine before it was bought", "H72b",
     "update equipment set purchasedate = (select cast(max(starttime) as date) from equipmentusage u"
     " where u.equipmentid = equipment.equipmentid)"
     f" where equipmentid = (select equipmentid from equipmentusage where usageid = {USE})"),
    ("a service before the machine was bought", "H73a",
     f"update equipmentmaintenance set maintenancedate = (select purchasedate - 1 from equipment"
     f" where equipment.equipmentid = equipmentmaintenance.equipmentid) where maintenanceid = {SERVICE}"),
    ("a next service on the day of this one", "H73b",
     "update equipmentmaintenance set nextmaintenancedate = maintenancedate where nextmaintenancedate is not null"),
    ("a session a minute too long", "H74",
     f"update equipmentusage set durationminutes = durationminutes + 1 where usageid = {USE}"),
    ("warm-ups after workouts", "H75",
     "update equipmentusage set usagetype = case usagetype when 'Workout' then 'Warmup' when 'Warmup' then 'Workout'"
     " else usagetype end"),
    ("cool-downs before workouts", "H75",
     "update equipmentusage set usagetype = case usagetype when 'Workout' then 'Cooldown' when 'Cooldown' then"
     " 'Workout'"
     " else usagetype end"),
    ("a treadmill served after a month", "H76",
     "update equipmentmaintenance set maintenancedate = maintenancedate - 40 where maintenanceid ="
     f" {PREVENTIVE.format('max')}"),
    ("a treadmill served after four months", "H76",
     "delete from equipmentmaintenance where maintenanceid in (select maintenanceid from (select maintenanceid,"
     " row_number() over (partition by equipmentid order by maintenancedate) as place from equipmentmaintenance"
     f" where maintenancetype = 'Preventive' and equipmentid in {TREADMILLS}) where place = 2)"),
    ("a treadmill never served", "H77",
     f"delete from equipmentmaintenance where equipmentid = (select min(equipmentid) from {TREADMILLS} t)"),
    ("a treadmill not served lately", "H77",
     f"delete from equipmentmaintenance where maintenancedate > :as_of - 120 and equipmentid in {TREADMILLS}"),
    ("a hoop repaired for wear", "K70",
     "update equipmentmaintenance set maintenancetype = 'Repair', partsreplaced = 'Bolt set' where maintenanceid ="
     " (select min(m.maintenanceid) from equipmentmaintenance m join equipment e on e.equipmentid = m.equipmentid"
     " where e.equipmenttype = 'Kettlebell Rack')"),
    ("a part replaced in an inspection", "K71",
     "update equipmentmaintenance set partsreplaced = 'Pulley' where maintenanceid = (select min(maintenanceid) from"
     " equipmentmaintenance where maintenancetype = 'Inspection')"),
    ("a repair that replaced nothing", "K71",
     "update equipmentmaintenance set partsreplaced = null where maintenanceid = (select min(maintenanceid) from"
     " equipmentmaintenance where maintenancetype = 'Repair' and partsreplaced is not null)"),
]  # fmt: skip
