"""The address of a file: its type and headers are fixed, and only who may have it gets it (CHECKS 71, 72)."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.files import services, storage
from portal.files.models import Reach, StoredFile
from tests.files.makers import pdf, picture, upload
from tests.fixtures import InspectingClient
from tests.people import client_of


@pytest.fixture
def photo(app: Flask, member: User) -> StoredFile:
    """Return a picture of the member that nobody else may see yet."""
    return services.store_image(upload(picture()), member, "Een werkplaats")


def test_a_public_picture_is_kept_for_ever_under_its_own_type(client: InspectingClient, photo: StoredFile) -> None:
    """CHECKS 71."""
    services.set_public(photo, True)
    answer = client.get(photo.path)

    assert answer.status_code == 200
    assert answer.data == storage.read(photo.name)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'; sandbox" in answer.headers.getlist("Content-Security-Policy")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert client.get(photo.path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.head(photo.path).data == b""


def test_a_document_is_handed_over_not_shown(client: InspectingClient, member: User) -> None:
    """CHECKS 71, 55: the name in the header is made of plain letters, whatever the title holds."""
    file = services.store_pdf(upload(pdf(), "x.pdf"), member, 'Plan "2026"\r\nSet-Cookie: a=b; ../é')
    services.set_public(file, True)
    answer = client.get(file.path)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan-2026-set-cookie-a-b-e.pdf"
    assert "sandbox" in ",".join(answer.headers.getlist("Content-Security-Policy"))
    assert "Set-Cookie" not in answer.headers


def test_what_is_not_public_exists_for_its_owner_and_the_editors_only(
    app: Flask, photo: StoredFile, member: User, other_member: User, editor: User
) -> None:
    """CHECKS 40, 35: to anybody else it is as if it were not there."""
    for user, status in ((None, 404), (other_member, 404), (member, 200), (editor, 200)):
        client = client_of(app, user)
        answer = client.get(photo.path)
        assert answer.status_code == status
        assert "no-store" in answer.headers["Cache-Control"]
        assert client.head(photo.path).status_code == status


def test_what_is_for_members_is_for_members(app: Flask, photo: StoredFile, other_member: User) -> None:
    services.set_reach(photo, Reach.MEMBERS)

    assert client_of(app, None).get(photo.path).status_code == 404
    answer = client_of(app, other_member).get(photo.path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_is_taken_back_is_gone_at_once(client: InspectingClient, photo: StoredFile) -> None:
    services.set_public(photo, True)
    assert client.get(photo.path).status_code == 200

    services.set_public(photo, False)
    assert client.get(photo.path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_changed_there(app: Flask, photo: StoredFile, member: User, method: str) -> None:
    """CHECKS 32."""
    assert client_of(app, member).open(photo.path, method=method).status_code in (400, 405)
    assert storage.read(photo.name)


@pytest.mark.parametrize(
    "path",
    [
        "/media/%2e%2e/portal.db",
        "/media/../portal.db",
        "/media/..%2f..%2fportal.db",
        "/media/",
        "/media/portal.db",
        "/.git/config",
        "/.env",
        "/instance/",
        "/instance/portal.db",
        "/instance/files/",
        "/media/" + "0" * 32 + ".jpg",
        "/media/" + "0" * 32 + ".svg",
        "/media/" + "0" * 31 + "%00.jpg",
        "/media/" + "../" * 10 + "x" * 2 + ".jpg",
    ],
)
def test_no_path_leads_elsewhere(client: InspectingClient, path: str) -> None:
    """CHECKS 72."""
    assert client.get(path).status_code in (400, 404)


def test_a_file_has_one_address(client: InspectingClient, photo: StoredFile) -> None:
    services.set_public(photo, True)

    for path in (photo.path.replace(".jpg", ".png"), photo.path.upper(), f"/media/{photo.id}.jpg"):
        assert client.get(path).status_code == 404


def test_a_row_whose_content_is_gone_answers_404(client: InspectingClient, photo: StoredFile) -> None:
    services.set_public(photo, True)
    storage.delete(photo.name)

    assert client.get(photo.path).status_code == 404
