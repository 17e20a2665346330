"""Proposing events: the desk, rights, drafts, double submits (CHECKS 31, 35, 36, 40, 41, 45, 51, 53, 107)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.actionplan.models import ActionAgenda, Signature
from portal.agenda import moderation
from portal.agenda.models import Event
from portal.community.models import Organisation, Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing import desk, drafts
from portal.publishing.models import State
from portal.search.indexing import documents
from tests.agenda.conftest import AddEvent
from tests.checks.payloads import MARK, STORED
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of

FIELDS: dict[str, Any] = {
    "do": "verstuur",
    "kind": "kenniscafe",
    "title": "Kenniscafé over lassen",
    "summary": "Wat lassers nodig hebben.",
    "body": "- 15:30 inloop\n- 16:00 **rondleiding**",
    "first_day": "2026-05-20",
    "start": "15:30",
    "end": "17:30",
    "venue": "De Loods",
    "municipality": "delft",
    "themes": ["techniek"],
    "organisers": ["museum het gemaal", "School De Kade", ""],
    "action": "techniek-1",
    "costs": "gratis",
    "capacity": "40",
    "accessibility": "Lift aanwezig.",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PAGES = ("bewerken", "verzetten", "afgelasten", "intrekken")


@pytest.fixture
def lotte(network: Flask, member: User) -> SignedInClient:
    return client_of(network, member)


def only_event() -> Event:
    event = db.session.scalars(select(Event)).one()
    db.session.refresh(event)
    return event


def propose(client: SignedInClient, **fields: Any) -> Any:
    return client.post_form("/agenda/nieuw", FIELDS | fields)


def give_seat(user: User, slug: str, *, signed: bool) -> None:
    """Give somebody a seat at an organisation, that signed the action agenda or not."""
    with transaction() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
        session.add(Seat(user_id=user.id, organisation_id=organisation.id, role="docent", since=clock.today()))
        if signed:
            agenda = session.scalars(select(ActionAgenda)).one()
            session.add(Signature(agenda=agenda, organisation=organisation, whole_agenda=True))


# ── who decides ───────────────────────────────────────────────────────────────────────────────────


def test_a_members_proposal_waits_at_the_desk_and_is_nowhere_else(
    lotte: SignedInClient, client: InspectingClient
) -> None:
    """CHECKS 40."""
    answer = propose(lotte)
    event = only_event()

    assert (answer.status_code, answer.location) == (303, event.path)
    assert (event.state, event.published_at) == (State.REVIEW, None)
    assert "Te beoordelen" in lotte.get(event.path).only(".tools-state")
    for path in (event.path, f"{event.path}.ics"):
        assert client.get(path).status_code == 404
    for path in ("/agenda/", "/agenda.ics", "/sitemap.xml", "/agenda/?weergave=maand&maand=2026-05"):
        assert "lassen" not in client.get(path).get_data(as_text=True), path
    assert event.search_key not in documents.load([event.search_key])


def test_all_that_was_filled_in_is_kept(lotte: SignedInClient) -> None:
    propose(lotte)
    event = only_event()

    assert [row.slug for row in event.organisers] == ["museum", "school"]
    assert (event.municipality and event.municipality.slug, event.action and event.action.slug) == (
        "delft",
        "techniek-1",
    )
    assert (event.capacity, event.costs, event.accessibility) == (40, "gratis", "Lift aanwezig.")
    assert [theme.slug for theme in event.themes] == ["techniek"]
    assert clock.to_local(event.starts_at).strftime("%d %H:%M") == "20 15:30"  # type: ignore[arg-type]  # it is set
    assert "<strong>rondleiding</strong>" in event.body_html


def test_what_the_desk_approves_is_everywhere(lotte: SignedInClient, client: InspectingClient, editor: User) -> None:
    propose(lotte)
    event = only_event()
    (case,) = moderation.awaiting()
    assert (case.title, case.author and case.author.name) == (event.title, "Lotte van der Lid")
    with lotte.application.test_request_context("/redactie/"):
        assert "<h1" not in moderation.render(case)
    with transaction():
        desk.approve_publication(case, editor, None)

    for path in (event.path, "/agenda/", "/agenda.ics", "/sitemap.xml", "/agenda/?weergave=maand&maand=2026-05"):
        assert "lassen" in client.get(path).get_data(as_text=True), path
    assert event.search_key in documents.load([event.search_key])


def test_sent_back_with_a_reason_it_is_changed_and_handed_in_again(lotte: SignedInClient, editor: User) -> None:
    propose(lotte)
    event = only_event()
    with transaction():
        desk.send_back_publication(moderation.awaiting()[0], editor, "Zet erbij voor wie het is.")
    assert "Zet erbij voor wie het is." in lotte.get(event.path).only(".tools-reason")
    page = lotte.get(f"/agenda/{event.id}/bewerken")
    assert "Zet erbij voor wie het is." in page.only(".state-history")

    fields = FIELDS | {"audience": "Docenten", "version": page.attributes("input[name=version]", "value")[0]}
    answer = lotte.post_form(f"/agenda/{event.id}/bewerken", fields)
    assert answer.status_code == 303
    assert (only_event().state, only_event().audience) == (State.REVIEW, "Docenten")


def test_an_editor_and_a_signatory_of_an_organiser_go_straight_out(network: Flask, editor: User, member: User) -> None:
    propose(client_of(network, editor))
    assert only_event().state == State.OPEN
    give_seat(member, "museum", signed=True)
    propose(client_of(network, member), title="Van het museum")
    assert [row.state for row in db.session.scalars(select(Event))] == [State.OPEN, State.OPEN]


@pytest.mark.parametrize(("organisers", "signed"), [(["School De Kade"], True), (["Museum Het Gemaal"], False)])
def test_a_seat_elsewhere_or_without_signature_leads_past_the_desk_never(
    lotte: SignedInClient, member: User, organisers: list[str], signed: bool
) -> None:
    give_seat(member, "museum", signed=signed)
    propose(lotte, organisers=organisers)
    assert only_event().state == State.REVIEW


def test_a_proposal_is_withdrawn_once(lotte: SignedInClient) -> None:
    propose(lotte)
    event = only_event()
    lotte.get(f"/agenda/{event.id}/intrekken")
    assert only_event().state == State.REVIEW
    assert lotte.post_form(f"/agenda/{event.id}/intrekken").status_code == 303
    assert only_event().state == State.WITHDRAWN
    assert lotte.get(f"/agenda/{event.id}/intrekken").status_code == 403
    assert moderation.awaiting() == []


# ── other people's ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_proposal_of_another_does_not_exist(
    lotte: SignedInClient, other_member: User, network: Flask, page: str, htmx: bool
) -> None:
    """CHECKS 35: by every method, as htmx, and with a method in a header."""
    propose(lotte)
    event = only_event()
    before = (event.title, event.version, event.state)
    other = client_of(network, other_member)
    token = other.get("/agenda/nieuw").attributes("input[name=csrf_token]", "value")[0]
    headers = {"X-HTTP-Method-Override": "PUT"} | ({"HX-Request": "true"} if htmx else {})
    for method in METHODS:
        data = None if method in ("GET", "HEAD") else FIELDS | {"csrf_token": token, "version": "1", "reason": "x"}
        answer = other.open(f"/agenda/{event.id}/{page}", method=method, data=data, headers=headers)
        assert answer.status_code in (400, 404, 405), (method, answer.status_code)
    assert (only_event().title, only_event().version, only_event().state) == before
    assert other.get(event.path).status_code == 404
    assert other.get(f"/agenda/{event.id + 1}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_public_event_of_another_is_read_only(
    add: AddEvent, network: Flask, other_member: User, client: InspectingClient, page: str
) -> None:
    """CHECKS 35, 36."""
    event = add()
    other = client_of(network, other_member)
    assert other.get(event.path).texts(".tools-list li") == ["Kopieer naar een nieuwe bijeenkomst"]
    assert other.get(f"/agenda/{event.id}/{page}").status_code == 403
    answer = client.get(f"/agenda/{event.id}/{page}")
    assert (answer.status_code, answer.location.startswith("/account/inloggen?next=")) == (303, True)
    assert client.post(f"/agenda/{event.id}/{page}").status_code in (400, 401)
    assert only_event().version == event.version


def test_a_visitor_sees_no_tools_and_gets_no_cookie(add: AddEvent, client: InspectingClient) -> None:
    page = client.get(add().path)
    assert page.texts(".tools") == []
    assert "Set-Cookie" not in page.headers
    assert client.get("/agenda/nieuw").status_code == 303


def test_fields_that_no_form_has_change_nothing(lotte: SignedInClient, other_member: User) -> None:
    """CHECKS 41: mass assignment."""
    propose(lotte, state="open", published_at="2026-01-01", author_id=str(other_member.id), uid="x", sequence="9",
            status="cancelled", slug="x", body_html="<b>", id="77", report="x", source_note="x")  # fmt: skip
    event = only_event()
    assert (event.state, event.published_at, event.sequence, event.status) == (State.REVIEW, None, 0, "planned")
    assert event.author is not None
    assert event.author.name == "Lotte van der Lid"
    assert event.uid.startswith("event-")
    assert event.id != 77
    assert (event.report, event.source_note, event.slug) == (None, None, "kenniscafe-over-lassen")


# ── what is wrong is told, and nothing is lost ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "  "}, "Vul “Titel” in."),
        ({"title": "x" * 161}, "te lang"),
        ({"summary": ""}, "Vul “In het kort” in."),
        ({"kind": ""}, "Kies wat voor bijeenkomst"),
        ({"kind": "feest"}, "Kies een van de mogelijkheden"),
        ({"first_day": ""}, "Vul in op welke dag"),
        ({"first_day": "20-05-2026"}, "Dit is geen geldige datum"),
        ({"first_day": "2026-02-30"}, "Dit is geen geldige datum"),
        ({"first_day": "9999-12-31"}, "Dit is geen geldige datum"),
        ({"first_day": "2026-03-10"}, "al voorbij"),
        ({"start": "25:00"}, "Dit is geen tijd"),
        ({"start": "", "end": "17:00"}, "Vul ook de begintijd in"),
        ({"end": "15:30"}, "De eindtijd ligt voor de begintijd"),
        ({"last_day": "2026-05-19"}, "voor de eerste dag"),
        ({"capacity": "0"}, "heel getal"),
        ({"capacity": "１"}, "heel getal"),  # noqa: RUF001  # a full-width digit
        ({"capacity": "1_0"}, "heel getal"),
        ({"venue": "", "municipality": ""}, "waar het is"),
        ({"place_mode": "maan"}, "Kies een van de mogelijkheden"),
        ({"organisers": ["Niemand"]}, "We kennen “Niemand” niet"),
        ({"organisers": ["a"] * 7 + ["b", "c", "d", "e", "f", "g"]}, "hooguit 6"),
        ({"themes": ["toverij"]}, ""),
        ({"action": "toverij"}, "Kies een van de mogelijkheden"),
        ({"registration_deadline": "2026-05-21"}, "na de bijeenkomst"),
        ({"version": "een"}, "heel getal"),
    ],
)
def test_an_error_stands_beside_its_field_and_in_the_summary(
    lotte: SignedInClient, fields: dict[str, Any], words: str
) -> None:
    """CHECKS 53, 88."""
    answer = propose(lotte, **fields)
    assert answer.status_code == 422
    assert words.lower() in answer.only(".error-summary").lower()
    assert only_fields(answer)["body"] == FIELDS["body"]
    name = next(iter(fields))
    if name not in ("version", "last_day", "end", "venue"):
        assert answer.tree.css(f"#{name}-error, #organisers-error, #start-error"), name
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def only_fields(answer: Any) -> dict[str, str]:
    return {node.attributes["name"]: node.text().removeprefix("\n") for node in answer.tree.css("textarea")}


@pytest.mark.parametrize("payload", STORED)
def test_hostile_text_stays_text(lotte: SignedInClient, payload: str) -> None:
    """CHECKS 45, 46, 48, 50, 56."""
    text = payload.replace("\x00", "")
    propose(lotte, title=text[:150], summary=text, body=text, venue=text[:150], address=text, accessibility=text,
            audience=text[:190], costs=text[:110], registration_note=text, do="voorbeeld")  # fmt: skip
    answer = propose(lotte, title=text[:150], summary=text, body=text, venue=text[:150], accessibility=text,
                     audience=text[:190], costs=text[:110])  # fmt: skip
    assert answer.status_code == 303
    event = only_event()
    for path in (event.path, f"/agenda/{event.id}/bewerken"):
        page = lotte.get(path)
        assert page.status_code == 200
        assert not page.tree.css(f"[id*={MARK}], [name*={MARK}], [onerror], [onload], iframe, {MARK}")
        scripts = [node for node in page.tree.css("script") if "src" not in node.attributes]
        assert all(node.attributes.get("type") == "application/ld+json" for node in scripts)
        assert not [a for a in page.attributes("a", "href") if a.lower().lstrip().startswith(("javascript", "data:"))]


# ── once, and drafts ──────────────────────────────────────────────────────────────────────────────


def test_sent_twice_and_eight_times_at_once_it_is_one_event(
    network: Flask, lotte: SignedInClient, member: User
) -> None:
    """CHECKS 107."""
    page = lotte.get("/agenda/nieuw")
    hidden = {
        name: page.attributes(f"main form.form input[name={name}]", "value")[0] for name in ("once", "csrf_token")
    }
    cookie = lotte.get_cookie(network.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    db.session.remove()

    def send(_number: int) -> tuple[int, str | None]:
        client = network.test_client()
        client.set_cookie(cookie.key, cookie.value)
        answer = client.post("/agenda/nieuw", data=FIELDS | hidden)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    answers.append(send(9))
    assert set(answers) == {(303, only_event().path)}


def test_a_draft_is_kept_while_typing_and_gone_when_sent(
    lotte: SignedInClient, member: User, other_member: User
) -> None:
    page = lotte.get("/agenda/nieuw")
    hidden = {
        name: page.attributes(f"main form.form input[name={name}]", "value")[0] for name in ("once", "csrf_token")
    }
    said = lotte.post(
        "/agenda/concept", data=hidden | {"title": "Half", "first_day": "20"}, headers={"HX-Request": "true"}
    )
    assert "Bewaard als concept om 13.00 uur." in said.get_data(as_text=True)
    lotte.post(
        "/agenda/concept", data=hidden | {"title": "Half af", "themes": ["zorg"]}, headers={"HX-Request": "true"}
    )
    (draft,) = drafts.list_drafts(member, "event")
    assert (draft.title, draft.fields["themes"]) == ("Half af", ["zorg"])
    assert drafts.get_draft(other_member, "event", draft.key) is None

    again = lotte.get(f"/agenda/nieuw?concept={draft.key}")
    assert again.attributes("#title", "value") == ["Half af"]
    assert lotte.post_form(f"/agenda/nieuw?concept={draft.key}", FIELDS, form="form.form").status_code == 303
    db.session.expire_all()
    assert drafts.list_drafts(member) == []


def test_a_draft_of_another_is_not_shown(
    network: Flask, lotte: SignedInClient, member: User, other_member: User
) -> None:
    """CHECKS 35."""
    lotte.post_form("/agenda/nieuw", {"do": "bewaar", "title": "Geheim plan"})
    key = drafts.list_drafts(member)[0].key
    other = client_of(network, other_member)
    assert "Geheim" not in other.get(f"/agenda/nieuw?concept={key}").get_data(as_text=True)
    token = other.get("/agenda/nieuw").attributes("input[name=csrf_token]", "value")[0]
    other.post("/agenda/concept/weg", data={"csrf_token": token, "once": key})
    db.session.expire_all()
    assert len(drafts.list_drafts(member)) == 1
    lotte.press("/agenda/nieuw", "/agenda/concept/weg")
    db.session.expire_all()
    assert drafts.list_drafts(member) == []


def test_a_preview_saves_nothing(lotte: SignedInClient) -> None:
    page = propose(lotte, do="voorbeeld")
    assert page.status_code == 200
    assert "woensdag 20 mei 2026" in page.only(".preview .event-when")
    assert page.attributes("#title", "value") == [FIELDS["title"]]
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_head_saves_nothing(lotte: SignedInClient) -> None:
    """CHECKS 31."""
    assert lotte.head("/agenda/nieuw", data=FIELDS).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_a_copy_takes_everything_but_the_days(add: AddEvent, lotte: SignedInClient) -> None:
    event = add(title="Kenniskring 1")
    page = lotte.get(f"/agenda/nieuw?kopie={event.id}")
    assert page.attributes("#title", "value") == ["Kenniskring 1"]
    assert page.attributes("#first_day", "value") in ([], [""])
    assert page.attributes("input[name=organisers]", "value")[0] == "Museum Het Gemaal"
