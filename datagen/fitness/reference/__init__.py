"""The reference (MDM) tables: plans, classes, certifications, clubs with rooms and machines, members, staff."""
