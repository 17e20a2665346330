"""The search page, suggestions, search feeds, and the OpenSearch description."""

from textwrap import shorten

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import ServiceUnavailable

from portal.core.lists.pagination import parse_page_number
from portal.core.web import atom, freshness, limits
from portal.core.web.access import public, viewer
from portal.core.web.rendering import page, wants_fragment
from portal.search import misses
from portal.search.engines.base import SearchUnavailable
from portal.search.page import feeds, forms, results
from portal.search.page import following as following  # registers the search as a list to follow
from portal.search.page.suggestions import Suggestions, suggest

bp = Blueprint("search", __name__)
PAGE = "/zoeken"
FEED = f"{PAGE}/feed.atom"
MAX_SHORT_NAME = 16
"""Characters that OpenSearch allows."""

MAX_USER_AGENT = 200
SUGGESTIONS_TYPE = "application/x-suggestions+json"
SUGGESTIONS_AGE = 60
"""Seconds that a browser may cache suggestions."""

RETRY_SECONDS = 60
"""Retry-After for feeds while the index cannot be used; rebuilding it usually takes less than a minute."""


@bp.get(PAGE)
@public
def index() -> Response:
    """Search everything; without words or a chosen option, show what can be searched."""
    number = parse_page_number(request.args.get("pagina"))
    screen = results.screen(forms.parse(request.args), number, members=viewer() is not None)
    if screen.is_miss:
        misses.note(screen.filter.words, _visitor())
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


def _visitor() -> str:
    """Return a text that distinguishes the visitor of this request from others."""
    user = viewer()
    return f"user {user.id}" if user else f"{limits.address()} {request.user_agent.string[:MAX_USER_AGENT]}"


@bp.get(f"{PAGE}/suggesties")
@public
def suggestions() -> Response:
    """Suggest hits and completions: as options for the box's script, as a page, or as OpenSearch JSON."""
    found = suggest(forms.parse(request.args), members=viewer() is not None)
    freshness.do_not_keep()
    if request.args.get("vorm") == "json" or request.accept_mimetypes.best == SUGGESTIONS_TYPE:
        response = _as_json(found)
    else:
        template = "search/_options.html" if wants_fragment() else "search/suggestions.html"
        response = page(template, found=found, filter=found.filter)
    response.vary.add("Accept")
    response.headers["X-Robots-Tag"] = "noindex"
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        response.headers["Cache-Control"] = f"public, max-age={SUGGESTIONS_AGE}"
    return response


def _as_json(found: Suggestions) -> Response:
    """Return OpenSearch suggestions: the typed words, then parallel lists of words, descriptions and addresses."""
    options = [(completion.words, "", completion.path) for completion in found.completions]
    options += [(find.plain, find.type_label, find.path) for find in found.finds]
    base = current_app.config["BASE_URL"]
    columns = ([words for words, _, _ in options], [label for _, label, _ in options])
    response = jsonify([found.filter.words, *columns, [base + path for _, _, path in options]])
    response.content_type = f"{SUGGESTIONS_TYPE}; charset=utf-8"
    return response


@bp.get(FEED)
@public
def feed() -> Response:
    """Return a search as a feed of its newest hits."""
    freshness.do_not_keep()
    asked = feeds.asked_for(forms.parse(request.args))
    try:
        entries = feeds.entries(asked)
    except SearchUnavailable as error:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from error
    response = atom.feed(feeds.title(asked), asked.path(FEED), entries, page=asked.path(PAGE))
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag(weak=True)
    response.make_conditional(request)
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
