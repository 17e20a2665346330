"""Alerts: the filter of a list as mail, daily or weekly, with or without an account."""
