"""What commands do with the data of a world: write it, verify its files, load it, and verify it in a database.

Once, for any world: what differs between worlds, their declarations say (`datagen.world`). `files` and `databases` hold
the jobs by what they work on; a world in one database and one in several are loaded and verified by the same jobs.
"""

from datagen.jobs.content import Content, Parts, Request, Writing
from datagen.jobs.databases import (
    LoadOutcome,
    Target,
    index_database,
    load,
    reach,
    refuse_broken_database,
    refuse_no_server,
    status,
    verify_database,
)
from datagen.jobs.explaining import explain_files, explain_loaded
from datagen.jobs.files import (
    digest,
    fill,
    is_as_written,
    refuse_broken_files,
    verify_files,
    write,
)

__all__ = [
    "Content",
    "LoadOutcome",
    "Parts",
    "Request",
    "Target",
    "Writing",
    "digest",
    "explain_files",
    "explain_loaded",
    "fill",
    "index_database",
    "is_as_written",
    "load",
    "reach",
    "refuse_broken_database",
    "refuse_broken_files",
    "refuse_no_server",
    "status",
    "verify_database",
    "verify_files",
    "write",
]
