"""Rendered components, kept: a card looks the same until what it shows changes, so it is not made anew each time."""

from collections.abc import Callable, Hashable
from functools import lru_cache

from flask import Flask
from jinja2.runtime import Macro
from markupsafe import Markup

from portal.core import locale

CARDS, PARTS = 4096, 256
"""How many are kept, the least recently used forgotten first: cards of some 2 kB, parts of a page of up to 30 kB."""


def make_cache(most: int) -> Callable[..., Markup]:
    """Return a function that calls a macro whose output hangs on its arguments and the language alone.

    The arguments compare by value, or are told apart by being themselves when a change makes them anew.
    """

    @lru_cache(maxsize=most)
    def made(_language: str, macro: Macro, *arguments: Hashable) -> Markup:
        return Markup(macro(*arguments))  # noqa: S704  # a macro escapes what it prints

    def kept(macro: Macro, *arguments: Hashable) -> Markup:
        return made(locale.current(), macro, *arguments)

    return kept


def init_app(app: Flask) -> None:
    """Give templates `cached(macro, …)` for cards and `cached_part(macro, …)` for larger parts of a page."""
    app.jinja_env.globals.update(cached=make_cache(CARDS), cached_part=make_cache(PARTS))
