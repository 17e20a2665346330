"""Conversations of the demo, in every state, with what came of them; through the services that views use, without mail.

`demo/threads.json` says which post is answered by whom, what was written and how it ended.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.accounts.models import User
from portal.answers import outcomes, queries, services
from portal.answers.models import Guest, MessageKind, Participant, Reason, Side, Thread, ThreadState
from portal.answers.outcome_models import Again
from portal.answers.services import AnswerDraft
from portal.board.models import Post
from portal.community.models import Organisation
from portal.community.policies import current_seats
from portal.core import clock
from portal.core.extensions import db
from portal.mail import services as mail

Rows = dict[str, list[dict[str, Any]]]
PACE = (timedelta(hours=3, minutes=10), timedelta(hours=26), timedelta(hours=7, minutes=25), timedelta(hours=50))
"""How long after each other the messages of a thread are, in turn."""
TOLD_AFTER = timedelta(days=9)
LAST_STEPS = timedelta(minutes=25)
"""Between two steps that would otherwise lie in the future."""


class Threads:
    """The conversations of the demo, begun where the demo's posts, organisations and people are known."""

    def __init__(
        self, rows: list[dict[str, Any]], people: dict[str, User], organisations: dict[str, Organisation]
    ) -> None:
        """Sort the rows by what they are about."""
        self._people, self._organisations = people, organisations
        self._behalf: dict[User, Organisation | None] = {}
        self._about: Rows = defaultdict(list)
        self._others = [row for row in rows if "post" not in row]
        for row in rows:
            if "post" in row:
                self._about[row["post"]].append(row)

    def about(self, post: Post, key: str) -> None:
        """Write the conversations about a post, which was published just now by the clock of the demo."""
        published = post.published_at
        assert published is not None
        for row in sorted(self._about[key], key=lambda row: row["day"]):
            self._write(row, published + timedelta(days=row["day"]), lambda asker, draft, behalf: services.start_thread(
                post, asker, draft, behalf))  # fmt: skip

    def without_post(self) -> None:
        """Write the conversations that began on the page of an organisation or a member."""
        for row in self._others:
            to = self._organisations[row["organisation"]] if "organisation" in row else self._people[row["member"]]
            subject, begun = row["subject"], clock.now() - timedelta(days=row["day"])
            self._write(row, begun, lambda asker, draft, behalf, to=to, subject=subject: services.start_contact(
                to, subject, asker, draft, behalf))  # fmt: skip

    def _write(self, row: dict[str, Any], begun: datetime, start: Callable[..., Thread]) -> None:
        moments = _moments(begun, len(row["messages"]) + 3)
        with mail.silence():
            with clock.at(next(moments)):
                thread = start(*self._asker(row))
            sides = {Side(place.side): place for place in thread.participants}
            for side, words in row["messages"][1:]:
                with clock.at(next(moments)):
                    services.send_message(sides[Side(side)], AnswerDraft(words))
            with clock.at(next(moments)):
                _end(row, sides)
            for side, told in row.get("outcomes", {}).items():
                with clock.at(min(next(moments) + TOLD_AFTER, clock.now() - LAST_STEPS)):
                    _tell(sides[Side(side)], told)
            _read(row, thread)

    def _asker(self, row: dict[str, Any]) -> tuple[User | Guest, AnswerDraft, Organisation | None]:
        named = row.get("named", {})
        is_about_post = "post" in row
        kind = MessageKind(row.get("kind", MessageKind.CAN if is_about_post else MessageKind.TEXT))
        words = row["messages"][0][1]
        draft = AnswerDraft(words, kind, row.get("places"), named=named.get("name"), named_email=named.get("email"))
        if "guest" in row:
            guest = Guest(**row["guest"])
            db.session.add(guest)
            return guest, draft, None
        user = self._people[row["by"]]
        if user not in self._behalf:
            self._behalf[user] = next((seat.organisation for seat in current_seats(user)), None)
        return user, draft, self._behalf[user]


def _moments(begun: datetime, steps: int) -> Iterator[datetime]:
    """Yield a moment for each step of a thread, in order, the last ones shortly before now when they do not fit."""
    moment = begun
    now = clock.now()
    for step in count():
        yield min(moment, now - LAST_STEPS * (steps - step))
        moment += PACE[step % len(PACE)]


def _end(row: dict[str, Any], sides: dict[Side, Participant]) -> None:
    """Bring a thread to its state in the demo."""
    state, note = ThreadState(row["state"]), row.get("note", "")
    if state == ThreadState.FAILED:
        closer = sides[Side(row.get("closed_by", Side.OWNER))]
        services.set_state(closer, state, note, Reason(row["reason"]))
    elif state == ThreadState.AGREED:
        services.set_state(sides[Side.OWNER], state, note)
    elif state == ThreadState.DONE:
        if sides[Side.OWNER].thread.state == ThreadState.NEW:
            services.set_state(sides[Side.OWNER], ThreadState.AGREED)
        services.set_state(sides[Side.ASKER], state)


def _tell(participant: Participant, told: dict[str, Any]) -> None:
    figures = {name: told.get(name) for name in outcomes.FIGURES}
    again = Again(told["again"]) if "again" in told else None
    story, may_tell = told.get("story"), told.get("may_tell", False)
    outcomes.tell(participant, outcomes.Told(True, again=again, story=story, may_tell=may_tell, **figures))


def _read(row: dict[str, Any], thread: Thread) -> None:
    """Let people have read what they reacted to; the newest message of every third open thread is unread."""
    last = queries.newest_message_id(thread)
    for participant in thread.participants:
        if not thread.is_open or (thread.id % 3 and row["state"] != ThreadState.NEW):
            services.mark_read(participant, last)
