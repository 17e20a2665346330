"""The Nu HTML checker accepts every page of every role in both languages, and every htmx fragment."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from werkzeug.routing import Rule

from tests.page_kinds import kinds_of_page
from tests.tools import NuChecker
from tests.world import World, token_of

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


ROLES = ("visitor", "member", "signatory", "editor", "administrator")


def pages_of(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Yield (address, HTML) of every page that a role may open, and of every form after submitting it empty."""
    client = world.client(role)
    token = "" if role == "visitor" else token_of(client)
    for rule in world.app.url_map.iter_rules():
        address = world.address(rule)
        if "GET" in (rule.methods or ()):
            answer = client.get(address)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                yield address, answer.get_data(as_text=True)
        if "POST" in (rule.methods or ()) and token and not _ends_session(rule):
            refused = client.post(address, data={"csrf_token": token, "do": "verstuur"})
            if refused.mimetype == "text/html" and refused.status_code in (400, 422):
                yield f"empty form to {address}", refused.get_data(as_text=True)
                world.restore()


def _ends_session(rule: Rule) -> bool:
    return rule.endpoint in ("accounts.sign_out", "accounts.end_session", "accounts.end_other_sessions", "avg.delete")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_every_role_is_valid_html(world: World, nu_errors: NuChecker, role: str) -> None:
    documents = dict(pages_of(world, role))
    world.restore()

    assert len(documents) > 20
    assert nu_errors(documents) == []
