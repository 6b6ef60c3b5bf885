"""What the loader has to know of MySQL and MariaDB."""

from __future__ import annotations

from dataclasses import replace

from datagen.loading.backend import Facts

CONNECTIONS = 2
"""So many build the tables of a load side by side."""
MYSQL = Facts(
    title="MySQL",
    dialect="mysql",
    connections=CONNECTIONS,
    small=4 << 20,
    holder="database",
    elsewhere="name another database in the URL",
)
MARIADB = replace(MYSQL, title="MariaDB", dialect="mariadb")
OLDEST = {"MySQL": (8, 0, 16), "MariaDB": (10, 6)}
"""The oldest versions that will do: earlier ones do not enforce CHECKs, or rename tables one by one in a crash."""
EXAMPLE = "mysql://user:password@localhost:3306/database"
