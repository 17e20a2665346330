"""Every route that takes a POST, found in the map of routes: what no form of ours would send does nothing.

CHECKS 28-32. What a request may touch without being asked (`web_session`, `limit_count`) is left out of the
comparison; everything else in the database must be as it was.
"""

import json
import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.core.web.access import Audience
from tests.test_access import TABLE
from tests.world import World, token_of

WITHOUT_TOKEN = dict.fromkeys(
    ("mail.one_click", "alerts.one_click"), "RFC 8058: the mail program sends what the header says, and no cookie"
)
"""Endpoints that take a POST without a token of ours, each with why."""
UNCHANGED = ("PUT", "PATCH", "DELETE")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
FOREIGN = "https://evil.example"
WRONG = "IjEi.aSAx.AAAAAAAAAAAAAAAAAAAAAAAAAAA"
FORM = "application/x-www-form-urlencoded"
ENDPOINTS = sorted(TABLE)


def rules(world: World, endpoint: str, method: str) -> Iterator[Rule]:
    yield from (rule for rule in world.app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))


def who(endpoint: str) -> str:
    """Return who is best placed to get something done: visitors where they may, else whoever has most rights."""
    if TABLE[endpoint] in (Audience.PUBLIC, Audience.VISITORS, Audience.TOKEN_HOLDERS):
        return "visitor"
    return "administrator"


def refused(answer: TestResponse) -> bool:
    return answer.status_code in (400, 401, 403, 404, 405, 413, 415)


def filled(token: str) -> dict[str, str]:
    """Return what most forms would take: a token, and a button that was pressed."""
    return {"csrf_token": token, "do": "verstuur", "reason": "Een reden die lang genoeg is om te tellen."}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_post_without_a_token_of_ones_own_does_nothing(world: World, endpoint: str) -> None:
    """CHECKS 28, 29: no, empty, wrong, another session's, in the query only, from another site, htmx, non-ASCII."""
    for rule in rules(world, endpoint, "POST"):
        if endpoint in WITHOUT_TOKEN:
            continue
        address, kind = world.address(rule), who(endpoint)
        client, stranger = world.client(kind), token_of(world.client("other"))
        mine, before = token_of(client), world.dump()
        body = {name: value for name, value in filled(mine).items() if name != "csrf_token"}
        tries: dict[str, TestResponse] = {
            "none": client.post(address, data=body),
            "empty": client.post(address, data={**body, "csrf_token": ""}),
            "wrong": client.post(address, data={**body, "csrf_token": WRONG}),
            "cut": client.post(address, data={**body, "csrf_token": mine[:-1]}),
            "of another session": client.post(address, data={**body, "csrf_token": stranger}),
            "in the query only": client.post(f"{address}?csrf_token={mine}", data=body),
            "htmx": client.post(address, data=body, headers={"HX-Request": "true"}),
            "not ASCII": client.post(address, data={**body, "csrf_token": "é€\u0000漢"}),
            "not ASCII in a header": client.post(address, data=body, headers={"X-CSRFToken": "é"}),
            "another site": client.post(address, data={**body, "csrf_token": mine}, headers={"Origin": FOREIGN}),
            "no origin": client.post(address, data={**body, "csrf_token": mine}, headers={"Origin": "null"}),
        }
        assert {name: answer.status_code for name, answer in tries.items() if not refused(answer)} == {}
        assert not world.changes_since(before)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_other_body_passes_for_a_form(world: World, endpoint: str) -> None:
    """CHECKS 30."""
    for rule in rules(world, endpoint, "POST"):
        if endpoint in WITHOUT_TOKEN:
            continue
        address, client = world.address(rule), world.client(who(endpoint))
        data = filled(token_of(client))
        before = world.dump()
        plain = "&".join(f"{name}={value}" for name, value in data.items())
        for content_type, text in (("text/plain", plain), ("application/json", json.dumps(data))):
            answer = client.post(address, data=text, content_type=content_type)
            assert refused(answer), f"{content_type} {address}: {answer.status}"
        assert not world.changes_since(before)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_other_methods_do_nothing(world: World, endpoint: str) -> None:
    """CHECKS 31, 32."""
    for rule in world.app.url_map.iter_rules(endpoint):
        address, client = world.address(rule), world.client(who(endpoint))
        data = filled(token_of(client))
        before = world.dump()
        for method in UNCHANGED:
            answer = client.open(address, method=method, data=data)
            assert answer.status_code in (400, 401, 403, 404, 405), f"{method} {address}: {answer.status}"
        options = client.options(address)
        assert options.status_code < 500
        if "GET" in (rule.methods or ()):
            client.get(address, headers=dict.fromkeys(OVERRIDES, "POST"))
            client.get(f"{address}?_method=POST", data=data, content_type=FORM)
            client.head(address, data=data, content_type=FORM)
        client.post(address, headers=dict.fromkeys(OVERRIDES, "DELETE"), data={"csrf_token": WRONG})
        assert endpoint in WITHOUT_TOKEN or not world.changes_since(before)


def test_signing_out_by_looking_is_impossible(world: World) -> None:
    """CHECKS 23: whatever GET and HEAD can reach, a member stays signed in."""
    client = world.client("member")
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for method in ("GET", "HEAD"):
                client.open(world.address(rule), method=method)

    assert client.get("/account/gegevens").status_code == 200


def test_every_form_of_every_page_carries_a_token(world: World) -> None:
    """CHECKS 28: what our own pages post always names the token, so that none is sent in vain."""
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for kind in ("visitor", "member", "signatory", "administrator"):
            answer = world.client(kind).get(world.address(rule))
            if answer.mimetype != "text/html":
                continue
            for form in answer.tree.css("form[method=post]"):
                named = form.css_first("input[name=csrf_token]") is not None
                assert named or rule.endpoint in WITHOUT_TOKEN, f"{rule.rule}: {form.attributes}"
                assert re.match(r"/(?!/)|$", form.attributes.get("action") or ""), f"{rule.rule}: {form.attributes}"
