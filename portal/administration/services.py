"""What administrators change: accounts (by the services that own them) and settings, every act in the audit log."""

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
    """Sign somebody out everywhere."""
    with transaction():
        sessions.end_all(user)
        audit.record(actor, "user.sessions_ended", user)


def end_seat(seat: Seat, actor: User) -> None:
    """Let a seat end today, also when nobody else looks after the organisation: administrators do so knowingly."""
    with transaction():
        seats.end(seat, actor, clock.today(), leave_without_owner=True)


def give_role(user: User, role: Role, actor: User) -> None:
    """Give somebody another role; raises LastAdministrator."""
    accounts.set_role(user, role, actor)


ACTS: Mapping[str, Callable[[User, User, str], None]] = {
    "uitzetten": lambda user, actor, reason: accounts.disable(user, actor, reason or None),
    "aanzetten": lambda user, actor, _reason: accounts.enable(user, actor),
    "afmelden": lambda user, actor, _reason: end_sessions(user, actor),
    "tweede-stap-wissen": lambda user, actor, _reason: accounts.reset_second_factor(user, actor),
}
"""What the buttons of an account do, by the last word of their address: (account, administrator, reason)."""


def save_settings(values: Mapping[str, str], actor: User) -> list[str]:
    """Keep the settings that differ from what they were; returns their keys. Each is a line in the audit log."""
    with transaction():
        before = site_settings.read_all()
        changed = [key for key, value in values.items() if before[key] != value]
        for key in changed:
            site_settings.write(key, values[key])
            audit.record(actor, "settings.changed", key=key, before=before[key][:200], after=values[key][:200])
        return changed
