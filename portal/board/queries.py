"""Queries of the board. The in-memory index finds, sorts and counts posts; the database supplies their contents."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.board import cards
from portal.board.cards import PAGE_SIZE, PostCard
from portal.board.forms import BoardFilter, Sort
from portal.board.index import OPEN, Key, PostIndex, ReplyKey
from portal.board.live_index import LiveIndex, microseconds, moment_of
from portal.board.models import Category, Kind, Post, PostAttachment, post_theme
from portal.board.reference import Reference
from portal.community.models import Municipality, Organisation
from portal.community.policies import published_for
from portal.community.queries import follow_organisations
from portal.core import clock
from portal.core.extensions import db
from portal.core.lists.facet_counts import FacetCounts
from portal.core.lists.pagination import encode_key
from portal.files.models import StoredFile
from portal.publishing.models import ACTIVE, VISIBLE, State
from portal.search import services as search

INDEX = "board_index"
Counts = Mapping[str, FacetCounts]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the list: its cards, the total, the counts per option, and the key of the next page."""

    cards: list[PostCard]
    total: int
    counts: Counts
    next_key: str | None
    search_works: bool
    ids_of_words: list[int] | None
    """Ids of the posts that match the search words; None without words."""


ENTRIES = (
    select(Post)
    .where(Post.id.in_(bindparam("ids", expanding=True)), Post.state.in_(VISIBLE))
    .options(joinedload(Post.author), joinedload(Post.organisation), joinedload(Post.category))
    .options(selectinload(Post.attachments))
)
DOCUMENTS = select(Post).options(
    joinedload(Post.category),
    joinedload(Post.organisation),
    joinedload(Post.municipality),
    selectinload(Post.themes),
    selectinload(Post.level_rows),
    selectinload(Post.attachments),
)


def reference() -> Reference:
    """Return the current categories, speerpunten, municipalities and organisations."""
    with _index() as (_posts, reference):
        return reference


def page(filter: BoardFilter) -> BoardPage:
    """Return the page of the list that a filter selects, with its counts."""
    ids, works = _ids_of_words(filter)
    with _index() as (posts, reference):
        chosen = filter.in_index(reference)
        within = None if ids is None else posts.rows(ids)
        rows = posts.matching(chosen, within)
        keys, next_key = _page_keys(posts, filter, rows, ids)
        counts = posts.facet_counts(chosen, within)
    found = cards.load([key.id for key in keys], reference)
    return BoardPage(found, rows.bit_count(), counts, next_key, works, ids)


def count(filter: BoardFilter, ids_of_words: list[int] | None) -> int:
    """Return how many posts a filter finds; `ids_of_words` are the posts that match its search words."""
    with _index() as (posts, reference):
        within = posts.rows(ids_of_words) if filter.words and ids_of_words is not None else None
        return posts.matching(filter.in_index(reference), within).bit_count()


def feed_posts(filter: BoardFilter, limit: int) -> list[Post]:
    """Return the newest posts that match a filter, with all that a feed entry needs."""
    ids, _works = _ids_of_words(filter)
    with _index() as (posts, reference):
        within = None if ids is None else posts.rows(ids)
        keys = posts.newest(posts.matching(filter.in_index(reference), within), limit)
    order = [key.id for key in keys]
    found = {post.id: post for post in db.session.scalars(ENTRIES, {"ids": order})} if order else {}
    return [found[post_id] for post_id in order if post_id in found]


def published_posts(
    asked: Sequence[tuple[BoardFilter, list[int] | None, datetime]], until: datetime
) -> list[list[tuple[int, datetime]]]:
    """Return per filter the posts first published in a period that it lists, oldest first, each with that moment.

    `asked` holds filters, each with the posts that match its search words (None: it has none), and the moment after
    which they were published; the period is up to and including `until`. Costs no statement per filter.
    """
    found = []
    with _index() as (posts, reference):
        for wanted, ids, since in asked:
            within = posts.published_between(microseconds(since), microseconds(until))
            rows = posts.matching(wanted.in_index(reference), within if ids is None else within & posts.rows(ids))
            keys = posts.newest(rows, rows.bit_count())
            found.append([(key.id, moment_of(key)) for key in reversed(keys)])
    return found


def get_public_post(post_id: int) -> Post | None:
    """Return a public post with its relations; None when it does not exist or is not public."""
    post = get_post(post_id)
    return post if post is not None and post.is_visible else None


def get_post(post_id: int) -> Post | None:
    """Return a post in any state, with its relations; None when it does not exist."""
    wanted = DOCUMENTS.where(Post.id == post_id).options(joinedload(Post.author))
    return db.session.scalar(wanted)


def contributed_by(user: User) -> Sequence[Post]:
    """Return the posts of a user and of the organisations they speak for, last changed first."""
    mine = or_(Post.author_id == user.id, Post.organisation_id.in_(published_for(user)))
    statement = select(Post).where(mine).options(joinedload(Post.category), joinedload(Post.organisation))
    return db.session.scalars(statement.order_by(Post.updated_at.desc(), Post.id.desc())).all()


def awaiting() -> Sequence[Post]:
    """Return the posts that await review."""
    return db.session.scalars(DOCUMENTS.where(Post.state == State.REVIEW).options(joinedload(Post.author))).all()


def count_awaiting() -> int:
    """Return how many posts await review."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.state == State.REVIEW)) or 0


def expiring_posts(after: datetime, until: datetime) -> Sequence[Post]:
    """Return open posts that close within a period, and whose authors were not mailed about that last day yet."""
    mailed = Post.expiry_mailed_for.is_not(None) & (Post.expiry_mailed_for == Post.expires_at)
    near = select(Post).where(Post.state.in_(ACTIVE), Post.expires_at > after, Post.expires_at <= until, ~mailed)
    return db.session.scalars(near.options(joinedload(Post.author)).limit(200)).all()


def count_open() -> int:
    """Return how many posts are open."""
    with _index() as (posts, _reference):
        return posts.matching({"status": (OPEN,)}).bit_count()


def newest_posts(newest: int, needing: int) -> tuple[list[PostCard], list[PostCard]]:
    """Return the newest open posts, and the open requests to be answered first; no post is in both lists."""
    with _index() as (posts, reference):
        rows = posts.matching({"status": (OPEN,)})
        requests = posts.matching({"status": (OPEN,), "kind": (Kind.REQUEST,)})
        asked = [key.id for key in posts.by_reply_day(requests, needing, clock.today().toordinal())]
        placed = [key.id for key in posts.newest(rows, newest + needing) if key.id not in asked][:newest]
    found = {card.id: card for card in cards.load(asked + placed, reference)}
    placed_cards, asked_cards = ([found[one] for one in ids if one in found] for ids in (placed, asked))
    return placed_cards, asked_cards


def of_organisation(organisation_id: int, limit: int) -> list[PostCard]:
    """Return the open posts of an organisation, newest first."""
    return _open_posts({"organisation": (str(organisation_id),)}, limit)


def of_theme(theme_id: int, limit: int) -> list[PostCard]:
    """Return the open posts of a speerpunt, newest first."""
    return _open_posts({"theme": (str(theme_id),)}, limit)


def related(post: Post, limit: int) -> list[PostCard]:
    """Return other open posts of the same category, newest first."""
    found = _open_posts({"category": (str(post.category_id),)}, limit + 1)
    return [card for card in found if card.id != post.id][:limit]


def published_between(start: datetime, end: datetime, limit: int) -> list[PostCard]:
    """Return the posts published from `start` until before `end` (UTC), newest first, closed ones included."""
    placed = select(Post.id).where(Post.state.in_(VISIBLE), Post.published_at >= start, Post.published_at < end)
    newest = placed.order_by(Post.published_at.desc(), Post.id.desc()).limit(limit)
    return cards.load(db.session.scalars(newest).all(), reference())


def load_results(ids: list[int] | None) -> Iterator[Post]:
    """Yield posts with all that search indexes; `ids` None means every post."""
    wanted = DOCUMENTS if ids is None else DOCUMENTS.where(Post.id.in_(ids))
    statement = wanted.options(
        joinedload(Post.organisation).selectinload(Organisation.names),
        selectinload(Post.attachments).joinedload(PostAttachment.file).undefer(StoredFile.text),
    )
    yield from db.session.scalars(statement.order_by(Post.id).execution_options(yield_per=500))


def sitemap_entries() -> Iterator[tuple[str, datetime]]:
    """Yield the path and last change of every public post."""
    statement = select(Post.id, Post.slug, Post.updated_at).where(Post.state.in_(VISIBLE)).order_by(Post.id)
    for post_id, slug, updated_at in db.session.execute(statement):
        yield f"/vraag-en-aanbod/{post_id}-{slug}", updated_at


def _posts_of(organisations: Any) -> Select[Any]:
    return select(Post.id).where(Post.organisation_id.in_(organisations))


@search.register_synonyms
def names_of_categories() -> list[list[str]]:
    """Return the label of each category together with its synonyms, as search synonyms."""
    rows = db.session.execute(select(Category.label, Category.synonyms))
    return [[label, *others] for label, others in rows if others]


search.register("post", load_results)
follow_organisations("post", _posts_of)
search.follow(Category, ("label", "synonyms"), "post", lambda ids: select(Post.id).where(Post.category_id.in_(ids)))
search.follow(Municipality, ("name",), "post", lambda ids: select(Post.id).where(Post.municipality_id.in_(ids)))
search.follow(Theme, ("slug",), "post", lambda ids: select(post_theme.c.post_id).where(post_theme.c.theme_id.in_(ids)))
search.follow(
    StoredFile,
    ("reach", "title", "text"),
    "post",
    lambda ids: select(PostAttachment.post_id).where(PostAttachment.file_id.in_(ids)),
)


def _index() -> AbstractContextManager[tuple[PostIndex, Reference]]:
    """Return a context manager that locks this process's index and yields it, in step with the database."""
    live: LiveIndex = current_app.extensions.get(INDEX) or current_app.extensions.setdefault(INDEX, LiveIndex())
    return live.up_to_date(db.session())


def _ids_of_words(filter: BoardFilter) -> tuple[list[int] | None, bool]:
    """Return the ids that match the search words, best first (None without words), and whether search works."""
    if not filter.words:
        return None, True
    ids = search.find_ids(filter.words, "post")
    return ids, ids is not None


def _page_keys(
    posts: PostIndex, filter: BoardFilter, rows: int, ranked: list[int] | None
) -> tuple[Sequence[Key | ReplyKey], str | None]:
    """Return the keys of a page in the requested order, and the key of the next page."""
    if filter.sort is Sort.BEST and ranked is not None:
        return _ranked_page_keys(posts, filter, rows, ranked)
    keys: Sequence[Key | ReplyKey]
    limit = filter.limit(PAGE_SIZE)
    if filter.sort is Sort.REPLY_BY:
        today = clock.today().toordinal()
        keys = posts.by_reply_day(rows, limit + 1, today, ReplyKey(*filter.after) if filter.after else None)
    else:
        keys = posts.newest(rows, limit + 1, Key(*filter.after) if filter.after else None)
    more = len(keys) > limit
    keys = keys[:limit]
    return keys, encode_key(*keys[-1]) if more else None


def _ranked_page_keys(
    posts: PostIndex, filter: BoardFilter, rows: int, ranked: list[int]
) -> tuple[Sequence[Key], str | None]:
    """Return the keys of a page of best matches; the paging key is (rank, id) of the last post shown."""
    start, limit = 0, filter.limit(PAGE_SIZE)
    if filter.after:
        rank, post_id = filter.after
        start = (ranked.index(post_id) if post_id in ranked else rank) + 1
    found = posts.among(ranked[start:], rows, limit + 1)
    keys = found[:limit]
    more = len(found) > limit
    return keys, encode_key(ranked.index(keys[-1].id), keys[-1].id) if more else None


def _open_posts(chosen: Mapping[str, Sequence[str]], limit: int) -> list[PostCard]:
    with _index() as (posts, reference):
        keys = posts.newest(posts.matching({"status": (OPEN,), **chosen}), limit)
    return cards.load([key.id for key in keys], reference)
