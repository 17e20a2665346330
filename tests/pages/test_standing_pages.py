"""The standing pages and the ways to take part: what the editors wrote, and what one can do today."""

import pytest
from flask import Flask

from portal.core.storage import site_settings
from portal.core.storage.database import transaction
from portal.pages.models import WayToContribute
from portal.pages.services import save_page
from tests.facts import PAYLOADS, assert_harmless, facts, statements
from tests.fixtures import InspectingClient

STANDING = {"/over/": "Over dit portaal", "/privacy/": "Privacy", "/toegankelijkheid/": "Toegankelijkheidsverklaring"}
WAYS = facts("targets")["ways_to_contribute"]


@pytest.mark.parametrize(("path", "title"), STANDING.items())
def test_each_is_there_with_its_title(demo_client: InspectingClient, path: str, title: str) -> None:
    page = demo_client.get(path)

    assert page.only("h1") == title
    assert len(page.texts(".prose h2")) >= 5
    assert page.attributes("link[rel=canonical]", "href")[0].endswith(path)


@pytest.mark.parametrize("path", ["/over/", "/toegankelijkheid/"])
def test_what_is_not_written_yet_is_not_found(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/over", "/privacy", "/toegankelijkheid", "/meedoen"])
def test_the_slash_is_added(demo_client: InspectingClient, path: str) -> None:
    assert demo_client.get(path).status_code == 301


def test_the_accessibility_statement_is_dated(demo_client: InspectingClient) -> None:
    assert "{{" not in demo_client.get("/toegankelijkheid/").only(".prose")


def test_dutch_texts_are_marked_on_english_pages(demo_client: InspectingClient) -> None:
    assert demo_client.get("/en/over/").attributes("main article", "lang") == ["nl"]
    assert demo_client.get("/over/").attributes("main article", "lang") == []


def test_every_way_to_take_part_says_what_goes_today(demo_client: InspectingClient) -> None:
    page = demo_client.get("/meedoen/")
    now = page.texts(".way-now > p:first-child")

    assert page.texts(".way-then h3") == [row["label"] for row in WAYS.values()]
    assert page.texts(".way-then p") == [row["explanation"] for row in WAYS.values()]
    assert len(set(now)) == len(now) == len(WAYS)


def test_its_links_lead_to_pages_that_are_there(demo_client: InspectingClient) -> None:
    links = demo_client.get("/meedoen/").attributes(".way-links a, .municipalities a", "href")
    local = [link for link in links if not link.startswith("mailto:")]

    assert {"/vraag-en-aanbod/", "/agenda/?soort=kenniscafe", "/nieuws/", "/nieuwsflits/"} <= set(local)
    assert {"/account/registreren", "/vraag-en-aanbod/nieuw", "/agenda/nieuw", "/nieuws/insturen"} <= set(links)
    assert [link for link in local if demo_client.get(link, follow_redirects=True).status_code != 200] == []


def test_contact_and_responsibility_follow_the_settings(app: Flask, client: InspectingClient) -> None:
    save_page(
        "over", "Over", "Kort.", "Verantwoordelijk is {{ responsible }}. Mail [{{ contact }}](mailto:{{ contact }})."
    )

    page = client.get("/over/")
    assert (
        page.only(".prose")
        == f"Verantwoordelijk is de redactie van {app.config['SITE_NAME']}. Mail redactie@example.org."
    )
    assert page.attributes(".prose a", "href") == ["mailto:redactie@example.org"]

    with transaction():
        site_settings.write("pages.responsible", "Gemeente <b>Delft</b>, Markt 1")
    assert "Gemeente <b>Delft</b>, Markt 1" in client.get("/over/").only(".prose")


@pytest.mark.parametrize("path", STANDING)
def test_each_names_who_is_responsible_and_the_address_of_the_portal(demo_client: InspectingClient, path: str) -> None:
    page = demo_client.get(path)

    assert "de redactie van" in page.only(".prose")
    assert set(page.attributes(".prose a[href^=mailto]", "href")) == {"mailto:redactie@example.org"}


def test_the_editors_can_be_mailed(demo_client: InspectingClient) -> None:
    links = demo_client.get("/meedoen/").attributes("a[href^=mailto]", "href")

    assert links[0] == "mailto:redactie@example.org"
    assert "mailto:redactie@example.org?subject=Een%20kenniscaf%C3%A9%20houden" in links


def test_the_nine_municipalities_lead_to_their_pages(demo_client: InspectingClient) -> None:
    page = demo_client.get("/meedoen/")

    assert page.texts(".municipalities li") == ["Delft", "Den Haag", "Leidschendam-Voorburg", "Midden-Delfland",
                                                "Pijnacker-Nootdorp", "Rijswijk", "Wassenaar", "Westland",
                                                "Zoetermeer"]  # fmt: skip
    assert len(page.tree.css(".municipalities a")) == 9


def test_without_ways_the_page_still_says_how(client: InspectingClient) -> None:
    assert client.get("/meedoen/").attributes("main a.button", "href") == [
        "/account/registreren",
        "mailto:redactie@example.org",
    ]


def test_a_way_that_is_new_here_goes_by_mail(app: Flask, client: InspectingClient) -> None:
    with transaction() as session:
        session.add(WayToContribute(slug="nieuw", label="Nieuw", explanation="Iets nieuws.", position=0))

    assert client.get("/meedoen/").only(".way-now > p:first-child") == "Mail ons hoe u dit wilt doen."


@pytest.mark.parametrize("path", ["/over/", "/meedoen/"])
def test_it_takes_few_statements(demo_client: InspectingClient, path: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path}?x=7")
    assert len(asked) <= 6


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(app: Flask, client: InspectingClient, payload: str) -> None:
    save_page("over", payload, payload, f"{payload}\n\n[klik](javascript:alert(1)) ![x](javascript:alert(1))")
    with transaction() as session:
        session.add(WayToContribute(slug="lid-worden", label=payload, explanation=payload, position=0))

    page = client.get("/over/")
    assert page.only("h1") == payload
    assert_harmless(page)
    assert_harmless(client.get("/meedoen/"))
