"""Security notices by mail: something about somebody's sign-in changed, possibly not by them."""

import secrets

from flask import current_app

from portal.accounts.models import User
from portal.core.i18n import lazy_gettext
from portal.mail import kinds, services

SECURITY = kinds.register(kinds.Kind(name="account.security", label=lazy_gettext("Security of your account")))
NOTICES = {
    "password_changed": lazy_gettext("The password of your account was changed."),
    "address_asked": lazy_gettext("Somebody who is signed in to your account asked to give it another e-mail address."),
    "address_changed": lazy_gettext("Your account has another e-mail address now. This address gets no more mail."),
    "app_added": lazy_gettext("An authenticator app was set up as second step for signing in to your account."),
    "app_removed": lazy_gettext("The authenticator app was taken off your account."),
    "passkey_added": lazy_gettext("A passkey was added to your account."),
    "passkey_removed": lazy_gettext("A passkey was taken off your account."),
    "codes_renewed": lazy_gettext("New recovery codes were made for your account. The old ones no longer work."),
    "recovery_code_used": lazy_gettext("A recovery code was used to sign in to your account."),
    "identity_added": lazy_gettext("Your account was tied to the sign-in of another organisation."),
    "identity_removed": lazy_gettext("Your account was untied from the sign-in of another organisation."),
    "role_changed": lazy_gettext("What you may do on this site has changed."),
}


def notify(user: User, what: str) -> None:
    """Queue the notice of a change within the current transaction."""
    unique = f"security:{user.id}:{what}:{secrets.token_hex(8)}"
    services.send(SECURITY.name, user, "account_changed", unique=unique, what=str(NOTICES[what]))


def notify_disabled(user: User) -> None:
    """Queue the mail to the owner of a disabled account, with whom to ask, within the running transaction."""
    contact = current_app.config["SETTINGS"].contact
    unique = f"security:{user.id}:disabled:{secrets.token_hex(8)}"
    services.send(SECURITY.name, user, "accounts/shut_out", unique=unique, contact=contact)


def notify_enabled(user: User) -> None:
    """Queue the mail that an account is enabled again, within the running transaction."""
    services.send(SECURITY.name, user, "accounts/let_in", unique=f"security:{user.id}:enabled:{secrets.token_hex(8)}")
