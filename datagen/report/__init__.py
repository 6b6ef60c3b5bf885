"""The report of a data set: one page, `report.html`, that needs no network, no script and no other file."""
