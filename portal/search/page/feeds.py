"""A search as a feed: the newest of what it finds, for who wants to hear of the next one."""

import re
from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from markupsafe import escape

from portal.core.text import excerpt
from portal.core.web import atom
from portal.search import services
from portal.search.engines.base import Results
from portal.search.indexing import documents
from portal.search.models import SearchDocument
from portal.search.page import content_types, facets, operators
from portal.search.page.forms import SearchFilter
from portal.search.query.parser import parse

MAX_ENTRIES = 40
MAX_FINDS = 1_000
"""Best finds among which the newest are looked for: who follows a search asks for less."""

SUMMARY = 300
SLUG = re.compile(r"(?<=/\d)(?P<more>\d*)-.*")
"""The name behind the number of a path, which changes with the title."""


def entries(asked: SearchFilter) -> list[atom.Entry]:
    """Return the newest finds that have all words, as anybody may find them; raises SearchUnavailable.

    A feed reader signs in nowhere, so what is for members only is never in it. Only what has a moment of its own
    can be new: posts, events, news, actions; not a speerpunt.
    """
    query = parse(asked.words)
    if asked.words and not query.nodes and not any(asked.chosen.values()):
        return []
    found = services.find(query, asked.chosen, limit=MAX_FINDS, counts=False, widen=False).results
    moments = documents.moments(hit.key for hit in found.hits[: found.complete])
    newest = sorted(moments, key=lambda key: (moments[key], key), reverse=True)[:MAX_ENTRIES]
    here = documents.load(newest)
    shown = [here[key] for key in newest if key in here and not here[key].for_members]
    slugs = {slug for document in shown for slug in document.organisations[:1]}
    names = {slug: value.label for slug, value in documents.facet_values("organisation", slugs).items()}
    return list(_entries(shown, moments, names))


def title(asked: SearchFilter) -> str:
    """Return what a reader calls the feed: the words and the chosen options."""
    known = facets.known(Results([], 0), asked, [])
    chosen = [known[name][value].label for name, values in asked.chosen.items() for value in values]
    return ", ".join([asked.words or current_app.config["SITE_NAME"], *chosen])


def asked_for(asked: SearchFilter) -> SearchFilter:
    """Return the filter of a feed: its words resolved, without options that do not exist."""
    resolved = operators.resolve(asked)
    return resolved.keeping(facets.known(Results([], 0), resolved, []))


def _entries(
    shown: Iterable[SearchDocument], moments: dict[str, tuple[datetime, datetime]], names: dict[str, str]
) -> Iterable[atom.Entry]:
    for document in shown:
        published, updated = moments[document.key]
        summary = excerpt(" ".join(document.text.split()), SUMMARY)
        yield atom.Entry(
            id=SLUG.sub(r"\g<more>", document.path),
            title=f"{content_types.label_of(document.type, document.kind)}: {document.title}",
            path=document.path,
            published=published,
            updated=max(published, updated),
            author=next((names[slug] for slug in document.organisations[:1] if slug in names), "")
            or current_app.config["SITE_NAME"],
            summary=summary,
            html=f"<p>{escape(summary)}</p>",
        )
