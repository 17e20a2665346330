"""The demo's desk: every page of it shows life, made by the services that people use."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Role, User
from portal.community import policies
from portal.core.extensions import db
from portal.operations import demo_people
from portal.publishing import desk
from tests.fixtures import make_staffed_demo
from tests.people import SignedInClient, client_of


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return a portal of its own with the demo and its accounts."""
    app = make_staffed_demo(tmp_path_factory.mktemp("demo-desk"))
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture(scope="module")
def desk_client(living: Flask) -> SignedInClient:
    """Return the browser of an editor of the demo."""
    return client_of(living, db.session.scalars(select(User).where(User.role == Role.EDITOR)).first())


def test_something_of_every_kind_waits_and_one_thing_too_long(living: Flask, desk_client: SignedInClient) -> None:
    waiting = Counter(case.kind for case in desk.cases())

    assert set(waiting) == {kind.kind for kind in desk.kinds()}
    page = desk_client.get("/redactie/")
    assert len(page.tree.css(".desk-case")) == waiting.total()
    assert len(page.tree.css(".desk-case.is-overdue")) == 1


def test_every_case_can_be_opened(living: Flask, desk_client: SignedInClient) -> None:
    for case in desk.cases():
        page = desk_client.get(f"/redactie/{case.kind}/{case.id}")
        assert page.status_code == 200
        assert len(page.tree.css("#desk-decide button[name=decision]")) >= 2


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/redactie/logboek", "tbody tr"),
        ("/redactie/zoeken", ".desk-missed tbody tr"),
        ("/redactie/synoniemen", ".desk-groups li"),
    ],
)
def test_no_page_of_the_desk_is_empty(desk_client: SignedInClient, path: str, rows: str) -> None:
    page = desk_client.get(path)

    assert len(page.tree.css(rows)) >= 3
    assert page.tree.css("main .empty-state") == []


def test_the_log_shows_decisions_with_reasons_and_changes(desk_client: SignedInClient) -> None:
    lines = " ".join(desk_client.get("/redactie/logboek").texts("tbody tr"))

    for act in ("Artikel geplaatst", "Artikel teruggestuurd naar de inzender", "Aangepast: Titel", "Melding gedaan"):
        assert act in lines


def test_a_signatory_looks_after_an_organisation(living: Flask) -> None:
    owner = db.session.scalars(select(User).where(User.email == demo_people.SIGNATORIES[0][1])).one()
    (organisation,) = policies.signatory_organisations(owner)

    assert policies.is_owner(owner, organisation)


def test_the_accounts_are_those_that_are_promised(living: Flask) -> None:
    roles = Counter(db.session.scalars(select(User.role).where(User.password_hash.is_not(None))))

    assert roles == {Role.ADMINISTRATOR: 1, Role.EDITOR: 2, Role.MEMBER: 42}
