"""Answering by mail: the message lands in the thread once, and what cannot be placed is held and told."""

import argparse
import io
import os
import re
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.answers import held, links, services
from portal.answers.models import HeldMail, Message, OneClick, Thread, ThreadState
from portal.answers.services import AnswerDraft
from portal.board.models import Post
from portal.core import personal_data
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import bounces
from portal.mail.inbound import receive_command, reply_addresses
from portal.mail.inbound.handlers import Fate, UnknownAddress
from portal.mail.inbound.receiving import TooManyWrong, receive
from portal.mail.models import InboundMail, MailMessage
from tests.answers.conftest import WORDS, ReplyPlace, mails, only_thread
from tests.answers.test_guests import confirmed
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

LOTTE = "lotte@school.example"
_numbers = iter(range(1_000_000))


def written(to: str, body: str = "Dinsdag om tien uur.", sender: str = LOTTE, **headers: str) -> bytes:
    """Return a mail as somebody sends it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: Over de gastles"
    mail["Message-ID"] = f"<{next(_numbers)}@school.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail.as_bytes()


def bodies() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.body).order_by(Message.id)))


def told() -> list[MailMessage]:
    return mails("mail.not_delivered")


def test_an_answer_by_mail_stands_in_the_thread_and_is_mailed_on(
    reply_place: ReplyPlace, owner: User, hers: SignedInClient
) -> None:
    assert receive(written(reply_place.address)) == Fate.DELIVERED

    thread = only_thread()
    assert hers.get(thread.path).texts(".message .prose")[-1] == "Dinsdag om tien uur."
    assert thread.turn == "owner"
    passed_on = mails("answer.message")[-1]
    assert passed_on.address == owner.email
    assert "Dinsdag om tien uur." in passed_on.text
    assert LOTTE not in passed_on.text + passed_on.html + str(passed_on.headers)
    assert passed_on.headers["Reply-To"] != reply_place.address, "each participant has an address"
    assert len(passed_on.headers["Reply-To"].partition("@")[0]) <= 64


def test_the_same_mail_counts_once_however_often_it_comes(reply_place: ReplyPlace) -> None:
    mail = written(reply_place.address)

    fates = [receive(mail), receive(b"Received: from a retry\n" + mail), receive(mail, reply_place.address.upper())]

    assert fates == [Fate.DELIVERED] * 3
    assert bodies().count("Dinsdag om tien uur.") == 1
    assert db.session.scalar(select(func.count()).select_from(InboundMail)) == 1


def test_without_a_domain_no_mail_names_an_address_that_goes_nowhere(post: Post, asker: User) -> None:
    services.start_thread(post, asker, AnswerDraft(WORDS))

    (mail,) = mails("answer.message")
    assert "Reply-To" not in mail.headers
    assert "gaat naar de redactie" in mail.text


def test_mail_from_another_address_is_held_and_its_sender_is_told_once_a_day(
    app: Flask, reply_place: ReplyPlace, hers: SignedInClient
) -> None:
    home = "lotte.thuis@prive.example"
    for words in ("Van thuis.", "Nog een keer."):
        assert receive(written(reply_place.address, words, home)) == Fate.HELD

    thread = only_thread()
    assert bodies() == [WORDS, "Kom gerust langs."]
    (mail,) = told()
    assert mail.address == home
    assert mail.headers["Auto-Submitted"] == "auto-replied"
    for secret in (thread.subject, thread.path, "Jan", LOTTE):
        assert secret not in mail.text, "who only knows the address learns nothing"
    assert "Van thuis." not in hers.get(thread.path).get_data(as_text=True)

    mine = client_of(app, reply_place.participant.user)
    page = mine.get(thread.path)
    first, second = db.session.scalars(select(HeldMail).order_by(HeldMail.id)).all()
    assert home in page.only(f"#vastgehouden-{first.id} .message-head")
    action = f"{thread.path}/vastgehouden/{first.id}"
    token = hers.get(thread.path).attributes("[name=csrf_token]", "value")[0]
    refused = hers.post(action, data={"do": "plaats", "csrf_token": token})
    assert refused.status_code == 404, "that of somebody else"
    mine.post_form(thread.path, {"do": "plaats"}, form=f'form[action="{action}"]')
    mine.post_form(thread.path, {"do": "verwijder"}, form=f'form[action="{thread.path}/vastgehouden/{second.id}"]')
    assert bodies() == [WORDS, "Kom gerust langs.", "Van thuis."]
    assert db.session.scalars(select(HeldMail)).all() == []


def test_a_guest_places_a_held_mail_behind_the_signed_link(app: Flask, takes_mail: None, post: Post) -> None:
    guest, path = confirmed(app, post)
    place = next(row for row in only_thread().participants if row.guest_id)
    address = reply_addresses.make_address(links.LETTER, place.id)
    assert address is not None
    assert receive(written(address, "Per mail.", "gijs@lyceum.example")) == Fate.DELIVERED
    assert receive(written(address, "Van thuis.", "gijs@prive.example")) == Fate.HELD

    row = db.session.scalars(select(HeldMail)).one()
    guest.post_form(path, {"do": "plaats"}, form=f'form[action="{path}/vastgehouden/{row.id}"]')
    assert bodies() == [WORDS, "Per mail.", "Van thuis."]


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"List_Id": "<x>"}, {"Precedence": "bulk"}])
def test_a_machine_at_another_address_is_never_answered(reply_place: ReplyPlace, headers: dict[str, str]) -> None:
    assert receive(written(reply_place.address, "Ik ben er niet.", "iemand@elders.example", **headers)) == Fate.IGNORED
    assert receive(written(reply_place.address, "Stil.", "noreply@elders.example")) == Fate.IGNORED
    quiet = written(reply_place.address, "Stil.", "iemand@elders.example", X_Auto_Response_Suppress="All")
    assert receive(quiet) == Fate.HELD
    assert told() == []


def test_two_answering_machines_stop_after_one_answer_each(reply_place: ReplyPlace, owner: User) -> None:
    """Machines that say nothing of themselves in the headers: each answers every mail with the same words."""
    words = "Ik ben tot en met 14 december niet bereikbaar. Daarna antwoord ik u zo snel mogelijk."
    answered: set[int] = set()
    for _round in range(6):
        waiting = [row for row in mails("answer.message") if row.id not in answered]
        for mail in waiting:
            answered.add(mail.id)
            receive(written(mail.headers["Reply-To"], words, mail.address))

    assert bodies().count(words) == 2
    assert told() == []


def test_more_mails_than_somebody_writes_in_an_hour_are_held(reply_place: ReplyPlace) -> None:
    fates = [receive(written(reply_place.address, f"Bericht {number}.")) for number in range(12)]

    assert fates == [Fate.DELIVERED] * 10 + [Fate.HELD] * 2
    assert len(told()) == 1


def test_a_reply_to_a_closed_conversation_is_held_until_it_is_open_again(app: Flask, reply_place: ReplyPlace) -> None:
    services.set_state(reply_place.participant, ThreadState.FAILED)
    assert receive(written(reply_place.address, "Toch wel!")) == Fate.HELD
    assert "gesloten" in told()[0].text

    mine, path = client_of(app, reply_place.participant.user), only_thread().path
    page = mine.get(path)
    assert page.tree.css_first('#held button[value="plaats"], [value="plaats"]') is None
    services.set_state(reply_place.participant, ThreadState.TALKING)
    row = db.session.scalars(select(HeldMail)).one()
    mine.post_form(path, {"do": "plaats"}, form=f'form[action="{path}/vastgehouden/{row.id}"]')
    assert bodies()[-1] == "Toch wel!"


def test_of_a_photo_of_twelve_megabytes_the_words_stay(app: Flask, reply_place: ReplyPlace) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = LOTTE, reply_place.address, "<foto@school.example>"
    mail.set_content("Zo ziet het eruit.\n\nVerstuurd vanaf mijn iPhone\n")
    mail.add_attachment(os.urandom(12_000_000), "image", "jpeg", filename="IMG_1.jpeg")

    assert receive(mail.as_bytes()) == Fate.DELIVERED
    assert bodies()[-1] == "Zo ziet het eruit."
    page = client_of(app, reply_place.participant.user).get(only_thread().path)
    assert "Eén bijlage is niet meegekomen" in page.only(".messages")


def test_the_whole_mail_can_be_read_by_both_sides_without_addresses_and_links(
    reply_place: ReplyPlace, hers: SignedInClient
) -> None:
    quoted = f"> Van: {LOTTE}\n> Lees: https://portal.example/antwoorden/gast/geheim\n> {reply_place.address}"
    receive(written(reply_place.address, f"Ja.\n\nGroet,\nLotte, kamer 12\n\nOp 1 dec schreef Jan:\n{quoted}\n"))

    page = hers.get(only_thread().path)
    assert page.texts(".message .prose")[-1] == "Ja."
    whole = page.only(".message-mail")
    assert "kamer 12" in whole
    for secret in (LOTTE, "geheim", reply_place.code):
        assert secret not in page.get_data(as_text=True)


def test_an_address_that_was_made_up_is_unknown_and_guessing_is_slowed(reply_place: ReplyPlace) -> None:
    right = reply_place.code
    wrong = ("a" if right[0] != "a" else "b") + right[1:]
    for code in (wrong, right[:-1], right + "0", "x", right[:26] + "z1", right[:26] + "g999"):
        with pytest.raises(UnknownAddress):
            receive(written(f"antwoord+{code}@portal.example"))
    with pytest.raises(UnknownAddress):
        receive(written(f"antwoord+{right}@elders.example"))

    for _try in range(13):
        with pytest.raises(UnknownAddress):
            receive(written(f"antwoord+{wrong}@portal.example"))
    with pytest.raises(TooManyWrong):
        receive(written(f"antwoord+{wrong}@portal.example"))
    assert receive(written(reply_place.address)) == Fate.DELIVERED, "forging her address does not shut her out"


def test_who_left_the_thread_or_the_portal_has_no_address_any_more(reply_place: ReplyPlace) -> None:
    user = reply_place.participant.user
    assert user is not None
    with transaction():
        user.disabled_at = now()
    with pytest.raises(UnknownAddress):
        receive(written(reply_place.address))
    services.leave(reply_place.participant)
    with pytest.raises(UnknownAddress):
        receive(written(reply_place.address))


def notice(to: str, status: str = "5.1.1") -> bytes:
    """Return the notice of a mail server that a mail cannot be delivered."""
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nMessage-ID: <{next(_numbers)}@mx.example>\nSubject: failed\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: '
        "message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; victim@example.org\n"
        f"Action: failed\nStatus: {status}\n\n--b--\n"
    ).encode()


def test_a_bounce_marks_the_address_and_the_other_side_sees_it(
    app: Flask, reply_place: ReplyPlace, hers: SignedInClient
) -> None:
    to_lotte = next(mail for mail in mails("answer.message") if mail.address == LOTTE)
    envelope = bounces.envelope_sender(to_lotte, app.config["SETTINGS"])

    assert receive(notice(envelope)) == Fate.BOUNCE
    assert bounces.list_bounced([LOTTE.upper(), "victim@example.org"]) == {LOTTE}
    assert "Misschien is het adres verouderd" in hers.get(only_thread().path).only(".sheet-main .notice")
    assert personal_data.export(personal_data.Person(0, "x", LOTTE))["mail_bounced_address"]

    receive(written(reply_place.address))
    assert bounces.list_bounced([LOTTE]) == set(), "mail from the address shows that it works"
    assert receive(notice(reply_place.address)) == Fate.BOUNCE, "some servers send it to Reply-To"
    assert bounces.list_bounced([LOTTE]) == {LOTTE}
    assert bodies()[-1] == "Dinsdag om tien uur."


def test_owner_answers_a_first_answer_with_one_click(
    post: Post, asker: User, owner: User, client: InspectingClient, app: Flask
) -> None:
    services.start_thread(post, asker, AnswerDraft(WORDS))
    (mail,) = mails("answer.message")
    yes = next(path for path in _one_clicks(mail) if _act(path) == OneClick.YES)
    visitor = client_of(app, None)

    assert WORDS in client.get(yes).only(".message-quote")
    assert client.head(yes).status_code == 200
    assert bodies() == [WORDS], "a scanner that opens links answers nothing"
    visitor.post_form(yes)
    assert bodies() == [WORDS, "Ja, dat kan."]
    assert only_thread().state == ThreadState.TALKING
    assert client.get(yes).only("h1") == "Er is nu niets te beantwoorden"
    assert mails("answer.message")[-1].address == asker.email


def test_owner_says_not_now_with_a_reason(post: Post, asker: User, app: Flask) -> None:
    services.start_thread(post, asker, AnswerDraft(WORDS))
    not_now = next(path for path in _one_clicks(mails("answer.message")[0]) if _act(path) == OneClick.NOT_NOW)
    visitor = client_of(app, None)

    visitor.post_form(not_now, {"words": "Dit jaar zijn we vol."})
    thread: Thread = only_thread()
    assert (thread.state, bodies()[-1]) == (ThreadState.FAILED, "Dit jaar zijn we vol.")
    with time_machine.travel(now() + timedelta(days=61), tick=False):
        assert visitor.get(not_now).status_code == 404
    assert visitor.get(not_now[:-1] + ("A" if not_now[-1] != "A" else "B")).status_code == 404


def _one_clicks(mail: MailMessage) -> list[str]:
    found = re.findall(r"https?://[^/\s]+(/antwoorden/snel/\S+)", mail.text)
    assert len(found) == 2
    return found


def _act(path: str) -> OneClick:
    found = links.read_one_click_token(path.rpartition("/")[2])
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("raw", "code"), [(b"", os.EX_DATAERR), (b"geen mail", os.EX_DATAERR), (b"From: a@b.nl\n\nx", os.EX_NOUSER)]
)
def test_the_command_says_to_the_mail_server_what_is_wrong(
    app: Flask, takes_mail: None, monkeypatch: pytest.MonkeyPatch, raw: bytes, code: int
) -> None:
    assert piped(app, monkeypatch, raw) == code


def test_the_command_takes_a_mail_and_asks_to_try_again_when_the_database_is_away(
    app: Flask, reply_place: ReplyPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = written("iemand@portal.example")
    assert piped(app, monkeypatch, mail, reply_place.address) == os.EX_OK
    assert bodies()[-1] == "Dinsdag om tien uur."

    monkeypatch.setattr(type(db.session()), "commit", refuse)
    assert piped(app, monkeypatch, written("x@portal.example"), reply_place.address) == os.EX_TEMPFAIL


def refuse(_session: object) -> None:
    """Stand in for a commit while the database is away."""
    raise OperationalError("COMMIT", {}, Exception("away"))


def piped(app: Flask, monkeypatch: pytest.MonkeyPatch, raw: bytes, recipient: str = "") -> int:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    return receive_command.run(app, argparse.Namespace(recipient=recipient))


def test_held_mail_is_deleted_after_thirty_days(reply_place: ReplyPlace) -> None:
    receive(written(reply_place.address, "x", "iemand@elders.example"))
    held.delete_old(now() + timedelta(days=29))
    assert len(held.list_held(reply_place.participant)) == 1
    held.delete_old(now() + timedelta(days=31))
    assert held.list_held(reply_place.participant) == []


def test_erasing_removes_held_mail_and_bounces(reply_place: ReplyPlace) -> None:
    home = make_user("Piet Prive", email="piet@prive.example")
    receive(written(reply_place.address, "Van Piet.", home.email))
    bounces.mark(home.email, "5.1.1")
    person = personal_data.Person(home.id, home.name, home.email)
    assert personal_data.export(person)["answer_held_mail"]

    with transaction():
        personal_data.erase(person, personal_data.Contributions.ANONYMISE)
    assert db.session.scalars(select(HeldMail)).all() == []
    assert bounces.list_bounced([home.email]) == set()
