"""Search results as they are shown: kind, title, highlighted passage, organisations and date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from portal.core import clock
from portal.core.formatting import long_date
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.search.indexing.documents import FacetValue
from portal.search.models import SearchDocument
from portal.search.page import content_types
from portal.search.page.facets import MAX_NAMES, Known
from portal.search.page.snippets import Highlighter
from portal.search.query.clauses import Plan


@dataclass(frozen=True, slots=True)
class Card:
    """A hit as it is shown. Title and snippet are safe HTML."""

    type_label: str
    path: str
    title: Markup
    snippet: Markup
    themes: list[FacetValue]
    organisations: list[str]
    meta: list[str]
    is_complete: bool = True
    """Whether it matches the whole query."""


def cards(found: Iterable[tuple[SearchDocument, bool]], plan: Plan, known: Known) -> list[Card]:
    """Return documents as they are shown, with snippets of the text that the database has now.

    Each document comes with whether it matches the whole query.
    """
    highlighter = Highlighter(plan)
    return [
        Card(
            type_label=content_types.label_of(document.type, document.kind),
            path=document.path,
            title=highlighter.title(document.title),
            snippet=highlighter.snippet(document.text),
            themes=_themes(document, known["theme"]),
            organisations=_organisations(document, known["organisation"]),
            meta=_meta(document),
            is_complete=is_complete,
        )
        for document, is_complete in found
    ]


def _themes(document: SearchDocument, themes: Mapping[str, FacetValue]) -> list[FacetValue]:
    """Return the speerpunten of a hit; none for the page of a speerpunt itself."""
    if document.type == "theme":
        return []
    return sorted((themes[slug] for slug in document.themes if slug in themes), key=lambda theme: theme.number)


def _organisations(document: SearchDocument, names: Mapping[str, FacetValue]) -> list[str]:
    if document.type in ("organisation", "theme", "action"):
        return []
    return [names[slug].label for slug in document.organisations[:MAX_NAMES] if slug in names]


def _meta(document: SearchDocument) -> list[str]:
    """Return the date of a hit, and whether it is past, closed or cancelled."""
    day = long_date(document.day) if document.day else ""
    if day and document.type == "post":
        day = _("Posted on %(day)s", day=day)
    meta = [day] if day else []
    if document.type != "event":
        return meta if document.is_open else [*meta, pgettext("search", "Closed")]
    if document.day and document.day < clock.today():
        meta.append(pgettext("search", "Past"))
    elif document.day and not document.is_open:
        meta.append(pgettext("search", "Cancelled or postponed"))
    return meta
