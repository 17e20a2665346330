"""Events and drafts for the page "My contributions"; importing this module registers them."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import User
from portal.agenda import policies
from portal.agenda.cards import is_past, status_label
from portal.agenda.models import Event
from portal.agenda.writing import WRITING
from portal.community.models import Organisation
from portal.community.policies import published_for
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import short_date
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.publishing.contributions import Contribution, Kind, list_new_drafts, register, state_label
from portal.publishing.models import State

NEW = "/agenda/nieuw"


def list_contributions(user: User) -> list[Contribution]:
    """Return a user's drafts, then their events and those of their organisations.

    Events that are over come last; otherwise last changed first.
    """
    organised = Event.organisers.any(Organisation.id.in_(published_for(user)))
    mine = select(Event).where(or_(Event.author_id == user.id, organised)).options(selectinload(Event.organisers))
    rows = db.session.scalars(mine.order_by(Event.updated_at.desc(), Event.id.desc()))
    drafts = list_new_drafts(user, WRITING.kind, NEW, "/agenda/concept/weg")
    moment = clock.now()
    readable = [row for row in rows if policies.may_read(user, row)]
    return drafts + [_row(user, row, moment) for row in sorted(readable, key=lambda row: _is_over(row, moment))]


def _is_over(row: Event, moment: datetime) -> bool:
    """Return whether an event was public and is over."""
    return row.is_visible and is_past(row, moment)


def _row(user: User, row: Event, moment: datetime) -> Contribution:
    is_over = _is_over(row, moment)
    return Contribution(
        title=row.title,
        path=row.path,
        state=State.EXPIRED if is_over else row.state,
        state_label=(status_label(row) if row.is_visible else "") or (_("Over") if is_over else state_label(row.state)),
        changed_at=row.updated_at,
        facts=", ".join(filter(None, [*(organisation.name for organisation in row.organisers), _facts(row)])),
        edit_path=f"/agenda/{row.id}/bewerken" if policies.may_edit(user, row) else "",
    )


def _facts(row: Event) -> str:
    """Return the day of an event, and the day that it was moved from."""
    if not row.is_exact or row.first_day is None:
        return ""
    day = short_date(row.first_day)
    if row.first_day.year != clock.today().year:
        day = f"{day} {row.first_day.year}"
    if row.has_other_day and row.moved_from and not row.is_off:
        return _("%(day)s, moved from %(before)s", day=day, before=short_date(row.moved_from))
    return day


register(
    Kind(
        name="2-agenda",
        label=lazy_gettext("Agenda"),
        new_label=lazy_gettext("Propose an event"),
        new_path=NEW,
        list_items=list_contributions,
    )
)
