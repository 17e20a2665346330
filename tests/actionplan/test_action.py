"""The page of an action: all parties, the money, the figures, and what is only an estimate."""

from typing import Any

import pytest
from flask import Flask

from portal.actionplan.models import Action, ActionAgenda, ActionParty, PartyRole, Theme
from portal.community.models import Organisation
from portal.core.storage.database import transaction
from tests.facts import PAYLOADS, assert_harmless, child, facts, linked_data, squeezed, statements
from tests.fixtures import InspectedResponse, InspectingClient

ACTIONS = facts("actions")
ORGANISATIONS = facts("organisations")
ROLES = {
    "Trekker": ("leads", "lead_groups"),
    "Trekkers": ("leads", "lead_groups"),
    "Partners": ("partners", "partner_groups"),
    "Beoogde partners": ("intended_partners", "intended_partner_groups"),
    "Genoemd": ("mentioned", None),
}


def path_of(slug: str) -> str:
    return f"/actieagenda/{ACTIONS[slug]['theme'] or 'rijswijk'}/{ACTIONS[slug]['number']}"


def parties(page: InspectedResponse) -> dict[str, list[str]]:
    """Return role -> names and groups, without what is said of them."""
    return {
        squeezed(child(part, "h3")): [squeezed(row).replace(" onder voorbehoud", "") for row in part.css(".parties li")]
        for part in page.tree.css(".party-groups > div")
    }


def expected_parties(row: dict[str, Any]) -> dict[str, list[str]]:
    """Return the same from the facts; a role nobody has is not shown, but leads always are."""
    leads = "Trekker" if len(row["leads"]) == 1 else "Trekkers"
    roles = {label: keys for label, keys in ROLES.items() if not label.startswith("Trekker") or label == leads}
    found = {
        label: [ORGANISATIONS[slug]["name"] for slug in row[names]] + (row[groups] if groups else [])
        for label, (names, groups) in roles.items()
    }
    return {label: names for label, names in found.items() if names or label == leads}


@pytest.mark.parametrize("slug", ACTIONS)
def test_every_party_of_every_action_is_shown_in_its_role(demo_client: InspectingClient, slug: str) -> None:
    page = demo_client.get(path_of(slug))

    assert page.only("h1") == ACTIONS[slug]["title"]
    assert page.only(".sheet-main > .lead") == ACTIONS[slug]["summary"]
    assert parties(page) == expected_parties(ACTIONS[slug])


@pytest.mark.parametrize("slug", ACTIONS)
def test_every_fact_of_every_action_is_shown(demo_client: InspectingClient, slug: str) -> None:
    row, page = ACTIONS[slug], demo_client.get(path_of(slug))
    text = page.only("main")

    assert (row["alt_title"] or "") in text
    assert row["status_basis"] in page.only(".standing")
    assert (row["financing"] or "") in text
    assert page.texts(".named li") == row["named_items"]
    assert len(page.tree.css(".sheet-main .figures li")) == len(row["numbers"])
    assert len(page.tree.css(".amounts > li")) == len(row["amounts"])
    assert ", ".join(map(str, row["years"])) in text


def test_the_status_says_whose_estimate_it_is_and_of_when(demo_client: InspectingClient) -> None:
    standing = demo_client.get(path_of("techniek-1")).only(".standing")

    assert standing.startswith("lopend Inschatting van de redactie, stand van februari 2014.")
    assert "stand van 2019" in demo_client.get(path_of("rijswijk-1")).only(".standing")


def test_provisional_and_derived_leads_are_marked(demo_client: InspectingClient) -> None:
    provisional = demo_client.get(path_of("ict-2"))
    assert provisional.texts(".parties .provisional") == ["onder voorbehoud"]

    derived = demo_client.get(path_of("communicatie-1"))
    assert "Deze hebben wij afgeleid." in derived.only(".party-groups > div:first-child")
    assert "De bron noemt geen trekker." in demo_client.get(path_of("greenport-4")).only(".party-groups")


def test_looking_for_partners_is_said(demo_client: InspectingClient) -> None:
    assert demo_client.get(path_of("ondernemerschap-1")).only(".seeking").startswith("Volgens de bron")
    assert not demo_client.get(path_of("zorg-1")).tree.css(".seeking")


def test_money_is_written_as_money_with_who_pays(demo_client: InspectingClient) -> None:
    page = demo_client.get(path_of("loopbaanstart-4"))
    assert page.texts(".amounts b") == ["€ 150.000", "€ 150.000"]
    assert page.attributes(".amounts a", "href") == ["/organisaties/gemeente-den-haag"]

    page = demo_client.get(path_of("zorg-2"))
    assert page.texts(".amounts b") == ["€ 7 miljoen"]
    assert "aangevraagd bij Ministerie van Sociale Zaken en Werkgelegenheid" in page.only(".amounts")
    assert demo_client.get(path_of("techniek-8")).texts(".amounts b") == ["€ 590 miljoen"]


def test_figures_carry_their_unit_once(demo_client: InspectingClient) -> None:
    assert demo_client.get(path_of("loopbaanstart-7")).texts(".sheet-main .figures li") == [
        "200 startersbeurzen in 2014 (ongeveer)",
        "27 jaar leeftijdsgrens startersbeurs",
    ]
    assert demo_client.get(path_of("ict-1")).texts(".sheet-main .figures b") == ["5%", "25%"]


def test_notes_link_to_the_actions_they_name(demo_client: InspectingClient) -> None:
    page = demo_client.get(path_of("techniek-4"))
    assert page.only("[aria-labelledby=note] p") == "Wordt in 2014 verbonden met actie 6.1."
    assert page.attributes("[aria-labelledby=note] a", "href") == ["/actieagenda/loopbaanstart/1"]
    assert "actie 6.12" in demo_client.get(path_of("communicatie-2")).only(".party-groups")


def test_the_matrix_says_what_is_not_known(demo_client: InspectingClient) -> None:
    section = demo_client.get(path_of("rijswijk-8")).only("[aria-labelledby=matrix]")

    assert "5 kruisjes in tien kolommen. In de tekstversie is niet te zien in welke kolommen." in section
    assert "noemt zelf deze kolommen: voortgezet onderwijs, bedrijfsleven." in section
    assert "noemt zelf geen" in demo_client.get(path_of("rijswijk-9")).only("[aria-labelledby=matrix]")


def test_related_focus_points_are_the_editors_links(demo_client: InspectingClient) -> None:
    page = demo_client.get(path_of("loopbaanstart-9"))

    assert page.attributes(".facts .theme-mark", "href") == ["/actieagenda/greenport/"]
    assert "koppeling van de redactie" in page.only(".facts")


def test_one_turns_the_pages_of_a_theme(demo_client: InspectingClient) -> None:
    assert demo_client.get(path_of("zorg-1")).attributes(".beside a", "href") == ["/actieagenda/zorg/2"]
    assert demo_client.get(path_of("rijswijk-11")).attributes(".beside a", "href") == ["/actieagenda/rijswijk/10"]


def test_structured_data_name_the_agenda(demo_client: InspectingClient) -> None:
    data = linked_data(demo_client.get(path_of("zorg-1")))

    assert data["headline"] == "Het zorgonderwijs verbeteren"
    assert data["isPartOf"] == {"@type": "Report", "name": "Geslaagd in het vak 2.0", "datePublished": "2014-02"}


@pytest.mark.parametrize(
    "path",
    ["techniek/99", "techniek/0", "techniek/01", "techniek/-1", "techniek/1e1", "techniek/%EF%BC%91", "xyz/1",
     "rijswijk/12", "haaglanden/1", f"techniek/{10**40}", f"techniek/{2**63}", "techniek/1_0"],
)  # fmt: skip
def test_what_is_no_action_is_not_found(demo_client: InspectingClient, path: str) -> None:
    assert demo_client.get(f"/actieagenda/{path}").status_code == 404


@pytest.mark.parametrize("slug", ["zorg-1", "greenport-1", "loopbaanstart-4", "rijswijk-1"])
def test_it_takes_a_fixed_number_of_statements(demo_client: InspectingClient, slug: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path_of(slug)}?x=5")
    assert len(asked) <= 12, asked


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(app: Flask, client: InspectingClient, payload: str) -> None:
    with transaction() as session:
        agenda = ActionAgenda(slug="a", title=payload, region=payload, year=2014, summary=payload)
        theme = Theme(agenda=agenda, slug="zorg", number=2, title=payload, short_title=payload)
        party = ActionParty(organisation=Organisation(slug="x", name=payload, kind="vo"), role=PartyRole.LEAD)
        figure = {"label": payload, "value": 3, "unit": payload}
        amount = {"eur": 5, "what": payload, "payer_org": payload, "payer_text": payload, "years": [2014]}
        matrix = {"columns_in_source": ["po"], "columns_named_in_text": [payload], "mark_count": 1}
        session.add(
            Action(slug="zorg-1", agenda=agenda, theme=theme, number=1, title=payload, alt_title=payload,
                   summary=payload, status="planned", status_is_guess=True, status_as_of=payload[:20],
                   status_basis=payload, lead_note=f"{payload} zorg-1", financing=payload, note=f"{payload} zorg-1",
                   amounts=[amount], groups={"partner": [payload]}, websites=[payload], named_items=[payload],
                   figures=[figure], matrix=matrix, parties=[party])
        )  # fmt: skip

    page = client.get("/actieagenda/zorg/1")
    assert page.only("h1") == payload
    assert_harmless(page)
    assert linked_data(page)["headline"] == payload
    assert page.texts("[aria-labelledby=note] a") == ["actie 2.1"]
    assert_harmless(client.get("/organisaties/x"))
