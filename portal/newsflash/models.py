"""Articles and issues of the nieuwsflits."""

import re
from datetime import date

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core.clock import to_local
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.core.text import excerpt, plain_text
from portal.files.models import StoredFile
from portal.publishing.models import Publishable, State
from portal.search.models import Searchable, SearchDocument

PUBLISHED = State.OPEN
"""The only public state of news; news does not expire or become fulfilled."""
MIN_PARAGRAPH = 80
"""Fewest characters that must be left for `opening` to start another paragraph."""
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)

article_theme = Table(
    "article_theme",
    Model.metadata,
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)


class Article(Searchable, Publishable, Public, Timestamped, Model):
    """A news article."""

    search_type = "article"
    __tablename__ = "article"
    __table_args__ = (Index("ix_article_state_published_at_id", "state", "published_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(160))
    lead: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"), index=True)

    image: Mapped[StoredFile | None] = relationship()
    author: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=article_theme, order_by=Theme.number)
    placements: Mapped[list["IssueArticle"]] = relationship(back_populates="article", cascade="all, delete-orphan")
    """The issues that the article is in. Deleting the article removes it from them."""

    @property
    def path(self) -> str:
        """Return the canonical path of the article's page."""
        return f"/nieuws/{self.id}-{self.slug}"

    @property
    def published_on(self) -> date | None:
        """Return the day of publication in Amsterdam."""
        return to_local(self.published_at).date() if self.published_at else None

    def opening(self, length: int) -> list[str]:
        """Return the first paragraphs as plain text, at most `length` characters in all."""
        paragraphs: list[str] = []
        for html in PARAGRAPH.findall(self.body_html):
            if length < MIN_PARAGRAPH:
                break
            text = plain_text(html)
            paragraphs.append(excerpt(text, length))
            length -= len(text)
        return paragraphs

    @property
    def is_public(self) -> bool:
        """Return whether everyone may read it; the same condition as `queries.PUBLIC_ARTICLE`."""
        return self.state == PUBLISHED and self.published_at is not None

    def search_document(self) -> SearchDocument | None:
        """Return what search indexes of the article; None while it is not public."""
        if not self.is_public:
            return None
        day = self.published_on
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text=f"{self.lead} {plain_text(self.body_html)}",
            path=self.path,
            themes=tuple(theme.slug for theme in self.themes),
            organisations=(self.organisation.slug,) if self.organisation else (),
            year=day.year if day else None,
            day=day,
            extra=f"{self.author.name} {self.organisation.all_names if self.organisation else ''}".strip(),
        )


class Issue(Searchable, Publishable, Public, Timestamped, Model):
    """An issue of the nieuwsflits: number, day, introduction and articles in order."""

    search_type = "issue"
    __tablename__ = "issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    published_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(160))
    intro: Mapped[str] = mapped_column(Text)

    placements: Mapped[list["IssueArticle"]] = relationship(
        back_populates="issue", cascade="all, delete-orphan", order_by="IssueArticle.position"
    )

    @property
    def path(self) -> str:
        """Return the canonical path of the issue's page."""
        return f"/nieuwsflits/{self.number}"

    @property
    def articles(self) -> list[Article]:
        """Return its public articles in order."""
        return [placement.article for placement in self.placements if placement.article.is_public]

    @property
    def themes(self) -> list[Theme]:
        """Return the speerpunten of its articles, sorted by number."""
        return sorted({theme for article in self.articles for theme in article.themes}, key=lambda theme: theme.number)

    @property
    def is_public(self) -> bool:
        """Return whether everyone may read it."""
        return self.state == PUBLISHED

    def search_document(self) -> SearchDocument | None:
        """Return what search indexes of the issue; None while it is not public."""
        if not self.is_public:
            return None
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text=" ".join((self.intro, *(article.title for article in self.articles))),
            path=self.path,
            themes=tuple(theme.slug for theme in self.themes),
            year=self.published_on.year,
            day=self.published_on,
            extra=f"nieuwsflits {self.number}",
        )


class IssueArticle(Public, Model):
    """The position of an article in an issue."""

    __tablename__ = "issue_article"
    __table_args__ = (UniqueConstraint("issue_id", "position"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]

    issue: Mapped[Issue] = relationship(back_populates="placements")
    article: Mapped[Article] = relationship(back_populates="placements")
