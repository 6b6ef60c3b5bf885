"""PostgreSQL: connections, `COPY`, staging and swapping schemas, what users added to tables, and an embedded server."""
