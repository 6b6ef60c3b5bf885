"""Loading directories into databases, whole or not at all, appending to them, and verifying what they hold."""
