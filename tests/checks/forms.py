"""The forms of the portal as people get them: found in the map of routes, filled in as somebody would."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from portal.core.web.access import Audience
from tests.people import SignedInClient, filled
from tests.test_access import TABLE
from tests.test_access_walk import allowed
from tests.world import World

TEXT_KINDS = ("text", "email", "url", "search", "tel")
MAIN_FORM = "main form[method=post]:not(.action-form)"
FORMS = sorted(
    endpoint for endpoint, audience in TABLE.items() if audience is not Audience.PUBLIC and "passkey" not in endpoint
)
"""Endpoints that may have a form; passkeys are sent by a script and have no fields."""


@dataclass
class Form:
    """A form on a page: where it goes, what a browser would send of it, and what one can type in."""

    page: str
    address: str
    data: dict[str, Any]
    texts: list[str]
    """The names of the fields for text of people; a code of an app is as secret as a password."""
    files: list[str]
    secrets: list[str]


def forms(world: World, endpoint: str) -> Iterator[tuple[str, SignedInClient, Form]]:
    """Yield (kind of person, browser, form) for the forms of an endpoint, as one who may use it sees them."""
    for rule in world.app.url_map.iter_rules(endpoint):
        if {"GET", "POST"} <= (rule.methods or set()):
            kind = _kind(rule)
            client = world.client(kind)
            page = client.get(world.address(rule))
            for node in page.tree.css(MAIN_FORM) if page.status_code == 200 else ():
                yield kind, client, _read(world.address(rule), node)


def _kind(rule: Rule) -> str:
    may = allowed(rule)
    return next(kind for kind in ("visitor", "member", "signatory", "editor", "administrator") if kind in may)


def _read(page: str, node: Any) -> Form:
    entries = [(one, one.attributes.get("name"), one.attributes.get("type") or "text") for one in node.css("input")]
    areas = [one.attributes.get("name") for one in node.css("textarea")]
    return Form(
        page=page,
        address=node.attributes.get("action") or page,
        data=filled(node),
        texts=[
            *(name for _one, name, kind in entries if name and kind in TEXT_KINDS and name != "code"),
            *filter(None, areas),
        ],
        files=[name for _one, name, kind in entries if name and kind == "file"],
        secrets=[name for _one, name, kind in entries if name and (kind == "password" or name == "code")],
    )
