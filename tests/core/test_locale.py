"""The language of a page is part of its address, and of the address of everything it leads to."""

import pytest

from tests.fixtures import InspectingClient


@pytest.mark.parametrize("path", ["/", "/zoeken", "/nieuws/"])
def test_a_page_leads_to_pages_in_its_language_whichever_language_came_first(
    client: InspectingClient, path: str
) -> None:
    for _time in range(2):
        english, dutch = client.get(f"/en{path}"), client.get(path)
        assert english.attributes(".wordmark", "href") == ["/en/"]
        assert dutch.attributes(".wordmark", "href") == ["/"]
        assert english.attributes("form[role=search]", "action") == ["/en/zoeken"]
        assert dutch.attributes("form[role=search]", "action") == ["/zoeken"]
        assert english.attributes("form[data-suggest]", "data-suggest") == ["/en/zoeken/suggesties"]
