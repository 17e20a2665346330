"""Accounts: users, sessions, sign-in, second factor, audit log."""
