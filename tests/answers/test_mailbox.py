"""The mailbox: each mail is taken in once and moved aside after that, whatever breaks in between."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.answers import services
from portal.answers.models import Message, Participant
from portal.answers.services import AnswerDraft
from portal.core.extensions import db
from portal.core.web import limits
from portal.mail.inbound import mailbox, parsing, polling
from portal.mail.inbound.mailbox import DONE, NOT_PLACED, MailboxAway
from portal.operations import health
from tests.answers.conftest import ReplyPlace
from tests.answers.test_inbound import bodies, refuse, written
from tests.mail.imap_server import MailboxServer, mailbox_server


@pytest.fixture
def box() -> Iterator[MailboxServer]:
    """Return a mailbox without mail."""
    with mailbox_server() as running:
        yield running


@pytest.mark.parametrize("can_move", [True, False])
def test_mail_is_placed_and_moved_aside(reply_place: ReplyPlace, box: MailboxServer, can_move: bool) -> None:
    box.can_move = can_move
    box.put(written(reply_place.address, "Een."))
    box.put(written("info@portal.example", "Niet voor een gesprek."))
    box.put(written(reply_place.address, "Twee."))

    assert polling.empty_mailbox(box.url) == 3
    assert bodies()[2:] == ["Een.", "Twee."]
    assert (box.count("INBOX"), box.count(DONE), box.count(NOT_PLACED)) == (0, 2, 1)
    assert polling.empty_mailbox(box.url) == 0


@pytest.mark.parametrize("fault", [("FETCH", "half"), ("FETCH", "drop"), ("SEARCH", "drop"), ("LOGIN", "drop")])
def test_a_mailbox_that_breaks_off_loses_nothing(
    reply_place: ReplyPlace, box: MailboxServer, fault: tuple[str, str]
) -> None:
    box.put(written(reply_place.address, "Heel belangrijk. " * 50))
    if fault == ("FETCH", "half"):
        box.faults.append(("FETCH", "whole"))  # the size comes first
    box.faults.append(fault)

    with pytest.raises(MailboxAway):
        polling.empty_mailbox(box.url)
    assert (len(bodies()), box.count("INBOX")) == (2, 1)
    polling.empty_mailbox(box.url)
    assert (len(bodies()), box.count("INBOX")) == (3, 0)


def test_a_mail_that_was_placed_but_not_moved_counts_once(reply_place: ReplyPlace, box: MailboxServer) -> None:
    """As when the worker is killed between the commit and the move."""
    box.put(written(reply_place.address, "Een keer."))
    box.faults.append(("MOVE", "drop"))

    with pytest.raises(MailboxAway):
        polling.empty_mailbox(box.url)
    assert (bodies().count("Een keer."), box.count("INBOX")) == (1, 1)
    polling.empty_mailbox(box.url)
    assert (bodies().count("Een keer."), box.count(DONE)) == (1, 1)


def test_a_mail_waits_when_the_database_does(
    reply_place: ReplyPlace, box: MailboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(written(reply_place.address, "Later."))
    with monkeypatch.context() as away:
        away.setattr(type(db.session()), "commit", refuse)
        with pytest.raises(OperationalError):
            polling.empty_mailbox(box.url)
    db.session.rollback()
    assert ("Later." in bodies(), box.count("INBOX")) == (False, 1)

    polling.empty_mailbox(box.url)
    assert ("Later." in bodies(), box.count("INBOX")) == (True, 0)


def test_a_guesser_stays_in_the_mailbox_and_what_is_unreadable_goes_aside(
    reply_place: ReplyPlace, box: MailboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 2000)
    box.put(written(reply_place.address, "x" * 3000))
    guess = written("antwoord+" + "a" * 26 + "g1@portal.example", sender="gokker@example.org")
    box.put(guess)
    for _try in range(20):
        limits.count("inbound-wrong", "gokker@example.org", 20, 3600)

    polling.empty_mailbox(box.url)
    assert (box.count("INBOX"), box.count(NOT_PLACED)) == (1, 1)
    assert parsing.LARGEST > 20_000_000


def test_check_says_whether_the_mailbox_can_be_read(app: Flask, takes_mail: None, box: MailboxServer) -> None:
    settings = app.config["SETTINGS"]

    def said() -> tuple[str, bool]:
        found = next(one for one in health.findings() if one.subject == "incoming mail")
        return found.result, found.well

    assert said() == ("to antwoord+…@portal.example, by `portal receive`", True)
    app.config["SETTINGS"] = replace(settings, inbound_url=box.url)
    box.put(b"From: x@example.org\n\nx")
    assert said() == ("to antwoord+…@portal.example, 1 waiting in the mailbox", True)
    app.config["SETTINGS"] = replace(settings, inbound_url=box.url.replace("geheim", "fout"))
    result, well = said()
    assert not well
    assert "fout" not in result


def test_one_mail_that_nobody_can_handle_does_not_keep_the_others_waiting(
    reply_place: ReplyPlace, box: MailboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(written(reply_place.address, "Onmogelijk."))
    box.put(written(reply_place.address, "Gewoon."))
    send_message = services.send_message

    def fail_once(participant: Participant, draft: AnswerDraft) -> Message:
        if draft.body == "Onmogelijk.":
            raise RuntimeError("a mistake of ours")
        return send_message(participant, draft)

    monkeypatch.setattr(services, "send_message", fail_once)
    polling.empty_mailbox(box.url)
    assert bodies()[-1] == "Gewoon."
    assert (box.count(NOT_PLACED), box.count(DONE)) == (1, 1)
