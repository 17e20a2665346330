"""Services for standing pages and the ways to take part."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.core.storage.database import transaction
from portal.core.text import render_markdown
from portal.pages.models import Page, WayToContribute


def save_page(slug: str, title: str, summary: str, body: str) -> Page:
    """Create or replace a standing page; `body` is Markdown."""
    with transaction() as session:
        page = session.scalar(select(Page).where(Page.slug == slug)) or Page(slug=slug)
        page.title, page.summary, page.body = title, summary, body
        page.body_html = render_markdown(body, trusted=True)
        session.add(page)
        session.flush()
        return page


def import_ways(ways: Mapping[str, Mapping[str, Any]]) -> None:
    """Create the ways to take part (`targets.json`, ways_to_contribute); do nothing when they exist already."""
    with transaction() as session:
        if session.scalar(select(WayToContribute.id).limit(1)):
            return
        session.add_all(
            WayToContribute(
                slug=slug,
                label=row["label"],
                explanation=row["explanation"],
                category=row["category"],
                position=position,
            )
            for position, (slug, row) in enumerate(ways.items())
        )
