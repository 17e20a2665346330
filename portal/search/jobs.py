"""Scheduled jobs of search."""

from datetime import datetime

from portal.core import jobs
from portal.search import misses


@jobs.every(seconds=86_400)
def forget_misses(moment: datetime) -> None:
    """Delete the counts of more than a year ago."""
    misses.delete_old(moment)
