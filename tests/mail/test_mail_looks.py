"""A mail in a browser: axe finds nothing, nothing is cut off on a telephone, and nothing is fetched."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.mail.conftest import BULK, Queue


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("light", 1280), ("dark", 640)])
def test_a_mail_can_be_read_by_everybody(
    page: Page, queue: Queue, scheme: Literal["light", "dark"], width: int
) -> None:
    """CHECKS 112: and no picture, font or script is asked for."""
    row = queue(kind=BULK, title="Gastles " + "zeer" * 30, reason="Een lang verhaal. " * 20)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    page.set_content(row.html, wait_until="networkidle")

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert fetched == []
