"""Every page, in both languages: its language, its one heading, a name for every field, link and picture, no id twice,
and the same list with and without script (CHECKS 89, 90, 96, and 1.3.1, 2.4.2, 2.4.4, 3.1.1, 4.1.2 of WCAG)."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborNode

from tests.checks.walk import LISTS
from tests.fixtures import InspectedResponse, InspectingClient
from tests.page_kinds import KINDS, kinds_of_page

Addresses = dict[str, str]
Kinds = dict[str, str]
NAMING = ("aria-label", "aria-labelledby", "title", "alt")
HIDDEN_TYPES = {"hidden", "submit", "button", "reset"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")


@pytest.fixture(scope="module")
def kinds(whole_site: Flask) -> Kinds:
    """Return an address of every kind of page."""
    return kinds_of_page(whole_site)


@pytest.fixture(params=[*KINDS, "english"])
def shown(request: pytest.FixtureRequest, visitor: InspectingClient, kinds: Kinds) -> InspectedResponse:
    """Return a page of every kind."""
    return visitor.get("/en" + kinds["post"] if request.param == "english" else kinds[request.param])


def test_a_page_says_its_language_and_has_one_heading_that_its_title_holds(shown: InspectedResponse) -> None:
    (language,) = shown.attributes("html", "lang")
    heading, title = shown.only("h1"), shown.only("head title")

    assert language in ("nl", "en")
    assert heading
    assert title.startswith(heading)
    assert len(title) > len(heading)
    assert (
        len(shown.tree.css("main"))
        == len(shown.tree.css("nav[aria-label='Hoofdmenu'], nav[aria-label='Main menu']"))
        == 1
    )
    assert shown.tree.css("a.skip-link[href='#main']")


def test_no_level_of_headings_is_skipped(shown: InspectedResponse) -> None:
    levels = [int((node.tag or "h0")[1]) for node in shown.tree.css("h1, h2, h3, h4, h5, h6")]

    assert levels[0] == 1
    assert not [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]


def test_every_field_has_a_label(shown: InspectedResponse) -> None:
    for field in shown.tree.css("input, select, textarea"):
        if field.attributes.get("type") in HIDDEN_TYPES:
            continue
        name = field.attributes.get("id")
        label = shown.tree.css_first(f'label[for="{name}"]') if name else None
        assert label or _inside(field, "label") or field.attributes.get("aria-label"), field.html
        assert not label or label.text().strip()
    for group in shown.tree.css("fieldset"):
        assert group.css_first("legend"), group.html


def test_every_link_and_button_has_a_name(shown: InspectedResponse) -> None:
    for node in shown.tree.css("a, button, summary"):
        named = [value for name in NAMING if (value := node.attributes.get(name))]
        assert node.text().strip() or named, node.html
    for picture in shown.tree.css("img, svg"):
        assert {"alt", "aria-hidden", "aria-label"} & picture.attributes.keys(), picture.html


def test_what_a_page_refers_to_by_id_is_there(shown: InspectedResponse) -> None:
    ids = set(shown.attributes("[id]", "id"))
    for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list", "headers"):
        wanted = {part for value in shown.attributes(f"[{name}]", name) for part in value.split()}
        assert wanted <= ids, name
    targets = {value for name in ("data-hx-target", "data-hx-include") for value in shown.attributes(f"[{name}]", name)}
    assert {target[1:] for target in targets if re.fullmatch(r"#[\w-]+", target)} <= ids


def test_everything_works_without_script(shown: InspectedResponse) -> None:
    for node in shown.tree.css("a"):
        assert node.attributes.get("href"), node.html
    for node in shown.tree.css("[data-hx-get]"):
        same = node.attributes.get("href") or node.attributes.get("action")
        assert same == re.sub(r"&aantal=\d+$", "", node.attributes["data-hx-get"] or ""), node.html
    for form in shown.tree.css("form"):
        assert form.attributes.get("action")
        assert (form.attributes.get("method") or "get") == "get"
        assert form.css("button[type=submit], button:not([type])"), form.html
    for button in shown.tree.css("button[type=button]"):
        assert _inside(button, "[hidden]"), f"works by script only, and is shown without: {button.html}"


def test_times_are_written_for_machines(shown: InspectedResponse) -> None:
    for value in shown.attributes("time", "datetime"):
        assert MOMENT.fullmatch(value), value


def test_structured_data_parses_and_is_about_this_site(shown: InspectedResponse) -> None:
    for node in shown.tree.css("script[type='application/ld+json']"):
        assert "<" not in node.text()
        data: dict[str, Any] = json.loads(node.text())
        assert data["@context"] == "https://schema.org"
        assert data["@type"]
        if data["@type"] == "Event":
            assert data["name"] and data["location"]  # noqa: PT018  # what schema.org asks of every event
            assert MOMENT.fullmatch(data["startDate"])


def test_an_address_is_said_once_and_absolutely(shown: InspectedResponse) -> None:
    for selector in ("link[rel=canonical]", "meta[property='og:url']"):
        (node,) = shown.tree.css(selector)
        assert (node.attributes.get("href") or node.attributes.get("content") or "").startswith("http")
    assert sorted(shown.attributes("link[rel=alternate][hreflang]", "hreflang")) == ["en", "nl"]


@pytest.mark.parametrize("endpoint", [name for name in LISTS if name != "search.suggestions"])
def test_a_part_is_the_same_as_in_the_whole_page(
    visitor: InspectingClient, addresses: Addresses, endpoint: str
) -> None:
    """What htmx swaps in has one root with an id, and is what the page without script shows.

    The list of suggestions has a script of its own: `tests/search/test_suggestions.py` compares the two.
    """
    path = addresses[endpoint]
    whole, part = visitor.get(path), visitor.get(path, headers={"HX-Request": "true"})
    target = [node for node in part.tree.css("body > [id]") if "hidden" not in node.attributes]

    assert target, endpoint
    for root in target:
        (same,) = whole.tree.css(f"#{root.attributes['id']}")
        assert _words(same) == _words(root), endpoint
    assert part.tree.css("[data-hx-swap-oob='innerHTML:#status'], [role=status]"), "nothing is announced"


def _words(node: LexborNode) -> list[str]:
    return [" ".join(link.text().split()) for link in node.css("a")]


def _inside(node: LexborNode, selector: str) -> bool:
    parent = node.parent
    while parent is not None and parent.tag not in (None, "-undef", "html"):
        if parent.css_matches(selector) and (parent.tag == selector or "hidden" in parent.attributes):
            return True
        parent = parent.parent
    return False
