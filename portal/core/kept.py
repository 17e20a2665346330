"""Rendered components, kept: a card looks the same until what it shows changes, so it is not made anew each time."""

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask
from jinja2.runtime import Macro
from markupsafe import Markup

from portal.core import locale

MOST = 8192
"""How many are kept, the least recently used forgotten first: at most some 16 MB."""


def kept(macro: Macro, *arguments: Hashable) -> Markup:
    """Call a macro whose output hangs on its arguments and the language alone; the arguments compare by value."""
    return _kept(locale.current(), macro, *arguments)


@lru_cache(maxsize=MOST)
def _kept(_language: str, macro: Macro, *arguments: Hashable) -> Markup:
    return Markup(macro(*arguments))  # noqa: S704  # a macro escapes what it prints


def init_app(app: Flask) -> None:
    """Give templates `kept(macro, …)`."""
    app.jinja_env.globals["kept"] = kept
