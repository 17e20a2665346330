"""Placing a post: the form, its draft, its preview, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.board import guides, services
from portal.board.models import Category, Post
from portal.board.services import OPEN_FOR
from portal.community.models import Organisation, Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing import drafts
from portal.publishing.models import State
from tests.board.conftest import BOARD, CLEAR
from tests.people import SignedInClient, client_of

NEW = f"{BOARD}nieuw"
HTMX = {"HX-Request": "true"}


def post_of(title: str = CLEAR["title"]) -> Post:
    db.session.expire_all()
    return db.session.scalars(select(Post).where(Post.title == title)).one()


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Post)) or 0


def seat(user: User, organisation: Organisation) -> None:
    with transaction() as session:
        since = clock.today() - timedelta(days=9)
        session.add(Seat(user=user, organisation=organisation, role="docent", since=since))


@pytest.fixture
def writer(app: Flask, network: dict[str, Any], member: User) -> SignedInClient:
    return client_of(app, member)


def test_first_post_waits_for_the_editors(app: Flask, writer: SignedInClient, client: SignedInClient) -> None:
    """CHECKS 40: what waits is on no list, page, feed or sitemap."""
    response = writer.post_form(NEW, {**CLEAR, "levels": ["vmbo", "mbo-2"], "themes": ["techniek"], "places": "12"})
    post = post_of()

    assert response.status_code == 303
    assert response.location == post.path
    assert (post.state, post.places, sorted(post.levels)) == (State.REVIEW, 12, ["mbo-2", "vmbo"])
    assert "redactie" in writer.get(post.path).only(".notice")
    assert client.get(post.path).status_code == 404
    for address in (BOARD, f"{BOARD}feed.atom", "/sitemap.xml", "/"):
        assert CLEAR["title"] not in client.get(address).get_data(as_text=True)
        assert post.path not in client.get(address).get_data(as_text=True)


def test_an_editor_posts_straight_away(
    app: Flask, network: dict[str, Any], editor: User, client: SignedInClient
) -> None:
    client_of(app, editor).post_form(NEW, CLEAR)
    post = post_of()

    assert post.state == State.OPEN
    assert post.expires_on == clock.today() + OPEN_FOR
    assert client.get(post.path).status_code == 200
    assert CLEAR["title"] in client.get(BOARD).texts("#items .card-title")


def test_a_signatory_posts_straight_away_for_the_own_organisation_only(
    app: Flask, network: dict[str, Any], signatory: User
) -> None:
    browser = client_of(app, signatory)

    browser.post_form(NEW, {**CLEAR, "organisation": "vakschool-haagse-bocht"})
    browser.post_form(NEW, {**CLEAR, "title": "Op eigen naam gevraagd", "organisation": ""})

    assert post_of().state == State.OPEN
    assert post_of("Op eigen naam gevraagd").state == State.REVIEW


def test_the_third_post_goes_straight_out(app: Flask, writer: SignedInClient, editor: User) -> None:
    for number in range(2):
        writer.post_form(NEW, {**CLEAR, "title": f"Gastles nummer {number}"})
        with transaction():
            services.approve_post(post_of(f"Gastles nummer {number}"), editor)
    writer.post_form(NEW, CLEAR)

    assert post_of().state == State.OPEN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"body": "te kort"}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"kind": "iets"}, "kind"),
        ({"kind": []}, "kind"),
        ({"category": ""}, "category"),
        ({"category": "bestaat-niet"}, "category"),
        ({"themes": ["bestaat-niet"]}, "themes"),
        ({"levels": ["mbo-9"]}, "levels"),
        ({"municipality": "parijs"}, "municipality"),
        ({"organisation": "bakkerij"}, "organisation"),
        ({"period": "x" * 161}, "period"),
        ({"requirements": "x" * 301}, "requirements"),
        ({"places": "0"}, "places"),
        ({"places": "-3"}, "places"),
        ({"places": "1e3"}, "places"),
        ({"places": "99999999999999999999"}, "places"),
        ({"places": "\uff11"}, "places"),
        ({"reply_by": "2020-01-01"}, "reply_by"),
        ({"reply_by": "2999-01-01"}, "reply_by"),
        ({"reply_by": "2026-02-30"}, "reply_by"),
        ({"reply_by": "morgen"}, "reply_by"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(writer: SignedInClient, changes: dict[str, Any], field: str) -> None:
    """CHECKS 53, 88: 422, named in a summary and at the field, everything typed still there."""
    response = writer.post_form(NEW, {**CLEAR, "period": "week 6 tot en met 10", **changes})

    assert response.status_code == 422
    assert response.attributes(".error-summary a", "href") == [f"#{field}"]
    assert response.texts(f"#{field}-error")
    assert count() == 0
    if field != "period":
        assert response.attributes("[name=period]", "value") == ["week 6 tot en met 10"]
    if field != "title":
        assert response.attributes("#title", "value") == [CLEAR["title"]]
    if field != "body":
        assert CLEAR["body"] in response.only("#body")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"title": ["een titel", "nog een titel"]}, 422),
        ({"title": (BytesIO(b"tekst"), "titel.txt")}, 422),
        ({"titel": "wat"}, 422),
        ({"title[]": "wat"}, 422),
        ({"title": "abc\x00\x1b\u202edefg", "body": "\ud7ff" * 30}, 422),
    ],
)
def test_odd_fields_are_refused(writer: SignedInClient, data: dict[str, Any], status: int) -> None:
    """CHECKS 51, 53: missing, doubled, list-shaped, a file for a text, control characters: 4xx."""
    csrf = writer.get(NEW).attributes("main [name=csrf_token]", "value")[0]
    response = writer.post(NEW, data={"csrf_token": csrf, **data}, content_type="multipart/form-data")

    assert response.status_code == status
    assert count() == 0


@pytest.mark.parametrize("name", ["state", "author_id", "published_at", "id", "expires_at", "user_id", "slug"])
def test_only_the_fields_of_the_form_count(writer: SignedInClient, name: str, editor: User, member: User) -> None:
    """CHECKS 41: nobody publishes, or posts as another, by a field of his own making."""
    writer.post_form(NEW, {**CLEAR, name: str(editor.id) if name.endswith("id") else "open"})
    post = post_of()

    assert (post.state, post.author_id, post.published_at) == (State.REVIEW, member.id, None)


def test_only_own_seats_can_be_posted_for(
    app: Flask, network: dict[str, Any], writer: SignedInClient, member: User
) -> None:
    """CHECKS 41: the organisation of somebody else is no choice, also when sent anyway."""
    with transaction():
        seat(member, network["school"])
    assert writer.get(NEW).attributes("#organisation option", "value") == ["", "school"]

    writer.post_form(NEW, {**CLEAR, "organisation": "school"})
    assert post_of().organisation == network["school"]


def test_a_preview_saves_nothing_and_looks_like_the_page(writer: SignedInClient) -> None:
    page = writer.post_form(NEW, {**CLEAR, "do": "voorbeeld"})
    part = writer.post_form(NEW, {**CLEAR, "do": "voorbeeld"}, headers=HTMX)

    assert page.status_code == part.status_code == 200
    assert page.only(".preview .prose") == part.only(".preview .prose") == "Twee uur lassen in de werkplaats."
    assert page.attributes("#title", "value") == [CLEAR["title"]]
    assert count() == 0


def test_a_preview_of_what_is_not_complete_says_what_is_missing(writer: SignedInClient) -> None:
    part = writer.post_form(NEW, {**CLEAR, "title": "", "do": "voorbeeld"}, headers=HTMX)

    assert part.status_code == 422
    assert part.attributes("#preview .error-summary a", "href") == ["#title"]


def test_a_draft_is_kept_while_typing_and_is_the_authors_alone(
    app: Flask, writer: SignedInClient, other_member: User
) -> None:
    """CHECKS 35, 40: kept by htmx and by its button; another member with its key sees an empty form."""
    fields = {**CLEAR, "title": "Half", "once": "sleutel-van-mij"}
    csrf = writer.get(NEW).attributes("main [name=csrf_token]", "value")[0]

    saved = writer.post(f"{BOARD}concept", data={**fields, "csrf_token": csrf}, headers=HTMX)
    again = writer.post(f"{BOARD}concept", data={**fields, "title": "Half af", "csrf_token": csrf}, headers=HTMX)
    kept = writer.get(f"{NEW}?concept=sleutel-van-mij")
    foreign = client_of(app, other_member).get(f"{NEW}?concept=sleutel-van-mij")

    assert saved.status_code == again.status_code == 200
    assert kept.attributes("#title", "value") == ["Half af"]
    assert kept.only("#body") == CLEAR["body"]
    assert foreign.attributes("#title", "value") == [""]
    assert count() == 0


def test_the_button_keeps_a_draft_that_is_listed_and_thrown_away(writer: SignedInClient) -> None:
    response = writer.post_form(NEW, {"title": "Nog niet af", "do": "bewaar"})
    assert response.status_code == 303
    assert writer.get(response.location).attributes("#title", "value") == ["Nog niet af"]
    mine = writer.get("/account/bijdragen")
    assert "Nog niet af" in mine.texts(".contribution h3")

    writer.press("/account/bijdragen", f"{BOARD}concept/weg")
    assert "Nog niet af" not in writer.get("/account/bijdragen").texts(".contribution h3")


def test_a_placed_post_leaves_no_draft_and_a_late_keeping_brings_none_back(
    writer: SignedInClient, member: User
) -> None:
    page = writer.get(NEW)
    once, csrf = (page.attributes(f"main [name={name}]", "value")[0] for name in ("once", "csrf_token"))
    fields = {**CLEAR, "once": once, "csrf_token": csrf}
    writer.post(f"{BOARD}concept", data=fields, headers=HTMX)
    writer.post(NEW, data=fields)
    writer.post(f"{BOARD}concept", data=fields, headers=HTMX)

    assert list(drafts.list_drafts(member)) == []
    assert count() == 1


def test_eight_times_the_same_form_is_one_post(app: Flask, network: dict[str, Any], member: User) -> None:
    """CHECKS 107: a double submit, eight at once and again, makes one item."""
    browser = client_of(app, member)
    page = browser.get(NEW)
    fields = {
        **CLEAR,
        **{name: page.attributes(f"main [name={name}]", "value")[0] for name in ("once", "csrf_token")},
    }
    cookie = browser.get_cookie("session")
    assert cookie is not None

    def send(_number: int) -> tuple[int, str | None]:
        one = app.test_client()
        one.set_cookie("session", cookie.value, domain="localhost")
        response = one.post(NEW, data=fields)
        return response.status_code, response.location

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    answers.add(send(9))

    assert answers == {(303, post_of().path)}


def test_what_was_typed_survives_the_end_of_the_session(app: Flask, network: dict[str, Any], member: User) -> None:
    """CHECKS 28: without session or token nothing is saved; and nothing typed is lost."""
    visitor = client_of(app, None)
    lost = visitor.open(
        NEW, method="POST", data={**CLEAR, "body": "Twee regels\nin een tekst die blijft.", "once": "k", "<b>": "x"}
    )

    assert lost.status_code == 401
    assert lost.only("main textarea[name=body]").endswith("die blijft.")
    assert lost.attributes("main input[name=title]", "value") == [CLEAR["title"]]
    assert "&lt;b" not in lost.get_data(as_text=True)

    back = client_of(app, member).open(NEW, method="POST", data={**CLEAR, "once": "k"})
    assert back.status_code == 400
    assert back.attributes("#title", "value") == [CLEAR["title"]]
    assert count() == 0


def test_keeping_a_draft_without_a_session_says_so(app: Flask, network: dict[str, Any]) -> None:
    answer = client_of(app, None).post(f"{BOARD}concept", data=CLEAR, headers=HTMX)

    assert answer.status_code == 401
    assert "niet meer ingelogd" in answer.get_data(as_text=True)


def test_every_category_has_a_guide_and_htmx_brings_it(writer: SignedInClient, client: SignedInClient) -> None:
    part = client.get(f"{BOARD}schrijfwijzer?category=gastles&kind=vraag", headers=HTMX)
    whole = client.get(f"{BOARD}schrijfwijzer")
    without_script = writer.post_form(NEW, {"category": "gastles", "kind": "vraag", "do": "wijzer"})

    assert part.only("#guide .guide-example") == guides.GUIDES["gastles"].request
    assert without_script.only("#guide .guide-example") == guides.GUIDES["gastles"].request
    assert without_script.status_code == 200
    assert whole.texts(".guide-list h2") == ["Gastles", "Stageplaats"]


def test_guides_cover_the_categories_of_the_demo(demo_site: Flask) -> None:
    with demo_site.app_context():
        slugs = set(db.session.scalars(select(Category.slug)))

    assert slugs == guides.GUIDES.keys()


def test_a_visitor_is_led_to_sign_in(client: SignedInClient) -> None:
    """CHECKS 36: and comes back to the form afterwards."""
    response = client.get(NEW)

    assert response.status_code == 303
    assert response.location == "/account/inloggen?next=%2Fvraag-en-aanbod%2Fnieuw"


@pytest.mark.parametrize("soort", ["aanbod", "vraag"])
def test_the_address_can_choose_kind_and_category(writer: SignedInClient, soort: str) -> None:
    page = writer.get(f"{NEW}?soort={soort}&rubriek=gastles")

    assert page.attributes("[name=kind][checked]", "value") == [soort]
    assert page.attributes("#category [selected]", "value") == ["gastles"]
