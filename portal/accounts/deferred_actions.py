"""Actions run by the worker after the answer, so that neither answer nor timing reveals who has an account.

A form always writes one row; the worker looks up the address and sends the mail. Sources: CHECKS 6-8, ASVS 6.3.8.
"""

from collections.abc import Callable

import structlog
from sqlalchemy import delete, select

from portal.accounts import notices, tokens
from portal.accounts.models import DeferredAction, Purpose, User
from portal.accounts.services import of_address
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import first_row, transaction
from portal.mail import kinds, services

log = structlog.get_logger()
LINK = kinds.register(kinds.Kind(name="account.link", label=lazy_gettext("Links to your account"), is_secret=True))
ANY_WAITING = "SELECT 1 FROM account_errand LIMIT 1"
PATHS = {
    Purpose.CONFIRM: "/account/bevestigen/",
    Purpose.MAGIC_LINK: "/account/inloglink/",
    Purpose.RESET: "/account/wachtwoord-vergeten/",
    Purpose.CHANGE_ADDRESS: "/account/adres/",
}


def queue(
    purpose: Purpose,
    email: str,
    user: User | None = None,
    name: str | None = None,
    password_hash: str | None = None,
    next_path: str | None = None,
) -> None:
    """Queue an action: the same single row for known and unknown addresses."""
    with transaction() as session:
        errand = DeferredAction(purpose=purpose, email=email, user_id=user.id if user else None, name=name)
        errand.password_hash, errand.next_path = password_hash, next_path
        session.add(errand)


def run_pending() -> int:
    """Run every pending action, each in its own transaction; return how many."""
    if first_row(ANY_WAITING) is None:
        return 0
    waiting = db.session.scalars(select(DeferredAction.id).order_by(DeferredAction.id)).all()
    db.session.rollback()  # a polling loop must not reuse the snapshot of an old transaction
    for number in waiting:
        _run(number)
    return len(waiting)


def _run(number: int) -> None:
    """Run one action; one that fails is dropped, as it would fail again."""
    try:
        with transaction() as session:
            errand = session.get(DeferredAction, number, with_for_update={"skip_locked": True})
            if errand is not None:
                DO[Purpose(errand.purpose)](errand)
                session.delete(errand)
    except (services.BadAddress, ValueError):
        log.exception("errand_failed", errand=number)
        with transaction() as session:
            session.execute(delete(DeferredAction).where(DeferredAction.id == number))


def _register(errand: DeferredAction) -> None:
    known = of_address(errand.email)
    if known is not None:
        if known.is_active:
            services.send(LINK.name, known, "accounts/known", unique=_unique(errand))
        else:
            _notify_if_disabled(known)
        return
    token = tokens.make(Purpose.CONFIRM, None, errand.email, errand.name, errand.password_hash, errand.next_path)
    _mail(errand, errand.email, "accounts/confirm", token)


def _sign_in_link(errand: DeferredAction) -> None:
    user = of_address(errand.email)
    if user is not None and user.is_active:
        token = tokens.make(Purpose.MAGIC_LINK, user, next_path=errand.next_path)
        _mail(errand, user, "accounts/magic_link", token)
    _notify_if_disabled(user)


def _reset(errand: DeferredAction) -> None:
    user = of_address(errand.email)
    if user is not None and user.is_active:
        _mail(errand, user, "accounts/reset", tokens.make(Purpose.RESET, user))
    _notify_if_disabled(user)


def _notify_if_disabled(user: User | None) -> None:
    """Mail the owner of a disabled account, instead of a link that would not work: only the mailbox reveals it."""
    if user is not None and user.disabled_at is not None and user.erased_at is None:
        notices.notify_disabled(user)


def _change_address(errand: DeferredAction) -> None:
    user = db.session.get(User, errand.user_id) if errand.user_id else None
    if user is None or not user.is_active:
        return
    notices.notify(user, "address_asked")
    if of_address(errand.email) is not None:
        services.send(LINK.name, errand.email, "accounts/known", unique=_unique(errand))
        return
    _mail(errand, errand.email, "accounts/change_address", tokens.make(Purpose.CHANGE_ADDRESS, user, errand.email))


def _mail(errand: DeferredAction, to: User | str, template: str, token: str) -> None:
    path = PATHS[Purpose(errand.purpose)] + token
    services.send(LINK.name, to, template, unique=_unique(errand), path=path)


def _unique(errand: DeferredAction) -> str:
    return f"errand:{errand.id}:{errand.created_at.timestamp()}"


DO: dict[Purpose, Callable[[DeferredAction], None]] = {
    Purpose.CONFIRM: _register,
    Purpose.MAGIC_LINK: _sign_in_link,
    Purpose.RESET: _reset,
    Purpose.CHANGE_ADDRESS: _change_address,
}
