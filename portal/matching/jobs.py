"""Periodic jobs of matching."""

import json
from datetime import datetime

from sqlalchemy import delete, insert

from portal.core import jobs
from portal.core.extensions import db
from portal.core.personal_data import table_of
from portal.core.storage.database import transaction
from portal.matching import reading
from portal.matching.models import MatchTerms

BATCH, BATCHES = 200, 25
"""Posts analysed in one transaction, which other writers wait for, and how many transactions a run has at most."""


@jobs.every(seconds=60)
def store_terms(_now: datetime) -> None:
    """Store the terms of new and changed posts."""
    for _batch in range(BATCHES):
        if store_batch() < BATCH:
            return


def store_batch() -> int:
    """Store the terms of up to BATCH posts whose terms are missing or out of date; returns of how many."""
    connection = db.session.connection()
    ids = list(connection.scalars(reading.posts_without_terms(BATCH)))
    found = [
        {"post_id": row_id, "changed_version": version, "layout": reading.LAYOUT, "terms": _as_json(terms)}
        for row_id, version, terms in (reading.analysed(connection, ids) if ids else ())
    ]
    if found:
        table = table_of(MatchTerms)
        with transaction() as session:
            # on the connection: through the session it would count as a change of the posts, for search
            session.connection().execute(delete(table).where(table.c.post_id.in_([row["post_id"] for row in found])))
            session.connection().execute(insert(table), found)
    return len(found)


def _as_json(terms: dict[str, float]) -> str:
    return json.dumps({term: round(weight, 4) for term, weight in terms.items()}, ensure_ascii=False)
