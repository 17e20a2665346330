"""Queries of the standing pages."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from portal.core.extensions import db
from portal.pages.models import Page, WayToContribute
from portal.search import services as search


def get_page(slug: str) -> Page | None:
    """Return a standing page; None when it does not exist."""
    return db.session.scalar(select(Page).where(Page.slug == slug))


def ways_to_contribute() -> list[WayToContribute]:
    """Return the ways to take part, in the order of the source."""
    return list(db.session.scalars(select(WayToContribute).order_by(WayToContribute.position)))


def load_results(ids: list[int] | None) -> Iterator[Page]:
    """Yield pages with all that search indexes; `ids` None means every page."""
    yield from db.session.scalars(select(Page) if ids is None else select(Page).where(Page.id.in_(ids)))


def sitemap_entries() -> Iterator[tuple[str, datetime | None]]:
    """Yield the path and last change of every standing page."""
    for row in db.session.scalars(select(Page).order_by(Page.slug)):
        yield row.path, row.updated_at


search.register("page", load_results)
