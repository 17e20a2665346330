"""Standing pages and ways to take part."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.core.text import plain_text
from portal.pages import placeholders
from portal.search.models import Searchable, SearchDocument


class Page(Searchable, Public, Timestamped, Model):
    """A standing page: about, privacy, accessibility."""

    search_type = "page"
    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)

    @property
    def path(self) -> str:
        """Return the canonical path of the page."""
        return f"/{self.slug}/"

    @property
    def html(self) -> str:
        """Return the text as HTML, with the portal's contact address and responsible party filled in."""
        return placeholders.render(self.body, self.body_html)

    def search_document(self) -> SearchDocument:
        """Return what search indexes of the page."""
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text=f"{self.summary}\n{plain_text(self.html)}",
            path=self.path,
        )


class WayToContribute(Public, Model):
    """A way to take part (`targets.json`, ways_to_contribute)."""

    __tablename__ = "way_to_contribute"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    explanation: Mapped[str] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(80))
    position: Mapped[int]
