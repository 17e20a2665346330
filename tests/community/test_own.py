"""The way to one's own organisations: from the menu, in the own list, and whom to ask when one may not."""

from datetime import timedelta

from flask import Flask

from portal.accounts.models import User
from portal.community import claims
from portal.core.clock import now, today
from tests.community.people import make_organisation, owner, seat
from tests.people import client_of, make_user

OWN = "/account/bijdragen"
SECTION = "#organisaties"


def test_the_menu_leads_to_the_own_organisations(app: Flask, member: User) -> None:
    client = client_of(app, member)

    assert f"{OWN}{SECTION}" in client.get("/agenda/").attributes(".account-menu a", "href")
    assert len(client.get(OWN).tree.css(SECTION)) == 1


def test_a_manager_finds_page_seats_and_editing(app: Flask, member: User) -> None:
    owner(member, make_organisation())
    section = client_of(app, member).get(OWN).attributes(f"{SECTION} a", "href")

    assert section[1:] == ["/organisaties/museon", "/organisaties/museon/bewerken", "/organisaties/museon/plaatsen"]


def test_who_may_not_change_it_sees_whom_to_ask_in_both_places(app: Flask, member: User, other_member: User) -> None:
    museon = make_organisation()
    owner(member, museon)
    seat(other_member, museon)
    client = client_of(app, other_member)

    for path, place in ((OWN, SECTION), ("/organisaties/museon", ".sheet-side")):
        page = client.get(path)
        assert "Vraag het een beheerder: Lotte van der Lid" in page.only(place)
        assert member.path in page.attributes(f"{place} a", "href")
        assert "/organisaties/museon/bewerken" not in page.attributes("main a", "href")
        assert member.email not in page.get_data(as_text=True)


def test_without_a_manager_the_way_leads_to_the_editors(app: Flask, member: User) -> None:
    museon = make_organisation()
    seat(member, museon)
    client = client_of(app, member)
    assert "/organisaties/museon/claimen" in client.get(OWN).attributes(f"{SECTION} a", "href")

    claims.submit_claim(museon, member, "docent", "")
    page = client.get(OWN)
    assert "U hebt de redactie gevraagd" in page.only(SECTION)
    assert "/organisaties/museon/claimen" not in page.attributes(f"{SECTION} a", "href")


def test_an_organisation_that_was_asked_for_is_among_ones_own_without_its_managers(
    app: Flask, member: User, other_member: User
) -> None:
    museon = make_organisation()
    owner(other_member, museon)
    claims.submit_claim(museon, member, "docent", "Bel de balie.")
    client = client_of(app, member)

    own = client.get(OWN)
    assert own.only(f"{SECTION} .contribution-state") == "Te beoordelen"
    assert "/organisaties/museon/claimen" in own.attributes(f"{SECTION} a", "href")
    assert "/organisaties/museon/plaatsen" not in own.attributes(f"{SECTION} a", "href")
    page = client.get("/organisaties/museon")
    for place in (own.only(SECTION), page.only(".sheet-side")):
        assert "U hebt de redactie gevraagd" in place
        assert other_member.name not in place
    assert "Werkt u hier?" not in page.only(".sheet-side")
    assert "Werkt u hier?" in app.test_client().get("/organisaties/museon").get_data(as_text=True)


def test_who_left_or_may_not_come_in_is_nobody_to_ask(app: Flask, member: User, other_member: User) -> None:
    museon = make_organisation()
    owner(member, museon, until=today() - timedelta(days=1))
    owner(make_user("Dirk Uitgezet", disabled_at=now()), museon)
    seat(other_member, museon)
    page = client_of(app, other_member).get(OWN)

    assert "Niemand beheert deze pagina nog." in page.only(SECTION)


def test_who_has_no_place_is_told_how_to_get_one(app: Flask, member: User) -> None:
    page = client_of(app, member).get(OWN)

    assert "nog geen plek bij een organisatie" in page.only(SECTION)
    assert {"/organisaties/", "/organisaties/nieuw"} <= set(page.attributes(f"{SECTION} a", "href"))


def test_visitors_and_strangers_are_not_told_who_manages(app: Flask, member: User, other_member: User) -> None:
    owner(member, make_organisation())
    for reader in (None, other_member):
        assert member.name not in client_of(app, reader).get("/organisaties/museon").only("main")
