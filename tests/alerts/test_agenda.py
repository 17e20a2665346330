"""Following the agenda: new meetings of the filter and its period, not those that are over."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from portal.alerts import sending, services
from portal.alerts.models import Frequency
from portal.core import clock
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.agenda.conftest import NOW, AddEvent, add, moment, network
from tests.people import make_user

__all__ = ["add", "moment", "network"]


def test_new_meetings_of_the_filter_are_mailed(app: Flask, add: AddEvent) -> None:
    user = make_user("Femke Volger")
    with clock.at(NOW):
        services.follow(user, "agenda", "gemeente=delft&tot=2026-04-30", Frequency.DAILY)
    with clock.at(NOW + timedelta(hours=5)):
        add(title="Rondleiding in april", day=date(2026, 4, 1))
        add(title="Te laat in mei", day=date(2026, 5, 20))
        add(title="Ergens anders", day=date(2026, 4, 2), municipality="rijswijk")
        add(title="Al geweest", day=date(2026, 3, 2))

    with clock.at(NOW + timedelta(days=1)):
        assert sending.send_due(clock.now()) == 1
        assert sending.send_due(clock.now()) == 0

    (sent,) = db.session.scalars(select(MailMessage).where(MailMessage.kind == sending.MAIL))
    assert "Rondleiding in april" in sent.text
    assert "wo 1 april 2026, De Werkplaats, Delft" in sent.text
    assert not [title for title in ("Te laat", "Ergens anders", "Al geweest") if title in sent.text]
