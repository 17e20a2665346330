"""Personal data stored by answers: threads, messages, and guests without an account."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.personal_data import of_user
from portal.answers import services
from portal.answers.models import Guest, Message, Participant, PendingAnswer, Thread
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import (
    FORMER_MEMBER,
    Basis,
    Contributions,
    Person,
    Record,
    holds,
    holds_none,
    rows_where,
    table_of,
)

PURPOSE = lazy_gettext("So that you and who placed the post can write to each other.")
KEEP = lazy_gettext("As long as one of the two sides has an account here.")

holds_none("what a thread is about and how far it is; who takes part is in another table", Thread.__tablename__)


def _export_by_address(model: type[Any], *columns: str) -> Any:
    """Return a function that exports rows with the mail address of a person."""

    def export(person: Person) -> list[Record]:
        table = table_of(model)
        return rows_where(table, func.lower(table.c.email) == person.email.lower(), columns)

    return export


def _erase_by_address(model: type[Any]) -> Any:
    def erase(person: Person, _contributions: Contributions) -> None:
        for row in db.session.scalars(select(model).where(func.lower(model.email) == person.email.lower())).all():
            db.session.delete(row)

    return erase


def _erase_participations(person: Person, _contributions: Contributions) -> None:
    for row in db.session.scalars(select(Participant).where(Participant.user_id == person.id)).all():
        services.leave(row)


def _erase_messages(person: Person, contributions: Contributions) -> None:
    """Remove a person's words, or keep them without the name; the other side still sees that there was a message."""
    for row in db.session.scalars(select(Message).where(Message.user_id == person.id)).all():
        row.user_id, row.author_name = None, FORMER_MEMBER
        if contributions == Contributions.REMOVE:
            row.body = row.body_html = ""
            row.days = row.places = None


holds(
    Guest.__tablename__,
    what=lazy_gettext("Name, organisation and address of who answered a post without an account"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=KEEP,
    export=_export_by_address(Guest, "id", "name", "email", "organisation", "created_at"),
    erase=_erase_by_address(Guest),
)
holds(
    PendingAnswer.__tablename__,
    what=lazy_gettext("Answers whose address is not confirmed yet"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Two days."),
    export=_export_by_address(PendingAnswer, "post_id", "name", "email", "organisation", "body", "created_at"),
    erase=_erase_by_address(PendingAnswer),
)
holds(
    Participant.__tablename__,
    what=lazy_gettext("In which conversations you take part, and how far you read"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=KEEP,
    export=of_user(Participant, "thread_id", "side", "read_message_id"),
    erase=_erase_participations,
)
holds(
    Message.__tablename__,
    what=lazy_gettext("Your messages in those conversations"),
    purpose=PURPOSE,
    basis=Basis.AGREEMENT,
    keep=KEEP,
    export=of_user(Message, "thread_id", "kind", "state", "body", "places", "days", "created_at"),
    erase=_erase_messages,
)
