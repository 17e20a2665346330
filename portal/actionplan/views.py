"""Views of the action agendas."""

from flask import Blueprint, Response, abort, make_response, redirect, url_for

from portal.actionplan import cards, queries
from portal.actionplan import panels as own_panels  # noqa: F401  # registers them
from portal.actionplan.models import ActionAgenda, Theme
from portal.community import queries as community
from portal.core import panels
from portal.core.web.access import public
from portal.core.web.rendering import page

bp = Blueprint("actionplan", __name__)


@bp.get("/actieagenda/")
@public
def index() -> Response:
    """Show the table of contents of every agenda."""
    return page(
        "actionplan/index.html",
        contents=[cards.contents(agenda) for agenda in queries.agendas()],
        signatories=queries.count_signatories(),
    )


@bp.get("/actieagenda/<slug>/")
@public
def theme(slug: str) -> Response:
    """Show a theme, or an agenda without themes; the slug of an agenda with themes redirects to its contents."""
    theme = queries.get_theme(slug)
    if theme is not None:
        return _theme(theme)
    agenda = queries.get_agenda(slug) or abort(404)
    if agenda.themes:
        return make_response(redirect(url_for(".index"), 301))
    return _agenda(agenda)


def _theme(theme: Theme) -> Response:
    before, after = cards.neighbours(queries.themes(), theme)
    return page(
        "actionplan/theme.html",
        theme=theme,
        related=queries.related_actions(theme),
        before=before,
        after=after,
        panels=panels.panels_for("theme", theme),
        linked_data=cards.linked_data(theme, theme.agenda, theme.challenge or theme.title),
    )


def _agenda(agenda: ActionAgenda) -> Response:
    return page(
        "actionplan/agenda.html",
        agenda=agenda,
        contents=cards.contents(agenda),
        columns={action.id: cards.matrix_columns(action.matrix) for action in agenda.actions},
    )


@bp.get("/actieagenda/<slug>/<int:number>")
@public
def action(slug: str, number: int) -> Response:
    """Show one action: its description, parties, financing and status."""
    action = queries.get_action(slug, number) or abort(404)
    before, after = queries.actions_beside(action)
    texts = (action.note, action.lead_note)
    named = queries.of_slugs(cards.named_actions(texts))
    payers = {row["payer_org"] for row in action.amounts if row["payer_org"]}
    return page(
        "actionplan/action.html",
        action=action,
        accent=action.theme.accent if action.theme else 0,
        note=cards.with_links(action.note, named),
        lead_note=cards.with_links(action.lead_note, named),
        payers=community.of_slugs(payers) if payers else {},
        columns=cards.matrix_columns(action.matrix),
        before=before,
        after=after,
        panels=panels.panels_for("action", action),
        linked_data=cards.linked_data(action, action.agenda, action.summary),
    )
