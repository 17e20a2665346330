"""The outbox on PostgreSQL, where two senders and two writers really work at the same time."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import leases, services, transports
from portal.mail.models import MailMessage, MailState
from portal.mail.sending import Sender
from portal.operations import schema
from tests.mail.postbox import Postbox

MAILS, SENDERS = 60, 4


@pytest.fixture
def portal(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on PostgreSQL."""
    settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_DATABASE_URL": postgres_url, "PORTAL_LOG_LEVEL": "error"}
    app = create_app(from_environment(settings))
    with app.app_context():
        schema.upgrade()
        with transaction() as session:
            session.query(MailMessage).delete()
        yield app
        db.session.remove()
        db.engine.dispose()


def together(app: Flask, work: list[object]) -> list[object]:
    """Do things at the same time, each in an application context of its own; returns what each returned."""
    results: list[object] = []
    start = threading.Barrier(len(work))

    def run(step: object) -> None:
        with app.app_context():
            start.wait()
            results.append(step())  # type: ignore[operator]  # each is a function
            db.session.remove()

    threads = [threading.Thread(target=run, args=(step,)) for step in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(work), "one of them failed"
    return results


@pytest.mark.postgres
def test_senders_side_by_side_send_everything_once(portal: Flask, postbox: Postbox) -> None:
    settings = replace(portal.config["SETTINGS"], mail_url=postbox.url)
    with transaction():
        for number in range(MAILS):
            services.send("mail.trial", f"lid{number}@example.org", "trial", unique=f"trial:{number}")
    holders = [leases.Holder(settings.instance) for _ in range(SENDERS)]

    sent = together(portal, [Sender(holder, transports.create(settings), settings).drain for holder in holders])

    assert Counter(postbox.addressees) == Counter(f"lid{number}@example.org" for number in range(MAILS))
    assert sum(int(str(number)) for number in sent) == MAILS
    states = set(db.session.scalars(select(MailMessage.state)))
    assert states == {MailState.SENT}
    for holder in holders:
        holder.close()


@pytest.mark.postgres
def test_writers_side_by_side_queue_one_mail(portal: Flask) -> None:
    def write() -> object:
        with transaction():
            row = services.send("mail.trial", "lid@example.org", "trial", unique="same")
            return row and row.id

    ids = together(portal, [write] * 6)

    assert len(set(ids)) == 1
    assert db.session.scalar(select(func.count()).select_from(MailMessage)) == 1
