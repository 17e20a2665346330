"""Applications and clients for tests: a real database on disk, and pages inspected at each answer."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask.wrappers import Response
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import delete, insert, select, update

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import Model, db
from portal.core.models import ContentVersion
from portal.mail.models import MailMessage
from portal.operations import demo, schema
from portal.search import indexer
from tests.mail import parity

BARE_HTMX = ("hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger")


class InspectedResponse(Response):
    """An answer whose HTML is parsed, and refused when it breaks the rules of every page."""

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the parsed page."""
        return LexborHTMLParser(self.get_data(as_text=True))

    def texts(self, selector: str) -> list[str]:
        """Return the text of every match, white space squeezed."""
        return [" ".join(node.text().split()) for node in self.tree.css(selector)]

    def only(self, selector: str) -> str:
        """Return the text of the only match."""
        (only,) = self.texts(selector)
        return only

    def attributes(self, selector: str, name: str) -> list[str]:
        """Return an attribute of every match that has it."""
        return [value for node in self.tree.css(selector) if (value := node.attributes.get(name)) is not None]


class InspectingClient(FlaskClient):
    """A client that checks each HTML answer: one h1, unique ids, no bare htmx attributes, fragments without <html>."""

    def get(self, *args: Any, **kwargs: Any) -> InspectedResponse:  # type: ignore[override]  # what the site answers
        """Make a GET request."""
        return self.open(*args, **kwargs, method="GET")

    def head(self, *args: Any, **kwargs: Any) -> InspectedResponse:  # type: ignore[override]  # likewise
        """Make a HEAD request."""
        return self.open(*args, **kwargs, method="HEAD")

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make a request and inspect the answer; nothing that an earlier request kept for itself is there."""
        if has_app_context():
            g.__dict__.clear()  # the requests of a test share its application context
        response: Any = super().open(*args, **kwargs)
        packed = "Content-Encoding" in response.headers
        if response.mimetype == "text/html" and response.status_code != 304 and response.get_data() and not packed:
            inspect(response, fragment="HX-Request" in dict(kwargs.get("headers") or {}))
        return response


def inspect(response: InspectedResponse, *, fragment: bool) -> None:
    """Fail when an answer breaks a rule that holds for every page."""
    source = response.get_data(as_text=True)
    ids = response.attributes("[id]", "id")
    assert len(ids) == len(set(ids)), f"repeated ids: {sorted({name for name in ids if ids.count(name) > 1})}"
    assert not any(f" {name}=" in source for name in BARE_HTMX), "write data-hx-…"
    assert " style=" not in source, "inline style"
    whole = "<html" in source
    if whole:
        assert len(response.tree.css("h1")) == 1
        assert response.only("h1") in response.only("title")
    else:
        assert fragment, "a fragment answered a plain request"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return one application per test process, its database made by the migrations."""
    return _application(tmp_path_factory.mktemp("instance"))


@pytest.fixture
def app(site: Flask) -> Iterator[Flask]:
    """Return the application with empty tables and an application context."""
    with site.app_context():
        _empty_tables()
        yield site
        db.session.rollback()
        faults = [fault for mail in db.session.scalars(select(MailMessage)) for fault in parity.faults(mail)]
        db.session.remove()
    assert not faults, f"a mail that this test queued: {faults}"


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """Return a visitor."""
    return cast(InspectingClient, app.test_client())


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application that holds the whole demo, all of it findable; tests read it and change nothing."""
    application = _application(tmp_path_factory.mktemp("demo"))
    with application.app_context():
        demo.load()
        indexer.rebuild()
    return application


@pytest.fixture
def demo_client(demo_site: Flask) -> Iterator[InspectingClient]:
    """Return a visitor of the portal that holds the demo."""
    with demo_site.app_context():
        yield cast(InspectingClient, demo_site.test_client())
        db.session.remove()


def _application(instance: Path) -> Flask:
    application = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    application.test_client_class = InspectingClient
    application.response_class = InspectedResponse
    application.config["TESTING"] = True
    with application.app_context():
        schema.upgrade()
        db.create_all()
    return application


def _empty_tables() -> None:
    """Empty every table, and make what processes keep in memory notice it."""
    with db.engine.begin() as connection:
        for table in reversed(Model.metadata.sorted_tables):
            if table.name != "content_version":
                connection.execute(delete(table))
        raised = connection.execute(
            update(ContentVersion).values(
                number=ContentVersion.number + 1, removed_version=ContentVersion.number + 1, demo=False
            )
        )
        if raised.rowcount == 0:
            connection.execute(insert(ContentVersion).values(id=1, number=1, removed_version=0, demo=False))
    db.session.expire_all()
