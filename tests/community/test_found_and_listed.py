"""What search and the sitemap learn of organisations, speerpunten, actions, examples and pages."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from portal.actionplan import queries as actionplan
from portal.community import queries as community
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.examples import queries as examples
from portal.pages import queries as pages
from portal.search.models import Searchable, SearchDocument
from tests.facts import statements
from tests.fixtures import InspectingClient

Loader = Callable[[list[int] | None], Iterator[Searchable]]
LOADERS: dict[str, tuple[Loader, int]] = {
    "organisation": (community.load_organisation_results, 242),
    "theme": (actionplan.load_theme_results, 10),
    "action": (actionplan.load_action_results, 56),
    "example": (examples.load_results, 10),
    "page": (pages.load_results, 3),
}
Entries = Callable[[], Iterator[tuple[str, datetime | None]]]


def document(slug: str) -> SearchDocument | None:
    row = db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
    return row.search_document()


@pytest.mark.parametrize("name", LOADERS)
def test_loaders_give_all_or_what_is_asked(demo_client: InspectingClient, name: str) -> None:
    loader, total = LOADERS[name]
    rows = list(loader(None))

    assert len(rows) == total
    asked = [int(row.search_key.partition(":")[2]) for row in rows[:2]]
    assert {row.search_key for row in loader(asked)} == {f"{name}:{row_id}" for row_id in asked}
    documents = [made for row in rows if (made := row.search_document())]
    assert all(made.title and made.path.startswith("/") and made.type == name for made in documents)


@pytest.mark.parametrize("name", ["theme", "action", "example", "page"])
def test_documents_are_made_without_a_query_each(demo_client: InspectingClient, name: str) -> None:
    loader, _total = LOADERS[name]
    with statements() as asked:
        for row in loader(None):
            row.search_document()
    assert len(asked) <= 6


def test_former_names_and_mergers_lead_to_where_it_is_now(demo_client: InspectingClient) -> None:
    found = document("zorgzijnwerkt")
    assert found is not None
    assert "ZW Haaglanden" in found.extra
    assert {"zorg", "loopbaanstart"} <= set(found.themes)

    merged_into = document("innovationquarter")
    assert merged_into is not None
    assert "Kennisalliantie" in merged_into.extra
    assert document("kennisalliantie") is None


def test_an_action_is_found_by_its_parties(demo_client: InspectingClient) -> None:
    action = actionplan.get_action("ict", 2)
    assert action is not None
    found = action.search_document()

    assert "innovationquarter" in found.organisations
    assert "Dutch IT Delta" in found.text
    assert (found.themes, found.year) == (("ict",), 2014)


@pytest.mark.parametrize(
    ("entries", "total"),
    [
        (community.sitemap_entries, 241),
        (actionplan.sitemap_entries, 10 + 1 + 56),
        (examples.sitemap_entries, 10),
        (pages.sitemap_entries, 3),
    ],
)
def test_the_sitemap_lists_pages_that_are_there(demo_client: InspectingClient, entries: Entries, total: int) -> None:
    paths = [path for path, _changed in entries()]

    assert len(paths) == len(set(paths)) == total
    assert [path for path in paths if demo_client.get(path).status_code != 200] == []
