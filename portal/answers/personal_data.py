"""Personal data stored by answers: threads, messages, and guests without an account."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from portal.answers import forwards, services
from portal.answers.conduct_models import Block, Forward, ForwardRefusal, ThreadReport
from portal.answers.models import Attachment, Guest, HeldMail, Message, Participant, PendingAnswer, Thread
from portal.answers.outcome_models import Outcome
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

holds_none("which file belongs to which message; the file is in another table", Attachment.__tablename__)
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
            row.days = row.places = row.named = row.full_text = None


def _erase_pending(person: Person, _contributions: Contributions) -> None:
    """Delete a person's answers that wait, and those that name the person or are meant for the person."""
    table = table_of(PendingAnswer)
    about = or_(
        _same_address(table, person),
        func.lower(table.c.named_email) == person.email.lower(),
        table.c.member_id == person.id,
    )
    for row in db.session.scalars(select(PendingAnswer).where(about)):
        db.session.delete(row)


def _blocks(table: Any, person: Person) -> ColumnElement[bool]:
    return or_(table.c.user_id == person.id, func.lower(table.c.email) == person.email.lower())


def _erase_blocks(person: Person, _contributions: Contributions) -> None:
    table = table_of(Block)
    of = or_(table.c.blocked_id == person.id, func.lower(table.c.blocked_email) == person.email.lower())
    for row in db.session.scalars(select(Block).where(or_(_blocks(table, person), of))):
        db.session.delete(row)


def _reports(table: Any, person: Person) -> ColumnElement[bool]:
    places = select(Participant.id).where(_mine(table_of(Participant), person))
    condition: ColumnElement[bool] = table.c.participant_id.in_(places)
    return condition


def _erase_reports(person: Person, _contributions: Contributions) -> None:
    for row in _rows(ThreadReport, _reports, person):
        row.reporter_name, row.text = FORMER_MEMBER, ""


def _known_address(table: Any, person: Person) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = table.c.address_hash == forwards.address_hash(person.email)
    return condition


def _erase_known_address(model: type[Any]) -> Erase:
    def erase(person: Person, _contributions: Contributions) -> None:
        for row in _rows(model, _known_address, person):
            db.session.delete(row)

    return erase


def _erase_outcomes(person: Person, _contributions: Contributions) -> None:
    """Keep the figures without who told them, and without the story."""
    for row in _rows(Outcome, _mine, person):
        row.user_id = row.guest_id = row.story = None


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
    what=lazy_gettext("Answers whose address is not confirmed yet, and the address of who is told about a post"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Two days."),
    export=_export(
        PendingAnswer,
        _same_address,
        "post_id",
        "subject",
        "name",
        "email",
        "organisation",
        "body",
        "named",
        "created_at",
    ),
    erase=_erase_pending,
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
    export=_export(
        Message,
        _mine,
        "thread_id",
        "kind",
        "state",
        "reason",
        "body",
        "places",
        "days",
        "named",
        "full_text",
        "created_at",
    ),
    erase=_erase_messages,
)
holds(
    Block.__tablename__,
    what=lazy_gettext("Whom you let nothing through of, and who does so with you"),
    purpose=lazy_gettext("So that nobody who bothers somebody can go on with that."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("Until it is taken back, or one of the two leaves."),
    export=_export(Block, _blocks, "created_at"),
    erase=_erase_blocks,
)
holds(
    ThreadReport.__tablename__,
    what=lazy_gettext("Conversations that you reported to the editors, and why"),
    purpose=lazy_gettext("So that the editors can judge what happened."),
    basis=Basis.INTEREST,
    keep=KEEP,
    export=_export(ThreadReport, _reports, "thread_id", "text", "created_at", "decided_at"),
    erase=_erase_reports,
)
holds(
    Forward.__tablename__,
    what=lazy_gettext("That a post was passed on to you: a code made of your address, not the address"),
    purpose=lazy_gettext("So that you get a post at most once."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("As long as the post exists."),
    export=_export(Forward, _known_address, "post_id", "created_at"),
    erase=_erase_known_address(Forward),
)
holds(
    ForwardRefusal.__tablename__,
    what=lazy_gettext("That you want no posts passed on to you: a code made of your address, not the address"),
    purpose=lazy_gettext("So that you do not get them any more."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("Until you delete your account or ask us to remove it."),
    export=_export(ForwardRefusal, _known_address, "created_at"),
    erase=_erase_known_address(ForwardRefusal),
)
holds(
    Outcome.__tablename__,
    what=lazy_gettext("What you told that came of a conversation"),
    purpose=lazy_gettext("To show what offers and requests achieve."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("The figures stay, without your name."),
    export=_export(
        Outcome, _mine, "thread_id", "worked", "partner", "pupils", "lessons", "places", "again", "may_tell", "story"
    ),
    erase=_erase_outcomes,
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
