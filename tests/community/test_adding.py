"""A member adds the own organisation (C5): proved by the domain of the address, or by the desk; no doubles."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import AuditEntry, User
from portal.community import additions, claims, policies
from portal.community.models import Claim, Confirmation, Municipality, Organisation, OrganisationName
from portal.core.extensions import db
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.publishing import desk
from portal.search import services as search
from portal.search.indexing import indexer
from tests.community.people import make_organisation, seat
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user

NEW = "/organisaties/nieuw"
FIELDS = {
    "name": "Metaalwerken Oostrom BV",
    "kind": "werkgever",
    "website": "www.oostrom-metaal.nl",
    "role": "praktijkopleider",
    "reason": "Bel de balie.",
}


@pytest.fixture
def worker(app: Flask) -> User:
    """Return a member with an address at the website of the new organisation."""
    return make_user("Wendy Werker", email="wendy@oostrom-metaal.nl")


def add(client: SignedInClient, path: str = NEW, **fields: Any) -> InspectedResponse:
    return client.post_form(path, FIELDS | fields)


def the_new_one() -> Organisation:
    organisation = db.session.scalars(select(Organisation).where(Organisation.name == FIELDS["name"])).one()
    db.session.refresh(organisation)
    return organisation


def decide(decision: str, organisation: Organisation, editor: User) -> None:
    (case,) = [case for case in desk.cases() if case.organisation_name == organisation.name]
    kind = desk.find_kind(claims.KIND)
    assert kind is not None
    carry = getattr(kind, decision)
    with transaction():
        carry(case, editor, "Zo is het.")


def test_an_address_at_the_domain_of_the_website_gives_the_seat_at_once(app: Flask, worker: User) -> None:
    with transaction() as session:
        session.add(Municipality(slug="delft", name="Delft"))
    client = client_of(app, worker)

    answer = add(client, place="delft")

    organisation = the_new_one()
    assert (answer.status_code, answer.location) == (303, "/organisaties/metaalwerken-oostrom-bv")
    assert (organisation.place, organisation.confirmation) == ("Delft", Confirmation.CONFIRMED)
    assert policies.is_owner(worker, organisation)
    assert organisation.name in client.get("/vraag-en-aanbod/nieuw").texts("#organisation option")
    assert not desk.cases()
    page = client_of(app, None).get(organisation.path)
    assert "bevestigd" not in page.only("main")
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert "organisation.added" in actions


@pytest.mark.parametrize(
    ("email", "website"),
    [
        ("wendy@elders.nl", "www.oostrom-metaal.nl"),
        ("wendy@oostrom-metaal.nl", ""),
        ("wendy@gmail.com", "https://gmail.com"),
        ("wendy@nietoostrom-metaal.nl", "oostrom-metaal.nl"),
    ],
)
def test_anybody_else_waits_for_the_desk(app: Flask, email: str, website: str) -> None:
    user = make_user("Wim Werker", email=email)

    add(client_of(app, user), website=website)

    organisation = the_new_one()
    assert organisation.confirmation == Confirmation.WAITING
    assert not policies.organisations_of(user)
    (case,) = desk.cases()
    assert (case.author, case.organisation_name, case.note) == (user, organisation.name, "Bel de balie.")
    visitor = client_of(app, None)
    assert "De redactie moet dat nog controleren" in visitor.get(organisation.path).only("main")
    assert "nog niet gecontroleerd" in visitor.get("/organisaties/").only("#results")
    assert organisation.path not in visitor.get("/sitemap.xml").get_data(as_text=True)
    indexer.rebuild()
    assert not search.find_ids("Oostrom", "organisation")


def test_the_desk_confirms_it_and_gives_the_seat(app: Flask, member: User, editor: User) -> None:
    add(client_of(app, member))
    organisation = the_new_one()

    decide("approve", organisation, editor)

    assert the_new_one().is_confirmed
    assert policies.is_owner(member, organisation)
    indexer.rebuild()
    assert search.find_ids("Oostrom", "organisation") == [organisation.id]


def test_what_the_desk_refuses_is_nowhere(app: Flask, member: User, editor: User) -> None:
    add(client_of(app, member))
    organisation = the_new_one()

    decide("refuse", organisation, editor)

    client = client_of(app, member)
    assert client.get(organisation.path).status_code == 404
    assert client.get(f"{organisation.path}/claimen").status_code == 404
    assert organisation.name not in client.get("/organisaties/").get_data(as_text=True)
    assert not policies.organisations_of(member)


def test_it_stays_when_somebody_elses_claim_waits(app: Flask, member: User, other_member: User, editor: User) -> None:
    add(client_of(app, member))
    organisation = the_new_one()
    claims.submit_claim(organisation, other_member, "directeur", "")
    first, _second = desk.cases()
    with transaction():
        claims.refuse_claim(first, editor, "Nee.")

    assert the_new_one().confirmation == Confirmation.WAITING


@pytest.mark.parametrize(
    "name",
    ["Metaalwerken Oostrom", "METAALWERKEN OOSTROM B.V.", "Metaalwerken Oostrum", "Stichting Metaalwerken Oostrom"],
)
def test_a_name_like_one_that_is_there_is_asked_about_first(app: Flask, member: User, name: str) -> None:
    known = make_organisation(FIELDS["name"], "oostrom")
    make_organisation("Bakkerij De Korst", "korst")
    client = client_of(app, member)

    answer = add(client, name=name)

    assert answer.status_code == 422
    assert answer.attributes("main .error-summary a", "href") == [f"{known.path}/claimen"]
    assert db.session.scalar(select(func.count(Organisation.id))) == 2
    assert add(client, name=name, is_another="y").status_code == 303
    assert db.session.scalar(select(func.count(Organisation.id))) == 3


def test_former_names_and_what_merged_count_too(app: Flask, member: User) -> None:
    now = make_organisation("Yuverta", "yuverta")
    with transaction() as session:
        session.add(
            OrganisationName(organisation_id=now.id, name="Wellantcollege", slug="wellantcollege", is_former=True)
        )

    assert additions.find_similar("Wellant College") == [now]
    assert additions.find_similar("Iets Heel Anders") == []


def test_two_of_the_same_name_have_addresses_of_their_own(app: Flask, member: User) -> None:
    make_organisation("Nieuw", "anders")
    client = client_of(app, member)

    for _time in range(2):
        add(client, name="Nieuw", is_another="y")

    slugs = set(db.session.scalars(select(Organisation.slug)))
    assert slugs == {"anders", "nieuw-2", "nieuw-3"}


def test_a_form_sent_twice_adds_one(app: Flask, member: User) -> None:
    client = client_of(app, member)
    once = client.get(NEW).attributes("input[name=once]", "value")[0]

    first, second = (add(client, once=once, is_another="y") for _time in range(2))

    assert first.location == second.location
    assert db.session.scalar(select(func.count(Organisation.id))) == 1
    assert db.session.scalar(select(func.count(Claim.id))) == 1


@pytest.mark.parametrize("wrong", [{"name": ""}, {"kind": "circus"}, {"website": "geen adres"}, {"role": ""}])
def test_what_is_missing_is_said_and_nothing_is_lost(app: Flask, member: User, wrong: dict[str, str]) -> None:
    answer = add(client_of(app, member), **wrong)

    assert answer.status_code == 422
    assert answer.tree.css_first(f"#{next(iter(wrong))}-error") is not None
    assert "Bel de balie." in answer.only("#reason")
    assert not db.session.scalar(select(func.count(Organisation.id)))


def test_a_visitor_signs_in_first_and_the_register_leads_here(app: Flask) -> None:
    visitor = client_of(app, None)

    assert visitor.get(NEW).headers["Location"].startswith("/account/inloggen?next=")
    assert NEW in visitor.get("/organisaties/").attributes("main a", "href")


def test_it_leads_back_to_the_post_that_was_begun(app: Flask, worker: User) -> None:
    client = client_of(app, worker)
    page = client.get("/vraag-en-aanbod/nieuw")
    typed = {"csrf_token": page.attributes("input[name=csrf_token]", "value")[0], "title": "Stage bij ons",
             "once": page.attributes("input[name=once]", "value")[0], "body": "Twee dagen per week."}  # fmt: skip
    (action,) = page.attributes("main form button[formaction]", "formaction")

    asked = client.post(action, data=typed)
    assert asked.status_code == 303
    answer = add(client, asked.headers["Location"])

    form = client.get(answer.headers["Location"])
    assert form.attributes("#title", "value") == ["Stage bij ons"]
    assert FIELDS["name"] in form.texts("#organisation option")


def test_next_leads_nowhere_else(app: Flask, worker: User) -> None:
    answer = add(client_of(app, worker), f"{NEW}?next=https://elders.example.org/")

    assert answer.location == the_new_one().path


def test_an_address_at_a_domain_for_all_proves_no_claim(app: Flask) -> None:
    organisation = make_organisation(website="https://www.gmail.com")
    user = make_user("Gijs Gmail", email="gijs@gmail.com")
    seat(user, organisation)

    assert not claims.is_proved(user, organisation)


@pytest.mark.parametrize("name", ["Vakschool Haagse Bocht", "Vаkschооl Hааgsе Bосht", "Музеон"])  # noqa: RUF001
def test_a_domain_of_ones_own_proves_no_name_of_another(app: Flask, worker: User, name: str) -> None:
    """Anybody can have a domain: who says to be another than who is listed, or writes so, waits for the desk."""
    make_organisation("Vakschool Haagse Bocht")

    add(client_of(app, worker), name=name, is_another="y")

    assert not policies.organisations_of(worker)
    (case,) = desk.cases()
    assert case.organisation_name == name


def test_letters_that_only_look_the_same_are_seen_through(app: Flask, worker: User) -> None:
    make_organisation("Vakschool Haagse Bocht")

    answer = add(client_of(app, worker), name="Vаkschооl Hааgsе Bосht")  # noqa: RUF001

    assert answer.status_code == 422
    assert "Vakschool Haagse Bocht" in answer.only("main")


def test_a_key_of_another_form_adds_an_organisation_all_the_same(app: Flask, worker: User) -> None:
    """The key was once looked up whatever form it had come with: a failure, or another thing's page."""
    with transaction():
        idempotency.store_result(worker.id, "post", "sleutel", "/vraag-en-aanbod/1-iets")

    answer = add(client_of(app, worker), once="sleutel")

    assert answer.status_code == 303
    assert the_new_one().is_confirmed
