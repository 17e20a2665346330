"""Writes of the action agendas: the import of their facts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.actionplan.models import (
    Action,
    ActionAgenda,
    ActionParty,
    Ambition,
    PartyRole,
    Signature,
    Subtheme,
    Theme,
)
from portal.community.models import Organisation
from portal.core.storage.database import transaction

Facts = Mapping[str, Mapping[str, Any]]
HAAGLANDEN, RIJSWIJK = "haaglanden", "rijswijk"
STATUSES = {"gepland": "planned", "lopend": "running", "verkenning": "exploring"}
PARTY_KEYS = {
    PartyRole.LEAD: "leads",
    PartyRole.PARTNER: "partners",
    PartyRole.INTENDED: "intended_partners",
    PartyRole.MENTIONED: "mentioned",
}
GROUP_KEYS = {"lead": "lead_groups", "partner": "partner_groups", "intended": "intended_partner_groups"}
AGENDAS = {
    HAAGLANDEN: (
        "Geslaagd in het vak 2.0",
        "Haaglanden",
        2014,
        "2.0",
        "2014-02",
        "Acht speerpunten en twee ondersteunende sporen waarmee scholen, werkgevers en negen gemeenten in Haaglanden "
        "onderwijs en arbeidsmarkt op elkaar laten aansluiten. Vastgesteld in februari 2014.",
    ),
    RIJSWIJK: (
        "Nieuwe Onderwijs Energie",
        "Rijswijk",
        2019,
        None,
        None,
        "De agenda van Rijswijk uit 2019: elf activiteiten rond uitval, stageplaatsen en het lerarentekort.",
    ),
}


def import_agendas(themes: Facts, actions: Facts, organisations: Facts) -> None:
    """Import both action agendas with their parties and signatures; does nothing if they were imported before."""
    with transaction() as session:
        if session.scalar(select(ActionAgenda.id).limit(1)):
            return
        parties = {row.slug: row for row in session.scalars(select(Organisation))}
        agendas = {slug: _agenda(session, slug) for slug in AGENDAS}
        loaded = {slug: _theme(agendas[HAAGLANDEN], facts) for slug, facts in themes.items()}
        session.add_all(loaded.values())
        session.flush()
        for facts in actions.values():
            agenda = agendas[RIJSWIJK if facts["region"] == "Rijswijk" else HAAGLANDEN]
            session.add(_action(agenda, facts, loaded, parties))
        session.add_all(
            Signature(
                agenda=agendas[HAAGLANDEN],
                organisation=parties[slug],
                whole_agenda=facts["signatory_scope"] == "hele actieagenda",
                provisional=facts["provisional_for"] == "ondertekening",
            )
            for slug, facts in organisations.items()
            if facts["signatory"]
        )


def _agenda(session: Session, slug: str) -> ActionAgenda:
    title, region, year, version, month, summary = AGENDAS[slug]
    agenda = ActionAgenda(
        slug=slug, title=title, region=region, year=year, version=version, month=month, summary=summary
    )
    session.add(agenda)
    return agenda


def _theme(agenda: ActionAgenda, facts: Mapping[str, Any]) -> Theme:
    theme = Theme(
        agenda=agenda,
        slug=facts["slug"],
        number=facts["number"],
        is_focus=facts["type"] == "speerpunt",
        title=facts["title"],
        alt_title=facts["alt_title"],
        short_title=facts["short_title"],
        challenge=facts["challenge_summary"],
        challenge_in_source=facts["challenge_in_source"],
        context=facts["context"],
        websites=facts["websites"],
    )
    subthemes = {
        row["slug"]: Subtheme(theme=theme, slug=row["slug"], title=row["title"], position=position)
        for position, row in enumerate(facts["subthemes"])
    }
    for position, row in enumerate(facts["ambitions"]):
        subtheme = subthemes.get(row["subtheme"])
        Ambition(theme=theme, text=row["text"], position=position, subtheme=subtheme)
    return theme


def _action(
    agenda: ActionAgenda, facts: Mapping[str, Any], themes: Mapping[str, Theme], parties: Mapping[str, Organisation]
) -> Action:
    theme = themes.get(facts["theme"] or "")
    subtheme = next((row for row in theme.subthemes if row.slug == facts["subtheme"]), None) if theme else None
    action = Action(
        slug=facts["slug"],
        agenda=agenda,
        theme=theme,
        subtheme=subtheme,
        number=facts["number"],
        title=facts["title"],
        alt_title=facts["alt_title"],
        summary=facts["summary"],
        status=STATUSES[facts["status"]],
        status_is_guess=facts["status_is_guess"],
        status_as_of=facts["status_as_of"],
        status_basis=facts["status_basis"],
        leads_inferred=facts["leads_inferred"],
        lead_note=facts["lead_note"],
        seeking_partners=facts["seeking_partners"],
        financing=facts["financing"],
        financing_state=facts["financing_state"],
        note=facts["note"],
        groups={role: facts[key] for role, key in GROUP_KEYS.items() if facts[key]},
        amounts=[_amount(row, parties) for row in facts["amounts"]],
        years=facts["years"],
        websites=facts["websites"],
        named_items=facts["named_items"],
        figures=facts["numbers"],
        matrix=facts["matrix"],
        related_themes=[themes[slug] for slug in facts["related_themes"]],
    )
    action.parties = [
        ActionParty(organisation=parties[slug], role=role, provisional=slug in facts["provisional_leads"])
        for role, key in PARTY_KEYS.items()
        for slug in facts[key]
    ]
    return action


def _amount(facts: Mapping[str, Any], parties: Mapping[str, Organisation]) -> dict[str, Any]:
    """Return an amount of money, with the slugs of organisations in its text on the payer replaced by their names."""
    words = (facts["payer_text"] or "").split()
    named = [parties[word].name if "-" in word and word in parties else word for word in words]
    return {**facts, "payer_text": " ".join(named) or None}
