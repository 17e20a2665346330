"""What is typed is shown or refused: every form of content filled in whole, and its page read."""

from datetime import date
from typing import Any

import pytest

from portal.core import clock
from tests.checks.test_shown import marks_on
from tests.people import filled
from tests.world import SLUG, World, world

__all__ = ["world"]
IN_WORDS = {"website": "https://merkwebsite1.example", "meeting_url": "https://merkmeetingurl1.example"}
LONGER = " en nog wat meer woorden"
FORMS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "/vraag-en-aanbod/nieuw": ("administrator", {"kind": "aanbod", "category": "stage", "places": "7"}, ()),
    "/agenda/nieuw": (
        "administrator",
        {"kind": "cafe", "place_mode": "both", "meeting_url_for": "everyone", "capacity": "7", "language": "en",
         "organisers": ["Vakschool Haagse Bocht"]},
        (),
    ),
    "/nieuws/insturen": ("administrator", {}, ("image_alt",)),
    f"/organisaties/{SLUG}/bewerken": ("signatory", {}, ("logo_alt",)),
    "/account/profiel": ("member", {"function_for": "everyone", "expertise_for": "everyone", "offers_for": "everyone",
                                    "seeks_for": "everyone"}, ()),
}  # fmt: skip
"""Per form: who sends it, what is no free text in it, and which words are refused without a picture."""


@pytest.mark.parametrize("address", FORMS)
def test_every_word_that_a_form_takes_is_shown_or_refused(world: World, address: str) -> None:
    """All fields filled in, found in the form itself: a new field that is dropped fails here."""
    kind, chosen, refused = FORMS[address]
    client = world.client(kind)
    form = next(node for node in client.get(address).tree.css("main form[method=post]") if node.css("textarea"))
    names = [
        node.attributes["name"] or ""
        for node in form.css("input, textarea")
        if node.attributes.get("type", "text") in ("text", "url", None) and node.attributes.get("name") not in chosen
    ]
    assert names
    texts = {name: IN_WORDS.get(name, f"merk{name.replace('_', '')}1{LONGER}") for name in names}
    days = {"first_day": date(clock.today().year + 1, 5, 20).isoformat()} if form.css("[name=first_day]") else {}
    data = {**filled(form), **texts, **chosen, **days, "do": "verstuur"}

    if refused:
        page = client.open(address, method="POST", data=data)
        assert page.status_code == 422
        assert {node.attributes.get("name") for node in page.tree.css("main [aria-invalid]")} == set(refused)
        data |= dict.fromkeys(refused, "")
    sent = client.open(address, method="POST", data=data)
    assert sent.status_code == 303, sent.texts(".error-summary li")
    shown = marks_on(world.client("visitor").get(sent.location))
    assert {f"merk{name.replace('_', '')}1" for name in names if name not in refused} <= shown
    world.restore()
