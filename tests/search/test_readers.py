"""Nobody finds what he or she may not read: not as a find, not counted in a facet, not proposed, not as a spelling."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Role, User
from portal.agenda.models import Event, EventKind
from portal.avg import services as avg
from portal.board.models import Post
from portal.community import profiles, seats
from portal.community.models import Visibility
from portal.core import clock
from portal.core.personal_data import Contributions
from portal.core.storage.database import transaction
from portal.newsflash.models import Article, Issue
from portal.publishing.models import State
from portal.search.indexing import documents
from tests.fixtures import InspectingClient
from tests.people import client_of, make_user, sign_in
from tests.search import content

WORD = "Kwispelstaart"
pytestmark = pytest.mark.usefixtures("store")


@dataclass
class Answer:
    """What the search page, its box and its feed tell one kind of reader about a word."""

    finds: list[str]
    counted: list[str]
    proposed: str
    feed: str

    @property
    def is_silent(self) -> bool:
        """Whether nothing of it shows anywhere."""
        return not self.finds and not self.counted and WORD.lower() not in f"{self.proposed}{self.feed}".lower()


def ask(client: InspectingClient, words: str = WORD) -> Answer:
    """Return what this reader is told, after all changes were applied."""
    content.index_all()
    page = client.get("/zoeken", query_string={"q": words})
    proposed = client.get("/zoeken/suggesties", query_string={"q": words[:8], "vorm": "json"}).get_json()
    return Answer(
        page.texts(".search-result .card-title"),
        page.texts("#results fieldset label"),
        f"{proposed[1:]}",
        client.get("/zoeken/feed.atom", query_string={"q": words}).get_data(as_text=True).partition("<entry")[2],
    )


def make_event() -> Event:
    """Return a coming event."""
    day = clock.today()
    kind = EventKind(slug="dag", label="Dag", explanation="", synonyms=[])
    with transaction() as session:
        made = Event(uid="1", slug="dag", title=WORD, summary="", first_day=day, last_day=day, kind=kind,
                     state=State.OPEN, published_at=clock.now())  # fmt: skip
        session.add(made)
    return made


def make_issue() -> Issue:
    """Return a nieuwsflits."""
    with transaction() as session:
        made = Issue(number=3, published_on=clock.today(), title=WORD, intro="Kort.", state=State.OPEN,
                     published_at=clock.now())  # fmt: skip
        session.add(made)
    return made


MAKERS: dict[type[Any], Callable[[], Any]] = {
    Post: lambda: content.post(WORD),
    Event: make_event,
    Article: lambda: content.article(WORD),
    Issue: make_issue,
}
GONE = {
    Post: (State.DRAFT, State.REVIEW, State.WITHDRAWN),
    Event: (State.DRAFT, State.REVIEW, State.WITHDRAWN),
    Article: tuple(state for state in State if state is not State.OPEN),
    Issue: tuple(state for state in State if state is not State.OPEN),
}
"""States in which only its people and the editors read it; news has one state in which it is read."""
STAYS = {Post: (State.IN_CONVERSATION, State.FULFILLED, State.EXPIRED), Event: (State.EXPIRED,)}


def cases(states: dict[type[Any], tuple[State, ...]]) -> Iterator[Any]:
    """Yield every class with each of its states."""
    for cls, found in states.items():
        yield from (pytest.param(cls, state, id=f"{cls.__name__}-{state}") for state in found)


@pytest.mark.parametrize(("cls", "state"), list(cases(GONE)))
def test_what_is_no_longer_public_is_gone_everywhere(client: InspectingClient, cls: type[Any], state: State) -> None:
    """CHECKS 40."""
    made = MAKERS[cls]()
    there = ask(client)
    assert there.finds == [WORD]
    assert there.counted
    assert WORD in there.proposed
    assert WORD in there.feed

    with transaction():
        made.state = state
    assert ask(client).is_silent


@pytest.mark.parametrize(("cls", "state"), list(cases(STAYS)))
def test_what_has_ended_stays_findable(client: InspectingClient, cls: type[Any], state: State) -> None:
    made = MAKERS[cls]()
    with transaction():
        made.state = state

    assert ask(client).finds == [WORD]


@pytest.mark.parametrize("cls", list(MAKERS))
def test_what_was_never_public_is_not_found_even_by_its_author(app: Flask, cls: type[Any]) -> None:
    made = MAKERS[cls]()
    with transaction():
        made.state, made.published_at = State.DRAFT, None
    author = getattr(made, "author", None) or make_user("Auteur")

    assert ask(client_of(app, author)).is_silent


def tell(user: User, text: str = WORD, listed: bool = True, shown: Visibility = Visibility.MEMBERS) -> None:
    """Fill in somebody's profile."""
    texts: dict[str, str | None] = {**dict.fromkeys(profiles.TEXTS), "expertise": text}
    before = profiles.get_profile(user)
    profiles.update_profile(
        user, before.version if before else None, user.name, listed, texts, dict.fromkeys(profiles.PARTS, shown)
    )


def test_a_member_is_found_by_members_alone(app: Flask, client: InspectingClient) -> None:
    somebody = make_user("Noor Kwispelstaart")
    tell(somebody, "lassen")
    reader = client_of(app, make_user("Lezer"))

    found = ask(reader)
    assert found.finds == ["Noor Kwispelstaart"]
    assert any("Leden" in label for label in found.counted)
    assert "Noor Kwispelstaart" in found.proposed
    assert ask(client).is_silent


def test_no_spelling_betrays_a_member(app: Flask, client: InspectingClient) -> None:
    content.post("Rondleiding")
    tell(make_user("Noor Kwispelstaart"))

    content.index_all()
    page = client.get("/zoeken", query_string={"q": "kwispelstart"})
    assert "kwispelstaart" not in page.get_data(as_text=True).lower()
    known = client.get("/zoeken", query_string={"q": "kwispelstaart"}).only("main")
    unknown = client.get("/zoeken", query_string={"q": "zwabberstaart"}).only("main")
    assert known.lower().replace("kwispelstaart", "…") == unknown.lower().replace("zwabberstaart", "…")


def test_members_are_not_listed_when_the_index_is_away(app: Flask) -> None:
    tell(make_user("Noor"))

    assert documents.newest(20) == []


def hide(user: User) -> None:
    tell(user, listed=False)


def keep_for_oneself(user: User) -> None:
    tell(user, shown=Visibility.NOBODY)


def disable(user: User) -> None:
    with transaction():
        user.disabled_at = clock.now()


def erase(user: User) -> None:
    avg.erase_account(user, Contributions.ANONYMISE)


@pytest.mark.parametrize("leave", [hide, keep_for_oneself, disable, erase])
def test_a_member_who_hides_or_leaves_is_found_no_more(app: Flask, leave: Callable[[User], None]) -> None:
    """CHECKS 116: erasure removes from the index."""
    somebody = make_user("Noor")
    tell(somebody)
    reader = client_of(app, make_user("Lezer"))
    assert ask(reader).finds == ["Noor"]

    leave(somebody)
    assert ask(reader).is_silent


def test_a_member_is_found_by_a_seat_that_is_shown_and_held(app: Flask) -> None:
    somebody, school = make_user("Noor"), content.organisation("school", WORD)
    tell(somebody, "lassen")
    seat = seats.assign_seat(somebody, school, "docent", clock.today())
    reader = client_of(app, make_user("Lezer"))
    assert ask(reader, f"docent {WORD}").finds[:1] != ["Noor"]

    with transaction():
        seat.is_public = True
    assert "Noor" in ask(reader, f"docent {WORD}").finds


def test_whoever_owes_a_second_factor_is_a_visitor(app: Flask) -> None:
    tell(make_user("Noor"))
    half = client_of(app, None)
    sign_in(half, make_user("Halve", Role.EDITOR), second_factor=False)

    assert ask(half).is_silent
