"""What becomes of a mail when the mail server says yes, no, later, or nothing (CHECKS 109, 110)."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import CapturingLogger

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import bounces, leases, sending, services, transports
from portal.mail.models import Delivery, MailMessage, MailState
from portal.mail.transports import ServerTrouble
from tests.mail.conftest import BULK, PLAIN, SECRET, Drain, Queue, make_person, only_row
from tests.mail.postbox import DROP, Postbox, free_port


def test_a_mail_is_sent_once_and_noted(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    queue()

    assert drain(postbox.url) == 1
    assert drain(postbox.url) == 0

    assert postbox.addressees == ["noor@example.org"]
    row = only_row()
    assert (row.state, row.tries, row.holder, row.lease_until) == (MailState.SENT, 1, None, None)
    assert row.sent_at is not None


def test_one_connection_serves_many_mails(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    for number in range(5):
        queue(f"note:{number}")

    assert drain(postbox.url) == 5
    assert postbox.connections == 1
    assert len({message["Message-ID"] for message in postbox.messages}) == 5


def test_each_mail_has_one_addressee(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """CHECKS 112."""
    for name in ("een", "twee", "drie"):
        queue(f"note:{name}", to=f"{name}@example.org")

    drain(postbox.url)

    for to, message in postbox.received:
        assert to == [message["To"]]
        others = {"een", "twee", "drie"} - {to[0].partition("@")[0]}
        assert not any(f"{name}@example.org" in message.as_string() for name in others)


@pytest.mark.parametrize("step", ["at_sender", "at_recipient", "at_data"])
def test_a_451_is_tried_again_later_and_not_at_once(queue: Queue, drain: Drain, postbox: Postbox, step: str) -> None:
    """CHECKS 110: a temporary no, at each of the three words."""
    getattr(postbox, step).append("451 4.3.0 later, noor@example.org")
    queue()

    drain(postbox.url)
    row = only_row()
    assert (row.state, row.tries, postbox.messages) == (MailState.QUEUED, 1, [])
    assert row.last_error == "451 4.3.0 later, n…@example.org"
    assert drain(postbox.url) == 0

    with time_machine.travel(clock.now() + sending.BACKOFF[0] + timedelta(seconds=1)):
        assert drain(postbox.url) == 1
    assert (only_row().state, len(postbox.messages)) == (MailState.SENT, 1)


def test_after_a_no_the_next_mail_goes_as_if_nothing_happened(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    postbox.at_recipient.append("451 4.2.1 later")
    queue("note:1")
    queue("note:2", to="ander@example.org")

    drain(postbox.url)

    assert postbox.addressees == ["ander@example.org"]


@pytest.mark.parametrize(("step", "answer"), [("at_recipient", "550 5.1.1 unknown"), ("at_data", "554 5.7.1 spam")])
def test_a_no_for_good_is_not_tried_again(queue: Queue, drain: Drain, postbox: Postbox, step: str, answer: str) -> None:
    getattr(postbox, step).append(answer)
    queue()

    drain(postbox.url)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        assert drain(postbox.url) == 0

    row = only_row()
    assert (row.state, row.last_error) == (MailState.FAILED, answer)
    is_unknown = "5.1.1" in answer
    assert bounces.list_bounced([row.address]) == ({row.address} if is_unknown else set()), "only an unknown address"


def test_a_server_that_refuses_us_fails_no_mail(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """A wrong sender address or password is our fault, and no reason to give mail up."""
    postbox.at_sender.append("530 5.7.0 authenticate first")
    queue()

    with pytest.raises(ServerTrouble):
        drain(postbox.url)

    row = only_row()
    assert (row.state, row.tries, row.last_error) == (MailState.QUEUED, 0, "530 5.7.0 authenticate first")


def test_a_line_that_drops_before_the_text_means_one_mail(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """CHECKS 110: dropped before DATA, nothing was taken."""
    postbox.at_recipient.append(DROP)
    queue()

    drain(postbox.url)
    assert (only_row().state, postbox.messages) == (MailState.QUEUED, [])
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        drain(postbox.url)

    assert len(postbox.messages) == 1


def test_a_line_that_drops_before_the_answer_means_two_with_one_message_id(
    queue: Queue, drain: Drain, postbox: Postbox
) -> None:
    """CHECKS 110: dropped after DATA, nobody can know; the second is recognised as the first."""
    postbox.at_data.append(DROP)
    queue("note:1")
    queue("note:2", to="ander@example.org")

    drain(postbox.url)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        drain(postbox.url)

    assert sorted(postbox.addressees) == ["ander@example.org", "noor@example.org", "noor@example.org"]
    mine = [message for message in postbox.messages if message["To"] == "noor@example.org"]
    assert mine[0].as_string().partition("boundary")[0] == mine[1].as_string().partition("boundary")[0]
    assert len({message["Message-ID"] for message in mine}) == 1


def test_nobody_listens_and_later_everybody_gets_it_once(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """CHECKS 109: refused connections; no mail uses up its tries, however long it lasts."""
    for number in range(3):
        queue(f"note:{number}", to=f"lid{number}@example.org")

    for day in range(20):
        with time_machine.travel(clock.now() + timedelta(days=day)), pytest.raises(ServerTrouble):
            drain(f"smtp://127.0.0.1:{free_port()}")
    with time_machine.travel(clock.now() + timedelta(days=21)):
        drain(postbox.url)

    assert sorted(postbox.addressees) == ["lid0@example.org", "lid1@example.org", "lid2@example.org"]


def test_a_silent_server_is_left_after_a_while(
    queue: Queue, drain: Drain, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHECKS 110: slow beyond patience."""
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.2)
    postbox.at_recipient.append(2.0)
    queue()

    drain(postbox.url)

    row = only_row()
    assert (row.state, row.tries) == (MailState.QUEUED, 1)
    assert "timed out" in str(row.last_error) or "TimeoutError" in str(row.last_error)


def test_a_server_that_drips_is_cut_off(
    queue: Queue, drain: Drain, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer comes in time, all of them together do not: a delivery ends before its lease."""
    monkeypatch.setattr(transports, "PATIENCE_SECONDS", 0.3)
    postbox.at_sender.append(0.2)
    postbox.at_recipient.append(0.2)
    postbox.at_data.append(5.0)
    queue()

    drain(postbox.url)

    assert only_row().state == MailState.QUEUED


def test_a_lease_outlasts_a_delivery() -> None:
    assert leases.LEASE.total_seconds() > transports.PATIENCE_SECONDS + transports.TIMEOUT_SECONDS


def test_trying_ends_after_five_days(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    queue()
    began, tries = clock.now(), 0
    with time_machine.travel(began, tick=False) as traveller:
        while only_row().state == MailState.QUEUED:
            postbox.at_recipient.append("451 4.3.0 later")
            traveller.move_to(only_row().not_before + timedelta(seconds=1))
            drain(postbox.url)
            tries += 1
        lasted = clock.now() - began

    row = only_row()
    assert (row.state, row.tries) == (MailState.FAILED, tries)
    assert timedelta(days=4) < lasted < timedelta(days=6)
    assert services.retry(row.id) == 1
    assert drain(postbox.url) == 1
    assert only_row().state == MailState.SENT


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    queue()
    claimed = leases.claim("somebody on another machine")
    assert claimed is not None

    assert drain(postbox.url) == 0
    assert leases.claim("a third") is None
    with time_machine.travel(clock.now() + leases.LEASE + timedelta(seconds=1)):
        assert drain(postbox.url) == 1
    assert len(postbox.messages) == 1


def test_what_the_dead_had_in_hand_goes_at_once(app: Flask, queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """A sender that was killed left its lock free: nobody waits for its lease."""
    queue()
    folder = app.config["SETTINGS"].instance
    dead = leases.Holder(folder)
    assert leases.claim(dead.name) is not None
    living = leases.Holder(folder)

    assert living.release_dead() == 0
    os.close(dead._lock)  # as the end of its process does
    assert living.release_dead() == 1
    assert drain(postbox.url) == 1
    assert not (folder / "senders" / dead.name).exists()
    living.close()


def test_who_lost_the_lease_does_not_undo_what_the_next_one_did(
    queue: Queue, drain: Drain, postbox: Postbox, app: Flask
) -> None:
    queue()

    def takes_over() -> str:
        with app.app_context(), transaction() as session:
            session.execute(update(MailMessage).values(state=MailState.SENT, holder="another"))
        return "451 4.3.0 later"

    postbox.at_recipient.append(takes_over)
    drain(postbox.url)

    assert (only_row().state, only_row().holder) == (MailState.SENT, "another")


def test_links_that_let_in_go_first_and_are_forgotten_when_sent(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    queue("note:1", kind=BULK)
    queue("note:2", kind=SECRET, to="zoek@example.org")

    drain(postbox.url)

    assert postbox.addressees == ["zoek@example.org", "noor@example.org"]
    db.session.rollback()
    texts = {row.kind: bool(row.text or row.html) for row in db.session.scalars(select(MailMessage))}
    assert texts == {BULK: True, SECRET: False}


def test_who_switched_it_off_meanwhile_does_not_get_it(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """CHECKS 111: what was queued before the choice is skipped too."""
    row = queue()
    services.set_preference(row.user_id or 0, PLAIN, Delivery.OFF)

    drain(postbox.url)

    assert (only_row().state, postbox.messages) == (MailState.DROPPED, [])


def test_erasing_somebody_takes_their_mail_out_of_the_queue(queue: Queue, drain: Drain, postbox: Postbox) -> None:
    """CHECKS 116."""
    other = make_person("Ander", "ander@example.org")
    queue("note:1")
    queue("note:2", to="Noor@Example.org")
    queue("note:3", to=other)
    row = db.session.scalars(select(MailMessage).where(MailMessage.unique_key == "note:1")).one()

    services.delete_old(row.user_id or 0, "noor@example.org")
    drain(postbox.url)

    assert postbox.addressees == ["ander@example.org"]


def test_no_address_stands_in_the_log(
    queue: Queue, drain: Drain, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHECKS 116: mail servers repeat addresses in what they answer."""
    postbox.at_recipient.extend(["451 4.2.1 <noor@example.org> later", "550 5.1.1 noor@example.org unknown"])
    queue("note:1")
    queue("note:2")

    log = CapturingLogger()
    monkeypatch.setattr(sending, "log", log)
    drain(postbox.url)

    assert [call.args for call in log.calls] == [("mail_not_sent",), ("mail_not_sent",)]
    assert "noor@example.org" not in str(log.calls)
    assert "n…@example.org" in str(log.calls)


def test_a_folder_gets_one_file_per_mail(queue: Queue, drain: Drain, tmp_path: Path) -> None:
    queue("note:1")
    queue("note:2")
    folder = tmp_path / "met spatie"

    drain(folder.as_uri())

    files = sorted(folder.iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *files))
    assert b"To: noor@example.org" in files[0].read_bytes()
