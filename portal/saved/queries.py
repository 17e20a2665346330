"""Reads of saved items, and of the posts, events and articles that they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from portal.accounts.models import User
from portal.agenda import queries as agenda
from portal.agenda.cards import EventCard
from portal.board import cards
from portal.board import queries as board
from portal.board.cards import PostCard
from portal.core.extensions import db
from portal.newsflash import queries as newsflash
from portal.newsflash.models import Article
from portal.saved.models import SavedItem


class Kind(StrEnum):
    """What can be saved, as addresses and the browser name it."""

    POST = "bericht"
    EVENT = "bijeenkomst"
    ARTICLE = "artikel"


COLUMNS = {Kind.POST: SavedItem.post_id, Kind.EVENT: SavedItem.event_id, Kind.ARTICLE: SavedItem.article_id}
Key = tuple[Kind, int]
_SAVED = select(SavedItem.post_id, SavedItem.event_id, SavedItem.article_id)
_OF_USER = _SAVED.where(SavedItem.user_id == bindparam("user_id")).order_by(SavedItem.id.desc())
"""Built once: every page with a button to save executes it for who is signed in."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Saved items that the site still shows, and how many it no longer does; each list the last saved first."""

    posts: Sequence[PostCard]
    events: Sequence[EventCard]
    articles: Sequence[Article]
    gone: Sequence[Key]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is saved."""
        return not (self.posts or self.events or self.articles or self.gone)


def list_keys(user: User) -> list[Key]:
    """Return what a member saved, the last first; one statement."""
    found = []
    for row in db.session.connection().execute(_OF_USER, {"user_id": user.id}):
        found += [(kind, item_id) for kind, item_id in zip(COLUMNS, row, strict=True) if item_id is not None]
    return found


def load(keys: Iterable[Key]) -> Saved:
    """Return the public items of some keys, in their order."""
    keys = list(keys)
    ids = {kind: [item_id for one, item_id in keys if one == kind] for kind in Kind}
    posts = {card.id: card for card in cards.load(ids[Kind.POST], board.reference())}
    events = {card.id: card for card in agenda.as_cards(_visible(agenda.load_results(ids[Kind.EVENT])))}
    articles = {row.id: row for row in _visible(newsflash.load_article_results(ids[Kind.ARTICLE]))}
    shown = {(Kind.POST, one) for one in posts} | {(Kind.EVENT, one) for one in events}
    shown |= {(Kind.ARTICLE, one) for one in articles}
    return Saved(
        [posts[one] for one in ids[Kind.POST] if one in posts],
        [events[one] for one in ids[Kind.EVENT] if one in events],
        [articles[one] for one in ids[Kind.ARTICLE] if one in articles],
        [key for key in keys if key not in shown],
    )


def find_path(kind: Kind, item_id: int) -> tuple[str, str] | None:
    """Return path and title of a public item, None when there is none."""
    found = load([(kind, item_id)])
    items: list[Any] = [*found.posts, *found.events, *found.articles]
    return (items[0].path, items[0].title) if items else None


def _visible(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.is_visible]
