"""Writes of notices: marking them as read, and the daily bundle."""

from datetime import datetime, time, timedelta

from sqlalchemy import delete, update

from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.models import Delivery, Notice
from portal.notices import queries

MAIL = kinds.register(kinds.Kind("notice.daily", lazy_gettext("The daily mail with your notices"), is_bulk=True)).name
HOUR_OF_MAIL = time(16)
BATCH = 50
KEPT = timedelta(days=90)


def mark_read(user: User, newest_id: int) -> None:
    """Record that a member saw the notices up to and including this one."""
    seen = (Notice.user_id == user.id, Notice.read_at.is_(None), Notice.id <= newest_id)
    with transaction() as session:
        session.execute(update(Notice).where(*seen).values(read_at=clock.now()))


def send_bundles(moment: datetime) -> int:
    """Mail the notices that wait for a bundle, once a day at four in the afternoon; return how many mails.

    Each transaction takes some people, so that a run that was killed continues with the others.
    """
    before = last_hour_of_mail(moment)
    sent = 0
    while queries.any_waiting():
        with transaction():
            people = queries.users_to_bundle(before, BATCH)
            sent += sum(_send_bundle(user, before) for user in people)
        if len(people) < BATCH:
            break
    return sent


def last_hour_of_mail(moment: datetime) -> datetime:
    """Return when bundles were due last, at or before a moment (UTC)."""
    day = clock.to_local(moment).date()
    due = clock.from_local(day, HOUR_OF_MAIL)
    return due if due <= moment else clock.from_local(day - timedelta(days=1), HOUR_OF_MAIL)


def _send_bundle(user: User, before: datetime) -> bool:
    """Mail one person's notices; what was switched off meanwhile, or seen in the portal, is left out."""
    waiting = queries.list_waiting(user, before)
    for notice in waiting:
        notice.is_waiting = False
    rows = [notice for notice in waiting if notice.read_at is None and _is_wanted(user, notice)]
    if not rows or not user.is_active:
        return False
    unique = f"notices-{user.id}-{rows[-1].id}"
    return mail.send(MAIL, user, "notices/daily", unique=unique, notices=rows, list_path="/meldingen/") is not None


def _is_wanted(user: User, notice: Notice) -> bool:
    kind = kinds.find(notice.kind)
    return kind is not None and mail.delivery(user.id, kind) is not Delivery.OFF


def delete_old(at: datetime) -> None:
    """Delete the notices of more than three months ago."""
    with transaction() as session:
        session.execute(delete(Notice).where(Notice.created_at < at - KEPT))
