"""Reads of matching: what fits a post, with the reason, as one reader may see it.

Everything is looked up again in the database before it is shown, so that nothing appears that closed a moment ago.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.agenda.models import Event, EventStatus
from portal.answers.models import Message, Side, Thread, ThreadState
from portal.board.models import Kind, Post
from portal.community.models import Profile
from portal.core import clock
from portal.core.extensions import db
from portal.examples.models import Example
from portal.matching import live_index, reading
from portal.matching.entries import OPEN_TO_ALL, Entry, Group, level_bits
from portal.matching.finding import find
from portal.matching.index import Key, MatchIndex
from portal.matching.models import MatchDismissal, MatchInvitation, MatchRefusal
from portal.matching.periods import read_days
from portal.matching.scoring import Scored
from portal.publishing.models import VISIBLE
from portal.search import services as search

SHOWN = {"posts": 3, "members": 2, "done": 2, "events": 2, "examples": 1}
SPARE = 3
"""How many more are looked up than shown, as some may be dismissed, full or closed."""
REASONS = 3
"""Words of the shared subject that a reason names."""
REMEMBERED = 500
"""Dismissals of one owner that count, the newest."""
LEARNT = 0.8
"""Factor for a term, per match that this owner dismissed although they had that term in common."""


@dataclass(frozen=True, slots=True)
class Match:
    """Something that fits a post, and the terms because of which it does."""

    entry: Entry
    subject: Any
    """The post, profile, event or example."""
    terms: tuple[str, ...]
    score: float = 0.0

    @property
    def kind(self) -> str:
        """Return the first part of `shown_key`."""
        return shown_key(self.entry)[0]


@dataclass(frozen=True, slots=True)
class Matches:
    """Everything that fits a post, in the order in which it is shown."""

    asking: Entry
    rows: list[Match] = field(default_factory=list)

    def get(self, key: Key) -> Match | None:
        """Return the match with a key, None when it is not among them."""
        return next((row for row in self.rows if shown_key(row.entry) == key), None)


def list_matches(post: Post, viewer: User | None) -> Matches:
    """Return what fits a post, without what its owner dismissed; visitors see members by what is public of them."""
    asking = entry_of_post(post)
    title, text, without = reading.subject_of(post, (post.category.label, *post.category.synonyms))
    dismissed, unwanted = _decisions(post)
    known = reading.terms_of(title, text, without)
    terms = {term: weight * LEARNT ** unwanted[term] for term, weight in known.items()}
    further = search.synonym_terms(f"{title}\n{post.excerpt}", terms)
    with live_index.current() as index:
        found = {
            name: [
                (one, _reasons(index, terms, further, one.entry.key))
                for one in find(index, asking, terms, further, group, SHOWN[name] + SPARE)
                if shown_key(one.entry) not in dismissed
            ]
            for name, group in _groups(post, viewer).items()
        }
    return Matches(asking, [match for name, rows in found.items() for match in _loaded(name, rows)[: SHOWN[name]]])


def shown_key(entry: Entry) -> Key:
    """Return what identifies an entry for its readers: a member is one, however much of the profile they may see."""
    kind, row_id = entry.key
    return kind.removesuffix(OPEN_TO_ALL), row_id


def entry_of_post(post: Post) -> Entry:
    """Return the entry of a post in any state, as it compares itself with others."""
    published = clock.to_local(post.published_at).date() if post.published_at else clock.today()
    return Entry(
        Group(post.kind),
        post.id,
        category=post.category.slug,
        levels=level_bits(post.levels),
        municipality=post.municipality.slug if post.municipality else None,
        days=read_days(post.period, published),
        places=post.places,
        themes=frozenset(theme.slug for theme in post.themes),
        author_id=post.author_id,
        organisation_id=post.organisation_id,
    )


def _groups(post: Post, viewer: User | None) -> dict[str, Group]:
    is_request = post.kind == Kind.REQUEST
    if viewer is not None:
        members = Group.EXPERT if is_request else Group.SEEKER
    else:
        members = Group.OPEN_EXPERT if is_request else Group.OPEN_SEEKER
    return {
        "posts": Group.OFFER if is_request else Group.REQUEST,
        "members": members,
        "done": Group.DONE,
        "events": Group.EVENT,
        "examples": Group.EXAMPLE,
    }


def _reasons(index: MatchIndex, terms: Mapping[str, float], further: Mapping[str, float], key: Key) -> tuple[str, ...]:
    """Return the terms that a post and an entry share, those that tell most first."""
    theirs = set(index.terms(key))
    telling = [term for term, _weight in sorted(index.telling(terms), key=lambda one: (-one[1], one[0]))]
    return tuple(term for term in (*telling, *sorted(further)) if term in theirs)


# ── what owners decided ──


def _decisions(post: Post) -> tuple[set[Key], Counter[str]]:
    """Return what was dismissed on a post, and how often each term was, on all posts of its owner.

    The owner of a post is its author, and its organisation.
    """
    mine = Post.author_id == post.author_id
    if post.organisation_id is not None:
        mine = mine | (Post.organisation_id == post.organisation_id)
    columns = MatchDismissal.post_id, MatchDismissal.kind, MatchDismissal.row_id, MatchDismissal.terms
    rows = select(*columns).join(Post, Post.id == MatchDismissal.post_id).where(mine)
    dismissed: set[Key] = set()
    terms: Counter[str] = Counter()
    for post_id, kind, row_id, because in db.session.execute(rows.order_by(MatchDismissal.id.desc()).limit(REMEMBERED)):
        terms.update(because)
        if post_id == post.id:
            dismissed.add((kind, row_id))
    return dismissed, terms


def invited_by_post(post: Post) -> set[Key]:
    """Return the keys of the matches of whom somebody was invited for a post."""
    rows = select(MatchInvitation.kind, MatchInvitation.row_id).where(MatchInvitation.post_id == post.id)
    return {(kind, row_id) for kind, row_id in db.session.execute(rows)}


def get_invitation(post: Post, person: User) -> MatchInvitation | None:
    """Return the invitation that somebody got for a post, None for none."""
    mine = (MatchInvitation.post_id == post.id, MatchInvitation.user_id == person.id)
    return db.session.scalar(select(MatchInvitation).where(*mine))


def count_invitations(person: User, since: datetime) -> int:
    """Return how many invitations somebody got after a time (UTC)."""
    mine = (MatchInvitation.user_id == person.id, MatchInvitation.created_at > since)
    return db.session.scalar(select(func.count()).select_from(MatchInvitation).where(*mine)) or 0


def who_refuse(people: Collection[User], sender: User) -> set[int]:
    """Return the ids of those among these people who want no invitations from somebody."""
    ids = [person.id for person in people]
    rows = select(MatchRefusal.user_id).where(MatchRefusal.user_id.in_(ids), MatchRefusal.sender_id == sender.id)
    return set(db.session.scalars(rows))


# ── what is shown, as the database has it now ──


def _loaded(name: str, rows: Sequence[tuple[Scored, tuple[str, ...]]]) -> list[Match]:
    """Return the matches of one kind that still exist and may be shown, in the order given."""
    ids = [one.entry.id for one, _terms in rows]
    loaders = {"posts": _open_posts, "done": _posts, "members": _members, "events": _events, "examples": _examples}
    found = loaders[name](ids) if ids else {}
    return [
        Match(one.entry, found[one.entry.id], terms[:REASONS], one.score)
        for one, terms in rows
        if one.entry.id in found
    ]


def _posts(ids: Sequence[int]) -> dict[int, Any]:
    statement = select(Post).where(Post.id.in_(ids), Post.state.in_(VISIBLE))
    related = (joinedload(Post.category), joinedload(Post.organisation), joinedload(Post.municipality))
    return {post.id: post for post in db.session.scalars(statement.options(*related, joinedload(Post.author)))}


def _open_posts(ids: Sequence[int]) -> dict[int, Any]:
    """Return the posts that people can still respond to, and that are not full."""
    posts, moment = _posts(ids), clock.now()
    taken = _places_taken([post.id for post in posts.values() if post.places])
    return {
        post.id: post
        for post in posts.values()
        if post.is_active
        and (post.expires_at is None or post.expires_at > moment)
        and not (post.places and taken.get(post.id, 0) >= post.places)
    }


def _places_taken(ids: Sequence[int]) -> dict[int, int]:
    """Return how many places were agreed on, by post: in each such conversation the number that was named, or one."""
    if not ids:
        return {}
    named = func.max(Message.places)
    rows = (
        select(Thread.post_id, named)
        .join(Message, Message.thread_id == Thread.id)
        .where(
            Thread.post_id.in_(ids),
            Thread.state.in_((ThreadState.AGREED, ThreadState.DONE)),
            Message.side == Side.ASKER,
        )
        .group_by(Thread.id, Thread.post_id)
    )
    taken: dict[int, int] = {}
    for post_id, places in db.session.execute(rows):
        assert post_id is not None
        taken[post_id] = taken.get(post_id, 0) + (places or 1)
    return taken


def _members(ids: Sequence[int]) -> dict[int, Any]:
    profiles_of = select(Profile).where(Profile.user_id.in_(ids), Profile.is_listed).options(joinedload(Profile.user))
    rows = [row for row in db.session.scalars(profiles_of) if row.user.is_active]
    return {row.user_id: row for row in rows}


def _events(ids: Sequence[int]) -> dict[int, Any]:
    is_coming = (Event.status == EventStatus.PLANNED, Event.last_day >= clock.today())
    statement = select(Event).where(Event.id.in_(ids), Event.state.in_(VISIBLE), *is_coming)
    return {event.id: event for event in db.session.scalars(statement.options(joinedload(Event.municipality)))}


def _examples(ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(select(Example).where(Example.id.in_(ids)))}
