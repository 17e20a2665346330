"""A portal right after `portal init`: people can begin, and every empty page says with what."""

import pytest
from flask import Flask

from portal.board.models import Category
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.operations import foundation
from portal.pages import services as pages
from tests.fixtures import InspectingClient
from tests.people import make_user, sign_in

PAGES = ("/", "/vraag-en-aanbod/", "/agenda/", "/nieuws/", "/nieuwsflits/", "/organisaties/", "/actieagenda/",
         "/voorbeelden/", "/leden/")  # fmt: skip


@pytest.fixture(autouse=True)
def _laid(app: Flask) -> None:
    """Lay what `portal init` lays."""
    foundation.add_missing_content()


@pytest.fixture
def member(client: InspectingClient) -> InspectingClient:
    """Return the client of a member."""
    sign_in(client, make_user("Marit Lid"))
    return client


@pytest.mark.parametrize("path", ["/over/", "/privacy/", "/toegankelijkheid/"])
def test_the_standing_pages_of_the_footer_are_there(client: InspectingClient, path: str) -> None:
    assert path in client.get("/").attributes("footer a", "href")
    assert client.get(path).status_code == 200


def test_a_member_can_choose_what_a_post_and_an_event_are(member: InspectingClient) -> None:
    assert len(member.get("/vraag-en-aanbod/nieuw").attributes("select[name=category] option", "value")) > 1
    assert len(member.get("/vraag-en-aanbod/nieuw").attributes("input[name=levels]", "value")) > 1
    assert len(member.get("/agenda/nieuw").attributes("[name=kind], select[name=kind] option", "value")) > 1


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_page_invites_to_the_first_act(member: InspectingClient, path: str) -> None:
    page = member.get(path)
    acts = page.attributes(".empty-state a.button", "href")

    assert acts
    assert [act for act in acts if member.get(act).status_code not in (200, 303)] == []
    assert "filter weg" not in " ".join(page.texts(".empty-state"))


def test_no_empty_page_speaks_of_filters_or_counts_nothing(client: InspectingClient) -> None:
    assert "filter weg" not in client.get("/agenda/?weergave=maand").only("main")
    assert client.get("/").tree.css(".edition-counts") == []


def test_who_has_an_account_is_asked_for_the_organisation_and_once(member: InspectingClient) -> None:
    page = member.get("/organisaties/")

    assert page.attributes("main a[href='/organisaties/nieuw']", "class") == ["button"]
    assert "Maak een account" not in page.only("main")


@pytest.mark.parametrize("path", ["/vraag-en-aanbod/?soort=vraag", "/organisaties/?q=niemand"])
def test_a_filter_that_finds_nothing_is_still_named(client: InspectingClient, path: str) -> None:
    assert "filter weg" in client.get(path).only(".empty-state")


def test_what_is_there_stays_as_it_is(app: Flask) -> None:
    with transaction() as session:
        pages.save_page("over", "Over ons", "Kort.", "Van ons zelf.")
        for row in session.query(Category):
            session.delete(row)
        session.add(Category(slug="ruilen", label="Ruilen", explanation="Kort."))
    foundation.add_missing_content()

    assert "Van ons zelf." in app.test_client().get("/over/").get_data(as_text=True)
    assert [row.slug for row in db.session.query(Category)] == ["ruilen"]
