"""Cached titles of documents, for the suggestions that the search box shows at every key stroke.

Titles of public documents are cached per content version; those of documents for members are read each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from portal.core.extensions import db
from portal.core.storage.database import state_of
from portal.search.indexing import documents

EXTENSION = "search_titles"
MOST = 5_000
"""Most cached titles, about 2 MB."""


@dataclass(frozen=True, slots=True)
class Title:
    """Title, kind and path of a document."""

    text: str
    type: str
    kind: str
    path: str


def load_titles(keys: Iterable[str], *, members: bool) -> list[Title]:
    """Return the current titles of documents that a visitor (or a member) may find."""
    wanted = list(keys)
    kept = _kept()
    found = {key: kept[key] for key in wanted if key in kept}
    for key, document in documents.load(key for key in wanted if key not in found).items():
        title = Title(document.title, document.type, document.kind, document.path)
        if members or not document.for_members:
            found[key] = title
        if not document.for_members and len(kept) < MOST:
            kept[key] = title
    return [found[key] for key in wanted if key in found]


def _kept() -> dict[str, Title]:
    """Return the cache for the content version of this request."""
    version = state_of(db.session()).number
    of_version, known = current_app.extensions.get(EXTENSION, (None, {}))
    if of_version != version:
        known = {}
        current_app.extensions[EXTENSION] = (version, known)
    titles: dict[str, Title] = known
    return titles
