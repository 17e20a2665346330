"""Fixtures for applications with a real database on disk, and clients that check every answer."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask.wrappers import Response
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.mail.models import MailMessage
from portal.operations import demo, demo_people, schema
from portal.search.indexing import indexer
from tests.databases import POSTGRES, empty_tables, hang_up
from tests.mail import parity
from tests.seeds import copy_seed

SiteOn = Callable[[str], Flask]
BARE_HTMX = ("hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger")


class InspectedResponse(Response):
    """An answer with its parsed HTML and helpers to read it."""

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the parsed page."""
        return LexborHTMLParser(self.get_data(as_text=True))

    def texts(self, selector: str) -> list[str]:
        """Return the text of every match, with white space collapsed."""
        return [" ".join(node.text().split()) for node in self.tree.css(selector)]

    def only(self, selector: str) -> str:
        """Return the text of the only match."""
        (only,) = self.texts(selector)
        return only

    def attributes(self, selector: str, name: str) -> list[str]:
        """Return an attribute of every match that has it."""
        return [value for node in self.tree.css(selector) if (value := node.attributes.get(name)) is not None]


class InspectingClient(FlaskClient):
    """A client that checks each HTML answer: one h1, unique ids, no bare htmx attributes, no <html> in fragments."""

    def get(self, *args: Any, **kwargs: Any) -> InspectedResponse:  # type: ignore[override]  # what the site answers
        """Make a GET request."""
        return self.open(*args, **kwargs, method="GET")

    def head(self, *args: Any, **kwargs: Any) -> InspectedResponse:  # type: ignore[override]  # likewise
        """Make a HEAD request."""
        return self.open(*args, **kwargs, method="HEAD")

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make a request and check the answer."""
        if has_app_context():
            g.__dict__.clear()  # the requests of a test share its application context, and so `g`
        response: Any = super().open(*args, **kwargs)
        packed = "Content-Encoding" in response.headers
        if response.mimetype == "text/html" and response.status_code != 304 and response.get_data() and not packed:
            inspect(response, fragment="HX-Request" in dict(kwargs.get("headers") or {}))
        return response


def inspect(response: InspectedResponse, *, fragment: bool) -> None:
    """Fail when an answer breaks a rule for all pages."""
    source = response.get_data(as_text=True)
    ids = response.attributes("[id]", "id")
    assert len(ids) == len(set(ids)), f"repeated ids: {sorted({name for name in ids if ids.count(name) > 1})}"
    assert not any(f" {name}=" in source for name in BARE_HTMX), "write data-hx-…"
    assert " style=" not in source, "inline style"
    assert refused_though_optional(response.tree) == [], "“(niet verplicht)” stands at what is refused"
    whole = "<html" in source
    if whole:
        assert len(response.tree.css("h1")) == 1
        assert response.only("h1") in response.only("title")
    else:
        assert fragment, "a fragment answered a plain request"


def refused_though_optional(tree: LexborHTMLParser) -> list[str]:
    """Return the labels of empty fields that have an error although they are labelled "not required"."""
    found = []
    for field in tree.css(".field.has-error"):
        control, optional = field.css_first("input, textarea"), field.css_first(".field-optional")
        if control is None or optional is None or control.attributes.get("type") in ("checkbox", "radio", "file"):
            continue
        if not (control.attributes.get("value") or control.text().strip()):
            found.append(field.text().strip()[:60])
    return found


@pytest.fixture(scope="session")
def site_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteOn]:
    """Return a function that returns the application on a database, one per test process."""
    sites: dict[str, Flask] = {}

    def find(database: str) -> Flask:
        if database not in sites:
            url = request.getfixturevalue("make_database")("site") if database == POSTGRES else None
            sites[database] = make_application(tmp_path_factory.mktemp("instance"), url)
        return sites[database]

    yield find
    for one in sites.values():
        hang_up(one)


@pytest.fixture(scope="session")
def site(site_on: SiteOn, main_database: str) -> Flask:
    """Return the application for tests that do not depend on the database."""
    return site_on(main_database)


@pytest.fixture
def app(site_on: SiteOn, database: str) -> Iterator[Flask]:
    """Return the application with empty tables and an application context."""
    site = site_on(database)
    with site.app_context():
        empty_tables()
        yield site
        db.session.rollback()
        faults = [fault for mail in db.session.scalars(select(MailMessage)) for fault in parity.faults(mail)]
        db.session.remove()
    assert not faults, f"a mail that this test queued: {faults}"


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """Return the client of a visitor."""
    return cast(InspectingClient, app.test_client())


@pytest.fixture(scope="session")
def demo_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, main_database: str
) -> Iterator[Flask]:
    """Return an application with the demo loaded and indexed; tests must not change it."""
    instance = tmp_path_factory.mktemp("demo")
    if main_database == POSTGRES:
        application = make_application(instance, request.getfixturevalue("make_database")("demo"))
        _load_demo(application)
    else:
        application = make_demo(instance)
    yield application
    hang_up(application)


@pytest.fixture
def demo_client(demo_site: Flask) -> Iterator[InspectingClient]:
    """Return the client of a visitor to the demo."""
    with demo_site.app_context():
        yield cast(InspectingClient, demo_site.test_client())
        db.session.remove()


def make_application(instance: Path, database_url: str | None = None) -> Flask:
    """Return an application on an instance folder with all tables; an SQLite database is copied from a seed."""
    if database_url is None and not (instance / "portal.db").exists():
        copy_seed("empty", _make_empty, instance)
    application = _configured(instance, database_url)
    with application.app_context():
        schema.upgrade()
    return application


def _configured(instance: Path, database_url: str | None = None) -> Flask:
    settings = {"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}
    if database_url:
        settings["PORTAL_DATABASE_URL"] = database_url
    application = create_app(from_environment(settings))
    application.test_client_class = InspectingClient
    application.response_class = InspectedResponse
    application.config["TESTING"] = True
    return application


def _make_empty(instance: Path) -> None:
    application = _configured(instance)
    with application.app_context():
        schema.upgrade()
    hang_up(application)


def make_demo(instance: Path) -> Flask:
    """Return an application of its own with the demo, indexed."""
    copy_seed("demo", _make_demo, instance)
    return make_application(instance)


def make_staffed_demo(instance: Path) -> Flask:
    """Return an application of its own with the demo, its accounts and a filled desk, indexed."""
    copy_seed("staffed-demo", _make_staffed_demo, instance)
    return make_application(instance)


def _make_staffed_demo(instance: Path) -> None:
    application = make_demo(instance)
    with application.app_context():
        demo_people.load()
        indexer.rebuild()
    hang_up(application)


def _make_demo(instance: Path) -> None:
    application = make_application(instance)
    _load_demo(application)
    hang_up(application)


def _load_demo(application: Flask) -> None:
    with application.app_context():
        demo.load()
        indexer.rebuild()
