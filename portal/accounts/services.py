"""Writing about people."""

from portal.accounts.models import User
from portal.core.database import transaction


def add_user(name: str, email: str) -> User:
    """Add a person; raises IntegrityError when the address is known already."""
    with transaction() as session:
        user = User(name=name, email=email)
        session.add(user)
        session.flush()
        return user
