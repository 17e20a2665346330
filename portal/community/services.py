"""Writes about municipalities and organisations, and giving people seats."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.accounts import audit
from portal.accounts.models import User
from portal.community.models import Municipality, Organisation, OrganisationName, Seat
from portal.core.extensions import db
from portal.core.storage.database import transaction, upsert
from portal.core.text import slugify
from portal.files import held
from portal.files import services as files
from portal.files.models import StoredFile
from portal.publishing.services import check_version

Facts = Mapping[str, Mapping[str, Any]]


def import_municipalities(municipalities: Facts) -> None:
    """Add the municipalities of the region (from `targets.json`) that are missing."""
    with transaction() as session:
        known = set(session.scalars(select(Municipality.slug)))
        session.add_all(
            Municipality(slug=slug, name=row["label"]) for slug, row in municipalities.items() if slug not in known
        )


def import_organisations(organisations: Facts) -> None:
    """Add or update the organisations of `organisations.json`, with their names, parents and mergers."""
    with transaction() as session:
        known = upsert(session, Organisation, "slug", organisations, _apply_facts)
        session.flush()
        for slug, facts in organisations.items():
            known[slug].parents = [known[parent] for parent in facts["parents"]]
            known[slug].merged_into = known[facts["merged_into"]] if facts["merged_into"] else None


def _apply_facts(organisation: Organisation, facts: Mapping[str, Any]) -> None:
    organisation.name = facts["name"]
    organisation.kind = facts["kind"]
    organisation.kind_uncertain = facts["kind_uncertain"]
    organisation.place = facts["municipality"]
    organisation.place_in_source = facts["location_basis"] != "algemeen bekend"
    organisation.region = facts["region"]
    organisation.website = facts["website"]
    organisation.status = facts["status"]
    organisation.note = facts["note"]
    organisation.names = [
        OrganisationName(name=name, slug=slugify(name), is_former=former)
        for former, key in ((False, "aliases"), (True, "former_names"))
        for name in facts[key]
    ]


def add_organisation(
    slug: str,
    name: str,
    kind: str,
    place: str | None,
    summary: str | None,
    website: str | None,
    is_invented: bool = False,
) -> Organisation:
    """Add an organisation; raises IntegrityError when the slug is taken."""
    with transaction() as session:
        organisation = Organisation(
            slug=slug, name=name, kind=kind, place=place, summary=summary, website=website, is_invented=is_invented
        )
        session.add(organisation)
        session.flush()
        return organisation


def seat_person(
    user: User, organisation: Organisation, role: str, bio: str | None, since: date, is_public: bool = True
) -> Seat:
    """Give a person a seat at an organisation from a day on."""
    with transaction() as session:
        seat = Seat(user=user, organisation=organisation, role=role, bio=bio, since=since, is_public=is_public)
        session.add(seat)
        session.flush()
        return seat


def edit_organisation(
    organisation: Organisation,
    by: User,
    version: int | None,
    texts: Mapping[str, str | None],
    logo: StoredFile | None = None,
    logo_alt: str = "",
    *,
    remove_logo: bool = False,
) -> None:
    """Save an owner's changes to an organisation (summary, website, place) and its logo, an uploaded file.

    Raises EditConflict when it was saved since the form was opened.
    """
    with transaction() as session:
        session.refresh(organisation)
        check_version(organisation, version)
        changed = [name for name, text in texts.items() if (getattr(organisation, name) or None) != (text or None)]
        for name in changed:
            setattr(organisation, name, texts[name] or None)
        if _change_logo(organisation, logo, logo_alt, remove=remove_logo):
            changed.append("logo")
        organisation.version += 1
        if "place" in changed:
            organisation.place_in_source = True
        audit.record(by, "organisation.edited", organisation, fields=", ".join(changed))


def _change_logo(organisation: Organisation, logo: StoredFile | None, alt: str, *, remove: bool) -> bool:
    """Replace or remove the logo, or change its alt text; return whether anything changed."""
    old = organisation.logo
    if logo is not None:
        organisation.logo = held.claim(logo, alt)
        files.set_public(organisation.logo, True)
    elif remove:
        organisation.logo = None
    elif old is not None and old.title != alt:
        old.title = alt
        return True
    if old is organisation.logo:
        return False
    if old is not None:
        db.session.flush()
        files.delete(old)
    return True
