"""Erasing an account, unless it is the last administrator or editor."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.accounts import audit
from portal.accounts.models import Role, User
from portal.community import seats
from portal.community.models import Organisation
from portal.core import personal_data
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Contributions, Person
from portal.core.redaction import Redaction
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

WITHOUT_OWNER = kinds.register(
    kinds.Kind(
        "organisation.without_owner",
        lazy_gettext("Organisations that nobody looks after any more"),
        may_switch_off=True,
        explanation=lazy_gettext("When the last one who looked after an organisation is gone."),
        for_editors=True,
    )
)


class NobodyLeft(Exception):
    """The account is the last one with this role; somebody else must get the role first."""

    def __init__(self, role: Role) -> None:
        """Take the role."""
        super().__init__(role)
        self.role = role


def person_of(user: User) -> Person:
    """Return the person whose data is to be found: id, name, address and former organisations."""
    return Person(user.id, user.name, user.email, seats.organisations_left_by(user))


def sole_role_of(user: User) -> Role | None:
    """Return the role of which this is the last active user, None when there are others."""
    if user.is_administrator and not _others(user, (Role.ADMINISTRATOR,)):
        return Role.ADMINISTRATOR
    if user.is_editor and not _others(user, (Role.EDITOR, Role.ADMINISTRATOR)):
        return Role.EDITOR
    return None


def _others(user: User, roles: tuple[Role, ...]) -> int:
    active = (User.confirmed_at.is_not(None), User.disabled_at.is_(None), User.erased_at.is_(None))
    return db.session.scalar(select(func.count(User.id)).where(User.id != user.id, User.role.in_(roles), *active)) or 0


def erase_account(
    user: User, contributions: Contributions, actor: User | None = None, reason: str | None = None
) -> None:
    """Remove a person from every table, the search index, the outbox and the files, in one transaction.

    `actor` is the administrator who does it on request; None when the person or a periodic job does. Content that
    stays public shows "Oud-lid" as its author. The editors get a mail about organisations that are left without an
    owner. Raises NobodyLeft for the last administrator or editor.
    """
    with transaction():
        if role := sole_role_of(user):
            raise NobodyLeft(role)
        person, unattended = person_of(user), seats.last_owned_by(user)
        personal_data.erase(person, contributions)
        note = Redaction(person).text(reason) if reason else None
        audit.record(actor, "user.erased", user, note=note, contributions=contributions.value)
        _mail_editors(person, unattended)


def record_download(user: User, actor: User) -> None:
    """Record in the audit log that an administrator downloaded a person's data on request."""
    with transaction():
        audit.record(actor, "user.data_downloaded", user)


def _mail_editors(person: Person, organisations: Sequence[Organisation]) -> None:
    if not organisations:
        return
    names = [(organisation.name, organisation.path) for organisation in organisations]
    editors = select(User).where(User.role.in_((Role.EDITOR, Role.ADMINISTRATOR)), User.id != person.id)
    for editor in db.session.scalars(editors.order_by(User.id)):
        if editor.is_active:
            unique = f"without-owner:{person.id}:{editor.id}"
            mail.send(WITHOUT_OWNER.name, editor, "avg/without_owner", unique=unique, organisations=names)
