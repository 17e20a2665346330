"""Writing on the board: categories, and posts from placing to closing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.board.levels import LEVELS
from portal.board.models import Category, Kind, Post, PostLevel
from portal.community.models import Municipality, Organisation
from portal.core.extensions import db
from portal.core.storage.database import transaction, upsert
from portal.core.text import clean, excerpt, plain_text, render_markdown, slugify
from portal.publishing import services as publishing
from portal.publishing.models import ACTIVE, State

OPEN_FOR = timedelta(days=90)
CLOSED = (State.FULFILLED, State.EXPIRED, State.WITHDRAWN)


class UnknownChoice(LookupError):
    """A draft names a category, theme, level or municipality that does not exist."""


class NotClosing(ValueError):
    """The state given for closing a post is one in which it still asks for an answer."""


@dataclass(frozen=True, slots=True)
class PostDraft:
    """What somebody offers or asks, as written; choices by slug."""

    kind: Kind
    category: str
    title: str
    body: str
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    municipality: str | None = None
    period: str | None = None
    places: int | None = None
    reply_by: date | None = None
    requirements: str | None = None


def import_categories(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the categories of the board (`categories.json`, type board), in the order of the source."""
    facts = {slug: row for slug, row in categories.items() if row["type"] == "board"}
    with transaction() as session:
        upsert(session, Category, "slug", facts, _apply_facts)


def _apply_facts(category: Category, facts: Mapping[str, Any]) -> None:
    category.label = facts["label"]
    category.explanation = facts["explanation"]
    category.synonyms = list(facts["synonyms"])


def place_post(draft: PostDraft, author: User, organisation: Organisation | None, published_at: datetime) -> Post:
    """Publish a draft; it stays open for 90 days. Raises UnknownChoice for a slug that does not exist."""
    unknown = set(draft.levels) - LEVELS.keys()
    if unknown:
        raise UnknownChoice(f"no such level: {', '.join(sorted(unknown))}")
    with transaction() as session:
        post = Post(
            author=author,
            state=State.OPEN,
            published_at=published_at,
            expires_at=published_at + OPEN_FOR,
        )
        write(post, draft, organisation)
        session.add(post)
        session.flush()
        return post


def write(post: Post, draft: PostDraft, organisation: Organisation | None) -> None:
    """Give a post the words and choices of a draft, in the running transaction. Raises UnknownChoice."""
    title, body = " ".join(clean(draft.title).split()), clean(draft.body).strip()
    html = render_markdown(body)
    post.kind = draft.kind
    post.category = _by_slug(Category, [draft.category])[0]
    post.slug, post.title = slugify(title), title
    post.body, post.body_html, post.excerpt = body, html, excerpt(plain_text(html))
    post.organisation = organisation
    post.municipality = _by_slug(Municipality, [draft.municipality])[0] if draft.municipality else None
    post.period, post.requirements = _optional(draft.period), _optional(draft.requirements)
    post.places, post.reply_by = draft.places, draft.reply_by
    post.themes = _by_slug(Theme, draft.themes)
    kept = {row.level: row for row in post.level_rows}
    post.level_rows = [kept.get(level) or PostLevel(level=level) for level in LEVELS if level in draft.levels]


def mark_in_conversation(post: Post) -> None:
    """Note that the owner is talking with somebody; others can still answer."""
    with transaction():
        post.state = State.IN_CONVERSATION


def close_post(post: Post, state: State, note: str | None, at: datetime) -> None:
    """Close a post with what came of it; raises NotClosing for a state in which it would still be open."""
    if state not in CLOSED:
        raise NotClosing(state)
    with transaction():
        post.state = state
        post.closed_at = at
        post.closed_note = _optional(note)


def expire_due_posts(at: datetime) -> int:
    """Close the posts whose time was over at a moment; returns how many."""
    with transaction() as session:
        due = session.scalars(select(Post).where(Post.state.in_(ACTIVE), Post.expires_at <= at)).all()
        for post in due:
            publishing.move(post, State.EXPIRED, None)
            post.closed_at = post.expires_at
        return len(due)


def _by_slug(model: type[Any], slugs: Iterable[str]) -> list[Any]:
    """Return the rows of a table by slug; raises UnknownChoice when one is missing."""
    wanted = list(dict.fromkeys(slugs))
    rows = {row.slug: row for row in db.session.scalars(select(model).where(model.slug.in_(wanted)))}
    missing = [slug for slug in wanted if slug not in rows]
    if missing:
        raise UnknownChoice(f"no such {model.__tablename__}: {', '.join(missing)}")
    return [rows[slug] for slug in wanted]


def _optional(text: str | None) -> str | None:
    """Return clean text, None for nothing."""
    return clean(text).strip() or None if text else None
