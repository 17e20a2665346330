"""Hostile input through the forms of the board: texts, files, floods and links that nobody made."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import encode_multipart

from portal.accounts.models import User
from portal.board import services
from portal.board.models import Post, PostAttachment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.files.models import StoredFile
from portal.publishing import desk
from portal.search.indexing import indexer
from tests.board.conftest import BOARD, CLEAR
from tests.board.test_writing import HTMX, NEW, count, post_of
from tests.checks import eyes
from tests.checks.payloads import STORED
from tests.files import makers
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, filled

WORDS = "een gewone tekst over lassen"


@pytest.fixture
def writer(app: Flask, network: dict[str, Any], member: User) -> SignedInClient:
    return client_of(app, member)


def walked(app: Flask, author: User, editor: User, text: str) -> dict[str, str]:
    """Write a post of nothing but one text, lead it through its life, and return every page that shows it."""
    browser, visitor, judge = client_of(app, author), client_of(app, None), client_of(app, editor)
    long = f"{text} {WORDS}"
    fields = {**CLEAR, "title": long[:160], "body": long, "period": text[:160], "requirements": text[:300]}
    lost = visitor.open(NEW, method="POST", data=fields).get_data(as_text=True)
    pages = {
        "refused": browser.post_form(NEW, {**fields, "kind": "x", "municipality": text, "once": text[:40]}),
        "preview": browser.post_form(NEW, {**fields, "do": "voorbeeld"}),
        "part": browser.post_form(NEW, {**fields, "do": "voorbeeld"}, headers=HTMX),
        "placed": browser.post_form(NEW, fields, follow_redirects=True),
    }
    db.session.expire_all()
    post = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    assert post is not None
    if not post.is_visible:
        with transaction():
            services.approve_post(post, editor)
    limits.reset("post", author.id)
    number = f"{BOARD}{post.id}/"
    pages |= {
        "page": visitor.get(post.path),
        "list": visitor.get(f"{BOARD}?status=alle"),
        "conflict": judge.post_form(f"{number}bewerken", {"title": WORDS, "version": "1"}),
        "edit": browser.get(f"{number}bewerken"),
        "contributions": browser.get("/account/bijdragen"),
        "ask": browser.post_form(f"{number}intrekken", {"reason": text * 90}),
        "withdrawn": browser.post_form(f"{number}intrekken", {"reason": text}, follow_redirects=True),
    }
    return {"lost": lost} | {name: answer.get_data(as_text=True) for name, answer in pages.items()}


def test_hostile_texts_stay_text(app: Flask, network: dict[str, Any], member: User, editor: User) -> None:
    """CHECKS 45, 46, 48, 50: 31 payloads in title, text, period, requirements and reason, on every page with them."""
    plain = [text for words in (WORDS, f"{WORDS}\nen meer") for text in walked(app, member, editor, words).values()]
    known = eyes.vocabulary(plain)

    for payload in STORED:
        for name, html in walked(app, member, editor, payload).items():
            assert eyes.faults(html, known) == [], f"{payload} on {name}"


def send_files(browser: SignedInClient, files: list[tuple[bytes, str]], **fields: Any) -> Any:
    data = {**CLEAR, "uploads": [(BytesIO(content), name) for content, name in files], **fields}
    return browser.post_form(NEW, data, content_type="multipart/form-data")


def test_pictures_and_documents_go_with_a_post(
    app: Flask, writer: SignedInClient, client: InspectingClient, editor: User
) -> None:
    """CHECKS 40, 69: kept though the form is refused, seen by nobody before the post is public, no place in them."""
    page = send_files(writer, [(makers.with_place(), "a.jpg"), (makers.pdf(), "b.pdf")], title="", do="verstuur")
    assert page.status_code == 422
    tokens = page.attributes("main [name=files]", "value")
    assert len(tokens) == 2

    described = {f"describe-{tokens[0]}": "Twee leerlingen lassen", f"describe-{tokens[1]}": "Lesbrief"}
    again = {**CLEAR, "files": tokens, **described}
    assert writer.post_form(NEW, {**again, f"describe-{tokens[0]}": ""}).status_code == 422
    assert writer.post_form(NEW, again).status_code == 303
    post = post_of()
    paths = [row.file.path for row in post.attachments]
    assert [client.get(path).status_code for path in paths] == [404, 404]

    with transaction():
        services.approve_post(post, editor)
    shown = client.get(post.path)
    assert shown.attributes(".post-picture img", "alt") == ["Twee leerlingen lassen"]
    assert shown.texts(".post-documents a") == ["Lesbrief"]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert b"GPS" not in client.get(paths[0]).data
    indexer.rebuild()
    assert post.path in client.get("/zoeken?q=stageplaatsen").get_data(as_text=True), "the words of the document"

    with transaction():
        services.withdraw_post(post, editor, "Weg.")
    assert [client.get(path).status_code for path in paths] == [404, 404]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (makers.SVG, "a.svg"),
        (makers.ICO, "a.ico"),
        (makers.EPS, "a.eps"),
        (makers.bomb(), "a.png"),
        (makers.pdf_with_javascript(), "a.pdf"),
        (b"<html><script>alert(1)</script>", "a.jpg"),
        (b"", "a.png"),
        (makers.picture()[:200], "a.jpg"),
    ],
)
def test_dangerous_files_are_refused_and_the_text_stays(writer: SignedInClient, content: bytes, name: str) -> None:
    """CHECKS 65, 67: said at the field, with all that was typed."""
    page = send_files(writer, [(content, name)])

    assert page.status_code == 422
    assert page.texts("#uploads-error-1")
    assert page.attributes("#title", "value") == [CLEAR["title"]]
    assert count() == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_every_fault_of_several_files_is_told_at_once(writer: SignedInClient) -> None:
    """Each by the name of its file, and each missing description at its own file, with a way to it on top."""
    page = send_files(
        writer,
        [
            (makers.office_document(), "brief_aan_ouders.docx"),
            (makers.picture(), "foto.jpg"),
            (makers.SVG, "tekening.svg"),
            (makers.pdf(), "Lesbrief_metaal 2026.pdf"),
            (makers.picture("PNG"), "plaat.png"),
        ],
    )

    assert page.status_code == 422
    faults = page.texts(".field-error")
    assert any("brief_aan_ouders.docx" in fault and "Sla het document op als pdf" in fault for fault in faults)
    assert any("tekening.svg" in fault and "JPG" in fault for fault in faults)
    undescribed = [node.attributes.get("id") for node in page.tree.css("input[aria-invalid=true][id^=describe-]")]
    assert undescribed == ["describe-1", "describe-3"]
    assert {"#describe-1", "#describe-3", "#uploads"} <= set(page.attributes(".error-summary a", "href"))
    assert page.attributes("#describe-2", "value") == ["Lesbrief metaal 2026"]


def test_a_photo_over_the_limit_says_so_and_the_others_are_taken(writer: SignedInClient) -> None:
    """Three photos of 9 MB, as telephones make them: our page with the limit, and everything that was typed."""
    photo = makers.picture() + b"\0" * 9_000_000
    files = [(photo, "een.jpg"), (photo, "twee.jpg"), (photo, "drie.jpg"), (makers.picture(), "4.jpg")]
    form = filled(writer.get(NEW).tree.css_first("#post-form"))
    data = {**form, **CLEAR, "uploads": [makers.upload(content, name) for content, name in files]}
    boundary, body = encode_multipart(data)
    page = writer.open(NEW, method="POST", data=body, content_type=f"multipart/form-data; boundary={boundary}")

    assert page.status_code == 422
    faults = " ".join(page.texts(".field-error"))
    assert all(f"“{name}.jpg”: Dit bestand is groter dan 8 MB" in faults for name in ("een", "twee", "drie"))
    assert page.attributes("#title", "value") == [CLEAR["title"]]
    assert page.only("textarea[name=body]") == CLEAR["body"]
    assert len(page.attributes("main [name=files]", "value")) == 1


def test_at_most_six_files(writer: SignedInClient) -> None:
    page = send_files(writer, [(makers.picture(size=(8 + number, 8)), f"{number}.jpg") for number in range(8)])

    assert len(page.attributes("main [name=files]", "value")) == 6
    assert page.status_code == 422
    assert "niet toegevoegd: 6.jpg, 7.jpg." in " ".join(page.texts(".field-error"))


def test_the_files_of_another_cannot_be_taken(
    app: Flask, writer: SignedInClient, other_member: User, editor: User
) -> None:
    """CHECKS 35, 41: a known token of somebody else's file is no attachment, nor is one of another post."""
    tokens = send_files(writer, [(makers.picture(), "a.jpg")], do="voeg-toe").attributes("main [name=files]", "value")
    thief = client_of(app, other_member)
    said = {f"describe-{tokens[0]}": "Van mij"}
    thief.post_form(NEW, {**CLEAR, "title": "Gestolen plaatje erbij", "files": tokens, **said})
    assert post_of("Gestolen plaatje erbij").attachments == []

    writer.post_form(NEW, {**CLEAR, "files": tokens, **said})
    writer.post_form(NEW, {**CLEAR, "title": "Nog een met hetzelfde", "files": tokens, **said})
    assert [row.file.token for row in post_of().attachments] == tokens
    assert post_of("Nog een met hetzelfde").attachments == []


def test_a_file_that_is_removed_from_a_post_is_gone(writer: SignedInClient) -> None:
    (token,) = send_files(writer, [(makers.picture(), "a.jpg")], do="voeg-toe").attributes("main [name=files]", "value")
    writer.post_form(NEW, {**CLEAR, "files": [token], f"describe-{token}": "Plaatje"})
    post = post_of()

    page = writer.post_form(f"{BOARD}{post.id}/bewerken", {"do": f"weg-{token}"})
    assert page.attributes("main [name=files]", "value") == []
    writer.post_form(f"{BOARD}{post.id}/bewerken", {"files": []})

    assert db.session.scalar(select(func.count()).select_from(PostAttachment)) == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_flood_is_stopped(app: Flask, writer: SignedInClient) -> None:
    """The 121st form within an hour answers 429 with Retry-After, and no later one is read."""
    page = writer.get(NEW)
    (csrf,) = page.attributes("main [name=csrf_token]", "value")
    codes = [writer.post(NEW, data={"csrf_token": csrf, "title": "x"}).status_code for _number in range(121)]

    assert codes[:120] == [422] * 120
    assert codes[120] == 429


def test_huge_and_odd_bodies_are_refused(writer: SignedInClient) -> None:
    """CHECKS 54: never a server error."""
    (csrf,) = writer.get(NEW).attributes("main [name=csrf_token]", "value")
    many = {f"veld{number}": "x" for number in range(25_000)}
    assert writer.post(NEW, data={"csrf_token": csrf, "body": "x" * 600_000}).status_code in (413, 422)
    assert writer.open(NEW, method="POST", data={"csrf_token": csrf, "body": "x" * 70_000_000}).status_code == 413
    assert writer.post(NEW, data={"csrf_token": csrf, **many}).status_code in (413, 422)
    assert writer.post(NEW, data=b"--x\r\nrommel", content_type="multipart/form-data; boundary=x").status_code == 400
    assert writer.post(NEW, json={**CLEAR, "csrf_token": csrf}).status_code == 400


def test_the_desk_shows_it_as_its_page_will(app: Flask, writer: SignedInClient, editor: User) -> None:
    writer.post_form(NEW, CLEAR)
    case = desk.find_case("bericht", post_of().id)
    kind = desk.find_kind("bericht")
    assert case is not None
    assert kind is not None
    assert kind.render is not None
    with app.test_request_context("/"):
        html = kind.render(case)

    assert "<em>lassen</em>" in html
    assert "<h1" not in html
    assert [waiting.title for waiting in desk.cases()] == [CLEAR["title"]]


def test_what_is_approved_is_found_at_once(
    app: Flask, writer: SignedInClient, editor: User, client: InspectingClient
) -> None:
    indexer.rebuild()
    writer.post_form(NEW, CLEAR)
    assert post_of().path not in client.get("/zoeken?q=lassen").get_data(as_text=True)

    with transaction():
        services.approve_post(post_of(), editor)
    indexer.apply_changes()
    assert post_of().path in client.get("/zoeken?q=lassen").get_data(as_text=True)
    assert post_of().path in client.get(f"{BOARD}feed.atom").get_data(as_text=True)


def test_what_is_too_large_to_be_read_gets_a_page_that_names_the_limit(writer: SignedInClient) -> None:
    """More than the transport takes: the server throws it away, so the page says where the text still is."""
    length = writer.application.config["MAX_CONTENT_LENGTH"] + 1
    page = writer.open(
        NEW, method="POST", input_stream=BytesIO(b"x"), environ_overrides={"CONTENT_LENGTH": str(length)},
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip

    assert page.status_code == 413
    assert "hooguit 8 MB" in page.only("main")
    assert "wat u typte, staat er nog" in page.only("main")
