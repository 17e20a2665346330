"""Addresses for machines: health, robots, sitemap, security contact."""

from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from portal.build.assets import STATIC
from portal.core import clock
from portal.core.web import freshness
from portal.core.web.access import public, token_holders
from portal.operations import health, sitemap
from portal.operations import metrics as figures

bp = Blueprint("operations", __name__)
SECURITY_TXT_DAYS = 180


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers; touches nothing."""
    freshness.do_not_keep()
    return _text("ok\n")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Say whether database and search can serve: 200, or 503 with what is off, one line each.

    Work that waits too long is named, but leaves the answer at 200: taking a web server away sends no mail sooner.
    """
    freshness.do_not_keep()
    problems = health.problems()
    lines = [*(problems or ["ready"]), *(health.delays() if not problems else ())]
    response = _text("".join(f"{line}\n" for line in lines))
    response.status_code = 503 if problems else 200
    return response


@bp.get("/metrics")
@token_holders
def metrics() -> Response:
    """Show Prometheus' figures to who knows the token; nobody else learns that there are any."""
    freshness.do_not_keep()
    token = current_app.config["SETTINGS"].metrics_token
    if not figures.may_read(request.headers.get("Authorization", ""), token):
        abort(404)
    response = make_response(figures.text())
    response.content_type = figures.CONTENT_TYPE
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Tell crawlers what is of use to them."""
    return _text(render_template("operations/robots.txt"))


@bp.get("/sitemap.xml")
@public
def sitemap_xml() -> Response:
    """List every public page with the day it changed."""
    response = make_response(render_template("operations/sitemap.xml", entries=sitemap.entries()))
    response.mimetype = "application/xml"
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """Show our mark to programs that ask for it at its old address; pages name the drawing."""
    response = make_response((STATIC / "img" / "favicon.ico").read_bytes())
    response.mimetype = "image/vnd.microsoft.icon"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Say whom to tell about a weakness (RFC 9116)."""
    expires = clock.start_of_day(clock.today() + timedelta(days=SECURITY_TXT_DAYS))
    contact = current_app.config["SETTINGS"].contact
    return _text(render_template("operations/security.txt", expires=expires, contact=contact))


def _text(body: str) -> Response:
    response = make_response(body.rstrip("\n") + "\n")
    response.mimetype = "text/plain"
    return response
