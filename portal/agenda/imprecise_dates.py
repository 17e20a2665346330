"""Events from old documents, whose date may be only a month, a season or a year.

A `Fact` is an entry of `events.json`. What the source does not say is not filled in.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.actionplan.models import Action
from portal.agenda.models import Event, EventStatus
from portal.community.models import Municipality
from portal.core.text import render_markdown

Fact = Mapping[str, Any]
SEASONS = {"voorjaar": (3, 5), "najaar": (9, 11)}
"""First and last month of each season that occurs in the sources."""
SOURCES = {
    "000": ("Rijswijk, Nieuwe Onderwijs Energie", "2019"),
    "001": ("Projectkaart Aansluiting Onderwijs en Arbeidsmarkt, Leidse regio", "2020"),
    "002": ("Actieagenda Geslaagd in het vak 2.0, Haaglanden", "2014"),
    "003": ("Verkenning Lelystad", "circa 2015"),
}
"""Title and year of each source document."""


def actions_by_slug(session: Session) -> dict[str, Action]:
    """Return all actions by slug."""
    return {action.slug: action for action in session.scalars(select(Action))}


def apply_fact(event: Event, fact: Fact, places: Mapping[str, Municipality]) -> None:
    """Copy a fact to an event, except its kind, themes, organisers and action."""
    event.title = fact["title"]
    event.summary = fact["summary"]
    event.body = _figures(fact)
    event.body_html = render_markdown(event.body)
    event.date_precision = fact["date_precision"]
    event.first_day, event.last_day = possible_days(fact)
    event.date_text = None if _has_days(fact) else fact["date_text"] or fact["date"]
    event.recurrence = fact["recurrence"]
    event.municipality = places.get(fact["place"]) if fact["place"] else None
    event.venue = None if event.municipality else _region(fact["region"])
    event.status = EventStatus(fact["status"])
    event.status_reason = fact["reason"]
    event.source_note = source_note(fact)


def possible_days(fact: Fact) -> tuple[date | None, date | None]:
    """Return the first and last possible day of a fact; both None when it has no date."""
    if fact["date_precision"] == "unknown" or not fact["date"]:
        return None, None
    if fact["date_precision"] == "season":
        first, last = SEASONS[fact["season"]]
        year = int(fact["date"][:4])
        return date(year, first, 1), _end_of_month(year, last)
    return _first(fact["date"]), _last(fact["date_end"] or fact["date"])


def source_note(fact: Fact) -> str:
    """Return the source of a fact and what was inferred from it; in Dutch, as all content is."""
    title, year = SOURCES[fact["source"]]
    sentences = []
    if fact["status"] == "planned":
        sentences.append(f"Zoals aangekondigd in de bron van {year}; of het doorging is niet bekend.")
    sentences.append(f"Bron: {title} ({year}).")
    if fact["date_inferred"]:
        sentences.append("De datum is uit de bron afgeleid.")
    if fact["organiser_inferred"]:
        sentences.append("De organisator staat niet letterlijk in de bron.")
    return " ".join(sentences)


def _has_days(fact: Fact) -> bool:
    given = [text for text in (fact["date"], fact["date_end"]) if text]
    return fact["date_precision"] in ("day", "range") and all(len(text) == len("2014-01-14") for text in given)


def _parts(text: str) -> tuple[int, int, int]:
    """Return year, month and day of "2014", "2014-09" or "2014-09-01"; 0 for a missing part."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    return year, month, day


def _first(text: str) -> date:
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def _last(text: str) -> date:
    year, month, day = _parts(text)
    return date(year, month, day) if day else _end_of_month(year, month or 12)


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _region(name: str) -> str:
    return "Landelijk" if name == "landelijk" else name if "regio" in name else f"Regio {name}"


def _figures(fact: Fact) -> str:
    """Return the figures of a fact as a Markdown list."""
    rows = [f"- {row['label'][:1].upper()}{row['label'][1:]}: {row['value']}" for row in fact["numbers"]]
    return "\n".join(["In de bron genoemd:", "", *rows]) if rows else ""
