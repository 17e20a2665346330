"""Server-side sessions: the cookie holds a random token, the table its hash and the session data.

A browser that only viewed a form has a token without a row: its CSRF token is derived from the session token. A row
is created at sign-in, or when data must be stored before that. Sources: OWASP ASVS 7.2-7.4, 3.3.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import AnonymousUserMixin, LoginManager
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from portal.accounts.models import User, WebSession
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction

log = structlog.get_logger()
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
CSRF = "csrf_token"
UNDERWAY_FOR = timedelta(hours=2)
MEMBER_IDLE, MEMBER_FOR = timedelta(days=7), timedelta(days=30)
EDITOR_IDLE, EDITOR_FOR = timedelta(hours=12), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
PROOF_FOR = timedelta(minutes=15)


class PortalSession(dict[str, Any], SessionMixin):
    """The session of a request. Assigning anything but the CSRF token creates a row."""

    def __init__(self, token: str | None) -> None:
        """Take the token of the cookie, None when there was none."""
        super().__init__()
        self.token = token
        self.is_new_token = False
        self.lasts: timedelta | None = None
        self.modified = False
        self.row = _find(token) if token else None
        if self.row:
            super().update(self.row.data)
        if token:
            super().__setitem__(CSRF, _csrf_secret(token))

    def __setitem__(self, key: str, value: Any) -> None:
        """Store a value; the CSRF token is ignored, because it is derived from the cookie."""
        if key == CSRF:
            self.renew()
            return
        super().__setitem__(key, value)
        self.modified = True

    def __delitem__(self, key: str) -> None:
        """Remove a value."""
        super().__delitem__(key)
        self.modified = True

    def pop(self, key: str, *default: Any) -> Any:
        """Remove and return a value; a missing key creates no row."""
        self.modified = self.modified or key in self
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return a value, storing the default first when it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def renew(self, lasts: timedelta | None = None) -> str:
        """Give this browser a new token; returns it."""
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.is_new_token, self.lasts = True, lasts
        super().__setitem__(CSRF, _csrf_secret(self.token))
        return self.token

    @property
    def data(self) -> dict[str, Any]:
        """Return the stored data, without the derived CSRF token."""
        return {key: value for key, value in self.items() if key != CSRF}


class Sessions(SessionInterface):
    """Opens and saves sessions for Flask."""

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        """Return the session of the cookie; an empty one for anything but a token of ours."""
        token = request.cookies.get(app.config["SESSION_COOKIE_NAME"], "")
        return PortalSession(token if TOKEN.fullmatch(token) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store changes and set the cookie; a database error here does not fail the answer."""
        if not isinstance(session, PortalSession):
            return
        try:
            _save(session)
        except SQLAlchemyError:
            db.session.rollback()
            log.warning("session_not_saved")
            return
        if session.is_new_token and session.token:
            response.set_cookie(
                app.config["SESSION_COOKIE_NAME"],
                session.token,
                max_age=session.lasts,
                secure=app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
                path="/",
            )
            response.headers["Cache-Control"] = "private, no-store"


def _save(session: PortalSession) -> None:
    """Store the session data; the first value creates the row."""
    stale = session.row is not None and now() - session.row.last_seen_at > SEEN_EVERY
    if not (session.modified or stale):
        return
    if session.row is None and not session.data:
        return
    token = session.token or session.renew()
    with transaction() as database:
        row = database.scalar(select(WebSession).where(WebSession.token_hash == hashed(token)))
        if row is None:
            row = WebSession(token_hash=hashed(token), expires_at=now() + UNDERWAY_FOR)
            database.add(row)
        row.data = session.data
        row.last_seen_at = now()
        if row.user_id:
            _record_visit(row.user_id)
    session.modified = False


def _record_visit(user_id: int) -> None:
    """Record that a person was here, within the running transaction.

    The statement passes by the session of the ORM: no page shows this, so it must not raise the content version, which
    would discard every kept page at each sign-in.
    """
    seen = {"last_seen_at": now(), "warned_inactive_at": None, "updated_at": User.updated_at}
    db.session.execute(update(User).where(User.id == user_id).values(seen))


def hashed(token: str) -> str:
    """Return the SHA-256 of a secret; a plain hash is enough for more than 128 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf_secret(token: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, b"csrf:" + token.encode(), hashlib.sha256).hexdigest()


def _lives(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for a session within its idle and absolute time-outs (UTC)."""
    idle = or_(
        WebSession.user_id.is_(None),
        and_(User.role == "member", WebSession.last_seen_at > at - MEMBER_IDLE),
        WebSession.last_seen_at > at - EDITOR_IDLE,
    )
    return and_(WebSession.expires_at > at, idle)


def _find(token: str) -> WebSession | None:
    """Return the valid session row of a token; a lost database connection is retried, not treated as signed out."""
    statement = (
        select(WebSession)
        .outerjoin(User)
        .options(joinedload(WebSession.user))
        .where(WebSession.token_hash == hashed(token), _lives(now()))
    )
    for _attempt in range(2):
        try:
            return db.session.scalar(statement)
        except SQLAlchemyError as error:
            db.session.rollback()
            if not getattr(error, "connection_invalidated", False):
                break
    return None


class Visitor(AnonymousUserMixin):  # type: ignore[misc]  # flask-login has no types
    """The current user when nobody is signed in."""

    id = None
    role = None
    is_editor = is_administrator = has_second_factor = False


def init_app(app: Flask) -> None:
    """Make Flask and flask-login use our sessions."""
    app.session_interface = Sessions()
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Visitor
    manager.request_loader(load_user)
    manager.init_app(app)


def load_user(_request: Request) -> User | None:
    """Return the active user of this session's cookie."""
    row = current()
    if row is None or row.user is None or not row.user.is_active:
        return None
    row.user.gave_second_factor = row.second_factor_at is not None
    return row.user


def current() -> WebSession | None:
    """Return the row of this request's session, None when there is none."""
    return session.row if isinstance(session._get_current_object(), PortalSession) else None  # type: ignore[attr-defined]  # a proxy


def begin(user: User, second_factor: bool = False) -> WebSession:
    """Sign a user in: a new token and row replace the old ones (against session fixation)."""
    ours: PortalSession = session._get_current_object()  # type: ignore[attr-defined]  # a proxy
    editor = user.is_editor
    lasts = EDITOR_FOR if editor else MEMBER_FOR
    with transaction() as database:
        if ours.token:
            database.execute(delete(WebSession).where(WebSession.token_hash == hashed(ours.token)))
        row = WebSession(
            token_hash=hashed(ours.renew(lasts)),
            user_id=user.id,
            data=ours.data,
            browser=_browser(request.headers.get("User-Agent", "")),
            expires_at=now() + lasts,
            proved_at=now(),
            second_factor_at=now() if second_factor else None,
        )
        database.add(row)
        _record_visit(user.id)
    _use(row, user)
    return row


def _use(row: WebSession | None, user: Any) -> None:
    """Set the signed-in user for the rest of this request."""
    ours: PortalSession = session._get_current_object()  # type: ignore[attr-defined]  # a proxy
    ours.row = row
    if row is not None:
        user.gave_second_factor = row.second_factor_at is not None
    g._login_user = user


def finish() -> None:
    """Sign out: delete the row and replace the token."""
    ours: PortalSession = session._get_current_object()  # type: ignore[attr-defined]  # a proxy
    if ours.token:
        with transaction() as database:
            database.execute(delete(WebSession).where(WebSession.token_hash == hashed(ours.token)))
    ours.clear()
    ours.modified = False
    ours.renew()
    _use(None, Visitor())


def note_second_factor() -> None:
    """Mark the second factor as passed and replace the token, as rights increase (ASVS 7.2.4)."""
    row = current()
    if row is None or row.user is None:
        raise RuntimeError("nobody is signed in here")
    ours: PortalSession = session._get_current_object()  # type: ignore[attr-defined]  # a proxy
    with transaction():
        row.token_hash = hashed(ours.renew(EDITOR_FOR if row.user.is_editor else MEMBER_FOR))
        row.second_factor_at = row.proved_at = now()
    _use(row, row.user)


def note_proof() -> None:
    """Record that the person authenticated again, with password, code, passkey or mailed link."""
    row = current()
    if row is not None:
        with transaction():
            row.proved_at = now()


def has_fresh_proof() -> bool:
    """Return whether the person authenticated in the last 15 minutes."""
    row = current()
    return row is not None and row.proved_at is not None and now() - row.proved_at < PROOF_FOR


def list_sessions(user: User) -> list[WebSession]:
    """Return a user's valid sessions, most recently used first."""
    statement = select(WebSession).join(User).where(WebSession.user_id == user.id, _lives(now()))
    return list(db.session.scalars(statement.order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())))


def end(user: User, session_id: int) -> bool:
    """End one of a user's sessions; False when it is not theirs or does not exist."""
    with transaction() as database:
        statement = delete(WebSession).where(WebSession.id == session_id, WebSession.user_id == user.id)
        return bool(database.execute(statement).rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def end_all(user: User, keep: WebSession | None = None) -> int:
    """End a user's sessions except the given one; return how many."""
    with transaction() as database:
        statement = delete(WebSession).where(WebSession.user_id == user.id)
        if keep is not None:
            statement = statement.where(WebSession.id != keep.id)
        return int(database.execute(statement).rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def delete_ended(at: datetime) -> int:
    """Delete expired sessions; return how many."""
    with transaction() as database:
        return int(database.execute(delete(WebSession).where(WebSession.expires_at <= at)).rowcount)  # type: ignore[attr-defined]  # a cursor result has it


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _browser(agent: str) -> str:
    """Return a short description such as `Firefox · Windows`; nothing else of the user agent is stored."""
    found = (next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS))
    return " · ".join(part for part in found if part)
