"""Agendas, themes (speerpunten), actions with their parties, and signatures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.actionplan.labels import FINANCING_LABELS, ROLE_LABELS, STATUS_LABELS
from portal.community.models import Organisation
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.search.models import Searchable, SearchDocument


class PartyRole(StrEnum):
    """The role of an organisation in an action."""

    LEAD = "lead"
    PARTNER = "partner"
    INTENDED = "intended"
    MENTIONED = "mentioned"


class ActionAgenda(Public, Model):
    """One edition of the action agenda of a region."""

    __tablename__ = "action_agenda"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(80))
    year: Mapped[int]
    version: Mapped[str | None] = mapped_column(String(20))
    month: Mapped[str | None] = mapped_column(String(7))
    """When it was adopted, "2014-02"; None when only the year is known."""
    summary: Mapped[str] = mapped_column(Text)

    themes: Mapped[list["Theme"]] = relationship(back_populates="agenda", order_by="Theme.number")
    actions: Mapped[list["Action"]] = relationship(back_populates="agenda", order_by="Action.id")

    @property
    def path(self) -> str:
        """Return the canonical path of its page."""
        return f"/actieagenda/{self.slug}/"

    @property
    def moment(self) -> str:
        """Return when it was adopted: "2014-02" or "2019"."""
        return self.month or str(self.year)


class Theme(Searchable, Public, Model):
    """A speerpunt (numbers 1-8) or a supporting theme (9, 10) of an action agenda."""

    search_type = "theme"
    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_id: Mapped[int] = mapped_column(ForeignKey("action_agenda.id"))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    is_focus: Mapped[bool] = mapped_column(default=True)
    """True for a speerpunt, False for a supporting theme."""
    title: Mapped[str] = mapped_column(String(200))
    alt_title: Mapped[str | None] = mapped_column(String(200))
    short_title: Mapped[str] = mapped_column(String(60))
    challenge: Mapped[str | None] = mapped_column(Text)
    challenge_in_source: Mapped[bool] = mapped_column(default=True)
    context: Mapped[str | None] = mapped_column(Text)
    websites: Mapped[list[str]] = mapped_column(JSON, default=list)

    agenda: Mapped[ActionAgenda] = relationship(back_populates="themes")
    subthemes: Mapped[list["Subtheme"]] = relationship(back_populates="theme", order_by="Subtheme.position")
    ambitions: Mapped[list["Ambition"]] = relationship(back_populates="theme", order_by="Ambition.position")
    actions: Mapped[list["Action"]] = relationship(back_populates="theme", order_by="Action.number")

    @property
    def path(self) -> str:
        """Return the canonical path of its page."""
        return f"/actieagenda/{self.slug}/"

    @property
    def accent(self) -> int:
        """Return the number of its theme colour: its own number for a speerpunt, 0 for a supporting theme."""
        return self.number if self.is_focus else 0

    def parts(self) -> list["ThemePart"]:
        """Return its ambitions and actions by subtheme; those without a subtheme come first."""
        parts = [
            ThemePart(
                subtheme,
                [row for row in self.ambitions if row.subtheme_id == (subtheme and subtheme.id)],
                [row for row in self.actions if row.subtheme_id == (subtheme and subtheme.id)],
            )
            for subtheme in (None, *self.subthemes)
        ]
        return [part for part in parts if part.subtheme or part.ambitions or part.actions]

    def search_document(self) -> SearchDocument:
        """Return the search document: challenge, context, ambitions and subthemes."""
        ambitions = [row.text for row in self.ambitions]
        parts = (self.alt_title, self.challenge, *ambitions, self.context, *(row.title for row in self.subthemes))
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text="\n".join(part for part in parts if part),
            path=self.path,
            themes=(self.slug,),
            year=self.agenda.year,
            extra=f"speerpunt {self.number} {self.short_title}",
        )


class Subtheme(Public, Model):
    """A part of a theme that groups actions."""

    __tablename__ = "subtheme"
    __table_args__ = (UniqueConstraint("theme_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]

    theme: Mapped[Theme] = relationship(back_populates="subthemes")


class Ambition(Public, Model):
    """An ambition of a theme."""

    __tablename__ = "ambition"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    subtheme_id: Mapped[int | None] = mapped_column(ForeignKey("subtheme.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]

    theme: Mapped[Theme] = relationship(back_populates="ambitions")
    subtheme: Mapped[Subtheme | None] = relationship()


@dataclass(frozen=True, slots=True)
class ThemePart:
    """The ambitions and actions of a theme under one subtheme, or without a subtheme (None)."""

    subtheme: Subtheme | None
    ambitions: list[Ambition]
    actions: list["Action"]


action_related_theme = Table(
    "action_related_theme",
    Model.metadata,
    Column("action_id", ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
)


class Action(Searchable, Public, Timestamped, Model):
    """An action of an agenda. The JSON columns hold the facts of `actions.json` in the structure given by SCHEMA.md."""

    search_type = "action"
    __tablename__ = "action"
    __table_args__ = (UniqueConstraint("agenda_id", "theme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    agenda_id: Mapped[int] = mapped_column(ForeignKey("action_agenda.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    subtheme_id: Mapped[int | None] = mapped_column(ForeignKey("subtheme.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    alt_title: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    """planned, exploring, running, on_hold, done or stopped."""
    status_is_guess: Mapped[bool] = mapped_column(default=False)
    status_as_of: Mapped[str | None] = mapped_column(String(20))
    status_basis: Mapped[str | None] = mapped_column(Text)
    leads_inferred: Mapped[bool] = mapped_column(default=False)
    lead_note: Mapped[str | None] = mapped_column(Text)
    seeking_partners: Mapped[bool] = mapped_column(default=False)
    financing: Mapped[str | None] = mapped_column(Text)
    financing_state: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    groups: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Parties without a name of their own, by role: {"lead": [...], "partner": [...], "intended": [...]}."""
    amounts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    years: Mapped[list[int]] = mapped_column(JSON, default=list)
    websites: Mapped[list[str]] = mapped_column(JSON, default=list)
    named_items: Mapped[list[str]] = mapped_column(JSON, default=list)
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    matrix: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    agenda: Mapped[ActionAgenda] = relationship(back_populates="actions")
    theme: Mapped[Theme | None] = relationship(back_populates="actions")
    subtheme: Mapped[Subtheme | None] = relationship()
    related_themes: Mapped[list[Theme]] = relationship(secondary=action_related_theme, order_by=Theme.number)
    parties: Mapped[list["ActionParty"]] = relationship(
        back_populates="action", cascade="all, delete-orphan", order_by="ActionParty.id"
    )

    @property
    def path(self) -> str:
        """Return the canonical path: under its speerpunt, or under its agenda when it has none (Rijswijk)."""
        section = self.theme.slug if self.theme else self.agenda.slug
        return f"/actieagenda/{section}/{self.number}"

    @property
    def code(self) -> str:
        """Return its number as the agenda prints it: "6.4", or "4" in an agenda without themes."""
        return f"{self.theme.number}.{self.number}" if self.theme else str(self.number)

    @property
    def status_label(self) -> str:
        """Return its status in words, in the language of the request."""
        return str(STATUS_LABELS[self.status])

    @property
    def financing_label(self) -> str:
        """Return how much is known about its financing, in the language of the request."""
        return str(FINANCING_LABELS[self.financing_state or "niet genoemd"])

    def in_role(self, role: str) -> list["ActionParty"]:
        """Return the parties with a role, in the order of the source."""
        return [party for party in self.parties if party.role == role]

    def search_document(self) -> SearchDocument:
        """Return the search document: its text and the names of its parties, so that a search for one finds it."""
        themes = [self.theme] if self.theme else self.related_themes
        groups = [group for names in self.groups.values() for group in names]
        parts = (self.alt_title, self.summary, *self.named_items, self.financing, self.note, *groups)
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text="\n".join(part for part in parts if part),
            path=self.path,
            themes=tuple(theme.slug for theme in themes),
            organisations=tuple(party.organisation.slug for party in self.parties),
            year=self.agenda.year,
            extra=" ".join(["actie", self.agenda.region, *(party.organisation.all_names for party in self.parties)]),
        )


class ActionParty(Public, Model):
    """An organisation's role in an action; `provisional` is "onder voorbehoud" in the source."""

    __tablename__ = "action_party"
    __table_args__ = (UniqueConstraint("action_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[PartyRole] = mapped_column(String(20))
    provisional: Mapped[bool] = mapped_column(default=False)

    action: Mapped[Action] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()

    @property
    def role_label(self) -> str:
        """Return the role in words, in the language of the request."""
        return str(ROLE_LABELS[self.role])


class Signature(Public, Model):
    """An organisation's signature under an agenda: for the whole agenda, or for the speerpunten it takes part in."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("agenda_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_id: Mapped[int] = mapped_column(ForeignKey("action_agenda.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    whole_agenda: Mapped[bool] = mapped_column(default=False)
    provisional: Mapped[bool] = mapped_column(default=False)

    agenda: Mapped[ActionAgenda] = relationship()
    organisation: Mapped[Organisation] = relationship()
