"""The wording of errors in forms: under a field, and in the summary above the form."""

import re
from typing import Any

from wtforms import BooleanField, FileField, SelectField, SelectMultipleField

from portal.core.i18n import gettext as _

YOURS = ("Uw ", "Your ")
"""How a label begins that reads on in a sentence: "Vul uw naam in."."""


def missing(field: Any) -> str:
    """Return what to do about a required field that was left empty, with the label of the field in the sentence."""
    label = str(field.label.text)
    if isinstance(field, BooleanField):
        return _("Tick “%(field)s”.", field=label)
    if isinstance(field, FileField):
        return _("Choose a file at “%(field)s”.", field=label)
    if isinstance(field, SelectField | SelectMultipleField):
        return _("Make a choice at “%(field)s”.", field=label)
    if label.endswith("?"):
        return _("Answer the question “%(field)s”.", field=label)
    if label.startswith(YOURS):
        return _("Fill in %(field)s.", field=lower_first(label))
    return _("Fill in “%(field)s”.", field=label)


def summary_line(field: Any, message: object) -> str:
    """Return an error as the summary says it: after the label of the field, unless the message names the field."""
    label, text = str(field.label.text), str(message)
    if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE):
        return text
    return f"{label} {text}" if label.endswith("?") else f"{label}: {lower_first(text)}"


def lower_first(text: str) -> str:
    """Return a text that begins with a small letter; "PDF" and "U koos" keep their capital."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
