"""No page, help text or message says that something cannot be done here which can be done."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from portal.core.config import ROOT
from portal.core.storage.database import transaction
from portal.pages.models import WayToContribute
from tests.fixtures import InspectingClient

PHRASES = (
    "kan (?:hier |via deze site )?nog niet", "nog niet mogelijk", "(?:komt|komen) (?:hier )?nog", "staat hier nog niet",
    "(?:zijn|waren) (?:er )?(?:nog )?geen accounts", "nog geen accounts", "tot er accounts zijn", "tot die tijd doet",
    "binnenkort kunt", "voorlopig per mail", "plaatsen gaat per mail",
    "not possible (?:here |through this site )?yet", "(?:is|are) still to come", "not here yet", "no accounts",
    "until there are accounts", "by mail for now", "for now the editors", "cannot yet",
)  # fmt: skip
DENIALS = re.compile("|".join(rf"\b{phrase}\b" for phrase in PHRASES), re.IGNORECASE)
"""How a text says that something is not there yet, in Dutch and in English."""
TRUE_UNTIL: dict[str, str] = {}
"""Sentences that may say so, each with the endpoint whose coming makes it untrue."""
CATALOGUES = sorted((ROOT / "portal" / "translations" / "nl").glob("*.po"))
CONTENT = sorted((ROOT / "portal" / "pages" / "content").glob("*.md"))
WAYS = ("werkbezoek-ontvangen", "kenniscafe-organiseren", "agenda-vullen", "nieuws-plaatsen", "nieuwsflits-tip",
        "kennis-delen", "twitter", "vraag-en-aanbod", "lid-worden", "toolkit")  # fmt: skip
DO_IT = {
    "vraag-en-aanbod": "board.submit",
    "agenda-vullen": "agenda.submit",
    "kenniscafe-organiseren": "agenda.submit",
    "werkbezoek-ontvangen": "agenda.submit",
    "nieuws-plaatsen": "newsflash.submit",
    "lid-worden": "accounts.register",
}
"""The ways to take part that have a form, with its endpoint."""


def denials(texts: Iterator[str]) -> list[str]:
    return [text for text in texts if DENIALS.search(text) and text not in TRUE_UNTIL]


def messages(path: Path) -> Iterator[str]:
    """Yield every message of a catalogue and what it says in Dutch."""
    with path.open("rb") as file:
        for message in read_po(file):
            for text in (message.id, message.string):
                yield from [text] if isinstance(text, str) else text or ()


@pytest.mark.parametrize(
    "text",
    [
        "Zelf berichten plaatsen, erop reageren of u aanmelden kan hier nog niet.",
        "Er zijn nog geen accounts. Lezen kunt u hier alles.",
        "Een formulier voor bijeenkomsten komt nog.",
        "Een bericht sturen via deze site kan nog niet.",
        "Posting is not possible here yet; for now the editors do it for you.",
    ],
)
def test_a_denial_is_recognised(text: str) -> None:
    assert denials(iter([text]))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_message_denies_what_one_can_do(path: Path) -> None:
    assert denials(messages(path)) == []


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.stem)
def test_no_standing_page_denies_what_one_can_do(path: Path) -> None:
    assert denials(iter(path.read_text(encoding="utf-8").splitlines())) == []


def test_what_may_be_denied_does_not_exist(site: Flask) -> None:
    assert [text for text, endpoint in TRUE_UNTIL.items() if endpoint in site.view_functions] == []


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.stem)
def test_every_link_of_a_standing_page_leads_to_a_page(client: InspectingClient, path: Path) -> None:
    for link in re.findall(r"\]\((/[^)]*)\)", path.read_text(encoding="utf-8")):
        assert client.get(link).status_code in (200, 303), link


def test_ways_to_take_part_lead_to_the_form_with_which_one_does_it(app: Flask, client: InspectingClient) -> None:
    with transaction() as session:
        session.add_all(
            WayToContribute(slug=slug, label=slug, explanation="Kort.", position=place)
            for place, slug in enumerate(WAYS)
        )

    page = client.get("/meedoen/")

    with app.test_request_context():
        forms = {slug: app.url_for(endpoint) for slug, endpoint in DO_IT.items()}
    for slug, item in zip(WAYS, page.tree.css(".ways > li"), strict=True):
        links = {node.attributes.get("href") for node in item.css(".way-links a")}
        assert slug not in forms or forms[slug] in links, slug
    assert forms["lid-worden"] in page.attributes(".participate-mail a", "href")
