"""An editor changes a text that waits: log and case say what, and the sender reads it with the decision."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.core.extensions import db
from portal.newsflash.models import Article
from portal.publishing import changes
from tests.desk.conftest import HandIn, mails
from tests.people import SignedInClient, client_of

BODY = "Er klonk een tik.\n\nDe machine stond stil."


@pytest.fixture
def changed(desk_client: SignedInClient, hand_in: HandIn) -> Article:
    """An article that waits, in which an editor changed the title and one paragraph."""
    article = hand_in("Een tik", body=BODY)
    new = {"title": "De tik van negen uur", "body": BODY.replace("stil", "een uur stil"), "do": "wijzig"}
    answer = desk_client.post_form(f"/nieuws/{article.id}/bewerken", new)
    assert answer.status_code == 303
    return article


def test_the_log_says_what_was_changed_and_into_what(changed: Article, editor: User) -> None:
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "article.changed")).one()
    rows = {row.label: (row.before, row.after) for row in changes.changes_of_entry(entry)}

    assert entry.actor_id == editor.id
    assert rows == {
        "Titel": ("Een tik", "De tik van negen uur"),
        "Tekst": ("De machine stond stil.", "De machine stond een uur stil."),
    }


def test_the_case_and_the_log_show_it(desk_client: SignedInClient, changed: Article) -> None:
    for path in (f"/redactie/artikel/{changed.id}", "/redactie/logboek"):
        page = desk_client.get(path)
        assert page.texts(".desk-changes del") == ["Een tik", "De machine stond stil."]
        assert page.texts(".desk-changes ins") == ["De tik van negen uur", "De machine stond een uur stil."]


def test_the_sender_reads_it_with_the_decision_and_not_before(desk_client: SignedInClient, changed: Article) -> None:
    assert mails() == mails("article.changed") == []
    desk_client.post_form(f"/redactie/artikel/{changed.id}", {"decision": "approve"})

    (mail,) = mails()
    for text in (mail.text, mail.html):
        assert "De redactie heeft dit in uw tekst aangepast" in text
        assert "De machine stond een uur stil." in text
        assert "Een tik" in text


def test_what_the_sender_changed_is_not_told_to_the_sender(
    app: Flask, desk_client: SignedInClient, hand_in: HandIn, member: User
) -> None:
    article = hand_in("Een tik", body=BODY)
    client_of(app, member).post_form(f"/nieuws/{article.id}/bewerken", {"title": "Mijn tik", "do": "wijzig"})
    desk_client.post_form(f"/redactie/artikel/{article.id}", {"decision": "approve"})

    (mail,) = mails()
    assert "aangepast" not in mail.text
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "article.changed")).all() == []


def test_an_editor_is_not_told_what_the_sender_is_told(
    app: Flask, desk_client: SignedInClient, hand_in: HandIn, member: User
) -> None:
    article = hand_in("Een tik", body=BODY)
    edit = f"/nieuws/{article.id}/bewerken"
    assert "wat u hebt gewijzigd" in desk_client.get(edit).only("form .notice")
    after = desk_client.post_form(edit, {"title": "Beter", "do": "wijzig"})
    told = desk_client.get(after.location).only("p.notice[role=status]")
    assert "Bij het besluit leest de inzender wat u hebt gewijzigd" in told
    assert "u krijgt een mail" not in told

    own = client_of(app, member)
    after = own.post_form(edit, {"lead": "Korter.", "do": "wijzig"})
    assert "U krijgt een mail" in own.get(after.location).only("p.notice[role=status]")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("een", "twee", ("een", "twee")),
        ("a\nb\nc", "a\nx\nc", ("b", "x")),
        ("a\nc", "a\nb\nc", ("", "b")),
        ("", "nieuw", ("", "nieuw")),
        ("weg", "", ("weg", "")),
    ],
)
def test_only_the_lines_that_differ_are_told(before: str, after: str, told: tuple[str, str]) -> None:
    assert changes.differing_lines(before, after) == told


def test_wijzigen_stands_beside_the_decision(
    desk_client: SignedInClient, hand_in: HandIn, publish: Callable[..., Article]
) -> None:
    waiting = hand_in("Wacht")
    page = desk_client.get(f"/redactie/artikel/{waiting.id}")

    assert f"/nieuws/{waiting.id}/bewerken" in page.attributes("#desk-decide a", "href")
    assert page.only("#desk-decide a") == "Wijzigen"


def test_on_the_page_of_what_waits_an_editor_is_led_to_the_desk(
    app: Flask, desk_client: SignedInClient, hand_in: HandIn, member: User
) -> None:
    article = hand_in("Wacht")
    mine, theirs = client_of(app, member).get(article.path), desk_client.get(article.path)

    assert "Alleen u en de redactie zien deze pagina" in mine.only(".tools-state")
    assert "Alleen de inzender en de redactie zien deze pagina." in theirs.only(".tools-state")
    assert theirs.attributes(".tools-state a", "href") == [f"/redactie/artikel/{article.id}"]
    assert mine.attributes(".tools-state a", "href") == []
