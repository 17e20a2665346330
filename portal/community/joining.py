"""Accepting an invitation without an account: account and seat are created in one transaction.

The link was mailed to the invited address only, so it proves that address, just like the link that confirms a
registration. Any other address goes through the ordinary registration, with its own mail.
"""

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.community import seats
from portal.community.models import Invitation
from portal.community.seats import InvitationGone
from portal.core.storage.database import transaction


def is_invited(invitation: Invitation, email: str) -> bool:
    """Return whether the invitation was mailed to this address."""
    return email.lower() == invitation.email.lower()


def has_account(invitation: Invitation) -> bool:
    """Return whether an account with the invited address exists."""
    return accounts.of_address(invitation.email) is not None


def join(invitation: Invitation, name: str, password_hash: str, *, is_public: bool) -> User:
    """Create the account of the invited person and accept the invitation; raises InvitationGone, AddressKnown."""
    with transaction() as session:
        session.refresh(invitation)
        if not invitation.is_open:
            raise InvitationGone
        user = accounts.add_confirmed(name, invitation.email, password_hash)
        seats.accept_invitation(invitation, user, is_public=is_public)
        return user
