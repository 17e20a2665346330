"""Events and their drafts among what somebody contributed; importing this module registers them."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda import policies
from portal.agenda.models import Event
from portal.agenda.writing import WRITING
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.publishing.contributions import Contribution, Kind, register, state_label, unsent

NEW = "/agenda/nieuw"


def list_contributions(user: User) -> list[Contribution]:
    """Return somebody's drafts, then what was handed in, last changed first."""
    mine = select(Event).where(Event.author_id == user.id).order_by(Event.updated_at.desc(), Event.id.desc())
    drafts = unsent(user, WRITING.kind, NEW, "/agenda/concept/weg")
    return drafts + [_row(user, row) for row in db.session.scalars(mine)]


def _row(user: User, row: Event) -> Contribution:
    return Contribution(
        title=row.title,
        path=row.path,
        state=row.state,
        state_label=state_label(row.state),
        changed_at=row.updated_at,
        edit_path=f"/agenda/{row.id}/bewerken" if policies.may_edit(user, row) else "",
    )


register(
    Kind(
        name="2-agenda",
        label=lazy_gettext("Agenda"),
        new_label=lazy_gettext("Propose an event"),
        new_path=NEW,
        of=list_contributions,
    )
)
