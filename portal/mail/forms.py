"""The form of mail preferences, and parsing the filter of the outbox."""

from typing import Any

from wtforms import BooleanField

from portal.core.web.forms import PortalForm
from portal.mail import kinds, services
from portal.mail.models import MailState

PREFIX = "kind-"


def preferences(user_id: int, *, is_editor: bool) -> Any:
    """Return the form with a checkbox for every kind that this person may switch off."""
    refusable = kinds.refusable(for_editor=is_editor)
    fields = {PREFIX + kind.name: BooleanField(kind.label, description=kind.explanation) for kind in refusable}
    form = type("PreferencesForm", (PortalForm,), fields)
    return form(data={PREFIX + kind.name: services.wants(user_id, kind) for kind in refusable})


def chosen(form: Any) -> dict[str, bool]:
    """Return the choices: the name of each kind, and whether it is wanted."""
    return {name.removeprefix(PREFIX): bool(value) for name, value in form.data.items() if name.startswith(PREFIX)}


def parse_state(text: str | None) -> MailState | None:
    """Return the state to show; None (all states) for an unknown value."""
    return MailState(text) if text in set(MailState) else None


def parse_before(text: str | None) -> int | None:
    """Return the id before which a page of the outbox ends; None for anything but an id."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
