"""Agendas and actions prepared for display."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from portal.actionplan.labels import MATRIX_LABELS
from portal.actionplan.models import Action, ActionAgenda, PartyRole, Theme
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.navigation import absolute

ACTION_SLUG = re.compile(r"\b[a-z]+(?:-[a-z]+)*-[1-9][0-9]?\b")


@dataclass(frozen=True, slots=True)
class Contents:
    """An agenda with the totals shown above its table of contents."""

    agenda: ActionAgenda
    focus_points: int
    supporting: int
    actions: int
    leads: int


def contents(agenda: ActionAgenda) -> Contents:
    """Return an agenda with its totals; a leading organisation is counted once."""
    leads = {party.organisation_id for action in agenda.actions for party in action.in_role(PartyRole.LEAD)}
    focus_points = sum(theme.is_focus for theme in agenda.themes)
    return Contents(agenda, focus_points, len(agenda.themes) - focus_points, len(agenda.actions), len(leads))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the Rijswijk matrix, and whether the text of the action names it."""

    label: str
    named: bool


def matrix_columns(matrix: Mapping[str, Any] | None) -> list[Column]:
    """Return the matrix columns of an action; empty for an agenda without a matrix."""
    if matrix is None:
        return []
    named = matrix["columns_named_in_text"]
    return [Column(str(MATRIX_LABELS[name]), name in named) for name in matrix["columns_in_source"]]


def neighbours(rows: Sequence[Theme], theme: Theme) -> tuple[Theme | None, Theme | None]:
    """Return the themes before and after a theme, None at either end."""
    place = rows.index(theme)
    return rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None


def named_actions(texts: Iterable[str | None]) -> set[str]:
    """Return the words in these texts that look like the slug of an action ("loopbaanstart-12")."""
    return {slug for text in texts if text for slug in ACTION_SLUG.findall(text)}


def with_links(text: str | None, actions: Mapping[str, Action]) -> Markup:
    """Return a text, escaped, with the slugs of known actions turned into links."""

    def link(match: re.Match[str]) -> str:
        action = actions.get(match[0])
        if action is None:
            return match[0]
        label = _("action %(code)s", code=action.code)
        return f'<a href="{escape(local(action.path))}">{escape(label)}</a>'

    return Markup(ACTION_SLUG.sub(link, str(escape(text or ""))))  # noqa: S704  # escaped before the links go in


def linked_data(row: Theme | Action, agenda: ActionAgenda, text: str) -> dict[str, Any]:
    """Return the schema.org data of a part of an agenda."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": absolute(row.path),
        "url": absolute(row.path),
        "headline": row.title,
        "description": text,
        "inLanguage": "nl",
        "isPartOf": {"@type": "Report", "name": agenda.title, "datePublished": agenda.moment},
        "contentLocation": {"@type": "Place", "name": agenda.region},
    }
