"""The command that makes a lake of a history: bronze and silver."""
