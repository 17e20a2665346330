"""What people paste comes out as they see it in their letter: on the page, and as plain text."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.core.plain_lines import plain_lines
from portal.core.text import render_markdown
from tests.pasted import TEXTS, Pasted

MARKUP = re.compile(r"[\s*_#>|•·–▪§o\uf0b7\uf0a7-]+|\[|\]|\([^)]*\)|[0-9]+[.)]")  # signs that people type


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_a_pasted_text_is_shown_as_it_was_seen(text: Pasted) -> None:
    html = render_markdown(text.typed)

    assert html == text.html
    assert plain_lines(html) == text.lines


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_no_word_of_a_pasted_text_gets_lost(text: Pasted) -> None:
    shown = LexborHTMLParser(render_markdown(text.typed)).text()

    assert MARKUP.sub("", shown) == MARKUP.sub("", text.typed)


def test_the_corpus_is_large_and_holds_each_text_once() -> None:
    assert len({text.typed for text in TEXTS}) == len(TEXTS) >= 40


@pytest.mark.parametrize(
    ("typed", "targets"),
    [
        ("gastdocenten.De lessen zijn in maart.Er is koffie. School.nl ook niet.", []),
        ("[site](www.school.nl) [eigen](/agenda/)", ["https://www.school.nl", "/agenda/"]),
        ("[kaal](school.nl/open-dag)", ["https://school.nl/open-dag"]),
        ("www.school.nl.De lessen, https://school.nl.", ["https://www.school.nl", "https://school.nl"]),
        ("jan@school.nl.Daarna; www. en http:// zijn niets", ["mailto:jan@school.nl"]),
        ("[www.school.nl](https://school.nl)", ["https://school.nl"]),
        ("https://school.nl/_layouts_/15/a*b*c", ["https://school.nl/_layouts_/15/a*b*c"]),
        ("https://käse.example/é", ["https://xn--kse-qla.example/%C3%A9"]),
    ],
)  # fmt: skip
def test_a_link_stands_only_where_an_address_does(typed: str, targets: list[str]) -> None:
    tree = LexborHTMLParser(render_markdown(typed))

    assert [node.attributes["href"] for node in tree.css("a")] == targets


def test_quotes_and_lists_end_somewhere_however_deep_they_are() -> None:
    html = render_markdown(">" * 300 + " diep\n\n" + "".join(f"{' ' * 2 * level}- {level}\n" for level in range(50)))

    assert html.count("<blockquote>") <= 6
    assert html.count("<ul>") <= 6
    assert "49" in html
