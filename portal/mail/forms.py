"""The form in which people choose their mail, and what administrators filter the outbox by."""

from typing import Any

from wtforms import BooleanField

from portal.core.web.forms import PortalForm
from portal.mail import kinds, services
from portal.mail.models import MailState

PREFIX = "kind-"


def preferences(user_id: int, *, is_editor: bool) -> Any:
    """Return the form with a box for every kind that this person may switch off, ticked where it is on."""
    refusable = kinds.refusable(for_editor=is_editor)
    fields = {PREFIX + kind.name: BooleanField(kind.label, description=kind.explanation) for kind in refusable}
    form = type("PreferencesForm", (PortalForm,), fields)
    return form(data={PREFIX + kind.name: services.wants(user_id, kind) for kind in refusable})


def chosen(form: Any) -> dict[str, bool]:
    """Return what was ticked: the name of each kind, and whether it is wanted."""
    return {name.removeprefix(PREFIX): bool(value) for name, value in form.data.items() if name.startswith(PREFIX)}


def parse_state(text: str | None) -> MailState | None:
    """Return the state to show; None (all of them) for anything unknown."""
    return MailState(text) if text in set(MailState) else None


def parse_before(text: str | None) -> int | None:
    """Return the id that a page of the outbox ends before; None for anything that is no id."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
