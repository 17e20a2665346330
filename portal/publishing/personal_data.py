"""Personal data stored by publishing: drafts, and the history of publications."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import delete, select, update

from portal.accounts.personal_data import delete_of_user, of_user
from portal.core.clock import now
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
    rows_where,
    table_of,
)
from portal.core.redaction import Redaction
from portal.publishing.drafts import FormDraft
from portal.publishing.models import StateChange

PURPOSE = lazy_gettext("To show it to everybody, or to you and the editors while it is not public.")
KEEP = lazy_gettext("Until you take it away. When you delete your account you choose: removed, or without your name.")


def export_of_author(model: type[Any], *columns: str) -> Export:
    """Return a function that exports these columns of the rows that a person wrote."""

    def export(person: Person) -> list[Record]:
        table = table_of(model)
        return rows_where(table, table.c.author_id == person.id, columns)

    return export


Organisations = Callable[[Any], Iterable[Any]]


def erase_of_author(model: type[Any], organisations: Organisations) -> Erase:
    """Return a function that erases a person's rows: all of them, or only those that are not public.

    Public rows also stay when they belong to an organisation that the person no longer speaks for; `organisations`
    returns the organisations of a row. The person's name and address are removed from rows that stay.
    """

    def erase(person: Person, contributions: Contributions) -> None:
        redaction = Redaction(person)
        for row in db.session.scalars(select(model).where(model.author_id == person.id)).all():
            if remains_after_erasure(row, organisations(row), person, contributions):
                redaction.publication(row)
                row.updated_at = now()  # changes every remaining row, so that in-memory indexes read it again
            else:
                _delete(row)

    return erase


def remains_after_erasure(row: Any, organisations: Iterable[Any], person: Person, contributions: Contributions) -> bool:
    """Return whether a row remains after its author's account is deleted; `organisations` are those of the row."""
    left = any(organisation.id in person.left_organisations for organisation in organisations)
    return row.is_visible and (left or contributions is Contributions.ANONYMISE)


def organisation_of(row: Any) -> Iterable[Any]:
    """Return the organisation of a row as a list, empty when it has none."""
    return [row.organisation] if row.organisation else []


def _delete(row: Any) -> None:
    steps = (StateChange.subject_type == row.__tablename__, StateChange.subject_id == row.id)
    db.session.execute(delete(StateChange).where(*steps))
    db.session.delete(row)


def _export_steps(person: Person) -> list[Record]:
    table = table_of(StateChange)
    mine = (table.c.author_id == person.id) | (table.c.actor_id == person.id)
    return rows_where(table, mine, ("subject_type", "subject_id", "from_state", "to_state", "reason", "at"))


def _erase_steps(person: Person, _contributions: Contributions) -> None:
    mine = StateChange.actor_id == person.id
    db.session.execute(update(StateChange).where(mine).values(actor_name=FORMER_MEMBER))
    Redaction(person).everywhere(StateChange, "reason")


holds(
    FormDraft.__tablename__,
    what=lazy_gettext("Drafts: what you typed in a form and did not send yet"),
    purpose=lazy_gettext("So that nothing you typed is lost."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you send or remove it; the latest 30 of each kind."),
    export=of_user(FormDraft, "kind", "title", "fields", "created_at", "updated_at"),
    erase=delete_of_user(FormDraft),
)
holds(
    StateChange.__tablename__,
    what=lazy_gettext("The history of what you publish: when it was sent in, judged, published or withdrawn, and why"),
    purpose=lazy_gettext("So that you and the editors can see what was decided."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("As long as the publication exists."),
    export=_export_steps,
    erase=_erase_steps,
)
