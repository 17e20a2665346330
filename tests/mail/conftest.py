"""People, kinds and templates of mail for tests, and a sender that works when it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import jinja2
import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import kinds, leases, services, transports
from portal.mail.kinds import Kind
from portal.mail.models import MailMessage
from portal.mail.sending import Sender
from tests.mail.postbox import Postbox, listening

PLAIN, SECRET, BULK = "test_plain", "test_secret", "test_bulk"
TEMPLATES = {
    "mail/test/note.txt": """{% from "mail/_parts.txt" import button, quote, facts %}
Onderwerp: Over {{ title }}
We schrijven u over "{{ title }}".

{{ quote(reason) }}

{{ facts([("Waar", "Den Haag")]) }}

{{ button(link("/vraag-en-aanbod/"), "Bekijk het") }}
""",
    "mail/test/note.html": """{% extends "mail/base.html" %}
{% from "mail/_parts.html" import button, quote, facts %}
{% block body %}
<p>We schrijven u over "{{ title }}".</p>
{{ quote(reason) }}
{{ facts([("Waar", "Den Haag")]) }}
{{ button(link("/vraag-en-aanbod/"), "Bekijk het") }}
{% endblock %}
""",
    "mail/test/nameless.txt": "No subject here\n",
    "mail/test/nameless.html": '{% extends "mail/base.html" %}',
}

Queue = Callable[..., MailMessage]
Drain = Callable[[str], int]


@pytest.fixture(autouse=True)
def templates(request: pytest.FixtureRequest) -> Iterator[None]:
    """Add our templates and kinds for the length of a test."""
    site: Flask = request.getfixturevalue("app" if "app" in request.fixturenames else "site")
    environment = site.jinja_env
    before = environment.loader
    assert before is not None
    environment.loader = jinja2.ChoiceLoader([jinja2.DictLoader(TEMPLATES), before])
    for kind in (
        Kind(PLAIN, "Proef", may_switch_off=True, explanation="Voor proeven."),
        Kind(SECRET, "Geheim", is_secret=True),
        Kind(BULK, "Rondzending", is_bulk=True),
    ):
        kinds.register(kind)
    yield
    environment.loader = before
    for name in (PLAIN, SECRET, BULK):
        kinds._kinds.pop(name)


@pytest.fixture
def person(app: Flask) -> User:
    """Return somebody with an account."""
    return make_person("Noor de Wit", "noor@example.org")


def make_person(name: str, email: str) -> User:
    """Add somebody with an account."""
    with transaction() as session:
        user = User(name=name, email=email)
        session.add(user)
    return user


@pytest.fixture
def queue(person: User) -> Queue:
    """Return a function that queues a mail to our person, or to whom it is told."""

    def queue(
        unique: str = "note:1", kind: str = PLAIN, to: User | str | None = None, **context: object
    ) -> MailMessage:
        with transaction():
            row = services.send(
                kind, to or person, "test/note", unique=unique, **{"title": "Gastles", "reason": "Mooi plan", **context}
            )
            assert row is not None
        return row

    return queue


@pytest.fixture
def drain(app: Flask) -> Iterator[Drain]:
    """Return a function that sends what is due to a mail server, as the worker does; it returns how many."""
    settings = app.config["SETTINGS"]
    holder = leases.Holder(settings.instance)

    def drain(url: str) -> int:
        return Sender(holder, transports.create(replace(settings, mail_url=url)), settings).drain()

    yield drain
    holder.close()


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """Return a mail server that says yes to everything until told otherwise."""
    with listening(Postbox()) as box:
        yield box


def only_row() -> MailMessage:
    """Return the only mail of the outbox, as the database has it now."""
    db.session.rollback()
    (row,) = db.session.scalars(select(MailMessage)).all()
    return row
