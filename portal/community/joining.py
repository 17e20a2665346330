"""Accepting an invitation without an account: the account and the place are made in one transaction.

The link was mailed to the invited address and to nobody else, so whoever holds it owns that address, just as with the
link that confirms a registration. Any other address goes through the ordinary registration, with its own mail.
"""

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.community import seats
from portal.community.models import Invitation
from portal.community.seats import InvitationGone
from portal.core.storage.database import transaction


def is_invited(invitation: Invitation, email: str) -> bool:
    """Whether an address is the one that the invitation was mailed to."""
    return email.lower() == invitation.email.lower()


def has_account(invitation: Invitation) -> bool:
    """Whether somebody has an account with the invited address."""
    return accounts.of_address(invitation.email) is not None


def join(invitation: Invitation, name: str, password_hash: str, *, is_public: bool) -> User:
    """Make the account of whoever was invited and take the place; raises InvitationGone and AddressKnown."""
    with transaction() as session:
        session.refresh(invitation)
        if not invitation.is_open:
            raise InvitationGone
        user = accounts.add_confirmed(name, invitation.email, password_hash)
        seats.accept(invitation, user, is_public=is_public)
        return user
