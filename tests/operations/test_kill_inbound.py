"""Kill -9 of the worker, or of everything, while answers come in by mail: each lands in its conversation, once.

A short round here; `make endurance` runs one with many mails.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import create_app
from portal.answers import links, services
from portal.answers.services import AnswerDraft
from portal.board.models import Category, Kind, Post
from portal.core.clock import now
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.inbound import reply_addresses
from portal.mail.inbound.mailbox import DONE
from portal.publishing.models import State
from tests.mail.imap_server import MailboxServer, mailbox_server
from tests.operations import storm as storms
from tests.operations.test_kill import asked, until
from tests.operations.test_server import Portal
from tests.people import make_user

MAILS = int(os.environ.get("ENDURANCE_WRITES", "80")) // 4
PER_PERSON = 8
"""Fewer than the portal takes from one person within an hour."""
SENDERS = MAILS // PER_PERSON + 1
PLACED_WITHIN = 90.0


@pytest.fixture
def box() -> Iterator[MailboxServer]:
    """Return a mailbox that survives the portal."""
    with mailbox_server() as running:
        yield running


def prepare(environment: dict[str, str]) -> list[tuple[str, str]]:
    """Make a post that people answered; returns mail address and reply address of each."""
    app = create_app(from_environment(environment))
    with app.app_context():
        category = db.session.scalars(select(Category)).one()
        with transaction() as session:
            owner = make_user("Olga Eigenaar")
            post = Post(kind=Kind.REQUEST, category=category, slug="vraag", title="Een vraag", body="x",
                        body_html="<p>x</p>", excerpt="x", author=owner, state=State.OPEN, published_at=now(),
                        expires_at=now() + timedelta(days=5))  # fmt: skip
            session.add(post)
        found = []
        for number in range(SENDERS):
            asker = make_user(f"Piet {number}")
            thread = services.start_thread(post, asker, AnswerDraft("Wij komen graag."))
            place = next(row for row in thread.participants if row.user_id == asker.id)
            found.append((asker.email, reply_addresses.make_address(links.LETTER, place.id) or ""))
        db.session.remove()
        db.engine.dispose()
    return found


def mail_from(sender: str, to: str, words: str) -> bytes:
    """Return an answer by mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, "Re: vraag", f"<{words}@example.org>"
    mail.set_content(words)
    return mail.as_bytes()


@pytest.mark.timeout(600)
def test_each_answer_by_mail_lands_once(tmp_path: Path, box: MailboxServer) -> None:
    storms.prepare(tmp_path)
    mailed = {"PORTAL_INBOUND_URL": box.url, "PORTAL_INBOUND_DOMAIN": "portal.example", "PORTAL_LOG_LEVEL": "error"}
    people = prepare({"PORTAL_INSTANCE": str(tmp_path), **mailed})
    chance = random.Random(9)  # noqa: S311  # repeatable
    portal = Portal(tmp_path)
    portal.environment |= mailed
    portal.start()
    portal.get("/healthz", seconds=storms.GIVE_UP_SECONDS)
    storm = storms.Storm(writes=MAILS, name="mail")
    sent = [f"antwoord-{number}" for number in range(MAILS)]

    for number, words in enumerate(sent):
        sender, to = people[number % SENDERS]
        box.put(mail_from(sender, to, words))
        if number % 10 == 5:
            time.sleep(chance.uniform(0.2, 1.5))
            storms.kill(portal, storm, chance.choice(("worker", "both")))
    storms.kill(portal, storm, "both")
    placed_after = until(lambda: box.count("INBOX") == 0, PLACED_WITHIN)
    portal.kill(signal.SIGTERM)

    assert placed_after < PLACED_WITHIN
    bodies = asked(tmp_path, "SELECT body FROM answer_message WHERE full_text IS NOT NULL")
    assert Counter(bodies) == Counter(sent), "an answer is missing, or there twice"
    assert box.count(DONE) == MAILS
    assert storm.kills > 1
