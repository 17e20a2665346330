"""The action agendas: the table of contents, the speerpunten, the agenda of Rijswijk."""

import pytest
from flask import Flask

from portal.actionplan.models import Action, ActionAgenda, Ambition, Subtheme, Theme
from portal.core.storage.database import transaction
from tests.facts import PAYLOADS, assert_harmless, child, facts, linked_data, squeezed, statements
from tests.fixtures import InspectedResponse, InspectingClient

CONTENTS = "/actieagenda/"
THEMES = facts("themes")
ACTIONS = facts("actions")
STATUS = {"gepland": "gepland", "lopend": "lopend", "verkenning": "verkenning"}


def lines(page: InspectedResponse) -> dict[str, tuple[str, str, str]]:
    """Return path -> (number, title, status) of each line of the table of contents."""
    return {
        str(child(row, "a").attributes["href"]): (
            squeezed(child(row, ".contents-number")),
            squeezed(child(row, "a")),
            squeezed(child(row, ".state")),
        )
        for row in page.tree.css(".contents-actions li")
    }


def test_the_contents_hold_every_action_with_number_and_status(demo_client: InspectingClient) -> None:
    found = lines(demo_client.get(CONTENTS))
    expected = {
        f"/actieagenda/{row['theme'] or 'rijswijk'}/{row['number']}": (
            f"{THEMES[row['theme']]['number']}.{row['number']}" if row["theme"] else str(row["number"]),
            row["title"],
            STATUS[row["status"]],
        )
        for row in ACTIONS.values()
    }

    assert found == expected
    assert len(found) == 45 + 11


def test_the_figures_are_those_of_the_facts(demo_client: InspectingClient) -> None:
    page = demo_client.get(CONTENTS)
    leads = {slug for row in ACTIONS.values() if row["region"] == "Haaglanden" for slug in row["leads"]}

    assert page.texts(".agenda-contents .figures b") == ["8", "45", str(len(leads)), "46", "11"]
    assert page.texts(".agenda-head h2") == ["Geslaagd in het vak 2.0", "Nieuwe Onderwijs Energie"]
    assert page.texts(".contents .theme-numeral") == list("12345678")
    assert page.texts(".is-supporting h3") == ["Communicatie", "Monitoring"]


def test_leads_stand_in_the_line_with_what_is_unsure_of_them(demo_client: InspectingClient) -> None:
    page = demo_client.get(CONTENTS)
    leads = dict(zip(lines(page), page.texts(".contents-lead"), strict=True))

    assert leads["/actieagenda/techniek/1"] == "Trekker: ROC Mondriaan"
    assert leads["/actieagenda/ict/2"] == "Trekker: InnovationQuarter onder voorbehoud"
    assert leads["/actieagenda/communicatie/2"] == "Trekker: RegioRegisseur (afgeleid)"
    assert leads["/actieagenda/greenport/4"] == "Trekker: geen trekker genoemd"
    assert leads["/actieagenda/loopbaanstart/8"].endswith("en nog 3")


def test_subthemes_stand_between_the_actions(demo_client: InspectingClient) -> None:
    expected = [row["title"] for theme in THEMES.values() for row in theme["subthemes"]]

    assert demo_client.get(CONTENTS).texts(".contents h4") == expected


def test_what_is_an_estimate_is_called_one(demo_client: InspectingClient) -> None:
    for path in (CONTENTS, f"{CONTENTS}zorg/"):
        assert "inschatting van de redactie" in demo_client.get(path).texts(".estimate")[0]
        assert "februari 2014" in demo_client.get(path).texts(".estimate")[0]
    assert "stand van 2019" in demo_client.get(f"{CONTENTS}rijswijk/").texts(".estimate")[0]


@pytest.mark.parametrize("slug", THEMES)
def test_a_theme_shows_its_challenge_ambitions_and_actions(demo_client: InspectingClient, slug: str) -> None:
    theme = THEMES[slug]
    page = demo_client.get(f"{CONTENTS}{slug}/")

    assert page.only("h1") == theme["title"]
    assert theme["challenge_summary"] in page.only(".challenge")
    assert (theme["context"] or "") in page.only(".challenge")
    assert page.texts(".ambitions li") == [row["text"] for row in theme["ambitions"]]
    assert page.texts(".action-entry .card-title") == [ACTIONS[name]["title"] for name in theme["actions"]]
    assert page.attributes(".challenge a[rel~=external]", "href") == [f"https://{site}" for site in theme["websites"]]


def test_a_theme_wears_its_number_and_colour(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{CONTENTS}zorg/")
    assert page.only(".theme-head .theme-numeral") == "2"
    assert page.tree.css("article.theme-2")

    supporting = demo_client.get(f"{CONTENTS}monitoring/")
    assert supporting.tree.css("article.theme-0")
    assert not supporting.tree.css(".theme-head .theme-numeral")


def test_an_empty_challenge_in_the_source_is_said(demo_client: InspectingClient) -> None:
    words = "De agenda laat de uitdaging van dit speerpunt leeg"

    assert words in demo_client.get(f"{CONTENTS}ict/").only(".challenge")
    assert words not in demo_client.get(f"{CONTENTS}zorg/").only(".challenge")


def test_links_of_the_editors_are_marked_as_theirs(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{CONTENTS}ict/")

    assert "/actieagenda/rijswijk/8" in page.attributes(".related a", "href")
    assert "staan niet in de bronnen" in page.only("[aria-labelledby=related] .estimate")


def test_themes_lead_to_each_other(demo_client: InspectingClient) -> None:
    assert demo_client.get(f"{CONTENTS}zorg/").attributes(".beside a", "href") == [
        "/actieagenda/techniek/",
        "/actieagenda/lerarentekort/",
    ]
    assert len(demo_client.get(f"{CONTENTS}techniek/").tree.css(".beside a")) == 1


def test_rijswijk_tells_what_is_known_of_its_matrix(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{CONTENTS}rijswijk/")
    crosses = [row["matrix"]["mark_count"] for row in ACTIONS.values() if row["matrix"]]

    assert page.only("h1") == "Nieuwe Onderwijs Energie"
    assert page.texts(".matrix td.number") == [f"{count} van 10" for count in crosses]
    assert page.texts(".matrix tr:nth-child(8) td") == ["5 van 10", "voortgezet onderwijs, bedrijfsleven"]
    assert "niet in welke kolommen" in page.only("[aria-labelledby=matrix] .estimate")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/actieagenda", "/actieagenda/"),
        ("/actieagenda/techniek", "/actieagenda/techniek/"),
        ("/actieagenda/rijswijk", "/actieagenda/rijswijk/"),
        ("/actieagenda/haaglanden/", "/actieagenda/"),
        ("/en/actieagenda/haaglanden/", "/en/actieagenda/"),
    ],
)
def test_near_addresses_lead_to_the_right_one(demo_client: InspectingClient, path: str, target: str) -> None:
    answer = demo_client.get(path)

    assert answer.status_code in (301, 308)
    assert answer.location.removeprefix("http://localhost") == target


@pytest.mark.parametrize("path", ["xyz/", "TECHNIEK/", "9/", "%20/"])
def test_an_unknown_theme_is_not_found(demo_client: InspectingClient, path: str) -> None:
    assert demo_client.get(CONTENTS + path).status_code == 404


@pytest.mark.parametrize("path", [CONTENTS, f"{CONTENTS}rijswijk/", f"{CONTENTS}loopbaanstart/"])
def test_a_page_takes_a_fixed_number_of_statements(demo_client: InspectingClient, path: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path}?x=4")
    panels = ("FROM post", "FROM event", "FROM article")
    own = [text for text in asked if not any(table in text for table in panels)]
    assert len(own) <= 12, own


def test_before_an_agenda_is_loaded_there_is_a_page(client: InspectingClient) -> None:
    assert client.get(CONTENTS).status_code == 200


def test_it_speaks_english_with_the_agenda_in_dutch(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"/en{CONTENTS}zorg/")

    assert page.texts(".theme-body h2") == ["Challenge", "Ambitions"]
    assert page.attributes("h1", "lang") == ["nl"]
    assert all(link.startswith("/en/actieagenda/") for link in page.attributes(".action-entry a", "href"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(app: Flask, client: InspectingClient, payload: str) -> None:
    with transaction() as session:
        agenda = ActionAgenda(slug="a", title=payload, region=payload, year=2014, version="2", summary=payload)
        bare = ActionAgenda(slug="b", title=payload, region=payload, year=2019, summary=payload)
        theme = Theme(agenda=agenda, slug="zorg", number=2, title=payload, alt_title=payload, short_title=payload,
                      challenge=payload, context=payload, websites=[payload])  # fmt: skip
        Subtheme(theme=theme, slug="s", title=payload, position=0)
        Ambition(theme=theme, text=payload, position=0)
        actions = [
            Action(slug=f"{part.slug}-1", agenda=part, theme=of, number=1, title=payload, summary=payload,
                   status="planned", groups={"lead": [payload]}, related_themes=[theme])
            for part, of in ((agenda, theme), (bare, None))
        ]  # fmt: skip
        session.add_all([agenda, bare, theme, *actions])

    for path in (CONTENTS, f"{CONTENTS}zorg/", f"{CONTENTS}b/"):
        assert_harmless(client.get(path))
    assert linked_data(client.get(f"{CONTENTS}zorg/"))["headline"] == payload
