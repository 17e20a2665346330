"""Who speaks for which organisation, and what that allows."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

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
