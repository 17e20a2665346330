"""Queuing mail inside the transaction of a change, and mail preferences."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
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
from portal.mail.models import LONGEST_KEY, Delivery, MailMessage, MailPreference, MailState, Notice

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


@dataclass(frozen=True, slots=True)
class Envelope:
    """A recipient, with where answers go, or which mail this one automatically answers."""

    to: Recipient | str
    reply_to: str | None = None
    """Default: the contact address of the portal."""
    answers_to: str = ""
    """The Message-ID of that mail."""

    @property
    def user_id(self) -> int | None:
        """Return the id of the recipient's account, None for a mere address."""
        return None if isinstance(self.to, str) else self.to.id

    @property
    def name(self) -> str:
        """Return the name of the recipient, "" for a mere address."""
        return "" if isinstance(self.to, str) else self.to.name

    @property
    def address(self) -> str:
        """Return the mail address."""
        return self.to if isinstance(self.to, str) else self.to.email

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that say where answers go, and that this is an automatic answer."""
        headers = {"Reply-To": addresses.check(self.reply_to)} if self.reply_to else {}
        if self.answers_to:
            headers |= {
                "Auto-Submitted": "auto-replied",
                "In-Reply-To": self.answers_to,
                "References": self.answers_to,
            }
        return headers


def send(
    kind: str, to: Recipient | str | Envelope, template: str, *, unique: str, **context: object
) -> MailMessage | None:
    """Queue one mail, rendered now from `templates/mail/<template>.txt` and `.html`; sent after the commit.

    A second call with the same `unique` returns the existing row. Returns None when no mail goes out now: the recipient
    switched this kind off, or gets it in the daily bundle, or within `silence`. A notice (`kinds.Kind.path_of`) to an
    account is in its list of notices too. Raises BadAddress, and UnknownKind for a kind that is not registered.
    """
    if not 0 < len(unique) <= LONGEST_KEY:
        raise ValueError(f"a unique key has 1 to {LONGEST_KEY} characters")
    described = kinds.get(kind)
    if is_silent():
        return None
    envelope = to if isinstance(to, Envelope) else Envelope(to)
    user_id, address = envelope.user_id, addresses.check(envelope.address)
    if described.is_bulk and user_id is None:
        raise ValueError("bulk goes to accounts: who gets it must be able to leave")
    with transaction() as session:
        if known := _known(session, unique):
            return known
        chosen = delivery(user_id, described)
        path = described.path_of(context) if described.path_of and user_id is not None else None
        if chosen is Delivery.OFF and path is None:
            return None
        mail = rendering.render(described, template, user_id, envelope.name, unique, context)
        if path is not None:
            notice = Notice(kind=kind, unique_key=unique, user_id=user_id, subject=mail.subject, path=path)
            notice.is_waiting = chosen is Delivery.DAILY
            is_new = _add_notice_once(session, notice)
            chosen = chosen if is_new else Delivery.OFF
        if chosen is not Delivery.NOW:
            return None
        row = MailMessage(kind=kind, unique_key=unique, user_id=user_id, address=address, is_secret=described.is_secret)
        row.subject, row.text, row.html = mail.subject, mail.text, mail.html
        row.headers = mail.headers | envelope.headers
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


def _add_notice_once(session: Session, notice: Notice) -> bool:
    """Add a notice; return False when the same fact was told before."""
    if session.scalar(select(Notice.id).where(Notice.unique_key == notice.unique_key)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:
        return False
    return True


def delivery(user_id: int | None, kind: kinds.Kind) -> Delivery:
    """Return when a person gets this kind of mail, None being one without account; only notices are bundled."""
    if user_id is None or not kind.can_be_refused:
        return Delivery.NOW
    chosen = db.session.get(MailPreference, (user_id, kind.name))
    if chosen is None:
        return Delivery.NOW
    if not chosen.is_wanted:
        return Delivery.OFF
    return Delivery.DAILY if chosen.is_bundled and kind.path_of is not None else Delivery.NOW


def wants(user_id: int, kind: kinds.Kind) -> bool:
    """Return whether a person gets this kind of mail."""
    return delivery(user_id, kind) is not Delivery.OFF


def set_preference(user_id: int, kind: str, chosen: Delivery) -> None:
    """Store a person's choice for a kind of mail."""
    with transaction() as session:
        row = session.get(MailPreference, (user_id, kind)) or MailPreference(user_id=user_id, kind=kind)
        row.is_wanted, row.is_bundled = chosen is not Delivery.OFF, chosen is Delivery.DAILY
        session.add(row)


def set_preferences(user_id: int, choices: Mapping[str, Delivery]) -> None:
    """Store a person's choices by kind; kinds that cannot be refused are ignored."""
    with transaction():
        for name, chosen in choices.items():
            kind = kinds.find(name)
            if kind is not None and kind.can_be_refused and delivery(user_id, kind) != chosen:
                set_preference(user_id, name, chosen)


def switch_off(user_id: int, kind: str) -> None:
    """Switch a kind off through the link in a mail; does nothing for a deleted account."""
    with suppress(IntegrityError):
        set_preference(user_id, kind, Delivery.OFF)


def send_test_mail(to: Recipient) -> None:
    """Queue a test mail to an administrator."""
    send(TRIAL.name, to, "trial", unique=f"trial:{to.id}:{token_hex(8)}")


def delete_old(user_id: int, address: str) -> None:
    """Delete every mail to an account or address, its notices and its preferences."""
    with transaction() as session:
        mine = (MailMessage.user_id == user_id) | (func.lower(MailMessage.address) == _plainest(address))
        session.execute(delete(MailMessage).where(mine))
        session.execute(delete(MailPreference).where(MailPreference.user_id == user_id))
        session.execute(delete(Notice).where(Notice.user_id == user_id))


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
