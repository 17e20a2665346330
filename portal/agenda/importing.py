"""Loading the kinds of meeting and the events of the network's documents."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.actionplan.models import Theme
from portal.agenda import imprecise_dates
from portal.agenda.models import Event, EventKind
from portal.agenda.services import calendar_uid, get_rows
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.storage.database import transaction
from portal.core.text import slugify
from portal.publishing.models import State


def import_kinds(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the kinds of meeting (`categories.json`, type event)."""
    with transaction() as session:
        known = {kind.slug: kind for kind in session.scalars(select(EventKind))}
        for slug, row in categories.items():
            if row["type"] != "event":
                continue
            kind = known.get(slug)
            if kind is None:
                kind = EventKind(slug=slug)
                session.add(kind)
            kind.label, kind.explanation, kind.synonyms = row["label"], row["explanation"], row["synonyms"]


def import_events(events: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the events of `events.json`, told apart by slug; what the source leaves open stays open."""
    with transaction() as session:
        known = {event.uid: event for event in session.scalars(select(Event))}
        places = {place.name: place for place in session.scalars(select(Municipality))}
        actions = imprecise_dates.actions(session)
        for slug, row in events.items():
            uid = calendar_uid(f"fact-{slug}")
            event = known.get(uid)
            if event is None:
                event = Event(uid=uid, slug=slugify(row["title"]), state=State.OPEN, published_at=clock.now())
            imprecise_dates.apply(event, row, places)
            event.kind = get_rows(EventKind, [row["kind"]])[0]
            event.themes = get_rows(Theme, filter(None, [row["theme"]]))
            event.organisers = get_rows(Organisation, row["organisers"])
            event.action = actions[row["action"]] if row["action"] else None
            session.add(event)
