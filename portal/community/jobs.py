"""What the calendar changes by itself: a seat begins or ends, and who holds it is found with it or no longer."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.community.models import Profile, Seat
from portal.core import clock, jobs
from portal.core.storage.database import transaction
from portal.search import services as search

LOOKED_BACK = timedelta(days=3)
"""Longer than a worker rests at night or over a short failure; noting somebody twice does no harm."""


@jobs.every(seconds=6 * 3600)
def note_turned_seats(moment: datetime) -> None:
    """Let search look again at the members whose seat began or ended these days."""
    today = clock.to_local(moment).date()
    began = Seat.since.between(today - LOOKED_BACK, today)
    ended = Seat.until.between(today - LOOKED_BACK, today - timedelta(days=1))
    with transaction() as session:
        search.note_rows(session, Profile.search_type, select(Seat.user_id).where(or_(began, ended)))
