"""The form of mail preferences, and parsing the filter of the outbox."""

from typing import Any

from wtforms import BooleanField, RadioField

from portal.core.web.forms import PortalForm
from portal.mail import kinds, labels, services
from portal.mail.models import Delivery, MailState

PREFIX = "kind-"


def preferences(user_id: int, *, is_editor: bool) -> Any:
    """Return the form with a choice for every notice, and a checkbox for every other kind that may be switched off."""
    refusable = kinds.refusable(for_editor=is_editor)
    form = type("PreferencesForm", (PortalForm,), {PREFIX + kind.name: _field(kind) for kind in refusable})
    made = form(data={PREFIX + kind.name: _shown(kind, services.delivery(user_id, kind)) for kind in refusable})
    for kind in refusable:
        if kind.path_of is not None:
            made[PREFIX + kind.name].choices = list(labels.DELIVERIES.items())
    return made


def _shown(kind: kinds.Kind, chosen: Delivery) -> Delivery | bool:
    """Return the value of the field of a kind."""
    return chosen is not Delivery.OFF if kind.path_of is None else chosen


def _field(kind: kinds.Kind) -> Any:
    if kind.path_of is None:
        return BooleanField(kind.label, description=kind.explanation)
    return RadioField(kind.label, description=kind.explanation)


def chosen(form: Any) -> dict[str, Delivery]:
    """Return the choice for each kind, by name."""
    sent = {name.removeprefix(PREFIX): value for name, value in form.data.items() if name.startswith(PREFIX)}
    return {name: Delivery(value) if isinstance(value, str) else _of_box(value) for name, value in sent.items()}


def _of_box(ticked: object) -> Delivery:
    return Delivery.NOW if ticked else Delivery.OFF


def parse_state(text: str | None) -> MailState | None:
    """Return the state to show; None (all states) for an unknown value."""
    return MailState(text) if text in set(MailState) else None


def parse_before(text: str | None) -> int | None:
    """Return the id before which a page of the outbox ends; None for anything but an id."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
