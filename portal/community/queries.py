"""Database reads of community: the register, one organisation and its people, municipalities, search results."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import User
from portal.community import agenda_provider
from portal.community.labels import KIND_LABELS
from portal.community.models import (
    Confirmation,
    Invitation,
    Municipality,
    Organisation,
    OrganisationName,
    Profile,
    Seat,
)
from portal.core import clock
from portal.core.extensions import db
from portal.core.text import fold, slugify
from portal.mail import bounces
from portal.search import services as search

NO_PLACE = "onbekend"
"""The value of the filter "place" for organisations whose place is unknown."""
LISTED = Organisation.confirmation != Confirmation.REFUSED


@dataclass(frozen=True, slots=True)
class OtherName:
    """A former or alternative name, folded for comparing."""

    name: str
    folded: str
    is_former: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register, with everything it can be filtered by."""

    path: str
    name: str
    folded: str
    kind: str
    place: str | None
    is_invented: bool
    is_confirmed: bool
    merged_into: str | None
    names: tuple[OtherName, ...]
    ties: tuple[agenda_provider.AgendaRole, ...]

    @property
    def kind_label(self) -> str:
        """Return its kind in words."""
        return str(KIND_LABELS[self.kind])

    @property
    def place_slug(self) -> str:
        """Return its place as a value of the filter."""
        return slugify(self.place) if self.place else NO_PLACE

    @property
    def is_signatory(self) -> bool:
        """Whether it signed an action agenda."""
        return any(tie.role == agenda_provider.SIGNATORY for tie in self.ties)

    @property
    def sort_key(self) -> str:
        """Return its folded name from the first letter or digit on: "'s Heeren Loo" is sorted under S."""
        return self.folded.lstrip("'’\"“‘(-– ")

    @property
    def letter(self) -> str:
        """Return its letter in the register; "#" for everything but a-z."""
        first = self.sort_key[:1]
        return first.upper() if "a" <= first <= "z" else "#"


def register() -> list[Entry]:
    """Return all organisations in alphabetical order, in a fixed number of statements."""
    names: defaultdict[int, list[OtherName]] = defaultdict(list)
    for owner_id, name, is_former in db.session.execute(
        select(OrganisationName.organisation_id, OrganisationName.name, OrganisationName.is_former)
    ):
        names[owner_id].append(OtherName(name, fold(name), is_former))
    tied: defaultdict[int, list[agenda_provider.AgendaRole]] = defaultdict(list)
    for tie in agenda_provider.get().roles():
        tied[tie.organisation_id].append(tie)
    columns = (
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.kind,
        Organisation.place,
        Organisation.is_invented,
        Organisation.confirmation,
        Organisation.merged_into_id,
    )
    rows = db.session.execute(select(*columns).where(LISTED)).all()
    by_id = {row.id: row for row in rows}
    entries = [
        Entry(
            path=f"/organisaties/{by_id.get(row.merged_into_id, row).slug}",
            name=row.name,
            folded=fold(row.name),
            kind=row.kind,
            place=row.place,
            is_invented=row.is_invented,
            is_confirmed=row.confirmation == Confirmation.CONFIRMED,
            merged_into=by_id[row.merged_into_id].name if row.merged_into_id else None,
            names=tuple(names[row.id]),
            ties=tuple(tied[row.id]),
        )
        for row in rows
    ]
    return sorted(entries, key=lambda entry: entry.sort_key)


def get_organisation(slug: str) -> Organisation | None:
    """Return an organisation with its names, parent, children and successor; None for an unknown slug."""
    statement = select(Organisation).where(Organisation.slug == slug)
    return db.session.scalar(
        statement.options(
            joinedload(Organisation.merged_into),
            joinedload(Organisation.logo),
            selectinload(Organisation.names),
            selectinload(Organisation.parents),
            selectinload(Organisation.children),
            selectinload(Organisation.absorbed),
        )
    )


def people(organisation: Organisation) -> list[Seat]:
    """Return the people with a current seat at an organisation who agreed to be shown, by name."""
    today = clock.today()
    statement = (
        select(Seat)
        .join(Seat.user)
        .where(
            Seat.organisation_id == organisation.id,
            Seat.is_public,
            Seat.since <= today,
            or_(Seat.until.is_(None), Seat.until >= today),
        )
        .options(contains_eager(Seat.user))
        .order_by(User.name)
    )
    return list(db.session.scalars(statement))


def seats(organisation: Organisation) -> list[Seat]:
    """Return every seat at an organisation: those without a last day first, then the latest to end, by name."""
    statement = select(Seat).join(Seat.user).where(Seat.organisation_id == organisation.id)
    order = (Seat.until.is_not(None), Seat.until.desc(), User.name, Seat.id)
    return list(db.session.scalars(statement.options(contains_eager(Seat.user)).order_by(*order)))


def colleagues(seat: Seat) -> list[User]:
    """Return the other people with a current seat at the same organisation, by name."""
    today = clock.today()
    statement = (
        select(User)
        .join(Seat, Seat.user_id == User.id)
        .where(
            Seat.organisation_id == seat.organisation_id,
            Seat.user_id != seat.user_id,
            Seat.since <= today,
            or_(Seat.until.is_(None), Seat.until >= today),
            User.disabled_at.is_(None),
        )
    )
    return list(db.session.scalars(statement.distinct().order_by(User.name, User.id)))


def open_invitations(organisation: Organisation) -> list[Invitation]:
    """Return the invitations that can still be accepted, newest first."""
    statement = select(Invitation).where(
        Invitation.organisation_id == organisation.id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    return list(db.session.scalars(statement.order_by(Invitation.id.desc())))


def by_other_name(slug: str) -> list[Organisation]:
    """Return the organisations with a former or alternative name of this slug."""
    statement = (
        select(Organisation)
        .join(OrganisationName)
        .where(OrganisationName.slug == slug)
        .options(joinedload(Organisation.merged_into))
        .distinct()
    )
    return list(db.session.scalars(statement))


def municipalities() -> list[Municipality]:
    """Return the municipalities of the region by name."""
    return list(db.session.scalars(select(Municipality).order_by(Municipality.name)))


def of_slugs(slugs: Iterable[str]) -> dict[str, Organisation]:
    """Return organisations by slug; unknown slugs are left out."""
    rows = db.session.scalars(select(Organisation).where(Organisation.slug.in_(list(slugs))))
    return {row.slug: row for row in rows}


def count() -> int:
    """Return the number of organisations in the register."""
    return db.session.scalar(select(func.count()).select_from(Organisation).where(LISTED)) or 0


def load_organisation_results(ids: list[int] | None) -> Iterator[Organisation]:
    """Yield the organisations with these ids (None: all) for the search index."""
    statement = select(Organisation).options(
        selectinload(Organisation.names), selectinload(Organisation.absorbed).selectinload(Organisation.names)
    )
    if ids is not None:
        statement = statement.where(Organisation.id.in_(ids))
    yield from db.session.scalars(statement.execution_options(yield_per=500))


def sitemap_entries() -> Iterator[tuple[str, datetime | None]]:
    """Yield path and last change (UTC) of every organisation that has its own page."""
    confirmed = Organisation.confirmation == Confirmation.CONFIRMED
    statement = select(Organisation.slug, Organisation.updated_at).where(
        Organisation.merged_into_id.is_(None), confirmed
    )
    for slug, changed in db.session.execute(statement.order_by(Organisation.slug)):
        yield f"/organisaties/{slug}", changed


def load_member_results(ids: list[int] | None) -> Iterator[Profile]:
    """Yield the profiles with these ids (None: all) for the search index."""
    statement = select(Profile).options(
        joinedload(Profile.user), selectinload(Profile.seats).joinedload(Seat.organisation)
    )
    yield from db.session.scalars(statement if ids is None else statement.where(Profile.user_id.in_(ids)))


def follow_organisations(search_type: str, following: search.Following) -> None:
    """Reindex documents of a type when an organisation that they name changes, whichever of its names changed."""
    search.follow(Organisation, ("name", "slug", "names"), search_type, following)
    search.follow(
        OrganisationName,
        ("name", "organisation_id"),
        search_type,
        lambda ids: following(select(OrganisationName.organisation_id).where(OrganisationName.id.in_(ids))),
    )


def _merged_into(organisations: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of what these organisations merged into, because its search document holds their names."""
    return select(Organisation.merged_into_id).where(organisations, Organisation.merged_into_id.is_not(None))


@search.register_synonyms
def names() -> list[list[str]]:
    """Return all names of each organisation that has several, so that "OCW" finds the ministry."""
    found: dict[int, list[str]] = {}
    statement = select(Organisation.id, Organisation.name, OrganisationName.name).join(Organisation.names)
    for organisation_id, name, other in db.session.execute(statement.order_by(OrganisationName.id)):
        found.setdefault(organisation_id, [name]).append(other)
    return list(found.values())


search.register("organisation", load_organisation_results)
search.register("member", load_member_results)
search.follow(
    Organisation, ("name", "merged_into_id"), "organisation", lambda ids: _merged_into(Organisation.id.in_(ids))
)
search.follow(
    OrganisationName,
    ("name", "organisation_id"),
    "organisation",
    lambda ids: _merged_into(Organisation.names.any(OrganisationName.id.in_(ids))),
)
search.follow(
    Organisation, ("name", "slug"), "member", lambda ids: select(Seat.user_id).where(Seat.organisation_id.in_(ids))
)
search.follow(
    Seat,
    ("organisation_id", "user_id", "role", "is_public", "since", "until"),
    "member",
    lambda ids: select(Seat.user_id).where(Seat.id.in_(ids)),
)
search.follow(
    User,
    ("name", "disabled_at", "erased_at", "confirmed_at"),
    "member",
    lambda ids: select(Profile.user_id).where(Profile.user_id.in_(ids)),
)


def unreachable_holders(rows: Iterable[Seat]) -> dict[int, str]:
    """Return id and name of the people with a current seat among these from whose address our mail came back."""
    people = {seat.user for seat in rows if not seat.has_ended}
    bounced = bounces.list_bounced(user.email for user in people)
    found = [user for user in people if user.email.lower() in bounced]
    return {user.id: user.name for user in sorted(found, key=lambda user: (user.name, user.id))}
