"""The base class and fields of forms that write: cleaned text, clear messages, and no loss of what was typed."""

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask import Response, flash, request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    Field,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext, ngettext
from portal.core.storage import idempotency
from portal.core.text import clean
from portal.core.web import unsaved
from portal.core.web.form_errors import missing, summary_line
from portal.core.web.rendering import page

LOCAL_PATH = re.compile(r"/[^/\\\x00-\x20\x7f].*|/", re.ASCII)
REQUIRED = "This field is required."
"""What WTForms says of a required field that is empty; `PortalForm` names the field instead."""
UNSAFE_IN_PATH = re.compile(r"[\\\x00-\x20\x7f]")


def tidy(text: object) -> object:
    """Return text without invisible characters and surrounding spaces, in Unicode NFC."""
    return clean(text).strip() if isinstance(text, str) else _nothing(text)


def one_line(text: object) -> object:
    """Return tidy text on one line."""
    return " ".join(str(tidy(text)).split()) if isinstance(text, str) else _nothing(text)


def _nothing(sent: object) -> object:
    """Return "" for a file that was sent instead of text; None stays None."""
    return None if sent is None else ""


class PortalForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """The base of all forms; the messages of WTForms are replaced by `MESSAGES`, in the language of the page."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf has no types
        """Uses the portal's translations instead of those of WTForms."""

        def get_translations(self, form: object) -> "Translations":
            """Return the translations of WTForms' messages."""
            return Translations()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """Return a field as HTML; a list without an empty first option gets no `required` (HTML forbids it)."""
            if isinstance(field, SelectField) and next(iter(field.iter_choices()))[0]:
                render_kw = {"required": False, **render_kw}
            return super().render_field(field, render_kw)

        def wrap_formdata(self, form: "PortalForm", formdata: Any) -> Any:
            """Return the submitted fields, or those of an unsaved form that is shown again (`core.web.unsaved`).

            Files are passed to file fields only, because a text field cannot process them.
            """
            if formdata is not _Auto:
                return formdata
            if not form.is_submitted():
                return unsaved.restored_fields()
            files = MultiDict(pair for pair in request.files.items(multi=True) if form.takes_file(pair[0]))
            return CombinedMultiDict([files, request.form])

    needed_sometimes: ClassVar[tuple[str, ...]] = ()
    """Fields that are required depending on other fields, and so are never labelled "not required"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Mark the fields that are required depending on other fields."""
        super().__init__(*args, **kwargs)
        for name in self.needed_sometimes:
            self[name].flags.needed_sometimes = True

    def takes_file(self, name: str) -> bool:
        """Return whether the field of this name takes files."""
        return isinstance(self._fields.get(name), FileField)

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate every field; values that no browser would send for a field are ordinary errors of that field."""
        valid = bool(super().validate(extra_validators))
        self._name_missing_fields()
        return self._refuse_oddities() and valid

    def _name_missing_fields(self) -> None:
        """Say at each required field that was left empty what to fill in there, by its label."""
        for field in self._fields.values():
            if REQUIRED in field.errors:
                field.errors = [missing(field) if error == REQUIRED else error for error in field.errors]

    def summary_line(self, name: str, message: str) -> str:
        """Return an error of the field `name` as the summary above the form says it."""
        return summary_line(self[name], message)

    def _refuse_oddities(self) -> bool:
        """Add an error to each field that got a file for a text, or several values for one; False if any did."""
        odd = {name: _("Fill in text here, not a file.") for name in request.files if not self.takes_file(name)}
        for name, field in self._fields.items():
            if not takes_many(field) and len(request.form.getlist(name)) > 1:
                odd[name] = _("This was sent twice. Fill it in once.")
        named = [name for name in odd if name in self._fields]
        for name in named:
            self._fields[name].errors = [*self._fields[name].errors, odd[name]]
        return not named


def takes_many(field: Field) -> bool:
    """Return whether a field can have several values; a custom field declares it with `takes_many`."""
    return isinstance(field, SelectMultipleField | FileField) or getattr(field, "takes_many", False)


class Translations:
    """Translates the messages of WTForms through the portal's catalogue."""

    def gettext(self, text: str) -> str:
        """Return the portal's wording of a message of WTForms."""
        return str(MESSAGES.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the portal's wording of a plural message of WTForms."""
        if "at least" in one:
            return ngettext("Use at least %(min)d character.", "Use at least %(min)d characters.", number)
        if "longer than" in one:
            return ngettext("Use at most %(max)d character.", "Use at most %(max)d characters.", number)
        return one if number == 1 else many


MESSAGES = {
    "Invalid email address.": lazy_gettext("Fill in an e-mail address, such as naam@school.nl."),
    "Not a valid integer value.": lazy_gettext("Fill in a whole number, such as 12."),
    "Not a valid date value.": lazy_gettext("Fill in a date, such as 31-12-2026."),
    "Not a valid datetime value.": lazy_gettext("Fill in a date and a time."),
    "Not a valid time value.": lazy_gettext("Fill in a time, such as 15:30."),
    "Not a valid choice.": lazy_gettext("Choose one of the options."),
    "Not a valid choice": lazy_gettext("Choose one of the options."),
    "Invalid Choice: could not coerce.": lazy_gettext("Choose one of the options."),
    "Invalid URL.": lazy_gettext("Fill in a web address, such as https://www.school.nl."),
    "Field must be between %(min)s and %(max)s characters long.": lazy_gettext(
        "Use between %(min)s and %(max)s characters."
    ),
    "Number must be between %(min)s and %(max)s.": lazy_gettext("Fill in a number from %(min)s to %(max)s."),
    "Number must be at least %(min)s.": lazy_gettext("Fill in at least %(min)s."),
    "Number must be at most %(max)s.": lazy_gettext("Fill in at most %(max)s."),
}


class LineField(StringField):
    """A field for one line of text; `most` is the length of its column."""

    def __init__(self, label: Any, most: int, least: int = 0, required: bool = True, **kwargs: Any) -> None:
        """Take the limits; empty stays allowed unless `required`."""
        super().__init__(label, [*_needed(required), Bounded(most, least)], filters=[one_line], **kwargs)


class ProseField(TextAreaField):
    """A field for several lines of text, in Markdown by default, of at most `most` characters."""

    def __init__(self, label: Any, most: int, least: int = 0, required: bool = True, **kwargs: Any) -> None:
        """Take the limits; empty stays allowed unless `required`."""
        super().__init__(label, [*_needed(required), Bounded(most, least)], filters=[tidy], **kwargs)


class VersionField(IntegerField):
    """The hidden version of the row that is being edited."""

    widget: Any = HiddenInput()


class Bounded(Length):
    """Checks the length of a text, with a message about the difference; `maxlength` allows for the browser's CRLF."""

    def __init__(self, most: int, least: int = 0) -> None:
        """Take the limits in characters."""
        super().__init__(min=least if least else -1, max=most)

    def __call__(self, form: object, field: Field) -> None:
        """Raise ValidationError when the text is too long or too short."""
        length = len(field.data or "")
        if length > self.max:
            over = length - self.max
            raise ValidationError(
                ngettext(
                    "This is %(count)s character too long: at most %(most)s.",
                    "This is %(count)s characters too long: at most %(most)s.",
                    over,
                    count=over,
                    most=self.max,
                )
            )
        if 0 < length < self.min:
            raise ValidationError(_("Use at least %(least)s characters.", least=self.min))


def _needed(required: bool) -> list[object]:
    return [DataRequired()] if required else []


class ButtonForm(PortalForm):
    """A form with only a button."""


class OnceField(HiddenField):
    """The idempotency key of a form; an invalid key is replaced and makes the form invalid once."""

    def __init__(self, **kwargs: Any) -> None:
        """Start with a fresh key."""
        super().__init__(default=idempotency.new_key, **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        """Read a valid key; without one, the fresh key stays."""
        sent = valuelist[0] if valuelist else ""
        if idempotency.is_key(sent):
            self.data = sent
        elif sent:
            self.data, self.raw_data = idempotency.new_key(), None
            raise ValueError(_("This form was damaged on its way. Look at it, and send it again."))


class OnceMixin:
    """Adds a hidden idempotency key to a form that creates something (`core.storage.idempotency`)."""

    once = OnceField()


def form_page(template: str, form: Any, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """Render a form: 200 when first shown, 422 when it was sent with errors."""
    refused = form.is_submitted() and bool(form.errors)
    return page(template, fragment=fragment, status=422 if refused else status, form=form, **context)


def notify(text: str) -> None:
    """Show a message once, at the top of the next page of this person."""
    flash(text)


def safe_next(path: str | None, default: str = "/") -> str:
    """Return a path inside the site, the default for anything else: hosts, backslashes, control characters, schemes."""
    if not path or len(path) > 2000 or UNSAFE_IN_PATH.search(path) or not LOCAL_PATH.fullmatch(path):
        return default
    try:
        parts = urlsplit(path)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc or path.startswith("//") else path


def next_path(default: str = "/") -> str:
    """Return the path to go to after this form: the parameter `next`, if it is inside the site."""
    return safe_next(request.form.get("next") or request.args.get("next"), default)
