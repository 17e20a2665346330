"""Every form of the portal when its session ended, its token is another's, or somebody else was first.

Nothing is saved, nothing typed is lost, no password comes back, and one press shows the form filled in again.
"""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from portal.accounts.models import WebSession
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing.drafts import FormDraft
from tests.checks.forms import FORMS, Form, forms
from tests.people import filled
from tests.world import World, token_of, world

__all__ = ["world"]

TYPED = "getypt & bewaard, zoals het hoort"
SECRET = "een geheim wachtwoord 123"  # typed in a test
HTMX = {"HX-Request": "true"}
WRITTEN = {
    "post": ("/vraag-en-aanbod/nieuw", "/vraag-en-aanbod/concept"),
    "event": ("/agenda/nieuw", "/agenda/concept"),
    "article": ("/nieuws/insturen", "/nieuws/concept"),
}
ARGUMENTS = {"post": "post_id", "event": "event_id", "article": "article_id"}


def typed(form: Form, **more: str) -> dict[str, Any]:
    """Return a form in which every field for text was filled in."""
    return {**form.data, **dict.fromkeys(form.texts, TYPED), **dict.fromkeys(form.secrets, SECRET), **more}


def carried(answer: Any, name: str) -> bool:
    """Whether a page holds a field of this name with what was typed."""
    inputs = answer.attributes(f'main input[name="{name}"]', "value")
    return TYPED in [*inputs, *answer.texts(f'main textarea[name="{name}"]')]


def assert_nothing_lost(answer: Any, form: Form, what: str) -> None:
    lost = [name for name in form.texts if not carried(answer, name)]
    assert lost == [], f"{what} of {form.address} loses {lost}"
    assert SECRET not in answer.get_data(as_text=True), f"{what} of {form.address} shows a password"


@pytest.mark.parametrize("endpoint", FORMS)
def test_no_form_is_lost_with_its_session(world: World, endpoint: str) -> None:
    """Session gone, ended elsewhere, and a token of another session."""
    for kind, client, form in list(forms(world, endpoint)):
        if not form.texts:
            continue
        before, foreign = world.dump(), token_of(world.client("other" if kind != "other" else "member"))
        gone = world.client("visitor").post(form.address, data=typed(form))
        assert gone.status_code == (400 if kind == "visitor" else 401), f"{form.address}: {gone.status}"
        assert_nothing_lost(gone, form, "a session that is gone")

        other = client.post(form.address, data=typed(form, csrf_token=foreign))
        assert other.status_code == 400, f"{form.address}: {other.status}"
        assert_nothing_lost(other, form, "a token of another session")

        if kind != "visitor":
            with transaction() as session:
                session.execute(delete(WebSession))
            ended = client.post(form.address, data=typed(form))
            assert ended.status_code == 401, f"{form.address}: {ended.status}"
            assert_nothing_lost(ended, form, "a session that was ended elsewhere")
            world.restore()
            assert_it_goes_on(world, kind, form, ended)
        assert not world.changes_since(before), f"{form.address} saved something"


def assert_it_goes_on(world: World, kind: str, form: Form, page: Any) -> None:
    """Fail unless the button of the page shows the form again, filled in, and saves nothing."""
    node = page.tree.css_first("main form.form")
    if form.address != form.page:  # a form in another page: its text is there to copy, and no page has it alone
        assert node.css_first("button") is None
        return
    address, data = node.attributes["action"], filled(node)
    too_early = world.client("visitor").post(address, data=data)
    assert too_early.status_code == 401, f"{address}: {too_early.status}"
    assert_nothing_lost(too_early, form, "going on before one signed in")

    again: Any = world.client(kind).post(address, data=data)
    assert again.status_code == 200, f"{address}: {again.status}"
    assert_nothing_lost(again, form, "going on")
    assert again.attributes("main form input[name=csrf_token]", "value"), "no fresh token"


def test_a_form_is_never_shown_again_for_another_site(world: World) -> None:
    answer = world.client("member").post(
        "/nieuws/insturen", data={"again": "1", "title": TYPED}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/vraag-en-aanbod/999/bewerken", "/agenda/999/bewerken", "/nieuws/999/bewerken", "/nergens"]
)
def test_what_is_not_there_is_not_found_without_a_token_too(world: World, path: str) -> None:
    """The answer once failed while it gave the text back: unknown, doubled fields, a file as token."""
    for data in ({"title": TYPED}, {"title": [TYPED, TYPED]}, {"csrf_token": "x", "title": TYPED}):
        assert world.client("member").post(path, data=data).status_code == 404


def test_the_post_of_another_is_not_shown_with_a_wrong_token(world: World) -> None:
    address = f"/vraag-en-aanbod/{world.arguments['post_id']}/bewerken"
    answer = world.client("other").post(address, data={"title": TYPED, "csrf_token": "x"})

    assert answer.status_code == 403
    assert carried(answer, "title")


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_an_autosave_that_fails_says_so_in_one_line(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed out, token of another, too many, too long: a fragment, never a page, never "kept"."""
    new, concept = WRITTEN[kind]
    member = world.client("member")
    page = member.get(new)
    form = {"title": TYPED, "once": page.attributes("[name=once]", "value")[0]}
    token = page.attributes("main [name=csrf_token]", "value")[0]
    answers: dict[int, Any] = {
        401: world.client("visitor").post(concept, data=form, headers=HTMX),
        400: member.post(concept, data={**form, "csrf_token": "x"}, headers=HTMX),
        422: member.post(concept, data={**form, "csrf_token": token, "body": "x" * 150_000}, headers=HTMX),
    }
    kept = member.post(concept, data={**form, "csrf_token": token}, headers=HTMX)
    assert "Bewaard als concept" in kept.get_data(as_text=True)
    monkeypatch.setitem(world.app.config, "SETTINGS", replace(world.app.config["SETTINGS"], limits=0.001))
    for _number in range(3):
        answers[429] = member.post(concept, data={**form, "csrf_token": token}, headers=HTMX)
    for other in (address for name, (_new, address) in WRITTEN.items() if name != kind):
        assert member.post(other, data={**form, "csrf_token": token}, headers=HTMX).status_code == 200
    world.restore()
    for status, answer in answers.items():
        text = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert "<html" not in text
        assert "Bewaard" not in text
        assert answer.tree.css_first(".field-error") is not None, text


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_a_late_autosave_makes_no_draft_again(world: World, kind: str) -> None:
    """Of a change that was saved; a new one is `test_a_late_autosave_of_a_new_one_makes_no_draft`."""
    number = world.arguments[ARGUMENTS[kind]]
    base = WRITTEN[kind][0].rpartition("/")[0]
    editor = world.client("editor")
    page = editor.get(f"{base}/{number}/bewerken")
    data = {**filled(page.tree.css_first("main form.form")), **REQUIRED[kind], "title": "Een nieuwe titel hier"}
    kept = editor.post(f"{base}/{number}/concept", data=data, headers=HTMX)
    assert "Bewaard als concept" in kept.get_data(as_text=True)
    saved: Any = editor.post(f"{base}/{number}/bewerken", data={**data, "do": "wijzig"})
    assert saved.status_code == 303, saved.texts(".error-summary")
    late = editor.post(f"{base}/{number}/concept", data=data, headers=HTMX)

    assert "Bewaard als concept" not in late.get_data(as_text=True)
    assert db.session.scalars(select(FormDraft)).all() == []
    world.restore()


REQUIRED: dict[str, dict[str, Any]] = {
    "post": {"body": "Een tekst die lang genoeg is om te plaatsen."},
    "event": {"venue": "De Werkplaats", "summary": "Kort."},
    "article": {"lead": "Kort.", "body": "Een tekst."},
}
NEW: dict[str, dict[str, Any]] = {
    "post": {"kind": "aanbod", "category": "stage"},
    "event": {"kind": "cafe", "first_day": "2099-05-20"},
    "article": {},
}


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_a_late_autosave_of_a_new_one_makes_no_draft(world: World, kind: str) -> None:
    new, concept = WRITTEN[kind]
    member = world.client("member")
    page = member.get(new)
    form = filled(page.tree.css_first("main form.form"))
    data = {**form, **REQUIRED[kind], **NEW[kind], "title": "Een nieuwe titel hier"}
    saved: Any = member.post(new, data={**data, "do": "verstuur"})
    assert saved.status_code == 303, saved.texts(".error-summary")
    late = member.post(concept, data=data, headers=HTMX)

    assert "Bewaard als concept" not in late.get_data(as_text=True)
    assert db.session.scalars(select(FormDraft)).all() == []
    world.restore()


CHANGED: dict[str, dict[str, Any]] = {
    "post": {"places": "7", "reply_by": "2099-01-01", "period": "In het voorjaar", "category": "stage"},
    "event": {"start": "10:15", "end": "11:45", "capacity": "33", "organisers": ["Vakschool Haagse Bocht"]},
    "article": {"lead": "Een andere aanhef.", "themes": ["techniek"]},
}
SHOWN = {
    "post": ("7", "In het voorjaar"),
    "event": ("10.15", "11.45", "33", "Vakschool Haagse Bocht"),
    "article": ("Een andere aanhef.", "Techniek"),
}


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_a_conflict_compares_every_field_and_saves_nothing(world: World, kind: str) -> None:
    number = world.arguments[ARGUMENTS[kind]]
    address = f"{WRITTEN[kind][0].rpartition('/')[0]}/{number}/bewerken"
    member, editor = world.client("member"), world.client("editor")
    mine = {
        **filled(member.get(address).tree.css_first("main form.form")),
        **REQUIRED[kind],
        "title": "Mijn eigen titel",
    }
    theirs = {**filled(editor.get(address).tree.css_first("main form.form")), **REQUIRED[kind], **CHANGED[kind]}
    theirs.pop("reply_by", None)
    saved: Any = editor.post(address, data={**theirs, "do": "wijzig"})
    assert saved.status_code == 303, saved.texts(".error-summary")

    answer: Any = member.post(address, data={**mine, "do": "wijzig"})
    assert answer.status_code == 422
    shown = answer.only(".conflict")
    for text in ("Mijn eigen titel", *SHOWN[kind]):
        assert text in shown
    again = filled(answer.tree.css_first("main form.form"))
    assert member.post(address, data={**again, "do": "wijzig"}).status_code == 303
    world.restore()
