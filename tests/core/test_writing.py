"""What every form does with what people type."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.core.locale import use_language
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.web.forms import LineField, PortalForm, ProseField, safe_next

TRICKS = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%0d%0aSet-Cookie:x\r\n",
    "/\n/evil.example",
    "@evil.example",
    "evil.example",
    "/\x00",
    "",
    "/" + "a" * 5000,
]


@pytest.mark.parametrize("path", TRICKS)
def test_the_next_page_is_never_elsewhere(path: str) -> None:
    """CHECKS 33."""
    assert safe_next(path, "/home") == "/home"


@pytest.mark.parametrize("path", ["/", "/agenda/", "/vraag-en-aanbod/?soort=vraag&q=a%20b", "/x?next=//y"])
def test_a_path_of_ours_is_followed(path: str) -> None:
    assert safe_next(path) == path


class Example(PortalForm):
    title = LineField("Titel", most=5)
    text = ProseField("Tekst", most=20, least=3, required=False)


def sent(app: Flask, **data: str) -> Example:
    with app.test_request_context(method="POST"), use_language("nl"):
        form = Example(MultiDict(data), meta={"csrf": False})
        form.validate()
        [str(message) for messages in form.errors.values() for message in messages]
        return form


def test_text_is_tidied_before_it_is_judged(app: Flask) -> None:
    """CHECKS 59: one Unicode form, nothing invisible."""
    form = sent(app, title="  Cafe\u0301\u200b \u202e ")

    assert (form.title.data, form.errors) == ("Café", {})


def test_messages_say_what_to_do_in_dutch(app: Flask) -> None:
    assert sent(app, title="").title.errors == ["Vul “Titel” in."]
    assert sent(app, title="zeven tekens").title.errors == ["Dit is 7 tekens te lang: gebruik er hooguit 5."]
    assert sent(app, title="goed", text="ab").text.errors == ["Gebruik minstens 3 tekens."]


def test_what_was_made_with_a_key_is_made_once(app: Flask) -> None:
    """CHECKS 107."""
    with transaction():
        assert idempotency.stored_result(7, "post", "key") is None
        idempotency.store_result(7, "post", "key", "/made")

    assert idempotency.stored_result(7, "post", "key") == "/made"
    assert idempotency.stored_result(8, "post", "key") is None
    assert idempotency.stored_result(7, "post", "") is None
