"""What the clock asks is done when it is due: once, by one worker, and again when it failed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.core import jobs

BEGIN = datetime(2026, 11, 21, 12, tzinfo=UTC)
Ran = list[datetime]


@pytest.fixture
def ran(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Return when our only job, once an hour, ran."""
    monkeypatch.setattr(jobs, "_jobs", {})
    moments: Ran = []

    @jobs.every(seconds=3600)
    def note(now: datetime) -> None:
        moments.append(now)

    return moments


def run_at(*minutes: int) -> None:
    """Let the clock ask at these minutes."""
    for minute in minutes:
        jobs.run_due(BEGIN + timedelta(minutes=minute))


def test_a_job_runs_at_once_and_then_once_an_interval(ran: Ran) -> None:
    run_at(0, 1, 59, 60, 61, 200)

    assert ran == [BEGIN, BEGIN + timedelta(minutes=60), BEGIN + timedelta(minutes=200)]


def test_a_restart_repeats_nothing(ran: Ran) -> None:
    """When it ran is in the database, so a second process knows too."""
    run_at(0)
    (job,) = jobs._jobs.values()
    jobs._jobs[job.name] = jobs.Job(job.name, job.interval, job.run)
    run_at(0, 30)

    assert ran == [BEGIN]


def test_only_one_of_two_workers_runs_it(ran: Ran) -> None:
    (job,) = jobs._jobs.values()

    assert [jobs._claim(job, BEGIN), jobs._claim(job, BEGIN)] == [True, False]


def test_what_failed_is_tried_again_soon_and_stops_no_other(
    app: Flask, ran: Ran, caplog: pytest.LogCaptureFixture
) -> None:
    failed: Ran = []

    @jobs.every(seconds=86_400)
    def break_down(now: datetime) -> None:
        failed.append(now)
        raise ZeroDivisionError

    run_at(0, 4, 6)

    assert failed == [BEGIN, BEGIN + timedelta(minutes=6)]
    assert ran == [BEGIN]


def test_a_job_whose_worker_was_killed_is_done_again(ran: Ran) -> None:
    (job,) = jobs._jobs.values()
    jobs._claim(job, BEGIN)  # and then nothing more

    run_at(4, 6)

    assert ran == [BEGIN + timedelta(minutes=6)]


def test_posts_expire_and_mail_is_forgotten_by_the_clock(app: Flask) -> None:
    jobs.load()

    assert {"board.jobs.expire_due_posts", "mail.jobs.forget_old_mail"} <= set(jobs._jobs)
