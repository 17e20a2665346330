"""The filters of the register of organisations and of the signatories."""

from collections.abc import Sequence

from portal.community import agenda_provider
from portal.community.labels import KIND_LABELS
from portal.community.models import Municipality
from portal.community.queries import NO_PLACE, Entry
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.filters import ChoiceField, FilterForm, Known, ListFilter
from portal.core.text import fold

KIND, PLACE, TOPIC, ROLE = "soort", "gemeente", "speerpunt", "rol"


class RegisterFilter(ListFilter):
    """The filter of the register."""

    words_label = lazy_gettext("Name")
    fields = (
        ChoiceField(KIND, lazy_gettext("Kind")),
        ChoiceField(ROLE, lazy_gettext("Role in the action agendas")),
        ChoiceField(TOPIC, lazy_gettext("Focus point")),
        ChoiceField(PLACE, lazy_gettext("Place")),
    )


class SignatoryFilter(ListFilter):
    """The filter of the signatories."""

    has_words = False
    fields = (ChoiceField(KIND, lazy_gettext("Kind")),)


def role_labels() -> dict[str, str]:
    """Return the roles to filter by: value in the address and label."""
    return {
        agenda_provider.SIGNATORY: _("Signatory"),
        "trekker": _("Lead"),
        "partner": _("Partner"),
        "beoogd-partner": _("Intended partner"),
    }


def known(entries: Sequence[Entry], region: Sequence[Municipality], topics: Sequence[agenda_provider.Topic]) -> Known:
    """Return the choices per field; municipalities of the region come before other places."""
    present = {entry.kind for entry in entries}
    places = {entry.place_slug: entry.place for entry in entries if entry.place}
    own = {row.slug: row.name for row in region if row.slug in places}
    others = {slug: name for slug, name in sorted(places.items()) if slug not in own}
    return {
        KIND: {kind: str(label) for kind, label in KIND_LABELS.items() if kind in present},
        ROLE: role_labels(),
        TOPIC: {row.slug: row.short_title for row in topics},
        PLACE: {**own, **others, NO_PLACE: _("Not known")},
    }


def options_of(entry: Entry, field: str, others: FilterForm) -> set[str]:
    """Return the options of a field that an organisation matches.

    Role and speerpunt are combined: leads in techniek are organisations that lead an action there. A signature counts
    for every speerpunt in which the signatory takes part.
    """
    if field == KIND:
        return {entry.kind}
    if field == PLACE:
        return {entry.place_slug}
    topics, roles = others.values(TOPIC), others.values(ROLE)
    if field == ROLE:
        found = {tie.role for tie in entry.ties if not topics or tie.topic in topics}
        signed = entry.is_signatory and any(tie.topic in topics for tie in entry.ties)
        return found | {agenda_provider.SIGNATORY} if signed else found
    return {
        tie.topic
        for tie in entry.ties
        if tie.topic and (not roles or tie.role in roles or (entry.is_signatory and agenda_provider.SIGNATORY in roles))
    }


def with_words(entries: Sequence[Entry], words: str) -> list[Entry]:
    """Return the organisations of which one name (current, former or alternative) contains all of these words."""
    parts = fold(words).split()
    if not parts:
        return list(entries)
    return [entry for entry in entries if any(all(part in name for part in parts) for name in _names(entry))]


def found_by(entry: Entry, words: str) -> str | None:
    """Return the other name by which an organisation was found ("formerly …", "also …"), for display."""
    parts = fold(words).split()
    if not parts or all(part in entry.folded for part in parts):
        return None
    for other in entry.names:
        if all(part in other.folded for part in parts):
            return _("formerly %(name)s", name=other.name) if other.is_former else _("also %(name)s", name=other.name)
    return None


def _names(entry: Entry) -> list[str]:
    return [entry.folded, *(other.folded for other in entry.names)]


def kinds_of(signings: Sequence[agenda_provider.Signing]) -> Known:
    """Return the kinds of organisations that signed, for the filter of the signatories."""
    present = {signing.organisation.kind for signing in signings}
    return {KIND: {kind: str(label) for kind, label in KIND_LABELS.items() if kind in present}}


def kind_of(signing: agenda_provider.Signing, _field: str, _others: FilterForm) -> set[str]:
    """Return the kind of a signatory, as the options of a field."""
    return {signing.organisation.kind}
