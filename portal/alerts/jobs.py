"""Periodic jobs of alerts."""

from datetime import datetime

from portal.alerts import sending, services
from portal.core import jobs


@jobs.every(seconds=300)
def send_due(now: datetime) -> None:
    """Mail what is new in the lists that people follow."""
    sending.send_due(now)


@jobs.every(seconds=3600)
def delete_expired(now: datetime) -> None:
    """Delete what was not confirmed in time, and what guests stopped a month ago."""
    services.delete_expired(now)


@jobs.every(seconds=60)
def move_alerts_to_accounts(_now: datetime) -> None:
    """Move what guests follow to the account that they have by now."""
    services.move_alerts_to_accounts()
