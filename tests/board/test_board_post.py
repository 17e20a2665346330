"""The page of a post, as people and machines read it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from portal.board import queries
from portal.board.levels import levels_label
from portal.board.models import Kind
from portal.board.services import UnknownChoice, fulfil_post, set_in_conversation
from portal.core import clock
from portal.core.storage.database import transaction
from tests.board.conftest import START, Place, expire
from tests.fixtures import InspectedResponse, InspectingClient


def linked_data(page: InspectedResponse) -> dict[str, Any]:
    """Return the JSON-LD of a page."""
    (node,) = page.tree.css('script[type="application/ld+json"]')
    data: dict[str, Any] = json.loads(node.text())
    return data


def test_a_reader_finds_everything(client: InspectingClient, place: Place) -> None:
    post = place(
        "bakkerij",
        kind=Kind.REQUEST,
        title="Wie leert ons brood bakken?",
        body="Wij hebben een **oven**.",
        themes=("zorg", "techniek"),
        levels=("mbo-3", "vmbo", "mbo-2"),
        municipality="delft",
        period="zes dinsdagen",
        places=12,
        reply_by=date(2027, 1, 14),
        requirements="Een VOG",
    )
    page = client.get(post.path)
    text = page.only("article.sheet")
    for words in ("Vraag", "Gastles", "Bakkerij De Korst", "Delft", "do 14 januari 2027", "vmbo, mbo 2–3", "12",
                  "Een VOG", "zes dinsdagen", "door Amina Oulad", "Een les."):  # fmt: skip
        assert words in text
    assert page.texts(".sheet .theme-marks li") == ["1 Techniek", "2 Zorg"]
    assert page.texts(".prose strong") == ["oven"]
    assert "/organisaties/bakkerij" in page.attributes(".post-contact a", "href")
    assert f"/vraag-en-aanbod/{post.id}/antwoorden" in page.attributes(".post-contact a", "href")
    assert page.attributes('link[rel="canonical"]', "href") == [f"http://127.0.0.1:5000{post.path}"]
    assert page.attributes('meta[property="og:title"]', "content") == [post.title]
    assert page.attributes('meta[property="og:type"]', "content") == ["article"]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (None, "Open tot za 30 januari 2027"),
        (10, "Reageren tot wo 11 november 2026"),
        (200, "Open tot za 30 januari 2027"),
    ],
)
def test_one_day_says_until_when_one_can_reply(
    client: InspectingClient, place: Place, days: int | None, shown: str
) -> None:
    """The earlier of the owner's own day and the day on which the post closes by itself."""
    post = place(reply_by=START.date() + timedelta(days=days) if days else None)
    sheet, card = client.get(post.path), client.get("/vraag-en-aanbod/")

    assert sheet.only(".post-until") == shown
    assert "Open tot" not in " ".join(sheet.texts(".facts dt"))
    (label,) = card.texts(".post-card .is-until dt")
    assert shown.startswith(label)
    assert card.attributes(".post-card .is-until time", "datetime") == sheet.attributes(".post-until time", "datetime")


def test_mail_addresses_are_never_shown(client: InspectingClient, place: Place) -> None:
    post = place()
    assert "amina@example.org" not in client.get(post.path).get_data(as_text=True)


def test_without_an_organisation_the_person_reads_the_answers(client: InspectingClient, place: Place) -> None:
    post = place()
    contact = client.get(post.path)
    assert "Alleen Amina Oulad leest uw reactie" in contact.only(".post-contact")
    assert contact.attributes(".post-contact a", "href") == [f"/vraag-en-aanbod/{post.id}/antwoorden"]


def test_other_spellings_lead_to_the_canonical_address(client: InspectingClient, place: Place) -> None:
    post = place()
    for address in (f"{post.id}-anders", f"{post.id}-{post.slug}x"):
        answer = client.get(f"/vraag-en-aanbod/{address}")
        assert answer.status_code == 301
        assert answer.headers["Location"] == post.path
    assert client.get(f"/en/vraag-en-aanbod/{post.id}-x").headers["Location"] == f"/en{post.path}"


@pytest.mark.parametrize(
    "address", ["999-x", "01-een-les-over-lassen", "0-x", "-1-x", "1", "99999999999-x", f"{10**40}-x", "abc-x", "1e3-x"]
)
def test_what_does_not_exist_is_a_404(client: InspectingClient, place: Place, address: str) -> None:
    place()
    assert client.get(f"/vraag-en-aanbod/{address}").status_code == 404


@pytest.mark.parametrize("word", ["vervuld", "verlopen"])
def test_a_closed_post_stays_and_says_so(client: InspectingClient, place: Place, word: str) -> None:
    post, note = place(reply_by=clock.today() + timedelta(days=3)), "Het werd een <b>bakker</b>."
    if word == "vervuld":
        fulfil_post(post, post.author, note)
    else:
        expire(post)
    page = client.get(post.path)
    assert f": {word}." in page.only(".post-closed")
    assert (note in page.only(".post-closed")) == (word == "vervuld")
    assert not page.tree.css(".post-contact, .post-until")
    (card,) = client.get("/vraag-en-aanbod/?status=gesloten").texts(".post-card.is-closed")
    assert word.capitalize() in card


def test_a_post_in_conversation_is_still_open(client: InspectingClient, place: Place) -> None:
    post = place("school")
    set_in_conversation(post, post.author, talking=True)
    assert client.get(post.path).tree.css(".post-contact")


def test_related_posts_are_open_and_of_the_same_category(client: InspectingClient, place: Place) -> None:
    post, *others = [place(title=f"Les {number}") for number in range(6)]
    place(category="stageplaats", title="Stage")
    expire(others[-1])
    assert client.get(post.path).texts(".post-related .card-title") == ["Les 4", "Les 3", "Les 2"]


def test_an_internship_is_a_job_posting(client: InspectingClient, place: Place) -> None:
    post = place("bakkerij", category="stageplaats", municipality="delft", levels=("mbo-2",), places=2)
    data = linked_data(client.get(post.path))
    assert data["@type"] == "JobPosting"
    assert {"title", "description", "datePosted", "validThrough", "hiringOrganization", "jobLocation"} <= data.keys()
    assert data["employmentType"] == "INTERN"
    assert data["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Delft",
        "addressCountry": "NL",
    }


def test_anything_else_is_an_offer_or_a_demand(client: InspectingClient, place: Place) -> None:
    offer = linked_data(client.get(place("bakkerij").path))
    assert (offer["@type"], offer["offeredBy"]["name"]) == ("Offer", "Bakkerij De Korst")
    demand = linked_data(client.get(place("school", kind=Kind.REQUEST, category="stageplaats").path))
    assert (demand["@type"], demand["@reverse"]["seeks"]["name"]) == ("Demand", "School aan de Vliet")


def test_search_finds_category_synonyms_place_and_levels(place: Place) -> None:
    post = place("school", municipality="rijswijk", levels=("mbo-2",), themes=("zorg",), requirements="VOG")
    document = post.search_document()
    assert document is not None
    assert document.key == f"post:{post.id}"
    assert "Gastles" in document.text
    assert "VOG" in document.text
    assert {"gastcollege", "Rijswijk", "aanbod"} <= set(document.extra.split())
    assert (document.themes, document.organisations, document.is_open) == (("zorg",), ("school",), True)
    assert [row.id for row in queries.load_results([post.id])] == [post.id]


def test_a_draft_must_name_what_exists(place: Place) -> None:
    for wrong in ({"category": "ruil"}, {"levels": ("mbo-9",)}, {"themes": ("x",)}, {"municipality": "x"}):
        with pytest.raises(UnknownChoice), transaction():
            place(**wrong)


@pytest.mark.parametrize(
    ("levels", "label"),
    [
        ((), ""),
        (("mbo-4", "po", "mbo-3", "mbo-2"), "basisonderwijs, mbo 2–4"),
        (("mbo-1", "mbo-3", "mbo-4"), "mbo 1, mbo 3–4"),
        (("wo", "havo-vwo"), "havo/vwo, universiteit"),
    ],
)
def test_levels_are_written_in_order(levels: tuple[str, ...], label: str) -> None:
    assert levels_label(levels) == label


def test_the_english_page_marks_dutch_content(client: InspectingClient, place: Place) -> None:
    post = place("school")
    page = client.get(f"/en{post.path}")
    assert page.attributes("h1", "lang") == ["nl"]
    assert page.texts(".sheet-head .kind-tab") == ["Offer"]
    assert client.get("/en/vraag-en-aanbod/").attributes(".card-title a", "href") == [f"/en{post.path}"]
