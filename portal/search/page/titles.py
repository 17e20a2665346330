"""Titles of finds without their texts: what the search box shows at every key stroke, so they are kept in memory.

What is public looks the same until the content version rises; what is for members is read each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from portal.core.extensions import db
from portal.core.storage.database import state_of
from portal.search.indexing import documents

EXTENSION = "search_titles"
MOST = 5_000
"""Kept at most, some 2 MB; the finds of frequent words come first by themselves."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a find is called, and where it is."""

    text: str
    type: str
    kind: str
    path: str


def load_titles(keys: Iterable[str], *, members: bool) -> list[Title]:
    """Return the titles of documents that a visitor (or a member) may find, as the database has them now."""
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
    """Return what is kept under the content version that this request sees."""
    version = state_of(db.session()).number
    of_version, known = current_app.extensions.get(EXTENSION, (None, {}))
    if of_version != version:
        known = {}
        current_app.extensions[EXTENSION] = (version, known)
    titles: dict[str, Title] = known
    return titles
