"""Form fields to create an account: a mail address and a new password."""

from typing import Any

from flask import current_app
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.accounts import passwords
from portal.core.i18n import gettext as _
from portal.core.web.forms import Bounded, one_line
from portal.mail import addresses

LONGEST_NAME = 120


class AddressField(EmailField):
    """One e-mail address, in lower case."""

    def __init__(self, label: Any, required: bool = True, **kwargs: Any) -> None:
        """Take the label; empty stays allowed unless `required`."""
        needed = [DataRequired() if required else Optional(), Bounded(addresses.MAX_LENGTH), _one_address]
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


def check_password(field: NewPasswordField, *known: str) -> None:
    """Raise ValidationError for an easily guessed password; `known` are words about this person, such as the name."""
    try:
        passwords.check_choice(field.data or "", [current_app.config["SITE_NAME"], *known])
    except passwords.PasswordRefused as refused:
        raise ValidationError(str(refused)) from refused
