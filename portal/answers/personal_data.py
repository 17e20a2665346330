"""Personal data stored by answers: threads, messages, and guests without an account."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.answers import services
from portal.answers.models import Guest, HeldMail, Message, Participant, PendingAnswer, Thread
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import (
    FORMER_MEMBER,
    Basis,
    Contributions,
    Erase,
    Export,
    Person,
    Record,
    holds,
    holds_none,
    rows_where,
    table_of,
)

Mine = Callable[[Any, Person], ColumnElement[bool]]
"""(table, person) → the condition for the person's rows."""
PURPOSE = lazy_gettext("So that you and who placed the post can write to each other.")
KEEP = lazy_gettext("As long as one of the two sides has an account here.")

holds_none("what a thread is about and how far it is; who takes part is in another table", Thread.__tablename__)


def _same_address(table: Any, person: Person) -> ColumnElement[bool]:
    return func.lower(table.c.email) == person.email.lower()


def _mine(table: Any, person: Person) -> ColumnElement[bool]:
    """Return the condition for rows of a person: those of the account, and those as a guest with the same address."""
    guests = select(Guest.id).where(_same_address(table_of(Guest), person))
    return or_(table.c.user_id == person.id, table.c.guest_id.in_(guests))


def _export(model: type[Any], mine: Mine, *columns: str) -> Export:
    def export(person: Person) -> list[Record]:
        table = table_of(model)
        return rows_where(table, mine(table, person), columns)

    return export


def _rows(model: type[Any], mine: Mine, person: Person) -> Sequence[Any]:
    return db.session.scalars(select(model).where(mine(table_of(model), person))).all()


def _erase(model: type[Any]) -> Erase:
    def erase(person: Person, _contributions: Contributions) -> None:
        for row in _rows(model, _same_address, person):
            db.session.delete(row)

    return erase


def _held(table: Any, person: Person) -> ColumnElement[bool]:
    """Return the condition for held mail that a person sent, or that waits for the person."""
    places = select(Participant.id).where(_mine(table_of(Participant), person))
    return or_(func.lower(table.c.sender) == person.email.lower(), table.c.participant_id.in_(places))


def _erase_held(person: Person, _contributions: Contributions) -> None:
    for row in _rows(HeldMail, _held, person):
        db.session.delete(row)


def _erase_participations(person: Person, _contributions: Contributions) -> None:
    for row in _rows(Participant, _mine, person):
        services.leave(row)


def _erase_messages(person: Person, contributions: Contributions) -> None:
    """Remove a person's words, or keep them without the name; the other side still sees that there was a message."""
    for row in _rows(Message, _mine, person):
        row.user_id, row.guest_id, row.author_name = None, None, FORMER_MEMBER
        if contributions == Contributions.REMOVE:
            row.body = row.body_html = ""
            row.days = row.places = row.full_text = None


holds(
    Guest.__tablename__,
    what=lazy_gettext("Name, organisation and address of who answered a post without an account"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=KEEP,
    export=_export(Guest, _same_address, "id", "name", "email", "organisation", "created_at"),
    erase=_erase(Guest),
)
holds(
    PendingAnswer.__tablename__,
    what=lazy_gettext("Answers whose address is not confirmed yet"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Two days."),
    export=_export(PendingAnswer, _same_address, "post_id", "name", "email", "organisation", "body", "created_at"),
    erase=_erase(PendingAnswer),
)
holds(
    Participant.__tablename__,
    what=lazy_gettext("In which conversations you take part, and how far you read"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=KEEP,
    export=_export(Participant, _mine, "thread_id", "side", "read_message_id"),
    erase=_erase_participations,
)
holds(
    Message.__tablename__,
    what=lazy_gettext("Your messages in those conversations"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=KEEP,
    export=_export(Message, _mine, "thread_id", "kind", "state", "body", "places", "days", "full_text", "created_at"),
    erase=_erase_messages,
)
holds(
    HeldMail.__tablename__,
    what=lazy_gettext("Mail to a conversation that could not be placed, such as from another address"),
    purpose=lazy_gettext("So that you can place it after all."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("30 days."),
    export=_export(HeldMail, _held, "reason", "sender", "body", "full_text", "created_at"),
    erase=_erase_held,
)
