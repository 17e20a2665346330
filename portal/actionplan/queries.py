"""Database reads of the action agendas: agendas, one theme, one action, the roles of organisations, search results."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.actionplan.models import Action, ActionAgenda, ActionParty, Signature, Theme, action_related_theme
from portal.community.models import Organisation
from portal.community.queries import follow_organisations
from portal.core.extensions import db
from portal.search import services as search


def themes() -> list[Theme]:
    """Return the speerpunten by number, then the supporting themes."""
    return list(db.session.scalars(select(Theme).order_by(Theme.number)))


def count_signatories() -> int:
    """Return the number of organisations that signed an agenda."""
    return db.session.scalar(select(func.count()).select_from(Signature)) or 0


def agendas() -> list[ActionAgenda]:
    """Return the agendas, oldest first, with their themes, subthemes, actions and parties loaded."""
    parties = selectinload(Action.parties).joinedload(ActionParty.organisation)
    statement = select(ActionAgenda).options(
        selectinload(ActionAgenda.themes).options(
            selectinload(Theme.subthemes), selectinload(Theme.ambitions), selectinload(Theme.actions)
        ),
        selectinload(ActionAgenda.actions).options(parties, selectinload(Action.related_themes)),
    )
    return list(db.session.scalars(statement.order_by(ActionAgenda.year, ActionAgenda.id)))


def get_agenda(slug: str) -> ActionAgenda | None:
    """Return an agenda with its actions and their parties loaded."""
    parties = selectinload(Action.parties).joinedload(ActionParty.organisation)
    statement = select(ActionAgenda).where(ActionAgenda.slug == slug)
    return db.session.scalar(
        statement.options(
            selectinload(ActionAgenda.themes),
            selectinload(ActionAgenda.actions).options(parties, selectinload(Action.related_themes)),
        )
    )


def get_theme(slug: str) -> Theme | None:
    """Return a theme with everything loaded that its page shows."""
    parties = selectinload(Action.parties).joinedload(ActionParty.organisation)
    statement = select(Theme).where(Theme.slug == slug)
    return db.session.scalar(
        statement.options(
            joinedload(Theme.agenda),
            selectinload(Theme.subthemes),
            selectinload(Theme.ambitions),
            selectinload(Theme.actions).options(parties),
        )
    )


def related_actions(theme: Theme) -> list[Action]:
    """Return the actions of other themes and agendas that the editors linked to a theme."""
    statement = (
        select(Action)
        .where(Action.related_themes.contains(theme))
        .options(joinedload(Action.theme), joinedload(Action.agenda))
        .order_by(Action.agenda_id, Action.theme_id, Action.number)
    )
    return list(db.session.scalars(statement))


def get_action(section: str, number: int) -> Action | None:
    """Return an action by its number and the slug of its theme (of its agenda if it has no theme)."""
    statement = (
        _under(section)
        .where(Action.number == number)
        .options(
            joinedload(Action.subtheme),
            selectinload(Action.related_themes),
            selectinload(Action.parties).joinedload(ActionParty.organisation).joinedload(Organisation.merged_into),
        )
    )
    return db.session.scalar(statement)


def actions_beside(action: Action) -> tuple[Action | None, Action | None]:
    """Return the actions before and after an action within its theme or agenda."""
    section = action.theme.slug if action.theme else action.agenda.slug
    rows = list(db.session.scalars(_under(section).order_by(Action.number)))
    place = rows.index(action)
    return rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None


def of_slugs(slugs: Iterable[str]) -> dict[str, Action]:
    """Return actions by slug; unknown slugs are left out."""
    wanted = list(slugs)
    if not wanted:
        return {}
    statement = select(Action).where(Action.slug.in_(wanted))
    rows = db.session.scalars(statement.options(joinedload(Action.theme), joinedload(Action.agenda)))
    return {row.slug: row for row in rows}


def _under(section: str) -> Select[Action]:
    """Return the actions of one theme, or those of an agenda that have no theme."""
    return (
        select(Action)
        .join(Action.agenda)
        .outerjoin(Action.theme)
        .where(or_(Theme.slug == section, and_(Action.theme_id.is_(None), ActionAgenda.slug == section)))
        .options(joinedload(Action.theme), joinedload(Action.agenda))
    )


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation's roles in one action; the source may give it several."""

    action: Action
    roles: tuple[ActionParty, ...]


@dataclass(frozen=True, slots=True)
class PartsOfTopic:
    """An organisation's roles in the actions of one theme (None: of an agenda without themes)."""

    theme: Theme | None
    agenda: ActionAgenda
    parts: list[Part]


def parts_of(organisation_id: int) -> list[PartsOfTopic]:
    """Return an organisation's roles in the agendas, grouped by theme, in the order of the agendas."""
    statement = (
        select(ActionParty)
        .join(ActionParty.action)
        .join(Action.agenda)
        .outerjoin(Action.theme)
        .where(ActionParty.organisation_id == organisation_id)
        .options(joinedload(ActionParty.action).options(joinedload(Action.theme), joinedload(Action.agenda)))
        .order_by(ActionAgenda.year, Theme.number, Action.number, ActionParty.id)
    )
    topics: dict[tuple[int, int | None], dict[Action, list[ActionParty]]] = defaultdict(lambda: defaultdict(list))
    for party in db.session.scalars(statement):
        topics[party.action.agenda_id, party.action.theme_id][party.action].append(party)
    return [_parts_of_topic(actions) for actions in topics.values()]


def _parts_of_topic(actions: dict[Action, list[ActionParty]]) -> PartsOfTopic:
    first = next(iter(actions))
    return PartsOfTopic(first.theme, first.agenda, [Part(action, tuple(roles)) for action, roles in actions.items()])


def load_theme_results(ids: list[int] | None) -> Iterator[Theme]:
    """Yield the themes with these ids (None: all) for the search index."""
    statement = select(Theme).options(
        joinedload(Theme.agenda), selectinload(Theme.ambitions), selectinload(Theme.subthemes)
    )
    yield from db.session.scalars(statement if ids is None else statement.where(Theme.id.in_(ids)))


def load_action_results(ids: list[int] | None) -> Iterator[Action]:
    """Yield the actions with these ids (None: all) for the search index."""
    statement = select(Action).options(
        joinedload(Action.theme),
        joinedload(Action.agenda),
        selectinload(Action.related_themes),
        selectinload(Action.parties).joinedload(ActionParty.organisation).selectinload(Organisation.names),
    )
    yield from db.session.scalars(statement if ids is None else statement.where(Action.id.in_(ids)))


def sitemap_entries() -> Iterator[tuple[str, datetime | None]]:
    """Yield the path and last change (UTC, or None) of themes, of agendas without themes, and of actions."""
    for row in themes():
        yield row.path, None
    statement = select(ActionAgenda).where(~ActionAgenda.themes.any()).order_by(ActionAgenda.id)
    for agenda in db.session.scalars(statement):
        yield agenda.path, None
    actions = select(Action).options(joinedload(Action.theme), joinedload(Action.agenda)).order_by(Action.id)
    for action in db.session.scalars(actions):
        yield action.path, action.updated_at


def _actions_of(organisations: Any) -> Select[Any]:
    return select(ActionParty.action_id).where(ActionParty.organisation_id.in_(organisations))


def _actions_on(themes: Any) -> Select[Any]:
    related = select(action_related_theme.c.action_id).where(action_related_theme.c.theme_id.in_(themes))
    return select(Action.id).where(or_(Action.theme_id.in_(themes), Action.id.in_(related)))


def _parties_to(actions: Any) -> Select[Any]:
    return select(ActionParty.organisation_id).where(ActionParty.action_id.in_(actions))


search.register("theme", load_theme_results)
search.register("action", load_action_results)
follow_organisations("action", _actions_of)
search.follow(Theme, ("slug",), "action", _actions_on)
search.follow(Theme, ("slug",), "organisation", lambda ids: _parties_to(_actions_on(ids)))
search.follow(Action, ("theme_id", "related_themes"), "organisation", _parties_to)
search.follow(ActionAgenda, ("year",), "theme", lambda ids: select(Theme.id).where(Theme.agenda_id.in_(ids)))
search.follow(
    ActionAgenda, ("year", "region"), "action", lambda ids: select(Action.id).where(Action.agenda_id.in_(ids))
)
