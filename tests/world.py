"""A small portal with content for every route, and six kinds of people."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select, update
from werkzeug.routing import Rule

from portal.accounts.models import Role, User, WebSession
from portal.accounts.second_factor_models import Identity, Passkey
from portal.actionplan.models import Action, ActionAgenda, Signature, Theme
from portal.agenda.models import Event, EventKind
from portal.alerts import links as alert_links
from portal.alerts import services as alerts
from portal.alerts.models import AlertGuest, Frequency
from portal.answers import forwards, held, links
from portal.answers import services as answers
from portal.answers.models import Attachment, Guest, HoldReason, MessageKind, OneClick, Side, Thread
from portal.answers.promise_models import BrokerCase
from portal.board import extend_link
from portal.board.models import Category, Kind, Post
from portal.community import seats
from portal.community.models import Organisation, Profile
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.examples.models import Example, ExampleType
from portal.files import storage
from portal.files.models import FileKind, Reach, StoredFile
from portal.mail import kinds, tokens
from portal.mail.models import MailMessage
from portal.matching import links as matching_links
from portal.matching.models import MatchInvitation
from portal.newsflash.models import Article, Issue, IssueArticle
from portal.pages import services as pages
from portal.publishing.models import State
from portal.search.indexing import indexer
from portal.search.language import synonym_groups
from tests.fixtures import make_application
from tests.people import SignedInClient, client_of, make_user, sign_in

KINDS = ("visitor", "member", "other", "signatory", "editor", "administrator")
"""The six kinds of people; `member` owns the posts, events and articles, `other` owns nothing."""
SLUG = "vakschool-haagse-bocht"
INVITED = "genodigde@example.org"


@dataclass
class World:
    """The application, its people, and a value for each argument of a route."""

    app: Flask
    people: dict[str, User | None] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    _kept: sqlite3.Connection | None = None

    @property
    def path(self) -> Path:
        """Return the path of the database."""
        instance: Path = self.app.config["SETTINGS"].instance
        return instance / "portal.db"

    def client(self, kind: str) -> SignedInClient:
        """Return a new client for one of the six kinds of people."""
        client = client_of(self.app, None)
        if kind in self.cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[kind], domain="localhost")
        return client

    def keep(self) -> None:
        """Save the current state of the database."""
        db.session.remove()
        db.engine.dispose()
        self._kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self.path)) as connection:
            connection.backup(self._kept)

    def restore(self) -> None:
        """Restore the saved state of the database."""
        assert self._kept is not None
        db.session.remove()
        db.engine.dispose()
        with closing(sqlite3.connect(self.path)) as connection:
            self._kept.backup(connection)

    def dump(self, without: tuple[str, ...] = ("web_session", "limit_count", "search_miss")) -> list[tuple[Any, ...]]:
        """Return every row of every table, except the tables that any request may change."""
        db.session.rollback()
        with closing(sqlite3.connect(self.path)) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return [
                (name, *row)
                for name in sorted(names)
                if name not in without
                for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # our own tables
            ]

    def changes_since(self, before: list[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
        """Return the rows that differ from an earlier `dump`, both as they were and as they are."""
        return set(before) ^ set(self.dump())

    def address(self, rule: Rule) -> str:
        """Return an address of a route; raises KeyError for an argument without a value."""
        values = {name: self._argument(rule, name) for name in rule.arguments}
        with self.app.test_request_context():
            return url_for(rule.endpoint, **values)

    def _argument(self, rule: Rule, name: str) -> Any:
        blueprint = rule.endpoint.partition(".")[0]
        for key in (f"{rule.endpoint}:{name}", f"{blueprint}:{name}", name):
            if key in self.arguments:
                return self.arguments[key]
        raise KeyError(f"tests/world.py has nothing for <{name}> of {rule.endpoint}")


_tokens: dict[str, str] = {}


def token_of(client: SignedInClient) -> str:
    """Return a CSRF token for the session of a client; looked up once per session."""
    cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"], domain="localhost")
    if cookie is None:
        return _find_token(client)
    if cookie.value not in _tokens:
        _tokens[cookie.value] = _find_token(client)
    return _tokens[cookie.value]


def _find_token(client: SignedInClient) -> str:
    for path in ("/account/gegevens", "/melden/bericht/1", "/"):
        page = client.get(path)
        found = page.tree.css_first("input[name=csrf_token]") if page.status_code == 200 else None
        if found is not None:
            return found.attributes.get("value") or ""
    raise LookupError("no form for this person")


@pytest.fixture(scope="module")
def world(made_world: World) -> Iterator[World]:
    """Return the portal in its initial state; a test that changes it must call `world.restore()`."""
    with made_world.app.app_context():
        made_world.restore()
        yield made_world
        db.session.remove()


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Create the portal, once per test process."""
    app = make_application(tmp_path_factory.mktemp("world"))
    with app.app_context():
        made = World(app)
        with app.test_request_context():
            _people(made)
            _things(made)
        indexer.rebuild()
        made.keep()
        db.session.remove()
    return made


def _people(world: World) -> None:
    roles = {"editor": Role.EDITOR, "administrator": Role.ADMINISTRATOR}
    for kind in KINDS[1:]:
        user = make_user(f"Persoon {kind.title()}", roles.get(kind, Role.MEMBER))
        world.people[kind] = user
    make_user("Tweede Beheerder", Role.ADMINISTRATOR)
    world.people["visitor"] = None
    for kind in KINDS[1:]:
        world.cookies[kind] = sign_in(client_of(world.app, None), _user(world, kind))
    with transaction() as session:  # nobody is noted as here again, and nobody has to prove it again
        tomorrow = clock.now() + timedelta(days=1)
        session.execute(update(WebSession).values(last_seen_at=tomorrow, proved_at=tomorrow))


def _things(world: World) -> None:
    with transaction() as session:
        agenda = ActionAgenda(slug="haaglanden", title="Geslaagd", region="Haaglanden", year=2014, summary="Kort.")
        organisation = Organisation(slug=SLUG, name="Vakschool Haagse Bocht", kind="mbo")
        session.add_all([agenda, organisation, Signature(agenda=agenda, organisation=organisation, whole_agenda=True)])
        session.flush()
        theme = _theme(agenda)
        session.add(theme)
        session.flush()
        _action(theme)
    seat = seats.assign_seat(_user(world, "signatory"), organisation, "directeur", clock.today(), is_owner=True)
    group = synonym_groups.save_group(None, "lasser\nmetaalbewerker")
    colleague = seats.assign_seat(make_user("Carla Collega"), organisation, "docent", clock.today())
    invitation = seats.invite(organisation, _user(world, "signatory"), INVITED, "docent")
    world.arguments = {
        **_content(world),
        **_accounts(world),
        **_answers(world, organisation),
        **_alerts(world),
        **_matching(world),
        "community:slug": SLUG,
        "seat_id": seat.id,
        "group_id": group.id,
        "community.change_owner:seat_id": colleague.id,
        "invitation_id": invitation.id,
        "community.invitation:token": "A" * 43,
        "actionplan:slug": theme.slug,
        "actionplan:number": 1,
        "examples:slug": "technasium",
        "user_id": _user(world, "member").id,
        "administration.end_seat:user_id": _user(world, "signatory").id,
        "act": "afmelden",
        "what": "registratie",
        "community.member:slug": "persoon-member",
    }


def _user(world: World, kind: str) -> User:
    user = world.people[kind]
    assert user is not None
    return user


def _theme(agenda: ActionAgenda) -> Theme:
    return Theme(agenda=agenda, slug="techniek", number=1, title="Techniek", short_title="Techniek")


def _action(theme: Theme) -> None:
    db.session.add(
        Action(
            slug="actie",
            agenda=theme.agenda,
            theme_id=theme.id,
            number=1,
            title="Actie",
            summary="Kort.",
            status="planned",
        )
    )


def _content(world: World) -> Mapping[str, Any]:
    member, now, today = _user(world, "member"), clock.now(), clock.today()
    texts = {"slug": "iets", "title": "Iets moois", "body": "Een tekst.", "body_html": "<p>Een tekst.</p>"}
    public = {"state": State.OPEN, "published_at": now, "author": member}
    with transaction() as session:
        category = Category(slug="stage", label="Stage", explanation="Kort.")
        post = Post(
            kind=Kind.OFFER, category=category, excerpt="Kort.", expires_at=now + timedelta(days=5), **texts, **public
        )
        day = today + timedelta(days=20)
        event = Event(
            uid="iets",
            kind=EventKind(slug="cafe", label="Café", explanation="Kort."),
            summary="Kort.",
            first_day=day,
            last_day=day,
            **texts,
            **public,
        )
        article = Article(lead="Kort.", **texts, **public)
        issue = Issue(number=17, published_on=clock.today(), title="Flits", intro="Kort.", state=State.OPEN)
        kind = ExampleType(slug="school", title="School", summary="Kort.")
        example = Example(slug="technasium", name="Technasium", type=kind, summary="Kort.")
        file = StoredFile(
            kind=FileKind.IMAGE,
            media_type="image/png",
            size=1,
            sha256="0" * 64,
            reach=Reach.EVERYONE,
            owner_id=member.id,
        )
        proposal = Event(uid="voorstel", kind=event.kind, summary="Kort.", first_day=day, last_day=day,
                         state=State.REVIEW, author=member, **texts)  # fmt: skip
        issue.placements = [IssueArticle(article=article, position=1)]
        session.add_all([post, event, proposal, article, issue, example, file])
        session.flush()
        storage.write(file.name, b"x")
    for slug in ("over", "privacy", "toegankelijkheid"):
        pages.save_page(slug, slug.title(), "Kort.", "Een tekst.")
    return {
        "post_id": post.id,
        "event_id": event.id,
        "agenda.withdraw:event_id": proposal.id,
        "article_id": article.id,
        "slug": "iets",
        "newsflash:number": issue.number,
        "files.media:token": file.token,
        "extension": "png",
        "kind": "bericht",
        "case_id": post.id,
        "about_id": post.id,
        "board.extend_by_link:token": extend_link.make_path(post).rpartition("/")[2],
    }


def _answers(world: World, organisation: Organisation) -> Mapping[str, Any]:
    """Write a post of the signatory's organisation, which the member and a guest answered."""
    with transaction() as session:
        category = session.scalars(select(Category)).one()
        post = Post(kind=Kind.REQUEST, category=category, slug="vraag", title="Een vraag", body="x",
                    body_html="<p>x</p>", excerpt="x", author=_user(world, "signatory"), organisation=organisation,
                    state=State.OPEN, published_at=clock.now(), expires_at=clock.now() + timedelta(days=5))  # fmt: skip
        session.add(post)
        session.flush()
    draft = answers.AnswerDraft("Wij komen graag.", MessageKind.CAN)
    thread = answers.start_thread(post, _user(world, "member"), draft)
    guest = Guest(name="Gijs Gast", email="gijs@example.org", organisation="Het Lyceum")
    with transaction() as session:
        session.add(guest)
        other = answers.start_thread(post, guest, draft)
    place = next(row for row in other.participants if row.guest_id)
    mine = next(row for row in thread.participants if row.side == Side.ASKER)
    owner = next(row for row in thread.participants if row.side == Side.OWNER)
    held.hold(mine, HoldReason.SENDER, "thuis@example.org", answers.AnswerDraft("Van thuis."))
    held.hold(place, HoldReason.SENDER, "thuis@example.org", answers.AnswerDraft("Van thuis."))
    first, second = held.list_held(mine)[0], held.list_held(place)[0]
    with transaction() as session:
        case = BrokerCase(
            thread=thread, waiting_since=thread.turn_since, side=Side.OWNER, broker=_user(world, "editor")
        )
        session.add(case)
    return {
        "answers.broker_case:case_id": case.id,
        "thread_id": thread.id,
        "held_id": first.id,
        "answers.guest_judge_held:held_id": second.id,
        "answers.answer_with_one_click:token": links.one_click_path(owner, OneClick.YES).rpartition("/")[2],
        "answers:token": links.guest_path(place).rpartition("/")[2],
        "answers.outcome_by_link:token": links.outcome_path(place).rpartition("/")[2],
        "answers.refuse_forwards:token": forwards.refuse_path("a" * 64).rpartition("/")[2],
        "answers:slug": SLUG,
        "answers.contact_member:user_id": _user(world, "member").id,
        **_files(world, thread, other),
        "answers.confirm:token": "A" * 43,
    }


def _files(world: World, *threads: Thread) -> Mapping[str, Any]:
    """Add a file to a thread of the member, and to one of the guest."""
    tokens = []
    for thread in threads:
        with transaction() as session:
            file = StoredFile(kind=FileKind.IMAGE, media_type="image/png", size=1, sha256="0" * 64, width=1, height=1,
                              reach=Reach.PARTIES, owner_id=_user(world, "member").id)  # fmt: skip
            thread.messages[0].attachments.append(Attachment(file=file))
            session.flush()
        storage.write(file.name, b"x")
        tokens.append(file.token)
    return {"answers.file:file_token": tokens[0], "answers.guest_file:file_token": tokens[1]}


def _alerts(world: World) -> Mapping[str, Any]:
    """Let the member and a guest follow the board."""
    alert = alerts.follow(_user(world, "member"), "vraag-en-aanbod", "", Frequency.DAILY)
    with transaction() as session:
        guest = AlertGuest(email="gijs@example.org")
        session.add(guest)
        session.flush()
        theirs = alerts.follow(guest, "vraag-en-aanbod", "", Frequency.WEEKLY)
    return {
        "alert_id": alert.id,
        "alerts.guest_change:alert_id": theirs.id,
        "alerts:token": alert_links.guest_path(guest.id).rpartition("/")[2],
        "alerts.one_click:token": alert_links.off_path(alert).rpartition("/")[2],
        "alerts.confirm:token": "A" * 43,
        "alerts.follow:slug": "vraag-en-aanbod",
        "saved:kind": "bericht",
        "item_id": 1,
    }


def _matching(world: World) -> Mapping[str, Any]:
    """Write an invitation of the signatory to the member."""
    with transaction() as session:
        post = session.scalars(select(Post).where(Post.slug == "vraag").order_by(Post.id).limit(1)).one()
        invitation = MatchInvitation(post=post, user=_user(world, "member"), invited_by=_user(world, "signatory"),
                                     kind="post", row_id=1)  # fmt: skip
        session.add(invitation)
        session.flush()
    return {"matching.refuse:token": matching_links.refuse_path(invitation).rpartition("/")[2]}


def _accounts(world: World) -> Mapping[str, Any]:
    member = _user(world, "member")
    with transaction() as session:
        passkey = Passkey(
            user_id=member.id, name="Sleutel", credential_id="QUJDRA", public_key=b"x", user_handle="QUJDRA"
        )
        identity = Identity(user_id=member.id, issuer="https://example.org", subject="1")
        mail = MailMessage(
            kind="account.security",
            unique_key="x",
            user_id=member.id,
            address=member.email,
            subject="x",
            text="x",
            html="x",
            headers={},
        )
        session.add_all([passkey, identity, mail, Profile(user_id=member.id, function="docent")])
        session.flush()
    return {
        "passkey_id": passkey.id,
        "identity_id": identity.id,
        "message_id": mail.id,
        "session_id": session.scalars(select(WebSession.id).where(WebSession.user_id == member.id)).first(),
        "mail.one_click:token": tokens.make(member.id, kinds.refusable()[0].name),
        "accounts:token": "A" * 43,
    }
