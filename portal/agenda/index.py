"""What the filters offer and how many events each option has, kept in memory as long as no event changes.

When the content version rose, all that lists show of events is read as one text and compared: most changes are of
other things, and then everything that was made of it still holds.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.actionplan.models import Theme
from portal.agenda.models import EXACT, Event, EventKind, event_organiser, event_theme
from portal.community.models import Municipality, Organisation
from portal.core import locale
from portal.core.extensions import db
from portal.core.lists.facets import FacetIndex
from portal.core.storage.database import WRITING, state_of
from portal.publishing.models import VISIBLE

KEPT = "agenda_index"
MOST_SCREENS = 128
"""Of so many filters what they found is kept, some 20 kB each."""
FIELD, ROW = "\x1f", "\x1e"
"""Between the columns and the rows of a table that is read as one text."""
Text = InstrumentedAttribute[str]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class AgendaIndex:
    """The public events by option. Keys are the parameters of an address, options their slugs."""

    version: int
    facets: FacetIndex
    options: Mapping[str, Mapping[str, str]]
    """Per parameter its slugs, in the order in which they are offered, and their labels."""
    span: tuple[date, date] | None
    """The first and last day of all that is known to be in some month: beyond it no grid has anything."""
    source: tuple[Any, ...] = field(repr=False)
    """The tables as read."""
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def keep(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under a key in this language, made now when it is the first time.

        It may hang on the key, the language and the events only.
        """
        key = (locale.current(), key)
        if key not in self._made:
            made = make()
            if len(self._made) >= MOST_SCREENS:
                self._made.clear()
            self._made[key] = made
            return made
        found: Made = self._made[key]
        return found


def current() -> AgendaIndex:
    """Return the index of the present content: one statement when other things changed, eight when events did."""
    session = db.session()
    version = state_of(session).number
    kept: AgendaIndex | None = current_app.extensions.get(KEPT)
    if kept is not None and kept.version == version:
        return kept
    # The number is read before the rows: what is written in between is read again at the next request.
    source = tuple(session.connection().execute(SOURCE).one())
    if kept is not None and kept.source == source:
        index = replace(kept, version=version)
    else:
        index = AgendaIndex(version, _facets(session), _options(session), _span(session), source)
    if not session.info.get(WRITING):  # what a transaction sees may yet be undone
        current_app.extensions[KEPT] = index
    return index


def _text(*columns: Any) -> ColumnElement[str]:
    """Return columns as one text, absent ones empty."""
    texts = [func.coalesce(cast(column, String), "") for column in columns]
    whole: ColumnElement[str] = texts[0]
    for text in texts[1:]:
        whole = whole + FIELD + text
    return whole


def _table(*columns: Any) -> Any:
    """Return these columns of a whole table as one text."""
    return select(func.aggregate_strings(_text(*columns), ROW))


SOURCE = select(
    _table(
        Event.id, Event.slug, Event.title, Event.kind_id, Event.summary, Event.first_day, Event.last_day,
        Event.starts_at, Event.ends_at, Event.date_precision, Event.date_text, Event.place_mode, Event.venue,
        Event.municipality_id, Event.status, Event.moved_from, Event.capacity, Event.source_note, Event.state,
    ).where(Event.state.in_(VISIBLE)).scalar_subquery(),
    _table(event_theme.c.event_id, event_theme.c.theme_id).scalar_subquery(),
    _table(event_organiser.c.event_id, event_organiser.c.organisation_id).scalar_subquery(),
    _table(EventKind.id, EventKind.slug, EventKind.label).scalar_subquery(),
    _table(Theme.id, Theme.slug, Theme.number, Theme.short_title).scalar_subquery(),
    _table(Municipality.id, Municipality.slug, Municipality.name).scalar_subquery(),
    # of organisations, hundreds, only how many there are and when one changed last
    select(func.count()).select_from(Organisation).scalar_subquery(),
    select(cast(func.max(Organisation.updated_at), String)).scalar_subquery(),
)  # fmt: skip


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
