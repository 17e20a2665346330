"""Signing in by password: who gets in, what the others are told, and how often one may guess."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, select

from portal import create_app
from portal.accounts import administration, deferred_actions, passwords
from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.accounts.coming_in import SIGN_IN, change, enter, is_in, known, signed_in
from tests.databases import hang_up
from tests.fixtures import InspectedResponse, InspectingClient
from tests.people import PASSWORD, SignedInClient, client_of, make_user

WRONG = "een ander wachtwoord 9"


def told(answer: InspectedResponse) -> tuple[int, list[str]]:
    return answer.status_code, answer.texts(".error-summary li")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[str]]]:
    """Note the statements and the hashes that an answer costs."""
    found: dict[str, list[str]] = {"statements": [], "hashes": []}
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, password: str) -> bool:
        found["hashes"].append(kept.rpartition("$")[0].rpartition("$")[0])
        return bool(real(self, kept, password))

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found["statements"].append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with monkeypatch.context() as patch:
        patch.setattr(PasswordHasher, "verify", verify)
        yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_right_password_lets_in(app: Flask) -> None:
    known("lotte@example.org")
    client = client_of(app, None)

    assert not is_in(client)
    assert enter(client, " LOTTE@example.org ").status_code == 303
    assert is_in(client)


def test_known_and_unknown_get_the_same_answer_for_the_same_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """CHECKS 6, 13: same status and words, the same statements and one hash of the same cost."""
    known("lotte@example.org")
    make_user("Zonder Wachtwoord", email="zonder@example.org")
    known("uit@example.org", disabled_at=now())
    enter(client_of(app, None), "warm@example.org", WRONG)
    answers, costs = [], []
    for email in ("lotte@example.org", "niemand@example.org", "zonder@example.org", "uit@example.org"):
        client = client_of(app, None)
        client.get(SIGN_IN)
        with counted(monkeypatch) as cost:
            answers.append(told(enter(client, email, WRONG)))
        costs.append((cost["statements"], cost["hashes"]))

    assert answers[0][0] == 422
    assert answers.count(answers[0]) == 4
    assert len(costs[0][1]) == 1
    assert costs.count(costs[0]) == 4


def guesses(client: SignedInClient, email: str, times: int, headers: list[dict[str, str]] | None = None) -> list[int]:
    page = client.get(SIGN_IN)
    token = page.attributes("main input[name=csrf_token]", "value")[0]
    data = {"csrf_token": token, "email": email, "password": WRONG}
    return [
        client.post(SIGN_IN, data=data, headers=headers[number] if headers else None).status_code
        for number in range(times)
    ]


def test_the_eleventh_wrong_password_in_a_minute_is_too_many(app: Flask) -> None:
    """CHECKS 1, 3, 4: 429 with Retry-After and words; the right one too, until later; another gets in."""
    known("lotte@example.org")
    known("ander@example.org")
    client = client_of(app, None)

    assert guesses(client, "lotte@example.org", 11) == [422] * 10 + [429]
    blocked = enter(client, "lotte@example.org")
    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= 61
    assert blocked.only("h1")
    assert enter(client_of(app, None), "ander@example.org").status_code == 303
    with time_machine.travel(now() + timedelta(seconds=62)):
        assert enter(client, "lotte@example.org").status_code == 303


def test_headers_do_not_make_another_visitor(app: Flask) -> None:
    """CHECK 2."""
    lies = [{"X-Forwarded-For": f"10.0.0.{n}", "X-Real-IP": f"10.0.1.{n}", "Forwarded": f"for=10.2.0.{n}"}
            for n in range(11)]  # fmt: skip

    assert guesses(client_of(app, None), "lotte@example.org", 11, lies)[-1] == 429


def test_guesses_from_many_places_at_one_account_are_counted_too(app: Flask) -> None:
    """CHECK 1: whoever has many addresses still gets no more than some guesses an hour."""
    known("lotte@example.org")
    codes = []
    for place in range(7):
        client = client_of(app, None)
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        codes += guesses(client, "lotte@example.org", 9)

    assert codes[:60] == [422] * 60
    assert set(codes[60:]) == {429}


def test_guesses_count_in_every_process_and_after_a_restart(app: Flask) -> None:
    """CHECK 5: another application on the same database knows of them."""
    known("lotte@example.org")
    guesses(client_of(app, None), "lotte@example.org", 10)
    other = create_app(app.config["SETTINGS"])
    other.test_client_class, other.response_class = app.test_client_class, app.response_class

    with other.app_context():
        assert enter(client_of(other, None), "lotte@example.org").status_code == 429
    hang_up(other)


def test_a_long_password_counts_to_its_last_character(app: Flask) -> None:
    """CHECK 9: 64 characters and more, spaces and emoji."""
    long = "vier gouden fietsen 🚲 rijden door de regen 🌧️ naar Scheveningen, zei zij"
    known("lotte@example.org", password_hash=passwords.hashed(long))
    client = client_of(app, None)

    assert enter(client, "lotte@example.org", long[:-1]).status_code == 422
    assert enter(client, "lotte@example.org", long[:-1] + "x").status_code == 422
    assert enter(client, "lotte@example.org", long).status_code == 303


def test_a_huge_password_is_refused_before_it_is_hashed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """CHECK 11: 150 kB costs no hash."""
    known("lotte@example.org")
    started = time.process_time()
    with counted(monkeypatch) as cost:
        assert enter(client_of(app, None), "lotte@example.org", "x" * 150_000).status_code == 422

    assert cost["hashes"] == []
    assert time.process_time() - started < 2


def test_an_outdated_hash_is_made_anew_at_sign_in(app: Flask) -> None:
    """CHECK 12."""
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    user = known("lotte@example.org", password_hash=old)
    signed_in(app, user)
    db.session.expire_all()

    kept = db.session.get_one(User, user.id).password_hash
    assert kept is not None
    assert not passwords.is_outdated(kept)
    assert passwords.fits(kept, PASSWORD)


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
def test_who_is_shut_out_is_out_at_once_and_stays_out(app: Flask, column: str) -> None:
    """CHECK 18."""
    user = known("lotte@example.org")
    client = signed_in(app, user)
    change(user, **{column: now()})

    assert not is_in(client)
    assert enter(client_of(app, None), "lotte@example.org").status_code == 422


def test_who_did_not_confirm_gets_not_in(app: Flask) -> None:
    known("lotte@example.org", confirmed_at=None)

    assert enter(client_of(app, None), "lotte@example.org").status_code == 422


@pytest.mark.parametrize("path", [SIGN_IN, "/account/registreren"])
def test_password_fields_help_managers(app: Flask, path: str) -> None:
    """CHECK 20: type, autocomplete, no short maxlength, pasting not stopped, nothing shown again."""
    (node,) = client_of(app, None).get(path).tree.css("main input[name=password]")
    attributes = node.attributes

    assert attributes["type"] == "password"
    assert attributes["autocomplete"] in ("current-password", "new-password")
    assert int(attributes.get("maxlength") or 9999) >= 64
    assert "onpaste" not in attributes
    again = client_of(app, None).post_form(path, {"email": "geen", "password": "paarse giraffe"})
    assert again.status_code == 422
    assert again.attributes("main input[name=email]", "value") == ["geen"]
    assert "paarse giraffe" not in again.get_data(as_text=True)
    assert again.attributes("main input[name=email]", "aria-invalid") == ["true"]


TRICKS = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https://evil.example", "http:evil.example", "https:/evil.example", "HTTPS://evil.example", "javascript:alert(1)",
    "data:text/html,x", "/\tevil.example", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "@evil.example",
    "localhost@evil.example", "evil.example", " //evil.example", "https://localhost@evil.example", "/\x00/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_next_never_leaves_the_site(app: Flask, trick: str) -> None:
    """CHECK 33."""
    known("lotte@example.org")
    client = client_of(app, None)
    answer = client.post_form(SIGN_IN, {"email": "lotte@example.org", "password": PASSWORD, "next": trick})

    assert answer.status_code == 303
    assert answer.location == "/account/bijdragen"
    assert client.get(SIGN_IN, query_string={"next": trick}).location in (None, "/account/bijdragen")


def test_next_inside_the_site_is_followed(app: Flask) -> None:
    """CHECK 33: query and language kept; past the link to register and the mailed link too."""
    known("lotte@example.org")
    client = client_of(app, None)
    page = client.get(SIGN_IN, query_string={"next": "/en/agenda/?q=a%20b"})

    assert any("next=/en/agenda/?q%3Da%2520b" in link for link in page.attributes("main a", "href"))
    answer = enter(client, "lotte@example.org", path="/account/inloggen?next=%2Fen%2Fagenda%2F%3Fq%3Da%2520b")
    assert answer.location == "/en/agenda/?q=a%20b"


def test_who_is_disabled_hears_it_with_the_right_password_only(app: Flask) -> None:
    known("lotte@example.org", disabled_at=now())

    right, wrong = (enter(client_of(app, None), "lotte@example.org", typed) for typed in (PASSWORD, WRONG))

    assert right.status_code == wrong.status_code == 422
    assert "geblokkeerd" in right.only(".error-summary")
    assert app.config["SETTINGS"].contact in right.only(".error-summary")
    assert "geblokkeerd" not in wrong.only(".error-summary")


def test_who_is_disabled_is_told_by_mail_when_it_happens_and_when_it_ends(app: Flask) -> None:
    user = known("lotte@example.org")

    administration.disable(user)
    administration.disable(user)
    administration.enable(user)

    out, again = db.session.scalars(select(MailMessage).order_by(MailMessage.id)).all()
    assert (out.address, again.address) == (user.email, user.email)
    assert "geblokkeerd" in out.subject
    assert app.config["SETTINGS"].contact in out.text
    assert "weer" in again.text


@pytest.mark.parametrize("path", ["/account/inloglink", "/account/wachtwoord-vergeten", "/account/registreren"])
def test_a_link_asked_for_a_disabled_account_brings_a_mail_that_says_so(app: Flask, path: str) -> None:
    known("lotte@example.org", disabled_at=now())
    fields = {"email": "lotte@example.org", "name": "Lotte", "password": "een nieuw lang wachtwoord 3"}
    client_of(app, None).post_form(path, fields)

    deferred_actions.run_pending()

    (mail,) = db.session.scalars(select(MailMessage)).all()
    assert "geblokkeerd" in mail.subject
    assert "/account/inloglink/" not in mail.text


def test_who_was_sent_here_reads_why(client: InspectingClient) -> None:
    sent = client.get(client.get("/vraag-en-aanbod/nieuw").headers["Location"])

    assert "de pagina die u wilde openen" in sent.only(".page-intro")
    assert client.get("/account/inloggen").tree.css(".page-intro") == []
