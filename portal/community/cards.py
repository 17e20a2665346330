"""Organisations and signatures prepared for display."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase
from typing import Any

from portal.community import agenda_provider, forms
from portal.community.labels import KIND_LABELS
from portal.community.models import Organisation
from portal.community.queries import Entry
from portal.core.i18n import gettext as _
from portal.core.web.navigation import absolute
from portal.core.web_address import web_address

OTHER = "#"
SCHEMA_TYPES = {
    **dict.fromkeys(("po", "vo", "mbo", "hbo", "wo"), "EducationalOrganization"),
    **dict.fromkeys(("gemeente", "rijk"), "GovernmentOrganization"),
    "museum": "Museum",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register; `note_label` is a remark about the organisation, or the reason why a search found it."""

    path: str
    name: str
    kind_label: str
    place: str | None
    is_signatory: bool
    note_label: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the register with its organisations; `id` (the anchor) is None when there are none."""

    letter: str
    id: str | None
    lines: list[Line]

    @property
    def count(self) -> int:
        """Return the number of organisations under this letter."""
        return len(self.lines)


def letters(entries: Iterable[Entry], words: str) -> list[Letter]:
    """Return the alphabet with the organisations under each letter, then those under no letter, if any."""
    under = {letter: [_line(entry, words) for entry in group] for letter, group in _by_letter(entries)}
    present = [*ascii_uppercase, *((OTHER,) if OTHER in under else ())]
    return [Letter(letter, _anchor(letter) if letter in under else None, under.get(letter, [])) for letter in present]


def _by_letter(entries: Iterable[Entry]) -> Iterable[tuple[str, Iterable[Entry]]]:
    return groupby(sorted(entries, key=lambda entry: (entry.letter == OTHER, entry.sort_key)), lambda e: e.letter)


def _anchor(letter: str) -> str:
    return "letter-other" if letter == OTHER else f"letter-{letter.lower()}"


def _line(entry: Entry, words: str) -> Line:
    merged = _("merged into %(name)s", name=entry.merged_into) if entry.merged_into else None
    invented = _("invented") if entry.is_invented else None
    waiting = None if entry.is_confirmed else _("not confirmed yet")
    notes = [note for note in (forms.found_by(entry, words), merged, waiting, invented) if note]
    return Line(entry.path, entry.name, entry.kind_label, entry.place, entry.is_signatory, ", ".join(notes) or None)


@dataclass(frozen=True, slots=True)
class KindOfSignatories:
    """The signatories of one kind of organisation."""

    label: str
    signings: list[agenda_provider.Signing]


def by_kind(signings: Sequence[agenda_provider.Signing]) -> list[KindOfSignatories]:
    """Return signatures grouped by kind of organisation, in the order of `KIND_LABELS`."""
    groups = (
        KindOfSignatories(str(label), [row for row in signings if row.organisation.kind == kind])
        for kind, label in KIND_LABELS.items()
    )
    return [group for group in groups if group.signings]


def linked_data(organisation: Organisation) -> dict[str, Any]:
    """Return the schema.org data of an organisation; it holds only what the page shows."""
    website = web_address(organisation.website) if organisation.website else None
    data = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(organisation.kind, "Organization"),
        "@id": absolute(organisation.path),
        "name": organisation.name,
        "alternateName": [row.name for row in organisation.names],
        "description": organisation.summary,
        "url": website or absolute(organisation.path),
        "logo": absolute(organisation.logo.path) if organisation.logo and organisation.logo.is_public else None,
        "address": {"@type": "PostalAddress", "addressLocality": organisation.place, "addressCountry": "NL"}
        if organisation.place
        else None,
        "parentOrganization": [{"@type": "Organization", "name": row.name} for row in organisation.parents],
    }
    return {key: value for key, value in data.items() if value}
