"""Initiatives, their types and the conditions for success."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.community.models import Organisation
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.search.models import Searchable, SearchDocument

example_condition = Table(
    "example_condition",
    Model.metadata,
    Column("example_id", ForeignKey("example.id", ondelete="CASCADE"), primary_key=True),
    Column("condition_id", ForeignKey("condition.id"), primary_key=True),
)
example_partner = Table(
    "example_partner",
    Model.metadata,
    Column("example_id", ForeignKey("example.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class ExampleType(Public, Model):
    """A kind of initiative (`examples.json`, categories)."""

    __tablename__ = "example_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)


class Condition(Public, Model):
    """One of the ten conditions for success."""

    __tablename__ = "condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(Text)


class Example(Searchable, Public, Timestamped, Model):
    """An initiative that others can learn from."""

    search_type = "example"
    __tablename__ = "example"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    type_id: Mapped[int] = mapped_column(ForeignKey("example_type.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    place: Mapped[str | None] = mapped_column(String(80))
    place_scope: Mapped[str | None] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text)
    since: Mapped[str | None] = mapped_column(String(160))
    since_estimate: Mapped[int | None]
    """The year inferred from a source that says "about ten years ago"."""
    financing: Mapped[str | None] = mapped_column(Text)
    target_groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    partner_groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    conditions_named: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Numbers of the conditions that the source itself names; the others were inferred from its interview."""

    type: Mapped[ExampleType] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    conditions: Mapped[list[Condition]] = relationship(secondary=example_condition, order_by=Condition.number)
    partners: Mapped[list[Organisation]] = relationship(secondary=example_partner, order_by=Organisation.name)

    @property
    def path(self) -> str:
        """Return the canonical path of the initiative's page."""
        return f"/voorbeelden/{self.slug}"

    def search_document(self) -> SearchDocument:
        """Return what search indexes: text, sectors, target groups, partners and conditions."""
        owner = [self.organisation] if self.organisation else []
        parties = list(dict.fromkeys((*owner, *self.partners)))
        parts = (self.summary, self.place, self.financing, *self.sectors, *self.target_groups, *self.partner_groups)
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.name,
            text="\n".join(part for part in parts if part),
            path=self.path,
            organisations=tuple(row.slug for row in parties),
            extra=" ".join(
                [self.type.title, *(row.all_names for row in parties), *(row.title for row in self.conditions)]
            ),
        )
