"""The organisations of a person, and those they asked to manage: what they may do there, otherwise who manages it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.community import claims, policies
from portal.community.models import Claim, Organisation, Seat
from portal.core.extensions import db


@dataclass(frozen=True, slots=True)
class Own:
    """An organisation at which a person has a current seat, or a pending claim."""

    organisation: Organisation
    roles: Sequence[str]
    may_manage: bool
    managers: Sequence[User]
    """Others who may change its page and seats."""
    is_asked: bool
    """Whether the person has a pending claim to manage it."""
    has_seat: bool = True


def organisations(user: User) -> list[Own]:
    """Return a person's organisations: first those with a seat, by name, then pending claims, oldest first."""
    roles: defaultdict[Organisation, list[str]] = defaultdict(list)
    for seat in policies.current_seats(user):
        roles[seat.organisation].append(seat.role)
    looked_after = managers([organisation.id for organisation in roles], user)
    seated = [
        Own(
            organisation=organisation,
            roles=list(dict.fromkeys(held)),
            may_manage=policies.may_manage(user, organisation),
            managers=looked_after[organisation.id],
            is_asked=claims.get_pending_claim(organisation, user) is not None,
        )
        for organisation, held in roles.items()
    ]
    return seated + [_asked_for(claim) for claim in claims.waiting_of(user) if claim.organisation not in roles]


def _asked_for(claim: Claim) -> Own:
    """Return an organisation at which somebody has no seat yet; who manages it is not for the claimant to see."""
    return Own(
        organisation=claim.organisation,
        roles=[claim.role],
        may_manage=False,
        managers=(),
        is_asked=True,
        has_seat=False,
    )


def managers(organisation_ids: Sequence[int], reader: User | None = None) -> defaultdict[int, list[User]]:
    """Return the current owners of organisations, by organisation and name, without the reader."""
    statement = (
        select(Seat)
        .join(Seat.user)
        .where(Seat.organisation_id.in_(organisation_ids), Seat.is_owner, policies.is_current())
        .where(User.disabled_at.is_(None))
        .options(joinedload(Seat.user))
        .order_by(User.name, User.id)
    )
    found: defaultdict[int, list[User]] = defaultdict(list)
    for seat in db.session.scalars(statement):
        if (reader is None or seat.user_id != reader.id) and seat.user not in found[seat.organisation_id]:
            found[seat.organisation_id].append(seat.user)
    return found
