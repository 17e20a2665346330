"""The forms that erase an account: by its owner, and by an administrator."""

from typing import Any

from wtforms import PasswordField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, ValidationError

from portal.accounts import passwords
from portal.accounts.models import User
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext, pgettext
from portal.core.personal_data import Contributions
from portal.core.web.forms import LineField, PortalForm

LONGEST_REASON = 500


class DeleteForm(PortalForm):
    """Erases one's own account: what happens to the contributions, a typed word, and the password if there is one."""

    contributions = RadioField(
        lazy_gettext("What happens to what you published?"),
        [InputRequired()],
        choices=[
            SelectChoice(Contributions.ANONYMISE.value, lazy_gettext("It stays, without my name")),
            SelectChoice(Contributions.REMOVE.value, lazy_gettext("It is removed too")),
        ],
    )
    confirmation = LineField(lazy_gettext("Confirmation"), most=40)
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )

    def __init__(self, user: User, **kwargs: Any) -> None:
        """Remove the password field for a user without a password."""
        super().__init__(**kwargs)
        self.user = user
        if user.password_hash is None:
            del self.password

    def validate_confirmation(self, field: Any) -> None:
        """Refuse anything but the word."""
        check_confirmation(field)

    def validate_password(self, field: Any) -> None:
        """Refuse a wrong password."""
        if not passwords.fits(self.user.password_hash, field.data or ""):
            raise ValidationError(_("This is not your password."))


class EraseForm(PortalForm):
    """Erases an account on request: what happens to the contributions, a typed word, and who asked when."""

    contributions = RadioField(
        lazy_gettext("What happens to what this person published?"),
        [InputRequired()],
        choices=[
            SelectChoice(Contributions.ANONYMISE.value, lazy_gettext("It stays, without the name")),
            SelectChoice(Contributions.REMOVE.value, lazy_gettext("It is removed too")),
        ],
    )
    reason = LineField(lazy_gettext("How and when was this asked?"), most=LONGEST_REASON)
    confirmation = LineField(lazy_gettext("Confirmation"), most=40)

    def validate_confirmation(self, field: Any) -> None:
        """Refuse anything but the word."""
        check_confirmation(field)


def check_confirmation(field: Any) -> None:
    """Raise ValidationError unless the confirmation word was typed."""
    if (field.data or "").casefold() != confirmation_word().casefold():
        raise ValidationError(_("Type the word “%(word)s”.", word=confirmation_word()))


def confirmation_word() -> str:
    """Return the word that must be typed, in the language of the page."""
    return pgettext("confirmation word", "delete")
