"""One text to many recipients, rendered once: only the greeting and the links to leave it differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape
from sqlalchemy import insert, select

from portal.core.clock import now
from portal.core.storage.database import transaction
from portal.mail import addresses, kinds, rendering
from portal.mail.models import MailMessage, MailPreference, MailState
from portal.mail.rendering import Rendered, WayOut
from portal.mail.services import Recipient

NAME, OFF, CHOICES = "naam-5f1c0d9e7b", "/uit-5f1c0d9e7b", "/keuze-5f1c0d9e7b"
"""Stand in the text that is rendered, for what is put in their place for each recipient."""


class Text:
    """A mail that is rendered at its first use, with and without a name in the greeting."""

    def __init__(self, kind: str, template: str, **context: object) -> None:
        """Take a registered kind, and what `services.send` takes. Raises UnknownKind."""
        self.kind = kinds.get(kind)
        self._template, self._context = template, context
        self._rendered: dict[bool, Rendered] = {}

    def render(self, name: str, unique: str, way_out: WayOut) -> Rendered:
        """Return the mail for one recipient."""
        greeted = addresses.greetable(name)
        mail = self._rendered.get(bool(greeted)) or self._render(bool(greeted))
        text = mail.text.replace(NAME, greeted)
        html = mail.html.replace(NAME, str(escape(greeted)))
        for mark, path in ((OFF, way_out.off_path), (CHOICES, way_out.choices_path)):
            text, html = text.replace(mark, path), html.replace(mark, path)
        return Rendered(
            mail.subject, text, html, rendering.headers(self.kind, rendering.link(way_out.off_path), unique)
        )

    def _render(self, by_name: bool) -> Rendered:
        name = NAME if by_name else ""
        mail = rendering.render_with(self.kind, self._template, name, NAME, WayOut(OFF, CHOICES), self._context)
        return self._rendered.setdefault(by_name, mail)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one recipient, an account or an address; `unique` as `services.send` has it."""

    text: Text
    to: Recipient | str
    unique: str
    way_out: WayOut


def send_all(letters: Sequence[Letter]) -> int:
    """Queue letters, in the running transaction or one of its own; return how many are new.

    Recipients who switched the kind off are left out. Raises BadAddress.
    """
    with transaction() as session:
        uniques = [letter.unique for letter in letters]
        known = set(session.scalars(select(MailMessage.unique_key).where(MailMessage.unique_key.in_(uniques))))
        ids = {letter.to.id for letter in letters if not isinstance(letter.to, str)}
        unwanted = select(MailPreference.user_id, MailPreference.kind).where(~MailPreference.is_wanted)
        refused = {tuple(row) for row in session.execute(unwanted.where(MailPreference.user_id.in_(ids)))}
        rows = [_row(letter) for letter in letters if letter.unique not in known and _key(letter) not in refused]
        if rows:
            session.execute(insert(MailMessage), rows)
        return len(rows)


def _key(letter: Letter) -> tuple[int | None, str]:
    return None if isinstance(letter.to, str) else letter.to.id, letter.text.kind.name


def _row(letter: Letter) -> dict[str, Any]:
    user_id, name, address = (
        (None, "", letter.to) if isinstance(letter.to, str) else (letter.to.id, letter.to.name, letter.to.email)
    )
    mail = letter.text.render(name, letter.unique, letter.way_out)
    return {
        "kind": letter.text.kind.name,
        "unique_key": letter.unique,
        "user_id": user_id,
        "address": addresses.check(address),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": mail.headers,
        "is_secret": letter.text.kind.is_secret,
        "state": MailState.QUEUED,
        "tries": 0,
        "not_before": now(),
        "created_at": now(),
    }
