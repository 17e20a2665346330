"""Requests every route in every way as six kinds of people, and compares the answers with the declared audiences.

CHECKS 31, 35-38: new routes are included automatically; one for only a part of its audience is listed in `ONLY`.
"""

from collections.abc import Iterable

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.core.web.access import OPEN_TO_ALL, SIGN_IN, Audience
from tests.test_access import TABLE
from tests.world import KINDS, World, token_of

HTMX = {"HX-Request": "true"}
EDITORS = ("editor", "administrator")
SIGNED_IN = KINDS[1:]
AUTHOR = ("member", *EDITORS)
OWNER = ("signatory", *EDITORS)
BY_AUDIENCE = {
    Audience.PUBLIC: KINDS,
    Audience.VISITORS: KINDS,
    Audience.TOKEN_HOLDERS: KINDS,
    Audience.HALF_SIGNED_IN: SIGNED_IN,
    Audience.MEMBERS: SIGNED_IN,
    Audience.EDITORS: EDITORS,
    Audience.ADMINISTRATORS: ("administrator",),
}
ONLY = {
    "/account/passkeys/<int:passkey_id>/verwijderen": ("member",),
    "/account/sessies/<int:session_id>/beeindigen": ("member",),
    "/account/sso/<int:identity_id>/ontkoppelen": ("member",),
    "/agenda/<int:event_id>/afgelasten": AUTHOR,
    "/agenda/<int:event_id>/bewerken": AUTHOR,
    "/agenda/<int:event_id>/concept": AUTHOR,
    "/agenda/<int:event_id>/intrekken": AUTHOR,
    "/agenda/<int:event_id>/verzetten": AUTHOR,
    "/antwoorden/<int:thread_id>": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/gelezen": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/makelaar": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/meelezen": ("signatory",),
    "/antwoorden/<int:thread_id>/vastgehouden/<int:held_id>": ("member",),
    "/antwoorden/<int:thread_id>/bestand/<string(length=32):file_token>": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/blokkeren": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/melden": ("member", "signatory"),
    "/antwoorden/<int:thread_id>/resultaat": ("member", "signatory"),
    "/leden/<int:user_id>-<slug>": SIGNED_IN,
    "/leden/<int:user_id>/bericht": ("other", "signatory", *EDITORS),
    "/nieuws/<int:article_id>/bewerken": AUTHOR,
    "/nieuws/<int:article_id>/concept": AUTHOR,
    "/nieuws/<int:article_id>/intrekken": AUTHOR,
    "/organisaties/<slug>/bewerken": OWNER,
    "/organisaties/<slug>/plaatsen": OWNER,
    "/organisaties/<slug>/plaatsen/<int:seat_id>/beeindigen": OWNER,
    "/organisaties/<slug>/plaatsen/<int:seat_id>/bewerken": ("signatory",),
    "/organisaties/<slug>/plaatsen/<int:seat_id>/eigenaar": OWNER,
    "/organisaties/<slug>/plaatsen/<int:seat_id>/overdragen": OWNER,
    "/organisaties/<slug>/uitnodigen": OWNER,
    "/organisaties/<slug>/uitnodigingen/<int:invitation_id>/intrekken": OWNER,
    "/volgen/<int:alert_id>/wijzigen": ("member",),
    "/vraag-en-aanbod/<int:post_id>/afronden": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/bewerken": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/concept": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/in-gesprek": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/kopieren": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/opnieuw-plaatsen": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/past/uitnodigen": ("member",),
    "/vraag-en-aanbod/<int:post_id>/past/weg": ("member",),
    "/vraag-en-aanbod/<int:post_id>/intrekken": AUTHOR,
    "/vraag-en-aanbod/<int:post_id>/verlengen": AUTHOR,
}
"""Routes for a part of their audience: the owner of the row in the address, and usually the editors."""
MAY_BE_MISSING = ("alerts.confirm", "answers.confirm", "accounts.single_sign_on", "accounts.confirm", "accounts.reset",
                  "accounts.magic_link_use", "accounts.confirm_address", "accounts.change_address",
                  "community.invitation", "operations.metrics")  # fmt: skip
"""Routes that may answer 404 to their audience: the secret in the address is invalid, or the feature is not set up."""
REFUSED = (401, 403, 404)


def rules(world: World, endpoint: str) -> Iterable[Rule]:
    return list(world.app.url_map.iter_rules(endpoint))


def allowed(rule: Rule) -> tuple[str, ...]:
    return ONLY.get(rule.rule) or BY_AUDIENCE[TABLE[rule.endpoint]]


def is_refusal(rule: Rule, answer: TestResponse) -> bool:
    """Return whether an answer refuses access; a form for visitors may redirect to sign-in after success."""
    lead = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
    sent_away = lead.startswith(f"{SIGN_IN}?") and TABLE[rule.endpoint] not in OPEN_TO_ALL
    return answer.status_code in REFUSED or sent_away


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_looking_is_for_whom_it_is_declared(world: World, endpoint: str) -> None:
    """GET, HEAD and htmx requests; none of them changes the database."""
    before = world.dump()
    for rule in (rule for rule in rules(world, endpoint) if "GET" in (rule.methods or ())):
        address = world.address(rule)
        for kind in KINDS:
            seen = {}
            for way, method, headers in (("GET", "GET", {}), ("HEAD", "HEAD", {}), ("htmx", "GET", HTMX)):
                answer = world.client(kind).open(address, method=method, headers=headers)
                seen[way] = answer.status_code
                refused = is_refusal(rule, answer)
                missing = answer.status_code == 404 and endpoint.startswith(MAY_BE_MISSING)
                assert answer.status_code < 500, f"{way} {address} by {kind}"
                assert missing or refused == (kind not in allowed(rule)), f"{way} {address} by {kind}: {answer.status}"
            assert seen["GET"] == seen["HEAD"], f"{address} by {kind}"
    assert not world.changes_since(before)


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_doing_is_for_whom_it_is_declared(world: World, endpoint: str) -> None:
    """POST with a valid CSRF token, plain and with htmx; a refused request changes nothing."""
    for rule in (rule for rule in rules(world, endpoint) if "POST" in (rule.methods or ())):
        address = world.address(rule)
        for kind in sorted(KINDS, key=lambda kind: kind in allowed(rule)):
            before = world.dump()
            for headers in ({}, HTMX):
                client = world.client(kind)
                answer = client.post(address, data={"csrf_token": token_of(client)}, headers=headers)
                refused = is_refusal(rule, answer)
                missing = answer.status_code == 404 and endpoint.startswith(MAY_BE_MISSING)
                assert answer.status_code < 500, f"{address} by {kind}"
                assert missing or refused == (kind not in allowed(rule)), f"{address} by {kind}: {answer.status}"
                if kind in allowed(rule):
                    world.restore()
            if kind not in allowed(rule):
                assert not world.changes_since(before), f"{address} by {kind} was refused and did something"


def test_what_is_only_for_some_exists(world: World) -> None:
    assert set(ONLY) <= {rule.rule for rule in world.app.url_map.iter_rules()}
