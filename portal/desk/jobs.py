"""Periodic jobs of the desk: a daily mail about overdue cases, and deleting old reports."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.accounts.models import Role, User
from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.working_days import is_working_day
from portal.desk import cases, settings
from portal.desk.models import Report
from portal.mail.addresses import BadAddress
from portal.mail.services import send

SHOWN = 20
REPORTS_KEPT = timedelta(days=2 * 365)


@jobs.every(seconds=3600)
def mail_overdue(moment: datetime) -> None:
    """Mail every editor a list of overdue cases, once per working day, from the morning on."""
    local = clock.to_local(moment)
    overdue = [row for row in cases.get_queue().rows if row.is_overdue]
    if not overdue or not is_working_day(local.date()) or local.hour < 8:
        return
    editors = select(User).where(User.role.in_((Role.EDITOR, Role.ADMINISTRATOR)))
    with transaction():
        for editor in db.session.scalars(editors):
            if not editor.is_active:
                continue
            try:
                send(
                    settings.OVERDUE_MAIL.name,
                    editor,
                    "desk/overdue",
                    unique=f"desk:overdue:{local.date()}:{editor.id}",
                    rows=[(row.kind_label, row.case.title, row.days) for row in overdue[:SHOWN]],
                    count=len(overdue),
                )
            except BadAddress:
                continue


@jobs.every(seconds=86_400)
def forget_reports(moment: datetime) -> None:
    """Delete reports that were decided more than two years ago, as the privacy page promises."""
    with transaction() as session:
        session.execute(delete(Report).where(Report.decided_at < moment - REPORTS_KEPT))
