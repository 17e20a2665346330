"""What came of threads: told by either side, counted once per thread, asked once by mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.answers import links, policies, queries, services
from portal.answers.models import Guest, Participant, Side, Thread, ThreadState
from portal.answers.outcome_models import Again, Outcome
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.text import clean
from portal.mail import kinds
from portal.mail import services as mail

MAIL_OUTCOME = kinds.register(
    kinds.Kind("answer.outcome", lazy_gettext("The question what came of a conversation"), is_secret=True)
).name
ASK_AFTER = {ThreadState.AGREED: timedelta(days=21), ThreadState.DONE: timedelta(days=3)}
"""How long after the last word in a thread its participants are asked by mail."""
ASKED_PER_RUN = 100
FIGURES = ("pupils", "lessons", "places")


@dataclass(frozen=True, slots=True)
class Told:
    """What one side tells; `worked` is None when it does not want to say."""

    worked: bool | None
    partner: str | None = None
    pupils: int | None = None
    lessons: int | None = None
    places: int | None = None
    again: Again | None = None
    may_tell: bool = False
    story: str | None = None


class Result(NamedTuple):
    """What counts as the result of a thread, from what one or both sides told."""

    thread: Thread
    worked: bool
    pupils: int | None
    lessons: int | None
    places: int | None
    may_tell: bool
    """Whether everybody who told agrees that it is told to others."""
    stories: Sequence[str]


def tell(participant: Participant, told: Told) -> Outcome:
    """Store what a side tells, or change it; a thread that was still open is closed with it."""
    thread = participant.thread
    with transaction() as session:
        session.refresh(thread)
        row = get_outcome(participant)
        if row is None:
            row = Outcome(thread=thread, side=participant.side)
            session.add(row)
        row.user_id, row.guest_id = participant.user_id, participant.guest_id
        row.worked, row.again, row.may_tell = told.worked, told.again, told.may_tell and bool(told.worked)
        row.partner = clean(told.partner or "").strip() or None
        row.story = clean(told.story or "").strip() or None
        for name in FIGURES:
            setattr(row, name, getattr(told, name) if told.worked else None)
        session.flush()
        if told.worked is not None and thread.is_open:
            state = ThreadState.DONE if told.worked else ThreadState.FAILED
            if thread.state == ThreadState.NEW and told.worked:
                services.set_state(participant, ThreadState.AGREED)
            services.set_state(participant, state)
        return row


def get_outcome(participant: Participant) -> Outcome | None:
    """Return what a participant's side told; None when it told nothing."""
    mine = (Outcome.thread_id == participant.thread_id, Outcome.side == participant.side)
    return db.session.scalar(select(Outcome).where(*mine))


def outcomes_of(thread: Thread) -> dict[Side, Outcome]:
    """Return what the sides of a thread told, without those that did not want to say."""
    told = select(Outcome).where(Outcome.thread_id == thread.id, Outcome.worked.is_not(None))
    return {Side(row.side): row for row in db.session.scalars(told)}


def result_of(thread: Thread, told: Iterable[Outcome]) -> Result | None:
    """Return what counts: it worked if nobody says that it did not, and of two figures the lower; None without any."""
    rows = list(told)
    if not rows:
        return None
    figures = {name: [value for row in rows if (value := getattr(row, name)) is not None] for name in FIGURES}
    lowest = {name: min(values) if values else None for name, values in figures.items()}
    stories = [row.story for row in rows if row.story and row.may_tell]
    worked = all(row.worked for row in rows)
    return Result(thread, worked, **lowest, may_tell=all(row.may_tell for row in rows), stories=stories)


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Return in which figures two sides differ ("worked", "pupils" …); a figure that one left out does not differ."""
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in ("worked", *FIGURES)}
    return [name for name, (mine, theirs) in pairs.items() if None not in (mine, theirs) and mine != theirs]


def results_of_post(post: Post) -> list[Result]:
    """Return what came of the threads about a post, where it worked."""
    return _results(Thread.post_id == post.id)


def results_of_organisation(organisation: Organisation, most: int) -> list[Result]:
    """Return what an organisation achieved with others, newest first, where everybody agreed to tell it."""
    mine = or_(Thread.owner_organisation_id == organisation.id, Thread.asker_organisation_id == organisation.id)
    return [row for row in _results(mine) if row.may_tell][:most]


def _results(condition: object) -> list[Result]:
    statement = (
        select(Outcome)
        .join(Outcome.thread)
        .where(Outcome.worked.is_not(None), condition)  # type: ignore[arg-type]  # a condition on threads
        .options(
            joinedload(Outcome.thread).joinedload(Thread.post),
            joinedload(Outcome.thread).joinedload(Thread.owner_organisation),
            joinedload(Outcome.thread).joinedload(Thread.asker_organisation),
        )
        .order_by(Outcome.id.desc())
    )
    by_thread: dict[int, list[Outcome]] = {}
    for row in db.session.scalars(statement):
        by_thread.setdefault(row.thread_id, []).append(row)
    found = (result_of(rows[0].thread, rows) for rows in by_thread.values())
    return [result for result in found if result is not None and result.worked]


def list_unasked(user: User) -> list[Participant]:
    """Return a member's places in threads that were done, of which that side told nothing yet."""
    told = select(Outcome.id).where(Outcome.thread_id == Thread.id, Outcome.side == Participant.side)
    statement = (
        select(Participant)
        .join(Participant.thread)
        .where(Participant.user_id == user.id, Thread.state == ThreadState.DONE, ~told.exists())
        .options(joinedload(Participant.thread).selectinload(Thread.participants))
        .order_by(Thread.last_message_at.desc())
        .limit(queries.MOST_LISTED)
    )
    return [row for row in db.session.scalars(statement) if policies.may_take_part(row)]


def ask_for_outcomes(at: datetime) -> int:
    """Mail the sides that told nothing, once per thread, some time after its last word; return how many threads."""
    due = [(Thread.state == state) & (Thread.last_message_at <= at - after) for state, after in ASK_AFTER.items()]
    statement = (
        select(Thread)
        .where(Thread.outcome_asked_at.is_(None), Thread.locked_at.is_(None), or_(*due))
        .options(selectinload(Thread.participants))
        .order_by(Thread.id)
        .limit(ASKED_PER_RUN)
    )
    with transaction() as session:
        threads = session.scalars(statement).all()
        for thread in threads:
            thread.outcome_asked_at = at
            for participant in thread.participants:
                if get_outcome(participant) is None:
                    _ask(participant)
        return len(threads)


def _ask(participant: Participant) -> None:
    person = participant.person
    if isinstance(person, User) and not (person.is_active and policies.may_take_part(participant)):
        return
    if person is not None:
        to = person.email if isinstance(person, Guest) else person
        mail.send(
            MAIL_OUTCOME,
            to,
            "answers/outcome",
            unique=f"answer-outcome-{participant.thread_id}-{participant.id}",
            thread=participant.thread,
            other_name=queries.other_name(participant),
            outcome_path=links.outcome_path(participant),
        )
