"""MySQL and MariaDB as databases that are loaded into."""
