"""Small content for search tests: one function per kind of thing, only what a test cares about as argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import ActionAgenda, Theme
from portal.board.models import Category, Kind, Post
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.text import excerpt, plain_text, render_markdown, slugify
from portal.newsflash.models import Article
from portal.publishing.models import State
from portal.search.indexing import indexer


def index_all() -> None:
    """Apply all pending changes."""
    while indexer.apply_changes():
        pass


def theme(slug: str, number: int = 1) -> Theme:
    """Return a speerpunt, made when it is not there yet."""
    with transaction() as session:
        agenda = session.scalar(select(ActionAgenda)) or ActionAgenda(
            slug="haaglanden", title="Actieagenda", region="Haaglanden", year=2014, summary=""
        )
        title = slug.capitalize()
        found = session.scalar(select(Theme).where(Theme.slug == slug))
        found = found or Theme(slug=slug, number=number, title=title, short_title=title, agenda=agenda)
        session.add(found)
    return found


def organisation(slug: str, name: str | None = None) -> Organisation:
    """Return a new organisation."""
    with transaction() as session:
        made = Organisation(slug=slug, name=name or slug.capitalize(), kind="school")
        session.add(made)
    return made


def post(
    title: str,
    body: str = "Bel ons voor een afspraak.",
    *,
    themes: Sequence[Theme] = (),
    by: Organisation | None = None,
    state: State = State.OPEN,
    published: datetime | None = None,
) -> Post:
    """Return a new post on the board."""
    html = render_markdown(body)
    with transaction() as session:
        made = Post(
            title=title,
            slug=slugify(title),
            kind=Kind.OFFER,
            category=_category(),
            body=body,
            body_html=html,
            excerpt=excerpt(plain_text(html)),
            author=_author(),
            organisation=by,
            themes=list(themes),
            state=state,
            published_at=published or clock.now() - timedelta(days=1),
        )
        session.add(made)
    return made


def article(title: str, body: str = "Er was koffie.", *, published: datetime | None = None) -> Article:
    """Return a new news article."""
    with transaction() as session:
        made = Article(
            title=title,
            slug=slugify(title),
            lead="",
            body=body,
            body_html=render_markdown(body),
            author=_author(),
            state=State.OPEN,
            published_at=published or clock.now() - timedelta(days=1),
        )
        session.add(made)
    return made


def _author() -> User:
    address = "lid@example.org"
    return db.session.scalar(select(User).where(User.email == address)) or User(name="Lid", email=address)


def _category() -> Category:
    found = db.session.scalar(select(Category))
    return found or Category(slug="overig", label="Overig", explanation="Al het andere", synonyms=[])
