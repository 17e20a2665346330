"""Personal data stored by answers: threads, messages, and guests without an account."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from portal.answers import services
from portal.answers.models import Guest, Message, Participant, PendingAnswer, Thread
from portal.answers.promise_models import Absence, BrokerCase, BrokerDuty, Pace, Reminder
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
holds_none("which reminder a participant got; deleted with the participant", Reminder.__tablename__)


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


def _erase_participations(person: Person, _contributions: Contributions) -> None:
    for row in _rows(Participant, _mine, person):
        services.leave(row)


def _erase_messages(person: Person, contributions: Contributions) -> None:
    """Remove a person's words, or keep them without the name; the other side still sees that there was a message."""
    for row in _rows(Message, _mine, person):
        row.user_id, row.guest_id, row.author_name = None, None, FORMER_MEMBER
        if contributions == Contributions.REMOVE:
            row.body = row.body_html = ""
            row.days = row.places = None


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
    export=_export(Message, _mine, "thread_id", "kind", "state", "body", "places", "days", "created_at"),
    erase=_erase_messages,
)


def _of_account(column: str) -> Mine:
    return lambda table, person: table.c[column] == person.id


def _delete_of_account(model: type[Any]) -> Erase:
    def erase(person: Person, _contributions: Contributions) -> None:
        db.session.execute(delete(model).where(model.user_id == person.id))

    return erase


def _forget_broker(person: Person, _contributions: Contributions) -> None:
    db.session.execute(update(BrokerCase).where(BrokerCase.broker_id == person.id).values(broker_id=None))


PROMISE = lazy_gettext("So that whoever answers a post gets a reply.")
holds(
    Absence.__tablename__,
    what=lazy_gettext("Until when you are away"),
    purpose=PROMISE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("A month after that day."),
    export=_export(Absence, _of_account("user_id"), "until"),
    erase=_delete_of_account(Absence),
)
holds(
    Pace.__tablename__,
    what=lazy_gettext("How soon you usually answer, for posts that you placed in person"),
    purpose=PROMISE,
    basis=Basis.INTEREST,
    keep=lazy_gettext("Computed anew every hour, over one year."),
    export=_export(Pace, _of_account("user_id"), "days", "threads"),
    erase=_delete_of_account(Pace),
)
holds(
    BrokerDuty.__tablename__,
    what=lazy_gettext("Which editor is broker for what"),
    purpose=PROMISE,
    basis=Basis.INTEREST,
    keep=lazy_gettext("As long as you are broker."),
    export=_export(BrokerDuty, _of_account("user_id"), "municipality_id", "theme_id"),
    erase=_delete_of_account(BrokerDuty),
)
holds(
    BrokerCase.__tablename__,
    what=lazy_gettext("Which silent conversations you took care of as broker"),
    purpose=PROMISE,
    basis=Basis.INTEREST,
    keep=KEEP,
    export=_export(BrokerCase, _of_account("broker_id"), "thread_id", "created_at", "act", "closed_at"),
    erase=_forget_broker,
)
