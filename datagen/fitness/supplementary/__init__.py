"""The nine supplementary tables: machines in use and in service, staff at work and at pay, instructors as rated."""
