"""Periodic jobs of retention: inactive accounts, and rows that are no longer needed."""

from datetime import datetime, timedelta

import structlog
from dateutil.relativedelta import relativedelta
from sqlalchemy import Select, delete, func, select

from portal.accounts.models import AuditEntry, DeferredAction, User
from portal.avg import services
from portal.community.models import Invitation
from portal.core import jobs
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Contributions
from portal.core.storage import database, idempotency
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

INACTIVE = kinds.register(
    kinds.Kind(name="account.inactive", label=lazy_gettext("Warning that your account will be removed"))
)
WARN_AFTER = relativedelta(months=23)
REMOVE_AFTER = relativedelta(months=24)
TIME_TO_REACT = timedelta(days=28)
"""The minimum time between warning and removal, even if the worker did not run for a while."""
ACTS_KEPT = relativedelta(years=2)
ENDED_KEPT = timedelta(days=30)
ERRANDS_KEPT = timedelta(days=1)
KEYS_KEPT = timedelta(days=7)
BATCH = 50
HOUR, DAY = 3_600, 86_400
log = structlog.get_logger()


@jobs.every(seconds=HOUR)
def forget_what_is_done(now: datetime) -> None:
    """Delete old idempotency keys, deferred actions, ended invitations and audit entries."""
    idempotency.delete_old(now - KEYS_KEPT)
    with transaction() as session:
        session.execute(delete(DeferredAction).where(DeferredAction.created_at < now - ERRANDS_KEPT))
        session.execute(delete(AuditEntry).where(AuditEntry.at < now - ACTS_KEPT))
        session.execute(delete(Invitation).where(func.coalesce(Invitation.accepted_at, Invitation.expires_at)
                                                 < now - ENDED_KEPT))  # fmt: skip


@jobs.every(seconds=DAY)
def warn_inactive(now: datetime) -> None:
    """Mail a warning to people who were inactive for 23 months; never in a demo."""
    if database.holds_demo():
        return
    with transaction() as session:
        for user in session.scalars(_unseen_since(now - WARN_AFTER).where(User.warned_inactive_at.is_(None))):
            user.warned_inactive_at = now
            gone_on = (now + TIME_TO_REACT + timedelta(days=1)).date()
            unique = f"inactive:{user.id}:{now.date()}"
            mail.send(INACTIVE.name, user, "avg/inactive", unique=unique, gone_on=gone_on)


@jobs.every(seconds=DAY)
def remove_inactive(now: datetime) -> None:
    """Erase people who were warned and were inactive for 24 months; their public content stays, without their name."""
    if database.holds_demo():
        return
    warned = User.warned_inactive_at < now - TIME_TO_REACT
    for user in db.session.scalars(_unseen_since(now - REMOVE_AFTER).where(warned)).all():
        try:
            services.erase_account(user, Contributions.ANONYMISE)
        except services.NobodyLeft:
            log.warning("inactive_but_last", user=user.id)


def _unseen_since(moment: datetime) -> Select[User]:
    """Return the query for accounts that were not used since a moment (UTC), at most BATCH."""
    seen = func.coalesce(User.last_seen_at, User.confirmed_at, User.created_at)
    in_use = (User.erased_at.is_(None), User.confirmed_at.is_not(None))
    return select(User).where(seen < moment, *in_use).order_by(User.id).limit(BATCH)
