"""Addresses for machines: health, robots, sitemap, security contact."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, render_template

from portal.core import clock, freshness
from portal.core.access import public
from portal.operations import health, sitemap

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
    """Say whether database and search can serve: 200, or 503 with what is off, one line each."""
    freshness.do_not_keep()
    problems = health.problems()
    response = _text("".join(f"{problem}\n" for problem in problems) or "ready\n")
    response.status_code = 503 if problems else 200
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
