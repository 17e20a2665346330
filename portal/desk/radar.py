"""The shortage radar: searches without results and unanswered requests; groups of fewer than five are left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, literal, select

from portal.actionplan.models import Theme
from portal.board.models import Category, Kind, Post, post_theme
from portal.core import clock
from portal.core.extensions import db
from portal.publishing.models import State
from portal.search import services as search
from portal.search.services import LEAST_MISSES, Missed

PERIODS = (1, 3, 12)
"""The selectable periods in months; counts are stored for as long as the last one."""
SHOWN = 25
"""The number of lines on the page; each is searched again."""
MOST_ROWS = 2_000
"""The maximum number of rows in an exported file."""
WAITED = timedelta(days=14)
"""After this time without a conversation a request counts as unanswered; reminders were sent by then."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that found nothing, and the number of results they give now (None: search is unavailable)."""

    missed: Missed
    finds: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Unanswered requests with the same category or theme, and the path of the board's list of all open ones."""

    label: str
    count: int
    number: int
    address: str


def list_misses(months: int) -> list[Line]:
    """Return the searches without results of some months, most frequent first, with the present number of results."""
    return [Line(missed, search.count_matches(missed.words)) for missed in search.frequent_misses(months, SHOWN)]


def list_all_misses(months: int) -> Sequence[Missed]:
    """Return the searches without results of some months, at most MOST_ROWS."""
    return search.frequent_misses(months, MOST_ROWS)


def count_unanswered() -> int:
    """Return the number of unanswered requests."""
    return db.session.scalar(select(func.count()).select_from(Post).where(*_unanswered())) or 0


def unanswered_by_category(path: str) -> list[Group]:
    """Return the unanswered requests per category, largest group first."""
    statement = select(Category.slug, Category.label, literal(0), func.count()).join(
        Post, Post.category_id == Category.id
    )
    return list(_groups(statement.group_by(Category.id, Category.slug, Category.label), path, "rubriek"))


def unanswered_by_theme(path: str) -> list[Group]:
    """Return the unanswered requests per theme, largest group first; a request with two themes counts in both."""
    statement = (
        select(Theme.slug, Theme.short_title, Theme.number, func.count())
        .join(post_theme, post_theme.c.theme_id == Theme.id)
        .join(Post, Post.id == post_theme.c.post_id)
    )
    grouped = statement.group_by(Theme.id, Theme.slug, Theme.short_title, Theme.number)
    return list(_groups(grouped, path, "speerpunt"))


def _groups(statement: Any, path: str, parameter: str) -> Iterator[Group]:
    count = func.count()
    large = statement.where(*_unanswered()).having(count >= LEAST_MISSES).order_by(count.desc())
    for slug, label, number, found in db.session.execute(large):
        address = urlencode({"soort": Kind.REQUEST.value, parameter: slug})
        yield Group(label, found, number, f"{path}?{address}")


def _unanswered() -> tuple[ColumnElement[bool], ...]:
    """Return the SQL conditions of an unanswered request: open, for long enough, and without a conversation."""
    return (
        Post.kind == Kind.REQUEST,
        Post.state == State.OPEN,
        Post.published_at < clock.now() - WAITED,
    )
