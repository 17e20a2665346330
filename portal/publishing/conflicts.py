"""Edit conflicts: the differences between a submitted form and what somebody else saved meanwhile, per field."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from wtforms import BooleanField, Field, FileField, PasswordField

from portal.core.formatting import clock_time, full_date
from portal.core.i18n import gettext as _

Row = tuple[str, str, str]
"""A field's label, its value in the form, and the value that was saved meanwhile."""
NOT_COMPARED = ("CSRFTokenField", "HiddenField", "OnceField", "VersionField")


def differences(form: Any, stored: Any) -> list[Row]:
    """Return the fields in which two forms of one row differ; `stored` holds the saved values. Never empty."""
    pairs = ((field, stored[field.name]) for field in form if _is_compared(field))
    rows = [(str(mine.label.text), display_text(mine), display_text(theirs)) for mine, theirs in pairs]
    return [row for row in rows if row[1] != row[2]] or [(_("Something else"), "", "")]


def display_text(field: Field) -> str:
    """Return the value of a field as text; a field class may define its own `display_text`."""
    if hasattr(field, "display_text"):
        return str(field.display_text())
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if getattr(field, "choices", None) is not None:
        chosen = {str(value) for value in (field.data if isinstance(field.data, list) else [field.data])}
        return ", ".join(label for value, label in _choices(field) if value in chosen)
    return _text(field.data)


def _is_compared(field: Field) -> bool:
    if hasattr(field, "display_text"):
        return True
    return field.type not in NOT_COMPARED and not isinstance(field, FileField | PasswordField)


def _choices(field: Any) -> Iterator[tuple[str, str]]:
    """Yield value and label of every choice, including grouped ones."""
    groups = (choices for _label, choices in field.iter_groups()) if field.has_groups() else [field.iter_choices()]
    for choices in groups:
        for choice in choices:
            yield str(choice[0]), str(choice[1])


def _text(value: Any) -> str:
    if isinstance(value, date):
        return full_date(value)
    if isinstance(value, time):
        return clock_time(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n")
