"""Rendering mail templates: subject, plain text and HTML with inlined styles, in Dutch."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import css_inline
from flask import current_app

from portal.core import i18n, locale
from portal.mail import addresses, tokens
from portal.mail.kinds import Kind
from portal.mail.models import LONGEST_SUBJECT

SUBJECT = "Onderwerp:"
PREFERENCES = "/account/mail"


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where the recipient of one mail leaves, and chooses, when that is not the preference for its kind."""

    off_path: str
    """A page that stops this mail with a POST, without signing in (RFC 8058)."""
    choices_path: str


class BadTemplate(Exception):
    """A text template does not start with its subject line."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered mail."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


def render(
    kind: Kind, template: str, user_id: int | None, name: str, unique: str, context: Mapping[str, object]
) -> Rendered:
    """Render a mail; needs an application context but no request."""
    way_out = None
    if kind.can_be_refused and user_id:
        way_out = WayOut(f"/mail/uit/{tokens.make(user_id, kind.name)}", PREFERENCES)
    return render_with(kind, template, addresses.greetable(name), unique, way_out, context)


def render_with(
    kind: Kind, template: str, greeted: str, unique: str, way_out: WayOut | None, context: Mapping[str, object]
) -> Rendered:
    """Render a mail that greets somebody ("": nobody by name), with the links to leave it (None: it has none)."""
    refuse = link(way_out.off_path) if way_out else ""
    shared = {
        "kind": kind,
        "link": link,
        "recipient_name": greeted,
        "refuse_url": refuse,
        "preferences_url": link(way_out.choices_path) if way_out else "",
        "site_name": current_app.config["SITE_NAME"],
        "site_url": link("/"),
        **context,
    }
    with locale.use_language(locale.DEFAULT):
        subject, body = _text(template, shared)
        text = _part("mail/base.txt", {**shared, "body": body, **_plain_words()})
        html = _inliner().inline(_part(f"mail/{template}.html", {**shared, "subject": subject}))
    return Rendered(subject, text, html, headers(kind, refuse, unique))


def link(path: str) -> str:
    """Return the absolute URL of a path under the configured host, never the request's."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"not a path of ours: {path!r}")
    return f"{current_app.config['BASE_URL']}{path}"


def message_id(unique: str) -> str:
    """Return the Message-ID derived from a unique key, so that a mail sent twice is recognised as one."""
    digest = hashlib.sha256(f"{current_app.config['BASE_URL']}\0{unique}".encode()).hexdigest()
    return f"<{digest[:40]}@{current_app.config['SETTINGS'].hostname}>"


def _text(template: str, context: Mapping[str, object]) -> tuple[str, str]:
    first, _, body = _part(f"mail/{template}.txt", {**context, **_plain_words()}).lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise BadTemplate(f"mail/{template}.txt must begin with {SUBJECT!r}")
    return addresses.one_line(first.removeprefix(SUBJECT), LONGEST_SUBJECT), body.strip()


def _plain_words() -> dict[str, object]:
    """Return the gettext functions for text templates, without HTML escaping."""
    return {"_": i18n.gettext, "gettext": i18n.gettext, "ngettext": i18n.ngettext}


def _part(name: str, context: Mapping[str, object]) -> str:
    return current_app.jinja_env.get_template(name).render(context)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Return the CSS inliner; it retains rules that cannot be inlined (dark mode) and loads nothing."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def headers(kind: Kind, refuse: str, unique: str) -> dict[str, str]:
    """Return the extra headers of a mail; `refuse` is the address that stops it, "" for none."""
    found = {
        "Message-ID": message_id(unique),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if refuse and (kind.is_bulk or kind.path_of is not None):
        found |= {"List-Unsubscribe": f"<{refuse}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if kind.is_bulk:
        found["Precedence"] = "bulk"
    return found
