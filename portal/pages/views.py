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
    """What this portal is, and which of its content is real."""
    return _standing("over")


@bp.get("/privacy/")
@public
def privacy() -> Response:
    """What is kept of whom, and why: the editors' words, and the register itself."""
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
    """The accessibility statement."""
    return _standing("toegankelijkheid")


def _standing(slug: str) -> Response:
    """Show a page that the editors keep; 404 while they have not written it."""
    return page("pages/standing.html", page=queries.get_page(slug) or abort(404))


@bp.get("/meedoen/")
@public
def participate() -> Response:
    """The ways to take part, each with what one can do here today."""
    municipalities = community.municipalities()
    return page(
        "pages/participate.html",
        ways=[participation.current_participation(way) for way in queries.ways()],
        municipalities=municipalities,
        organisations=community.of_slugs(f"gemeente-{row.slug}" for row in municipalities),
        contact=current_app.config["SETTINGS"].contact,
    )
