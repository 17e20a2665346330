"""Events on the editors' desk; importing this module registers them."""

from flask import render_template
from markupsafe import Markup

from portal.agenda import detail, queries
from portal.agenda.models import Event
from portal.core.i18n import lazy_gettext
from portal.publishing import desk, services
from portal.publishing.desk import Case
from portal.publishing.models import State

KIND = "bijeenkomst"


def as_case(event: Event) -> Case:
    """Return an event as a case of the desk."""
    return Case(
        kind=KIND,
        id=event.id,
        title=event.title,
        since=services.submitted_at(event),
        subject=event,
        author=event.author,
        organisation_name=", ".join(organisation.name for organisation in event.organisers),
        path=event.path,
        edit_path=f"/agenda/{event.id}/bewerken",
        is_waiting=event.state == State.REVIEW,
        is_public=event.is_visible,
    )


def awaiting() -> list[Case]:
    """Return the events that await review, longest waiting first."""
    return sorted((as_case(event) for event in queries.awaiting()), key=lambda case: (case.since, case.id))


def find_case(event_id: int) -> Case | None:
    """Return an event in any state as a case; None when it does not exist."""
    event = queries.get_event(event_id)
    return as_case(event) if event else None


def render(case: Case) -> Markup:
    """Return the HTML of an event as its page shows it."""
    shown = detail.detail_context(case.subject)
    return Markup(render_template("agenda/_sheet.html", **shown, is_preview=True))  # noqa: S704  # rendered by Jinja, which escapes


desk.register(
    KIND,
    lazy_gettext("Proposed event"),
    awaiting,
    find_case,
    unpublish=desk.unpublish_publication,
    render=render,
    count=queries.count_awaiting,
)
