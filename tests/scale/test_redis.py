"""A Redis that comes, goes and hangs costs nobody a page, and little time."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from redis import Redis

from portal.core.storage import redis
from portal.core.storage.database import raise_content_version, transaction
from portal.core.web.freshness import Freshness
from portal.core.web.shared_pages import SharedPages
from portal.operations import health
from tests.fixtures import InspectingClient
from tests.servers import RedisServer

PAGE, OTHER = "/meedoen/", "/agenda/"


@pytest.fixture
def layer(app: Flask, shared: redis.Shared, monkeypatch: pytest.MonkeyPatch) -> Freshness:
    """Return the layer that keeps pages, here and in Redis."""
    found: Freshness = app.extensions["freshness"]
    found.cache.clear()
    monkeypatch.setattr(found, "second", SharedPages(shared))
    return found


@pytest.fixture
def rendered(app: Flask, layer: Freshness, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each page that is made anew."""
    made: list[str] = []
    inner = layer.app

    def note(environ: dict[str, object], start: Callable[..., object]) -> object:
        made.append(str(environ["PATH_INFO"]))
        return inner(environ, start)  # type: ignore[arg-type]  # as the layer calls it

    monkeypatch.setattr(layer, "app", note)
    return made


def test_what_one_process_rendered_another_need_not(
    client: InspectingClient, layer: Freshness, rendered: list[str]
) -> None:
    first = client.get(PAGE)
    layer.cache.clear()  # as in another process
    second = client.get(PAGE)

    assert rendered == [PAGE]
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)
    assert client.get(PAGE, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_kept_page_goes_out_compressed_as_it_was_kept(
    client: InspectingClient, layer: Freshness, rendered: list[str]
) -> None:
    whole = client.get(PAGE).data
    layer.cache.clear()
    packed = client.get(PAGE, headers={"Accept-Encoding": "br"})

    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) < len(whole) / 2
    assert rendered == [PAGE]


def test_what_changed_is_rendered_anew(client: InspectingClient, layer: Freshness, rendered: list[str]) -> None:
    client.get(PAGE)
    layer.cache.clear()
    with transaction() as session:
        raise_content_version(session)
    client.get(PAGE)

    assert rendered == [PAGE, PAGE]


def test_what_is_for_one_person_or_an_error_is_not_in_redis(
    client: InspectingClient, layer: Freshness, redis_server: RedisServer
) -> None:
    client.get("/account/inloggen")
    client.get("/nergens/")
    client.get("/zoeken?q=gastles")

    assert redis_server.client.keys("*:page:*") == []


def test_pages_end_by_themselves_and_have_a_bound(
    client: InspectingClient, layer: Freshness, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PAGE)
    assert all(0 < redis_server.client.ttl(key) <= 90 for key in redis_server.client.keys("*"))
    monkeypatch.setattr("portal.core.web.shared_pages.MOST_BYTES_A_MINUTE", 1)
    client.get(OTHER)

    assert len(redis_server.client.keys("*:page:*")) == 1
    assert client.get(OTHER).status_code == 200


def test_rubbish_under_a_key_is_rendered_over(
    client: InspectingClient, layer: Freshness, redis_server: RedisServer, rendered: list[str]
) -> None:
    whole = client.get(PAGE).data
    (key,) = redis_server.client.keys("*:page:*")
    for rubbish in ("", "x", "[1]\nx", '["200 OK", []]\nnot packed'):
        redis_server.client.set(key, rubbish)
        layer.cache.clear()
        assert client.get(PAGE).data == whole


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_without_redis_every_page_comes(
    client: InspectingClient, layer: Freshness, redis_server: RedisServer, trouble: str
) -> None:
    whole = client.get(PAGE).data
    getattr(redis_server, trouble)()
    layer.cache.clear()

    assert client.get(PAGE).data == whole
    assert client.get(OTHER).status_code == 200


def test_a_redis_that_hangs_is_waited_for_once_a_moment(shared: redis.Shared, redis_server: RedisServer) -> None:
    """Not by every request: it is left alone for some seconds."""
    redis_server.freeze()
    asked: list[int] = []

    def question(client: Redis) -> object:
        asked.append(1)
        return client.get("x")

    for _number in range(20):
        with pytest.raises(redis.Unavailable):
            shared.ask(question)

    assert len(asked) == 1


def test_it_heals_by_itself(
    client: InspectingClient,
    layer: Freshness,
    redis_server: RedisServer,
    shared: redis.Shared,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redis_server.stop()
    client.get(PAGE)
    redis_server.start()
    assert redis_server.client.keys("*") == []
    later = time.monotonic() + redis.LEAVE_ALONE_SECONDS
    monkeypatch.setattr("portal.core.storage.redis.time.monotonic", lambda: later + 1)
    client.get(OTHER)

    assert len(redis_server.client.keys("*:page:*")) == 1


def test_the_check_of_the_portal_tells_of_it(app: Flask, shared: redis.Shared, redis_server: RedisServer) -> None:
    def well() -> list[bool]:
        return [finding.well for finding in health.findings() if finding.subject == "redis"]

    assert well() == [True]
    redis_server.stop()
    assert well() == [False]


def test_a_connection_that_was_closed_meanwhile_is_no_failure(shared: redis.Shared, redis_server: RedisServer) -> None:
    shared.ask(lambda client: client.set("x", "1"))
    redis_server.client.client_kill_filter(_type="normal", skipme=True)

    assert shared.ask(lambda client: client.get("x")) == b"1"
