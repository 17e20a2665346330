"""How much one request may send: little, except from somebody with a session to a page that takes files."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., object])
WITH_FILES = 64 * 1024 * 1024
"""Six files of 8 MB with their form, and some more: a file over its own limit is then told at its field, with all that
was typed. What is larger gets the page of 413. Bodies lie on disk while they are read, never in memory.
"""
WITHOUT_FILES = 1024 * 1024
"""More than the longest text of every field of any form."""


def takes_files(view: View) -> View:
    """Declare that a view takes files: its form, or a button of that form, sends them there."""
    view.__dict__["takes_files"] = True
    return view


def init_app(app: Flask) -> None:
    """Limit every request; needs to be registered before the first guard that reads a form."""
    app.config["MAX_CONTENT_LENGTH"] = WITH_FILES
    app.before_request(limit_body)


def limit_body() -> None:
    """Lower the limit of this request, unless files are sent to where they are taken.

    A cookie is enough, also of a session that ended: its form is given back (`core.web.unsaved`).
    """
    if not (_takes_files() and current_app.config["SESSION_COOKIE_NAME"] in request.cookies):
        request.max_content_length = WITHOUT_FILES


def _takes_files() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "takes_files", False)
