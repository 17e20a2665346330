"""What files keep of persons: pictures and documents that they sent in."""

from sqlalchemy import update

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, rows_where, table_of
from portal.files import services
from portal.files.models import Reach, StoredFile

COLUMNS = ("id", "kind", "media_type", "title", "size", "created_at")


def _export(person: Person) -> list[Record]:
    table = table_of(StoredFile)
    return rows_where(table, table.c.owner_id == person.id, COLUMNS)


def _erase(person: Person, contributions: Contributions) -> None:
    """Take the files away; what stays public goes on without saying whose it was."""
    if contributions is Contributions.ANONYMISE:
        public = (StoredFile.owner_id == person.id) & (StoredFile.reach == Reach.EVERYONE)
        db.session.execute(update(StoredFile).where(public).values(owner_id=None))
    services.forget(person.id)


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
