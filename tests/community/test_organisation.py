"""The page of an organisation: what the sources say of it, marked where they are unsure, and the way to it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.community.models import Organisation, OrganisationName, Seat
from portal.core import clock
from portal.core.storage.database import transaction
from portal.core.text import slugify
from tests.facts import PAYLOADS, assert_harmless, child, facts, linked_data, squeezed, statements
from tests.fixtures import InspectedResponse, InspectingClient

MAX_STATEMENTS = 12


def fact(page: InspectedResponse, label: str) -> str:
    """Return the value beside a label in the facts of a page."""
    found = dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))
    return found[label]


def parts(page: InspectedResponse) -> set[tuple[str, str]]:
    """Return (role, path of the action) of each line in the list of what it does."""
    return {
        (squeezed(child(row, ".part-role")), str(child(row, "a").attributes["href"]))
        for row in page.tree.css(".topic-parts ul > li")
    }


@pytest.mark.parametrize("slug", ["roc-mondriaan", "gemeente-den-haag", "innovationquarter", "museon"])
def test_it_shows_each_part_in_the_agendas_and_no_other(demo_client: InspectingClient, slug: str) -> None:
    actions = facts("actions")
    expected = {
        f"/actieagenda/{name.rpartition('-')[0]}/{row['number']}"
        for name, row in actions.items()
        if any(slug in row[key] for key in ("leads", "partners", "intended_partners", "mentioned"))
    }
    page = demo_client.get(f"/organisaties/{slug}")

    assert {path for _role, path in parts(page)} == expected


def test_roles_are_named_and_provisional_ones_marked(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/innovationquarter")
    assert parts(page) == {("Trekker onder voorbehoud", "/actieagenda/ict/2")}

    page = demo_client.get("/organisaties/roc-mondriaan")
    assert ("Partner, Beoogd partner", "/actieagenda/ict/1") in parts(page)
    assert ("Trekker", "/actieagenda/techniek/1") in parts(page)


def test_parts_stand_under_their_focus_point(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/gemeente-rijswijk")

    assert page.texts(".topic-parts h3") == ["Rijswijk"]
    assert len(parts(page)) == 11


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("gemeente-delft", "Geslaagd in het vak 2.0, februari 2014 voor de hele agenda"),
        ("museon", "uit de acties leiden wij af: Techniek"),
        ("siemens", "voor speerpunten; in de bron staat niet welke onder voorbehoud"),
    ],
)
def test_a_signatory_carries_a_badge(demo_client: InspectingClient, slug: str, words: str) -> None:
    assert words in demo_client.get(f"/organisaties/{slug}").only(".signed")


def test_no_badge_without_a_signature(demo_client: InspectingClient) -> None:
    assert not demo_client.get("/organisaties/klm").tree.css(".signed")


def test_what_the_source_does_not_say_is_marked(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/stichting-lucas-onderwijs")

    assert fact(page, "Soort") == "Voortgezet onderwijs (niet zeker: staat niet in de bron)"
    assert fact(page, "Plaats") == "Den Haag, Haaglanden (algemeen bekend, niet uit de bron)"
    assert "Bestuur met po en vo" in page.only("[aria-labelledby=note]")


def test_a_website_is_a_link_out(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/greenport-horti-campus")

    assert page.attributes(".facts a[rel~=external]", "href") == ["https://www.greenporthorticampus.nl"]


def test_names_state_and_relatives_are_there(demo_client: InspectingClient) -> None:
    get = demo_client.get
    assert fact(get("/organisaties/cyber-security-academy"), "Status") == "start september 2014"
    assert fact(get("/organisaties/cyber-security-academy"), "Ook bekend als") == "CSA"
    assert fact(get("/organisaties/middin"), "Vroegere naam") == "Steinmetz de Compaan"
    assert fact(get("/organisaties/xtra"), "Onderdelen") == "MOOI, Voor Welzijn, Zebra"
    assert fact(get("/organisaties/mooi"), "Onderdeel van") == "Xtra"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("kennisalliantie", "innovationquarter"),
        ("zw-haaglanden", "zorgzijnwerkt"),
        ("steinmetz-de-compaan", "middin"),
        ("csa", "cyber-security-academy"),
        ("OCW", "ministerie-ocw"),
        ("ROC-Mondriaan", "roc-mondriaan"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_other_and_former_names_lead_to_where_it_is_now(
    demo_client: InspectingClient, prefix: str, name: str, slug: str
) -> None:
    answer = demo_client.get(f"{prefix}/organisaties/{name}")

    assert (answer.status_code, answer.location) == (301, f"{prefix}/organisaties/{slug}")


def test_every_other_name_leads_somewhere(demo_client: InspectingClient) -> None:
    for slug, row in facts("organisations").items():
        for name in (*row["aliases"], *row["former_names"]):
            answer = demo_client.get(f"/organisaties/{slugify(name)}", follow_redirects=True)
            assert answer.status_code == 200, (slug, name)


def test_a_name_of_several_leads_to_the_register(demo_client: InspectingClient) -> None:
    answer = demo_client.get("/organisaties/wsp", follow_redirects=True)

    assert {"Werkgeversservicepunt Den Haag", "Werkgeversservicepunt (WSP) bij de gemeente Rijswijk"} <= set(
        answer.texts(".organisation-name")
    )


def test_the_one_it_merged_into_says_so(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/innovationquarter")

    assert "Kennisalliantie is opgegaan in deze organisatie" in page.only(".sheet-head .notice")


@pytest.mark.parametrize("path", ["xyz", "x'--", "%F0%9F%8F%AB", "a" * 300])
def test_an_unknown_one_is_not_found(demo_client: InspectingClient, path: str) -> None:
    assert demo_client.get(f"/organisaties/{path}").status_code == 404


def test_invented_ones_say_so_and_show_who_speaks_for_them(demo_client: InspectingClient) -> None:
    page = demo_client.get("/organisaties/duinrand-college")

    assert "Deze organisatie is verzonnen voor de demo." in page.only(".sheet-head")
    assert page.texts(".people h3") == ["Joris Tamminga"]
    assert "docent techniek & technologie" in page.only(".people li")
    assert "@" not in page.only("main")


def test_structured_data_say_what_the_page_says(demo_client: InspectingClient) -> None:
    data = linked_data(demo_client.get("/organisaties/mooi"))

    assert (data["@type"], data["name"]) == ("Organization", "MOOI")
    assert data["parentOrganization"] == [{"@type": "Organization", "name": "Xtra"}]
    assert linked_data(demo_client.get("/organisaties/tu-delft"))["@type"] == "EducationalOrganization"


def test_it_takes_a_fixed_number_of_statements(demo_client: InspectingClient) -> None:
    for slug in ("gemeente-den-haag", "mooi"):
        with statements() as asked:
            demo_client.get(f"/organisaties/{slug}?x=2")
        panels = ("FROM post", "FROM event", "FROM article")
        own = [text for text in asked if not any(table in text for table in panels)]
        assert len(own) <= MAX_STATEMENTS, own


def test_only_seats_of_today_that_may_be_shown_are_shown(app: Flask, client: InspectingClient) -> None:
    today = clock.today()
    spans = {"Nu": (today, None), "Straks": (today + timedelta(1), None), "Was": (date(2020, 1, 1), date(2021, 1, 1))}
    with transaction() as session:
        school = Organisation(slug="school", name="School", kind="vo")
        session.add(school)
        for name, (since, until) in spans.items():
            user = User(name=name, email=f"{name}@example.org")
            session.add(Seat(user=user, organisation=school, role="r", is_public=True, since=since, until=until))
        hidden = User(name="Verborgen", email="v@example.org")
        session.add(Seat(user=hidden, organisation=school, role="r", is_public=False, since=today))

    assert client.get("/organisaties/school").texts(".people h3") == ["Nu"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(app: Flask, client: InspectingClient, payload: str) -> None:
    with transaction() as session:
        school = Organisation(slug="school", name=payload, kind="vo", place=payload, region=payload, website=payload,
                              status=payload, summary=payload, note=payload)  # fmt: skip
        parent = Organisation(slug="parent", name=payload, kind="vo", children=[school])
        school.names = [OrganisationName(name=payload, slug="former", is_former=former) for former in (True, False)]
        user = User(name=payload, email="x@example.org")
        seat = Seat(user=user, organisation=school, role=payload, bio=payload, is_public=True, since=clock.today())
        session.add_all([school, parent, seat])

    page = client.get("/organisaties/school")
    assert page.only("h1") == payload
    assert_harmless(page)
    assert linked_data(page)["name"] == payload
    assert_harmless(client.get("/organisaties/"))
