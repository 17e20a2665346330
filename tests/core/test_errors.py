"""Every error is a page in Dutch that says what to do, and none shows what is under the bonnet."""

import sqlite3

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from portal.core.web.access import public
from tests.fixtures import InspectingClient

STATUSES = [400, 401, 403, 404, 405, 413, 422, 429, 500, 503]


@pytest.fixture
def failing(app: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return an application that shows errors as it does when serving."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "TESTING", False)
    return app


def answer_with(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception | int) -> None:
    """Make the page of privacy fail."""

    @public
    def fail() -> None:
        if isinstance(error, int):
            abort(error)
        raise error

    monkeypatch.setitem(app.view_functions, "pages.privacy", fail)


@pytest.mark.parametrize("status", STATUSES)
def test_each_error_has_a_page_that_says_what_to_do(
    failing: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    answer_with(failing, monkeypatch, status)
    response = client.get("/privacy/")

    assert response.status_code == status
    assert response.only("h1")
    assert response.tree.css("main a[href='/']")
    assert response.headers["Cache-Control"] == "no-store"


def test_an_unexpected_error_shows_nothing_of_itself(
    failing: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(failing, monkeypatch, RuntimeError("the password is hunter2"))
    response = client.get("/privacy/")

    assert response.status_code == 500
    assert not any(word in response.get_data(as_text=True) for word in ("hunter2", "Traceback", "RuntimeError", ".py"))


def test_a_busy_database_asks_to_come_back(
    failing: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
    answer_with(failing, monkeypatch, busy)
    response = client.get("/privacy/")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_errors_speak_english_under_en(client: InspectingClient) -> None:
    assert client.get("/en/nergens").only("h1") == "This page does not exist"
    assert client.get("/nergens").only("h1") == "Deze pagina bestaat niet"
