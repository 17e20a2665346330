"""What waits too long at the desk reaches the editors by mail, once a day; old reports are forgotten."""

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
    """Mail every editor what is overdue; on working days, in the morning or later."""
    local = clock.to_local(moment)
    overdue = [row for row in cases.queue().rows if row.is_overdue]
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
    """Delete the reports that were decided two years ago, as the privacy page says."""
    with transaction() as session:
        session.execute(delete(Report).where(Report.decided_at < moment - REPORTS_KEPT))
