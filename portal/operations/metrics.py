"""The metrics for Prometheus at `/metrics`: counters of this process, and gauges of the shared parts."""

import hmac
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from portal.core import clock, metrics
from portal.core.extensions import db
from portal.core.models import JobRun
from portal.core.storage import database
from portal.mail import queries as mail
from portal.search import services as search

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_read(authorization: str, token: str | None) -> bool:
    """Return whether a request with this Authorization header may read them; never when no token is configured."""
    if not token:
        return False
    return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    shared = CollectorRegistry()
    shared.register(_Shared())
    return generate_latest(metrics.registry) + generate_latest(shared)


class _Shared(Collector):
    """Gauges of the database and other shared parts, equal in every process."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; a part that cannot be read is left out, and `portal_up` is 0 for it."""
        for part, read in (("database", _database), ("search", _search), ("mail", _mail), ("jobs", _jobs)):
            up = GaugeMetricFamily("portal_up", "Whether a part can be read", labels=["part"])
            try:
                found = list(read())
            except Exception:  # noqa: BLE001  # whatever is away, the other figures still tell
                db.session.rollback()
                found = []
                up.add_metric([part], 0)
            else:
                up.add_metric([part], 1)
            yield from (up, *found)

    def describe(self) -> list[Metric]:
        """Return nothing, so that registering the collector reads nothing."""
        return []


def _database() -> Iterator[Metric]:
    yield GaugeMetricFamily("portal_content_version", "Number of public changes", value=database.content_version())


def _search() -> Iterator[Metric]:
    status = search.status()
    yield GaugeMetricFamily("portal_search_usable", "Whether the index can be searched", value=int(status.usable))
    yield GaugeMetricFamily("portal_search_documents", "Documents in the index", value=status.indexed)
    yield GaugeMetricFamily("portal_search_changes_waiting", "Changes not yet in the index", value=status.pending)
    yield GaugeMetricFamily("portal_search_oldest_change_seconds", "How long the oldest waits", value=status.age)


def _mail() -> Iterator[Metric]:
    outbox = mail.count_mails()
    states = GaugeMetricFamily("portal_mail", "Mails by state", labels=["state"])
    for state in ("queued", "sending", "sent", "failed", "dropped"):
        states.add_metric([state], getattr(outbox, state))
    yield states
    yield GaugeMetricFamily("portal_mail_overdue", "Mails that should have gone long ago", value=outbox.overdue)
    yield GaugeMetricFamily(
        "portal_mail_oldest_seconds", "How long the oldest mail that is due waits", value=outbox.age
    )


def _jobs() -> Iterator[Metric]:
    ended = GaugeMetricFamily("portal_job_age_seconds", "Since a job last ended well", labels=["job"])
    now = clock.now()
    for name, finished in db.session.execute(select(JobRun.name, JobRun.finished_at).order_by(JobRun.name)):
        if finished is not None:
            ended.add_metric([name], (now - finished).total_seconds())
    yield ended
    running = select(func.count()).select_from(JobRun).where(JobRun.finished_at.is_(None))
    yield GaugeMetricFamily(
        "portal_jobs_never_ended", "Jobs that never ended well", value=db.session.scalar(running) or 0
    )
