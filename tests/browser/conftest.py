"""The portal with its demo, served over HTTP for a browser; and addresses of every kind of page."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from portal.operations.server import create_server
from tests.page_kinds import kinds_of_page

expect.set_options(timeout=10_000)
NewPage = Callable[..., Page]


def follow(control: Locator) -> None:
    """Click on what leads to another page, and wait until that one is there: a click alone does not."""
    with control.page.expect_navigation():
        control.click()


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
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Speak Dutch, as the visitors do; the address is ours, whatever test used a browser first."""
    return {**browser_context_args, "base_url": base_url, "locale": "nl-NL", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def plain_page(new_context: Any) -> Page:
    """Return a page in a browser without JavaScript."""
    context: BrowserContext = new_context(java_script_enabled=False)
    return context.new_page()


@pytest.fixture
def new_page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[NewPage]:
    """Return a function that opens a page in a browser of its own: `new_page(forced_colors="active")`."""
    contexts: list[BrowserContext] = []

    def open_page(**settings: Any) -> Page:
        contexts.append(browser.new_context(**{**browser_context_args, **settings}))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def glass(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Return one page for all the looking of a module: each test says how wide it is and where it goes."""
    context = browser.new_context(**{**browser_context_args, "reduced_motion": "reduce"})
    yield context.new_page()
    context.close()
