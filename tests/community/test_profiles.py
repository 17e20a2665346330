"""Profiles (C4): what members tell, to whom it is shown, and that nothing else leaks."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Role, User
from portal.community.models import Profile, Visibility
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files.models import StoredFile
from tests.checks import eyes
from tests.checks.payloads import STORED
from tests.community.people import make_organisation, post, seat
from tests.files import makers
from tests.people import client_of, make_user

PATH = "/account/profiel"
PARTS = ("photo", "function", "expertise", "offers", "seeks")
TEXTS = {
    "function": "decaan",
    "expertise": "Weet alles van lassen",
    "offers": "Biedt een gastles",
    "seeks": "Zoekt stageplaatsen",
}


def save(app: Flask, user: User, visibility: str = "members", **data: Any) -> Any:
    """Fill in a profile as its owner would."""
    shown = {f"{part}_for": visibility for part in PARTS}
    answer = client_of(app, user).post_form(PATH, {**TEXTS, "is_listed": "y", **shown, **data})
    db.session.expire_all()
    return answer


def photo() -> tuple[BytesIO, str]:
    """Return a photo with a place in it, as a browser sends it."""
    return BytesIO(makers.with_place()), "IMG_2041.jpg"


def test_a_profile_is_saved_and_seen(app: Flask, member: User, other_member: User) -> None:
    answer = save(app, member, photo=photo(), name="Lotte Nieuw")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/leden/{member.id}-lotte-nieuw"

    page = client_of(app, other_member).get(member.path)
    shown = page.only("article")
    assert all(text in shown for text in TEXTS.values())
    (address,) = page.attributes("img.portrait", "src")
    portrait = client_of(app, other_member).get(address)
    assert portrait.status_code == 200
    assert b"Exif" not in portrait.data
    assert page.attributes("meta[name=robots]", "content") == ["noindex"]
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_every_part_is_for_whom_its_owner_chose(
    app: Flask, member: User, other_member: User, editor: User, visibility: Visibility
) -> None:
    """CHECKS 40, 116: also an editor reads no more than other members do, and a photo is no exception."""
    save(app, member, visibility, photo=photo())
    file = db.session.scalars(select(StoredFile)).one()
    sees = {
        None: visibility == Visibility.EVERYONE,
        other_member: visibility != Visibility.NOBODY,
        editor: visibility != Visibility.NOBODY,
    }
    for user, expected in sees.items():
        answer = client_of(app, user).get(member.path)
        source = answer.get_data(as_text=True)
        assert answer.status_code == (404 if user is None and not expected else 200)
        assert [text in source for text in TEXTS.values()] == [expected] * 4
        assert (file.path in source) is expected
    media = client_of(app, None).get(file.path).status_code
    assert media == (200 if visibility == Visibility.EVERYONE else 404)
    assert client_of(app, other_member).get(file.path).status_code == (404 if visibility == Visibility.NOBODY else 200)


def test_each_part_has_its_own_audience(app: Flask, member: User, other_member: User) -> None:
    save(app, member, "nobody", offers_for="everyone", seeks_for="members")

    assert [text in client_of(app, None).get(member.path).get_data(as_text=True) for text in TEXTS.values()] == [
        False, False, True, False,
    ]  # fmt: skip
    source = client_of(app, other_member).get(member.path).get_data(as_text=True)
    assert [text in source for text in TEXTS.values()] == [False, False, True, True]
    assert client_of(app, None).get(member.path).attributes("meta[name=robots]", "content") == ["noindex"]


def test_a_narrower_choice_works_at_once(app: Flask, member: User) -> None:
    save(app, member, "everyone", photo=photo())
    assert client_of(app, None).get(member.path).status_code == 200
    file = db.session.scalars(select(StoredFile)).one()

    save(app, member, "members")
    assert client_of(app, None).get(member.path).status_code == 404
    assert client_of(app, None).get(file.path).status_code == 404


def test_the_address_is_shown_nowhere(app: Flask, member: User, other_member: User, editor: User) -> None:
    """CHECKS 116."""
    save(app, member, "everyone")

    for user in (None, other_member, editor):
        for path in (member.path, "/leden/"):
            assert member.email not in client_of(app, user).get(path).get_data(as_text=True)


def test_a_form_sets_the_profile_and_nothing_else(app: Flask, member: User, other_member: User) -> None:
    """CHECKS 41: role, is_admin, email, id, confirmed and the like change nothing."""
    before = (member.id, member.email, member.role, member.confirmed_at, member.password_hash)
    extra = {
        "role": "administrator",
        "is_admin": "1",
        "is_editor": "1",
        "is_administrator": "y",
        "email": "kaper@evil.example",
        "id": str(other_member.id),
        "user_id": str(other_member.id),
        "user-id": str(other_member.id),
        "confirmed": "1",
        "confirmed_at": "",
        "password": "nieuw",
        "password_hash": "x",
        "photo_id": "1",
        "disabled_at": "",
        "second_factor_at": "2026-01-01",
    }
    assert save(app, member, **extra).status_code == 303

    assert (member.id, member.email, member.role, member.confirmed_at, member.password_hash) == before
    assert member.second_factor_at is None
    assert db.session.scalars(select(Profile.user_id)).all() == [member.id]
    assert other_member.name == "Anders de Ander"


def test_a_profile_is_its_owners_alone(app: Flask, member: User) -> None:
    """CHECKS 36, 31: there is no address of somebody else's form, and visitors are sent to sign in."""
    visitor = client_of(app, None)
    assert visitor.get(PATH).headers["Location"].startswith("/account/inloggen?next=")
    assert visitor.post(PATH, data=TEXTS).status_code in (400, 401)
    for method in ("PUT", "DELETE", "PATCH"):
        assert client_of(app, member).open(PATH, method=method).status_code in (400, 405)
    client_of(app, member).head(PATH, data=TEXTS)
    assert db.session.scalars(select(Profile)).all() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "\u202e\u200b"}, "name"),
        ({"function": "x" * 121}, "function"),
        ({"offers": "x" * 601}, "offers"),
        ({"seeks_for": "redactie"}, "seeks_for"),
        ({"photo": (makers.SVG, "foto.svg")}, "photo"),
        ({"photo": (makers.pdf(), "foto.jpg")}, "photo"),
        ({"photo": (b"", "foto.jpg")}, "photo"),
    ],
)
def test_errors_stand_by_the_field(app: Flask, member: User, data: dict[str, Any], field: str) -> None:
    """CHECKS 88, 65, 59."""
    data = {key: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for key, value in data.items()}
    answer = save(app, member, expertise="Blijft staan", **data)

    assert answer.status_code == 422
    assert answer.tree.css_first(f"#{field}-error") is not None
    assert answer.only("textarea[name=expertise]") == "Blijft staan"
    assert db.session.scalars(select(Profile)).all() == []


@pytest.mark.parametrize("data", [{"name": (b"x", "naam.txt")}, {"name": ["Een", "Twee"]}, {"photo": "tekst"}])
def test_odd_fields_break_nothing(app: Flask, member: User, data: dict[str, Any]) -> None:
    """CHECKS 53: a file instead of text, a doubled field, text instead of a file."""
    data = {key: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for key, value in data.items()}
    assert save(app, member, **data).status_code in (303, 400, 422)


def test_two_browsers_at_once_are_warned(app: Flask, member: User) -> None:
    """CHECKS 108."""
    save(app, member)
    first, second = client_of(app, member), client_of(app, member)
    page = second.get(PATH)
    first.post_form(PATH, {"offers": "Van de eerste"})
    hidden = {name: page.attributes(f"main [name={name}]", "value")[0] for name in ("csrf_token", "version")}
    shown = {f"{part}_for": "members" for part in (*PARTS, "contact")}
    answer = post(second, PATH, {**hidden, **TEXTS, **shown, "name": member.name, "offers": "Van de tweede"})

    assert answer.status_code == 422
    assert "Van de eerste" in answer.only(".conflict")
    assert db.session.scalars(select(Profile.offers)).all() == ["Van de eerste"]


def test_a_photo_is_replaced_and_removed_with_its_content(app: Flask, member: User) -> None:
    save(app, member, photo=photo())
    first = db.session.scalars(select(StoredFile.token)).one()
    save(app, member, photo=photo())
    second = db.session.scalars(select(StoredFile.token)).one()
    assert first != second
    assert client_of(app, member).get(f"/media/{first}.jpg").status_code == 404

    save(app, member, remove_photo="y")
    assert db.session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize("text", STORED)
def test_whatever_is_written_stays_text(app: Flask, member: User, text: str) -> None:
    """CHECKS 45, 46, 48, 50: on the page, in the directory and in the form."""
    save(app, member, "everyone")
    client = client_of(app, member)
    paths = ("/leden/", PATH)
    plain = [client.get(path).get_data(as_text=True) for path in (member.path, *paths)]
    answer = save(
        app,
        member,
        "everyone",
        name=f"A {text}"[:120],
        function=text[:120],
        **dict.fromkeys(("expertise", "offers", "seeks"), text[:600]),
    )

    assert answer.status_code == 303
    for path in (member.path, *paths):
        assert eyes.faults(client.get(path).get_data(as_text=True), eyes.vocabulary(plain)) == []


def test_an_address_of_a_member_has_one_spelling(app: Flask, member: User, other_member: User) -> None:
    save(app, member, "everyone")
    visitor = client_of(app, None)

    moved = visitor.get(f"/leden/{member.id}-iets-anders")
    assert (moved.status_code, moved.headers["Location"]) == (301, member.path)
    for path in (
        f"/leden/{other_member.id}-x",
        other_member.path,
        "/leden/99999-x",
        "/leden/0-x",
        "/leden/99999999999-x",
    ):
        assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
def test_who_is_gone_is_not_shown(app: Flask, member: User, other_member: User, column: str) -> None:
    """CHECKS 18, 40."""
    save(app, member, "everyone")
    with transaction():
        setattr(member, column, now())

    assert client_of(app, other_member).get(member.path).status_code == 404
    assert member.name not in client_of(app, other_member).get("/leden/").only("main")


def test_the_directory_is_for_members(app: Flask, member: User, other_member: User) -> None:
    """CHECKS 36, 37: and holds who chose to be in it."""
    save(app, member)
    assert client_of(app, None).get("/leden/").headers["Location"].startswith("/account/inloggen?next=")
    assert client_of(app, other_member).get("/leden/").texts(".member-card h2") == [member.name]

    save(app, member, is_listed="")
    with transaction():
        db.session.scalars(select(Profile)).one().is_listed = False
    assert client_of(app, other_member).get("/leden/").texts(".member-card h2") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lotte", True),
        ("GASTLES", True),
        ("museon", True),
        ("lotte museon", True),
        ("lassen", False),
        ("lotte lassen", False),
        ("%", False),
        ("_", False),
        ("' OR 1=1 --", False),
    ],
)
def test_words_find_only_what_members_may_read(
    app: Flask, member: User, other_member: User, words: str, found: bool
) -> None:
    """CHECKS 40, 49: what somebody hides cannot be guessed by searching for it."""
    save(app, member, expertise_for="nobody")
    seat(member, make_organisation(), is_public=True)
    page = client_of(app, other_member).get("/leden/", query_string={"q": words})

    assert (page.texts(".member-card h2") == [member.name]) is found


def test_the_directory_filters_on_offers_and_requests(app: Flask, member: User, other_member: User) -> None:
    save(app, member, seeks="")
    save(app, other_member, offers_for="nobody")
    client = client_of(app, member)

    assert client.get("/leden/?wat=biedt").texts(".member-card h2") == [member.name]
    assert client.get("/leden/?wat=zoekt").texts(".member-card h2") == [other_member.name]
    assert "iets" in client.get("/leden/?wat=iets").only("main")


def test_the_directory_has_pages(app: Flask, member: User) -> None:
    """CHECKS 52."""
    with transaction() as session:
        for number in range(30):
            user = User(name=f"Lid {number:02}", email=f"lid{number}@example.org", confirmed_at=now(), role=Role.MEMBER)
            session.add(Profile(user=user, offers="Iets"))
    client = client_of(app, member)

    first, second = client.get("/leden/"), client.get("/leden/?pagina=2")
    assert (len(first.texts(".member-card")), len(second.texts(".member-card"))) == (24, 6)
    assert "/leden/?pagina=2" in first.attributes(".pager a", "href")
    part = client.get("/leden/?q=lid+07", headers={"HX-Request": "true"})
    assert part.texts(".member-card h2") == ["Lid 07"]
    for odd in ("0", "-1", "3", "2147483648", "1e9", "\uff11", "1_0", "9" * 40):
        assert client.get("/leden/", query_string={"pagina": odd}).status_code == 404


def test_somebody_without_profile_sees_an_own_page_and_is_no_member_of_the_list(app: Flask, member: User) -> None:
    newcomer = make_user("Nieuw Hier")

    assert client_of(app, newcomer).get(newcomer.path).status_code == 200
    assert client_of(app, member).get(newcomer.path).status_code == 404
