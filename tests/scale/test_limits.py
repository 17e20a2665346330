"""Limits count the same in Redis as in the table, count once for all processes, and never stop counting."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.exceptions import TooManyRequests

from portal.core.extensions import db
from portal.core.models import LimitCount
from portal.core.storage import redis
from portal.core.web import limits
from tests.servers import RedisServer

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
Wait = Callable[[float], None]


@pytest.fixture(params=["table", "redis"])
def wait(request: pytest.FixtureRequest, app: Flask) -> Iterator[Wait]:
    """Let limits be counted in one place and then in the other; returns what lets seconds pass there."""
    if request.param == "redis":
        request.getfixturevalue("shared")
        client = request.getfixturevalue("redis_server").client

        def let_pass(seconds: float) -> None:
            for key in client.keys("*"):
                client.pexpire(key, client.pttl(key) - int(seconds * 1000))

        yield let_pass
    else:
        with time_machine.travel(START, tick=False) as clock:
            yield lambda seconds: clock.shift(timedelta(seconds=seconds))


def test_one_too_many_is_refused_and_says_when_to_come_back(wait: Wait) -> None:
    for _number in range(3):
        limits.hit("try", "somebody", most=3, seconds=60)
    with pytest.raises(TooManyRequests) as refused:
        limits.hit("try", "somebody", most=3, seconds=60)

    assert refused.value.retry_after in (60, 61)


def test_the_window_ends_however_often_one_tries(wait: Wait) -> None:
    """It runs from the first count: who goes on trying does not make it longer."""
    limits.hit("try", "somebody", most=1, seconds=60)
    wait(50)
    with pytest.raises(TooManyRequests) as refused:
        limits.hit("try", "somebody", most=1, seconds=60)
    assert refused.value.retry_after in (10, 11)
    wait(11)
    limits.hit("try", "somebody", most=1, seconds=60)
    wait(30)
    with pytest.raises(TooManyRequests):
        limits.hit("try", "somebody", most=1, seconds=60)


def test_another_person_and_another_purpose_count_apart(wait: Wait) -> None:
    limits.hit("try", "somebody", most=1, seconds=60)
    limits.hit("try", "somebody else", most=1, seconds=60)
    limits.hit("ask", "somebody", most=1, seconds=60)


def test_what_is_forgotten_counts_anew(wait: Wait) -> None:
    limits.hit("try", "somebody", most=1, seconds=60)
    limits.reset("try", "somebody")
    limits.hit("try", "somebody", most=1, seconds=60)


def refused_of(app: Flask, tries: int, most: int) -> int:
    """Try so often at once, and return how many tries were refused."""

    def try_once(_number: int) -> int:
        with app.app_context():
            try:
                return int(limits.count("try", "somebody", most, 600) is not None)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(try_once, range(tries)))


def test_all_at_once_none_slips_through(wait: Wait, app: Flask) -> None:
    """CHECKS 1, 5."""
    assert refused_of(app, tries=40, most=10) == 30


@pytest.mark.postgres
def test_all_at_once_none_slips_through_on_postgresql(postgres_app: Flask) -> None:
    """CHECKS 1, 5: where writers do not wait for each other."""
    assert refused_of(postgres_app, tries=40, most=10) == 30


def test_in_redis_no_count_stays_for_ever_and_says_who_it_was(shared: redis.Shared, redis_server: RedisServer) -> None:
    limits.hit("try", "jan@example.org", most=1, seconds=60)
    (key,) = redis_server.client.keys("*")

    assert 0 < redis_server.client.pttl(key) <= 60_000
    assert "jan" not in key
    assert db.session.query(LimitCount).count() == 0


def test_another_process_knows_what_was_counted(app: Flask, shared: redis.Shared, redis_server: RedisServer) -> None:
    """CHECKS 5."""
    limits.hit("try", "somebody", most=1, seconds=60)
    app.extensions[redis.EXTENSION] = redis.Shared(redis_server.url, "portal:test")

    with pytest.raises(TooManyRequests):
        limits.hit("try", "somebody", most=1, seconds=60)


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_without_redis_they_are_counted_in_the_table(
    app: Flask, shared: redis.Shared, redis_server: RedisServer, trouble: str
) -> None:
    """Never no limit: not while Redis is gone, not while it hangs."""
    limits.hit("try", "before", most=1, seconds=60)
    getattr(redis_server, trouble)()

    limits.hit("try", "somebody", most=1, seconds=60)
    with pytest.raises(TooManyRequests) as refused:
        limits.hit("try", "somebody", most=1, seconds=60)
    assert refused.value.retry_after in (60, 61)
    assert db.session.query(LimitCount).count() == 1


def test_what_was_counted_while_redis_was_gone_can_be_forgotten_when_it_is_back(
    app: Flask, shared: redis.Shared, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis, "LEAVE_ALONE_SECONDS", 0.0)
    redis_server.stop()
    limits.hit("try", "somebody", most=1, seconds=60)
    redis_server.start()
    limits.reset("try", "somebody")
    assert db.session.query(LimitCount).count() == 0

    limits.hit("try", "somebody", most=1, seconds=60)
    with pytest.raises(TooManyRequests):
        limits.hit("try", "somebody", most=1, seconds=60)
    assert len(redis_server.client.keys("*")) == 1


def test_a_redis_that_refuses_to_write_counts_as_gone(
    app: Flask, shared: redis.Shared, redis_server: RedisServer
) -> None:
    """Full, read-only or with a wrong password: whatever it says, it is no answer."""
    redis_server.client.config_set("maxmemory", "1")
    limits.hit("try", "somebody", most=1, seconds=60)

    with pytest.raises(TooManyRequests):
        limits.hit("try", "somebody", most=1, seconds=60)
    assert db.session.query(LimitCount).count() == 1
