"""Claims: a member asks to become owner of an organisation without owners; the editors decide at the desk."""

from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts import audit
from portal.accounts.models import User
from portal.community import seats
from portal.community.models import Claim, ClaimState, Confirmation, Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.web_address import web_address
from portal.mail import addresses
from portal.publishing import desk
from portal.publishing.desk import Case

KIND = "claim"


def submit_claim(organisation: Organisation, user: User, role: str, reason: str) -> Claim:
    """Submit a claim; if the member has a pending one for this organisation, its text is replaced."""
    with transaction() as session:
        claim = get_pending_claim(organisation, user)
        if claim is None:
            claim = Claim(organisation=organisation, user=user)
            session.add(claim)
        claim.role, claim.reason = role, reason
        session.flush()
        return claim


def get_pending_claim(organisation: Organisation, user: User) -> Claim | None:
    """Return a person's pending claim for an organisation, None when there is none."""
    mine = (Claim.organisation_id == organisation.id, Claim.user_id == user.id, Claim.state == ClaimState.WAITING)
    return db.session.scalar(select(Claim).where(*mine))


def waiting_of(user: User) -> list[Claim]:
    """Return all claims of somebody that still wait, oldest first."""
    mine = (Claim.user_id == user.id, Claim.state == ClaimState.WAITING)
    statement = select(Claim).where(*mine).order_by(Claim.created_at, Claim.id)
    return list(db.session.scalars(statement.options(joinedload(Claim.organisation))))


MAIL_FOR_ALL = frozenset({
    "aol.com", "apple.com", "casema.nl", "chello.nl", "freedom.nl", "gmail.com", "gmx.com", "gmx.net", "gmx.nl",
    "google.com", "googlemail.com", "hetnet.nl", "home.nl", "hotmail.com", "hotmail.nl", "icloud.com", "kpnmail.nl",
    "kpnplanet.nl", "live.com", "live.nl", "mac.com", "mail.com", "me.com", "msn.com", "online.nl", "outlook.com",
    "outlook.nl", "planet.nl", "proton.me", "protonmail.com", "quicknet.nl", "solcon.nl", "tele2.nl", "telfort.nl",
    "tutanota.com", "upcmail.nl", "xs4all.nl", "yahoo.com", "yahoo.nl", "zeelandnet.nl", "ziggo.nl", "zoho.com",
})  # fmt: skip
"""Mail domains that are open to anybody, so that an address there proves nothing."""


def is_proved(user: User, organisation: Organisation) -> bool:
    """Return whether a person's confirmed address is at the domain of the organisation's website."""
    if user.confirmed_at is None or not organisation.website:
        return False
    address = web_address(organisation.website)
    site = _mail_domain((urlsplit(address).hostname or "").removeprefix("www.")) if address else ""
    domain = user.email.rpartition("@")[2].lower()
    return bool(site) and domain not in MAIL_FOR_ALL and (domain == site or domain.endswith(f".{site}"))


def _facts_of_new(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """Return the facts that editors see about an organisation that a member added."""
    if organisation.confirmation != Confirmation.WAITING:
        return ()
    return (
        (_("New organisation"), _("added by this member: does it exist, and is it not listed under another name?")),
        (_("Website"), organisation.website or _("none")),
    )


def _mail_domain(site: str) -> str:
    """Return a website's domain in the form of stored mail addresses ("xn--kse-qla.nl" for "käse.nl"), "" for none."""
    try:
        return addresses.check(f"info@{site}").rpartition("@")[2].lower()
    except addresses.BadAddress:
        return ""


def _case(claim: Claim) -> Case:
    proved = is_proved(claim.user, claim.organisation)
    proof = _("yes, at the domain of its website") if proved else _("no, the address does not prove it")
    return Case(
        kind=KIND,
        id=claim.id,
        title=_("%(name)s wants to look after this page", name=claim.user.name),
        since=claim.created_at,
        subject=claim,
        author=claim.user,
        organisation_name=claim.organisation.name,
        path=claim.organisation.path,
        title_for_sender=_("Look after the page of %(name)s", name=claim.organisation.name),
        note=claim.reason,
        is_waiting=claim.state == ClaimState.WAITING,
        facts=((_("Role"), claim.role), (_("Address at the organisation"), proof), *_facts_of_new(claim.organisation)),
    )


def awaiting() -> list[Case]:
    """Return the pending claims as cases, oldest first."""
    statement = select(Claim).where(Claim.state == ClaimState.WAITING).order_by(Claim.created_at, Claim.id)
    loaded = statement.options(joinedload(Claim.user), joinedload(Claim.organisation))
    return [_case(claim) for claim in db.session.scalars(loaded)]


def find_case(claim_id: int) -> Case | None:
    """Return a claim in any state as a case, None when it does not exist."""
    claim = db.session.get(Claim, claim_id)
    return _case(claim) if claim else None


def count_pending() -> int:
    """Return the number of pending claims."""
    statement = select(func.count()).select_from(Claim).where(Claim.state == ClaimState.WAITING)
    return db.session.scalar(statement) or 0


def grant_claim(case: Case, editor: User, reason: str | None) -> None:
    """Grant a claim: the claimant gets a seat with ownership."""
    claim = _decide(case, ClaimState.GRANTED)
    if not claim.organisation.is_confirmed:
        claim.organisation.confirmation = Confirmation.CONFIRMED
        audit.record(editor, "organisation.confirmed", claim.organisation)
    seats.assign_seat(claim.user, claim.organisation, claim.role, clock.today(), is_owner=True)
    audit.record(editor, "claim.granted", claim.organisation, note=reason, who=claim.user.name)


def refuse_claim(case: Case, editor: User, reason: str | None) -> None:
    """Refuse a claim; an organisation that was added with it is removed from the portal."""
    claim = _decide(case, ClaimState.REFUSED)
    if claim.organisation.confirmation == Confirmation.WAITING and not _claimed_by_others(claim):
        claim.organisation.confirmation = Confirmation.REFUSED
    audit.record(editor, "claim.refused", claim.organisation, note=reason, who=claim.user.name)


def _claimed_by_others(claim: Claim) -> bool:
    """Return whether another person has a pending claim for the same organisation."""
    others = (Claim.organisation_id == claim.organisation_id, Claim.id != claim.id, Claim.state == ClaimState.WAITING)
    return db.session.scalar(select(Claim.id).where(*others).limit(1)) is not None


def _decide(case: Case, state: ClaimState) -> Claim:
    with transaction() as session:
        claim: Claim = case.subject
        session.refresh(claim)
        if claim.state == ClaimState.WAITING:
            claim.state, claim.decided_at = state, clock.now()
        return claim


desk.register(
    KIND,
    lazy_gettext("Claim of an organisation"),
    awaiting,
    find_case,
    grant_claim,
    None,
    refuse_claim,
    count=count_pending,
)
