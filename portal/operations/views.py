"""Endpoints for machines: health, metrics, robots, sitemap, icon, security contact."""

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
    """Answer 200 without touching database or search: the process is alive."""
    freshness.do_not_keep()
    return _text("ok\n")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Answer 200 when database and search can serve, else 503 with one line per problem.

    Late work of the workers is listed too, but does not change the status: removing a web server would not help.
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
    """Return the metrics to a client with the token; 404 for everybody else."""
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
    """Return robots.txt."""
    return _text(render_template("operations/robots.txt"))


@bp.get("/sitemap.xml")
@public
def sitemap_xml() -> Response:
    """Return the sitemap with the date of each page's last change."""
    response = make_response(render_template("operations/sitemap.xml", entries=sitemap.entries()))
    response.mimetype = "application/xml"
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """Return the icon for programs that request this address; pages link the SVG."""
    response = make_response((STATIC / "img" / "favicon.ico").read_bytes())
    response.mimetype = "image/vnd.microsoft.icon"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Return the contact for security reports (RFC 9116)."""
    expires = clock.start_of_day(clock.today() + timedelta(days=SECURITY_TXT_DAYS))
    contact = current_app.config["SETTINGS"].contact
    return _text(render_template("operations/security.txt", expires=expires, contact=contact))


def _text(body: str) -> Response:
    response = make_response(body.rstrip("\n") + "\n")
    response.mimetype = "text/plain"
    return response
