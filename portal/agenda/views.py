"""Public pages of the agenda, and its calendars."""

from flask import Response, make_response, redirect, request
from werkzeug.exceptions import NotFound

from portal.agenda import contributions as contributions  # registers them for "My contributions"
from portal.agenda import detail, forms, ical, json_ld, list_context, permissions, queries
from portal.agenda import following as following  # registers the agenda as a list to follow
from portal.agenda import moderation as moderation  # registers them at the desk
from portal.agenda import panels as panels  # registers the panels
from portal.agenda import writing_views as writing_views  # registers the writing routes
from portal.agenda.blueprint import bp as bp
from portal.agenda.forms import AgendaFilter
from portal.agenda.index import AgendaIndex, current
from portal.agenda.models import Event
from portal.core.locale import local
from portal.core.web import freshness, limits
from portal.core.web.access import public, viewer
from portal.core.web.navigation import absolute
from portal.core.web.rendering import page

NEIGHBOURS = 3
CALENDARS_PER_HOUR = 240
"""Per IP address, for calendars with search words; calendars fetch a few times a day, schools share an address."""


@bp.get("/agenda/")
@public
def index() -> Response:
    """Show coming events, as a list by month or as a month grid."""
    wanted, known = _filter_and_index()
    screen = list_context.month if wanted.is_grid else list_context.upcoming
    return page("agenda/index.html", fragment="results", **screen(wanted, known))


@bp.get("/agenda/archief")
@public
def archive() -> Response:
    """Show past events, latest first."""
    wanted, known = _filter_and_index()
    return page("agenda/archive.html", fragment="results", **list_context.archive(wanted, known))


@bp.get("/agenda.ics")
@public
def calendar() -> Response:
    """Return the events of a filter as a calendar: the last twelve months and everything to come."""
    wanted, known = _filter_and_index()
    if wanted.words:  # not cached, so each request costs a search
        limits.hit("calendar", limits.address(), CALENDARS_PER_HOUR, 3600)
    events = queries.calendar_events(known.facets, wanted)
    return _calendar(
        ical.subscription(
            events,
            list_context.calendar_name(wanted, known.options),
            absolute(wanted.address(list_context.INDEX, view=forms.LIST, month=None)),
            absolute(list_context.calendar_path(wanted)),
        )
    )


@bp.get("/agenda/<int:event_id>-<slug>")
@public
def show(event_id: int, slug: str) -> Response:
    """Show an event; one that is not public only to those who may edit it."""
    event = queries.get_public_event(event_id) or permissions.get_unpublished_event(viewer(), event_id)
    if request.path != event.path:
        return _moved(event.path)
    return page(
        "agenda/show.html",
        **detail.detail_context(event),
        is_preview=False,
        tools=permissions.for_user(viewer(), event),
        linked_data=json_ld.describe_event(event),
        neighbours=queries.next_events_after(event, NEIGHBOURS),
    )


@bp.get("/agenda/<int:event_id>-<slug>.ics")
@public
def event_calendar(event_id: int, slug: str) -> Response:
    """Return an event as an iCalendar file; 404 when its days are not exact."""
    event = _get_public_or_404(event_id)
    if not event.is_exact:
        raise NotFound
    if request.path != f"{event.path}.ics":
        return _moved(f"{event.path}.ics")
    response = _calendar(ical.single_event(event))
    response.headers.set("Content-Disposition", "attachment", filename=f"{event.slug}.ics")
    return response


def _filter_and_index() -> tuple[AgendaFilter, AgendaIndex]:
    """Return the filter of this request, and the current index."""
    known = current()
    wanted = AgendaFilter.parse(request.args, known.options)
    if wanted.words:
        freshness.do_not_keep()  # results depend on the search index, which the page cache does not follow
    return wanted, known


def _get_public_or_404(event_id: int) -> Event:
    """Return a public event; aborts with 404 when there is none."""
    event = queries.get_public_event(event_id)
    if event is None:
        raise NotFound
    return event


def _moved(path: str) -> Response:
    return make_response(redirect(local(path), 301))


def _calendar(content: bytes) -> Response:
    response = make_response(content)
    response.mimetype = "text/calendar"
    return response
