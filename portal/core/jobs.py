"""Periodic jobs: features register them in their `jobs.py`, and a worker runs each when it is due.

The time of each run is stored in the database, so that any number of workers share the jobs, and a restart neither
repeats nor skips one. An interrupted job runs again, so jobs must be idempotent.
"""

import pkgutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.core.config import ROOT
from portal.core.extensions import db
from portal.core.models import JobRun
from portal.core.storage.database import transaction

Run = Callable[[datetime], object]

RETRY_AFTER = timedelta(minutes=5)
"""How long after a failure, or after its worker was killed, a job is run again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its interval, measured from the start of one run to the start of the next."""

    name: str
    interval: timedelta
    run: Run


_jobs: dict[str, Job] = {}


def every(*, seconds: float) -> Callable[[Run], Run]:
    """Register a function that receives the current time (UTC) and opens its own transaction."""

    def register(run: Run) -> Run:
        name = f"{run.__module__}.{run.__name__}".removeprefix("portal.")
        _jobs[name] = Job(name, timedelta(seconds=seconds), run)
        return run

    return register


def load() -> None:
    """Import every feature's `jobs.py`, which registers its jobs."""
    for package in pkgutil.iter_modules([str(ROOT / "portal")]):
        if package.ispkg and find_spec(f"portal.{package.name}.jobs"):
            import_module(f"portal.{package.name}.jobs")


def run_due(moment: datetime, features: Collection[str] | None = None) -> list[str]:
    """Run the jobs that are due at `moment` (UTC), each in one worker only; return their names.

    `features` limits them to those of some packages. A failing job is logged and does not stop the others.
    """
    ran = []
    for job in _due(moment):
        if features is not None and job.name.partition(".")[0] not in features:
            continue
        try:
            if _claim(job, moment):
                ran.append(job.name)
                job.run(moment)
                _note_end(job, moment)
        except Exception:
            db.session.rollback()
            log.exception("job_failed", job=job.name)
    return ran


def _due(moment: datetime) -> list[Job]:
    """Return the jobs that are due, with one query, as this runs every few seconds."""
    known = {run.name: (run.started_at, run.finished_at) for run in db.session.scalars(select(JobRun))}
    db.session.rollback()
    return [job for job in _jobs.values() if _is_due(job, moment, *known.get(job.name, (None, None)))]


def _is_due(job: Job, moment: datetime, started: datetime | None, finished: datetime | None) -> bool:
    if started is None:
        return True
    whole = finished is not None and finished >= started
    return moment >= started + (job.interval if whole else min(job.interval, RETRY_AFTER))


def _claim(job: Job, moment: datetime) -> bool:
    """Return whether the job is still due and this worker claimed it first."""
    known = db.session.get(JobRun, job.name)
    started, finished = (known.started_at, known.finished_at) if known else (None, None)
    db.session.rollback()
    if started is None:
        return _claim_first(job, moment)
    if not _is_due(job, moment, started, finished):
        return False
    with transaction() as session:
        mine = update(JobRun).where(JobRun.name == job.name, JobRun.started_at == started)
        return bool(getattr(session.execute(mine.values(started_at=moment)), "rowcount", 0))


def _claim_first(job: Job, moment: datetime) -> bool:
    try:
        with transaction() as session:
            session.add(JobRun(name=job.name, started_at=moment))
    except IntegrityError:
        return False
    return True


def _note_end(job: Job, moment: datetime) -> None:
    with transaction() as session:
        session.execute(update(JobRun).where(JobRun.name == job.name).values(finished_at=moment))
