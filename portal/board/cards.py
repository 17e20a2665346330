"""Posts as lists show them: one statement for any number of them, no entities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from portal.accounts.models import User
from portal.board import labels
from portal.board.index import LEVEL_SLUGS, THEME_IDS
from portal.board.levels import levels_label
from portal.board.models import Post
from portal.board.reference import Choice, Reference
from portal.core import clock
from portal.core.extensions import db
from portal.publishing.models import ACTIVE, VISIBLE


class Author(NamedTuple):
    """Who wrote a post, as far as others see."""

    name: str


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as lists show it."""

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
    themes: Sequence[Choice]
    levels_label: str
    places: int | None
    reply_by: date | None
    expires_on: date | None
    published_on: date | None
    is_open: bool
    state_label: str


CARDS = (
    select(
        Post.id,
        Post.slug,
        Post.title,
        Post.excerpt,
        Post.kind,
        Post.category_id,
        Post.organisation_id,
        Post.municipality_id,
        Post.places,
        Post.reply_by,
        Post.expires_at,
        Post.published_at,
        Post.state,
        User.name.label("author"),
        THEME_IDS,
        LEVEL_SLUGS,
    )
    .join(User, User.id == Post.author_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)), Post.state.in_(VISIBLE))
)


def load(ids: Sequence[int], reference: Reference) -> list[PostCard]:
    """Return the cards of these posts in this order, leaving out what disappeared meanwhile."""
    if not ids:
        return []
    kinds, states = labels.kinds(), labels.states()
    found = {row.id: row for row in db.session.execute(CARDS, {"ids": ids})}
    rows = (found[post_id] for post_id in ids if post_id in found)
    return [_card(row, reference, kinds, states) for row in rows if row.category_id in reference.categories.by_id]


def _card(row: Any, reference: Reference, kinds: Mapping[str, str], states: Mapping[str, str]) -> PostCard:
    return PostCard(
        id=row.id,
        path=f"/vraag-en-aanbod/{row.id}-{row.slug}",
        title=row.title,
        excerpt=row.excerpt,
        kind=row.kind,
        kind_label=kinds[row.kind],
        category=reference.categories.by_id[row.category_id],
        organisation=reference.organisations.by_id.get(row.organisation_id),
        author=Author(row.author),
        municipality=reference.municipalities.by_id.get(row.municipality_id),
        themes=_themes(row.theme_ids, reference),
        levels_label=levels_label(row.level_slugs.split(",")) if row.level_slugs else "",
        places=row.places,
        reply_by=row.reply_by,
        expires_on=clock.to_local(row.expires_at).date() if row.expires_at else None,
        published_on=clock.to_local(row.published_at).date(),
        is_open=row.state in ACTIVE,
        state_label=states[row.state],
    )


def _themes(ids: str | None, reference: Reference) -> Sequence[Choice]:
    if not ids:
        return ()
    themes: Iterable[Choice | None] = (reference.themes.by_id.get(int(key)) for key in ids.split(","))
    return sorted((theme for theme in themes if theme), key=lambda theme: theme.number)
