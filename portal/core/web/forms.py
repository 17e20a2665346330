"""Forms that write: cleaned text, messages people can act on, and a page that loses nothing typed."""

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
    """Return text without what cannot be seen, without spaces around it, in one Unicode form (NFC)."""
    return clean(text).strip() if isinstance(text, str) else _nothing(text)


def one_line(text: object) -> object:
    """Return tidy text on one line."""
    return " ".join(str(tidy(text)).split()) if isinstance(text, str) else _nothing(text)


def _nothing(sent: object) -> object:
    """Return an empty text for a file that was sent instead of text; nothing at all stays that."""
    return None if sent is None else ""


class PortalForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A form of ours: WTForms' own messages come from `MESSAGES`, in the language of the page."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf has no types
        """Ours instead of WTForms' translations."""

        def get_translations(self, form: object) -> "Translations":
            """Return the words of WTForms in the language of the request."""
            return Translations()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """Return a field as HTML; a list without an empty first option is never empty, so it is not `required`."""
            if isinstance(field, SelectField) and next(iter(field.iter_choices()))[0]:
                render_kw = {"required": False, **render_kw}
            return super().render_field(field, render_kw)

        def wrap_formdata(self, form: "PortalForm", formdata: Any) -> Any:
            """Return the fields that were sent, or those with which a form that was not saved is shown again.

            Files reach the fields for files only: a text field that gets one would break on it.
            """
            if formdata is not _Auto:
                return formdata
            if not form.is_submitted():
                return unsaved.typed()
            files = MultiDict(pair for pair in request.files.items(multi=True) if form.takes_file(pair[0]))
            return CombinedMultiDict([files, request.form])

    needed_sometimes: ClassVar[tuple[str, ...]] = ()
    """Fields that must be filled in for some answers to the rest of the form: "not required" never stands there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Mark the fields that are needed sometimes."""
        super().__init__(*args, **kwargs)
        for name in self.needed_sometimes:
            self[name].flags.needed_sometimes = True

    def takes_file(self, name: str) -> bool:
        """Whether a field of this name is for files."""
        return isinstance(self._fields.get(name), FileField)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; what no browser sends for a field is an error of that field, like any other."""
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
        """Add an error to each field that got a file for a text, or several values for one; False when any did."""
        odd = {name: _("Fill in text here, not a file.") for name in request.files if not self.takes_file(name)}
        for name, field in self._fields.items():
            if not takes_many(field) and len(request.form.getlist(name)) > 1:
                odd[name] = _("This was sent twice. Fill it in once.")
        named = [name for name in odd if name in self._fields]
        for name in named:
            self._fields[name].errors = [*self._fields[name].errors, odd[name]]
        return not named


def takes_many(field: Field) -> bool:
    """Whether a field can have several values; a field of our own says so with `takes_many`."""
    return isinstance(field, SelectMultipleField | FileField) or getattr(field, "takes_many", False)


class Translations:
    """WTForms' own words, said by our catalogue."""

    def gettext(self, text: str) -> str:
        """Return a message of WTForms in our words."""
        return str(MESSAGES.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return a counted message of WTForms in our words."""
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
    """One line of text; `most` is the length of the column it goes to."""

    def __init__(self, label: Any, most: int, least: int = 0, required: bool = True, **kwargs: Any) -> None:
        """Take the limits; empty stays allowed unless `required`."""
        super().__init__(label, [*_needed(required), Bounded(most, least)], filters=[one_line], **kwargs)


class ProseField(TextAreaField):
    """Text of several lines, in Markdown unless said otherwise; `most` counts characters."""

    def __init__(self, label: Any, most: int, least: int = 0, required: bool = True, **kwargs: Any) -> None:
        """Take the limits; empty stays allowed unless `required`."""
        super().__init__(label, [*_needed(required), Bounded(most, least)], filters=[tidy], **kwargs)


class VersionField(IntegerField):
    """The hidden version of the row that is being edited."""

    widget: Any = HiddenInput()


class Bounded(Length):
    """Says how much too long or too short a text is; the browser is told the length, with room for its line ends."""

    def __init__(self, most: int, least: int = 0) -> None:
        """Take both limits in characters."""
        super().__init__(min=least if least else -1, max=most)

    def __call__(self, form: object, field: Field) -> None:
        """Raise ValidationError with what to do."""
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


class OnceField(HiddenField):
    """The key that makes a double submit harmless; one that is not ours is replaced, and the form asked for again."""

    def __init__(self, **kwargs: Any) -> None:
        """Begin with a fresh key."""
        super().__init__(default=idempotency.new_key, **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        """Take a key of ours; none at all leaves the fresh one."""
        sent = valuelist[0] if valuelist else ""
        if idempotency.is_key(sent):
            self.data = sent
        elif sent:
            self.data, self.raw_data = idempotency.new_key(), None
            raise ValueError(_("This form was damaged on its way. Look at it, and send it again."))


class OnceMixin:
    """A form that makes something: its hidden key makes a double submit harmless (`core.storage.idempotency`)."""

    once = OnceField()


def form_page(template: str, form: Any, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """Render a form: 200 when first shown, 422 when what was sent cannot be taken yet."""
    refused = form.is_submitted() and bool(form.errors)
    return page(template, fragment=fragment, status=422 if refused else status, form=form, **context)


def notify(text: str) -> None:
    """Say something once, at the top of the next page of this person."""
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
    """Return where to go after this form: `next` of the form or the address, when it stays inside the site."""
    return safe_next(request.form.get("next") or request.args.get("next"), default)
