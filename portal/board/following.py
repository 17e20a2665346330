"""Following the board by mail; importing this module registers it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from portal.board import cards, filter_options, forms, queries
from portal.board.blueprint import PATH
from portal.board.cards import PostCard
from portal.board.forms import BoardFilter
from portal.core.i18n import gettext as _
from portal.core.lists import followed
from portal.core.lists.followed import Arguments, FollowedList, NewItem, Pairs
from portal.core.locale import local
from portal.search import services as search


class FollowedBoard(FollowedList):
    """Open posts; a state and an order of the list are not part of what is followed."""

    slug = "vraag-en-aanbod"
    path = PATH

    def pairs(self, arguments: Arguments) -> Pairs:
        """Return the choices and words of a filter."""
        return self._filter(arguments).pairs()

    def title(self, arguments: Arguments) -> str:
        """Return the name of the filtered board."""
        return filter_options.title(self._filter(arguments), queries.reference())

    def feeds(self, query: str) -> list[tuple[str, str, str]]:
        """Return the feed of the filter."""
        address = local(f"{PATH}feed.atom")
        return [(_("Feed of this list"), f"{address}?{query}" if query else address, "feed")]

    def find_new(self, asked: Mapping[str, datetime], until: datetime) -> dict[str, list[NewItem]]:
        """Return the open posts of each filter that were published in its period."""
        filters = {query: self._filter(followed.arguments(query)) for query in asked}
        in_step = search.is_complete_until(until)
        words = {wanted.words for wanted in filters.values() if wanted.words}
        ids = {one: search.find_matching_ids(one, "post") if in_step else None for one in words}
        known = {
            query: wanted for query, wanted in filters.items() if not wanted.words or ids[wanted.words] is not None
        }
        found = queries.published_posts(
            [(known[query], ids.get(known[query].words), asked[query]) for query in known], until
        )
        moments = {post_id: moment for posts in found for post_id, moment in posts}
        posts = {card.id: _item(card, moments[card.id]) for card in cards.load(list(moments), queries.reference())}
        return {
            query: [posts[post_id] for post_id, _moment in rows if post_id in posts]
            for query, rows in zip(known, found, strict=True)
        }

    def _filter(self, arguments: Arguments) -> BoardFilter:
        read = BoardFilter.parse(arguments, forms.known(queries.reference()))
        return replace(read.choosing("status"), sort=forms.default_sort(read.words), ignored=())


def _item(card: PostCard, published: datetime) -> NewItem:
    by = card.organisation.label if card.organisation else card.author.name
    where = f"{by}, {card.municipality.label}" if card.municipality else by
    return NewItem(published, card.kind_label, card.title, card.path, where)


followed.register(FollowedBoard())
