"""The Nu HTML checker finds nothing on any kind of page, in either language, nor in what htmx swaps in."""

import pytest
from flask import Flask, abort

from tests.page_kinds import kinds_of_page
from tests.tools import NuChecker

ERRORS = [400, 403, 404, 405, 413, 422, 429, 500, 503]
FRAGMENTS = ["board", "board empty", "board ignored", "agenda", "agenda month", "agenda archive", "news",
             "newsflash archive", "organisations filtered", "signatories", "examples", "search results"]  # fmt: skip
FRAME = '<!doctype html><html lang="nl"><head><title>Deel</title></head><body><h1>Deel</h1>{}</body></html>'


def test_every_kind_of_page_is_valid_html(demo_site: Flask, nu_errors: NuChecker) -> None:
    client = demo_site.test_client()
    addresses = kinds_of_page(demo_site)
    documents = {name: client.get(path).get_data(as_text=True) for name, path in addresses.items()}
    documents |= {
        f"{name} in English": client.get(f"/en{path}").get_data(as_text=True)
        for name, path in addresses.items()
        if not path.startswith("/en/")
    }

    assert nu_errors(documents) == []


def test_every_part_that_htmx_swaps_is_valid_html(demo_site: Flask, nu_errors: NuChecker) -> None:
    client = demo_site.test_client()
    addresses = kinds_of_page(demo_site)
    parts = {
        name: client.get(addresses[name], headers={"HX-Request": "true"}).get_data(as_text=True) for name in FRAGMENTS
    }

    assert not [name for name, part in parts.items() if "<html" in part]
    assert nu_errors({name: FRAME.format(part) for name, part in parts.items()}) == []


def test_every_error_is_valid_html(app: Flask, monkeypatch: pytest.MonkeyPatch, nu_errors: NuChecker) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    documents = {}
    for status in ERRORS:
        monkeypatch.setitem(app.view_functions, "pages.privacy", lambda status=status: abort(status))
        for path in ("/privacy/", "/en/privacy/"):
            documents[f"{status} at {path}"] = app.test_client().get(path).get_data(as_text=True)

    assert nu_errors(documents) == []
