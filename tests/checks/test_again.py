"""The field `again` shows a form once more, filled in: what somebody mischievous may try with it, for every form.

It is answered as a GET, so it must do no more than one: whatever stands in the form, and whoever sends it.
"""

from typing import Any

import pytest

from tests.checks import eyes
from tests.checks.forms import FORMS, Form, forms
from tests.checks.payloads import MARK, REFLECTED
from tests.world import World, world

__all__ = ["world"]

PLACES = ("/vraag-en-aanbod/", "/agenda/", "/nieuws/", "/organisaties/", "/account/inloggen", "/nergens", "/zoeken")
ODD = ("", "x" * 10_000, "9" * 400, "-1", "é\u202e", "2026-02-30", "None", "../..", "true", "[]", "1e9")
OUR_OWN = ("<img src='data:image/", "<a href='otpauth://")
"""The code that an app for the second step reads."""
ADDRESSES = [payload for payload in REFLECTED if payload.startswith(("javascript:", "//"))]
HTMX = {"HX-Request": "true"}


def names_of(form: Form) -> list[str]:
    return list(dict.fromkeys([*form.data, *form.texts, *form.files, *form.secrets, "next", "do", "decision", "files"]))


def again(client: Any, address: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(address, data={**data, "again": "1"}, **more)


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_form_shown_again_changes_nothing_whatever_stands_in_it(world: World, endpoint: str) -> None:
    """Every button, odd values, several of one name, and both marks: an answer without failure, and no row changed."""
    for _kind, client, form in list(forms(world, endpoint)):
        before = world.dump()
        names = names_of(form)
        texts = [{**form.data, **dict.fromkeys(names, value)} for value in ODD]
        texts += [
            {**form.data, "do": button} for button in ("verstuur", "wijzig", "bewaar", "voorbeeld", "weg-x", "meer")
        ]
        texts += [{**form.data, "decision": "approve"}, {name: ["een", "twee"] for name in names}]
        for data in texts:
            data.pop("csrf_token", None)
            answer = again(client, form.address, data)
            assert answer.status_code < 500, f"{form.address}: {data}"
            assert "no-store" in answer.headers["Cache-Control"], form.address
        assert not world.changes_since(before), f"{form.address} changed something"


def answers(world: World, client: Any, form: Form, text: str) -> list[Any]:
    """Return what comes of a text in every field: the form again, for a wrong token, and without a session."""
    data: dict[str, Any] = {**dict.fromkeys(names_of(form), text), text: "x"}
    return [
        again(client, form.address, data),
        client.post(form.address, data=data),
        again(world.client("visitor"), form.address, data),
    ]


@pytest.mark.parametrize("endpoint", FORMS)
def test_what_is_carried_stays_text(world: World, endpoint: str) -> None:
    """On the form that is shown again, and on the page that carries it; also as names of fields."""
    for _kind, client, form in list(forms(world, endpoint)):
        harmless = [one for text in ("iets", "iets\nmeer") for one in answers(world, client, form, text)]
        known = eyes.vocabulary(one.get_data(as_text=True) for one in harmless)
        for payload in {*ADDRESSES, REFLECTED[FORMS.index(endpoint) % len(REFLECTED)]}:
            for answer in answers(world, client, form, payload):
                assert "evil.example" not in (answer.location or "").partition("?")[0]
                if answer.mimetype == "text/html" and not answer.location:
                    faults = eyes.faults(answer.get_data(as_text=True), known)
                    found = [fault for fault in faults if not fault.startswith(OUR_OWN)]
                    assert found == [], f"{form.address}: {payload}"


@pytest.mark.parametrize("path", PLACES)
def test_a_page_that_is_the_same_for_all_is_not_kept_when_somebody_sends_it_a_form(world: World, path: str) -> None:
    for kind in ("visitor", "member"):
        client = world.client(kind)
        answer = again(client, path, {"title": MARK})
        assert answer.status_code in (200, 303, 404, 405)
        assert "no-store" in answer.headers["Cache-Control"], path
        assert MARK not in client.get(path).get_data(as_text=True)


def test_the_log_holds_nothing_of_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for address in ("/nieuws/insturen", "/account/inloggen", "/nergens"):
        again(world.client("visitor"), address, {"title": f"geheim {MARK}", "email": f"{MARK}@example.org"})

    assert MARK not in capsys.readouterr().err


def test_a_wrong_place_stays_refused(world: World) -> None:
    """The field gives nobody the page of another, and no editor's page to a member."""
    for path, status in (("/redactie/artikel/1", 403), ("/beheer/gebruikers/1", 403), ("/beheer/mail/1/opnieuw", 400)):
        assert again(world.client("member"), path, {"title": MARK}).status_code == status
    edit = f"/vraag-en-aanbod/{world.arguments['post_id']}/bewerken"
    for headers in ({}, HTMX):
        answer = again(world.client("other"), edit, {"title": MARK}, headers=headers)
        assert answer.status_code == 403
        assert "Iets moois" not in answer.get_data(as_text=True)
