"""Erasing an account, and who may not go yet."""

from sqlalchemy import func, select

from portal.accounts import audit
from portal.accounts.models import Role, User
from portal.core import personal_data
from portal.core.extensions import db
from portal.core.personal_data import Contributions, Person
from portal.core.storage.database import transaction


class NobodyLeft(Exception):
    """Nobody else has this role: somebody must get it first."""

    def __init__(self, role: Role) -> None:
        """Name the role."""
        super().__init__(role)
        self.role = role


def person_of(user: User) -> Person:
    """Return whose data to look for."""
    return Person(user.id, user.name, user.email)


def last_of(user: User) -> Role | None:
    """Return the role of which somebody is the last who can sign in, None when others remain."""
    if user.is_administrator and not _others(user, (Role.ADMINISTRATOR,)):
        return Role.ADMINISTRATOR
    if user.is_editor and not _others(user, (Role.EDITOR, Role.ADMINISTRATOR)):
        return Role.EDITOR
    return None


def _others(user: User, roles: tuple[Role, ...]) -> int:
    active = (User.confirmed_at.is_not(None), User.disabled_at.is_(None), User.erased_at.is_(None))
    return db.session.scalar(select(func.count(User.id)).where(User.id != user.id, User.role.in_(roles), *active)) or 0


def erase_account(user: User, contributions: Contributions) -> None:
    """Take a person out of every table, the index, the outbox and the files, in one transaction.

    Raises NobodyLeft for the last administrator or editor. What stays public says "Oud-lid".
    """
    with transaction():
        if role := last_of(user):
            raise NobodyLeft(role)
        personal_data.erase(person_of(user), contributions)
        audit.record(None, "user.erased", user, contributions=contributions.value)
