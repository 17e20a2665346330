"""Limits hold for all processes and after a restart, and let go when their window is over."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.exceptions import TooManyRequests

from portal import create_app
from portal.core.extensions import db
from portal.core.models import LimitCount
from portal.core.web import limits
from tests.databases import hang_up

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_one_too_many_is_refused_and_says_when_to_come_back(app: Flask) -> None:
    with time_machine.travel(START, tick=False):
        for _number in range(3):
            limits.hit("try", "somebody", most=3, seconds=60)
        with pytest.raises(TooManyRequests) as refused:
            limits.hit("try", "somebody", most=3, seconds=60)

    assert refused.value.retry_after in (60, 61)


def test_another_person_and_another_purpose_count_apart(app: Flask) -> None:
    limits.hit("try", "somebody", most=1, seconds=60)
    limits.hit("try", "somebody else", most=1, seconds=60)
    limits.hit("ask", "somebody", most=1, seconds=60)


def test_the_window_ends(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        limits.hit("try", "somebody", most=1, seconds=60)
        clock.shift(timedelta(seconds=61))
        limits.hit("try", "somebody", most=1, seconds=60)
        clock.shift(timedelta(seconds=30))
        with pytest.raises(TooManyRequests):
            limits.hit("try", "somebody", most=1, seconds=60)


def test_another_process_knows_what_was_counted(app: Flask) -> None:
    """CHECKS 5: a second application on the same database refuses too."""
    limits.hit("try", "somebody", most=1, seconds=60)
    other = create_app(app.config["SETTINGS"])
    with other.app_context(), pytest.raises(TooManyRequests):
        limits.hit("try", "somebody", most=1, seconds=60)
    hang_up(other)


def test_who_it_was_is_not_kept(app: Flask) -> None:
    limits.hit("try", "jan@example.org", most=1, seconds=60)

    assert [key for key in db.session.scalars(db.select(LimitCount.key)) if "jan" in key] == []


def test_the_limits_are_on_by_default(app: Flask) -> None:
    assert app.config["SETTINGS"].limits == 1


def test_a_header_does_not_change_the_address_of_the_visitor(app: Flask) -> None:
    """CHECKS 2."""
    client = {"REMOTE_ADDR": "127.0.0.1"}
    with app.test_request_context(environ_base=client, headers={"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4"}):
        assert limits.address() == "127.0.0.1"
