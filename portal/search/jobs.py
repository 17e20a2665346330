"""Periodic jobs of search: delete old searches without a result, compare the index with the database."""

from contextlib import suppress
from datetime import datetime

from portal.core import jobs
from portal.search import misses
from portal.search.engines.base import SearchUnavailable
from portal.search.indexing import indexer


@jobs.every(seconds=86_400)
def forget_misses(moment: datetime) -> None:
    """Delete the counts of more than a year ago."""
    misses.delete_old(moment)


@jobs.every(seconds=86_400)
def compare_index(_moment: datetime) -> None:
    """Let the index have what the database has; an index that is missing or damaged is built anew elsewhere."""
    with suppress(SearchUnavailable):
        indexer.note_differences()
