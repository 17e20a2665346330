"""Fills the editors' desk of the demo: pending and decided cases, reports, log entries, searches without results.

Everything goes through the services that views use; only timestamps are moved back, so that one case is overdue.
"""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda import services as agenda
from portal.agenda.models import Event, EventKind, PlaceMode
from portal.answers import conduct
from portal.answers import services as answers
from portal.answers.models import Guest, Hold, Side, Thread, ThreadState
from portal.board import services as board
from portal.board.models import Kind, Post
from portal.board.services import PostDraft
from portal.community import claims, seats
from portal.community.models import Municipality
from portal.community.policies import current_seats
from portal.core import clock
from portal.core.extensions import db
from portal.desk import reports, synonyms
from portal.desk import services as desk
from portal.desk.labels import REPORT, Decision
from portal.desk.models import Ground, Report
from portal.mail import services as mail
from portal.newsflash import services as news
from portal.publishing.models import State
from portal.search.models import SearchMiss

OVERDUE_FOR = timedelta(days=6)
"""At least four working days, on any day of the week."""
MISSED = {"lasopleding": 14, "logopedie stage": 9, "cursus heftruck": 7, "bso vacature": 6}
"""Searches without results, with their counts."""
ARTICLE = """Woensdagmiddag stond de aula vol werkbanken. Zestig leerlingen van groep 7 bouwden er met studenten \
van het mbo een brug van karton die een kind kan dragen.

De langste overspanning mat 2,40 meter. Volgend jaar doen drie scholen mee."""
EVENT = """Ouders komen met hun kind kijken wat een monteur, een verpleegkundige en een hovenier de hele dag doen.

- 19.00 inloop
- 19.15 drie werkplekken, twintig minuten per plek
- 20.30 napraten"""


def load(editor: User, owner: User, newcomer: User) -> None:
    """Fill the desk. `owner` is a signatory, who becomes owner of an organisation; `newcomer` has not published yet.

    Call it inside the transaction that loads the people of the demo.
    """
    people = {user.email.partition("@")[0]: user for user in db.session.scalars(select(User))}
    _make_owner(owner, editor)
    _waiting_post(newcomer)
    _waiting_event(people["karim.ezzahti"])
    _waiting_article(people["amina.oulad"], editor)
    _reported_conversation()
    _held_message(people["henk.blauw"])
    _decided_articles(people["bram.hoekema"], editor)
    _claims(people["corry.smit"], people["dirk.dehaan"], editor)
    _reports(people["nadia.benhaddou"], editor)
    synonyms.create_group(editor, "gastles\ngastcollege\nles door een vakmens", "Zo noemen scholen het.", None, "")
    _searches_in_vain()


def _make_owner(owner: User, editor: User) -> None:
    """Make a signatory owner of their organisation, with an invitation to a colleague."""
    (seat,) = current_seats(owner)
    seats.set_owner(seat, editor, True)
    seats.invite(seat.organisation, owner, "collega@example.org", "communicatie (demo)")


def _waiting_post(author: User) -> None:
    draft = PostDraft(
        kind=Kind.REQUEST,
        category="gastles",
        title="Wie vertelt onze brugklas over werken in de haven?",
        body="Onze brugklas verkent in maart beroepen. We zoeken iemand die twee lesuren vertelt over het "
        "werk in de haven, en die iets meebrengt om vast te pakken. Koffie en een volle klas staan klaar.",
        municipality="den-haag",
        period="een dinsdagochtend in maart",
    )
    with clock.at(clock.now() - OVERDUE_FOR):
        board.submit_post(author, draft, None)


def _waiting_event(author: User) -> None:
    day = clock.today() + timedelta(days=24)
    draft = agenda.EventDraft(
        texts={
            "title": "Ouderavond: zo ziet een werkdag eruit",
            "summary": "Drie beroepen op één avond, voor ouders van leerlingen in klas 2 van het vmbo.",
            "body": EVENT,
            "venue": "MBO De Spil",
            "language": "nl",
            "costs": "gratis",
        },
        kind=_first(EventKind),
        place_mode=PlaceMode.PLACE,
        municipality=_first(Municipality),
        themes=(),
        action=None,
        organisers=tuple(seat.organisation for seat in current_seats(author)),
        capacity=60,
        registration_deadline=None,
    )
    starts, ends = clock.from_local(day, time(19, 0)), clock.from_local(day, time(21, 0))
    with clock.at(clock.now() - timedelta(hours=20)):
        agenda.submit_event(author, draft, agenda.Times(day, day, starts, ends))


def _waiting_article(author: User, editor: User) -> None:
    """Submit an article, whose title an editor corrected already."""
    with clock.at(clock.now() - timedelta(days=1)):
        article = news.submit_article(author, _draft("brug van karton", ARTICLE))
    better = _draft("Zestig leerlingen bouwen een brug van karton", ARTICLE.replace("Volgend jaar", "In 2027"))
    news.update_article(article, editor, better, article.version, send=False)


def _decided_articles(author: User, editor: User) -> None:
    """Submit two articles; one is approved, one is sent back with a reason."""
    for title, decision, reason in (
        ("Drie monteurs in de kleuterklas", Decision.APPROVE, ""),
        ("Open dag", Decision.SEND_BACK, "Voor wie is de open dag, en wanneer? Vult u dat aan?"),
    ):
        article = news.submit_article(author, _draft(title, ARTICLE))
        desk.decide("artikel", article.id, editor, decision, reason)


def _claims(asking: User, granted: User, editor: User) -> None:
    """Submit two claims; one is pending, one was granted."""
    (own,) = {seat.organisation for seat in current_seats(granted)}
    claim = claims.submit_claim(own, granted, "eigenaar", "Ik ben de eigenaar; mijn nummer staat op onze site.")
    desk.decide(claims.KIND, claim.id, editor, Decision.APPROVE, "")
    (wanted,) = {seat.organisation for seat in current_seats(asking)}
    claims.submit_claim(wanted, asking, "programmamaker", "U kunt mijn collega aan de balie bellen, die kent mij.")


def _reports(reporter: User, editor: User) -> None:
    """Submit reports: open ones about a post and an event, and one that was handled."""
    posts = db.session.scalars(select(Post).where(Post.state == State.OPEN).order_by(Post.id).limit(2)).all()
    event = db.session.scalars(select(Event).where(Event.state == State.OPEN).order_by(Event.first_day.desc())).first()
    _report("bericht", posts[0], Ground.OUTDATED, "Ik heb gebeld: de plaatsen zijn al vergeven.", reporter)
    if event is not None:
        _report("bijeenkomst", event, Ground.UNTRUE, "De zaal is die dag gesloten.", None)
    _report("bericht", posts[1], Ground.ADVERTISING, "", reporter)
    dealt_with = db.session.scalars(select(Report.id).order_by(Report.id.desc())).first()
    if dealt_with is not None:
        desk.decide(REPORT, dealt_with, editor, Decision.REFUSE, "Het bericht zegt wat er te leren valt; dat mag.")


def _report(kind: str, row: Any, ground: Ground, text: str, reporter: User | None) -> None:
    target = reports.Target(kind, row.id, row.title, row.path)
    reports.submit_report(target, reports.Complaint(ground, text, wants_answer=reporter is not None), reporter)


def _reported_conversation() -> None:
    """Report a conversation in which somebody asks for more than the post offers."""
    talking = select(Thread).where(Thread.state == ThreadState.TALKING).order_by(Thread.id.desc()).limit(1)
    for thread in db.session.scalars(talking):
        owner = next(place for place in thread.participants if place.side == Side.OWNER)
        conduct.report(owner, "Deze persoon vraagt steeds om mijn privénummer. Wilt u meekijken?")


def _held_message(to: User) -> None:
    """Hold a message with a link. Twenty before it would fill the demo, so it is marked as the twenty-first is."""
    guest = Guest(name="Rinus Plat", organisation="Drukwerk Voordelig", email="rinus.plat@example.org")
    words = "Tot vrijdag 40 procent korting op al uw folders en spandoeken: https://drukwerk.example.org/actie"
    with mail.silence(), clock.at(clock.now() - timedelta(hours=3)):
        db.session.add(guest)
        thread = answers.start_contact(to, "Aanbieding drukwerk", guest, answers.AnswerDraft(words))
        thread.held_at, thread.turn, thread.turn_since = clock.now(), None, None
        for message in thread.messages:
            message.hold = Hold.WAITING


def _searches_in_vain() -> None:
    month = clock.today().replace(day=1)
    db.session.add_all(SearchMiss(words=words, month=month, count=count) for words, count in MISSED.items())


def _draft(title: str, body: str) -> news.ArticleDraft:
    lead = "Kinderen, studenten en vakmensen werkten een middag aan dezelfde opdracht."
    return news.ArticleDraft(title=title, lead=lead, body=body, themes=(), organisation=None, image=None, image_alt="")


def _first(model: type[Any]) -> Any:
    return db.session.scalars(select(model).order_by(model.slug)).first()
