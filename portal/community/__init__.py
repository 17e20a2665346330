"""Organisations and the people who represent them: register, seats, claims, profiles."""
