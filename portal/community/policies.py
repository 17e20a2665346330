"""Who represents which organisation, and what that allows."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.accounts.models import User
from portal.community import agenda_provider
from portal.community.models import Organisation, Profile, Seat, Visibility
from portal.core import clock
from portal.core.extensions import db


def is_current(today: date | None = None) -> ColumnElement[bool]:
    """Return the SQL condition for seats that are current on a day; the last day is included."""
    day = today or clock.today()
    return and_(Seat.since <= day, or_(Seat.until.is_(None), Seat.until >= day))


def current_seats(user: User) -> list[Seat]:
    """Return a person's current seats, by name of the organisation."""
    statement = select(Seat).join(Seat.organisation).where(Seat.user_id == user.id, is_current())
    return list(db.session.scalars(statement.order_by(Organisation.name, Seat.id)))


def organisations_of(user: User) -> list[Organisation]:
    """Return the organisations at which a person has a current seat, by name."""
    return list(dict.fromkeys(seat.organisation for seat in current_seats(user)))


def speaks_for(user: User, organisations: Iterable[Organisation]) -> bool:
    """Return whether a person has a current seat at one of these organisations, or at one they merged into."""
    ids = _with_successors(organisations)
    if not ids:
        return False
    held = select(Seat.id).where(Seat.user_id == user.id, Seat.organisation_id.in_(ids), is_current())
    return db.session.scalar(held.limit(1)) is not None


def spoke_for(user: User, organisations: Iterable[Organisation]) -> bool:
    """Return whether a person has, had or will have a seat at one of these organisations."""
    ids = _with_successors(organisations)
    had = select(Seat.id).where(Seat.user_id == user.id, Seat.organisation_id.in_(ids))
    return bool(ids) and db.session.scalar(had.limit(1)) is not None


def _with_successors(organisations: Iterable[Organisation]) -> set[int]:
    """Return the ids of these organisations and of those they merged into."""
    return {key for row in organisations for key in (row.id, row.merged_into_id) if key is not None}


def may_manage_publication(user: User | None, author_id: int | None, organisation: Organisation | None) -> bool:
    """Return whether a person may change, extend and withdraw a publication (a post, an event, an article).

    A publication on behalf of organisations belongs to the people with a current seat there: an author who left loses
    access. Any other publication belongs to its author. Editors may always.
    """
    return user is not None and (user.is_editor or is_own_publication(user, author_id, organisation))


def is_own_publication(user: User, author_id: int | None, organisation: Organisation | None) -> bool:
    """Return whether a publication is a person's own, or on behalf of an organisation where they now have a seat."""
    return author_id == user.id if organisation is None else speaks_for(user, [organisation])


def holders(organisation: Organisation) -> list[User]:
    """Return the people with a current seat at an organisation who can sign in, owners first."""
    ids = _with_successors([organisation])
    seats = select(Seat).where(Seat.organisation_id.in_(ids), is_current()).order_by(Seat.is_owner.desc(), Seat.id)
    return [user for user in dict.fromkeys(seat.user for seat in db.session.scalars(seats)) if user.is_active]


def published_for(user: User) -> Select[int]:
    """Return a subquery with the ids of the organisations whose publications a person may manage today."""
    held = select(Seat.organisation_id).where(Seat.user_id == user.id, is_current())
    merged = select(Organisation.id).where(Organisation.merged_into_id.in_(held))
    return select(Organisation.id).where(or_(Organisation.id.in_(held), Organisation.id.in_(merged)))


def signatory_organisations(user: User) -> list[Organisation]:
    """Return the signatories at which a person has a current seat, and so may publish without review."""
    return [row for row in organisations_of(user) if agenda_provider.get().signing_of(row.id) is not None]


def is_owner(user: User | None, organisation: Organisation) -> bool:
    """Return whether a person has a current seat with ownership at an organisation."""
    if user is None:
        return False
    statement = select(Seat.id).where(
        Seat.user_id == user.id, Seat.organisation_id == organisation.id, Seat.is_owner, is_current()
    )
    return db.session.scalar(statement.limit(1)) is not None


def may_manage(user: User | None, organisation: Organisation) -> bool:
    """Return whether a person may change an organisation's page and seats: owners and editors, unless it merged."""
    if user is None or organisation.merged_into_id is not None:
        return False
    return user.is_editor or is_owner(user, organisation)


def may_see_seats(user: User | None, organisation: Organisation) -> bool:
    """Return whether a person may see all seats, past ones included: colleagues, and whoever manages them."""
    if user is None:
        return False
    return may_manage(user, organisation) or organisation in organisations_of(user)


def may_end(user: User | None, seat: Seat) -> bool:
    """Return whether a person may end a seat or hand it over: its holder, and whoever manages the organisation."""
    return user is not None and (seat.user_id == user.id or may_manage(user, seat.organisation))


def may_see(viewer: User | None, owner: User, visibility: Visibility) -> bool:
    """Return whether a reader (None: a visitor) may see something with this visibility."""
    if visibility == Visibility.EVERYONE:
        return True
    if viewer is None:
        return False
    return visibility == Visibility.MEMBERS or viewer.id == owner.id


def may_see_profile(viewer: User | None, profile: Profile) -> bool:
    """Return whether a member may see a profile at all: a listed one, or one's own. Visitors never may."""
    return viewer is not None and (profile.is_listed or viewer.id == profile.user_id)
