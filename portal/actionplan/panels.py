"""What the pages of organisations show of the action agendas."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.actionplan import queries
from portal.actionplan.labels import ROLE_WORDS
from portal.actionplan.models import Action, ActionAgenda, ActionParty, PartyRole, Signature, Theme
from portal.community import agenda_provider
from portal.community.models import Organisation
from portal.core import panels
from portal.core.extensions import db
from portal.core.i18n import gettext as _

TAKING_PART = (PartyRole.LEAD, PartyRole.PARTNER, PartyRole.INTENDED)
"""The roles from which a signatory's topics follow; an organisation that is only mentioned does not take part."""


@panels.provide("organisation", order="05-actionplan")
def organisation_panel(organisation: Organisation) -> panels.Panel:
    """Return the panel with the actions that an organisation leads, supports, is intended for or is mentioned in."""
    return panels.Panel(
        key="actions",
        title=_("In the action agendas"),
        template="actionplan/_organisation_panel.html",
        items=queries.parts_of(organisation.id),
    )


class ActionplanProvider:
    """Implements `community.agenda_provider.AgendaProvider`."""

    def topics(self) -> list[agenda_provider.Topic]:
        """Return every speerpunt and supporting theme, by number."""
        return [_topic(row) for row in queries.themes()]

    def roles(self) -> list[agenda_provider.AgendaRole]:
        """Return every organisation's roles in actions, and every signature."""
        parts = db.session.execute(
            select(ActionParty.organisation_id, ActionParty.role, Theme.slug)
            .join(ActionParty.action)
            .outerjoin(Action.theme)
            .distinct()
        )
        found = [agenda_provider.AgendaRole(owner, ROLE_WORDS[role], topic) for owner, role, topic in parts]
        signatories = db.session.scalars(select(Signature.organisation_id).distinct())
        return found + [agenda_provider.AgendaRole(owner, agenda_provider.SIGNATORY, None) for owner in signatories]

    def signings(self) -> list[agenda_provider.Signing]:
        """Return every signature with the topics that the signatory takes part in, organisations by name."""
        return self._signings(select(Signature))

    def signing_of(self, organisation_id: int) -> agenda_provider.Signing | None:
        """Return an organisation's signature under the newest agenda it signed."""
        found = self._signings(select(Signature).where(Signature.organisation_id == organisation_id))
        return found[0] if found else None

    def topics_of(self, organisation_id: int) -> list[str]:
        """Return the slugs of the themes whose actions name an organisation."""
        statement = (
            select(Theme.slug).join(Theme.actions).join(Action.parties)
            .where(ActionParty.organisation_id == organisation_id)
            .distinct().order_by(Theme.slug)
        )  # fmt: skip
        return list(db.session.scalars(statement))

    def _signings(self, statement: Select[Signature]) -> list[agenda_provider.Signing]:
        rows = db.session.scalars(
            statement.join(Signature.organisation)
            .join(Signature.agenda)
            .options(joinedload(Signature.organisation), joinedload(Signature.agenda))
            .order_by(ActionAgenda.year.desc(), Organisation.name)
        ).all()
        topics = self._topics_by_party([row.organisation_id for row in rows if not row.whole_agenda])
        return [
            agenda_provider.Signing(
                organisation=row.organisation,
                agenda=row.agenda.title,
                region=row.agenda.region,
                version=row.agenda.version,
                moment=row.agenda.moment,
                whole_agenda=row.whole_agenda,
                provisional=row.provisional,
                topics=tuple(topics.get(row.organisation_id, ())),
            )
            for row in rows
        ]

    @staticmethod
    def _topics_by_party(organisation_ids: Sequence[int]) -> dict[int, list[agenda_provider.Topic]]:
        if not organisation_ids:
            return {}
        taking_part = (
            select(ActionParty.organisation_id, Action.theme_id)
            .join(ActionParty.action)
            .where(ActionParty.organisation_id.in_(organisation_ids), ActionParty.role.in_(TAKING_PART))
            .distinct()
            .subquery()
        )
        pairs = db.session.execute(
            select(taking_part.c.organisation_id, Theme)
            .join(Theme, Theme.id == taking_part.c.theme_id)
            .order_by(Theme.number)
        )
        found: defaultdict[int, list[agenda_provider.Topic]] = defaultdict(list)
        for owner, row in pairs:
            found[owner].append(_topic(row))
        return found


def _topic(theme: Theme) -> agenda_provider.Topic:
    return agenda_provider.Topic(theme.slug, theme.number, theme.short_title, theme.path)


agenda_provider.register(ActionplanProvider())
