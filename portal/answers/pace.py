"""How soon the owner of a post usually answers, as its page says; and members who say that they are away."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.answers import promise
from portal.answers.promise_models import Absence, Pace
from portal.board.models import Post
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.panels import Remark, provide_remark
from portal.core.storage.database import transaction

PROMISE = "/antwoordbelofte/"
ABSENCE_KEPT = timedelta(days=31)


@provide_remark("post", "10-pace")
def of_post(post: Post) -> Remark:
    """Return how soon the owner of a post usually answers; the promise itself for one who is new here."""
    mine = Pace.organisation_id == post.organisation_id if post.organisation_id else Pace.user_id == post.author_id
    days = db.session.scalar(select(Pace.days).where(mine))
    return Remark(in_words(days), PROMISE)


def in_words(days: int | None) -> str:
    """Return a pace as text; None is an owner of whom too little is known."""
    if days is None:
        return _("New here: we promise an answer within %(days)s working days.", days=promise.WITHIN)
    if days == 0:
        return _("Usually answers on the same day")
    if days > promise.HAND_OVER_AFTER:
        return _("Usually takes more than %(days)s working days to answer", days=promise.HAND_OVER_AFTER)
    return ngettext("Usually answers within %(num)s working day", "Usually answers within %(num)s working days", days)


def update_paces(at: datetime) -> None:
    """Store the pace of every owner as it is now; writes only what changed."""
    paces = promise.paces(at)
    known = {(row.organisation_id, row.user_id): (row.days, row.threads) for row in db.session.scalars(select(Pace))}
    if known == paces:
        return
    with transaction() as session:
        rows = {(row.organisation_id, row.user_id): row for row in session.scalars(select(Pace))}
        for owner, found in paces.items():
            row = rows.pop(owner, None) or Pace(organisation_id=owner[0], user_id=owner[1])
            row.days, row.threads = found.days, found.threads
            session.add(row)
        for row in rows.values():
            session.delete(row)


def get_absence(user: User) -> date | None:
    """Return the last day on which a member is away, None for one who is not."""
    absence = db.session.get(Absence, user.id)
    return absence.until if absence is not None and absence.until >= clock.today() else None


def set_absence(user: User, until: date | None) -> None:
    """Record until which day (inclusive) a member is away; None: the member is back."""
    with transaction() as session:
        known = session.get(Absence, user.id)
        if until is None:
            if known is not None:
                session.delete(known)
        elif known is None:
            session.add(Absence(user_id=user.id, until=until))
        else:
            known.until = until


def delete_old_absences(at: datetime) -> None:
    """Delete the absences that ended more than a month ago."""
    with transaction() as session:
        session.execute(delete(Absence).where(Absence.until < clock.to_local(at).date() - ABSENCE_KEPT))
