"""Counts by itself what the promise did in a simulated year: from the mails that were queued and from the ledger."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.answers import promise
from portal.answers.promise_models import BrokerCase
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.simulation.ledger import Conversation, Ledger, count_days, day_of, is_free

WITHIN, FIRST, SECOND, HAND_OVER = 5, 3, 7, 10
"""The promise, written down here once more."""
MOST_REMINDERS_A_WEEK = 5
MOST_MAILS_A_WEEK = 60
THREAD_LINK = re.compile(r"/antwoorden/([0-9]+)\b")
CASE_LINK = re.compile(r"/redactie/makelaar/([0-9]+)\b")


@dataclass
class Report:
    """What was counted, and what was wrong."""

    faults: list[str]
    threads: int
    reminders: int
    handed_over: int
    with_promise: float
    without_promise: float
    by_month: list[tuple[date, int, int]]
    most_mails: int
    most_reminders: int

    def table(self) -> str:
        """Return the figures as a table."""
        rows = [
            ("conversations", f"{self.threads:,}"),
            ("reminders (mails)", f"{self.reminders:,}"),
            ("handed over to a broker", f"{self.handed_over:,}"),
            ("most mails to one person in a week", str(self.most_mails)),
            ("most reminders to one person in a week", str(self.most_reminders)),
            ("answered within 5 working days, with the promise", f"{self.with_promise:.1%}"),
            ("answered within 5 working days, without it", f"{self.without_promise:.1%}"),
        ]
        months = [f"{first:%Y-%m}{number:>10}{good:>10}{good / number:>10.1%}" for first, number, good in self.by_month]
        head = f"{'month':<7}{'counted':>10}{'in time':>10}{'share':>10}"
        return "\n".join([*(f"{name:<52}{value:>8}" for name, value in rows), "", head, *months])


def report(ledger: Ledger, end: datetime) -> Report:
    """Check everything and count; `end` is when the simulation ended."""
    mails = list(db.session.scalars(select(MailMessage).order_by(MailMessage.id)))
    reminders = list(_reminders(ledger, mails))
    cases = list(db.session.scalars(select(BrokerCase)))
    weeks = _weeks(mails)
    of_reminders = _weeks([mail for mail, _thread in {mail.id: (mail, 0) for mail, _id in reminders}.values()])
    months = _months(ledger, day_of(end))
    faults = [
        *_faults_of_reminders(ledger, reminders),
        *_faults_of_brokers(ledger, cases, mails, end),
        *_faults_of_share(months, day_of(end)),
        *_faults_of_weeks(of_reminders, "reminders", MOST_REMINDERS_A_WEEK),
        *_faults_of_weeks(weeks, "mails", MOST_MAILS_A_WEEK),
    ]
    known = [
        one for one in ledger.conversations.values() if count_days(day_of(one.began), day_of(end), one.school) > WITHIN
    ]
    return Report(
        faults=faults,
        threads=len(ledger.conversations),
        reminders=len({mail.id for mail, _thread in reminders}),
        handed_over=len(cases),
        with_promise=_share(known, [one.answered for one in known]),
        without_promise=_share(known, [one.unprompted for one in known]),
        by_month=months,
        most_mails=max(weeks.values(), default=0),
        most_reminders=max(of_reminders.values(), default=0),
    )


def _reminders(ledger: Ledger, mails: list[MailMessage]) -> Iterator[tuple[MailMessage, int]]:
    """Yield (mail, thread) for everything of which a mail reminds somebody."""
    for mail in mails:
        if mail.unique_key.startswith("answer-reminder-"):
            found = {ledger.guests[mail.address]} if mail.address in ledger.guests else set()
            yield from ((mail, thread_id) for thread_id in found | {int(one) for one in THREAD_LINK.findall(mail.text)})


def _faults_of_reminders(ledger: Ledger, reminders: list[tuple[MailMessage, int]]) -> Iterator[str]:
    """Yield reminders to whom nothing is owed, on a free day, to whom is away, too early, or twice."""
    seen: Counter[tuple[str, int, datetime, bool]] = Counter()
    for mail, thread_id in reminders:
        what, day = f"reminder {mail.id} about {thread_id}", day_of(mail.created_at)
        wait = ledger.wait_at(thread_id, mail.created_at)
        if wait is None or mail.address not in wait.people:
            yield f"{what}: nothing is owed"
            continue
        if is_free(day, wait.school):
            yield f"{what}: on a free day"
        if ledger.is_away(mail.address, day):
            yield f"{what}: to somebody who is away"
        if ledger.disabled.get(mail.address, mail.created_at) < mail.created_at:
            yield f"{what}: to a disabled account"
        days = wait.days(mail.created_at)
        if not FIRST <= days < HAND_OVER:
            yield f"{what}: after {days} working days"
        seen[mail.address, thread_id, wait.since, days >= SECOND] += 1
    yield from (f"{number} times the same reminder: {key}" for key, number in seen.items() if number > 1)


def _faults_of_brokers(
    ledger: Ledger, cases: list[BrokerCase], mails: list[MailMessage], end: datetime
) -> Iterator[str]:
    """Yield long silences that reached no named broker, and cases too early or about which nobody was told."""
    by_wait = {(case.thread_id, case.waiting_since): case for case in cases}
    named = {int(one) for mail in mails if mail.kind == "answer.broker" for one in CASE_LINK.findall(mail.text)}
    for thread_id, conversation in ledger.conversations.items():
        for wait in conversation.waits:
            last = wait.until or end
            case = by_wait.pop((thread_id, wait.since), None)
            if case is None and wait.days(last) > HAND_OVER:
                yield f"thread {thread_id}: silent for {wait.days(last)} working days without a broker"
            if case is not None:
                reachable = [one for one in wait.people if ledger.disabled.get(one, end) > case.created_at]
                if wait.days(case.created_at) != HAND_OVER and reachable:
                    yield f"thread {thread_id}: handed over after {wait.days(case.created_at)} working days"
                if case.id not in named or case.broker_id is None:
                    yield f"case {case.id}: no broker was told"
    yield from (f"case {case.id}: nobody waited" for case in by_wait.values())


def _months(ledger: Ledger, today: date) -> list[tuple[date, int, int]]:
    """Return (month, counted, in time) by counting the conversations one by one."""
    found: dict[date, list[bool]] = defaultdict(list)
    for one in ledger.conversations.values():
        if one.answered is not None or count_days(day_of(one.began), today, one.school) > WITHIN:
            found[day_of(one.began).replace(day=1)].append(_in_time(one, one.answered))
    return [(first, len(rows), sum(rows)) for first, rows in sorted(found.items(), reverse=True)]


def _in_time(one: Conversation, answered: datetime | None) -> bool:
    return answered is not None and count_days(day_of(one.began), day_of(answered), one.school) <= WITHIN


def _share(known: list[Conversation], answers: list[datetime | None]) -> float:
    return sum(_in_time(one, answered) for one, answered in zip(known, answers, strict=True)) / max(1, len(known))


def _faults_of_share(months: list[tuple[date, int, int]], today: date) -> Iterator[str]:
    """Yield the months in which the public share differs from the count."""
    public = [(month.first, month.counted, month.in_time) for month in promise.list_months(today) if month.counted]
    if public != months[: promise.MONTHS]:
        yield f"the public share is {public}, counted is {months}"


def _faults_of_weeks(weeks: Counter[tuple[str, str]], what: str, most: int) -> Iterator[str]:
    """Yield the people who got more than so many mails in a week."""
    for (who, week), number in weeks.items():
        if number > most:
            yield f"{who}: {number} {what} in {week}"


def _weeks(mails: list[MailMessage]) -> Counter[tuple[str, str]]:
    """Return how many mails each address got in each week."""
    return Counter((mail.address, f"{day_of(mail.created_at):%G-W%V}") for mail in mails)
