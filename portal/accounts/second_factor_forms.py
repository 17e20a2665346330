"""The forms of the second factor, passkeys and single sign-on."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from portal.accounts import second_factor
from portal.accounts.models import WebSession
from portal.accounts.second_factor_models import LONGEST_PASSKEY_NAME
from portal.core.i18n import lazy_gettext as _
from portal.core.web.forms import LineField, PortalForm

LONGEST_CODE = 40
SECRET_SECONDS = 1800


class CodeForm(PortalForm):
    """A code of the app, or a recovery code."""

    code = LineField(_("Code"), most=LONGEST_CODE)
    next = HiddenField()


class AppForm(PortalForm):
    """Setting up an authenticator app; the secret is in a signed field, so that a GET stores nothing."""

    code = LineField(_("Code from the app"), most=LONGEST_CODE)
    secret = HiddenField()
    next = HiddenField()


class PasskeyForm(PortalForm):
    """A new passkey: its name and the browser's response."""

    name = LineField(_("Name of this passkey"), most=LONGEST_PASSKEY_NAME)
    credential = HiddenField()
    next = HiddenField()


class ProofForm(PortalForm):
    """The password again, before changing how one signs in."""

    password = PasswordField(_("Your password"), [DataRequired(), Length(max=1024)])
    next = HiddenField()


class NameForm(PortalForm):
    """The name for a new account created by single sign-on."""

    name = LineField(_("Your name"), most=120, least=2)


def sign_secret(row: WebSession, secret: str) -> str:
    """Return a secret signed for this session, for a hidden field."""
    return _signer(row).dumps(secret)


def read_secret(row: WebSession, given: str | None) -> str:
    """Return the secret of a signed field; a new one when the signature is of another session or expired."""
    try:
        return str(_signer(row).loads(given or "", max_age=SECRET_SECONDS))
    except BadSignature:
        return second_factor.new_secret()


def _signer(row: WebSession) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"totp:{row.user_id}:{row.id}")
