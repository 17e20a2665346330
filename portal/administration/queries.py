"""Database reads of accounts for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Role, User
from portal.community.models import Seat
from portal.core.extensions import db

ROWS_A_PAGE = 50
STANDINGS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "actief": (User.confirmed_at.is_not(None), User.disabled_at.is_(None)),
    "onbevestigd": (User.confirmed_at.is_(None), User.disabled_at.is_(None)),
    "uitgezet": (User.disabled_at.is_not(None),),
}
"""The states of an account, as values of the filter."""


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """The filter of accounts: words in name or mail address, role, state."""

    words: str = ""
    role: str = ""
    standing: str = ""

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the SQL conditions of the filter; erased accounts are always left out."""
        found: list[ColumnElement[bool]] = [User.erased_at.is_(None)]
        found += [
            or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
            for word in self.words.split()[:8]
        ]
        if self.role:
            found.append(User.role == Role(self.role))
        found.extend(STANDINGS.get(self.standing, ()))
        return found


def count(wanted: AccountFilter) -> int:
    """Return the number of accounts that match a filter."""
    return db.session.scalar(select(func.count()).select_from(User).where(*wanted.conditions)) or 0


def get_page(wanted: AccountFilter, number: int) -> Sequence[User]:
    """Return a page of the matching accounts, by name; pages start at 1."""
    statement = select(User).where(*wanted.conditions).order_by(User.name, User.id)
    return db.session.scalars(statement.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)).all()


def get_account(user_id: int) -> User | None:
    """Return an account, None when it does not exist or was erased."""
    return db.session.scalar(select(User).where(User.id == user_id, User.erased_at.is_(None)))


def seats(user: User) -> Sequence[Seat]:
    """Return a person's seats, current ones first."""
    statement = select(Seat).where(Seat.user_id == user.id).options(joinedload(Seat.organisation))
    return db.session.scalars(statement.order_by(Seat.until.is_not(None), Seat.since.desc(), Seat.id)).all()
