"""A file that was chosen is not lost when something else in its form is wrong: walked over every form with a file."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.files import cleaning, held, services
from portal.files.models import StoredFile
from tests.files import makers
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, filled
from tests.world import World, world

__all__ = ["world"]

TOO_LONG = "x" * 40_000
SENDING = {"do": "verstuur"}
LONG = "Een tekst van twee zinnen. Dit is de tweede."
PEOPLE = ("Persoon Other", "Persoon Signatory")
RIGHT: dict[str, dict[str, str]] = {
    "board.submit": {"kind": "aanbod", "category": "stage", "title": "Een stageplek", "body": LONG},
    "board.edit": {"title": "Een stageplek", "body": LONG},
    "newsflash.submit": {"title": "Nieuws", "lead": "Kort.", "body": "Lang.", "image_alt": "Een brug"},
    "newsflash.edit": {"title": "Nieuws", "lead": "Kort.", "body": "Lang.", "image_alt": "Een brug"},
    "community.edit": {"website": "", "summary": "Een school.", "place": "", "logo_alt": "Het logo"},
    "community.profile_edit": {"name": "Persoon Member", "function": "docent"},
    "answers.answer": {"body": LONG},
    "answers.thread": {"body": LONG},
    "answers.contact_organisation": {"subject": "Open dag", "body": LONG},
    "answers.contact_member": {"subject": "Open dag", "body": LONG},
}
"""What is right in the text fields of every form with a file, by endpoint."""


def forms_with_files(world: World) -> Iterator[tuple[str, str, SignedInClient]]:
    """Yield endpoint, address and a browser of somebody who may use it, for every page that asks for a file."""
    for rule in world.app.url_map.iter_rules():
        if not {"GET", "POST"} <= (rule.methods or set()):
            continue
        for kind in ("visitor", "member", "signatory", "administrator"):
            client, address = world.client(kind), world.address(rule)
            page = client.get(address)
            if page.status_code == 200 and page.mimetype == "text/html" and page.tree.css("main input[type=file]"):
                yield rule.endpoint, address, client
                break


def form_of(page: InspectedResponse) -> Any:
    return page.tree.css_first("main form[enctype='multipart/form-data']")


def send(client: SignedInClient, address: str, data: dict[str, Any]) -> InspectedResponse:
    return client.open(address, method="POST", data={**data, **SENDING}, content_type="multipart/form-data")


def test_an_error_elsewhere_keeps_the_file_in_every_form(world: World) -> None:
    """The second time nothing is chosen again, and still the file comes along."""
    seen = set()
    for endpoint, address, client in forms_with_files(world):
        seen.add(endpoint)
        form = form_of(client.get(address))
        (name,) = [node.attributes["name"] or "" for node in form.css("input[type=file]")]
        wrong = {field: TOO_LONG for field in RIGHT[endpoint] if field in ("title", "website", "name", "body")}
        assert wrong
        upload = (BytesIO(makers.picture("PNG", size=(64, 40 + len(seen)))), "mijn foto.png")
        refused = send(client, address, {**filled(form), **RIGHT[endpoint], **wrong, name: upload})
        assert refused.status_code == 422, endpoint
        file = db.session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
        assert file is not None
        assert file.held_until is not None, endpoint
        assert file.path in refused.attributes("main img", "src"), f"{endpoint} does not show the file"

        again = filled(form_of(refused))
        described = {field: "Een foto" for field in again if field.startswith("describe-")}
        sent = send(client, address, {**again, **RIGHT[endpoint], **described})
        assert sent.status_code == 303, f"{endpoint}: {sent.texts('.error-summary li')}"
        db.session.expire_all()
        claimed = db.session.get_one(StoredFile, file.id)
        assert claimed.held_until is None, f"{endpoint} lost the file"
        shown = client.get(sent.location, follow_redirects=True)
        pictures = shown.attributes("main img", "src")
        assert any(file.token in path for path in pictures), f"{endpoint} does not show the file afterwards"
    assert seen == set(RIGHT)
    world.restore()


def test_every_field_for_a_file_says_what_it_takes(world: World) -> None:
    """Kinds and size stand at the field, and the browser offers nothing else."""
    for endpoint, address, client in forms_with_files(world):
        page = client.get(address)
        for node in page.tree.css("main input[type=file]"):
            hint = (node.attributes.get("aria-describedby") or "").split()[0]
            words = page.only(f"#{hint}")
            assert "8 MB" in words, endpoint
            accepted = (node.attributes.get("accept") or "").split(",")
            assert "image/jpeg" in accepted, endpoint
            assert "JPG" in words, endpoint
            assert ("application/pdf" in accepted) == ("pdf" in words.lower()), endpoint


def test_a_held_file_can_be_left_out_again(world: World) -> None:
    client, address = world.client("signatory"), "/organisaties/vakschool-haagse-bocht/bewerken"
    form = form_of(client.get(address))
    logo = (BytesIO(makers.picture("PNG")), "logo.png")
    refused = send(client, address, {**filled(form), "logo": logo, "logo_alt": "Logo", "website": TOO_LONG})

    again = filled(form_of(refused))
    assert again.pop("logo-held")
    send(client, address, {**again, "website": ""})

    shown = client.get("/organisaties/vakschool-haagse-bocht")
    assert shown.attributes("main .logo", "src") == []
    world.restore()


def test_a_worse_file_after_a_good_one_leaves_the_good_one(world: World) -> None:
    client, address = world.client("signatory"), "/organisaties/vakschool-haagse-bocht/bewerken"
    form = form_of(client.get(address))
    logo = (BytesIO(makers.picture("PNG")), "logo.png")
    good = send(client, address, {**filled(form), "logo": logo, "logo_alt": "Logo", "website": TOO_LONG})
    bad = (BytesIO(makers.SVG), "logo.svg")
    page = send(client, address, {**filled(form_of(good)), "website": "", "logo": bad})

    assert page.status_code == 422
    assert page.attributes(".file-held img", "src") == good.attributes(".file-held img", "src")
    world.restore()


def test_nobody_takes_a_file_that_somebody_else_sent(world: World) -> None:
    """CHECKS 35, 41: nor one that already belongs to something, such as one's own article."""
    other, signatory = (db.session.scalars(select(User).where(User.name == name)).one() for name in PEOPLE)
    foreign = held.hold(services.prepare_image(makers.upload(makers.picture())), other)
    document = held.hold(services.prepare_pdf(makers.upload(makers.pdf(), "a.pdf")), signatory)
    client, address = world.client("signatory"), "/organisaties/vakschool-haagse-bocht/bewerken"
    for token in (foreign.token, document.token, "0" * 32, "\x00", "é" * 500):
        form = form_of(client.get(address))
        send(client, address, {**filled(form), "logo-held": token, "logo_alt": "Logo"})
        assert client.get("/organisaties/vakschool-haagse-bocht").attributes("main .logo", "src") == []
    world.restore()


def test_what_a_form_holds_stays_as_long_as_its_draft(app: Any, member: User) -> None:
    """Sixty days; then it is thrown away like everything that nobody uses."""
    file = held.hold(services.prepare_image(makers.upload(makers.picture())), member)
    path, later = file.path, clock.now()

    cleaning.clean_up(later + timedelta(days=59))
    assert client_of(app, member).get(path).status_code == 200
    assert client_of(app, None).get(path).status_code == 404
    cleaning.clean_up(later + timedelta(days=61))
    assert client_of(app, member).get(path).status_code == 404


@pytest.mark.parametrize("page", ["insturen"])
def test_the_picture_of_a_draft_is_still_there_a_week_later(app: Any, member: User, page: str) -> None:
    client, address = client_of(app, member), f"/nieuws/{page}"
    form = form_of(client.get(address))
    image = (BytesIO(makers.picture()), "brug.jpg")
    kept = client.open(address, method="POST", data={**filled(form), "title": "Brug", "image": image, "do": "bewaar"})
    cleaning.clean_up(clock.now() + timedelta(days=7))

    assert len(client.get(kept.location).attributes(".picture-now img", "src")) == 1


def test_what_forms_hold_of_one_person_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who sends pictures and never posts fills no disk: the oldest go, those of others stay."""
    other, signatory = (db.session.scalars(select(User).where(User.name == name)).one() for name in PEOPLE)
    monkeypatch.setattr(held, "MOST_HELD", 2_000)
    kept = held.hold(services.prepare_image(makers.upload(makers.picture())), signatory)

    files = [held.hold(services.prepare_image(makers.upload(makers.picture())), other) for _number in range(9)]

    left = held.held_by(other, [file.token for file in files])
    assert 0 < len(left) < 9
    assert sum(file.size for file in left.values()) <= 2_000
    assert files[-1].token in left
    assert held.held_by(signatory, [kept.token])
    world.restore()


def test_one_person_sends_so_much_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent and used counts too; the file is refused at its field, in words."""
    monkeypatch.setattr(held, "MOST_A_DAY", 10)
    member = world.client("member")

    for address, name in (("/account/profiel", "photo"), ("/vraag-en-aanbod/nieuw", "uploads")):
        form = form_of(member.get(address))
        picture = (BytesIO(makers.picture("PNG")), "foto.png")
        refused = send(member, address, {**filled(form), name: picture})
        assert refused.status_code == 422
        assert "heel veel bestanden" in refused.only(".error-summary")
    assert db.session.scalars(select(StoredFile).where(StoredFile.held_until.is_not(None))).all() == []
    world.restore()
