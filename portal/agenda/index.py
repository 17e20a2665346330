"""In-memory index of public events: filter options, counts per option, and a cache of what lists show.

`TableVersion` tells at which content version each table last changed. As long as none of the tables that event lists
show (`SHOWN`) changed, the index stays valid.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from flask import current_app
from sqlalchemy import Row, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.actionplan.models import Theme
from portal.agenda.cards import Kind, Mark, Organiser, Place
from portal.agenda.models import EXACT, Event, EventKind, event_organiser, event_theme
from portal.community.models import Municipality, Organisation
from portal.core import locale
from portal.core.extensions import db
from portal.core.lists.facets import FacetIndex
from portal.core.storage.database import WRITING, state_of, table_versions
from portal.publishing.models import VISIBLE

EXTENSION_KEY = "agenda_index"
MAX_CACHED = 128
"""Number of cached list results, some 20 kB each."""
OPTIONS: Mapping[str, tuple[type[Any], InstrumentedAttribute[str], InstrumentedAttribute[Any]]] = {
    "soort": (EventKind, EventKind.label, EventKind.label),
    "speerpunt": (Theme, Theme.short_title, Theme.number),
    "gemeente": (Municipality, Municipality.name, Municipality.name),
    "organisatie": (Organisation, Organisation.name, Organisation.name),
}
"""For each query parameter: the table of its options, the column with their labels, and their order."""
SHOWN = (Event.__tablename__, *(model.__tablename__ for model, _label, _order in OPTIONS.values()))
"""Tables whose rows appear in event lists. Association tables are not needed: they change with their event."""
IN_MONTHS = (*EXACT, "month")
"""Date precisions for which the months of an event are known."""
Options = Mapping[str, Mapping[str, str]]
Value = TypeVar("Value")


class Relations(NamedTuple):
    """The related rows of an event that its card shows."""

    kind: Kind
    municipality: Place | None
    themes: tuple[Mark, ...]
    organisers: tuple[Organiser, ...]


@dataclass(frozen=True, slots=True)
class AgendaIndex:
    """The public events by option. Keys are query parameters, options are slugs."""

    version: int
    facets: FacetIndex
    options: Options
    """For each parameter, the labels of its options by slug, in display order."""
    tables: Mapping[str, int]
    """For each table of `SHOWN`, the content version of its last change when the index was read."""
    relations: Mapping[int, Relations]
    """The related rows of each event."""
    days: Mapping[int, tuple[date, date]]
    """The first and last day of each event whose months are known."""
    ends: Mapping[int, tuple[date, datetime]]
    """The last day, and the end (UTC) on it, of each event whose end is known."""
    _values: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def span(self) -> tuple[date, date] | None:
        """Return the first and last day of all events whose months are known; None when there are none."""
        if not self.days:
            return None
        return min(first for first, _last in self.days.values()), max(last for _first, last in self.days.values())

    def cached(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the cached value of a key in the current language, calling `make` when it is not cached.

        The value may depend on the key, the language and the events only.
        """
        key = (locale.current(), key)
        if key not in self._values:
            value = make()
            if len(self._values) >= MAX_CACHED:
                self._values.clear()
            self._values[key] = value
            return value
        found: Value = self._values[key]
        return found


def current() -> AgendaIndex:
    """Return the index of the current content; at most one statement if no shown table changed, two for events."""
    session = db.session()
    state = state_of(session)
    previous: AgendaIndex | None = current_app.extensions.get(EXTENSION_KEY)
    if previous is not None and previous.version == state.number:
        return previous
    # Read the versions before the rows, so that a concurrent change is read again at the next request.
    tables = table_versions(session, SHOWN)
    if previous is not None and previous.tables == tables:
        index = replace(previous, version=state.number)
    elif (
        previous is not None
        and state.removed <= previous.version
        and _changed_tables(tables, previous.tables) == {Event.__tablename__}
    ):
        index = _read(session, state.number, tables, previous.options, previous)
    else:
        index = _read(session, state.number, tables, _options(session, tables, previous))
    if not session.info.get(WRITING):  # uncommitted changes may still be rolled back
        current_app.extensions[EXTENSION_KEY] = index
    return index


def _changed_tables(one: Mapping[str, int], other: Mapping[str, int]) -> set[str]:
    return {name for name, number in one.items() if number != other[name]}


def _options(session: Session, tables: Mapping[str, int], previous: AgendaIndex | None) -> Options:
    """Return the options of each parameter, reading only tables that changed since `previous`."""
    found: dict[str, Mapping[str, str]] = {}
    for name, (model, label, order) in OPTIONS.items():
        table = model.__tablename__
        if previous is not None and previous.tables[table] == tables[table]:
            found[name] = previous.options[name]
        else:
            rows = session.execute(select(model.slug, label).order_by(order))
            found[name] = {row[0]: row[1] for row in rows}
    return found


FIELD, ROW = "\x1f", "\x1e"
"""Separators of fields and rows in tables read as text; `text.clean` removes them from what people type."""
_themes = (
    select(func.aggregate_strings(cast(Theme.number, String) + FIELD + Theme.slug + FIELD + Theme.short_title, ROW))
    .join(event_theme, event_theme.c.theme_id == Theme.id)
    .where(event_theme.c.event_id == Event.id)
    .scalar_subquery()
)
_organisers = (
    select(func.aggregate_strings(Organisation.slug + FIELD + Organisation.name, ROW))
    .join(event_organiser, event_organiser.c.organisation_id == Organisation.id)
    .where(event_organiser.c.event_id == Event.id)
    .scalar_subquery()
)
EVENTS: Select[*tuple[Any, ...]] = (
    select(
        Event.id,
        Event.state,
        Event.first_day,
        Event.last_day,
        Event.ends_at,
        Event.date_precision,
        EventKind.slug.label("kind"),
        EventKind.label.label("kind_label"),
        Municipality.slug.label("place"),
        Municipality.name.label("place_name"),
        _themes.label("themes"),
        _organisers.label("organisers"),
    )
    .join(Event.kind)
    .outerjoin(Event.municipality)
    .where(Event.changed_version > bindparam("seen"))
)


def _read(
    session: Session, version: int, tables: Mapping[str, int], options: Options, previous: AgendaIndex | None = None
) -> AgendaIndex:
    """Return an index of all public events; with `previous`, read only events changed since that index was made."""
    order = {slug: place for place, slug in enumerate(options["organisatie"])}
    facets = previous.facets.copy() if previous else FacetIndex()
    relations = dict(previous.relations) if previous else {}
    days = dict(previous.days) if previous else {}
    ends = dict(previous.ends) if previous else {}
    found = []
    for row in session.connection().execute(EVENTS, {"seen": previous.version if previous else -1}):
        facets.remove(row.id)
        relations.pop(row.id, None)
        days.pop(row.id, None)
        ends.pop(row.id, None)
        if row.state not in VISIBLE:
            continue
        themes = sorted((int(number), slug, label) for number, slug, label in _parts(row.themes))
        organisers = sorted(_parts(row.organisers), key=lambda part: order.get(part[0], 0))
        found.append((row.id, _dimensions(row, themes, organisers)))
        relations[row.id] = _relations(row, themes, organisers)
        if row.first_day and row.last_day and row.date_precision in IN_MONTHS:
            days[row.id] = row.first_day, row.last_day
        if row.last_day and row.ends_at:
            ends[row.id] = row.last_day, row.ends_at
    facets.load(found)
    return AgendaIndex(version, facets, options, tables, relations, days, ends)


def _dimensions(row: Row[Any], themes: list[tuple[int, str, str]], organisers: list[list[str]]) -> dict[str, list[str]]:
    return {
        "soort": [row.kind],
        "gemeente": [row.place] if row.place else [],
        "speerpunt": [slug for _number, slug, _label in themes],
        "organisatie": [slug for slug, _name in organisers],
    }


def _relations(row: Row[Any], themes: list[tuple[int, str, str]], organisers: list[list[str]]) -> Relations:
    return Relations(
        Kind(row.kind_label),
        Place(row.place_name) if row.place else None,
        tuple(Mark(number, label) for number, _slug, label in themes),
        tuple(Organiser(name) for _slug, name in organisers),
    )


def _parts(text: str | None) -> list[list[str]]:
    """Return the rows of a table that was read as text, each as a list of fields."""
    return [row.split(FIELD) for row in text.split(ROW)] if text else []
