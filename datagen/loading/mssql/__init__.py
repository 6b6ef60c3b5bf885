"""Loading into SQL Server, from 2017 on, and Azure SQL Database."""
