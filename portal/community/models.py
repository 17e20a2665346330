"""Organisations, municipalities and seats."""

from datetime import date

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.search.models import Searchable


class Municipality(Public, Model):
    """A municipality of the region; the nine of Haaglanden are what posts and events are filtered by."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))


organisation_parent = Table(
    "organisation_parent",
    Model.metadata,
    Column("organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
)


class Organisation(Searchable, Public, Timestamped, Model):
    """A school, employer, municipality or other party, real (from the facts of the network) or invented (demo)."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    kind_uncertain: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None] = mapped_column(String(80))
    """Municipality by name, as the source gives it; may lie outside the region."""
    region: Mapped[str | None] = mapped_column(String(80))
    website: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[str | None] = mapped_column(String(120))
    """"bestaand", or what the source says of one still being founded."""
    summary: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    is_invented: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    merged_into: Mapped["Organisation | None"] = relationship(remote_side=[id], foreign_keys=[merged_into_id])
    parents: Mapped[list["Organisation"]] = relationship(
        secondary=organisation_parent,
        primaryjoin=id == organisation_parent.c.organisation_id,
        secondaryjoin=id == organisation_parent.c.parent_id,
        backref="children",
    )
    names: Mapped[list["OrganisationName"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationName.id"
    )
    seats: Mapped[list["Seat"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    @property
    def path(self) -> str:
        """Return the canonical path of its page."""
        return f"/organisaties/{self.slug}"


class OrganisationName(Public, Model):
    """Another name of an organisation: a different spelling, or what it was called before."""

    __tablename__ = "organisation_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(120), index=True)
    is_former: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="names")


class Seat(Public, Model):
    """A person at an organisation in a role, from a day until a day: when people leave, the tie stays known."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(120))
    bio: Mapped[str | None] = mapped_column(Text)
    is_public: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    until: Mapped[date | None]

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship(back_populates="seats")
