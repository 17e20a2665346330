"""A cache of rendered template macros, such as cards: the same arguments give the same HTML."""

from collections.abc import Callable, Hashable
from functools import lru_cache

from flask import Flask
from jinja2.runtime import Macro
from markupsafe import Markup

from portal.core import locale

CARDS, PARTS = 4096, 256
"""Sizes of the two LRU caches: cards of about 2 kB, and parts of a page of up to 30 kB."""


def make_cache(most: int) -> Callable[..., Markup]:
    """Return a caching caller for macros whose output depends only on their arguments and the language.

    Arguments must be hashable; they compare by value, or by identity when every change creates a new object.
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
