"""Following a search by mail; importing this module registers it."""

from collections.abc import Mapping
from datetime import datetime

from portal.core.i18n import gettext as _
from portal.core.lists import followed
from portal.core.lists.followed import Arguments, FollowedList, NewItem, Pairs
from portal.core.locale import local
from portal.search import services as search
from portal.search.engines.base import SearchUnavailable
from portal.search.page import feeds, forms
from portal.search.page.forms import PARAMETERS


class FollowedSearch(FollowedList):
    """What a visitor may find with a search; its feed has the same entries."""

    slug = "zoeken"
    path = "/zoeken"

    def pairs(self, arguments: Arguments) -> Pairs:
        """Return the words and chosen options of a search."""
        asked = feeds.asked_for(forms.parse(arguments))
        pairs = [("q", asked.words)] if asked.words else []
        return pairs + [(PARAMETERS[name], value) for name, values in asked.chosen.items() for value in values]

    def title(self, arguments: Arguments) -> str:
        """Return the words and the labels of the chosen options."""
        return f"{_('Search')}: {feeds.title(feeds.asked_for(forms.parse(arguments)))}"

    def feeds(self, query: str) -> list[tuple[str, str, str]]:
        """Return the feed of the search."""
        address = local("/zoeken/feed.atom")
        return [(_("Feed of this search"), f"{address}?{query}" if query else address, "feed")]

    def find_new(self, asked: Mapping[str, datetime], until: datetime) -> dict[str, list[NewItem]]:
        """Return the entries of each feed that were published in its period; none while the index lags behind."""
        found: dict[str, list[NewItem]] = {}
        if not search.is_complete_until(until):
            return found
        for query, since in asked.items():
            try:
                entries = feeds.entries(feeds.asked_for(forms.parse(followed.arguments(query))))
            except SearchUnavailable:
                break
            new = [entry for entry in reversed(entries) if since < entry.published <= until]
            found[query] = [NewItem(entry.published, *_split(entry.title), entry.path, "") for entry in new]
        return found


def _split(title: str) -> tuple[str, str]:
    """Return the kind and the title of an entry, whose title has both."""
    kind, _colon, rest = title.partition(": ")
    return kind, rest


followed.register(FollowedSearch())
