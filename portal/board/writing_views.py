"""Pages for writing on the board: create and edit a post, with drafts, preview and writing guide."""

from flask import Response, request

from portal.board import guides, queries
from portal.board.blueprint import PATH, bp
from portal.board.writing import WRITING
from portal.core.locale import local
from portal.core.web.access import members, public
from portal.core.web.body_limits import takes_files
from portal.core.web.rendering import page
from portal.publishing import writing


@bp.route(f"{PATH}nieuw", methods=["GET", "POST"])
@takes_files
@members
def submit() -> Response:
    """Show the form for a new offer or request, filled from a draft if requested, and save it."""
    return writing.answer_new(WRITING)


@bp.route(f"{PATH}<int:post_id>/bewerken", methods=["GET", "POST"])
@takes_files
@members
def edit(post_id: int) -> Response:
    """Show the form of a post, and save it."""
    return writing.answer_change(WRITING, post_id)


@bp.post(f"{PATH}concept")
@bp.post(f"{PATH}<int:post_id>/concept")
@takes_files
@members
def keep_draft(post_id: int | None = None) -> Response:
    """Save what is being typed as a draft."""
    return writing.answer_autosave(WRITING, post_id)


@bp.post(f"{PATH}concept/weg")
@members
def drop_draft() -> Response:
    """Delete a draft."""
    return writing.answer_drop(WRITING)


@bp.get(f"{PATH}schrijfwijzer")
@public
def writing_guide() -> Response:
    """Show the writing guide: of one category for htmx, of all categories otherwise."""
    categories = queries.reference().categories
    category = request.args.get("category", request.args.get("rubriek", ""))
    chosen = categories.by_slug.get(category)
    kind = request.args.get("kind", request.args.get("soort", ""))
    return page(
        "board/edit_guides.html",
        fragment="guide",
        guide=guides.guide_for(chosen.slug if chosen else ""),
        general=guides.GENERAL,
        category=chosen,
        kind=kind if kind in ("aanbod", "vraag") else "aanbod",
        guides=[(row, guides.guide_for(row.slug)) for row in categories.rows],
        path=local(PATH),
    )
