"""Large bodies are read only where somebody with a session sends files; for all else the limit is low."""

from io import BytesIO
from typing import Any

import pytest

from portal.core.web import body_limits
from tests.files.test_held import forms_with_files
from tests.world import World, world

__all__ = ["world"]

LARGER = body_limits.WITHOUT_FILES + 100_000


def send(client: Any, address: str) -> Any:
    """Send a title and a large file, without a token."""
    title = b'Content-Disposition: form-data; name="title"\r\n\r\nEen titel\r\n'
    file = b'Content-Disposition: form-data; name="uploads"; filename="bestand.pdf"\r\n\r\n' + b"x" * LARGER
    body = b"--grens\r\n" + title + b"--grens\r\n" + file + b"\r\n--grens--\r\n"
    kind = "multipart/form-data; boundary=grens"
    return client.open(address, method="POST", input_stream=BytesIO(body), content_type=kind, content_length=len(body))


def targets(page: Any, address: str) -> set[str]:
    """Return every address to which a form with a file on a page can be sent."""
    found = set()
    for form in page.tree.css("main form"):
        if form.css("input[type=file]"):
            parts = [form, *form.css("*")]
            names = ("action", "formaction", "data-hx-post")
            found |= {part.attributes[name] for part in parts for name in names if part.attributes.get(name)}
    return found | {address}


def test_wherever_a_form_with_files_goes_files_are_taken(world: World) -> None:
    """The form, its autosave, and the button for an organisation that is not listed."""
    seen = 0
    for _endpoint, address, client in forms_with_files(world):
        for target in targets(client.get(address), address):
            seen += 1
            assert send(client, target).status_code != 413, target
    assert seen > 6


def test_nobody_sends_much_to_what_takes_no_files(world: World) -> None:
    """Whatever the route, and whether it exists: a member, and a visitor with the cookie of a form."""
    for rule in world.app.url_map.iter_rules():
        view = world.app.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or hasattr(view, "takes_files"):
            continue
        for kind in ("member", "visitor"):
            assert send(world.client(kind), world.address(rule)).status_code == 413, rule


@pytest.mark.parametrize(
    "address", ["/vraag-en-aanbod/nieuw", "/nieuws/insturen", "/account/profiel", "/melden/bericht/1"]
)
def test_who_has_no_session_sends_little_anywhere(world: World, address: str) -> None:
    answer = send(world.client("visitor"), address)

    assert answer.status_code == 413
    assert "wat u typte, staat er nog" in answer.only("main")


def test_a_form_with_files_comes_back_after_its_session_ended(world: World) -> None:
    client = world.client("visitor")
    client.set_cookie(world.app.config["SESSION_COOKIE_NAME"], "A" * 43, domain="localhost")

    answer = send(client, "/vraag-en-aanbod/nieuw")

    assert answer.status_code == 401
    assert answer.attributes("main form input[name=title]", "value") == ["Een titel"]
