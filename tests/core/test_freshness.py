"""A visitor's page is kept until something public changes, and never longer than the minute."""

import gzip

import brotli
import pytest
import time_machine
from flask import Flask

from portal.community import services as community
from portal.core.storage.database import content_version
from portal.core.web.freshness import Freshness, KeptPage, PageCache, choose_encoding
from tests.fixtures import InspectingClient

MOMENT = "2026-11-21 12:00:20+00:00"
PAGE = "/organisaties/"


def add(name: str) -> None:
    """Add an organisation, as an editor would."""
    community.add_organisation(name.lower(), name, "werkgever", "Delft", None, None)


@time_machine.travel(MOMENT, tick=False)
def test_a_second_visit_costs_a_304(client: InspectingClient) -> None:
    first = client.get(PAGE)
    second = client.get(PAGE, headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert second.status_code == 304
    assert second.get_data() == b""
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "HX-Request" in second.headers["Vary"]


@time_machine.travel(MOMENT, tick=False)
def test_a_change_shows_at_once(client: InspectingClient) -> None:
    before = client.get(PAGE)
    add("Zonnewijzer")
    after = client.get(PAGE, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert "Zonnewijzer" in after.get_data(as_text=True)


def test_the_minute_makes_a_page_old(client: InspectingClient) -> None:
    with time_machine.travel(MOMENT, tick=False):
        tag = client.get(PAGE).headers["ETag"]
    with time_machine.travel("2026-11-21 12:01:00+00:00", tick=False):
        assert client.get(PAGE, headers={"If-None-Match": tag}).status_code == 200


@time_machine.travel(MOMENT, tick=False)
def test_a_kept_page_does_not_wake_the_application(app: Flask, client: InspectingClient) -> None:
    fresh = client.get(PAGE).get_data()
    app.view_functions["community.index"], view = None, app.view_functions["community.index"]  # type: ignore[assignment]
    try:
        assert client.get(PAGE).get_data() == fresh
    finally:
        app.view_functions["community.index"] = view


@time_machine.travel(MOMENT, tick=False)
def test_languages_and_fragments_are_kept_apart(client: InspectingClient) -> None:
    whole = client.get(PAGE).get_data(as_text=True)
    english = client.get(f"/en{PAGE}").get_data(as_text=True)
    part = client.get(PAGE, headers={"HX-Request": "true"}).get_data(as_text=True)
    boosted = client.get(PAGE, headers={"HX-Request": "true", "HX-Boosted": "true"}).get_data(as_text=True)

    assert '<html lang="nl">' in whole
    assert '<html lang="en">' in english
    assert "<html" not in part
    assert boosted == whole


@time_machine.travel(MOMENT, tick=False)
def test_bodies_come_compressed_as_asked(client: InspectingClient) -> None:
    plain = client.get(PAGE).get_data()

    for _in_haste_then_well in range(3):
        packed = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.get_data()) == plain
        packed = client.get(PAGE, headers={"Accept-Encoding": "gzip, br"})
        assert packed.headers["Content-Encoding"] == "br"
        assert brotli.decompress(packed.get_data()) == plain


@time_machine.travel(MOMENT, tick=False)
def test_head_answers_as_get_without_a_body(client: InspectingClient) -> None:
    for _again in range(2):
        head, get = client.head(PAGE), client.get(PAGE)
        assert (head.status_code, head.headers["Content-Length"]) == (200, get.headers["Content-Length"])
        assert head.get_data() == b""


def test_errors_are_not_kept(app: Flask, client: InspectingClient) -> None:
    kept = len(app.extensions["freshness"].cache)
    response = client.get("/bestaat-niet")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert len(app.extensions["freshness"].cache) == kept


def test_who_carries_a_session_gets_nothing_kept(client: InspectingClient) -> None:
    client.set_cookie("session", "somebody")
    response = client.get(PAGE)

    assert "ETag" not in response.headers
    assert "no-store" in response.headers["Cache-Control"]


def test_visitors_get_no_cookie(client: InspectingClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_a_write_that_fails_leaves_the_version_alone(app: Flask) -> None:
    before = content_version()
    with pytest.raises(ZeroDivisionError):
        _fail_half_way()

    assert content_version() == before


def _fail_half_way() -> None:
    from portal.core.storage.database import transaction

    with transaction():
        add("Halverwege")
        raise ZeroDivisionError


def test_the_cache_is_bounded() -> None:
    cache = PageCache(max_bytes=100_000)
    for number in range(100):
        cache.put(str(number), KeptPage("200 OK", [], b"x" * 5_000))

    assert 0 < len(cache) < 12
    assert cache.get("99") is not None
    assert cache.get("0") is None


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("", ""), ("gzip", "gzip"), ("gzip, br", "br"), ("br;q=0, gzip", "gzip"), ("identity", ""), ("BR", "br")],
)
def test_choose_encoding(accepted: str, chosen: str) -> None:
    assert choose_encoding(accepted) == chosen


def test_the_layer_stands_around_the_application(app: Flask) -> None:
    assert isinstance(app.extensions["freshness"], Freshness)
