"""Keys, references and allowed values of the transactional tables."""

from __future__ import annotations

import pandas as pd

from tests.fitness.hard_rules.world import World

ALLOWED = {
    ("membermemberships", "status"): ["Active", "Suspended", "Expired", "Cancelled", "Changed"],
    ("memberpayments", "paymenttype"): ["Registration Fee", "Monthly Fee", "Annual Fee", "Class Fee"],
    ("memberpayments", "paymentmethod"): ["Credit Card", "Debit Card", "Bank Transfer", "Mobile Payment", "Cash"],
    ("memberpayments", "status"): ["Completed", "Failed", "Refunded"],
    ("memberaccess", "accessmethod"): ["Key Card", "Mobile App", "Staff Override"],
    ("classinstances", "status"): ["Completed", "Cancelled", "Scheduled"],
    ("classenrollments", "enrollmentstatus"): ["Attended", "No-Show", "Cancelled", "Waitlisted", "Enrolled"],
}
KEYS = {
    "membermemberships": ("membershipid", r"MSH\d{8,}"),
    "memberpayments": ("paymentid", r"PAY\d{8,}"),
    "classschedules": ("scheduleid", r"SCH\d{4,}"),
    "classinstances": ("instanceid", r"INS\d{6,}"),
    "classenrollments": ("enrollmentid", r"ENR\d{8,}"),
    "memberaccess": ("accessid", r"ACC\d{8,}"),
}
PARENTS = {
    "memberid": "members",
    "membershiptypeid": "membershiptypes",
    "classtypeid": "classtypes",
    "facilityid": "facilities",
    "areaid": "facilityareas",
    "instructorid": "staff",
    "actualinstructorid": "staff",
    "scheduleid": "classschedules",
    "instanceid": "classinstances",
}
NULLABLE = {
    "enddate",
    "expirydate",
    "actualstarttime",
    "actualendtime",
    "cancellationreason",
    "checkintime",
    "checkouttime",
}


def keys_references_and_values(world: World) -> pd.DataFrame:
    """Keys are unique and look as they should, references exist, values are allowed, and what must be there is."""
    found = []
    for table, (key, pattern) in KEYS.items():
        frame = world.tables[table]
        found += [(table, key, v) for v in frame.loc[frame[key].duplicated() | ~frame[key].str.fullmatch(pattern), key]]
        for name in frame.columns:
            required = name not in NULLABLE or (table, name) in {("memberaccess", n) for n in NULLABLE}
            if required and frame[name].isna().any():
                found.append((table, name, None))
            if name in PARENTS and name != key:
                parent = getattr(world, PARENTS[name])
                known = parent[parent.columns[0]]
                found += [(table, name, value) for value in frame.loc[~frame[name].isin(known), name]]
            if (table, name) in ALLOWED:
                found += [(table, name, v) for v in frame.loc[~frame[name].isin(ALLOWED[table, name]), name]]
    return pd.DataFrame(found, columns=["table", "column", "value"])
