"""The portal with its demo, served over HTTP for a browser; and addresses of every kind of page."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from portal.operations.server import create_server
from tests.page_kinds import kinds_of_page

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def base_url(demo_site: Flask) -> Iterator[str]:
    """Serve the demo on a free port; Playwright resolves paths against it."""
    server = create_server(demo_site, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def page_kinds(demo_site: Flask) -> dict[str, str]:
    """Return an address of every kind of public page, by name."""
    return kinds_of_page(demo_site)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Speak Dutch, as the visitors do."""
    return {**browser_context_args, "locale": "nl-NL", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def plain_page(new_context: Any) -> Page:
    """Return a page in a browser without JavaScript."""
    context: BrowserContext = new_context(java_script_enabled=False)
    return context.new_page()
