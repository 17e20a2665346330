"""Editors keep the synonyms: listed, tried, made, changed, removed; a search uses them at once."""

from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.core.extensions import db
from portal.search.language import synonym_groups, synonyms
from portal.search.models import SynonymGroup
from tests.fixtures import InspectedResponse, InspectingClient
from tests.people import SignedInClient, client_of
from tests.search import content
from tests.search.conftest import store  # noqa: F401  # a fixture

LIST = "/redactie/synoniemen"
NEW = f"{LIST}/nieuw"
FORM = "main form.form:not(.desk-remove)"


@pytest.fixture(autouse=True)
def _fresh(app: Flask) -> None:
    synonyms.forget()


def typed_words(page: InspectedResponse) -> str:
    """Return what stands in the field of the words."""
    (field,) = page.tree.css("textarea#words")
    return (field.text() or "").strip()


def groups() -> list[str]:
    """Return the groups as the database has them."""
    db.session.rollback()
    return [row.words for row in synonym_groups.all_groups()]


def acts() -> list[str]:
    """Return what the audit log says, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def group(app: Flask) -> SynonymGroup:
    """Return the only group."""
    made = synonym_groups.save_group(None, "lasser\nmetaalbewerker\n> bankwerker", "Uit de metaal")
    synonyms.forget()
    return made


def test_shipped_groups_are_shown_until_they_are_taken_over(desk_client: SignedInClient) -> None:
    page = desk_client.get(LIST)
    shipped = len(synonyms.shipped())
    assert len(page.tree.css(".desk-groups > li")) == shipped
    assert page.texts(".desk-groups a") == []

    done = desk_client.press(LIST, f"{LIST}/overnemen")
    assert done.status_code == 303
    assert len(groups()) == shipped
    assert len(desk_client.get(LIST).tree.css(".desk-groups a")) == shipped
    assert acts() == ["synonym.taken_over"]


def test_a_first_group_keeps_the_shipped_ones(desk_client: SignedInClient) -> None:
    desk_client.post_form(NEW, {"words": "lasser\nmetaalbewerker"}, FORM)

    assert "lasser\nmetaalbewerker" in groups()
    assert len(groups()) == len(synonyms.shipped()) + 1
    assert acts() == ["synonym.taken_over", "synonym.made"]


def test_a_group_is_listed_with_what_is_narrower(desk_client: SignedInClient, group: SynonymGroup) -> None:
    page = desk_client.get(LIST)

    assert page.texts(".desk-groups li > p:first-child") == ["lasser, metaalbewerker vindt ook: bankwerker"]
    assert page.only(".desk-groups .field-hint") == "Uit de metaal"


def test_a_change_counts_for_the_next_search(
    desk_client: SignedInClient, client: InspectingClient, group: SynonymGroup
) -> None:
    done = desk_client.post_form(f"{LIST}/{group.id}", {"words": "lasser\nsmid", "note": ""}, FORM)

    assert done.status_code == 303
    assert groups() == ["lasser\nsmid"]
    assert [match.alternatives for match in synonyms.current().matches(["lasser"])] == [(("smid",),)]
    assert acts() == ["synonym.changed"]
    log = desk_client.get("/redactie/logboek").only("main")
    assert "Synoniemen gewijzigd" in log
    assert "was: lasser, metaalbewerker, > bankwerker" in log
    assert "nu: lasser, smid" in log


@pytest.mark.usefixtures("store")
def test_a_visitor_finds_by_a_synonym(
    desk_client: SignedInClient, client: InspectingClient, group: SynonymGroup
) -> None:
    content.post("Metaalbewerker gezocht")
    content.post("Kok gezocht")
    content.index_all()

    found = client.get("/zoeken?q=lasser").texts(".search-results .search-result .card-title")
    assert found == ["Metaalbewerker gezocht"]
    tried = desk_client.get(f"{LIST}?probeer=lasser")
    assert tried.only(".desk-meant dt") == "lasser"
    assert "metaalbewerker" in tried.only(".desk-meant dd")
    assert "Vindt 1 pagina (zonder synoniemen 0)" in tried.only("#tried")
    assert "Metaalbewerker gezocht" in tried.only(".desk-finds li")
    assert tried.attributes("#tried .desk-groups a", "href") == [f"{LIST}/{group.id}"]
    assert desk_client.get(f"{LIST}?probeer=bankwerkers").attributes("#tried .desk-groups a", "href")
    part = desk_client.get(f"{LIST}?probeer=kok", headers={"HX-Request": "true"})
    assert b"<html" not in part.data
    assert "Deze woorden staan in geen enkele groep." in part.only("#tried")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Vul “Woorden, één op elke regel” in."),
        ("lasser", "minstens twee woorden"),
        ("lasser\nLASSER", "twee keer"),
        ("> lasser\n> smid", "minstens twee woorden"),
        ("lasser\n" + "x" * 61, "te lang"),
        ("lasser\nwie dit leest is een held", "te veel woorden"),
        ("lasser\n?!", "geen woord"),
        ("\n".join(f"woord{'abcdefghijklmnopqrstuvw'[number]}" for number in range(21)), "hooguit 20"),
    ],
)
def test_what_makes_no_group_is_said_and_kept(desk_client: SignedInClient, words: str, said: str) -> None:
    page = desk_client.post_form(NEW, {"words": words, "note": "Een notitie"}, FORM)

    assert page.status_code == 422
    assert said in page.only(".field-error")
    assert typed_words(page) == words
    assert page.attributes("#note", "value") == ["Een notitie"]
    assert groups() == []


def test_a_second_submit_makes_no_second_group(desk_client: SignedInClient) -> None:
    synonym_groups.seed()
    before = len(groups())
    page = desk_client.get(NEW)
    data = {field: page.attributes(f"{FORM} [name={field}]", "value")[0] for field in ("csrf_token", "once", "version")}
    for _time in range(2):
        assert desk_client.post(NEW, data={**data, "words": "lasser\nsmid"}).status_code == 303

    assert len(groups()) == before + 1


def test_a_word_from_the_radar_stands_in_the_form(desk_client: SignedInClient) -> None:
    page = desk_client.get(f"{NEW}?woord=%3Cb%3Elasrobot%3C%2Fb%3E")

    assert typed_words(page) == "<b>lasrobot</b>"


def test_who_is_late_sees_both_texts(desk_client: SignedInClient, group: SynonymGroup) -> None:
    data = {"words": "lasser\nsmid", "note": "", "version": str(group.version)}
    synonym_groups.save_group(group.id, "lasser\nconstructiebankwerker")
    page = desk_client.post_form(f"{LIST}/{group.id}", data, FORM)

    assert page.status_code == 422
    assert "smid" in page.texts(".conflict pre")[0]
    assert "constructiebankwerker" in page.texts(".conflict pre")[1]
    assert groups() == ["lasser\nconstructiebankwerker"]
    (version,) = page.attributes(f"{FORM} [name=version]", "value")
    assert desk_client.post_form(f"{LIST}/{group.id}", {**data, "version": version}, FORM).status_code == 303
    assert groups() == ["lasser\nsmid"]


def test_a_group_is_removed_unless_somebody_changed_it(desk_client: SignedInClient, group: SynonymGroup) -> None:
    address = f"{LIST}/{group.id}"
    token = desk_client.get(address).attributes(".desk-remove [name=csrf_token]", "value")[0]
    old = {"csrf_token": token, "version": str(group.version)}
    synonym_groups.save_group(group.id, "lasser\nsmid")
    late = cast(InspectedResponse, desk_client.post(f"{address}/verwijderen", data=old))
    assert late.status_code == 409
    assert "Daarom is de groep niet verwijderd" in late.only("[role=alert]")
    assert groups() == ["lasser\nsmid"]

    assert desk_client.post_form(address, form=".desk-remove").status_code == 303
    assert groups() == []
    assert desk_client.get(address).status_code == 404
    assert desk_client.post(f"{address}/verwijderen", data=old).status_code == 404


@pytest.mark.parametrize("path", [LIST, NEW, f"{LIST}/1"])
def test_members_and_visitors_stay_out(client: InspectingClient, member: User, app: Flask, path: str) -> None:
    assert client.get(path).status_code == 303
    assert client_of(app, member).get(path).status_code == 403


def test_without_a_token_nothing_is_written(desk_client: SignedInClient, group: SynonymGroup) -> None:
    for path in (NEW, f"{LIST}/{group.id}", f"{LIST}/{group.id}/verwijderen", f"{LIST}/overnemen"):
        assert desk_client.post(path, data={"words": "lasser\nsmid"}).status_code == 400
    assert groups() == ["lasser\nmetaalbewerker\n> bankwerker"]
