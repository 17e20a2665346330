"""Personal data stored by alerts: what people follow, and the addresses of guests."""

from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select

from portal.alerts.models import Alert, AlertGuest, PendingAlert
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import (
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

PURPOSE = lazy_gettext("To mail you what is new in the lists that you follow.")


def _same_address(table: Any, person: Person) -> ColumnElement[bool]:
    return func.lower(table.c.email) == person.email.lower()


def _mine(table: Any, person: Person) -> ColumnElement[bool]:
    """Return the condition for alerts of a person: those of the account, and those as a guest with its address."""
    guests = select(AlertGuest.id).where(_same_address(table_of(AlertGuest), person))
    return or_(table.c.user_id == person.id, table.c.guest_id.in_(guests))


def _export(model: type[Any], mine: Any, *columns: str) -> Export:
    def export(person: Person) -> list[Record]:
        table = table_of(model)
        return rows_where(table, mine(table, person), columns)

    return export


def _erase(model: type[Any], mine: Any) -> Erase:
    def erase(person: Person, _contributions: Contributions) -> None:
        db.session.execute(delete(model).where(mine(table_of(model), person)))

    return erase


holds(
    AlertGuest.__tablename__,
    what=lazy_gettext("Address of who follows a list without an account"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Until a month after you stopped the last one."),
    export=_export(AlertGuest, _same_address, "email", "created_at"),
    erase=_erase(AlertGuest, _same_address),
)
holds(
    Alert.__tablename__,
    what=lazy_gettext("Which lists you follow, and how often you get mail about them"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Until you stop following them."),
    export=_export(Alert, _mine, "list_slug", "query", "frequency", "seen_until", "created_at"),
    erase=_erase(Alert, _mine),
)
holds(
    PendingAlert.__tablename__,
    what=lazy_gettext("What somebody wants to follow whose address is not confirmed yet"),
    purpose=PURPOSE,
    basis=Basis.CONSENT,
    keep=lazy_gettext("Two days."),
    export=_export(PendingAlert, _same_address, "email", "list_slug", "query", "frequency", "created_at"),
    erase=_erase(PendingAlert, _same_address),
)
