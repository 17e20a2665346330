"""Documents that come in: real ones are read, those that do something are refused (CHECKS 65)."""

import pytest
from flask import Flask

from portal.files import pdfs
from portal.files.pdfs import MAX_PAGES, prepare_pdf
from portal.files.uploads import BadUpload
from tests.files import makers
from tests.files.makers import SCRIPT, upload


def refusal(app: Flask, content: bytes, name: str = "stuk.pdf") -> str:
    """Return what is said about a document that is not taken."""
    with app.test_request_context("/"), pytest.raises(BadUpload) as refused:
        prepare_pdf(upload(content, name))
    return str(refused.value)


def test_a_document_is_counted_and_read(app: Flask) -> None:
    made = prepare_pdf(upload(makers.pdf("Stageplaatsen techniek", pages=3), "Plan van 2026.PDF", "application/pdf"))

    assert (made.pages, made.media_type) == (3, "application/pdf")
    assert (made.text or "").count("Stageplaatsen techniek") == 3


@pytest.mark.parametrize(
    "content",
    [
        makers.pdf_with_javascript(),
        makers.pdf_with_attachment(),
        makers.pdf_with_launch(),
        makers.pdf_with_hidden_javascript(),
    ],
    ids=["javascript", "attachment", "launch", "escaped name"],
)
def test_one_that_does_something_is_refused(app: Flask, content: bytes) -> None:
    """CHECKS 65, 66."""
    assert "script, een bijlage" in refusal(app, content)


def test_one_with_a_password_is_refused(app: Flask) -> None:
    assert "wachtwoord" in refusal(app, makers.pdf_with_password())


def test_one_of_too_many_pages_is_refused(app: Flask) -> None:
    assert str(MAX_PAGES) in refusal(app, makers.pdf(pages=MAX_PAGES + 1))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + SCRIPT * 20,
        b"%PDF-1.7\n%%EOF",
        makers.pdf()[:300],
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF",
        b"%PDF-1.4\ntrailer << /Prev 0 /Size 99999999999 /Root 9 9 R >>\nstartxref\n9\n%%EOF",
    ],
    ids=["html", "nothing", "truncated", "pages that turn in circles", "no table"],
)
def test_a_broken_one_is_refused(app: Flask, content: bytes) -> None:
    """CHECKS 65."""
    assert "beschadigd" in refusal(app, content)


@pytest.mark.parametrize("content", [makers.SVG, makers.picture(), makers.EPS, b"  " + makers.pdf()])
def test_what_is_no_pdf_is_refused(app: Flask, content: bytes) -> None:
    """CHECKS 65."""
    assert "geen pdf" in refusal(app, content)


@pytest.mark.parametrize("name", ["stuk.html", "stuk.jpg", "stuk.pdf.exe"])
def test_one_that_is_labelled_as_something_else_is_refused(app: Flask, name: str) -> None:
    """CHECKS 65."""
    assert "past niet bij de inhoud" in refusal(app, makers.pdf(), name)


def test_one_on_which_the_inspector_hangs_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process has a limit of time: whatever a file does to it, the visitor gets an answer."""
    monkeypatch.setattr(pdfs, "SECONDS", 0.01)

    assert "beschadigd" in refusal(app, makers.pdf())
