"""Pages about mail: my choices, leaving with one click, the outbox."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import jobs as mail_jobs
from portal.mail import kinds, services, tokens
from portal.mail.models import MailMessage, MailPreference, MailState
from portal.operations import health
from tests.fixtures import InspectingClient
from tests.mail.conftest import BULK, PLAIN, SECRET, Drain, Queue, only_row
from tests.mail.postbox import Postbox
from tests.people import client_of
from tests.tools import NuChecker

PREFERENCES = "/account/mail"
OUTBOX = "/beheer/mail"


def wanted(user: User) -> dict[str, bool]:
    """Return what a person gets of our two kinds."""
    db.session.rollback()
    return {name: services.wants(user.id, kinds.get(name)) for name in (PLAIN, BULK)}


# ── my choices ────────────────────────────────────────────────────────────────────────────────────


def test_i_choose_what_i_get_and_nobody_elses(app: Flask, member: User, other_member: User) -> None:
    client = client_of(app, member)
    page = client.get(PREFERENCES)
    boxes = page.attributes("main input[type=checkbox]", "name")

    assert f"kind-{PLAIN}" in boxes
    assert f"kind-{SECRET}" not in boxes
    answer = client.post_form(PREFERENCES, {f"kind-{PLAIN}": [], "user_id": str(other_member.id)})

    assert answer.status_code == 303
    assert wanted(member) == {PLAIN: False, BULK: True}
    assert wanted(other_member) == {PLAIN: True, BULK: True}
    assert "Uw keuze is opgeslagen." in client.get(PREFERENCES).get_data(as_text=True)


def test_what_cannot_be_refused_stays_on(app: Flask, member: User) -> None:
    client_of(app, member).post_form(PREFERENCES, {f"kind-{SECRET}": "", "kind-nonsense": "y"})

    db.session.rollback()
    assert db.session.scalars(select(MailPreference)).all() == []


def test_preferences_are_for_who_is_signed_in(client: InspectingClient) -> None:
    assert client.get(PREFERENCES).status_code == 302 or client.get(PREFERENCES).status_code == 303
    assert client.post(PREFERENCES).status_code in (400, 401, 403)


# ── leaving with one click ────────────────────────────────────────────────────────────────────────


def test_one_click_leaves_without_cookie_and_without_redirect(app: Flask, queue: Queue, person: User) -> None:
    """CHECKS 111: the POST of a mail program ends it; a GET or HEAD, as scanners do, does not."""
    row = queue(kind=BULK)
    path = urlsplit(row.headers["List-Unsubscribe"].strip("<>")).path
    program = client_of(app, None)

    assert program.get(path).status_code == 200
    assert program.head(path).status_code == 200
    assert wanted(person) == {PLAIN: True, BULK: True}

    answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert wanted(person) == {PLAIN: True, BULK: False}
    assert services.send(BULK, person, "test/note", unique="next", title="T", reason="R") is None
    assert program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_person_leaves_with_the_button(app: Flask, person: User) -> None:
    path = f"/mail/uit/{tokens.make(person.id, PLAIN)}"
    client = client_of(app, None)

    answer = client.post_form(path)

    assert answer.only("h1") == "U krijgt deze mail niet meer"
    assert wanted(person) == {PLAIN: False, BULK: True}


@pytest.mark.parametrize("change", ["cut", "other person", "other kind", "empty", "non-ascii"])
def test_a_token_we_did_not_make_changes_nothing(app: Flask, person: User, member: User, change: str) -> None:
    mine, other = tokens.make(person.id, BULK), tokens.make(member.id, BULK)
    signature = mine.partition(".")[2]
    forged = {
        "cut": mine[:-2],
        "other person": f"{other.partition('.')[0]}.{signature}",
        "other kind": f"{tokens.make(person.id, PLAIN).partition('.')[0]}.{signature}",
        "empty": "x",
        "non-ascii": "é.é",
    }[change]

    assert client_of(app, None).post(f"/mail/uit/{forged}").status_code == 404
    assert wanted(person) == wanted(member) == {PLAIN: True, BULK: True}
    assert len(signature) * 6 >= 128


def test_a_token_ends_only_what_may_be_ended(app: Flask, person: User) -> None:
    assert client_of(app, None).post(f"/mail/uit/{tokens.make(person.id, SECRET)}").status_code == 404


def test_who_is_gone_can_still_click(app: Flask) -> None:
    assert client_of(app, None).post(f"/mail/uit/{tokens.make(99999, BULK)}").status_code == 200


# ── the outbox ────────────────────────────────────────────────────────────────────────────────────


def test_administrators_see_where_mail_is_and_nothing_of_what_it_says(
    app: Flask, administrator: User, queue: Queue, drain: Drain, postbox: Postbox
) -> None:
    postbox.at_recipient.append("550 5.1.1 <noor@example.org> unknown")
    queue("note:1", kind=SECRET, reason="geheime-code")
    queue("note:2", to="later@example.org")
    drain(postbox.url)
    queue("note:3", to="straks@example.org")

    page = client_of(app, administrator).get(OUTBOX)
    shown = page.get_data(as_text=True)

    assert page.status_code == 200
    assert len(page.tree.css("tbody tr")) == 3
    assert "550 5.1.1 <n…@example.org> unknown" in " ".join(page.texts("td"))
    assert "s…@example.org" in shown
    for hidden in (
        "geheime-code",
        "Gastles",
        "noor@example.org",
        "later@example.org",
        "straks@example.org",
        "/mail/uit/",
    ):
        assert hidden not in shown


def test_the_outbox_filters_and_pages(app: Flask, administrator: User, queue: Queue) -> None:
    for number in range(60):
        queue(f"note:{number}")
    client = client_of(app, administrator)

    first = client.get(f"{OUTBOX}?stand=queued")
    (older,) = [link for link in first.attributes("main a", "href") if "voor=" in link]
    second = client.get(older)

    assert (len(first.tree.css("tbody tr")), len(second.tree.css("tbody tr"))) == (50, 10)
    assert len(client.get(f"{OUTBOX}?stand=failed").tree.css("tbody tr")) == 0
    assert client.get(f"{OUTBOX}?stand=<x>&voor=-1").status_code == 200


def test_a_failed_mail_is_tried_again_at_request(
    app: Flask, administrator: User, queue: Queue, drain: Drain, postbox: Postbox
) -> None:
    postbox.at_recipient.append("550 5.1.1 unknown")
    row = queue()
    drain(postbox.url)
    client = client_of(app, administrator)

    answer = client.press(OUTBOX, f"{OUTBOX}/{row.id}/opnieuw")
    drain(postbox.url)

    assert answer.status_code == 303
    assert (only_row().state, len(postbox.messages)) == (MailState.SENT, 1)
    client.post_form(OUTBOX, form="main .form-actions form")
    assert drain(postbox.url) == 1
    assert postbox.addressees[-1] == administrator.email


@pytest.mark.parametrize("who", ["member", "editor", None])
def test_the_outbox_is_for_administrators(
    app: Flask, queue: Queue, who: str | None, request: pytest.FixtureRequest
) -> None:
    row = queue()
    with transaction():
        row.state = MailState.FAILED
        db.session.merge(row)
    client = client_of(app, request.getfixturevalue(who) if who else None)

    assert client.get(OUTBOX).status_code in ((403,) if who else (302, 303))
    for path in (f"{OUTBOX}/opnieuw", f"{OUTBOX}/{row.id}/opnieuw", f"{OUTBOX}/proef"):
        assert client.post(path).status_code in (400, 401, 403)
    assert only_row().state == MailState.FAILED


def test_the_pages_are_well_formed(app: Flask, administrator: User, queue: Queue, nu_errors: NuChecker) -> None:
    queue()
    client = client_of(app, administrator)
    click = f"/mail/uit/{tokens.make(administrator.id, PLAIN)}"
    pages = {path: client.get(path).get_data(as_text=True) for path in (OUTBOX, PREFERENCES, click)}

    assert nu_errors(pages) == []


# ── check, and what the clock does ────────────────────────────────────────────────────────────────


def finding() -> health.Finding:
    """Return what `portal check` says of mail."""
    db.session.rollback()
    (found,) = [finding for finding in health.findings() if finding.subject == "mail"]
    return found


def test_check_says_what_is_queued_and_what_failed(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    postbox.at_recipient.append("550 5.1.1 unknown")
    queue("note:1")
    drain(postbox.url)
    queue("note:2")

    assert finding() == health.Finding("mail", "1 queued, 0 being sent, 1 failed", well=True)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        late = finding()
    assert not late.well
    assert "1 overdue" in late.result


def test_old_mail_is_forgotten_but_not_sent_again(
    app: Flask, person: User, queue: Queue, drain: Drain, postbox: Postbox
) -> None:
    """CHECKS 116: texts and addresses go after a month; the key stays a year, so nothing goes twice."""
    queue("note:1")
    drain(postbox.url)
    queue("note:2", to="wacht@example.org")

    for days, left in ((29, ["noor@example.org", "wacht@example.org"]), (31, ["", "wacht@example.org"])):
        mail_jobs.forget_old_mail(clock.now() + timedelta(days=days))
        db.session.rollback()
        assert list(db.session.scalars(select(MailMessage.address).order_by(MailMessage.id))) == left
    emptied = db.session.scalars(select(MailMessage).order_by(MailMessage.id)).first()
    assert emptied is not None
    assert (emptied.subject, emptied.text, emptied.html, emptied.user_id, emptied.headers) == ("", "", "", None, {})
    assert services.send(PLAIN, person, "test/note", unique="note:1", title="T", reason="R") is emptied
    assert emptied.state == MailState.SENT

    mail_jobs.forget_old_mail(clock.now() + timedelta(days=366))
    db.session.rollback()
    assert list(db.session.scalars(select(MailMessage.unique_key))) == ["note:2"]


def test_the_forgetting_is_a_job_of_the_clock(app: Flask) -> None:
    jobs.load()

    assert "mail.jobs.forget_old_mail" in {job.name for job in jobs._jobs.values()}
