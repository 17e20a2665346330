"""Reports: by members and visitors, about content and persons, and what the editors do with them."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.desk.models import Report, ReportState
from portal.newsflash.models import Article
from portal.publishing import desk
from portal.publishing.models import State
from tests.desk.conftest import HandIn, mails, typed
from tests.people import SignedInClient, client_of

FILLED = {"ground": "untrue", "text": "De datum klopt niet."}


def reports() -> list[Report]:
    """Return every report, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_a_visitor_reports_an_article(app: Flask, publish: Callable[..., Article], desk_client: SignedInClient) -> None:
    article = publish()
    visitor = client_of(app, None)
    answer = visitor.post_form(f"/melden/artikel/{article.id}", {**FILLED, "email": "wie@example.org"})

    assert answer.status_code == 303
    assert visitor.get(answer.location).only("h1") == "Bedankt voor uw melding"
    (report,) = reports()
    assert (report.title, report.reporter_id, report.wants_answer) == ("Al gepubliceerd", None, True)
    assert "Al gepubliceerd" in desk_client.get("/redactie/").only(".desk-case")
    assert "De datum klopt niet." in desk_client.get(f"/redactie/melding/{report.id}").only("main")


def test_the_reporter_hears_what_was_done_and_the_address_is_forgotten(
    app: Flask, publish: Callable[..., Article], desk_client: SignedInClient
) -> None:
    client_of(app, None).post_form(f"/melden/artikel/{publish().id}", {**FILLED, "email": "wie@example.org"})
    (report,) = reports()
    desk_client.post_form(f"/redactie/melding/{report.id}", {"decision": "refuse", "reason": "De datum klopt wel."})

    (mail,) = mails("desk.report")
    assert mail.address == "wie@example.org"
    assert "De datum klopt wel." in mail.text
    (report,) = reports()
    assert (report.state, report.reporter_email) == (ReportState.DISMISSED, None)


def test_who_did_not_ask_gets_no_mail(
    app: Flask, publish: Callable[..., Article], desk_client: SignedInClient, other_member: User
) -> None:
    client_of(app, other_member).post_form(f"/melden/artikel/{publish().id}", FILLED)
    desk_client.post_form(f"/redactie/melding/{reports()[0].id}", {"decision": "approve"})

    assert reports()[0].state == ReportState.HANDLED
    assert mails("desk.report") == []


def test_what_was_reported_is_taken_off_in_one_go(
    app: Flask, publish: Callable[..., Article], desk_client: SignedInClient, other_member: User, member: User
) -> None:
    article = publish()
    client_of(app, other_member).post_form(f"/melden/artikel/{article.id}", {**FILLED, "wants_answer": "y"})
    path = f"/redactie/melding/{reports()[0].id}"
    assert desk_client.post_form(path, {"decision": "unpublish"}).status_code == 422
    assert desk_client.post_form(path, {"decision": "unpublish", "reason": "Klopt niet."}).status_code == 303

    db.session.refresh(article)
    assert article.state == State.DRAFT
    assert reports()[0].state == ReportState.HANDLED
    assert [mail.address for mail in mails()] == [member.email]
    assert [mail.address for mail in mails("desk.report")] == [other_member.email]
    assert other_member.name not in mails()[0].text


def test_a_person_can_be_reported(app: Flask, member: User, other_member: User, desk_client: SignedInClient) -> None:
    """CHECKS 116: a visitor does not learn who belongs to a number."""
    path = f"/melden/persoon/{member.id}"
    assert member.name not in client_of(app, None).get(path).get_data(as_text=True)
    client_of(app, other_member).post_form(path, FILLED)

    assert member.name in desk_client.get(f"/redactie/melding/{reports()[0].id}").only("h1")


@pytest.mark.parametrize("kind", ["artikel", "melding", "claim", "onzin"])
def test_only_what_is_public_can_be_reported(app: Flask, hand_in: HandIn, kind: str) -> None:
    """CHECKS 40: a report tells nothing about what is not public."""
    article = hand_in()

    assert client_of(app, None).get(f"/melden/{kind}/{article.id}").status_code == 404


def test_what_must_be_filled_in(app: Flask, publish: Callable[..., Article]) -> None:
    path = f"/melden/artikel/{publish().id}"
    visitor = client_of(app, None)

    assert visitor.post_form(path, {}).status_code == 422
    assert visitor.post_form(path, {"ground": "other"}).only("#text-error").endswith("Vertel wat er niet goed is.")
    answer = visitor.post_form(path, {"ground": "untrue", "email": "een@x.nl, twee@x.nl", "text": "Mijn uitleg"})
    assert answer.status_code == 422
    assert typed(answer, "text") == "Mijn uitleg"
    assert reports() == []


def test_a_machine_thinks_it_reported(app: Flask, publish: Callable[..., Article]) -> None:
    answer = client_of(app, None).post_form(f"/melden/artikel/{publish().id}", {**FILLED, "homepage": "spam"})

    assert answer.status_code == 303
    assert reports() == []


def test_a_form_sent_twice_is_one_report(app: Flask, publish: Callable[..., Article]) -> None:
    """CHECKS 107."""
    path, visitor = f"/melden/artikel/{publish().id}", client_of(app, None)
    page = visitor.get(path)
    sent = {name: page.attributes(f"main input[name={name}]", "value")[0] for name in ("csrf_token", "once")}
    for _again in range(3):
        visitor.post(path, data={**sent, **FILLED})

    assert len(reports()) == 1


def test_reporting_has_a_limit(app: Flask, publish: Callable[..., Article]) -> None:
    """CHECKS 1, 2 for reports: whatever address a header claims."""
    path, visitor = f"/melden/artikel/{publish().id}", client_of(app, None)
    answers = [
        visitor.post_form(path, FILLED, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(7)
    ]

    assert answers == [303] * 6 + [429]


def test_a_report_without_token_is_refused(app: Flask, publish: Callable[..., Article]) -> None:
    """CHECKS 28."""
    path = f"/melden/artikel/{publish().id}"

    assert client_of(app, None).post(path, data=FILLED).status_code in (400, 403)
    assert reports() == []


def test_reports_count_in_the_queue(app: Flask, publish: Callable[..., Article]) -> None:
    client_of(app, None).post_form(f"/melden/artikel/{publish().id}", FILLED)

    assert desk.waiting_count() == 1


def test_a_hostile_report_is_text(app: Flask, publish: Callable[..., Article], desk_client: SignedInClient) -> None:
    """CHECKS 45: in the case and in the log."""
    hostile = {"ground": "other", "text": "<script>alert(1)</script><img src=x onerror=alert(1)>"}
    client_of(app, None).post_form(f"/melden/artikel/{publish().id}", hostile)
    for path in (f"/redactie/melding/{reports()[0].id}", "/redactie/logboek"):
        assert desk_client.get(path).tree.css("main script, main img") == []


def test_each_kind_of_thing_has_reasons_of_its_own(
    app: Flask, publish: Callable[..., Article], member: User, other_member: User
) -> None:
    article, reader = publish(), client_of(app, other_member)
    about_text, about_person = reader.get(f"/melden/artikel/{article.id}"), reader.get(f"/melden/persoon/{member.id}")

    assert about_text.only("h1") == "Meld dit artikel"
    assert about_person.only("h1") == "Meld deze persoon"
    assert "Er staat een fout in het artikel" in about_text.texts("#ground label")
    assert "Deze persoon doet zich voor als iemand anders" in about_person.texts("#ground label")
    assert set(about_text.texts("#ground label")) & set(about_person.texts("#ground label")) == {"Iets anders"}
    impostor = reader.post_form(f"/melden/artikel/{article.id}", {"ground": "impostor"})
    assert impostor.status_code == 422


def test_a_report_names_what_it_is_about_everywhere(
    app: Flask, publish: Callable[..., Article], desk_client: SignedInClient
) -> None:
    article, visitor = publish("Het verhaal"), client_of(app, None)
    sent = visitor.post_form(f"/melden/artikel/{article.id}", FILLED)

    assert "Het verhaal" in visitor.get(sent.location).only(".page-intro")
    assert desk_client.get("/redactie/").only(".desk-case .kicker") == "Melding over een artikel"
    page = desk_client.get(f"/redactie/melding/{reports()[0].id}")
    assert page.only(".sheet-head .kicker") == "Melding over een artikel"
    assert "Er klonk een tik." in page.texts(".desk-preview")[1]
    assert f"/nieuws/{article.id}/bewerken" in page.attributes("#desk-decide a", "href")


def test_before_sending_the_form_says_who_looks_at_it(
    app: Flask, publish: Callable[..., Article], desk_client: SignedInClient
) -> None:
    path = f"/melden/artikel/{publish().id}"
    visitor = client_of(app, None).get(path)

    assert "Die bekijkt de melding binnen twee werkdagen" in visitor.only(".page-head")
    assert "Stuur de melding naar de redactie" in visitor.texts("main button")
    assert "Uw collega’s zien de melding daar ook" in desk_client.get(path).only(".page-head")
