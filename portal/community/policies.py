"""Who speaks for which organisation, and what that allows."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.accounts.models import User
from portal.community import agenda_provider
from portal.community.models import Organisation, Profile, Seat, Visibility
from portal.core import clock
from portal.core.extensions import db


def is_current(today: date | None = None) -> ColumnElement[bool]:
    """Return the condition of a seat that somebody holds on a day; the last day counts."""
    day = today or clock.today()
    return and_(Seat.since <= day, or_(Seat.until.is_(None), Seat.until >= day))


def current_seats(user: User) -> list[Seat]:
    """Return the seats that somebody holds today, by name of the organisation."""
    statement = select(Seat).join(Seat.organisation).where(Seat.user_id == user.id, is_current())
    return list(db.session.scalars(statement.order_by(Organisation.name, Seat.id)))


def organisations_of(user: User) -> list[Organisation]:
    """Return the organisations at which somebody has a seat today, by name."""
    return list(dict.fromkeys(seat.organisation for seat in current_seats(user)))


def speaks_for(user: User, organisations: Iterable[Organisation]) -> bool:
    """Whether somebody holds a seat today at one of these organisations, or at what one of them merged into."""
    ids = _with_successors(organisations)
    if not ids:
        return False
    held = select(Seat.id).where(Seat.user_id == user.id, Seat.organisation_id.in_(ids), is_current())
    return db.session.scalar(held.limit(1)) is not None


def spoke_for(user: User, organisations: Iterable[Organisation]) -> bool:
    """Whether somebody ever had a seat at one of these organisations: held now, ended, or still to begin."""
    ids = _with_successors(organisations)
    had = select(Seat.id).where(Seat.user_id == user.id, Seat.organisation_id.in_(ids))
    return bool(ids) and db.session.scalar(had.limit(1)) is not None


def _with_successors(organisations: Iterable[Organisation]) -> set[int]:
    """Return the ids of organisations and of those that they merged into."""
    return {key for row in organisations for key in (row.id, row.merged_into_id) if key is not None}


def may_manage_publication(user: User | None, author_id: int | None, organisation: Organisation | None) -> bool:
    """Whether something published (a post, an article) is somebody's to change, extend and withdraw.

    What stands under the name of an organisation belongs to its seats of today: an author who left has no say in it.
    What stands under nobody else's name belongs to its author. Editors may always.
    """
    return user is not None and (user.is_editor or is_own_publication(user, author_id, organisation))


def is_own_publication(user: User, author_id: int | None, organisation: Organisation | None) -> bool:
    """Whether something published stands under somebody's own name, or that of an organisation he or she is at."""
    return author_id == user.id if organisation is None else speaks_for(user, [organisation])


def holders(organisation: Organisation) -> list[User]:
    """Return who holds a seat at an organisation today and can sign in, those with ownership first."""
    ids = _with_successors([organisation])
    seats = select(Seat).where(Seat.organisation_id.in_(ids), is_current()).order_by(Seat.is_owner.desc(), Seat.id)
    return [user for user in dict.fromkeys(seat.user for seat in db.session.scalars(seats)) if user.is_active]


def published_for(user: User) -> Select[int]:
    """Return the ids of the organisations whose publications somebody looks after today, for an IN (…)."""
    held = select(Seat.organisation_id).where(Seat.user_id == user.id, is_current())
    merged = select(Organisation.id).where(Organisation.merged_into_id.in_(held))
    return select(Organisation.id).where(or_(Organisation.id.in_(held), Organisation.id.in_(merged)))


def signatory_organisations(user: User) -> list[Organisation]:
    """Return the organisations for which somebody may publish at once: they signed, and the seat is held today."""
    return [row for row in organisations_of(user) if agenda_provider.get().signing_of(row.id) is not None]


def is_owner(user: User | None, organisation: Organisation) -> bool:
    """Whether somebody holds a seat with ownership at an organisation today."""
    if user is None:
        return False
    statement = select(Seat.id).where(
        Seat.user_id == user.id, Seat.organisation_id == organisation.id, Seat.is_owner, is_current()
    )
    return db.session.scalar(statement.limit(1)) is not None


def may_manage(user: User | None, organisation: Organisation) -> bool:
    """Whether somebody may change an organisation's page and seats: an owner or an editor; not one that merged."""
    if user is None or organisation.merged_into_id is not None:
        return False
    return user.is_editor or is_owner(user, organisation)


def may_see_seats(user: User | None, organisation: Organisation) -> bool:
    """Whether somebody may see every seat, past ones too: who has one, and who manages them."""
    if user is None:
        return False
    return may_manage(user, organisation) or organisation in organisations_of(user)


def may_end(user: User | None, seat: Seat) -> bool:
    """Whether somebody may end a seat or hand it over: its holder and who manages the organisation."""
    return user is not None and (seat.user_id == user.id or may_manage(user, seat.organisation))


def may_see(viewer: User | None, owner: User, visibility: Visibility) -> bool:
    """Whether somebody (None: a visitor) may see what its owner keeps for some."""
    if visibility == Visibility.EVERYONE:
        return True
    if viewer is None:
        return False
    return visibility == Visibility.MEMBERS or viewer.id == owner.id


def may_see_profile(viewer: User | None, profile: Profile) -> bool:
    """Whether a profile is listed for members at all."""
    return viewer is not None and (profile.is_listed or viewer.id == profile.user_id)
