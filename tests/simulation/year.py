"""Drives a network through a year: posts, answers, replies, absences, brokers, and the jobs of the clock each day."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import NamedTuple

from sqlalchemy import select

from portal.accounts.models import Role, User
from portal.actionplan.models import ActionAgenda, Theme
from portal.answers import brokers, pace, services
from portal.answers.models import Guest, Side, Thread, ThreadState
from portal.answers.promise_models import BrokerCase, Reminder
from portal.answers.services import AnswerDraft, NotPossibleNow
from portal.board import services as board
from portal.board.models import Category, Kind, Post
from portal.board.services import PostDraft
from portal.community.models import Municipality, Organisation, Seat
from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.simulation.behaviour import Answering, Habit, answering, habits
from tests.simulation.ledger import Conversation, Ledger, Wait, day_of, is_free

FIRST_DAY = date(2026, 1, 5)
FEATURES = ("answers", "board")
"""Whose jobs run: those of search, files and accounts have nothing to do here, and take most of the time."""
TICKS = (time(7, 10), time(14, 10))
SCHOOL_SHARE, SEAT_SHARE, GUEST_SHARE, CLOSED_SHARE = 0.35, 0.8, 0.1, 0.12
LEAVE_DAYS = 21


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is, and how long it lives."""

    members: int
    posts: int
    answers: int
    working_days: int


class Person(NamedTuple):
    """A member or editor; rows themselves do not outlive the jobs."""

    id: int
    email: str

    @property
    def user(self) -> User:
        """Return the row."""
        return db.session.get_one(User, self.id)


YEAR = Size(400, 2000, 6000, 250)
SHORT = Size(20, 24, 36, 32)


class Network:
    """A network that lives in the database of the running application."""

    def __init__(self, size: Size, seed: int = 9) -> None:
        """Write its people, organisations and editors."""
        self.size, self.ledger = size, Ledger()
        self._draw = random.Random(seed)  # noqa: S311  # repeatable, and no secret
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._habits: dict[str, Habit] = {}
        self._answering: dict[int, Answering] = {}
        self._post_ids: list[int] = []
        self._leaves: dict[str, list[tuple[date, date]]] = {}
        self._reminders = self._cases = 0
        self.ended = _at(FIRST_DAY, time(6))
        with clock.at(_at(FIRST_DAY, time(6))):
            self._people()

    def run(self, progress: Callable[[date], None] = lambda _day: None) -> None:
        """Let every day pass."""
        days = list(self._days())
        self._schedule(days)
        jobs.load()
        for day in days:
            progress(day)
            for tick in TICKS:
                self._until(_at(day, tick))
                self._tick(_at(day, tick))
        self.ended = _at(days[-1], time(23))
        self._until(self.ended)

    def _days(self) -> Iterator[date]:
        """Yield every day until enough working days have passed, the free ones too."""
        day, left = FIRST_DAY, self.size.working_days
        while left:
            left -= not is_free(day, school=False)
            yield day
            day += timedelta(days=1)

    def _people(self) -> None:
        with transaction() as session:
            agenda = ActionAgenda(slug="haaglanden", title="Agenda", region="Haaglanden", year=2014, summary="Samen.")
            session.add_all(
                [
                    agenda,
                    Category(slug="gastles", label="Gastles", explanation="Een les.", synonyms=[]),
                    Theme(agenda=agenda, slug="techniek", number=1, title="Techniek", short_title="Techniek"),
                    *(Municipality(slug=name.lower(), name=name) for name in ("Delft", "Rijswijk")),
                ]
            )
            organisations = [
                Organisation(
                    slug=f"org-{number}",
                    name=f"Organisatie {number}",
                    kind="vo" if self._draw.random() < SCHOOL_SHARE else "werkgever",
                )
                for number in range(max(4, self.size.members // 5))
            ]
            session.add_all(organisations)
            editors = [self._user(f"Redacteur {number}", Role.EDITOR) for number in range(4)]
            members = [self._user(f"Lid {number}", Role.MEMBER) for number in range(self.size.members)]
            session.add_all([*editors, *members])
            for user in members:
                if self._draw.random() < SEAT_SHARE:
                    place = self._draw.choice(organisations)
                    session.add(Seat(user=user, organisation=place, role="docent", since=FIRST_DAY))
        self.members = [Person(user.id, user.email) for user in members]
        self._habits = {user.email: Habit.FAST for user in editors}
        self._habits |= dict(zip((one.email for one in self.members), habits(self._draw, len(members)), strict=True))
        delft = db.session.scalars(select(Municipality).where(Municipality.slug == "delft")).one()
        theme = db.session.scalars(select(Theme)).one()
        brokers.set_duties(editors[0], {delft: editors[0]}, {theme: editors[1]})

    def _user(self, name: str, role: Role) -> User:
        address = f"{name.lower().replace(' ', '')}@example.org"
        return User(name=name, email=address, role=role, confirmed_at=clock.now(), second_factor_at=clock.now())

    def _schedule(self, days: list[date]) -> None:
        """Plan posts, answers, absences and accounts that are disabled, over the days."""
        for _number in range(self.size.posts):
            self._plan(self._moment(self._draw.choice(days[: len(days) * 4 // 5])), self._place)
        for _number in range(self.size.answers):
            self._plan(self._moment(self._draw.choice(days)), self._answer)
        for user in self.members:
            if self._habits[user.email] is Habit.ON_LEAVE:
                for start in days[20 + self._draw.randrange(20) :: 90]:
                    tells = self._draw.random() < 0.5
                    self._plan(self._moment(start), partial(self._leave, user, tells))
        for user in self._draw.sample(self.members, max(1, len(self.members) // 100)):
            self._plan(self._moment(self._draw.choice(days)), partial(self._disable, user))

    def _plan(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._numbers), act))

    def _moment(self, day: date) -> datetime:
        return _at(day, time(9 + self._draw.randrange(13), self._draw.randrange(60), self._draw.randrange(60)))

    def _until(self, moment: datetime) -> None:
        """Let everything happen that is planned before a moment."""
        while self._queue and self._queue[0][0] < moment:
            at, _number, act = heapq.heappop(self._queue)
            with clock.at(at):
                act()

    # ── what people do ──────────────────────────────────────────────────────────────────────────────

    def _place(self) -> None:
        author = self._draw.choice(self.members)
        seat = db.session.scalars(select(Seat).where(Seat.user_id == author.id)).first()
        draft = PostDraft(
            kind=self._draw.choice((Kind.OFFER, Kind.REQUEST)),
            category="gastles",
            title=f"Bericht {len(self._post_ids)}",
            body="Twee uur in de werkplaats.",
            themes=self._draw.choice(((), ("techniek",))),
            municipality=self._draw.choice(("delft", "rijswijk", None)),
        )
        closes = self._draw.random() < CLOSED_SHARE
        after = timedelta(days=self._draw.randrange(4, 40))
        if author.email in self.ledger.disabled:
            return
        with transaction():
            post = board.submit_post(author.user, draft, seat.organisation if seat else None)
            if not post.is_visible:
                board.approve_post(post, None)
            post.expires_at = clock.now() + timedelta(days=500)
        self._post_ids.append(post.id)
        if closes:
            post_id = post.id
            self._plan(clock.now() + after, lambda: self._close_post(post_id))

    def _answer(self) -> None:
        asker, is_guest = self._draw.choice(self.members), self._draw.random() < GUEST_SHARE
        post_id = self._draw.choice(self._post_ids[-400:]) if self._post_ids else 0
        post, number = db.session.get(Post, post_id), next(self._numbers)
        if post is None or not post.is_active or post.author_id == asker.id or asker.email in self.ledger.disabled:
            return
        guest = Guest(name=f"Gast {number}", email=f"gast{number}@example.net", organisation="Het Lyceum")
        try:
            with transaction() as session:
                if is_guest:
                    session.add(guest)
                thread = services.start_thread(post, guest if is_guest else asker.user, AnswerDraft("Wij komen graag."))
                known = thread.id in self.ledger.conversations
        except NotPossibleNow:
            return
        if is_guest:
            self._habits[guest.email] = Habit.FAST
            self.ledger.guests[guest.email] = thread.id
        if not known:
            school = post.organisation is not None and post.organisation.kind == "vo"
            self.ledger.conversations[thread.id] = Conversation(clock.now(), school)
            self._begin_wait(thread)
        elif (wait := self.ledger.wait_at(thread.id, clock.now())) is None or wait.side != thread.turn:
            self._begin_wait(thread)

    def _begin_wait(self, thread: Thread) -> None:
        """Note whose turn it is, and plan when that side writes by itself."""
        if thread.turn is None or not thread.is_open:
            self.ledger.end_wait(thread.id, clock.now())
            return
        places = [place for place in thread.participants if place.side == thread.turn and not place.is_broker]
        people = tuple(person.email for place in places if (person := place.user or place.guest) is not None)
        habit = self._habits[people[0]] if people else Habit.SILENT
        drawn = self._answering[thread.id] = answering(self._draw, habit)
        organisation = thread.owner_organisation if thread.turn == Side.OWNER else thread.asker_organisation
        school = organisation is not None and organisation.kind == "vo"
        when = None
        if drawn.unprompted is not None:
            when = self._back(people, self._after(drawn.unprompted, school), school)
        wait = Wait(thread.turn, clock.now(), school, people, when)
        self.ledger.begin_wait(thread.id, wait)
        conversation = self.ledger.conversations[thread.id]
        if len(conversation.waits) == 1:
            conversation.unprompted = when
        if when is not None:
            thread_id = thread.id
            self._plan(when, lambda: self._write(thread_id, wait))

    def _after(self, days: int, school: bool) -> datetime:
        """Return a moment so many working days from now, later today for none."""
        day = day_of(clock.now())
        while days or is_free(day, school):
            day += timedelta(days=1)
            days -= bool(days) and not is_free(day, school)
        return max(self._moment(day), clock.now() + timedelta(minutes=20))

    def _back(self, people: tuple[str, ...], moment: datetime, school: bool) -> datetime:
        """Return a moment, or one on the first working day after the leave of the person in which it falls."""
        for first, last in self._leaves.get(people[0], ()) if people else ():
            if first <= day_of(moment) <= last:
                with clock.at(_at(last, time(12))):
                    return self._after(1, school)
        return moment

    def _write(self, thread_id: int, wait: Wait) -> None:
        """Let the side whose turn it is write, agree or refuse, unless the wait is over."""
        outcome, thread = self._draw.random(), db.session.get(Thread, thread_id, populate_existing=True)
        if thread is None or wait.until is not None or thread.turn != wait.side or not thread.is_open:
            return
        place = next((row for row in thread.participants if row.side == wait.side and not row.is_broker), None)
        if place is None or (place.user is not None and not place.user.is_active):
            return
        conversation = self.ledger.conversations[thread_id]
        if wait.side == Side.OWNER and conversation.answered is None:
            conversation.answered = clock.now()
        if outcome < 0.5:
            agreed = thread.state == ThreadState.AGREED
            services.set_state(place, ThreadState.DONE if agreed else ThreadState.AGREED, "Afgesproken.")
        elif outcome < 0.65:
            services.set_state(place, ThreadState.FAILED, "Het lukt niet.")
        else:
            services.send_message(place, AnswerDraft("Vertel eens meer."))
        self._begin_wait(thread)

    def _close_post(self, post_id: int) -> None:
        post = db.session.get(Post, post_id, populate_existing=True)
        if post is None or not post.is_active or not post.author.is_active:
            return
        board.fulfil_post(post, post.author, None)
        for thread_id in db.session.scalars(select(Thread.id).where(Thread.post_id == post_id)):
            self.ledger.end_wait(thread_id, clock.now())

    def _leave(self, user: Person, tells: bool) -> None:
        today = day_of(clock.now())
        last = today + timedelta(days=LEAVE_DAYS)
        self._leaves.setdefault(user.email, []).append((today, last))
        if tells and user.email not in self.ledger.disabled:
            pace.set_absence(user.user, last)
            self.ledger.away.setdefault(user.email, []).append((today, last))

    def _disable(self, user: Person) -> None:
        with transaction():
            user.user.disabled_at = clock.now()
        self.ledger.disabled[user.email] = clock.now()

    # ── the clock ───────────────────────────────────────────────────────────────────────────────────

    def _tick(self, moment: datetime) -> None:
        """Run the jobs that are due, and let people heed what those sent."""
        with clock.at(moment):
            jobs.run_due(moment, FEATURES)
            db.session.rollback()
            for reminder in db.session.scalars(
                select(Reminder).where(Reminder.id > self._reminders).order_by(Reminder.id)
            ):
                self._reminders = reminder.id
                self._heed(reminder)
            for case in db.session.scalars(
                select(BrokerCase).where(BrokerCase.id > self._cases).order_by(BrokerCase.id)
            ):
                self._cases = case.id
                self._plan(self._after(1, school=False), partial(self._help, case.id))

    def _heed(self, reminder: Reminder) -> None:
        thread_id = reminder.participant.thread_id
        wait, drawn = self.ledger.wait_at(thread_id, clock.now()), self._answering[thread_id]
        if wait is not None and wait.since == reminder.waiting_since and drawn.heeds[reminder.after_days > 3]:
            when = self._back(wait.people, self._after(drawn.after_reminder, wait.school), wait.school)
            self._plan(when, lambda: self._write(thread_id, wait))

    def _help(self, case_id: int) -> None:
        """Let a broker act on a case, unless somebody wrote meanwhile."""
        chance, case = self._draw.random(), db.session.get(BrokerCase, case_id, populate_existing=True)
        if case is None or case.broker is None or not case.is_open:
            return
        if chance < 0.45:
            brokers.answer_case(case, case.broker, "Ik heb ze gebeld.")
        elif chance < 0.7:
            brokers.link_case(case, case.broker, "Probeer het hier eens.", "https://www.example.org/")
        else:
            brokers.close_case(case, case.broker, "De school is verhuisd.")
        self._begin_wait(case.thread)


def _at(day: date, moment: time) -> datetime:
    return clock.from_local(day, moment)
