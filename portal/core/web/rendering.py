"""Rendering a whole page or a fragment of it. Only this module reads htmx headers."""

from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, redirect, render_template
from flask.templating import Environment
from jinja2_fragments.flask import render_block

from portal.core.extensions import htmx

VARY = "HX-Request, HX-Boosted, HX-History-Restore-Request"


class SharedGlobals(Environment):
    """A Jinja environment whose templates share one dictionary of globals.

    The portal has no globals per template, and comparing them at each import would cost about 5 % of rendering a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the shared globals, unless a template is given its own."""
        return super().make_globals(d) if d else self.globals


def wants_fragment() -> bool:
    """Return whether htmx asks for a fragment; boosted and history-restore requests get the whole page."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """Render a template, or only its block `fragment` when htmx asks for one; a 422 gets "Error:" in its title."""
    context["has_errors"] = status == HTTPStatus.UNPROCESSABLE_ENTITY
    if fragment and wants_fragment():
        html = render_block(template, fragment, **context)
    else:
        html = render_template(template, **context)
    response = make_response(html, status)
    response.headers["Vary"] = VARY
    return response


def redirect_to(location: str) -> Response:
    """Redirect: 303 for a browser, `HX-Redirect` for htmx, which would follow a 303 inside the fragment."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = location
    else:
        response = make_response(redirect(location, 303))
    response.headers["Vary"] = VARY
    return response
