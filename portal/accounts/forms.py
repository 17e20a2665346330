"""The forms of accounts. Passwords are never shown again, normalised or cut."""

from typing import Any

from flask import current_app
from flask_login import current_user
from wtforms import EmailField, HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.accounts import passwords
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.locale import LANGUAGES
from portal.core.web.forms import Bounded, LineField, PortalForm, one_line
from portal.mail import addresses

LONGEST_NAME = 120


class AddressField(EmailField):
    """One e-mail address, in lower case."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        """Take the label."""
        needed = [DataRequired(), Bounded(addresses.MAX_LENGTH), _one_address]
        super().__init__(label, needed, filters=[one_line, _lowered], **kwargs)


def _lowered(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def _one_address(_form: object, field: AddressField) -> None:
    try:
        field.data = addresses.check(field.data or "").lower()
    except addresses.BadAddress as error:
        raise ValidationError(_("Fill in an e-mail address, such as naam@school.nl.")) from error


class NewPasswordField(PasswordField):
    """A new password."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        """Take the label."""
        super().__init__(label, [InputRequired(), Bounded(passwords.LONGEST)], **kwargs)


def _checked(field: NewPasswordField, *known: str) -> None:
    try:
        passwords.check_choice(field.data or "", [current_app.config["SITE_NAME"], *known])
    except passwords.PasswordRefused as refused:
        raise ValidationError(str(refused)) from refused


class RegisterForm(PortalForm):
    """Registration: name, address, password."""

    name = LineField(lazy_gettext("Your name"), LONGEST_NAME, 2)
    email = AddressField(lazy_gettext("E-mail address"))
    password = NewPasswordField(lazy_gettext("Password"))
    next = HiddenField()

    def validate_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        _checked(field, self.name.data or "", self.email.data or "")


class SignInForm(PortalForm):
    """Address and password."""

    email = AddressField(lazy_gettext("E-mail address"))
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Bounded(passwords.LONGEST)])
    next = HiddenField()


class LinkForm(PortalForm):
    """The address to mail a link to."""

    email = AddressField(lazy_gettext("E-mail address"))
    next = HiddenField()


class ButtonForm(PortalForm):
    """A form with only a button."""


class ResetForm(PortalForm):
    """A new password, with a mailed link."""

    new_password = NewPasswordField(lazy_gettext("New password"))
    known: tuple[str, ...] = ()

    def validate_new_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        _checked(field, *self.known)


class PasswordForm(PortalForm):
    """The current and the new password."""

    password = PasswordField(lazy_gettext("Your password now"), [InputRequired(), Bounded(passwords.LONGEST)])
    new_password = NewPasswordField(lazy_gettext("New password"))

    def validate_new_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        _checked(field, current_user.name, current_user.email)


class AddressForm(PortalForm):
    """The new address and the current password."""

    email = AddressField(lazy_gettext("New e-mail address"))
    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), Bounded(passwords.LONGEST)])


class LanguageForm(PortalForm):
    """The language of the site for this person."""

    language = SelectField(
        lazy_gettext("Language of the site"),
        [InputRequired()],
        choices=[SelectChoice(*item) for item in LANGUAGES.items()],
    )
