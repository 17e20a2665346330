"""Queuing mail inside the transaction of a change, and mail preferences."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from secrets import token_hex
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.clock import now
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.mail import addresses, kinds, rendering
from portal.mail.addresses import BadAddress as BadAddress
from portal.mail.models import LONGEST_KEY, MailMessage, MailPreference, MailState

TRIAL = kinds.register(kinds.Kind("mail.trial", lazy_gettext("Trial mail")))


class Recipient(Protocol):
    """The recipient of a mail."""

    @property
    def id(self) -> int:
        """The id of the account."""

    @property
    def name(self) -> str:
        """The name used in the greeting."""

    @property
    def email(self) -> str:
        """The mail address."""


_is_silent: ContextVar[bool] = ContextVar("mail_is_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Queue no mail within the block: for content that is loaded, such as the demo, and that nobody waits for."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silent() -> bool:
    """Return whether no mail is queued now, so that nobody need work out who would get one."""
    return _is_silent.get()


def send(kind: str, to: Recipient | str, template: str, *, unique: str, **context: object) -> MailMessage | None:
    """Queue one mail, rendered now from `templates/mail/<template>.txt` and `.html`; sent after the commit.

    A second call with the same `unique` returns the existing row. Returns None when the recipient switched this kind
    off, and within `silence`. Raises BadAddress, and UnknownKind for a kind that is not registered.
    """
    if not 0 < len(unique) <= LONGEST_KEY:
        raise ValueError(f"a unique key has 1 to {LONGEST_KEY} characters")
    described = kinds.get(kind)
    if is_silent():
        return None
    user_id, name, address = (None, "", to) if isinstance(to, str) else (to.id, to.name, to.email)
    address = addresses.check(address)
    if described.is_bulk and user_id is None:
        raise ValueError("bulk goes to accounts: who gets it must be able to leave")
    with transaction() as session:
        if known := _known(session, unique):
            return known
        if user_id is not None and not wants(user_id, described):
            return None
        mail = rendering.render(described, template, user_id, name, unique, context)
        row = MailMessage(kind=kind, unique_key=unique, user_id=user_id, address=address, is_secret=described.is_secret)
        row.subject, row.text, row.html, row.headers = mail.subject, mail.text, mail.html, mail.headers
        return _add_once(session, row)


def _known(session: Session, unique: str) -> MailMessage | None:
    return session.scalar(select(MailMessage).where(MailMessage.unique_key == unique))


def _add_once(session: Session, row: MailMessage) -> MailMessage:
    """Add the row unless another transaction added it first, which is possible on PostgreSQL only."""
    unique = row.unique_key
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = _known(session, unique)
        if known is None:
            raise
        return known
    return row


def wants(user_id: int, kind: kinds.Kind) -> bool:
    """Return whether a person gets this kind of mail."""
    if not kind.can_be_refused:
        return True
    chosen = db.session.get(MailPreference, (user_id, kind.name))
    return chosen is None or chosen.is_wanted


def set_preference(user_id: int, kind: str, *, wanted: bool) -> None:
    """Store a person's choice for a kind of mail."""
    with transaction() as session:
        row = session.get(MailPreference, (user_id, kind))
        if row is None:
            session.add(MailPreference(user_id=user_id, kind=kind, is_wanted=wanted))
        else:
            row.is_wanted = wanted


def set_preferences(user_id: int, choices: Mapping[str, bool]) -> None:
    """Store a person's choices by kind; kinds that cannot be refused are ignored."""
    with transaction():
        for name, wanted in choices.items():
            kind = kinds.find(name)
            if kind is not None and kind.can_be_refused and wants(user_id, kind) != wanted:
                set_preference(user_id, name, wanted=wanted)


def switch_off(user_id: int, kind: str) -> None:
    """Switch a kind off through the link in a mail; does nothing for a deleted account."""
    with suppress(IntegrityError):
        set_preference(user_id, kind, wanted=False)


def send_test_mail(to: Recipient) -> None:
    """Queue a test mail to an administrator."""
    send(TRIAL.name, to, "trial", unique=f"trial:{to.id}:{token_hex(8)}")


def delete_old(user_id: int, address: str) -> None:
    """Delete every mail to an account or address, and its preferences."""
    with transaction() as session:
        mine = (MailMessage.user_id == user_id) | (func.lower(MailMessage.address) == _plainest(address))
        session.execute(delete(MailMessage).where(mine))
        session.execute(delete(MailPreference).where(MailPreference.user_id == user_id))


def _plainest(address: str) -> str:
    """Return an address as it is stored in the outbox, in lower case; an invalid address is returned unchanged."""
    with suppress(BadAddress):
        address = addresses.check(address)
    return address.lower()


def retry(message_id: int | None = None) -> int:
    """Retry a failed or waiting mail now (None: all of them); return how many.

    Mail whose text was removed cannot be sent again.
    """
    with transaction() as session:
        statement = select(MailMessage).where(
            MailMessage.state.in_((MailState.FAILED, MailState.QUEUED)), MailMessage.text != ""
        )
        if message_id is not None:
            statement = statement.where(MailMessage.id == message_id)
        rows = session.scalars(statement).all()
        for row in rows:
            row.state, row.not_before, row.tries = MailState.QUEUED, now(), 0
        return len(rows)
