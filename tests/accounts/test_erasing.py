"""Erasing somebody who did everything that can be done here: nothing anywhere says afterwards who it was."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select

from portal.accounts import audit, passwords
from portal.accounts.models import AuditEntry, OneTimeToken, Purpose, Role, User, WebSession
from portal.accounts.second_factor_models import Identity, Passkey, RecoveryCode, TotpSecret
from portal.agenda.models import Event, EventKind
from portal.avg import services
from portal.board.models import Category, Kind, Post, PostAttachment
from portal.community import claims, seats
from portal.community.models import Claim, Organisation, Profile
from portal.core import clock, logs
from portal.core.extensions import Model, db
from portal.core.personal_data import FORMER_MEMBER, Contributions
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.text import fold, render_markdown, slugify
from portal.desk import reports
from portal.desk.models import PERSON, Ground
from portal.files import storage
from portal.files.models import FileKind, Reach, StoredFile
from portal.mail import services as mail_services
from portal.mail.models import Delivery, MailMessage
from portal.newsflash import services as newsflash
from portal.newsflash.models import Article, Issue
from portal.publishing import drafts
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.search import services as search
from portal.search.indexing import indexer
from portal.search.models import SearchMiss
from tests.community.people import make_organisation, owner, seat
from tests.people import PASSWORD, SignedInClient, client_of, make_user

NAME, EMAIL = "Zoë O'Hara", "zoe.ohara@school.example.org"
SIGNED = f"Bel of mail mij gerust.\n\nGroet, {NAME}\n\n{EMAIL}"
WORD = "kwispelstaart"
"""Stands in what this person published, and nowhere else."""


@dataclass
class Life:
    """Somebody who did everything, and the people and things around."""

    user: User
    colleague: User
    organisation: Organisation
    left: Organisation
    """Where this person spoke for an organisation until yesterday."""
    published: dict[str, Any]
    files: list[str]


@pytest.fixture
def life(app: Flask) -> Life:
    with app.test_request_context():
        user = make_user(NAME, Role.EDITOR, EMAIL, password_hash=passwords.hashed(PASSWORD))
        colleague, chief = make_user("Carla Collega"), make_user("Bert Beheerder", Role.ADMINISTRATOR)
        organisation, left = make_organisation(), make_organisation("Oude School", "oude-school")
        owner(user, organisation, bio=f"{NAME} geeft les.", is_public=True)
        seat(user, left, until=clock.today() - timedelta(days=1))
        files = [file.name for file in _account(user)]
        published = _published(user, organisation, left)
        _community(user, colleague, organisation)
        _desk(user, colleague, chief)
        indexer.rebuild()
    return Life(user, colleague, organisation, left, published, files)


def _file(user: User, title: str, reach: Reach = Reach.EVERYONE) -> StoredFile:
    file = StoredFile(kind=FileKind.IMAGE, media_type="image/png", size=1, sha256="0" * 64, owner_id=user.id)
    file.title, file.reach, file.text = title, reach, f"{title} {EMAIL}"
    db.session.add(file)
    db.session.flush()
    storage.write(file.name, b"x")
    return file


def _account(user: User) -> list[StoredFile]:
    later = clock.now() + timedelta(hours=1)
    with transaction() as session:
        photo, loose = _file(user, f"Portret van {NAME}", Reach.MEMBERS), _file(user, NAME, Reach.OWNER)
        mine = {"user_id": user.id}
        session.add(Profile(**mine, photo_id=photo.id, function="docent", expertise=f"van {NAME}", offers=EMAIL))
        key = {"credential_id": "QUJDRA", "public_key": b"x", "user_handle": "QUJDRA"}
        session.add_all([
            Passkey(**mine, name=f"Telefoon van {NAME}"[:60], **key),
            TotpSecret(**mine, secret="x"),  # noqa: S106  # of a test
            RecoveryCode(**mine, code_hash="x"),
            Identity(**mine, issuer="https://example.org", subject=EMAIL),
            OneTimeToken(**mine, token_hash="x", purpose=Purpose.RESET, email=EMAIL, name=NAME, expires_at=later),  # noqa: S106
        ])  # fmt: skip
        idempotency.store_result(user.id, "post", "sleutel", user.path)
    drafts.save_draft(user, "post", "k1", _multi(title=NAME, body=SIGNED))
    mail_services.send_test_mail(user)
    mail_services.set_preference(user.id, "post.expires", Delivery.OFF)
    return [photo, loose]


def _multi(**fields: str) -> Any:
    from werkzeug.datastructures import MultiDict

    return MultiDict(fields)


def _published(user: User, organisation: Organisation, left: Organisation) -> dict[str, Any]:
    """Publish of every kind under the own name, for the own organisation, and for one that was left."""
    texts: dict[str, Any] = {"body": f"{WORD}\n\n{SIGNED}", "author": user, "state": State.OPEN}
    texts |= {"body_html": render_markdown(texts["body"]), "published_at": clock.now()}
    waiting = texts | {"state": State.REVIEW, "published_at": None, "title": f"Wacht, {NAME}"}
    day = {"first_day": clock.today() + timedelta(days=9), "last_day": clock.today() + timedelta(days=9)}
    with transaction() as session:
        category = Category(slug="stage", label="Stage", explanation="Kort.")
        kind = EventKind(slug="cafe", label="Café", explanation="", synonyms=[])
        post = {"kind": Kind.OFFER, "category": category, "excerpt": f"{NAME} biedt aan"}
        rows: dict[str, Any] = {
            "post": Post(**texts, **post, title=f"Les van {NAME}", period=f"na overleg met {NAME}"),
            "post of organisation": Post(**texts, **post, title="Bericht", organisation=organisation),
            "post of left": Post(**texts, **post, title="Oud bericht", organisation=left),
            "waiting post": Post(**waiting, **post),
            "event": Event(**texts, **day, title="Open dag", kind=kind, uid="u1", summary=f"Met {NAME}", venue=NAME),
            "waiting event": Event(**waiting, **day, kind=kind, uid="u2", summary="Kort."),
            "article": Article(**texts, title=f"{NAME} vertelt", lead=f"Door {NAME}."),
            "article of left": Article(**texts, title="Oud artikel", lead="Kort.", organisation=left),
            "waiting article": Article(**waiting, lead="Kort."),
        }
        rows["event"].organisers = [organisation]
        for row in rows.values():
            row.slug = slugify(row.title)
        session.add_all(rows.values())
        session.flush()
        rows["article"].image_id = _file(user, f"{NAME} voor de klas").id
        picture = _file(user, f"{NAME} aan het werk")
        session.add(PostAttachment(post_id=rows["post"].id, file_id=picture.id, user_id=user.id))
        rows["article of left"].image_id = _file(user, f"{NAME} in de hal").id
        organisation.logo = _file(user, "Logo")
        session.flush()
    newsflash.publish_issue(
        1, clock.today(), f"{NAME} aan het woord", "Kort.", [rows["article"], rows["article of left"]]
    )
    publishing.move(rows["waiting post"], State.DRAFT, user, f"Zie onder. {NAME}")
    return rows


def _community(user: User, colleague: User, organisation: Organisation) -> None:
    """Seats given and taken, invitations both ways, a claim: each leaves lines in the log and mails to others."""
    seats.invite(organisation, user, "nieuw@example.org", "docent")
    museum, theatre = make_organisation("Theater", "theater"), make_organisation("Museum Twee", "museum-twee")
    owner(colleague, museum)
    seats.accept_invitation(seats.invite(museum, colleague, EMAIL, "gastdocent"), user)
    seats.invite(theatre, colleague, EMAIL, "gids")
    seats.hand_over_seat(seat(user, theatre), colleague, user, clock.today(), "gids")
    seats.hand_over_seat(seat(colleague, museum, since=clock.today()), user, colleague, clock.today(), "gids")
    closed = make_organisation("Gesloten", "gesloten")
    claims.submit_claim(closed, user, "directeur", f"Bel {NAME}")
    case = claims.find_case(claims.submit_claim(theatre, user, "gids", SIGNED).id)
    assert case is not None
    with transaction():
        claims.refuse_claim(case, colleague, f"{NAME} werkt daar niet")


def _desk(user: User, colleague: User, chief: User) -> None:
    """Reports made and about, decisions as an editor, acts of an administrator, and a search in vain."""
    target, me = reports.find_target(PERSON, colleague.id), reports.find_target(PERSON, user.id)
    post = db.session.scalars(select(Post).where(Post.title == f"Les van {NAME}")).one()
    about = reports.Target("bericht", post.id, post.title, post.path)
    assert target
    assert me
    reports.submit_report(target, reports.Complaint(Ground.OTHER, f"Zegt {NAME}"), user)
    reports.submit_report(me, reports.Complaint(Ground.HURTFUL, "Onaardig"), colleague)
    reports.submit_report(about, reports.Complaint(Ground.UNTRUE, f"Volgens {NAME} klopt het niet: {EMAIL}"), colleague)
    with transaction() as session:
        audit.record(chief, "user.role_changed", user, note=f"{NAME} vroeg erom", before="member", after="editor")
        audit.record(chief, "settings.changed", key="desk.contact", before="", after=f"{NAME}, {EMAIL}")
        audit.record(user, "post.changed", post, note=f"Getekend, {NAME}")
        session.add(SearchMiss(words=fold(NAME), month=clock.today().replace(day=1), count=1))


def texts_of_the_database() -> Iterator[tuple[str, str]]:
    """Yield (table.column, text) of everything that every table holds, bytes left out."""
    db.session.rollback()
    for table in Model.metadata.sorted_tables:
        columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
        for row in db.session.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                yield f"{table.name}.{column.name}", str(value)


def traces() -> list[tuple[str, str]]:
    """Return where the name or address still stands, in any way of writing."""
    wanted = {NAME, html.escape(NAME), NAME.replace("'", "’"), fold(NAME), slugify(NAME), EMAIL, "O'Hara"}
    folded = {text.casefold() for text in wanted}
    return [
        (where, text[:120]) for where, text in texts_of_the_database() if any(one in text.casefold() for one in folded)
    ]


def delete(client: SignedInClient, contributions: Contributions) -> Any:
    form = {"contributions": contributions.value, "confirmation": "verwijderen", "password": PASSWORD}
    return client.post_form("/account/gegevens/verwijderen", form)


def test_the_search_of_this_test_finds_what_is_there(life: Life) -> None:
    tables = {where.partition(".")[0] for where, _text in traces()}

    assert tables >= {
        "user", "post", "event", "article", "issue", "seat", "seat_invitation", "organisation_claim", "profile",
        "stored_file", "report", "audit_entry", "state_change", "mail_message", "form_draft", "passkey", "identity",
        "one_time_token", "once_key", "search_miss",
    }  # fmt: skip


@pytest.mark.parametrize("contributions", list(Contributions))
def test_no_table_says_who_it_was(app: Flask, life: Life, contributions: Contributions) -> None:
    answer = delete(client_of(app, life.user), contributions)

    assert answer.status_code == 303
    assert traces() == []
    assert not db.session.scalars(select(WebSession).where(WebSession.user_id == life.user.id)).all()
    assert not db.session.scalars(select(Claim).where(Claim.user_id == life.user.id)).all()


@pytest.mark.parametrize("contributions", list(Contributions))
def test_the_index_the_files_and_the_pages_do_not_say_it_either(
    app: Flask, life: Life, contributions: Contributions
) -> None:
    delete(client_of(app, life.user), contributions)
    while indexer.apply_changes():
        pass

    assert search.differences() == (set(), set())
    for kind in ("post", "event", "article", "issue", "member"):
        assert not search.find_ids("O'Hara", kind), kind
        assert not search.find_ids('"zoe.ohara"', kind), kind
    assert not set(life.files) & set(storage.names())
    visitor = client_of(app, None)
    for path in (
        "/",
        "/vraag-en-aanbod/",
        "/agenda/",
        "/nieuws/",
        "/nieuwsflits/1",
        "/nieuws/feed.atom",
        "/agenda.ics",
    ):
        page = visitor.get(path).get_data(as_text=True)
        assert "O'Hara" not in html.unescape(page), path
        assert EMAIL not in page, path


def test_what_stays_is_whole_and_without_the_name(app: Flask, life: Life) -> None:
    delete(client_of(app, life.user), Contributions.ANONYMISE)

    post, article = life.published["post"], life.published["article"]
    db.session.expire_all()
    assert post.title == f"Les van {FORMER_MEMBER}"
    assert f"Groet, {FORMER_MEMBER}" in post.body
    assert FORMER_MEMBER in post.body_html
    page = client_of(app, None).get(post.path)
    assert page.status_code == 200
    assert FORMER_MEMBER in page.get_data(as_text=True)
    assert db.session.scalars(select(Issue)).one().articles[0].title == article.title
    assert article.image is not None


def test_what_was_removed_is_gone_from_the_issue_it_stood_in(app: Flask, life: Life) -> None:
    path = life.published["article"].path

    answer = delete(client_of(app, life.user), Contributions.REMOVE)

    assert answer.status_code == 303
    issue = client_of(app, None).get("/nieuwsflits/1")
    assert issue.texts(".issue-page .card-title") == ["Oud artikel"]
    assert client_of(app, None).get(path).status_code == 404


def test_an_issue_of_which_nothing_remains_is_still_a_page(app: Flask, life: Life) -> None:
    with transaction():
        life.published["article of left"].organisation = None

    delete(client_of(app, life.user), Contributions.REMOVE)

    for path in ("/nieuwsflits/1", "/nieuwsflits/", "/", "/nieuws/"):
        assert client_of(app, None).get(path).status_code == 200


def test_what_was_published_for_an_organisation_one_left_stays_with_it(app: Flask, life: Life) -> None:
    published = {name: (type(row), row.id) for name, row in life.published.items()}

    delete(client_of(app, life.user), Contributions.REMOVE)

    db.session.expire_all()
    left = {name for name, (model, key) in published.items() if db.session.get(model, key) is not None}
    assert left == {"post of left", "article of left"}
    picture = life.published["article of left"].image
    assert picture.title == f"{FORMER_MEMBER} in de hal"
    assert picture.name in set(storage.names())


def test_the_logo_stays_with_the_organisation(app: Flask, life: Life) -> None:
    delete(client_of(app, life.user), Contributions.REMOVE)

    db.session.refresh(life.organisation)
    assert life.organisation.logo is not None
    assert life.organisation.logo.name in set(storage.names())


def test_who_is_the_last_to_look_after_an_organisation_is_warned_and_the_editors_are_told(
    app: Flask, life: Life
) -> None:
    client = client_of(app, life.user)
    asked = client.get("/account/gegevens/verwijderen")
    assert f"/organisaties/{life.organisation.slug}/plaatsen" in asked.attributes("main .notice a", "href")

    delete(client, Contributions.ANONYMISE)

    (mail,) = db.session.scalars(select(MailMessage).where(MailMessage.kind == services.WITHOUT_OWNER.name))
    assert life.organisation.name in mail.text
    assert life.organisation.path in mail.text


def test_who_shares_the_care_is_not_warned(app: Flask, life: Life) -> None:
    owner(life.colleague, life.organisation)
    client = client_of(app, life.user)

    assert not client.get("/account/gegevens/verwijderen").tree.css("main .notice a")
    delete(client, Contributions.ANONYMISE)

    assert not db.session.scalars(select(MailMessage).where(MailMessage.kind == services.WITHOUT_OWNER.name)).all()


def test_a_namesake_keeps_the_own_account_and_posts(app: Flask, life: Life) -> None:
    namesake = make_user(NAME)
    with transaction() as session:
        audit.record(None, "user.created", namesake)
        session.flush()

    delete(client_of(app, life.user), Contributions.ANONYMISE)

    db.session.expire_all()
    assert namesake.name == NAME
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.created")).one().subject_title == NAME


class Recorder:
    """Stands where the log is written, and keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, event: str, **fields: object) -> None:
        self.lines.append(f"{event} {fields}")


def test_the_log_of_requests_names_nobody(app: Flask, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Recorder()
    monkeypatch.setattr(logs, "log", written)
    client = client_of(app, life.colleague)

    for path in (life.user.path, f"/en{life.user.path}", f"/leden/{slugify(NAME)}", life.published["post"].path):
        client.get(path)
        client.get(f"{path}/")

    assert len(written.lines) == 8
    assert f"'path': '/leden/{life.user.id}'" in written.lines[0]
    assert not [line for line in written.lines if "hara" in line]


# ── on request, by an administrator ───────────────────────────────────────────────────────────────


@pytest.fixture
def beheer(app: Flask, administrator: User) -> SignedInClient:
    return client_of(app, administrator)


def test_an_administrator_hands_over_somebodys_data_on_request(life: Life, beheer: SignedInClient) -> None:
    path = f"/beheer/gebruikers/{life.user.id}"
    assert f"{path}/gegevens" in beheer.get(path).attributes("main a", "href")

    answer = beheer.press(f"{path}/gegevens", f"{path}/gegevens/downloaden")

    assert answer.mimetype == "application/zip"
    assert beheer.get(f"{path}/gegevens/downloaden").status_code == 405
    (line,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.data_downloaded"))
    assert (line.subject_id, line.actor_name) == (life.user.id, "Bert Beheerder")


def test_an_administrator_erases_on_request(life: Life, beheer: SignedInClient) -> None:
    path = f"/beheer/gebruikers/{life.user.id}/gegevens"
    form = {"contributions": "remove", "reason": f"Per mail van {NAME}", "confirmation": "ja"}
    assert beheer.post_form(path, form, form="form.form").status_code == 422
    assert beheer.post_form(path, {**form, "confirmation": "verwijderen"}, form="form.form").status_code == 303

    assert traces() == []
    (line,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.erased"))
    assert (line.actor_name, line.note) == ("Bert Beheerder", f"Per mail van {FORMER_MEMBER}")
    assert beheer.get(path).status_code == 404


@pytest.mark.parametrize("act", ["gegevens", "gegevens/downloaden"])
def test_without_a_recent_proof_it_is_asked_again(life: Life, beheer: SignedInClient, act: str) -> None:
    path = f"/beheer/gebruikers/{life.user.id}/"
    shown = beheer.get(f"{path}gegevens")
    token = shown.attributes("input[name=csrf_token]", "value")[0]
    with transaction() as session:
        for row in session.scalars(select(WebSession)):
            row.proved_at = clock.now() - timedelta(hours=1)

    form = {"csrf_token": token, "contributions": "remove", "reason": "x", "confirmation": "verwijderen"}
    answer = beheer.post(f"{path}{act}", data=form)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/tweede-stap?next=")
    db.session.expire_all()
    assert life.user.erased_at is None
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.data_downloaded")).all()


def test_ones_own_data_is_ones_own_page(administrator: User, beheer: SignedInClient) -> None:
    answer = beheer.get(f"/beheer/gebruikers/{administrator.id}/gegevens")

    assert (answer.status_code, answer.location) == (303, "/account/gegevens")
