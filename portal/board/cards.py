"""Posts as list items, loaded with one statement per page and without ORM entities."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from portal.accounts.models import User
from portal.board import labels
from portal.board.levels import levels_label
from portal.board.live_index import LEVEL_SLUGS, THEME_IDS
from portal.board.models import Post, last_day_to_reply
from portal.board.reference import UNKNOWN, Choice, Reference
from portal.core import clock
from portal.core.extensions import db
from portal.publishing.models import ACTIVE, VISIBLE


class Author(NamedTuple):
    """The name of a post's author, as other people see it."""

    name: str


class PostCard(NamedTuple):
    """A post as lists show it. Cards are hashable; equal cards render the same, so rendered HTML can be cached."""

    id: int
    path: str
    title: str
    excerpt: str
    kind: str
    kind_label: str
    category: Choice
    organisation: Choice | None
    author: Author
    municipality: Choice | None
    themes: tuple[Choice, ...]
    levels_label: str
    places: int | None
    reply_by: date | None
    expires_on: date | None
    published_on: date | None
    is_open: bool
    state_label: str

    @property
    def reply_until(self) -> date | None:
        """Return the last day to reply: the earlier of `reply_by` and `expires_on`; None when both are unknown."""
        return last_day_to_reply(self.reply_by, self.expires_on)


PAGE_SIZE = 25
SLOTS = tuple(f"id_{number}" for number in range(PAGE_SIZE))
"""One bind parameter per row of a page, so that the statement text is constant and SQLAlchemy can cache it."""

CARDS = (
    select(
        Post.id,
        Post.slug,
        Post.title,
        Post.excerpt,
        Post.kind,
        Post.category_id,
        Post.organisation_id,
        User.name,
        Post.municipality_id,
        THEME_IDS,
        LEVEL_SLUGS,
        Post.places,
        Post.reply_by,
        Post.expires_at,
        Post.published_at,
        Post.state,
    )
    .join(User, User.id == Post.author_id)
    .where(Post.id.in_([bindparam(slot) for slot in SLOTS]))
)


def load(ids: Sequence[int], reference: Reference) -> list[PostCard]:
    """Return the cards of posts in the order given, skipping posts that are not visible; one statement per 25 posts."""
    kinds, states = labels.kinds(), labels.states()
    found: list[PostCard] = []
    for start in range(0, len(ids), PAGE_SIZE):
        part = ids[start : start + PAGE_SIZE]
        slots: dict[str, int] = dict.fromkeys(SLOTS, 0) | dict(zip(SLOTS, part, strict=False))
        rows = {row[0]: row for row in db.session.connection().execute(CARDS, slots).all() if row[-1] in VISIBLE}
        found += [_card(rows[post_id], reference, kinds, states) for post_id in part if post_id in rows]
    return found


def _card(row: Any, reference: Reference, kinds: Mapping[str, str], states: Mapping[str, str]) -> PostCard:
    (
        post_id, slug, title, excerpt, kind, category, organisation, author, municipality,
        themes, levels, places, reply_by, expires_at, published_at, state,
    ) = row  # fmt: skip
    return PostCard(
        post_id,
        f"/vraag-en-aanbod/{post_id}-{slug}",
        title,
        excerpt,
        kind,
        kinds[kind],
        reference.categories.by_id.get(category, UNKNOWN),
        reference.organisations.by_id.get(organisation),
        Author(author),
        reference.municipalities.by_id.get(municipality),
        _themes(themes, reference),
        _levels(levels or ""),
        places,
        reply_by,
        clock.to_local(expires_at).date() if expires_at else None,
        clock.to_local(published_at).date(),
        state in ACTIVE,
        states[state],
    )


def _themes(ids: str | None, reference: Reference) -> tuple[Choice, ...]:
    """Return the speerpunten of a post, sorted by number."""
    if not ids:
        return ()
    known = reference.themes.by_id
    themes = [known[theme] for theme in map(int, ids.split(",")) if theme in known]
    return tuple(sorted(themes, key=lambda theme: theme.number))


@lru_cache(maxsize=1024)
def _levels(slugs: str) -> str:
    return levels_label(slugs.split(","))
