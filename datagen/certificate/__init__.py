"""A certificate beside a data set: what was asked of it and found, and a script that asks it all again anywhere."""
