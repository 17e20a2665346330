"""The shortage radar: what people look for in vain, and requests that nobody answers; groups of at least five."""

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
"""Months that one can choose from; counts are kept for the last of them."""
SHOWN = 25
"""Words on the page, each looked for anew."""
MOST_ROWS = 2_000
"""In a file."""
WAITED = timedelta(days=14)
"""A request that nobody took up in two weeks is short of an answer: reminders and a makelaar come earlier."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that found nothing, and how much they find by now (None: nobody can tell at the moment)."""

    missed: Missed
    finds: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Requests without an answer that have a rubriek or speerpunt in common, and the list of all open ones."""

    label: str
    count: int
    number: int
    address: str


def lines(months: int) -> list[Line]:
    """Return what was looked for in vain in some months, most first, with what each finds now."""
    return [Line(missed, search.count_matches(missed.words)) for missed in search.frequent_misses(months, SHOWN)]


def all_missed(months: int) -> Sequence[Missed]:
    """Return what was looked for in vain in some months, as far as one file holds."""
    return search.frequent_misses(months, MOST_ROWS)


def unanswered() -> int:
    """Return how many requests are open for two weeks without anybody who took them up."""
    return db.session.scalar(select(func.count()).select_from(Post).where(*_unanswered())) or 0


def by_category(path: str) -> list[Group]:
    """Return the unanswered requests per rubriek, most first; `path` is the board's."""
    statement = select(Category.slug, Category.label, literal(0), func.count()).join(
        Post, Post.category_id == Category.id
    )
    return list(_groups(statement.group_by(Category.id, Category.slug, Category.label), path, "rubriek"))


def by_theme(path: str) -> list[Group]:
    """Return the unanswered requests per speerpunt, most first; one with two speerpunten counts for both."""
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
    """Return the conditions of a request that waits: open, and in conversation with nobody."""
    return (
        Post.kind == Kind.REQUEST,
        Post.state == State.OPEN,
        Post.published_at < clock.now() - WAITED,
    )
