"""Before sending, every form says who looks at what is written and how long that takes; the button says so too."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.publishing.models import State, StateChange
from tests.community.people import make_organisation
from tests.people import client_of

FORMS = ("/vraag-en-aanbod/nieuw", "/agenda/nieuw", "/nieuws/insturen")
JUDGED = "De redactie bekijkt uw tekst eerst, meestal binnen twee werkdagen. U krijgt een mail met het besluit."
AT_ONCE = "Uw tekst staat meteen op de site."
SENDING = "main .form-actions button:first-of-type"


@pytest.mark.parametrize("path", FORMS)
def test_a_new_member_sends_to_the_editors(app: Flask, member: User, path: str) -> None:
    page = client_of(app, member).get(path)

    assert JUDGED in page.texts("form .notice")
    assert page.texts(SENDING)[0] == "Stuur naar de redactie"


@pytest.mark.parametrize("path", FORMS)
def test_an_editor_places_and_is_not_told_of_editors_or_mail(app: Flask, editor: User, path: str) -> None:
    page = client_of(app, editor).get(path)

    assert page.texts(SENDING)[0] == "Plaats"
    assert AT_ONCE in page.texts("form .notice")[-1]
    assert "mail" not in page.texts("form .notice")[-1]
    assert "redactie" not in page.only(".page-head")


@pytest.mark.parametrize("path", FORMS)
def test_a_signatory_reads_for_which_organisation_it_is_public_at_once(app: Flask, signatory: User, path: str) -> None:
    page = client_of(app, signatory).get(path)

    assert page.texts(SENDING)[0] == "Verstuur"
    assert "Namens Vakschool Haagse Bocht staat het meteen op de site." in page.texts("form .notice")[-1]
    assert "redactie" not in page.only(".page-head")


def test_who_was_approved_twice_places_posts_but_still_sends_events_in(app: Flask, member: User) -> None:
    with transaction() as session:
        for number in (1, 2):
            step = StateChange(subject_type="post", subject_id=number, from_state=State.REVIEW, to_state=State.OPEN)
            step.author_id = member.id
            session.add(step)
    client = client_of(app, member)

    assert client.get(FORMS[0]).texts(SENDING)[0] == "Plaats"
    assert client.get(FORMS[1]).texts(SENDING)[0] == "Stuur naar de redactie"


def test_who_asks_to_manage_a_page_reads_who_decides(app: Flask, member: User) -> None:
    make_organisation()
    page = client_of(app, member).get("/organisaties/museon/claimen")

    assert "De redactie controleert eerst of dat klopt, meestal binnen twee werkdagen." in page.only(".page-intro")
    assert "Stuur naar de redactie" in page.texts("main button")


def test_members_see_no_preferences_that_only_editors_have(app: Flask, member: User, editor: User) -> None:
    """Not shown, and not to be chosen either."""
    overdue = "Als er iets te lang wacht bij de redactie"
    mine = client_of(app, member).get("/account/mail")

    assert overdue not in mine.only("main")
    offered = set(mine.attributes("main form [name]", "name"))
    every = set(client_of(app, editor).get("/account/mail").attributes("main form [name]", "name"))
    assert len(every - offered) == sum(kind.for_editors for kind in kinds.refusable(for_editor=True))
    assert overdue in client_of(app, editor).get("/account/mail").only("main")
