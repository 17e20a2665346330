"""Writes by administrators: accounts (through the services that own them) and settings, each with an audit entry."""

from collections.abc import Callable, Mapping

from portal.accounts import administration as accounts
from portal.accounts import audit, sessions
from portal.accounts.models import Role, User
from portal.community import seats
from portal.community.models import Seat
from portal.core import clock
from portal.core.storage import site_settings
from portal.core.storage.database import transaction


def end_sessions(user: User, actor: User) -> None:
    """End all sessions of a person."""
    with transaction():
        sessions.end_all(user)
        audit.record(actor, "user.sessions_ended", user)


def end_seat(seat: Seat, actor: User) -> None:
    """End a seat today, even if the organisation then has no owner."""
    with transaction():
        seats.end_seat(seat, actor, clock.today(), leave_without_owner=True)


def set_role(user: User, role: Role, actor: User) -> None:
    """Change a person's role; raises LastAdministrator."""
    accounts.set_role(user, role, actor)


ACTS: Mapping[str, Callable[[User, User, str], None]] = {
    "uitzetten": lambda user, actor, reason: accounts.disable(user, actor, reason or None),
    "aanzetten": lambda user, actor, _reason: accounts.enable(user, actor),
    "afmelden": lambda user, actor, _reason: end_sessions(user, actor),
    "tweede-stap-wissen": lambda user, actor, _reason: accounts.reset_second_factor(user, actor),
}
"""The functions behind the buttons of an account, by the last part of the address: (account, administrator, reason)."""


def save_settings(values: Mapping[str, str], actor: User) -> list[str]:
    """Save the settings that changed, with an audit entry each; return their keys."""
    with transaction():
        before = site_settings.read_all()
        changed = [key for key, value in values.items() if before[key] != value]
        for key in changed:
            site_settings.write(key, values[key])
            audit.record(actor, "settings.changed", key=key, before=before[key][:200], after=values[key][:200])
        return changed
