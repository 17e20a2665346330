"""Periodic jobs of files."""

from datetime import datetime

import structlog

from portal.core import jobs
from portal.files import cleaning

log = structlog.get_logger()
HOUR = 3600


@jobs.every(seconds=HOUR)
def clean_up(now: datetime) -> None:
    """Delete unused files."""
    rows, contents = cleaning.clean_up(now)
    if rows or contents:
        log.info("files_cleaned", rows=rows, contents=contents)
