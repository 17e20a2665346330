"""What waits too long reaches the editors, once a day."""

from portal.accounts.models import User
from portal.desk import jobs
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
