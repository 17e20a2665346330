"""Standing pages: about, how to take part, privacy, accessibility."""

from flask import Blueprint, Response, abort, current_app

from portal.community import queries as community
from portal.core import personal_data
from portal.core.web.access import public
from portal.core.web.rendering import page
from portal.pages import participation, placeholders, queries

bp = Blueprint("pages", __name__)


@bp.get("/over/")
@public
def about() -> Response:
    """Show what the portal is, and which of its content is real."""
    return _standing("over")


@bp.get("/privacy/")
@public
def privacy() -> Response:
    """Show the editors' privacy text and the register of personal data."""
    return page(
        "pages/privacy.html",
        page=queries.get_page("privacy"),
        holdings=personal_data.holdings(),
        responsible=placeholders.responsible(),
        contact=current_app.config["SETTINGS"].contact,
    )


@bp.get("/toegankelijkheid/")
@public
def accessibility() -> Response:
    """Show the accessibility statement."""
    return _standing("toegankelijkheid")


def _standing(slug: str) -> Response:
    """Return a standing page; 404 when the editors have not written it yet."""
    return page("pages/standing.html", page=queries.get_page(slug) or abort(404))


@bp.get("/meedoen/")
@public
def participate() -> Response:
    """Show the ways to take part, each with what people can do on the portal today."""
    municipalities = community.municipalities()
    return page(
        "pages/participate.html",
        ways=[participation.current_participation(way) for way in queries.ways_to_contribute()],
        municipalities=municipalities,
        organisations=community.of_slugs(f"gemeente-{row.slug}" for row in municipalities),
        contact=current_app.config["SETTINGS"].contact,
    )
