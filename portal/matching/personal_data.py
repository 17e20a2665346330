"""Personal data stored by matching: invitations, who refuses them, and what owners dismissed."""

from typing import Any

from sqlalchemy import delete, or_, update

from portal.accounts.personal_data import of_user
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import (
    Basis,
    Contributions,
    Person,
    Record,
    holds,
    holds_none,
    rows_where,
    table_of,
)
from portal.matching.models import MatchDismissal, MatchInvitation, MatchRefusal, MatchTerms

PURPOSE = lazy_gettext("To bring together what people seek and offer.")

holds_none("the words of public posts, which are with the posts", MatchTerms.__tablename__)


def _export_invitations(person: Person) -> list[Record]:
    table = table_of(MatchInvitation)
    mine = or_(table.c.user_id == person.id, table.c.invited_by_id == person.id)
    return rows_where(table, mine, ("post_id", "kind", "created_at"))


def _export_refusals(person: Person) -> list[Record]:
    table = table_of(MatchRefusal)
    return rows_where(table, table.c.user_id == person.id, ("created_at",))


def _erase_invitations(person: Person, _contributions: Contributions) -> None:
    _delete(MatchInvitation, MatchInvitation.user_id, MatchInvitation.invited_by_id, person)


def _erase_refusals(person: Person, _contributions: Contributions) -> None:
    _delete(MatchRefusal, MatchRefusal.user_id, MatchRefusal.sender_id, person)


def _delete(model: type[Any], one: Any, other: Any, person: Person) -> None:
    db.session.execute(delete(model).where(or_(one == person.id, other == person.id)))


def _forget_who_dismissed(person: Person, _contributions: Contributions) -> None:
    """Keep what was dismissed, which belongs to the post, without who did it."""
    db.session.execute(update(MatchDismissal).where(MatchDismissal.user_id == person.id).values(user_id=None))


holds(
    MatchInvitation.__tablename__,
    what=lazy_gettext("Whom you invited to look at a post, and who invited you"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as the post."),
    export=_export_invitations,
    erase=_erase_invitations,
)
holds(
    MatchRefusal.__tablename__,
    what=lazy_gettext("From whom you want no invitations"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("As long as you both have an account."),
    export=_export_refusals,
    erase=_erase_refusals,
)
holds(
    MatchDismissal.__tablename__,
    what=lazy_gettext("Which suggestions you took off your post"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as the post."),
    export=of_user(MatchDismissal, "post_id", "kind", "created_at"),
    erase=_forget_who_dismissed,
)
