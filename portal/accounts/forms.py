"""The forms of accounts. Passwords are never shown again, normalised or cut."""

from flask_login import current_user
from wtforms import HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from portal.accounts import passwords
from portal.accounts.fields import LONGEST_NAME, AddressField, NewPasswordField, check_password
from portal.core.i18n import lazy_gettext
from portal.core.locale import LANGUAGES
from portal.core.web.forms import Bounded, LineField, PortalForm


class RegisterForm(PortalForm):
    """Registration: name, address, password."""

    name = LineField(lazy_gettext("Your name"), LONGEST_NAME, 2)
    email = AddressField(lazy_gettext("E-mail address"))
    password = NewPasswordField(lazy_gettext("Password"))
    next = HiddenField()

    def validate_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        check_password(field, self.name.data or "", self.email.data or "")


class SignInForm(PortalForm):
    """Address and password."""

    email = AddressField(lazy_gettext("E-mail address"))
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Bounded(passwords.LONGEST)])
    next = HiddenField()


class LinkForm(PortalForm):
    """The address to mail a link to."""

    email = AddressField(lazy_gettext("E-mail address"))
    next = HiddenField()


class ResetForm(PortalForm):
    """A new password, with a mailed link."""

    new_password = NewPasswordField(lazy_gettext("New password"))
    known: tuple[str, ...] = ()

    def validate_new_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        check_password(field, *self.known)


class PasswordForm(PortalForm):
    """The current and the new password."""

    password = PasswordField(lazy_gettext("Your password now"), [InputRequired(), Bounded(passwords.LONGEST)])
    new_password = NewPasswordField(lazy_gettext("New password"))

    def validate_new_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        check_password(field, current_user.name, current_user.email)


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
