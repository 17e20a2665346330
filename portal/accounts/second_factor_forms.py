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
    """The question for a code: of the app, or one from paper."""

    code = LineField(_("Code"), most=LONGEST_CODE)
    next = HiddenField()


class AppForm(PortalForm):
    """Setting up an authenticator app: the secret travels signed, so that a GET keeps nothing."""

    code = LineField(_("Code from the app"), most=LONGEST_CODE)
    secret = HiddenField()
    next = HiddenField()


class PasskeyForm(PortalForm):
    """A new passkey: its name, and what the browser made."""

    name = LineField(_("Name of this passkey"), most=LONGEST_PASSKEY_NAME)
    credential = HiddenField()
    next = HiddenField()


class ProofForm(PortalForm):
    """The password once more, before something that decides who gets in."""

    password = PasswordField(_("Your password"), [DataRequired(), Length(max=1024)])
    next = HiddenField()


class NameForm(PortalForm):
    """The name of a new account that comes in through another house."""

    name = LineField(_("Your name"), most=120, least=2)


def sign_secret(row: WebSession, secret: str) -> str:
    """Return a secret as it travels through the form: readable only to who it was made for, forgeable by nobody."""
    return _signer(row).dumps(secret)


def read_secret(row: WebSession, given: str | None) -> str:
    """Return the secret that a form brought back; a new one when it is not of this session or too old."""
    try:
        return str(_signer(row).loads(given or "", max_age=SECRET_SECONDS))
    except BadSignature:
        return second_factor.new_secret()


def _signer(row: WebSession) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"totp:{row.user_id}:{row.id}")
