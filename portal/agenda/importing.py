"""Import of event kinds and events from the network's documents."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.actionplan.models import Theme
from portal.agenda import imprecise_dates
from portal.agenda.models import Event, EventKind
from portal.agenda.services import calendar_uid, get_rows
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.storage.database import transaction, upsert
from portal.core.text import slugify
from portal.publishing.models import State


def import_kinds(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the kinds of events (`categories.json`, type event)."""
    rows = {slug: row for slug, row in categories.items() if row["type"] == "event"}
    with transaction() as session:
        upsert(session, EventKind, "slug", rows, _apply_kind)


def _apply_kind(kind: EventKind, row: Mapping[str, Any]) -> None:
    kind.label, kind.explanation, kind.synonyms = row["label"], row["explanation"], row["synonyms"]


def import_events(events: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the events of `events.json`, identified by slug. Unknown values stay empty."""
    with transaction() as session:
        places = {place.name: place for place in session.scalars(select(Municipality))}
        actions = imprecise_dates.actions_by_slug(session)

        def apply(event: Event, row: Mapping[str, Any]) -> None:
            if event.published_at is None:
                event.slug, event.state, event.published_at = slugify(row["title"]), State.OPEN, clock.now()
            imprecise_dates.apply_fact(event, row, places)
            event.kind = get_rows(EventKind, [row["kind"]])[0]
            event.themes = get_rows(Theme, filter(None, [row["theme"]]))
            event.organisers = get_rows(Organisation, row["organisers"])
            event.action = actions[row["action"]] if row["action"] else None

        by_uid = {calendar_uid(f"fact-{slug}"): row for slug, row in events.items()}
        upsert(session, Event, "uid", by_uid, apply)
