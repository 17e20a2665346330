"""Content that every portal needs: the board's categories, the kinds of event and the standing pages.

`portal init` and `portal serve` add what is missing; existing rows are not changed.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_date
from sqlalchemy import or_, select

from portal.agenda import importing as agenda
from portal.agenda.models import EventKind
from portal.board import importing as board
from portal.board.models import Category
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.pages import services as pages
from portal.pages.models import Page

HERE = Path(__file__).resolve().parent
CATEGORIES = HERE / "facts" / "categories.json"
PAGES = HERE.parent / "pages" / "content"
JUST_MADE = timedelta(seconds=1)
"""`created_at` and `updated_at` of a row that was never changed differ by less than this."""


class StandingPage(NamedTuple):
    """The initial content of a standing page; the body is Markdown."""

    slug: str
    title: str
    summary: str
    body: str


@cache
def _categories() -> dict[str, Any]:
    """Return the board's categories and the kinds of event by slug; the field `type` says which a row is."""
    rows: dict[str, Any] = json.loads(CATEGORIES.read_text(encoding="utf-8"))
    return rows


def add_missing_content() -> None:
    """Add the content that is missing, if any; needs an application context."""
    if not _missing():
        return
    with transaction():
        for add in _missing():  # checked again inside the transaction: another process may have been first
            add()


def _missing() -> list[Callable[[], object]]:
    """Return a function for each part that is missing, which adds it."""
    missing: list[Callable[[], object]] = []
    if db.session.scalar(select(Category.id).limit(1)) is None:
        missing.append(partial(board.import_categories, _categories()))
    if db.session.scalar(select(EventKind.id).limit(1)) is None:
        missing.append(partial(agenda.import_kinds, _categories()))
    there = set(db.session.scalars(select(Page.slug)))
    return missing + [partial(pages.save_page, *page) for page in _standing_pages() if page.slug not in there]


def _standing_pages() -> Iterator[StandingPage]:
    today = format_date(clock.today(), "d MMMM y", locale="nl")
    for path in sorted(PAGES.glob("*.md")):
        front, _separator, body = path.read_text(encoding="utf-8").partition("\n---\n")
        fields = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line)
        yield StandingPage(path.stem, fields["title"], fields["summary"], body.replace("{{ date }}", today))


def count_changed(table: str) -> int:
    """Return the number of rows of a table that people added or changed."""
    if table == Page.__tablename__:
        return _count_changed_pages()
    model: Any = {Category.__tablename__: Category, EventKind.__tablename__: EventKind}[table]
    return sum(not _is_as_laid(row, _categories().get(row.slug)) for row in db.session.scalars(select(model)))


def _is_as_laid(row: Any, laid: dict[str, Any] | None) -> bool:
    return laid is not None and all(getattr(row, name) == laid[name] for name in ("label", "explanation", "synonyms"))


def _count_changed_pages() -> int:
    known = [path.stem for path in PAGES.glob("*.md")]
    changed = or_(Page.slug.not_in(known), Page.updated_at > Page.created_at)
    rows = db.session.execute(select(Page.slug, Page.created_at, Page.updated_at).where(changed))
    return sum(row.slug not in known or row.updated_at - row.created_at > JUST_MADE for row in rows)


TABLES = frozenset({Category.__tablename__, EventKind.__tablename__, Page.__tablename__})
"""The tables to which `add_missing_content` adds rows."""
