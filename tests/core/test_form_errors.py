"""What is said about a form that was refused: in the summary, under the field, and in the title of the page."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from portal.core.locale import use_language
from portal.core.web.form_errors import summary_line
from portal.core.web.forms import LineField, PortalForm
from portal.files.fields import PdfField
from tests.people import client_of


class Example(PortalForm):
    name = LineField("Uw naam", most=5)
    title = LineField("Titel", most=5)
    question = LineField("Wat is er mis?", most=5)
    kind = SelectField("Soort", [InputRequired()], choices=[SelectChoice("", "Kies"), SelectChoice("a", "A")])
    agreed = BooleanField("Ik ga akkoord", [InputRequired()])
    report = PdfField("Verslag", [InputRequired()])


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("name", "Vul uw naam in."),
        ("title", "Vul “Titel” in."),
        ("question", "Beantwoord de vraag “Wat is er mis?”."),
        ("kind", "Maak een keuze bij “Soort”."),
        ("agreed", "Vink “Ik ga akkoord” aan."),
        ("report", "Kies een bestand bij “Verslag”."),
    ],
)
def test_an_empty_field_is_named_in_what_is_asked(app: Flask, field: str, message: str) -> None:
    with app.test_request_context(method="POST"), use_language("nl"):
        form = Example(MultiDict(), meta={"csrf": False})
        form.validate()

        assert form[field].errors == [message]
        assert form.summary_line(field, message) == message


@pytest.mark.parametrize(
    ("field", "message", "line"),
    [
        ("title", "Dit is 2 tekens te lang.", "Titel: dit is 2 tekens te lang."),
        ("title", "Kies een andere titel.", "Kies een andere titel."),
        ("title", "Kies andere ondertitels.", "Titel: kies andere ondertitels."),
        ("title", "PDF kan hier niet.", "Titel: PDF kan hier niet."),
        ("title", "“Mijn foto.jpg”: te groot.", "Titel: “Mijn foto.jpg”: te groot."),
        ("question", "Gebruik minstens 3 tekens.", "Wat is er mis? Gebruik minstens 3 tekens."),
    ],
)
def test_the_summary_joins_a_field_and_its_message_into_one_sentence(
    app: Flask, field: str, message: str, line: str
) -> None:
    with app.test_request_context():
        assert summary_line(Example(meta={"csrf": False})[field], message) == line


def test_the_title_of_a_refused_form_begins_with_the_word_error(app: Flask) -> None:
    client, path = client_of(app, None), "/account/registreren"
    fresh, refused = client.get(path), client.post_form(path, {"name": ""})

    assert refused.status_code == 422
    assert refused.only("title") == f"Fout: {fresh.only('title')}"
    assert refused.only("h1") == fresh.only("h1")
    assert refused.attributes("[property='og:title']", "content") == [fresh.only("h1")]
    assert client.post_form(f"/en{path}", {"name": ""}).only("title").startswith("Error: ")
