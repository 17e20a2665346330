"""The personal data in the tables of the desk: reports by a person, and reports about a person."""

from sqlalchemy import delete, update

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, rows_where, table_of
from portal.core.redaction import Redaction
from portal.desk.models import PERSON, Report


def _export(person: Person) -> list[Record]:
    table = table_of(Report)
    mine = (table.c.reporter_id == person.id) | (table.c.reporter_email == person.email)
    return rows_where(table, mine, ("kind", "title", "ground", "text", "state", "created_at", "decided_at"))


def _erase(person: Person, _contributions: Contributions) -> None:
    """Remove the name from reports by this person; delete those about this person."""
    db.session.execute(delete(Report).where(Report.kind == PERSON, Report.about_id == person.id))
    mine = (Report.reporter_id == person.id) | (Report.reporter_email == person.email)
    db.session.execute(update(Report).where(mine).values(reporter_id=None, reporter_email=None, wants_answer=False))
    decided = Report.decided_by_id == person.id
    db.session.execute(update(Report).where(decided).values(decided_by_id=None))
    Redaction(person).everywhere(Report, "title", "text", "path")


holds(
    Report.__tablename__,
    what=lazy_gettext("What you report about content or persons"),
    purpose=lazy_gettext("So that the editors can act on it, and tell you what they did."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("Two years. An address that you leave without an account goes as soon as you have an answer."),
    export=_export,
    erase=_erase,
)
