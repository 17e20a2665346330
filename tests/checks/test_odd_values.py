"""Every field of every form of the portal gets what no browser sends: the answer is never a failure of ours."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from tests.checks.forms import FORMS, Form, forms
from tests.world import World, world

__all__ = ["world"]

LONG_KEY, NUL_KEY = "k" * 41, "k\x00k"
UNREAD = frozenset({"next", "seen", "stand"})
"""Hidden fields that are read as text only, so that a file is the same as nothing."""


@pytest.fixture
def patient(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, where nothing goes too fast."""
    monkeypatch.setitem(world.app.config, "SETTINGS", replace(world.app.config["SETTINGS"], limits=100_000))
    return world


def odd_values(present: Any) -> dict[str, Any]:
    return {
        "a file": (BytesIO(b"inhoud"), "bestand.txt"),
        "twice": ["een", "twee"],
        "nothing": None,
        "empty": "",
        "NUL": "een\x00twee",
        "10,000 characters": "x" * 10_000,
        "the same twice": [present if isinstance(present, str) else "x"] * 2,
    }


def answers(world: World, client: Any, form: Form) -> Iterator[tuple[str, str, Any]]:
    """Yield (field, what was sent, answer) for each odd value of each field, each on a portal that is as it was."""
    names = dict.fromkeys([*form.data, *form.texts, *form.files, *form.secrets])
    for name in names:
        for what, value in odd_values(form.data.get(name)).items():
            data = {key: kept for key, kept in form.data.items() if key != name}
            data |= {} if value is None else {name: value}
            answer = client.post(form.address, data=data, content_type="multipart/form-data")
            yield name, what, answer
            if answer.status_code < 400:
                world.restore()


@pytest.mark.parametrize("endpoint", FORMS)
def test_an_odd_value_is_refused_and_breaks_nothing(patient: World, endpoint: str) -> None:
    """CHECKS 51, 53, 54: a file or several values for a text are an error of the sender, with the form again."""
    for _kind, client, form in list(forms(patient, endpoint)):
        own = form.address == form.page
        for name, what, answer in answers(patient, client, form):
            assert answer.status_code < 500, f"{what} in {name} of {form.address}"
            if what == "a file" and name not in (*form.files, *UNREAD) and own:
                assert answer.status_code >= 400, f"{what} in {name} of {form.address}: {answer.status}"
            if what == "a file" and name in form.texts and own and answer.status_code != 409:  # decided before
                assert answer.status_code == 422, f"{what} in {name} of {form.address}: {answer.status}"
                assert answer.tree.css_first(".error-summary") is not None
        patient.restore()


@pytest.mark.parametrize("key", [LONG_KEY, NUL_KEY, "é", "k k"])
@pytest.mark.parametrize("endpoint", FORMS)
def test_a_key_that_is_not_ours_is_refused_each_time(patient: World, endpoint: str, key: str) -> None:
    """Twice with one key of more than 40 characters was a failure of the database."""
    for _kind, client, form in list(forms(patient, endpoint)):
        if "once" in form.data:
            for _number in range(2):
                answer: Any = client.post(form.address, data={**form.data, "once": key})
                assert answer.status_code == 422, f"{form.address}: {answer.status}"
                assert key not in answer.attributes("main form.form [name=once]", "value")
        patient.restore()
