"""The search page, and how browsers learn to search here."""

from textwrap import shorten

from flask import Blueprint, Response, current_app, make_response, render_template, request

from portal.core import freshness
from portal.core.access import public
from portal.core.pagination import parse_page_number
from portal.core.rendering import page, wants_fragment
from portal.search import forms, results

bp = Blueprint("search", __name__)
MAX_SHORT_NAME = 16
"""What OpenSearch allows."""


@bp.get("/zoeken")
@public
def index() -> Response:
    """Search everything; without words or a chosen facet, say what there is to search."""
    number = parse_page_number(request.args.get("pagina"))
    screen = results.screen(forms.parse(request.args), number)
    freshness.do_not_keep()  # the index follows the content at a short distance
    response = page(
        "search/index.html",
        fragment="results",
        status=404 if screen.past_end else 200,
        screen=screen,
        filter=screen.filter,
        swapping=wants_fragment(),
    )
    if not screen.filter.is_empty:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/opensearch.xml")
@public
def opensearch() -> Response:
    """Describe the search for browsers (OpenSearch 1.1)."""
    base_url = current_app.config["BASE_URL"] + request.script_root
    short_name = shorten(current_app.config["SITE_NAME"], MAX_SHORT_NAME, placeholder="")
    response = make_response(render_template("search/opensearch.xml", base_url=base_url, short_name=short_name))
    response.mimetype = "application/opensearchdescription+xml"
    return response
