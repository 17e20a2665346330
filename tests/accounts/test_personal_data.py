"""One's own data: the register is complete, the download holds all of one's own and nothing else, erasing erases."""

import io
import json
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import audit, passwords
from portal.accounts import jobs as accounts_jobs
from portal.accounts.models import OneTimeToken, Purpose, Role, User, WebSession
from portal.avg import archive, jobs, services
from portal.board.models import Category, Kind, Post
from portal.community.models import Organisation, Profile, Seat
from portal.core import clock, personal_data
from portal.core.extensions import Model, db
from portal.core.personal_data import FORMER_MEMBER, Contributions
from portal.core.storage.database import transaction
from portal.files import storage
from portal.files.models import FileKind, Reach, StoredFile
from portal.mail import kinds
from portal.mail.models import MailMessage
from portal.publishing.models import State
from portal.search import services as search
from portal.search.indexing import indexer
from tests.fixtures import InspectingClient
from tests.people import PASSWORD, SignedInClient, client_of, make_user

SECRET = re.compile(r"hash|secret|token|password|public_key|credential", re.IGNORECASE)
WORD = "kwispelstaart"
"""A word that stands in the post of these tests and nowhere else."""


def place_post(author: User, state: State = State.OPEN, title: str = WORD) -> Post:
    with transaction() as session:
        category = session.scalar(select(Category)) or Category(slug="stage", label="Stage", explanation="Kort.")
        post = Post(
            slug="bericht",
            kind=Kind.OFFER,
            category=category,
            title=title,
            body=title,
            body_html=f"<p>{title}</p>",
            excerpt=title,
            author=author,
            state=state,
            published_at=clock.now() if state is State.OPEN else None,
        )
        session.add(post)
    return post


def settle(user: User) -> StoredFile:
    """Give a person something in many tables."""
    with transaction() as session:
        photo = StoredFile(
            kind=FileKind.IMAGE, media_type="image/png", size=1, sha256="0" * 64, reach=Reach.MEMBERS, owner_id=user.id
        )
        session.add(photo)
        session.flush()
        storage.write(photo.name, b"x")
        organisation = Organisation(slug=f"school-{user.id}", name="School", kind="mbo")
        session.add(Profile(user_id=user.id, photo_id=photo.id, function="docent", expertise=f"van {user.name}"))
        session.add(Seat(user=user, organisation=organisation, role="docent", since=clock.today(), bio=user.name))
        session.add(_mail(user))
        later = clock.now() + timedelta(hours=1)
        session.add(
            OneTimeToken(
                token_hash=f"{user.id}", purpose=Purpose.RESET, user_id=user.id, email=user.email, expires_at=later
            )
        )
        audit.record(user, "user.role_changed", user)
    return photo


def _mail(user: User) -> MailMessage:
    return MailMessage(
        kind="account.security", unique_key=f"x{user.id}", user_id=user.id, address=user.email, subject=user.name,
        text=user.name, html=user.name, headers={}
    )  # fmt: skip


def everything() -> str:
    """Return the whole database as one text."""
    rows: list[Any] = []
    for table in Model.metadata.sorted_tables:
        rows += [(table.name, *row) for row in db.session.execute(select(table))]
    return "\n".join(map(repr, rows))


@pytest.fixture
def leaver(app: Flask) -> User:
    with app.test_request_context():
        return make_user("Wietske Vertrekt", password_hash=passwords.hashed(PASSWORD))


def test_every_table_says_what_it_keeps_of_persons(app: Flask) -> None:
    tables = {table.name for table in Model.metadata.sorted_tables}
    registered, without = {holding.table for holding in personal_data.holdings()}, set(personal_data.tables_without())

    assert registered | without == tables
    assert not registered & without


def test_a_table_that_points_to_a_person_is_not_declared_empty(app: Flask) -> None:
    without = set(personal_data.tables_without())
    pointing = {
        table.name
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("user_id", "author_id", "actor_id", "email"))
        or any(key.target_fullname == "user.id" for key in column.foreign_keys)
    }

    assert not pointing & without


def test_the_download_holds_all_of_ones_own(app: Flask, leaver: User) -> None:
    settle(leaver)
    post = place_post(leaver)
    client = client_of(app, leaver)

    answer = client.press("/account/gegevens", "/account/gegevens/downloaden")

    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{archive.NAME}"'
    with ZipFile(io.BytesIO(answer.data)) as opened:
        data = json.loads(opened.read("gegevens.json"))["data"]
        page = opened.read("gegevens.html").decode()
        files = [name for name in opened.namelist() if name.startswith("bestanden/")]
    assert data["user"][0]["email"] == leaver.email
    assert [row["id"] for row in data["post"]] == [post.id]
    assert {"profile", "seat", "mail_message", "one_time_token", "web_session", "audit_entry"} <= data.keys()
    assert WORD in page
    assert len(files) == 1


def test_the_download_holds_nothing_of_others_and_no_secret(app: Flask, leaver: User, other_member: User) -> None:
    """CHECKS 116."""
    for user in (leaver, other_member):
        settle(user)
    place_post(other_member)
    client = client_of(app, leaver)

    answer = client.press("/account/gegevens", "/account/gegevens/downloaden")

    with ZipFile(io.BytesIO(answer.data)) as opened:
        whole = b"\n".join(opened.read(name) for name in opened.namelist()).decode()
        data = json.loads(opened.read("gegevens.json"))["data"]
    assert other_member.name not in whole
    assert other_member.email not in whole
    assert WORD not in whole
    columns = {column for rows in data.values() for row in rows for column in row}
    assert not [column for column in columns if SECRET.search(column)]
    assert leaver.password_hash is not None
    assert leaver.password_hash not in whole
    hashes = db.session.scalars(select(WebSession.token_hash)).all()
    assert hashes
    assert not [kept for kept in hashes if kept in whole]


@pytest.mark.parametrize("path", ["/account/gegevens", "/account/gegevens/verwijderen"])
def test_a_visitor_is_sent_to_sign_in(client: InspectingClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/inloggen?next=")


def delete_account(client: SignedInClient, **fields: str) -> Any:
    form = {"contributions": "anonymise", "confirmation": "verwijderen", "password": PASSWORD, **fields}
    return client.post_form("/account/gegevens/verwijderen", form)


@pytest.mark.parametrize(
    "wrong",
    [{"password": "een ander wachtwoord"}, {"password": ""}, {"confirmation": "ja"}, {"contributions": "alles"}],
)
def test_an_account_goes_only_with_proof_and_the_typed_word(app: Flask, leaver: User, wrong: dict[str, str]) -> None:
    answer = delete_account(client_of(app, leaver), **wrong)

    assert answer.status_code == 422
    assert answer.tree.css_first("[role=alert]") is not None
    db.session.expire_all()
    assert leaver.erased_at is None


def test_without_password_a_recent_sign_in_is_asked(app: Flask) -> None:
    client = client_of(app, user := make_user("Zonder Wachtwoord"))
    with transaction() as session:
        session.scalars(select(WebSession)).one().proved_at = clock.now() - timedelta(hours=1)

    shown, sent = client.get("/account/gegevens/verwijderen"), client.post("/account/gegevens/verwijderen")

    assert not shown.tree.css("main form")
    assert sent.status_code in (400, 403)
    db.session.expire_all()
    assert user.erased_at is None


@pytest.mark.parametrize("contributions", ["anonymise", "remove"])
def test_nothing_that_says_who_it_was_remains(app: Flask, leaver: User, contributions: str) -> None:
    """CHECKS 18, 116: database, index, mail queue and media."""
    photo = settle(leaver)
    place_post(leaver)
    place_post(leaver, State.DRAFT, "Concept van Wietske Vertrekt")
    content, words, address, elsewhere = photo.name, leaver.name, leaver.email, client_of(app, leaver)

    answer = delete_account(client_of(app, leaver), contributions=contributions)

    assert answer.status_code == 303
    assert "Clear-Site-Data" in answer.headers
    left = everything()
    assert words not in left
    assert address not in left
    assert not db.session.scalars(select(MailMessage)).all()
    assert content not in set(storage.names())
    assert elsewhere.get("/account/gegevens").status_code == 303
    indexer.rebuild()
    assert search.differences() == (set(), set())
    assert (search.find_ids(WORD, "post") != []) == (contributions == "anonymise")


def test_what_stays_says_former_member(app: Flask, leaver: User) -> None:
    post = place_post(leaver)
    visitor = client_of(app, None)
    assert leaver.name in visitor.get(post.path).get_data(as_text=True)
    visitor.get("/vraag-en-aanbod/")

    delete_account(client_of(app, leaver))

    page = visitor.get(post.path).get_data(as_text=True)
    assert "Wietske" not in page
    assert FORMER_MEMBER in page
    assert "Wietske" not in visitor.get("/vraag-en-aanbod/").get_data(as_text=True)
    assert visitor.get(f"/leden/{leaver.id}-wietske-vertrekt").status_code in (303, 404)


def test_the_address_is_free_again(app: Flask, leaver: User) -> None:
    address = leaver.email

    services.erase_account(leaver, Contributions.REMOVE)

    assert make_user("Wietske Terug", email=address).id != leaver.id


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_the_last_of_a_role_cannot_go(app: Flask, role: Role) -> None:
    """CHECKS 44."""
    last = make_user("Laatste", role, password_hash=passwords.hashed(PASSWORD))
    client = client_of(app, last)

    with pytest.raises(services.NobodyLeft):
        services.erase_account(last, Contributions.REMOVE)
    assert not client.get("/account/gegevens/verwijderen").tree.css("main form")

    make_user("Volgende", role)
    services.erase_account(last, Contributions.REMOVE)
    assert last.erased_at is not None


def unseen(months: float, **columns: Any) -> User:
    moment = clock.now() - timedelta(days=months * 30.5)
    return make_user("Lang Weg", last_seen_at=moment, **columns)


def test_who_was_away_23_months_is_warned_once(app: Flask) -> None:
    away, here = unseen(23.5), unseen(1)

    jobs.warn_inactive(clock.now())
    jobs.warn_inactive(clock.now())

    sent = db.session.scalars(select(MailMessage)).all()
    assert [mail.address for mail in sent] == [away.email]
    assert "23 maanden" in sent[0].text
    assert kinds.find(sent[0].kind) is not None
    assert here.warned_inactive_at is None


def test_after_24_months_a_warned_account_is_erased(app: Flask) -> None:
    """CHECKS 116: the retention job deletes."""
    long_ago = clock.now() - timedelta(days=40)
    warned, unwarned = unseen(25, warned_inactive_at=long_ago), unseen(25)
    just_warned, recent = unseen(25, warned_inactive_at=clock.now()), unseen(23.5, warned_inactive_at=long_ago)
    only = unseen(25, warned_inactive_at=long_ago, role=Role.ADMINISTRATOR)

    jobs.remove_inactive(clock.now())

    assert [user.erased_at is not None for user in (warned, unwarned, just_warned, recent, only)] == [
        True, False, False, False, False
    ]  # fmt: skip


def test_the_clock_forgets_what_is_done(app: Flask, leaver: User) -> None:
    """CHECKS 116."""
    settle(leaver)
    client_of(app, leaver)
    much_later = clock.now() + timedelta(days=800)

    jobs.forget_what_is_done(much_later)
    accounts_jobs.forget_expired(much_later)

    kept = personal_data.export(services.person_of(leaver))
    assert not {"web_session", "one_time_token", "audit_entry"} & kept.keys()
    assert kept["user"]


def test_the_privacy_page_names_every_part(client: InspectingClient) -> None:
    page = client.get("/privacy/")

    heads = page.texts(".data-register h3")
    assert heads == [str(holding.what) for holding in personal_data.holdings()]
    assert all(page.texts(".data-register dd"))
