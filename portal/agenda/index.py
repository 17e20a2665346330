"""What the filters offer and how many events each option has: read once per content version, kept in memory."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.actionplan.models import Theme
from portal.agenda.models import EXACT, Event, EventKind, event_organiser, event_theme
from portal.community.models import Municipality, Organisation
from portal.core.database import WRITING
from portal.core.extensions import db
from portal.core.facets import FacetIndex
from portal.core.models import ContentVersion
from portal.publishing.models import VISIBLE

KEPT = "agenda_index"
Text = InstrumentedAttribute[str]


@dataclass(frozen=True, slots=True)
class AgendaIndex:
    """The public events by option. Keys are the parameters of an address, options their slugs."""

    version: int
    facets: FacetIndex
    options: Mapping[str, Mapping[str, str]]
    """Per parameter its slugs, in the order in which they are offered, and their labels."""
    span: tuple[date, date] | None
    """The first and last day of all that is known to be in some month: beyond it no grid has anything."""


def current() -> AgendaIndex:
    """Return the index of the present content version: one statement when the kept one is still good, else nine."""
    session = db.session()
    version = session.scalar(select(ContentVersion.number)) or 0
    kept: AgendaIndex | None = current_app.extensions.get(KEPT)
    if kept is not None and kept.version == version:
        return kept
    # The number is read before the rows: what is written in between is read again at the next request.
    index = AgendaIndex(version, _facets(session), _options(session), _span(session))
    if not session.info.get(WRITING):  # what a transaction sees may yet be undone
        current_app.extensions[KEPT] = index
    return index


def _options(session: Session) -> dict[str, dict[str, str]]:
    def labels(slug: Text, label: Text, order: InstrumentedAttribute[Any]) -> dict[str, str]:
        return {row[0]: row[1] for row in session.execute(select(slug, label).order_by(order))}

    return {
        "soort": labels(EventKind.slug, EventKind.label, EventKind.label),
        "speerpunt": labels(Theme.slug, Theme.short_title, Theme.number),
        "gemeente": labels(Municipality.slug, Municipality.name, Municipality.name),
        "organisatie": labels(Organisation.slug, Organisation.name, Organisation.name),
    }


def _span(session: Session) -> tuple[date, date] | None:
    first, last = session.execute(
        select(func.min(Event.first_day), func.max(Event.last_day)).where(
            Event.state.in_(VISIBLE), Event.date_precision.in_((*EXACT, "month"))
        )
    ).one()
    return (first, last) if first and last else None


def _facets(session: Session) -> FacetIndex:
    """Return the index of all public events."""
    themes = _tied(session, select(event_theme.c.event_id, Theme.slug).join(Theme))
    organisers = _tied(session, select(event_organiser.c.event_id, Organisation.slug).join(Organisation))
    events = session.execute(
        select(Event.id, EventKind.slug, Municipality.slug)
        .join(Event.kind)
        .outerjoin(Event.municipality)
        .where(Event.state.in_(VISIBLE))
    )
    facets = FacetIndex()
    facets.load(
        (
            event_id,
            {
                "soort": [kind],
                "gemeente": [place] if place else [],
                "speerpunt": themes[event_id],
                "organisatie": organisers[event_id],
            },
        )
        for event_id, kind, place in events
    )
    return facets


def _tied(session: Session, statement: Select[int, str]) -> dict[int, list[str]]:
    """Return the slugs tied to each event."""
    tied: dict[int, list[str]] = defaultdict(list)
    for event_id, slug in session.execute(statement):
        tied[event_id].append(slug)
    return tied
