"""Settings: saved, checked, logged, and used at once."""

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.community import seats
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.storage.site_settings import read, read_number
from portal.desk import settings
from portal.mail.models import MailMessage
from tests.people import client_of

PATH = "/beheer/instellingen"


def test_settings_are_saved_and_logged(app: Flask, administrator: User) -> None:
    answer = client_of(app, administrator).post_form(PATH, {"desk_overdue_days": "5", "desk_contact": "070 123 45 67"})

    assert answer.status_code == 303
    db.session.rollback()
    assert read_number(settings.OVERDUE_DAYS) == 5
    assert read(settings.CONTACT) == "070 123 45 67"
    lines = list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "settings.changed")))
    assert sorted(line.details["key"] for line in lines) == [settings.CONTACT, settings.OVERDUE_DAYS]


def test_saving_what_is_there_changes_nothing(app: Flask, administrator: User) -> None:
    client_of(app, administrator).post_form(PATH)

    assert list(db.session.scalars(select(AuditEntry))) == []


def test_a_wrong_number_is_refused_and_kept_in_the_field(app: Flask, administrator: User) -> None:
    """CHECKS 88."""
    answer = client_of(app, administrator).post_form(PATH, {"desk_overdue_days": "0", "desk_contact": "Bel ons"})

    assert answer.status_code == 422
    assert answer.attributes("#desk_contact", "value") == ["Bel ons"]
    assert answer.attributes("#desk_overdue_days", "aria-invalid") == ["true"]
    assert read_number(settings.OVERDUE_DAYS) == 2


def test_ready_made_reasons_are_paragraphs(app: Flask, administrator: User) -> None:
    client_of(app, administrator).post_form(PATH, {"desk_reasons": "Kort\nTe kort.\nSchrijf meer.\n\nZonder tekst\n\n"})
    db.session.rollback()

    (reason,) = settings.ready_reasons()
    assert (reason.title, reason.text) == ("Kort", "Te kort.\nSchrijf meer.")


def test_the_invitation_says_what_is_set(app: Flask, administrator: User, signatory: User) -> None:
    client_of(app, administrator).post_form(PATH, {"community_welcome": "Welkom namens de regio."})
    organisation = db.session.scalars(select(Organisation)).one()
    seats.invite(organisation, signatory, "nieuw@example.org", "docent")

    mail = db.session.scalars(select(MailMessage).where(MailMessage.kind == seats.INVITATION.name)).one()
    assert "Welkom namens de regio." in mail.text
    assert "Welkom namens de regio." in mail.html
