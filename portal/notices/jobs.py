"""Periodic jobs of notices."""

from datetime import datetime

from portal.core import jobs
from portal.notices import services


@jobs.every(seconds=300)
def send_bundles(now: datetime) -> None:
    """Mail the notices that wait for the daily bundle."""
    services.send_bundles(now)


@jobs.every(seconds=3600)
def delete_old(now: datetime) -> None:
    """Delete the notices of more than three months ago."""
    services.delete_old(now)
