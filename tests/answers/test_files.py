"""Files with messages: kept when something else is wrong, and fetched by nobody but the two sides."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import User
from portal.answers.models import Attachment
from portal.board.models import Post
from portal.core.extensions import db
from portal.core.personal_data import Contributions
from tests.accounts.test_erasing import delete
from tests.answers.conftest import answer, only_thread, write
from tests.files.makers import office_document, picture
from tests.fixtures import InspectingClient
from tests.people import PASSWORD, SignedInClient, client_of, make_user


def upload(name: str = "rooster.png") -> tuple[BytesIO, str]:
    return BytesIO(picture("PNG")), name


def test_a_file_goes_along_and_only_the_two_sides_fetch_it(
    app: Flask, post: Post, editor: User, hers: SignedInClient, theirs: SignedInClient, client: InspectingClient
) -> None:
    answer(theirs, post, files=upload())
    path = only_thread().path
    link = hers.get(path).attributes(".post-documents a", "href")[0]
    assert hers.get(path).texts(".post-documents a") == ["Rooster"]

    assert hers.get(link).mimetype == theirs.get(link).mimetype == "image/png"
    assert "private" in hers.get(link).headers["Cache-Control"]
    file = db.session.scalars(select(Attachment)).one().file
    for stranger in (client_of(app, make_user("Nieuwsgierige Nel")), client_of(app, editor)):
        assert stranger.get(link).status_code == 404
    for anybody in (client, hers, theirs, client_of(app, editor)):
        assert anybody.get(file.path).status_code == 404


def test_a_file_of_another_conversation_is_not_found(
    app: Flask, post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post, files=upload())
    link = hers.get(only_thread().path).attributes(".post-documents a", "href")[0]
    third = client_of(app, make_user("Derde Dirk"))
    location = answer(third, post).headers["Location"]

    assert (
        third.get(location.removeprefix("http://localhost") + "/bestand/" + link.rpartition("/")[2]).status_code == 404
    )


def test_a_file_survives_an_error_elsewhere(post: Post, theirs: SignedInClient) -> None:
    refused = answer(theirs, post, body="", files=upload("poster.png"))
    assert refused.status_code == 422
    token = refused.attributes("input[name=files-held]", "value")[0]

    answer(theirs, post, **{"files-held": token})
    assert [row.file.title for row in db.session.scalars(select(Attachment))] == ["Poster"]


def test_what_is_no_picture_or_pdf_is_refused_as_with_a_post(
    post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post)
    refused = write(hers, only_thread().path, files=(BytesIO(office_document()), "brief.docx"))

    assert refused.status_code == 422
    assert "Sla het document op als pdf" in refused.only("#files-error")
    assert not db.session.scalars(select(Attachment)).all()


@pytest.mark.parametrize("contributions", list(Contributions))
def test_the_files_of_an_erased_person_are_gone(
    app: Flask, post: Post, hers: SignedInClient, contributions: Contributions
) -> None:
    zoe = make_user("Zoë Zender", password_hash=passwords.hashed(PASSWORD))
    client = client_of(app, zoe)
    answer(client, post, files=upload())
    link = hers.get(only_thread().path).attributes(".post-documents a", "href")[0]

    delete(client, contributions)

    assert hers.get(link).status_code == 404
    assert hers.get(only_thread().path).texts(".message-head b") == ["Oud-lid"]
