"""Midnight in the forms of the agenda: 24:00 and 0:00 as the end of an evening (RFC 3339 knows no 24:00)."""

from datetime import date, time

import pytest

from portal.agenda.writing_forms import times_fields
from portal.core.clock import to_local
from tests.agenda.test_writing_proposals import FIELDS, only_event, propose
from tests.agenda.test_writing_proposals import lotte as lotte
from tests.people import SignedInClient

EVENING = {"first_day": "2026-05-20", "start": "20:00"}


@pytest.mark.parametrize(
    ("last_day", "end", "last", "ends", "shown"),
    [
        ("", "24:00", date(2026, 5, 20), date(2026, 5, 21), "20.00–24.00 uur"),
        ("", "24.00", date(2026, 5, 20), date(2026, 5, 21), "20.00–24.00 uur"),
        ("", "00:00", date(2026, 5, 20), date(2026, 5, 21), "20.00–24.00 uur"),
        ("2026-05-21", "00:00", date(2026, 5, 20), date(2026, 5, 21), "20.00–24.00 uur"),
        ("2026-05-21", "24:00", date(2026, 5, 21), date(2026, 5, 22), "donderdag 21 mei 2026, 24.00 uur"),
        ("2026-05-22", "00:00", date(2026, 5, 21), date(2026, 5, 22), "donderdag 21 mei 2026, 24.00 uur"),
    ],
)
def test_an_end_at_midnight_closes_its_day(
    lotte: SignedInClient, last_day: str, end: str, last: date, ends: date, shown: str
) -> None:
    answer = propose(lotte, **EVENING, last_day=last_day, end=end)
    event = only_event()

    assert answer.status_code == 303, answer.texts(".field-error")
    assert event.last_day == last
    assert event.ends_at is not None
    assert (to_local(event.ends_at).date(), to_local(event.ends_at).time()) == (ends, time(0))
    assert shown in lotte.get(event.path).only(".event-when")


@pytest.mark.parametrize(("last_day", "end"), [("", "24:00"), ("2026-05-21", "24:00")])
def test_changing_something_else_keeps_midnight(lotte: SignedInClient, last_day: str, end: str) -> None:
    propose(lotte, **EVENING, last_day=last_day, end=end)
    event = only_event()
    before = event.last_day, event.ends_at
    fields = {name: value.isoformat()[:10] if isinstance(value, date) else f"{value:%H:%M}" if value else ""
              for name, value in times_fields(event).items() if not name.endswith("which")}  # fmt: skip
    changed = lotte.post_form(f"/agenda/{event.id}/bewerken", FIELDS | fields | {"version": event.version})

    assert changed.status_code == 303
    assert (only_event().last_day, only_event().ends_at) == before


@pytest.mark.parametrize(
    ("field", "value"), [("start", "24:00"), ("end", "24:01"), ("end", "25:00"), ("end", "24:00:01")]
)
def test_other_hours_past_the_day_are_none(lotte: SignedInClient, field: str, value: str) -> None:
    answer = propose(lotte, **(EVENING | {field: value}))

    assert answer.status_code == 422
    assert answer.tree.css(f"#{field}-error, #error-{field}, [id*={field}][class*=error]")
