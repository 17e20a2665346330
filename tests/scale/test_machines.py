"""Two machines that serve, two that work, one portal: by settings alone."""

from collections import Counter

import pytest

from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import services as mail
from portal.mail.models import MailMessage, MailState
from tests.mail.postbox import Postbox
from tests.people import PASSWORD
from tests.scale.cluster import BOARD, Browser, Cluster, known_person, place, until, upload_photo

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]


def test_a_post_on_one_machine_is_found_on_the_other(cluster: Cluster, editor: Browser) -> None:
    """DESIGN, O4: on the board at once, and by searching; how soon is measured by `make bench-pages`."""
    visitor = cluster.browser(1)
    until(lambda: visitor.get("/zoeken?q=stage").status_code == 200)
    assert "lasrobot" not in visitor.get(BOARD).text
    assert visitor.tree("/zoeken?q=lasrobot").css_first("mark") is None
    assert place(editor, "Les met een lasrobot").status_code == 303

    assert "lasrobot" in visitor.get(BOARD).text
    until(lambda: visitor.tree("/zoeken?q=lasrobot").css_first("mark") is not None)


def test_who_signs_in_on_one_machine_is_signed_in_on_the_other_and_out_on_both(cluster: Cluster) -> None:
    """CHECKS 22."""
    person = known_person("lotte@example.org")
    first = cluster.browser(0)
    assert first.sign_in(person.email, PASSWORD).status_code == 303
    second = cluster.browser(1, first.cookies)
    assert second.get("/account/bijdragen").status_code == 200

    token = first.cookies.get("session")
    second.post_form("/account/uitloggen", {})
    stale = cluster.browser(0)
    stale.cookies.set("session", token)
    assert stale.get("/account/bijdragen").status_code == 303


def test_guesses_on_both_machines_count_together(cluster: Cluster) -> None:
    """CHECKS 1, 5: eleven in a minute are too many, wherever each arrived."""
    person = known_person("raad@example.org")
    answers = [cluster.browser(number % 2).sign_in(person.email, "geraden wachtwoord") for number in range(11)]

    assert [answer.status_code for answer in answers[:10]] == [422] * 10
    assert answers[10].status_code == 429
    assert 0 < int(answers[10].headers["Retry-After"]) <= 61
    assert cluster.browser(1).sign_in(person.email, PASSWORD).status_code == 429


def test_a_file_sent_to_one_machine_is_served_by_the_other(cluster: Cluster) -> None:
    """CHECKS 71: with the same rules and the same closed headers."""
    person = known_person("foto@example.org")
    first = cluster.browser(0)
    first.sign_in(person.email, PASSWORD)
    path = upload_photo(first)

    mine = cluster.browser(1, first.cookies).get(path)
    assert mine.status_code == 200
    assert mine.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in mine.headers["Content-Security-Policy"]
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert cluster.browser(1).get(path).status_code == 404


def test_two_workers_send_each_mail_once(cluster: Cluster, postbox: Postbox) -> None:
    """CHECKS 112: rows are claimed, not shared."""
    names = [f"post{number}" for number in range(60)]
    with transaction():
        for name in names:
            mail.send("mail.trial", f"{name}@example.org", "trial", unique=f"machines:{name}")

    def all_sent() -> bool:
        db.session.rollback()
        waiting = db.session.query(MailMessage).filter(MailMessage.state != MailState.SENT)
        return waiting.filter(MailMessage.unique_key.startswith("machines:")).count() == 0

    until(all_sent)
    arrived = Counter(address for address in postbox.addressees if address.startswith("post"))
    assert arrived == Counter({f"{name}@example.org": 1 for name in names})
