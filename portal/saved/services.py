"""Writes of saved items."""

from collections.abc import Iterable

from sqlalchemy import delete

from portal.accounts.models import User
from portal.core.storage.database import transaction
from portal.saved import queries
from portal.saved.models import SavedItem
from portal.saved.queries import COLUMNS, Key

MOST_SAVED = 300


class TooManySaved(Exception):
    """Somebody saved as much as one may."""


def save(user: User, key: Key) -> None:
    """Save an item; once more does nothing. Raises TooManySaved. The caller checks that it is public."""
    with transaction() as session:
        known = queries.list_keys(user)
        if key in known:
            return
        if len(known) >= MOST_SAVED:
            raise TooManySaved
        kind, item_id = key
        session.add(SavedItem(user_id=user.id, **{COLUMNS[kind].key: item_id}))


def remove(user: User, key: Key) -> None:
    """Save an item no longer."""
    kind, item_id = key
    with transaction() as session:
        session.execute(delete(SavedItem).where(SavedItem.user_id == user.id, COLUMNS[kind] == item_id))


def move_to_account(user: User, keys: Iterable[Key]) -> int:
    """Save what somebody saved in the browser before signing in; return how many are new. The rest does not fit."""
    found = queries.load(keys)
    wanted = [(queries.Kind.POST, card.id) for card in found.posts]
    wanted += [(queries.Kind.EVENT, card.id) for card in found.events]
    wanted += [(queries.Kind.ARTICLE, row.id) for row in found.articles]
    with transaction() as session:
        known = queries.list_keys(user)
        new = [key for key in wanted if key not in known][: max(0, MOST_SAVED - len(known))]
        session.add_all(SavedItem(user_id=user.id, **{COLUMNS[kind].key: item_id}) for kind, item_id in reversed(new))
        return len(new)
