"""Writes about seats: inviting, accepting, ending and handing over. Ended seats are kept as history."""

import secrets
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload

from portal.accounts import audit
from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.community.models import Invitation, Organisation, Seat
from portal.community.policies import is_current
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage import site_settings
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

TOKEN_BYTES = 32
INVITATION_LASTS = timedelta(days=14)
DAY = timedelta(days=1)
INVITATION = kinds.register(
    kinds.Kind("seat.invitation", lazy_gettext("Invitation to speak for an organisation"), is_secret=True)
)
CHANGED = kinds.register(
    kinds.Kind(
        "seat.changed",
        lazy_gettext("Changes of your place at an organisation"),
        path_of=lambda context: str(context["organisation"].path),
    )
)
WELCOME = site_settings.define(
    site_settings.Setting(
        "community.welcome",
        lazy_gettext("Text in every invitation"),
        "",
        hint=lazy_gettext("Stands in the mail that asks somebody to take a seat. Empty: nothing extra."),
        longest=600,
        lines=4,
    )
)


class InvitationGone(Exception):
    """The invitation was accepted or revoked, or has expired."""


class LastOwner(Exception):
    """The act would leave the organisation without an owner."""


def assign_seat(
    user: User, organisation: Organisation, role: str, since: date, *, is_owner: bool = False, is_public: bool = False
) -> Seat:
    """Give a person a seat from a day on; a seat in another role at the same organisation ends the day before."""
    bio = None
    with transaction() as session:
        for held in _held(user, organisation, since):
            if held.since >= since or (held.role == role and since <= clock.today()):
                held.role, held.until = role, None
                held.is_owner, held.is_public = held.is_owner or is_owner, held.is_public or is_public
                return held
            held.until, bio, is_public = since - DAY, held.bio, held.is_public or is_public
        seat = Seat(user=user, organisation=organisation, role=role, since=since, bio=bio)
        seat.is_owner, seat.is_public = is_owner, is_public
        session.add(seat)
        session.flush()
        return seat


def _held(user: User, organisation: Organisation, day: date) -> list[Seat]:
    """Return a person's seats at an organisation that have not ended before a day."""
    statement = select(Seat).where(
        Seat.user_id == user.id,
        Seat.organisation_id == organisation.id,
        Seat.until.is_(None) | (Seat.until >= day),
    )
    return list(db.session.scalars(statement.order_by(Seat.since.desc())))


def invite(
    organisation: Organisation, by: User, email: str, role: str, *, is_owner: bool = False, succeeds: Seat | None = None
) -> Invitation:
    """Invite somebody by mail to take a seat; replaces an open invitation of the same address. Raises BadAddress."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction() as session:
        _revoke_older(organisation, email)
        row = Invitation(
            token_hash=hashed(token),
            organisation=organisation,
            email=email,
            role=role,
            is_owner=is_owner,
            invited_by=by,
            succeeds=succeeds,
            expires_at=clock.now() + INVITATION_LASTS,
        )
        session.add(row)
        session.flush()
        audit.record(by, "seat.invited", organisation, role=role)
        context: dict[str, object] = {"organisation": organisation, "by": by, "role": role}
        context |= {"path": f"/uitnodiging/{token}", "welcome": site_settings.read(WELCOME.key)}
        mail.send(INVITATION.name, email, "community/invitation", unique=f"invitation:{row.id}", **context)
        return row


def _revoke_older(organisation: Organisation, email: str) -> None:
    older = (Invitation.organisation_id == organisation.id, Invitation.email == email)
    db.session.execute(update(Invitation).where(*older, *_still_open()).values(revoked_at=clock.now()))


def _still_open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation with this secret, whether open or not; None when there is none."""
    statement = select(Invitation).where(Invitation.token_hash == hashed(token))
    return db.session.scalar(statement.options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by)))


def accept_invitation(invitation: Invitation, user: User, *, is_public: bool = False) -> Seat:
    """Accept an invitation; in a hand-over the predecessor's seat ends. Raises InvitationGone."""
    with transaction() as session:
        session.refresh(invitation)
        if not invitation.is_open:
            raise InvitationGone
        invitation.accepted_at, invitation.accepted_by_id = clock.now(), user.id
        today, organisation = clock.today(), invitation.organisation
        before = invitation.succeeds
        if before is not None and before.user_id != user.id and not before.has_ended:
            before.until = today - DAY
        seat = assign_seat(
            user, organisation, invitation.role, today, is_owner=invitation.is_owner, is_public=is_public
        )
        audit.record(user, "seat.accepted", organisation, role=seat.role)
        if invitation.invited_by is not None and invitation.invited_by_id != user.id:
            what = {"organisation": organisation, "who": user, "seat": seat, "what": "accepted"}
            _tell(invitation.invited_by, f"invitation-accepted:{invitation.id}", what)
        return seat


def revoke_invitation(invitation: Invitation, by: User) -> None:
    """Revoke an invitation; raises InvitationGone when it is no longer open."""
    with transaction() as session:
        session.refresh(invitation)
        if invitation.accepted_at or invitation.revoked_at:
            raise InvitationGone
        invitation.revoked_at = clock.now()
        audit.record(by, "seat.invitation_revoked", invitation.organisation, role=invitation.role)


def end_seat(seat: Seat, by: User, last_day: date, *, leave_without_owner: bool = False) -> None:
    """End a seat after a day; raises LastOwner when the organisation would have no owner left."""
    with transaction() as session:
        session.refresh(seat)
        if seat.is_owner and not leave_without_owner and not other_owners(seat):
            raise LastOwner
        seat.until = last_day
        audit.record(by, "seat.ended", seat.organisation, who=seat.user.name, until=last_day.isoformat())
        if by.id != seat.user_id:
            _revoke_sent_by(seat)
            what = {"organisation": seat.organisation, "who": by, "seat": seat, "what": "ended"}
            _tell(seat.user, f"seat-ended:{seat.id}:{last_day}", what)


def hand_over_seat(seat: Seat, successor: User, by: User, last_day: date, role: str) -> Seat:
    """End a seat after a day and begin the successor's on the next day, with the same ownership, in one transaction."""
    with transaction() as session:
        session.refresh(seat)
        seat.until = last_day
        begun = assign_seat(successor, seat.organisation, role, last_day + DAY, is_owner=seat.is_owner)
        audit.record(by, "seat.handed_over", seat.organisation, from_=seat.user.name, to=successor.name)
        what = {"organisation": seat.organisation, "who": seat.user, "seat": begun, "what": "handed_over"}
        _tell(successor, f"seat-handed-over:{seat.id}:{begun.id}:{last_day}", what)
        return begun


def set_owner(seat: Seat, by: User, is_owner: bool) -> None:
    """Make the holder of a seat owner of the organisation, or remove that; raises LastOwner."""
    with transaction() as session:
        session.refresh(seat)
        if not is_owner and not other_owners(seat):
            raise LastOwner
        if seat.is_owner != is_owner:
            seat.is_owner = is_owner
            action = "seat.made_owner" if is_owner else "seat.no_longer_owner"
            audit.record(by, action, seat.organisation, who=seat.user.name)
            if not is_owner and by.id != seat.user_id:
                _revoke_sent_by(seat)


def _revoke_sent_by(seat: Seat) -> None:
    """Take back what somebody sent whose rights others ended: an invitation to a second address would undo that."""
    sent = (Invitation.organisation_id == seat.organisation_id, Invitation.invited_by_id == seat.user_id)
    db.session.execute(update(Invitation).where(*sent, *_still_open()).values(revoked_at=clock.now()))


def update_presentation(seat: Seat, role: str, bio: str | None, is_public: bool) -> None:
    """Update how the holder of a seat is shown on the organisation's page."""
    with transaction():
        seat.role, seat.bio, seat.is_public = role, bio or None, is_public


def other_owners(seat: Seat) -> list[Seat]:
    """Return the other current seats with ownership that have no last day."""
    statement = select(Seat).where(
        Seat.organisation_id == seat.organisation_id,
        Seat.user_id != seat.user_id,
        Seat.is_owner,
        Seat.until.is_(None),
        is_current(),
    )
    return list(db.session.scalars(statement))


def last_owned_by(user: User) -> list[Organisation]:
    """Return the organisations of which this person is the only owner, by name."""
    statement = select(Seat).where(Seat.user_id == user.id, Seat.is_owner, is_current())
    alone = {seat.organisation for seat in db.session.scalars(statement) if not other_owners(seat)}
    return sorted(alone, key=lambda organisation: organisation.name)


def organisations_left_by(user: User) -> frozenset[int]:
    """Return the ids of the organisations where a person had a seat and has none now."""
    seats = db.session.scalars(select(Seat).where(Seat.user_id == user.id)).all()
    held = {seat.organisation_id for seat in seats if not seat.has_ended}
    return frozenset(seat.organisation_id for seat in seats) - held


def _tell(to: User, unique: str, context: dict[str, object]) -> None:
    mail.send(CHANGED.name, to, "community/seat_changed", unique=unique, **context)
