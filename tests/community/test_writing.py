"""An owner edits the page of the organisation (C1): who may, what is refused, and two at once."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.files.models import StoredFile
from tests.checks import eyes
from tests.checks.payloads import STORED
from tests.community.people import make_organisation, owner, post, seat
from tests.files import makers
from tests.people import client_of

PATH = "/organisaties/museon/bewerken"
PAGE = "/organisaties/museon"


@pytest.fixture
def museon(app: Flask) -> Organisation:
    """Return an organisation."""
    return make_organisation()


def logo(content: bytes | None = None, name: str = "logo.png") -> tuple[BytesIO, str]:
    """Return a file as a browser sends it."""
    return BytesIO(content or makers.picture("PNG")), name


def test_an_owner_writes_the_page_and_everybody_reads_it(app: Flask, museon: Organisation, member: User) -> None:
    owner(member, museon)
    answer = client_of(app, member).post_form(
        PATH,
        {
            "summary": "Een museum.\nOok voor klassen.",
            "website": "www.museon.nl",
            "place": "Den Haag",
            "logo": logo(),
            "logo_alt": "Logo van Museon",
        },
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = client_of(app, None).get(PAGE)
    assert page.texts(".lead p") == ["Een museum.", "Ook voor klassen."]
    assert page.attributes(".facts a[rel]", "href") == ["https://www.museon.nl"]
    assert page.attributes("img.logo", "alt") == ["Logo van Museon"]
    (address,) = page.attributes("img.logo", "src")
    assert client_of(app, None).get(address).headers["Content-Type"] == "image/png"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.edited")).one()
    assert (entry.actor_id, entry.subject_title) == (member.id, "Museon")
    assert entry.details["fields"] == "summary, website, place, logo"


def test_the_trio(app: Flask, museon: Organisation, member: User, other_member: User, editor: User) -> None:
    """CHECKS 35, 36, 31, 32: signed out, not the owner, does not exist; by every method; nothing changes."""
    seat(member, museon)
    data = {"summary": "Gekaapt", "version": "1"}
    visitor = client_of(app, None)
    assert visitor.get(PATH).headers["Location"].startswith("/account/inloggen?next=")
    assert visitor.post(PATH, data=data).status_code in (400, 401)
    for user in (member, other_member):
        client = client_of(app, user)
        token = csrf(client)
        for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"):
            answer = client.open(PATH, method=method, data={**data, "csrf_token": token})
            assert answer.status_code in (400, 403, 405)
        htmx = client.post(PATH, data={**data, "csrf_token": token}, headers={"HX-Request": "true"})
        assert htmx.status_code == 403
        assert (
            client.post(PATH, data={**data, "csrf_token": token}, headers={"X-HTTP-Method-Override": "PUT"}).status_code
            == 403
        )
        assert client.get("/organisaties/bestaat-niet/bewerken").status_code == 404
    db.session.expire_all()
    assert museon.summary is None
    assert client_of(app, editor).get(PATH).status_code == 200


def csrf(client: Any) -> str:
    """Return a token that counts for a browser."""
    (token, *_others) = client.get("/account/profiel").attributes("main [name=csrf_token]", "value")
    return str(token)


def test_a_head_saves_nothing(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 31 and trap 1."""
    owner(member, museon)
    client = client_of(app, member)
    client.head(PATH, data={"summary": "Gekaapt", "version": "1", "csrf_token": csrf(client)})

    db.session.expire_all()
    assert museon.summary is None


@pytest.mark.parametrize("token", [None, "", "fout", "€uro", "a.b.c"])
def test_without_its_token_nothing_is_saved(app: Flask, museon: Organisation, member: User, token: str | None) -> None:
    """CHECKS 28, 29."""
    owner(member, museon)
    data = {"summary": "Gekaapt", "version": "1"} | ({"csrf_token": token} if token is not None else {})

    assert client_of(app, member).post(PATH, data=data).status_code in (400, 403)
    db.session.expire_all()
    assert museon.summary is None


def test_the_second_of_two_editors_sees_both_texts(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    """CHECKS 108: no mixture; saving again is a choice."""
    owner(member, museon)
    owner(other_member, museon)
    first, second = client_of(app, member), client_of(app, other_member)
    form = second.get(PATH)
    first.post_form(PATH, {"summary": "Van de eerste"})

    sent = {
        "version": "1",
        "csrf_token": form.attributes("main [name=csrf_token]", "value")[0],
        "website": "",
        "place": "",
    }
    answer = post(second, PATH, {**sent, "summary": "Van de tweede"})
    assert answer.status_code == 422
    assert "Van de eerste" in answer.only(".conflict")
    assert "Van de tweede" in answer.only(".conflict")
    assert answer.only("textarea[name=summary]") == "Van de tweede"
    db.session.expire_all()
    assert museon.summary == "Van de eerste"

    version = answer.attributes("main [name=version]", "value")[0]
    assert second.post(PATH, data={**sent, "version": version, "summary": "Van de tweede"}).status_code == 303
    db.session.expire_all()
    assert museon.summary == "Van de tweede"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"summary": "x" * 1201}, "summary"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "geen adres"}, "website"),
        ({"place": "x" * 81}, "place"),
        ({"logo": logo(makers.SVG, "logo.svg")}, "logo"),
        ({"logo": logo(makers.bomb(), "logo.png")}, "logo"),
        ({"logo": logo()}, "logo_alt"),
    ],
)
def test_errors_stand_by_the_field_and_nothing_typed_is_lost(
    app: Flask, museon: Organisation, member: User, data: dict[str, Any], field: str
) -> None:
    """CHECKS 88, 65."""
    owner(member, museon)
    data = {
        key: (BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
        for key, value in data.items()
    }
    answer = client_of(app, member).post_form(PATH, {"summary": "Bewaar dit", **data})

    assert answer.status_code == 422
    assert answer.attributes(f"[name={field}]", "aria-invalid") == ["true"]
    assert answer.tree.css_first(f"#{field}-error") is not None
    assert f"#{field}" in answer.attributes(".error-summary a", "href")
    assert answer.only("textarea[name=summary]") == data.get("summary", "Bewaar dit")
    assert museon.logo is None
    assert db.session.query(StoredFile).count() == (1 if field == "logo_alt" else 0)


def test_nothing_else_of_an_organisation_can_be_set(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 41."""
    owner(member, museon)
    extra = {
        "name": "Anders",
        "slug": "anders",
        "kind": "rijk",
        "id": "999",
        "is_invented": "1",
        "logo_id": "1",
        "merged_into_id": "1",
    }
    client_of(app, member).post_form(PATH, {"summary": "Goed", **extra})

    db.session.expire_all()
    assert (museon.name, museon.slug, museon.kind, museon.summary) == ("Museon", "museon", "museum", "Goed")
    assert (museon.is_invented, museon.logo_id, museon.merged_into_id) == (False, None, None)


def test_a_logo_is_replaced_and_removed_with_its_content(app: Flask, museon: Organisation, member: User) -> None:
    owner(member, museon)
    client = client_of(app, member)
    client.post_form(PATH, {"logo": logo(), "logo_alt": "Eerste"})
    first = db.session.scalars(select(StoredFile.token)).one()
    client.post_form(PATH, {"logo": logo(), "logo_alt": "Tweede"})
    assert db.session.scalars(select(StoredFile.token)).one() != first
    assert client.get(f"/media/{first}.png").status_code == 404

    client.post_form(PATH, {"remove_logo": "y"})
    assert db.session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize("text", STORED)
def test_whatever_is_written_stays_text(app: Flask, museon: Organisation, member: User, text: str) -> None:
    """CHECKS 45, 46, 48, 50: on the page, and in the form that shows it again."""
    owner(member, museon)
    client = client_of(app, member)
    client.post_form(PATH, {"summary": "Gewoon", "place": "Delft", "logo": logo(), "logo_alt": "Logo"})
    known = eyes.vocabulary([client.get(path).get_data(as_text=True) for path in (PAGE, PATH)])
    saved = client.post_form(PATH, {"summary": text[:1200], "place": text[:80], "logo_alt": text[:200]})

    assert saved.status_code == 303
    for path in (PAGE, PATH):
        assert eyes.faults(client.get(path).get_data(as_text=True), known) == []


def test_one_that_merged_cannot_be_edited(app: Flask, museon: Organisation, editor: User) -> None:
    make_organisation("Museum voor het Onderwijs", "mvo", merged_into_id=museon.id)

    assert client_of(app, editor).get("/organisaties/mvo/bewerken").status_code == 404


def test_only_who_may_is_offered_to_edit(app: Flask, museon: Organisation, member: User, other_member: User) -> None:
    owner(member, museon)

    assert PATH in client_of(app, member).get(PAGE).attributes("main a", "href")
    for user in (other_member, None):
        links = client_of(app, user).get(PAGE).attributes("main a", "href")
        assert PATH not in links
        assert "/organisaties/museon/claimen" in links
