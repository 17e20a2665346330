"""Mails as real clients and servers write them (`corpus/*.eml`): what each says, and what becomes of it.

In the mails CODE stands for the code of the reply address; `corpus/expected.json` says what is expected.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from portal.answers.models import HeldMail, Message
from portal.core.clock import now
from portal.core.extensions import db
from portal.mail.inbound.handlers import Fate
from portal.mail.inbound.judging import Nature, judge
from portal.mail.inbound.parsing import parse
from portal.mail.inbound.receiving import receive
from portal.mail.models import BouncedAddress, MailMessage
from tests.answers.conftest import ReplyPlace

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
NATURES = {"bounce": (Nature.BOUNCE,), "ignored": (Nature.AUTOMATIC, Nature.LIST)}


def raw(name: str, code: str = "x") -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes().replace(b"CODE", code.encode())


def test_every_mail_has_an_expectation() -> None:
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_mail_is_read_as_a_person_would(name: str) -> None:
    mail, expected = parse(raw(name)), EXPECTED[name]

    assert judge(mail).nature in NATURES.get(expected["fate"], (Nature.PERSON,))
    assert judge(mail).status == expected.get("status", "")
    if "text" in expected:
        assert mail.reply.split("\n") == expected["text"]
        assert mail.dropped_files == expected.get("files", 0)


def test_each_mail_has_its_fate(reply_place: ReplyPlace) -> None:
    def count(model: type[Any]) -> int:
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    wrong = []
    for number, (name, expected) in enumerate(sorted(EXPECTED.items())):
        before = {model: count(model) for model in (Message, HeldMail, MailMessage)}
        with time_machine.travel(now() + timedelta(minutes=20 * number), tick=False):
            fate = receive(raw(name, reply_place.code))
        grown = {model for model in before if count(model) > before[model]}
        may_grow = {
            Fate.DELIVERED: {Message, MailMessage},
            Fate.HELD: {HeldMail, MailMessage},
        }
        if fate != expected["fate"] or not grown <= may_grow.get(fate, set()):
            wrong.append((name, fate, grown))
    assert wrong == []
    whole = " ".join(db.session.scalars(select(Message.full_text).where(Message.full_text.is_not(None))))
    assert "lotte@" not in whole.lower(), "addresses in what is quoted are masked"
    assert "geheim" not in whole, "links that are meant for one person are removed"
    assert db.session.scalars(select(BouncedAddress)).all() == [], "mail of its owner shows that an address works"
