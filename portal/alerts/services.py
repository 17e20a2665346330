"""Writes of alerts: following a list, with or without an account, changing that and stopping it."""

from datetime import datetime, time, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.alerts import queries
from portal.alerts.models import Alert, AlertGuest, Frequency, PendingAlert
from portal.alerts.queries import Owner
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.lists import followed
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

MAIL_CONFIRM = kinds.register(
    kinds.Kind("alert.confirm", lazy_gettext("Confirmation of what you follow by mail"), is_secret=True)
).name
GUEST_FORM = "alert-guest"
CONFIRM_WITHIN = timedelta(hours=48)
MOST_ALERTS = 10
"""Per account, and per address without an account."""
STOPPED_KEPT = timedelta(days=30)
"""How long what a guest stopped is kept, in case it was a mistake; then the address is forgotten."""
HOUR_OF_MAIL = time(7)
MONDAY = 0


class TooManyAlerts(Exception):
    """Somebody follows as many lists as one may."""


def follow(owner: Owner, list_slug: str, query: str, frequency: Frequency) -> Alert:
    """Follow the filter of a list, from now on; who follows it already only gets another frequency.

    Raises TooManyAlerts.
    """
    with transaction() as session:
        known = queries.find_alert(owner, list_slug, query)
        if known is not None:
            set_frequency(known, frequency)
            return known
        if queries.count_alerts(owner) >= MOST_ALERTS:
            raise TooManyAlerts
        alert = Alert(list_slug=list_slug, query=query, frequency=frequency, seen_until=clock.now())
        alert.user, alert.guest = (owner, None) if isinstance(owner, User) else (None, owner)
        alert.due_at = next_due(frequency, clock.now())
        session.add(alert)
        session.flush()
        return alert


def set_frequency(alert: Alert, frequency: Frequency) -> None:
    """Change how often an alert is mailed. What came while there was no mail is not new."""
    with transaction():
        if alert.frequency == frequency:
            return
        if alert.frequency == Frequency.NONE:
            alert.seen_until = clock.now()
        alert.frequency, alert.due_at = frequency, next_due(frequency, clock.now())


def remove(alert: Alert) -> None:
    """Follow a filter no longer; a guest who follows nothing else is forgotten."""
    with transaction() as session:
        guest = alert.guest
        session.delete(alert)
        session.flush()
        if guest is not None and not queries.count_alerts(guest):
            session.delete(guest)


def next_due(frequency: Frequency, moment: datetime) -> datetime | None:
    """Return when an alert is mailed next after a moment (UTC): at seven in the morning, weekly ones on Monday."""
    if frequency == Frequency.NONE:
        return None
    day = clock.to_local(moment).date()
    while True:
        due = clock.from_local(day, HOUR_OF_MAIL)
        if due > moment and (frequency == Frequency.DAILY or day.weekday() == MONDAY):
            return due
        day += timedelta(days=1)


def submit_guest_alert(email: str, list_slug: str, query: str, frequency: Frequency, key: str | None = None) -> None:
    """Keep the wish of somebody without an account until the mailed link is used; `key` is that of the form."""
    token = token_urlsafe(32)
    pending = PendingAlert(
        token_hash=hashed(token),
        email=email,
        list_slug=list_slug,
        query=query,
        frequency=frequency,
        expires_at=clock.now() + CONFIRM_WITHIN,
    )
    the_list = followed.find(list_slug)
    title = the_list.title(followed.arguments(query)) if the_list else ""

    def write() -> str:
        db.session.add(pending)
        path, unique = f"/volgen/bevestigen/{token}", f"alert-confirm-{pending.token_hash[:40]}"
        mail.send(MAIL_CONFIRM, email, "alerts/confirm", unique=unique, title=title, confirm_path=path)
        return "/volgen/"

    idempotency.write_once(None, GUEST_FORM, key, write)


def confirm_guest_alert(token: str) -> Alert | None:
    """Follow what somebody asked for whose address is confirmed now; return the alert.

    Returns None when the link is unknown, used or too old; of two concurrent calls one succeeds. Raises TooManyAlerts.
    """
    with transaction() as session:
        pending = queries.get_pending(hashed(token))
        if pending is None:
            return None
        slug, query, frequency, email = pending.list_slug, pending.query, Frequency(pending.frequency), pending.email
        taken = session.execute(delete(PendingAlert).where(PendingAlert.id == pending.id))
        if getattr(taken, "rowcount", 0) != 1:
            return None
        guest = queries.find_guest(email)
        if guest is None:
            guest = AlertGuest(email=email.lower())
            session.add(guest)
            session.flush()
        return follow(guest, slug, query, frequency)


def delete_expired(at: datetime) -> None:
    """Delete what was not confirmed in time, and what guests stopped a month ago."""
    with transaction() as session:
        session.execute(delete(PendingAlert).where(PendingAlert.expires_at <= at))
        stopped = (Alert.guest_id.is_not(None), Alert.frequency == Frequency.NONE)
        session.execute(delete(Alert).where(*stopped, Alert.updated_at <= at - STOPPED_KEPT))
        session.execute(delete(AlertGuest).where(AlertGuest.id.not_in(queries.GUESTS_WITH_ALERTS)))


def move_alerts_to_accounts() -> None:
    """Move what guests follow to the account with the same confirmed address, where there is one by now.

    An account that follows as many lists as one may gets the rest without mail, so that nothing is lost.
    """
    if not queries.any_guests():
        return
    with transaction() as session:
        for guest, user in queries.guests_with_account():
            for alert in queries.list_alerts(guest):
                if queries.find_alert(user, alert.list_slug, alert.query) is not None:
                    session.delete(alert)
                    continue
                if queries.count_alerts(user) >= MOST_ALERTS:
                    set_frequency(alert, Frequency.NONE)
                alert.user, alert.guest = user, None
                session.flush()
            session.flush()
            session.delete(guest)
