"""Periodic jobs of community: seats that begin or end change what search finds of their holders."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.community.models import Profile, Seat
from portal.core import clock, jobs
from portal.core.storage.database import transaction
from portal.search import services as search

LOOKED_BACK = timedelta(days=3)
"""How far back to look: longer than any normal interruption of the worker. Reindexing a member twice is harmless."""


@jobs.every(seconds=6 * 3600)
def note_turned_seats(moment: datetime) -> None:
    """Reindex the members whose seat began or ended recently."""
    today = clock.to_local(moment).date()
    began = Seat.since.between(today - LOOKED_BACK, today)
    ended = Seat.until.between(today - LOOKED_BACK, today - timedelta(days=1))
    with transaction() as session:
        search.note_rows(session, Profile.search_type, select(Seat.user_id).where(or_(began, ended)))
