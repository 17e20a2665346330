"""How events are written: the agenda's configuration of `publishing.writing`."""

from typing import Any

from flask import request

from portal.accounts.models import User
from portal.agenda import detail, policies, queries, services
from portal.agenda.models import Event, EventStatus
from portal.agenda.writing_forms import EventForm, copy_of, fields_of
from portal.community.policies import organisations_of
from portal.core.i18n import gettext as _
from portal.publishing.models import State
from portal.publishing.writing import SEND, Writing, action, current_user

KEPT_IN_PREVIEW = ("first_day", "last_day", "starts_at", "ends_at", "date_precision", "date_text")


def first_fields(user: User) -> dict[str, Any]:
    """Return the initial fields of a new event: those of an event to copy, or the user's organisation."""
    original = queries.get_event(request.args.get("kopie", type=int) or 0)
    if original is not None and policies.may_read(user, original):
        return copy_of(original)
    own = organisations_of(user)
    return {"organisers": [own[0].name] if len(own) == 1 else []}


def build_preview(form: EventForm, present: Event | None) -> dict[str, Any]:
    """Return the template variables of an event's sheet, for a row that is never stored."""
    event = Event(id=present.id if present else 0, uid="", status=EventStatus.PLANNED, language="nl")
    event.source_note = event.report_html = event.recurrence = event.status_reason = event.date_text = None
    event.date_precision = "unknown"
    if present:
        for name in KEPT_IN_PREVIEW:
            setattr(event, name, getattr(present, name))
    services.write(event, form.draft, form.times)
    return detail.detail_context(event)


def context(_form: EventForm, event: Event | None) -> dict[str, Any]:
    """Return the other variables of the form's template."""
    return {"event": event, "may_send": event is not None and policies.may_send(current_user(), event)}


def outcome(event: Event) -> str:
    """Return the message to show after saving an event."""
    if event.state == State.REVIEW:
        return _("Thank you. The editors look at your proposal, mostly within two working days; you get a mail.")
    return _("It is in the agenda.") if event.is_visible else _("Your changes are kept.")


def _submit(user: User, form: EventForm) -> Event:
    assert form.times is not None  # validation of the form requires a day for a new event
    return services.submit_event(user, form.draft, form.times)


def _update(event: Event, user: User, form: EventForm) -> None:
    services.update_event(event, user, form.draft, form.times, form.version.data, send=action() == SEND)


WRITING = Writing(
    kind="event",
    path="/agenda/",
    new_path="/agenda/nieuw",
    template="agenda/edit.html",
    get_item=queries.get_event,
    may_know=policies.may_read,
    may_edit=policies.may_edit,
    make_form=EventForm,
    first_fields=first_fields,
    stored_fields=fields_of,
    submit=_submit,
    update=_update,
    build_preview=build_preview,
    context=context,
    review_route=policies.review_route_of,
    outcome=outcome,
)
