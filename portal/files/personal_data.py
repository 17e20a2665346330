"""The personal data in files: pictures and documents that a person uploaded."""

from sqlalchemy import or_, select

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, rows_where, table_of
from portal.core.redaction import Redaction
from portal.files import held, services
from portal.files.models import Reach, StoredFile

COLUMNS = ("id", "kind", "media_type", "title", "size", "created_at")


def _export(person: Person) -> list[Record]:
    table = table_of(StoredFile)
    return rows_where(table, table.c.owner_id == person.id, COLUMNS)


def _erase(person: Person, _contributions: Contributions) -> None:
    """Delete a person's files, except those in public use, such as the logo of an organisation.

    These lose their owner, and the person's name in title and text.
    """
    used = or_(*(~condition for condition in held.unused()))
    public = (StoredFile.owner_id == person.id) & (StoredFile.reach == Reach.EVERYONE)
    redaction = Redaction(person)
    for file in db.session.scalars(select(StoredFile).where(public, used)):
        redaction.columns(file, ("title", "text"))
        file.owner_id = None
    db.session.flush()
    services.delete_files_of(person.id)


holds(
    StoredFile.__tablename__,
    what=lazy_gettext("Pictures and documents that you send in"),
    purpose=lazy_gettext("To show them with your post, event, article or profile."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext(
        "Until you take them away; what nothing uses is gone within a day, what you did not send after sixty days."
    ),
    export=_export,
    erase=_erase,
)
