"""Health checks, as reported by /readyz and `portal check`."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.core.config import Settings
from portal.core.extensions import db
from portal.core.models import JobRun
from portal.core.storage import database, redis, write_freeze
from portal.files import cleaning
from portal.files.store import StoreAway
from portal.mail import queries as mail
from portal.mail.inbound import mailbox, reply_addresses
from portal.search import services as search

LATE_SECONDS = 60.0
"""From this delay on, work counts as late; a running worker needs a few seconds at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: its subject, the result as text, and whether it passed."""

    subject: str
    result: str
    well: bool


def problems() -> list[str]:
    """Return the problems that prevent serving, one short sentence each."""
    try:
        database.content_version()
    except Exception as error:  # noqa: BLE001  # whatever is wrong with the database is the answer
        return [f"database: {type(error).__name__}"]
    status = search.status()
    return [] if status.usable else ["search index: cannot be used"]


def delays() -> list[str]:
    """Return a line for each kind of pending work: how long it has been pending, and whether that is too long."""
    status, outbox = search.status(), mail.count_mails()
    lines = []
    if status.pending:
        late = "late: " if status.age > LATE_SECONDS else ""
        lines.append(f"{late}{status.pending} search changes wait, the oldest for {status.age:.0f} s")
    if outbox.due:
        late = "late: " if outbox.age > LATE_SECONDS else ""
        lines.append(f"{late}{outbox.due} mails wait, the oldest for {outbox.age:.0f} s")
    return lines


def findings() -> list[Finding]:
    """Return the results of all checks."""
    content = _content()
    return [_integrity(), content, *_redis(), *((*_search(), _mail(), _inbound(), _files()) if content.well else ())]


def _integrity() -> Finding:
    try:
        if db.engine.dialect.name == "sqlite":
            result = str(db.session.execute(text("PRAGMA quick_check")).scalar_one())
            if write_freeze.is_frozen(db.engine.url.database or ""):
                result = "takes no writes: `portal migrate-to` moves it, or did"
        else:
            db.session.execute(text("SELECT 1"))
            result = "ok"
    except SQLAlchemyError as error:
        result = type(error).__name__
    return Finding("database", result, result == "ok")


def _content() -> Finding:
    try:
        return Finding("content version", str(database.content_version()), well=True)
    except Exception as error:  # noqa: BLE001  # a missing or empty table is what this check is for
        return Finding("content version", f"{type(error).__name__}: run `portal init`", well=False)


def _redis() -> list[Finding]:
    """Check that Redis, if configured, answers. The portal works without it, but slower."""
    shared = redis.shared()
    if shared is None:
        return []
    try:
        shared.ask(lambda client: client.ping())
    except redis.Unavailable:
        return [Finding("redis", "does not answer (PORTAL_REDIS_URL); nothing else suffers but speed", well=False)]
    return [Finding("redis", "ok", well=True)]


def _search() -> list[Finding]:
    status = search.status()
    if not status.usable:
        if db.session.scalar(select(JobRun.name).limit(1)) is None:
            return [Finding("search index", "is built at first start", well=True)]
        return [Finding("search index", "cannot be used; the worker rebuilds it, or run `portal reindex`", well=False)]
    lacking, excess = search.differences()
    well = status.pending > 0 or not (lacking or excess)
    result = f"{status.indexed} of {status.indexed - len(excess) + len(lacking)}"
    if not well:
        result += f", {len(lacking)} lack, {len(excess)} are too many: run `portal reindex`"
    return [
        Finding("search changes queued", str(status.pending), well=True),
        Finding("search index against database", result, well=well),
    ]


def _mail() -> Finding:
    """Check that due mail is being sent; refused addresses are no problem of the portal."""
    outbox = mail.count_mails()
    result = f"{outbox.queued} queued, {outbox.sending} being sent, {outbox.failed} failed"
    if outbox.overdue:
        result += f", {outbox.overdue} overdue: does the worker run, and can it reach PORTAL_MAIL_URL?"
    return Finding("mail", result, well=not outbox.overdue)


def _inbound() -> Finding:
    """Check that the mailbox, if there is one, can be read, and tell where people answer."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.inbound_domain is None:
        return Finding("incoming mail", "off: mails cannot be answered (PORTAL_INBOUND_DOMAIN)", well=True)
    address = f"{reply_addresses.LOCAL_PART}+…@{settings.inbound_domain}"
    if settings.inbound_url is None:
        return Finding("incoming mail", f"to {address}, by `portal receive`", well=True)
    try:
        with mailbox.visit(settings.inbound_url) as box:
            waiting = len(box.list_new())
    except mailbox.MailboxAway as error:
        return Finding("incoming mail", f"the mailbox (PORTAL_INBOUND_URL) cannot be read: {error}", well=False)
    return Finding("incoming mail", f"to {address}, {waiting} waiting in the mailbox", well=True)


def _files() -> Finding:
    """Check that every file row has its content; content without a row is deleted by the clean-up."""
    try:
        missing = len(cleaning.list_missing_content())
    except StoreAway as error:
        return Finding("files without content", f"the store (PORTAL_FILES_URL) says {error.description}", well=False)
    return Finding("files without content", str(missing), well=not missing)
