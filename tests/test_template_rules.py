"""Tests of what the template rules refuse and accept."""

import pytest

from tests.template_rules import faults


@pytest.mark.parametrize(
    "template",
    [
        '<a hx-get="/">',
        '<a data-hx-on:click="x()">',
        '<input data-hx-trigger="keyup[ctrlKey]">',
        "<a data-hx-vals='js:{a: b()}'>",
        '<p style="color: red">',
        "<p\n  style='color: red'>",
        "<style>p {}</style>",
        "<script>x()</script>",
        '<button onclick="x()">',
        '<a href="javascript:x()">',
        '<img src="//cdn.example.org/a.png">',
        '<link href="https://fonts.example.org/a.css">',
    ],
)
def test_refused(template: str) -> None:
    assert list(faults("\n" + template))


@pytest.mark.parametrize(
    "template",
    [
        '<a data-hx-get="/" data-hx-trigger="keyup changed delay:300ms, search">',
        '<script type="application/ld+json">{{ data }}</script>',
        '<script src="{{ asset("site.js") }}" defer></script>',
        '<a href="https://www.example.org/">',
        "{# style= and hx-get are explained here #}",
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        '{"@context": "https://schema.org"}',
        '<p class="one lone">on a day: one = 1</p>',
    ],
)
def test_allowed(template: str) -> None:
    assert not list(faults(template))


def test_line_is_named_after_a_comment() -> None:
    assert [line for line, _ in faults('{# a\nb #}\n<p style="">')] == [3]
