"""Deciding: what changes, what the sender reads, and what happens when two decide at once."""

from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import delete

from portal.accounts.models import Role, User
from portal.community import claims
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from portal.newsflash.models import Article
from portal.publishing import desk
from portal.publishing import services as publishing
from portal.publishing.models import State
from tests.checks.payloads import STORED
from tests.community.people import make_organisation
from tests.desk.conftest import HandIn, mails, typed
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user

REASON = "De datum ontbreekt.\nVul die aan."


def _case(article: Article) -> str:
    return f"/redactie/artikel/{article.id}"


def _state(article: Article) -> State:
    db.session.rollback()
    db.session.refresh(article)
    return State(article.state)


def test_approving_publishes_and_mails(desk_client: SignedInClient, hand_in: HandIn, member: User) -> None:
    article = hand_in()
    answer = desk_client.post_form(_case(article), {"decision": "approve"})

    assert answer.status_code == 303
    assert _state(article) == State.OPEN
    (mail,) = mails()
    assert mail.address == member.email
    assert mail.subject == "Goedgekeurd: De tik van tien over negen"
    assert article.path in mail.text


@pytest.mark.parametrize(
    ("decision", "state", "word"),
    [("send_back", State.DRAFT, "Teruggestuurd"), ("refuse", State.WITHDRAWN, "Afgewezen")],
)
def test_the_sender_reads_the_reason(
    desk_client: SignedInClient, hand_in: HandIn, decision: str, state: State, word: str
) -> None:
    article = hand_in()
    desk_client.post_form(_case(article), {"decision": decision, "reason": REASON})

    assert _state(article) == state
    (mail,) = mails()
    assert mail.subject.startswith(word)
    assert "De datum ontbreekt." in mail.text
    assert "De datum ontbreekt." in mail.html
    assert "De datum ontbreekt." in desk_client.get(_case(article)).only(".desk-history li:first-child")


@pytest.mark.parametrize("decision", ["send_back", "refuse"])
def test_without_a_reason_nothing_happens(desk_client: SignedInClient, hand_in: HandIn, decision: str) -> None:
    """CHECKS 88: the error stands in the summary and at the field."""
    article = hand_in()
    answer = desk_client.post_form(_case(article), {"decision": decision, "reason": "  "})

    assert answer.status_code == 422
    assert "schrijf op wat de reden is" in answer.only(".error-summary")
    assert "Schrijf op wat de reden is" in answer.only("#reason-error")
    assert _state(article) == State.REVIEW
    assert mails() == []


def test_a_reason_that_is_too_long_is_kept_in_the_field(desk_client: SignedInClient, hand_in: HandIn) -> None:
    answer = desk_client.post_form(_case(hand_in()), {"decision": "refuse", "reason": "a" * 2001})

    assert answer.status_code == 422
    assert typed(answer, "reason") == "a" * 2001


def test_the_second_editor_hears_who_decided(app: Flask, hand_in: HandIn, editor: User) -> None:
    """CHECKS 108: both had the page open; the second decision is not carried out."""
    article = hand_in()
    other = client_of(app, make_user("Tweede Redacteur", Role.EDITOR))
    page = other.get(_case(article))
    token = page.attributes("#desk-decide input[name=csrf_token]", "value")[0]
    seen = page.attributes("#desk-decide input[name=seen]", "value")[0]
    client_of(app, editor).post_form(_case(article), {"decision": "approve"})

    sent = {"decision": "refuse", "reason": "Nee.", "csrf_token": token, "seen": seen}
    answer = cast(InspectedResponse, other.post(_case(article), data=sent))

    assert answer.status_code == 409
    assert "Eva Eindredacteur was u voor" in answer.only("[role=alert]")
    assert _state(article) == State.OPEN
    assert len(mails()) == 1


def test_what_changed_after_it_was_seen_is_not_decided(
    desk_client: SignedInClient, hand_in: HandIn, member: User
) -> None:
    """CHECKS 108: the sender took it back and handed in another text."""
    article = hand_in()
    page = desk_client.get(_case(article))
    sent = {name: page.attributes(f"#desk-decide input[name={name}]", "value")[0] for name in ("csrf_token", "seen")}
    with transaction():
        publishing.move(article, State.DRAFT, member)
        publishing.move(article, State.REVIEW, member)

    sent["decision"] = "approve"
    answer = cast(InspectedResponse, desk_client.post(_case(article), data=sent))

    assert answer.status_code == 422
    assert "intussen gewijzigd" in answer.only(".error-summary")
    assert _state(article) == State.REVIEW
    assert desk_client.post_form(_case(article), {"decision": "approve"}).status_code == 303


def test_an_editor_takes_back_what_is_public(
    app: Flask, desk_client: SignedInClient, publish: Callable[..., Article]
) -> None:
    """CHECKS 40: gone for visitors, its author hears why and may change it."""
    article = publish()
    visitor = client_of(app, None)
    assert visitor.get(article.path).status_code == 200

    desk_client.post_form(_case(article), {"decision": "unpublish", "reason": "Er staat een adres in."})

    assert _state(article) == State.DRAFT
    assert visitor.get(article.path).status_code in (404, 410)
    assert "Er staat een adres in." in mails()[-1].text
    assert f"/nieuws/{article.id}/bewerken" in mails()[-1].text


@pytest.mark.parametrize("decision", ["approve", "send_back", "refuse"])
def test_what_is_public_cannot_be_judged_again(
    desk_client: SignedInClient, publish: Callable[..., Article], decision: str
) -> None:
    article = publish()

    assert desk_client.post_form(_case(article), {"decision": decision, "reason": "x"}).status_code == 409
    assert _state(article) == State.OPEN


def test_an_unknown_decision_changes_nothing(desk_client: SignedInClient, hand_in: HandIn) -> None:
    article = hand_in()

    assert desk_client.post_form(_case(article), {"decision": "destroy"}).status_code == 409
    assert _state(article) == State.REVIEW


def test_the_next_case_is_offered(desk_client: SignedInClient, hand_in: HandIn) -> None:
    first, second = hand_in("Eerste", days=3), hand_in("Tweede")
    desk_client.post_form(_case(first), {"decision": "approve"})
    page = desk_client.get(_case(first))

    assert page.attributes(".desk-next a", "href") == [_case(second)]
    assert page.only(".desk-next") == "Volgende: Tweede"


def test_a_ready_made_reason_fills_the_text_and_stays_editable(desk_client: SignedInClient, hand_in: HandIn) -> None:
    """CHECKS 89: without script by its button; a text of one's own is kept."""
    article = hand_in()
    page = desk_client.post_form(_case(article), {"fill": "1", "ready": "2"})

    assert page.status_code == 200
    assert typed(page, "reason").startswith("Uw tekst leest als reclame.")
    own = desk_client.post_form(_case(article), {"fill": "1", "ready": "1", "reason": "Beste Lotte,"})
    assert typed(own, "reason").startswith("Beste Lotte,\n\nUw tekst is nog niet volledig.")
    part = desk_client.post_form(_case(article), {"fill": "1", "ready": "1"}, headers={"HX-Request": "true"})
    assert part.tree.css_first("#desk-decision #reason") is not None
    assert b"<html" not in part.data
    assert _state(article) == State.REVIEW


def test_looking_decides_nothing(desk_client: SignedInClient, hand_in: HandIn) -> None:
    """CHECKS 1 of the traps, 31: HEAD and GET never carry out a decision."""
    article = hand_in()
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        desk_client.open(f"{_case(article)}?decision=approve", method=method)

    assert _state(article) == State.REVIEW


@pytest.mark.parametrize("path", ["/redactie/artikel/999", "/redactie/onzin/1", "/redactie/artikel/0"])
def test_a_case_that_does_not_exist(desk_client: SignedInClient, path: str) -> None:
    assert desk_client.get(path).status_code == 404


@pytest.mark.parametrize("payload", STORED)
def test_no_reason_or_title_becomes_markup(desk_client: SignedInClient, hand_in: HandIn, payload: str) -> None:
    """CHECKS 45, 46: in the case, the queue, the log and the mail."""
    article = hand_in(f"Titel {payload}"[:160], body=payload)
    desk_client.post_form(_case(article), {"decision": "send_back", "reason": f"Reden {payload}"})

    for path in (_case(article), "/redactie/", "/redactie/logboek"):
        tree = desk_client.get(path).tree
        assert not list(tree.css("main script, main iframe, main svg[onload], main img"))
        for node in tree.css("main *"):
            assert not [name for name in node.attributes if name.startswith("on")]
            assert "javascript:" not in (node.attributes.get("href") or "")
    html = mails()[-1].html
    assert "<script" not in html
    assert "<img" not in html
    with transaction() as session:
        session.execute(delete(MailMessage))  # what it quotes looks like faults of ours


def test_what_a_refusal_needs_is_not_called_optional(
    app: Flask, desk_client: SignedInClient, hand_in: HandIn, publish: Callable[..., Article]
) -> None:
    """Neither at the reason of a decision, nor at the explanation of a report, nor where an editor withdraws."""
    article = publish()
    for path, name in (
        (_case(hand_in()), "reason"),
        (f"/melden/artikel/{article.id}", "text"),
        (f"/nieuws/{article.id}/intrekken", "reason"),
    ):
        assert "niet verplicht" not in desk_client.get(path).only(f"label[for={name}]")
    own = client_of(app, article.author).get(f"/nieuws/{article.id}/intrekken")
    assert "niet verplicht" in own.only("label[for=reason]")


def test_the_mail_about_a_claim_names_the_page_and_not_its_reader(desk_client: SignedInClient, member: User) -> None:
    claims.submit_claim(make_organisation(), member, "docent", "")
    (case,) = desk.cases()
    desk_client.post_form(f"/redactie/claim/{case.id}", {"decision": "approve"})

    (mail,) = mails()
    assert mail.subject == "Goedgekeurd: De pagina van Museon beheren"
    assert f"{member.name} wil" not in mail.text
