"""Imports the view modules of accounts, which add their routes to the blueprint."""

from portal.accounts import (
    entry_views,
    passkey_views,
    recovery_views,
    second_factor_views,
    settings_views,
    single_sign_on_views,
)
from portal.accounts.blueprint import bp

__all__ = [
    "bp",
    "entry_views",
    "passkey_views",
    "recovery_views",
    "second_factor_views",
    "settings_views",
    "single_sign_on_views",
]
