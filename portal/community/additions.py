"""Organisations that members add themselves: confirmed by the domain of the member's address, or by an editor."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select

from portal.accounts import audit
from portal.accounts.models import User
from portal.community import claims, seats
from portal.community.models import Confirmation, Organisation, OrganisationName
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.text import fold, slugify

KIND = "organisation"
"""What the key of the form is for (`idempotency`)."""
RESERVED = frozenset({"nieuw"})
"""Slugs that no organisation may have, because a page has that address."""
LEGAL_FORMS = frozenset(
    {"bv", "nv", "vof", "cv", "ua", "stichting", "vereniging", "cooperatie", "holding", "de", "het"}
)
"""Words that are ignored when names are compared."""
LOOK_LATIN = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b\u051d"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131",
    "abekmhopctyxsijhldqwabezhikmnoptyxi",
)
"""Cyrillic and Greek letters that look like a Latin one, in lower case or as a capital."""
ALIKE = 0.82
"""The similarity (0 to 1) from which two names count as alike, for instance with a typing error."""
MOST_ALIKE = 5
SHORTEST_PART = 5
"""The shortest name that is searched for inside longer ones: "Museon" in "Museon-Omniversum", but never "ROC"."""


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What a member fills in about an organisation that is not listed, and about their role there."""

    name: str
    kind: str
    place: str | None
    website: str | None
    role: str
    reason: str


def add_own_organisation(user: User, new: NewOrganisation, key: str | None) -> Organisation:
    """Add an organisation on behalf of a member and return it; a form that was sent before (same key) adds nothing.

    A member with an address at the domain of its website becomes its owner at once. For any other member, and for a
    name that may be mistaken for another organisation's, it is shown as unconfirmed and the editors get a claim.
    """
    may_mislead = can_mislead(new.name)
    with transaction() as session:
        if made := idempotency.stored_result(user.id, KIND, key):
            return session.scalars(select(Organisation).where(Organisation.slug == made.rpartition("/")[2])).one()
        organisation = Organisation(slug=_free_slug(new.name), name=new.name, kind=new.kind)
        organisation.place, organisation.website = new.place, new.website
        organisation.confirmation = Confirmation.WAITING
        session.add(organisation)
        session.flush()
        audit.record(user, "organisation.added", organisation)
        if not may_mislead and claims.is_proved(user, organisation):
            organisation.confirmation = Confirmation.CONFIRMED
            seats.assign_seat(user, organisation, new.role, clock.today(), is_owner=True)
        else:
            claims.submit_claim(organisation, user, new.role, new.reason)
        idempotency.store_result(user.id, KIND, key, organisation.path)
        return organisation


def can_mislead(name: str) -> bool:
    """Return whether a name resembles that of a listed organisation, or has letters that only look Latin.

    An address at a domain proves who owns the domain, but nothing about the name: anybody can register a domain.
    """
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in name if sign.isalpha()}
    return bool(scripts - {"LATIN"}) or bool(find_similar(name))


def find_similar(name: str) -> list[Organisation]:
    """Return the organisations with a similar name (current, former or alternative), most similar first."""
    wanted = _essence(name)
    rows = {row.id: row for row in db.session.scalars(select(Organisation)) if row.is_listed}
    names = [(row.id, row.name) for row in rows.values()]
    names += [(row.organisation_id, row.name) for row in db.session.scalars(select(OrganisationName))]
    scores: dict[int, float] = {}
    for key, other in names:
        if key in rows and (score := _alikeness(wanted, _essence(other))) >= ALIKE:
            scores[key] = max(score, scores.get(key, 0.0))
    found: Sequence[int] = sorted(scores, key=lambda key: (-scores[key], rows[key].name))
    return list(dict.fromkeys(rows[key].merged_into or rows[key] for key in found))[:MOST_ALIKE]


def _essence(name: str) -> str:
    """Return a name for comparing: folded, without punctuation and legal forms, look-alike letters as Latin."""
    words = re.findall(r"[^\W_]+", fold(name).translate(LOOK_LATIN).replace(".", ""))
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def _alikeness(one: str, other: str) -> float:
    """Return the similarity of two reduced names, from 0 to 1; 1 when one contains the other."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORTEST_PART and f" {short} " in f" {long} ":
        return 0.9
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _free_slug(name: str) -> str:
    """Return a slug that no organisation uses, nor any of its other names."""
    slug = slugify(name)
    taken = set(db.session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(slug))))
    taken |= set(db.session.scalars(select(OrganisationName.slug).where(OrganisationName.slug.startswith(slug))))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (slug, *numbered) if one not in taken | RESERVED)
