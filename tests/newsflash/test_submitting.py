"""Sending in news: the desk, rights, pictures, taking back (CHECKS 31, 35, 36, 40, 41, 45, 53, 69, 107, 108)."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files.models import StoredFile
from portal.mail.models import MailMessage
from portal.newsflash import moderation, services
from portal.newsflash.models import Article
from portal.publishing import desk, drafts
from portal.publishing.models import State
from portal.search.indexing import documents
from tests.checks.payloads import MARK, STORED
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of

FIELDS: dict[str, Any] = {
    "do": "verstuur",
    "title": "Leerlingen bouwen een brug",
    "lead": "Zestien meiden maakten een brug van staal.",
    "body": "## Staal\n\nHet was **zwaar** werk.",
}
PAGES = ("bewerken", "intrekken")


@pytest.fixture
def lotte(app: Flask, member: User) -> SignedInClient:
    return client_of(app, member)


def picture(name: str = "brug.png", size: tuple[int, int] = (40, 30)) -> tuple[BytesIO, str]:
    content = BytesIO()
    Image.new("RGB", size, "navy").save(content, "PNG")
    content.seek(0)
    return content, name


def send(client: SignedInClient, **fields: Any) -> Any:
    return client.post_form("/nieuws/insturen", FIELDS | fields)


def only_article() -> Article:
    article = db.session.scalars(select(Article)).one()
    db.session.refresh(article)
    return article


def everywhere(article: Article) -> tuple[str, ...]:
    return article.path, "/nieuws/", "/nieuws/feed.atom", "/sitemap.xml"


# ── who decides ───────────────────────────────────────────────────────────────────────────────────


def test_a_members_article_waits_and_is_nowhere_else(lotte: SignedInClient, client: InspectingClient) -> None:
    """CHECKS 40."""
    answer = send(lotte)
    article = only_article()
    assert (answer.status_code, answer.location, article.state) == (303, article.path, State.REVIEW)
    assert client.get(article.path).status_code == 404
    for path in everywhere(article)[1:]:
        assert "bouwen" not in client.get(path).get_data(as_text=True), path
    assert article.search_key not in documents.load([article.search_key])
    page = lotte.get(article.path)
    assert "Te beoordelen" in page.only(".tools-state")
    assert "Lotte van der Lid" in page.only(".story-by")


def test_a_signatory_publishes_for_the_own_organisation(app: Flask, signatory: User, client: InspectingClient) -> None:
    """N1: straight to list, feed and search."""
    sigrid = client_of(app, signatory)
    assert sigrid.get("/nieuws/insturen").attributes("#organisation option[selected]", "value") == [
        "vakschool-haagse-bocht"
    ]
    send(sigrid)
    article = only_article()
    assert (article.state, article.organisation and article.organisation.slug) == (State.OPEN, "vakschool-haagse-bocht")
    for path in everywhere(article):
        assert "bouwen" in client.get(path).get_data(as_text=True), path
    assert article.search_key in documents.load([article.search_key])


def test_a_signatory_in_person_is_judged(app: Flask, signatory: User) -> None:
    send(client_of(app, signatory), organisation="")
    assert only_article().state == State.REVIEW


def test_a_member_does_not_write_for_an_organisation_without_a_seat(lotte: SignedInClient, signatory: User) -> None:
    """CHECKS 41."""
    answer = send(lotte, organisation="vakschool-haagse-bocht")
    assert answer.status_code == 422
    assert "Kies een van de mogelijkheden" in answer.only("#organisation-error")


def test_sent_back_changed_and_approved(lotte: SignedInClient, editor: User, client: InspectingClient) -> None:
    send(lotte)
    article = only_article()
    (case,) = moderation.awaiting()
    with transaction():
        desk.send_back_publication(case, editor, "Wie heeft de foto gemaakt?")
    assert "Wie heeft de foto" in lotte.get(article.path).only(".tools-reason")
    edit = f"/nieuws/{article.id}/bewerken"
    assert "Wie heeft de foto" in lotte.get(edit).only(".state-history")
    lotte.post_form(edit, {"do": "wijzig", "lead": "Nog niet af."})
    assert only_article().state == State.DRAFT
    lotte.post_form(edit, {"do": "verstuur", "lead": "Nu wel."})
    assert only_article().state == State.REVIEW
    with transaction():
        services.approve_article(moderation.awaiting()[0], editor, None)
    assert "Nu wel." in client.get(article.path).get_data(as_text=True)


def test_withdrawn_it_is_gone_from_list_feed_and_search(app: Flask, signatory: User, client: InspectingClient) -> None:
    sigrid = client_of(app, signatory)
    send(sigrid)
    article = only_article()
    assert sigrid.post_form(f"/nieuws/{article.id}/intrekken").status_code == 303
    gone = client.get(article.path)
    assert (gone.status_code, gone.only("h1")) == (410, "Dit artikel is ingetrokken")
    assert article.lead not in gone.get_data(as_text=True)
    for path in everywhere(article)[1:]:
        assert "bouwen" not in client.get(path).get_data(as_text=True), path
    db.session.expire_all()
    assert article.search_key not in documents.load([article.search_key])
    sigrid.post_form(f"/nieuws/{article.id}/bewerken", {"do": "verstuur"})
    assert client.get(article.path).status_code == 200


def test_an_editor_takes_back_with_a_reason_that_the_author_gets(
    lotte: SignedInClient, app: Flask, editor: User
) -> None:
    send(lotte)
    article = only_article()
    with transaction():
        services.approve_article(moderation.awaiting()[0], editor, None)
    eva = client_of(app, editor)
    assert eva.post_form(f"/nieuws/{article.id}/intrekken").status_code == 422
    eva.post_form(f"/nieuws/{article.id}/intrekken", {"reason": "Een ouder wil het niet."})
    assert only_article().state == State.WITHDRAWN
    mail = db.session.scalars(select(MailMessage)).one()
    assert "Een ouder wil het niet." in mail.text
    assert "Een ouder wil het niet." in lotte.get(article.path).only(".tools-reason")


# ── other people's ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("htmx", [False, True])
def test_an_article_of_another_does_not_exist(
    lotte: SignedInClient, app: Flask, other_member: User, page: str, htmx: bool
) -> None:
    """CHECKS 35."""
    send(lotte)
    article = only_article()
    before = (article.title, article.version, article.state)
    other = client_of(app, other_member)
    token = other.get("/nieuws/insturen").attributes("input[name=csrf_token]", "value")[0]
    headers = {"X-HTTP-Method-Override": "PUT"} | ({"HX-Request": "true"} if htmx else {})
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        data = None if method in ("GET", "HEAD") else FIELDS | {"csrf_token": token, "version": "1"}
        answer = other.open(f"/nieuws/{article.id}/{page}", method=method, data=data, headers=headers)
        assert answer.status_code in (404, 405), (method, answer.status_code)
    assert (only_article().title, only_article().version, only_article().state) == before
    assert other.get(article.path).status_code == other.get(f"/nieuws/{article.id + 1}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_public_article_of_another_is_read_only(
    app: Flask, signatory: User, other_member: User, client: InspectingClient, page: str
) -> None:
    """CHECKS 35, 36."""
    send(client_of(app, signatory))
    article = only_article()
    other = client_of(app, other_member)
    assert other.get(article.path).texts(".tools") == []
    assert other.get(f"/nieuws/{article.id}/{page}").status_code == 403
    answer = client.get(f"/nieuws/{article.id}/{page}")
    assert (answer.status_code, answer.location.startswith("/account/inloggen?next=")) == (303, True)


def test_fields_that_no_form_has_change_nothing(lotte: SignedInClient, other_member: User) -> None:
    """CHECKS 41."""
    send(lotte, state="open", published_at="2026-01-01", author_id=str(other_member.id), slug="x", body_html="<b>",
         id="77", image_id="1", version="")  # fmt: skip
    article = only_article()
    assert (article.state, article.published_at, article.author.name) == (State.REVIEW, None, "Lotte van der Lid")
    assert (article.id == 77, article.slug) == (False, "leerlingen-bouwen-een-brug")


# ── pictures ──────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_needs_words_is_kept_meanwhile_and_public_with_the_article(
    lotte: SignedInClient, app: Flask, editor: User, client: InspectingClient, other_member: User
) -> None:
    refused = send(lotte, image=picture(), title="")
    assert refused.status_code == 422
    assert "Vertel wat er op de foto te zien is" in refused.only("#image_alt-error")
    (path,) = refused.attributes(".picture-now img", "src")
    assert (lotte.get(path).status_code, client.get(path).status_code) == (200, 404)
    assert client_of(app, other_member).get(path).status_code == 404

    token = refused.attributes("input[name=picture]", "value")[0]
    send(lotte, picture=token, image_alt="Een brug")
    article = only_article()
    assert article.image is not None
    assert (article.image.path, article.image.alt) == (path, "Een brug")
    assert client.get(path).status_code == 404
    with transaction():
        services.approve_article(moderation.awaiting()[0], editor, None)
    assert client.get(article.path).attributes(".story-picture img", "alt") == ["Een brug"]
    assert client.get(path).status_code == 200
    assert '"image":' in client.get(article.path).only("script[type*=json]")

    client_of(app, editor).post_form(f"/nieuws/{article.id}/intrekken", {"reason": "Verkeerde foto."})
    assert client.get(path).status_code == 404


def test_a_picture_of_another_cannot_be_taken(lotte: SignedInClient, app: Flask, other_member: User) -> None:
    """CHECKS 35: by its token."""
    send(client_of(app, other_member), image=picture(), image_alt="Van mij")
    token = db.session.scalars(select(StoredFile.token)).one()
    send(lotte, picture=token, image_alt="Nu van mij")
    images = dict(db.session.execute(select(Article.author_id, Article.image_id)).all())
    assert sorted(image is None for image in images.values()) == [False, True]
    assert db.session.scalars(select(StoredFile.title)).one() == "Van mij"


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"%PDF-1.4", b"", b"\x89PNG\r\n\x1a\n<?php"])
def test_what_is_no_picture_is_refused_and_the_text_stays(lotte: SignedInClient, content: bytes) -> None:
    answer = send(lotte, image=(BytesIO(content), "brug.png"))
    assert answer.status_code == 422
    assert answer.texts("#image-error")
    assert answer.only("#body") == "## Staal Het was **zwaar** werk."


def test_a_picture_can_be_left_out_again(lotte: SignedInClient) -> None:
    send(lotte, image=picture(), image_alt="Een brug")
    article = only_article()
    lotte.post_form(f"/nieuws/{article.id}/bewerken", {"do": "wijzig", "without_picture": "y"})
    assert only_article().image is None


# ── errors, hostile text, once, conflicts, drafts ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": " \u200b "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"lead": ""}, "lead"),
        ({"lead": "x" * 601}, "lead"),
        ({"body": " "}, "body"),
        ({"body": "x" * 30_001}, "body"),
        ({"image_alt": "x" * 201}, "image_alt"),
    ],
)
def test_an_error_stands_beside_its_field(lotte: SignedInClient, fields: dict[str, str], name: str) -> None:
    """CHECKS 53, 88."""
    answer = send(lotte, **fields)
    assert answer.status_code == 422
    assert answer.texts(f"#{name}-error")
    assert answer.attributes(f".error-summary a[href='#{name}']", "href")
    assert db.session.scalar(select(func.count()).select_from(Article)) == 0


@pytest.mark.parametrize("payload", STORED)
def test_hostile_text_stays_text(app: Flask, signatory: User, client: InspectingClient, payload: str) -> None:
    """CHECKS 45, 46, 48, 50."""
    text = payload.replace("\x00", "")
    send(client_of(app, signatory), title=text[:150], lead=text, body=text, image=picture(), image_alt=text[:190])
    article = only_article()
    for path in (article.path, f"/nieuws/{article.id}/bewerken"):
        page = client_of(app, signatory).get(path)
        assert page.status_code == 200
        assert not page.tree.css(f"[id*={MARK}], [name*={MARK}], [onerror], [onload], iframe, {MARK}")
        scripts = [node for node in page.tree.css("script") if "src" not in node.attributes]
        assert all(node.attributes.get("type") == "application/ld+json" for node in scripts)
        assert not [a for a in page.attributes("a", "href") if a.lower().lstrip().startswith(("javascript", "data:"))]


def test_sent_eight_times_at_once_and_again_it_is_one_article(app: Flask, lotte: SignedInClient) -> None:
    """CHECKS 107."""
    page = lotte.get("/nieuws/insturen")
    hidden = {
        name: page.attributes(f"main form.form input[name={name}]", "value")[0] for name in ("once", "csrf_token")
    }
    cookie = lotte.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    db.session.remove()

    def post(_number: int) -> tuple[int, str | None]:
        client = app.test_client()
        client.set_cookie(cookie.key, cookie.value)
        answer = client.post("/nieuws/insturen", data=FIELDS | hidden | {"organisation": ""})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(8)))
    answers.append(post(9))
    assert set(answers) == {(303, only_article().path)}


def test_the_second_of_two_sees_both_texts(app: Flask, signatory: User, editor: User) -> None:
    """CHECKS 108."""
    sigrid = client_of(app, signatory)
    send(sigrid)
    article = only_article()
    edit = f"/nieuws/{article.id}/bewerken"
    page = sigrid.get(edit)
    hidden = {name: page.attributes(f"input[name={name}]", "value")[0] for name in ("version", "csrf_token")}
    client_of(app, editor).post_form(edit, {"do": "wijzig", "lead": "Van de redactie."})
    mine = FIELDS | hidden | {"do": "wijzig", "lead": "Van Sigrid.", "organisation": "vakschool-haagse-bocht"}
    refused: Any = sigrid.post(edit, data=mine)
    assert refused.status_code == 422
    assert "Van de redactie." in refused.only(".conflict")
    assert refused.only("#lead") == "Van Sigrid."
    again = mine | {"version": refused.attributes("input[name=version]", "value")[0]}
    assert sigrid.post(edit, data=again).status_code == 303
    assert only_article().lead == "Van Sigrid."


def test_a_draft_is_kept_with_its_picture_and_gone_when_sent(lotte: SignedInClient, member: User) -> None:
    kept = send(lotte, do="bewaar", title="Half", body="", image=picture())
    assert kept.status_code == 303
    page = lotte.get(kept.location)
    assert page.attributes("#title", "value") == ["Half"]
    assert len(page.tree.css(".picture-now img")) == 1
    lotte.post_form(kept.location, {"body": "Af.", "image_alt": "Brug", "do": "verstuur"}, form="form.form")
    article = only_article()
    assert article.image is not None
    assert drafts.list_drafts(member) == []


def test_typing_is_kept_by_htmx(lotte: SignedInClient, member: User) -> None:
    page = lotte.get("/nieuws/insturen")
    hidden = {
        name: page.attributes(f"main form.form input[name={name}]", "value")[0] for name in ("once", "csrf_token")
    }
    said = lotte.post("/nieuws/concept", data=hidden | {"title": "Half"}, headers={"HX-Request": "true"})
    assert "Bewaard als concept" in said.get_data(as_text=True)
    assert [draft.title for draft in drafts.list_drafts(member, "article")] == ["Half"]


def test_a_preview_and_head_save_nothing(lotte: SignedInClient) -> None:
    """CHECKS 31."""
    page = send(lotte, do="voorbeeld")
    assert (page.status_code, page.only(".preview-title")) == (200, FIELDS["title"])
    assert page.only(".preview .prose h2") == "Staal"
    assert lotte.head("/nieuws/insturen", data=FIELDS).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Article)) == 0
