"""Queuing a mail: in the writer's transaction, once, and so that nobody can bend it."""

import email
from datetime import UTC, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import unescape

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import addresses, composing, kinds, rendering, services
from portal.mail.addresses import BadAddress
from portal.mail.kinds import UnknownKind
from portal.mail.models import Delivery, MailMessage
from tests.mail import parity
from tests.mail.conftest import BULK, PLAIN, Drain, Queue, make_person, only_row
from tests.mail.postbox import Postbox
from tests.pasted import TEXTS
from tests.tools import NuChecker


def on_the_wire(app: Flask, row: MailMessage) -> EmailMessage:
    """Return a mail as a mail program reads it."""
    content = composing.compose(row, app.config["SETTINGS"]).as_bytes()
    return email.message_from_bytes(content, policy=policy.default)


def count() -> int:
    """Return how many mails the outbox holds."""
    return db.session.scalar(select(func.count()).select_from(MailMessage)) or 0


def test_a_write_that_fails_mails_nothing(queue: Queue) -> None:
    """The outbox is in the writer's transaction: no mail about what did not happen."""

    def write_and_fail() -> None:
        with transaction():
            queue()
            assert count() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert count() == 0


def test_the_same_occasion_is_one_mail(queue: Queue) -> None:
    first = queue("post:7:approved")
    again = queue("post:7:approved", title="Iets anders")

    assert (first.id, count()) == (again.id, 1)


def test_a_kind_that_was_switched_off_is_not_queued(person: User) -> None:
    services.set_preference(person.id, PLAIN, Delivery.OFF)
    context = {"title": "T", "reason": "R"}

    assert services.send(PLAIN, person, "test/note", unique="a", **context) is None
    services.set_preference(person.id, PLAIN, Delivery.NOW)
    assert services.send(PLAIN, person, "test/note", unique="a", **context) is not None


def test_text_and_html_say_the_same(app: Flask, queue: Queue) -> None:
    """CHECKS 112: a plain text part, no tracking picture, nothing loaded from anywhere."""
    row = queue(kind=BULK, title="O'Brien & <Zn>", reason="Een < twee\n& drie")

    assert parity.faults(row) == []
    message = on_the_wire(app, row)
    kinds_of_part = [part.get_content_type() for part in message.walk()]
    assert kinds_of_part == ["multipart/alternative", "text/plain", "text/html"]
    assert "Beste Noor de Wit," in row.text
    assert 'We schrijven u over "O\'Brien & <Zn>".' in row.text
    assert "<Zn>" not in row.html


def test_parity_sees_a_difference(queue: Queue) -> None:
    row = queue()
    row.text = row.text.replace("Mooi plan", "Iets anders").replace("/vraag-en-aanbod/", "/elders/")
    row.html = row.html.replace("</main>", '<img src="https://example.org/x.gif" alt=""></main>')

    assert len(parity.faults(row)) == 4
    db.session.rollback()


def test_the_html_is_well_formed(queue: Queue, nu_errors: NuChecker) -> None:
    plain, bulk = queue("a"), queue("b", kind=BULK)

    assert nu_errors({"plain": plain.html, "bulk": bulk.html}) == []


def test_the_headers_of_a_mail(app: Flask, queue: Queue) -> None:
    """CHECKS 112: one addressee, a Date, a Message-ID that follows from the occasion."""
    row = queue("post:7:approved")
    message = on_the_wire(app, row)

    assert message["To"] == "noor@example.org"
    assert not {"Cc", "Bcc"} & set(message.keys())
    assert message["From"].addresses[0].addr_spec == app.config["SETTINGS"].mail_from
    assert message["Reply-To"].addresses[0].addr_spec == app.config["SETTINGS"].contact
    assert abs(parsedate_to_datetime(message["Date"]).astimezone(UTC) - row.created_at) < timedelta(seconds=1)
    assert message["Message-ID"] == rendering.message_id("post:7:approved")
    assert rendering.message_id("post:7:approved") != rendering.message_id("post:8:approved")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_bulk_can_be_left_with_one_click(app: Flask, queue: Queue) -> None:
    """CHECKS 111: the headers of RFC 8058, and the same address as a link in both parts."""
    row = queue(kind=BULK)
    message = on_the_wire(app, row)

    address = str(message["List-Unsubscribe"]).strip("<>")
    assert address.startswith(f"{app.config['BASE_URL']}/mail/uit/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in row.text
    assert address in row.html


def test_bulk_goes_to_accounts_only(app: Flask) -> None:
    with pytest.raises(ValueError, match="bulk"):
        services.send(BULK, "iemand@example.org", "test/note", unique="a", title="T", reason="R")


HOSTILE_ADDRESSES = [
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org\nSubject: x",
    "a@example.org\u2028Bcc: b@example.org",
    "a@example.org\u0085Bcc: b@example.org",
    "a@example.org, b@example.org",
    "a@example.org;b@example.org",
    "Noor <a@example.org>",
    "<a@example.org>",
    '"a b"@example.org',
    "a@example.org(comment)",
    "a@example.org b@example.org",
    "@a,@b:c@example.org",
    "a@example.org\0",
    "a@[127.0.0.1]",
    "geen adres",
    "",
    f"{'a' * 250}@example.org",
]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_what_is_not_one_plain_address_is_refused(app: Flask, address: str) -> None:
    """CHECKS 56: CR, LF, U+2028, lists of addresses and angle brackets in the address."""
    with pytest.raises(BadAddress):
        services.send(PLAIN, address, "test/note", unique="a", title="T", reason="R")

    assert count() == 0


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\u0085", "\v", "\f", "\0"])
def test_a_title_cannot_add_a_header(app: Flask, queue: Queue, drain: Drain, postbox: Postbox, sign: str) -> None:
    """CHECKS 56: line ends in a title, on the wire."""
    queue(title=f"Gastles{sign}Bcc: dief@example.org{sign}{sign}tekst")

    drain(postbox.url)

    (message,) = postbox.messages
    assert postbox.addressees == ["noor@example.org"]
    assert message["Bcc"] is None
    assert str(message["Subject"]).startswith("Over Gastles")


@pytest.mark.parametrize(
    "name", ["Noor\r\nBcc: dief@example.org", "a@b.nl, c@d.nl", "<dief@example.org>", "Noor\u2028X: y"]
)
def test_a_name_stands_in_no_header(app: Flask, name: str) -> None:
    """CHECKS 56: the name is in the greeting only, and not even there when it carries an address."""
    row = services.send(PLAIN, make_person(name, "n@example.org"), "test/note", unique="a", title="T", reason="R")
    assert row is not None
    message = on_the_wire(app, row)

    assert message["To"] == "n@example.org"
    assert message["Bcc"] is None
    assert message["X"] is None


@pytest.mark.parametrize("name", ["Win een prijs op www.dief.example", "https://dief.example", "dief.nl", "a@dief.nl"])
def test_a_name_cannot_advertise(app: Flask, name: str) -> None:
    """Somebody may register a stranger's address under the name of a link: the greeting does not repeat it."""
    row = services.send(PLAIN, make_person(name, "n@example.org"), "test/note", unique="a", title="T", reason="R")
    assert row is not None

    assert "dief" not in row.text + row.html
    assert row.text.startswith("Hallo,")


@pytest.mark.parametrize("name", ["J. de Vries", "drs. Á. Núñez-O'Brien", "Marie-José van 't Hof"])
def test_a_common_name_is_greeted(name: str) -> None:
    assert addresses.greetable(name) == name


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_links_keep_the_configured_host(app: Flask, queue: Queue, header: str) -> None:
    """CHECKS 16, 62: no attacker's host in any mail."""
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    with app.test_request_context("/", headers={header: value}):
        row = queue()

    assert f"{app.config['BASE_URL']}/vraag-en-aanbod/" in row.text
    assert "evil.example" not in row.text + row.html + str(row.headers)


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", ""])
def test_a_link_is_a_path_of_ours(app: Flask, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        rendering.link(path)


def test_mail_is_dutch_whatever_the_page_was(app: Flask, queue: Queue) -> None:
    with app.test_request_context("/en/"):
        row = queue()

    assert "Met vriendelijke groet," in row.text
    assert 'lang="nl"' in row.html


def test_mistakes_of_ours_are_loud(app: Flask, person: User) -> None:
    with pytest.raises(UnknownKind):
        services.send("no_such_kind", person, "test/note", unique="a")
    with pytest.raises(rendering.BadTemplate):
        services.send(PLAIN, person, "test/nameless", unique="a")
    with pytest.raises(ValueError, match="unique"):
        services.send(PLAIN, person, "test/note", unique="", title="T", reason="R")
    with pytest.raises(ValueError, match="two kinds"):
        kinds.register(kinds.Kind(PLAIN, "Anders", is_bulk=True))


def test_a_long_line_and_every_language_survive_the_wire(app: Flask, queue: Queue) -> None:
    row = queue(title="ë" * 300, reason="x" * 5000 + " ’t café 你好 🎉")
    raw = composing.compose(row, app.config["SETTINGS"]).as_bytes()
    body = on_the_wire(app, row).get_body(("plain",))

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert body is not None
    assert parity.squeeze(body.get_content()) == parity.squeeze(row.text)
    assert len(only_row().subject) <= 200


def test_a_reason_that_was_pasted_is_read_line_by_line(queue: Queue) -> None:
    for text in TEXTS:
        if "&amp;" in text.typed:
            continue  # `parity` takes it for a sign that we escaped
        mail = queue(text.name, reason=text.typed)
        quotation = LexborHTMLParser(mail.html or "").css_first("blockquote")

        assert "".join(f"> {line}".rstrip() + "\n" for line in text.lines.split("\n")) in mail.text, text.name
        assert quotation is not None
        assert unescape((quotation.inner_html or "").replace("<br>", "\n")) == text.lines
