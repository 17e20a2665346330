"""Mailing what is new in the lists that people follow.

Equal filters are answered once, before any transaction. The mails are then queued in transactions of `BATCH` alerts,
each of which moves its alerts on to their next moment: a run that was killed continues where it stopped, and two runs
at the same time mail nothing twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.alerts import links, queries, services
from portal.alerts.models import Alert, Frequency
from portal.alerts.queries import Due
from portal.core import clock, locale
from portal.core.i18n import lazy_gettext
from portal.core.lists import followed
from portal.core.lists.followed import NewItem
from portal.core.storage.database import transaction
from portal.mail import kinds, many
from portal.mail.many import Letter, Text
from portal.mail.rendering import WayOut
from portal.mail.services import Recipient

MAIL = kinds.register(
    kinds.Kind(
        "alert.new",
        lazy_gettext("What is new in the lists that you follow"),
        is_bulk=True,
        explanation=lazy_gettext("Choose per list how often, under “What you follow” in the menu of your account."),
    )
).name
SETTLED = timedelta(minutes=2)
"""What was published since waits for the next mail: its transaction, or its place in the index, may be underway."""
BATCH = 100
MOST_SHOWN = 20
Found = Mapping[tuple[str, str], Sequence[NewItem]]
"""Per list and query what is new."""


def send_due(moment: datetime) -> int:
    """Queue the mails of the alerts that are due at a moment (UTC); return how many mails."""
    until = moment - SETTLED
    due = queries.list_due(moment)
    if not due:
        return 0
    with locale.use_language(locale.DEFAULT):
        found = _find(due, until)
        texts = _Texts(found)
    ready = [row.id for row in due if (row.list_slug, row.query) in found]
    parts = (ready[start : start + BATCH] for start in range(0, len(ready), BATCH))
    return sum(_queue(ids, texts, moment, until) for ids in parts)


def _find(due: Sequence[Due], until: datetime) -> dict[tuple[str, str], Sequence[NewItem]]:
    """Return what is new per filter; a list that cannot tell now is missing, and its alerts stay due."""
    asked: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in due:
        asked[row.list_slug][row.query] = min(row.seen_until, asked[row.list_slug].get(row.query, row.seen_until))
    found: dict[tuple[str, str], Sequence[NewItem]] = {}
    for slug, since in asked.items():
        the_list = followed.find(slug)
        if the_list is None:
            continue
        living = {query: moment for query, moment in since.items() if followed.still_exists(the_list, query)}
        found |= {(slug, query): () for query in since.keys() - living.keys()}
        found |= {(slug, query): items for query, items in the_list.find_new(living, until).items()}
    return found


def _titles(found: Found) -> dict[tuple[str, str], tuple[str, str]]:
    """Return name and address of each filter with something new."""
    titles = {}
    for (slug, query), items in found.items():
        the_list = followed.find(slug)
        if items and the_list is not None:
            path = f"{the_list.path}?{query}" if query else the_list.path
            titles[slug, query] = the_list.title(followed.arguments(query)), path
    return titles


class _Texts:
    """The mails of a run: one for all who get the same items of the same filter."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._titles = _titles(found)
        self._made: dict[tuple[str, str, int], Text] = {}

    def text_for(self, alert: Alert) -> Text | None:
        """Return the mail with what is new for an alert; None when nothing is."""
        key = alert.list_slug, alert.query
        new = [item for item in self._found.get(key, ()) if item.published > alert.seen_until]
        if not new:
            return None
        made = self._made.get((*key, len(new)))
        if made is None:
            title, path = self._titles[key]
            made = Text(MAIL, "alerts/new", items=new[:MOST_SHOWN], count=len(new), title=title, list_path=path)
            self._made[*key, len(new)] = made
        return made


def _queue(ids: Sequence[int], texts: _Texts, moment: datetime, until: datetime) -> int:
    """Queue the mails of some alerts in one transaction, and move these on to their next moment."""
    wanted = select(Alert).where(Alert.id.in_(ids), Alert.due_at <= moment, Alert.frequency != Frequency.NONE)
    letters = []
    with transaction() as session:
        for alert in session.scalars(wanted.options(joinedload(Alert.user), joinedload(Alert.guest))):
            assert alert.due_at is not None
            text, to = texts.text_for(alert), _recipient(alert)
            if text is not None and to is not None:
                unique = f"alert-{alert.id}-{clock.to_local(alert.due_at):%Y%m%d}"
                letters.append(Letter(text, to, unique, WayOut(links.off_path(alert), links.choices_path(alert))))
            alert.seen_until = max(until, alert.seen_until)
            alert.due_at = services.next_due(Frequency(alert.frequency), moment)
        return many.send_all(letters) if letters else 0


def _recipient(alert: Alert) -> Recipient | str | None:
    """Return who gets the mail of an alert, None for an account that may not sign in."""
    if alert.guest is not None:
        return alert.guest.email
    return alert.user if alert.user is not None and alert.user.is_active else None
