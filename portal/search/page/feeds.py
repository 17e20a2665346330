"""A search as an Atom feed: its newest hits."""

import re
from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from markupsafe import escape

from portal.core.text import excerpt
from portal.core.web import atom
from portal.search.engines.base import Results, SearchRequest
from portal.search.indexing import documents
from portal.search.models import SearchDocument
from portal.search.page import content_types, facets, operators
from portal.search.page.forms import SearchFilter
from portal.search.query import execution
from portal.search.query.parser import parse

MAX_ENTRIES = 40
MAX_FINDS = 1_000
"""Best hits from which the newest are taken."""

SUMMARY = 300
SLUG = re.compile(r"(?<=/\d)(?P<more>\d*)-.*")
"""The slug after the number in a path; it changes with the title, so it is not part of an entry's id."""


def entries(asked: SearchFilter) -> list[atom.Entry]:
    """Return the newest public hits that match the whole query; raises SearchUnavailable.

    Documents for members only are never in it, because feed readers do not sign in. Documents without a time of
    publication, such as speerpunten, are left out.
    """
    query = parse(asked.words)
    if asked.words and not query.nodes and not any(asked.chosen.values()):
        return []
    found = execution.find(query, SearchRequest(asked.chosen).first_hits(MAX_FINDS)).results
    moments = documents.moments(hit.key for hit in found.hits[: found.complete])
    newest = sorted(moments, key=lambda key: (moments[key], key), reverse=True)[:MAX_ENTRIES]
    here = documents.load(newest)
    shown = [here[key] for key in newest if key in here and not here[key].for_members]
    slugs = {slug for document in shown for slug in document.organisations[:1]}
    names = {slug: value.label for slug, value in documents.facet_values("organisation", slugs).items()}
    return list(_entries(shown, moments, names))


def title(asked: SearchFilter) -> str:
    """Return the title of the feed: the words and the labels of the chosen options."""
    known = facets.known(Results([], 0), asked, [])
    chosen = [known[name][value].label for name, values in asked.chosen.items() for value in values]
    return ", ".join([asked.words or current_app.config["SITE_NAME"], *chosen])


def asked_for(asked: SearchFilter) -> SearchFilter:
    """Return the filter of a feed: fields in its words resolved, unknown options removed."""
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
