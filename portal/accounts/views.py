"""The pages of people's accounts, by subject."""

from portal.accounts import passkey_views, second_factor_views, single_sign_on_views
from portal.accounts.blueprint import bp

__all__ = ["bp", "passkey_views", "second_factor_views", "single_sign_on_views"]
