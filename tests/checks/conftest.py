"""The portal that the checks walk: the demo with its search index, and every address and parameter of it."""

from typing import cast

import pytest
from flask import Flask

from portal.search.indexing import indexer
from tests.checks import eyes, walk
from tests.fixtures import InspectingClient
from tests.page_kinds import kinds_of_page

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="session")
def whole_site(demo_site: Flask) -> Flask:
    """Return the portal with the demo, its search index up to date."""
    with demo_site.app_context():
        indexer.rebuild()
    return demo_site


@pytest.fixture(scope="session")
def addresses(whole_site: Flask) -> dict[str, str]:
    """Return an address for every endpoint."""
    return walk.one_of_each(whole_site)


@pytest.fixture(scope="session")
def parameters(whole_site: Flask, addresses: dict[str, str]) -> list[str]:
    """Return the names of all parameters."""
    return walk.parameters(whole_site, addresses)


@pytest.fixture
def visitor(whole_site: Flask) -> InspectingClient:
    """Return a client outside of any context, as a server's threads are: every request makes its own."""
    return cast(InspectingClient, whole_site.test_client())


@pytest.fixture(scope="session")
def known(whole_site: Flask) -> set[eyes.Pair]:
    """Return the elements and attributes that our templates write, seen on every kind of page of the demo."""
    client = whole_site.test_client()
    addresses = [*kinds_of_page(whole_site).values(), "/zoeken?q=school&pagina=2"]
    addresses += [f"/en{path}" for path in addresses if not path.startswith("/en/")]
    whole = [client.get(path).get_data(as_text=True) for path in addresses]
    return eyes.vocabulary(whole + [client.get(path, headers=HTMX).get_data(as_text=True) for path in addresses])
