"""Personal data stored by saved items."""

from sqlalchemy import delete

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, rows_where, table_of
from portal.saved.models import SavedItem


def _export(person: Person) -> list[Record]:
    table = table_of(SavedItem)
    return rows_where(table, table.c.user_id == person.id, ("post_id", "event_id", "article_id", "saved_at"))


def _erase(person: Person, _contributions: Contributions) -> None:
    db.session.execute(delete(SavedItem).where(SavedItem.user_id == person.id))


holds(
    SavedItem.__tablename__,
    what=lazy_gettext("Which posts, events and articles you saved"),
    purpose=lazy_gettext("To find them again, on every device on which you sign in."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you remove them, or as long as your account exists."),
    export=_export,
    erase=_erase,
)
