"""Reads from the database what the index holds: posts, profiles, coming events and examples as entries with terms."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.agenda.models import Event, EventStatus, event_theme
from portal.board.models import Category, Post, PostLevel, post_theme
from portal.community.models import Municipality, Profile, Visibility
from portal.core.clock import to_local
from portal.core.text import plain_text
from portal.examples.models import Example
from portal.matching.entries import Entry, Group, level_bits, levels_in, role_words
from portal.matching.models import MatchTerms
from portal.matching.periods import read_days
from portal.publishing.models import ACTIVE, VISIBLE, State
from portal.search import services as search

LAYOUT = 1
"""Raise this after a change of the analysis or of `role_words`: stored terms of another version are made anew."""
INDEXED = (*ACTIVE, State.FULFILLED)


class Read(NamedTuple):
    """An entry and its terms."""

    entry: Entry
    terms: Mapping[str, float]


_themes = select(func.aggregate_strings(Theme.slug, ",")).select_from(post_theme.join(Theme.__table__))
_levels = select(func.aggregate_strings(PostLevel.level, ",")).where(PostLevel.post_id == Post.id)
IS_CURRENT = and_(
    MatchTerms.post_id == Post.id, MatchTerms.changed_version == Post.changed_version, MatchTerms.layout == LAYOUT
)
POSTS = (
    select(
        Post.id,
        Post.state,
        Post.kind,
        Post.published_at,
        Post.period,
        Post.places,
        Post.author_id,
        Post.organisation_id,
        Post.changed_version,
        Category.slug.label("category"),
        Municipality.slug.label("municipality"),
        _themes.where(post_theme.c.post_id == Post.id).scalar_subquery().label("themes"),
        _levels.scalar_subquery().label("levels"),
        MatchTerms.terms,
    )
    .join(Category, Category.id == Post.category_id)
    .outerjoin(Municipality, Municipality.id == Post.municipality_id)
    .outerjoin(MatchTerms, IS_CURRENT)
)
CHANGED_POSTS = POSTS.where(Post.changed_version > bindparam("seen")).order_by(Post.published_at, Post.id)
TEXTS = (
    select(Post.id, Post.changed_version, Post.title, Post.body_html, Post.requirements,
           Category.label, Category.synonyms)
    .join(Category, Category.id == Post.category_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def is_indexed(row: Row[Any]) -> bool:
    """Return whether a row of POSTS can be a match: open, or fulfilled."""
    return row.state in INDEXED and row.published_at is not None


def entry_of(row: Any) -> Entry:
    """Return the entry of a row of POSTS."""
    group = Group.DONE if row.state == State.FULFILLED else Group(row.kind)
    published = to_local(row.published_at).date() if row.published_at else date.min
    return Entry(
        group,
        row.id,
        category=row.category,
        levels=level_bits((row.levels or "").split(",")),
        municipality=row.municipality,
        days=read_days(row.period, published) if row.period else None,
        places=row.places,
        themes=frozenset((row.themes or "").split(",")) - {""},
        author_id=row.author_id,
        organisation_id=row.organisation_id,
    )


def stored_terms(row: Row[Any]) -> dict[str, float] | None:
    """Return the stored terms of a row of POSTS; None when they are out of date."""
    return json.loads(row.terms) if row.terms else None


def analysed(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, int, dict[str, float]]]:
    """Yield id, `changed_version` and terms of these posts, analysed now; that takes a millisecond or two for each."""
    for row in connection.execute(TEXTS, {"ids": list(ids)}):
        title, text, without = subject_of(row, (row.label, *(row.synonyms or ())))
        yield row.id, row.changed_version, search.subject_terms(title, text, without)


def subject_of(post: Any, category_names: Sequence[str]) -> tuple[str, str, str]:
    """Return title, text, and the words that do not belong to the subject, of a post."""
    text = "\n".join(part for part in (plain_text(post.body_html), post.requirements) if part)
    return post.title, text, role_words(category_names)


@lru_cache(maxsize=512)
def terms_of(title: str, text: str, without: str) -> Mapping[str, float]:
    """Return the terms of a subject, cached: a page of a post is rendered again whenever something else changes."""
    return MappingProxyType(search.subject_terms(title, text, without))


def posts_without_terms(limit: int) -> Any:
    """Return a SELECT of posts whose terms are missing or out of date, the newest first."""
    missing = select(Post.id).outerjoin(MatchTerms, IS_CURRENT).where(Post.state.in_(INDEXED))
    return missing.where(MatchTerms.post_id.is_(None)).order_by(Post.id.desc()).limit(limit)


# ── other than posts ──

WITHOUT = role_words(())


def members(connection: Connection) -> Iterator[Read]:
    """Yield what listed members know and offer, and what they seek: as members may read it, and as everybody may."""
    parts = ("expertise", "offers", "seeks")
    columns = [column for part in parts for column in (getattr(Profile, part), getattr(Profile, f"{part}_for"))]
    active = (User.disabled_at.is_(None), User.erased_at.is_(None), User.confirmed_at.is_not(None))
    rows = select(Profile.user_id, *columns).join(User, User.id == Profile.user_id).where(Profile.is_listed, *active)
    for user_id, expertise, expertise_for, offers, offers_for, seeks, seeks_for in connection.execute(rows):
        for readers, able, seeking in (
            ((Visibility.MEMBERS, Visibility.EVERYONE), Group.EXPERT, Group.SEEKER),
            ((Visibility.EVERYONE,), Group.OPEN_EXPERT, Group.OPEN_SEEKER),
        ):
            known = [text for text, shown in ((offers, offers_for), (expertise, expertise_for)) if shown in readers]
            sought = [seeks] if seeks_for in readers else []
            for group, texts in ((able, known), (seeking, sought)):
                text = "\n".join(filter(None, texts))
                if text:
                    entry = Entry(group, user_id, levels=levels_in(text), author_id=user_id)
                    yield Read(entry, search.subject_terms("", text, WITHOUT))


def events(connection: Connection, today: date) -> Iterator[Read]:
    """Yield the events that take place today or later."""
    themes = select(func.aggregate_strings(Theme.slug, ",")).select_from(event_theme.join(Theme.__table__))
    rows = (
        select(
            Event.id, Event.title, Event.summary, Event.body_html, Event.audience, Municipality.slug,
            themes.where(event_theme.c.event_id == Event.id).scalar_subquery(),
        )
        .outerjoin(Municipality, Municipality.id == Event.municipality_id)
        .where(Event.state.in_(VISIBLE), Event.status == EventStatus.PLANNED, Event.last_day >= today)
    )  # fmt: skip
    for row_id, title, summary, html, audience, municipality, slugs in connection.execute(rows):
        levels = levels_in(" ".join(filter(None, (title, audience))))
        themed = frozenset((slugs or "").split(",")) - {""}
        entry = Entry(Group.EVENT, row_id, levels=levels, municipality=municipality, themes=themed)
        yield Read(entry, search.subject_terms(title, f"{summary}\n{plain_text(html)}", WITHOUT))


def examples(connection: Connection) -> Iterator[Read]:
    """Yield the initiatives of the library of examples."""
    columns = Example.id, Example.name, Example.summary, Example.sectors, Example.target_groups
    for row_id, name, summary, sectors, groups in connection.execute(select(*columns)):
        entry = Entry(Group.EXAMPLE, row_id, levels=levels_in(" ".join(groups or ())))
        yield Read(entry, search.subject_terms(name, "\n".join([summary, *(sectors or ())]), WITHOUT))
