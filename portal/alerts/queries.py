"""Reads of alerts."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from portal.accounts.models import User
from portal.alerts.models import Alert, AlertGuest, Frequency, PendingAlert
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import first_row

Owner = User | AlertGuest


class Due(NamedTuple):
    """An alert to look at now."""

    id: int
    list_slug: str
    query: str
    seen_until: datetime


def list_alerts(owner: Owner) -> Sequence[Alert]:
    """Return the alerts of a member or a guest, oldest first."""
    return db.session.scalars(select(Alert).where(is_of(owner)).order_by(Alert.id)).all()


def get_alert(owner: Owner, alert_id: int) -> Alert | None:
    """Return an alert of a member or a guest, None when it is not theirs or does not exist."""
    return db.session.scalar(select(Alert).where(Alert.id == alert_id, is_of(owner)))


def find_alert(owner: Owner, list_slug: str, query: str) -> Alert | None:
    """Return the alert with which somebody follows a filter, None when there is none."""
    return db.session.scalar(select(Alert).where(is_of(owner), Alert.list_slug == list_slug, Alert.query == query))


def count_alerts(owner: Owner) -> int:
    """Return how many alerts a member or a guest has."""
    return db.session.scalar(select(func.count()).select_from(Alert).where(is_of(owner))) or 0


def is_of(owner: Owner) -> ColumnElement[bool]:
    """Return the condition for the alerts of a member or a guest."""
    return Alert.user_id == owner.id if isinstance(owner, User) else Alert.guest_id == owner.id


def list_due(moment: datetime) -> list[Due]:
    """Return the alerts that are due at a moment (UTC), as plain rows."""
    columns = (Alert.id, Alert.list_slug, Alert.query, Alert.seen_until)
    due = (Alert.due_at <= moment, Alert.frequency != Frequency.NONE)
    rows = db.session.connection().execute(select(*columns).where(*due).order_by(Alert.id))
    return [Due(*row) for row in rows]


def get_pending(token_hash: str) -> PendingAlert | None:
    """Return an unconfirmed alert whose link is still valid."""
    return db.session.scalar(
        select(PendingAlert).where(
            PendingAlert.token_hash == token_hash,
            PendingAlert.expires_at > clock.now(),
        )
    )


def find_guest(email: str) -> AlertGuest | None:
    """Return the guest with an address, None when there is none."""
    return db.session.scalar(select(AlertGuest).where(AlertGuest.email == email.lower()))


GUESTS_WITH_ALERTS = select(Alert.guest_id).where(Alert.guest_id.is_not(None))
ANY_GUEST = "SELECT 1 FROM alert_guest LIMIT 1"


def any_guests() -> bool:
    """Return whether anybody without an account follows something."""
    return first_row(ANY_GUEST) is not None


def guests_with_account() -> list[tuple[AlertGuest, User]]:
    """Return the guests whose address belongs to an account that may sign in."""
    statement = select(AlertGuest, User).join(User, func.lower(User.email) == AlertGuest.email)
    return [(guest, user) for guest, user in db.session.execute(statement).all() if user.is_active]
