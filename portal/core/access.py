"""Who may use a route: every view says so, and a view that says nothing stops the start (default deny)."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., object])
UNDECLARED_ALLOWED = frozenset({"static"})


class Audience(StrEnum):
    """For whom a route is."""

    PUBLIC = "public"


class UndeclaredRoute(Exception):
    """A route was added whose view does not say who may use it."""


def public(view: View) -> View:
    """Declare that anyone may use this view: it shows nothing personal and is a pure function of its address."""
    view.__dict__["audience"] = Audience.PUBLIC
    return view


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return for whom an endpoint is, None when it never said so."""
    return getattr(app.view_functions[endpoint], "audience", None)


def check_routes(app: Flask) -> None:
    """Raise UndeclaredRoute when a route of the map does not say who may use it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in UNDECLARED_ALLOWED and audience_of(app, rule.endpoint) is None:
            raise UndeclaredRoute(f"{rule.rule} ({rule.endpoint}) does not declare its audience")
