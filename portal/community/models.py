"""Organisations, municipalities, seats, invitations, claims and profiles."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, synonym

from portal.accounts.models import User
from portal.community import agenda_provider
from portal.community.labels import KIND_LABELS, KIND_WORDS
from portal.core.clock import now, today
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.core.storage.types import UtcDateTime
from portal.files.models import StoredFile
from portal.search.models import Searchable, SearchDocument


class Municipality(Public, Model):
    """A municipality of the region (nine in Haaglanden); posts and events can be filtered by it."""

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


class Confirmation(StrEnum):
    """Whether the existence of an organisation was confirmed; those that members add start unconfirmed."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    REFUSED = "refused"


class Organisation(Searchable, Public, Timestamped, Model):
    """A school, employer, municipality or other party: from the facts, added by a member, or invented for the demo."""

    search_type = "organisation"
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    kind_uncertain: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None] = mapped_column(String(80))
    """The name of the municipality as the source gives it; may be outside the region."""
    place_in_source: Mapped[bool] = mapped_column(default=True)
    """False when place and region are common knowledge and not in the source."""
    region: Mapped[str | None] = mapped_column(String(80))
    website: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[str | None] = mapped_column(String(120))
    """"bestaand" (existing), or the source's wording for one that is still being founded."""
    summary: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    is_invented: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"), index=True)
    confirmation: Mapped[Confirmation] = mapped_column(
        String(10), default=Confirmation.CONFIRMED, server_default=Confirmation.CONFIRMED
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Incremented at each edit, to detect concurrent edits."""

    logo: Mapped[StoredFile | None] = relationship()
    merged_into: Mapped["Organisation | None"] = relationship(
        remote_side=[id], foreign_keys=[merged_into_id], back_populates="absorbed"
    )
    absorbed: Mapped[list["Organisation"]] = relationship(
        foreign_keys=[merged_into_id], back_populates="merged_into", order_by=name
    )
    """The organisations that merged into this organisation."""
    parents: Mapped[list["Organisation"]] = relationship(
        secondary=organisation_parent,
        primaryjoin=id == organisation_parent.c.organisation_id,
        secondaryjoin=id == organisation_parent.c.parent_id,
        back_populates="children",
        order_by=name,
    )
    children: Mapped[list["Organisation"]] = relationship(
        secondary=organisation_parent,
        primaryjoin=id == organisation_parent.c.parent_id,
        secondaryjoin=id == organisation_parent.c.organisation_id,
        back_populates="parents",
        order_by=name,
    )
    names: Mapped[list["OrganisationName"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationName.id"
    )
    seats: Mapped[list["Seat"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    @property
    def path(self) -> str:
        """Return the canonical path of its page; after a merger, that of the organisation it merged into."""
        return f"/organisaties/{self.merged_into.slug if self.merged_into_id and self.merged_into else self.slug}"

    @property
    def contact_path(self) -> str:
        """Return the path at which one writes to it."""
        return f"{self.path}/bericht"

    @property
    def is_confirmed(self) -> bool:
        """Whether its existence was confirmed."""
        return self.confirmation == Confirmation.CONFIRMED

    @property
    def is_listed(self) -> bool:
        """Whether it has a page; only those that the editors refused have none."""
        return self.confirmation != Confirmation.REFUSED

    @property
    def kind_label(self) -> str:
        """Return its kind in words, in the language of the request."""
        return str(KIND_LABELS[self.kind])

    @property
    def former_names(self) -> list[str]:
        """Return its former names."""
        return [row.name for row in self.names if row.is_former]

    @property
    def aliases(self) -> list[str]:
        """Return alternatives of its present name."""
        return [row.name for row in self.names if not row.is_former]

    @property
    def all_names(self) -> str:
        """Return every name, current, alternative and former; searching for any of them finds its posts and events."""
        return " ".join([self.name, *(row.name for row in self.names)])

    def search_document(self) -> SearchDocument | None:
        """Return the search document: its facts, with its other names and those of what merged into it as extra words.

        None if it merged into another organisation or is not confirmed.
        """
        if self.merged_into_id is not None or not self.is_confirmed:
            return None
        absorbed = [name for row in self.absorbed for name in (row.name, *(other.name for other in row.names))]
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.name,
            text="\n".join(part for part in (self.summary, self.place, self.region, self.note) if part),
            path=self.path,
            themes=tuple(agenda_provider.get().topics_of(self.id)),
            organisations=(self.slug,),
            extra=" ".join([*(row.name for row in self.names), *absorbed, KIND_WORDS.get(self.kind, self.kind)]),
        )


class OrganisationName(Public, Model):
    """Another name of an organisation: an alternative or a former one."""

    __tablename__ = "organisation_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(120), index=True)
    is_former: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="names")


class Seat(Public, Model):
    """A person's role at an organisation during a period. Ended seats are kept as history."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(120))
    bio: Mapped[str | None] = mapped_column(Text)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_owner: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its holder manages the organisation's page and seats."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day, inclusive; None when no end is known."""

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship(back_populates="seats")

    @property
    def has_ended(self) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today()

    @property
    def is_shown(self) -> bool:
        """Whether it is current and its holder agreed to have it shown."""
        return self.is_public and self.since <= today() and not self.has_ended


class Invitation(Timestamped, Model):
    """An owner's invitation by mail to take a seat. Only a hash of the secret in the link is stored."""

    __tablename__ = "seat_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(120))
    is_owner: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    succeeds_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id", ondelete="SET NULL"), index=True)
    """In a hand-over: the seat that ends when this invitation is accepted."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[User | None] = relationship(foreign_keys=[invited_by_id])
    succeeds: Mapped[Seat | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted; not when the account of who sent it was disabled."""
        is_sender_active = self.invited_by is None or self.invited_by.is_active
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now() and is_sender_active


class ClaimState(StrEnum):
    """The state of a claim."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class Claim(Timestamped, Model):
    """A member's request to become owner of an organisation without owners; an editor decides."""

    __tablename__ = "organisation_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ClaimState] = mapped_column(String(10), default=ClaimState.WAITING, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship()


class Visibility(StrEnum):
    """Who may see a part of a profile."""

    NOBODY = "nobody"
    MEMBERS = "members"
    EVERYONE = "everyone"


class Profile(Searchable, Public, Timestamped, Model):
    """A member's profile, with the visibility of each part. The mail address is not part of it."""

    __tablename__ = "profile"
    search_type = "member"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = synonym("user_id")
    is_listed: Mapped[bool] = mapped_column(default=True)
    """Whether this person is listed in the members' directory."""
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"), index=True)
    function: Mapped[str | None] = mapped_column(String(120))
    expertise: Mapped[str | None] = mapped_column(Text)
    offers: Mapped[str | None] = mapped_column(Text)
    seeks: Mapped[str | None] = mapped_column(Text)
    photo_for: Mapped[Visibility] = mapped_column(String(10), default=Visibility.MEMBERS)
    function_for: Mapped[Visibility] = mapped_column(String(10), default=Visibility.MEMBERS)
    expertise_for: Mapped[Visibility] = mapped_column(String(10), default=Visibility.MEMBERS)
    offers_for: Mapped[Visibility] = mapped_column(String(10), default=Visibility.MEMBERS)
    seeks_for: Mapped[Visibility] = mapped_column(String(10), default=Visibility.MEMBERS)
    contact_for: Mapped[Visibility] = mapped_column(
        String(10), default=Visibility.MEMBERS, server_default=Visibility.NOBODY
    )
    """Who may write to this person through the portal; nobody, for profiles from before this was asked."""
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User] = relationship()
    photo: Mapped[StoredFile | None] = relationship()
    seats: Mapped[list[Seat]] = relationship(
        primaryjoin=lambda: Profile.user_id == foreign(Seat.user_id), viewonly=True, order_by=Seat.id
    )

    def search_document(self) -> SearchDocument | None:
        """Return a search document for members only, with what they may read; None for an unlisted profile."""
        if not self.is_listed or not self.user.is_active:
            return None
        shown = [seat for seat in self.seats if seat.is_shown]
        texts = (self._for_members(part) for part in ("expertise", "offers", "seeks"))
        at = [f"{seat.role}, {seat.organisation.name}" for seat in shown]
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.user.name,
            text="\n".join(part for part in (self._for_members("function"), *at, *texts) if part),
            path=self.user.path,
            organisations=tuple(dict.fromkeys(seat.organisation.slug for seat in shown)),
            for_members=True,
        )

    def _for_members(self, part: str) -> str | None:
        """Return a part of the profile, None when only its owner may see it."""
        text: str | None = getattr(self, part)
        return text if getattr(self, f"{part}_for") != Visibility.NOBODY else None
