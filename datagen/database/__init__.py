"""PostgreSQL: an embedded server, loading a directory whole or not at all, and questions to a loaded database."""
