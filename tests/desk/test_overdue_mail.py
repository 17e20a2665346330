"""What waits too long reaches the editors, once a day."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.desk import jobs
from portal.desk.models import Ground, Report
from tests.desk.conftest import HandIn, at, mails

MONDAY = at("2026-11-23T09:00:00+00:00")


def test_editors_get_one_mail_a_day(hand_in: HandIn, editor: User, administrator: User, member: User) -> None:
    hand_in("Lang geleden", days=9)
    for _again in range(3):
        jobs.mail_overdue(MONDAY)

    sent = mails("desk.overdue")
    assert {mail.address for mail in sent} == {editor.email, administrator.email}
    assert len(sent) == 2
    assert "Lang geleden" in sent[0].text


def test_no_mail_at_night_in_the_weekend_or_without_reason(hand_in: HandIn, editor: User) -> None:
    hand_in("Net binnen")
    jobs.mail_overdue(MONDAY)
    hand_in("Lang geleden", days=9)
    jobs.mail_overdue(at("2026-11-22T12:00:00+00:00"))
    jobs.mail_overdue(at("2026-11-23T03:00:00+00:00"))

    assert mails("desk.overdue") == []


def test_no_mail_on_a_public_holiday(hand_in: HandIn, editor: User) -> None:
    hand_in("Lang geleden", days=9)
    jobs.mail_overdue(at("2026-12-25T12:00:00+00:00"))

    assert mails("desk.overdue") == []


def test_reports_are_forgotten_two_years_after_the_decision(app: Flask) -> None:
    """CHECKS 116: what the privacy page promises."""
    with transaction() as session:
        for title, days in (("Oud", 731), ("Vers", 729), ("Open", None)):
            decided_at = None if days is None else MONDAY - timedelta(days=days)
            session.add(Report(kind="bericht", about_id=1, title=title, ground=Ground.UNTRUE, decided_at=decided_at))
    jobs.forget_reports(MONDAY)

    assert set(db.session.scalars(select(Report.title))) == {"Vers", "Open"}
