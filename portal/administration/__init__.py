"""Beheer: accounts, roles and settings, for administrators."""
