"""Seats (C3): invited to by mail, accepted, ended, handed over; and claims of organisations."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.community import policies
from portal.community import seats as service
from portal.community.models import Claim, ClaimState, Invitation, Organisation, Seat
from portal.core.clock import now, today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.mail import bounces
from portal.publishing import desk
from tests.checks import eyes
from tests.checks.payloads import STORED
from tests.community.people import link_in, mails, make_organisation, owner, seat
from tests.people import client_of, make_user

BASE = "/organisaties/museon"
INVITE = f"{BASE}/uitnodigen"
SEATS = f"{BASE}/plaatsen"
DAY = timedelta(days=1)


@pytest.fixture
def museon(app: Flask) -> Organisation:
    """Return an organisation."""
    return make_organisation(website="https://www.museon.nl")


def invited(app: Flask, by: User, email: str = "collega@museon.nl", **data: Any) -> str:
    """Invite somebody; returns the path in the mail."""
    answer = client_of(app, by).post_form(INVITE, {"email": email, "role": "educator", **data})
    assert answer.status_code == 303
    return link_in(mails("seat.invitation")[-1], "/uitnodiging/")


def seats_of(user: User) -> list[Seat]:
    """Return somebody's seats, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Seat).where(Seat.user_id == user.id).order_by(Seat.since, Seat.id)))


def test_a_colleague_is_invited_by_mail_and_accepts(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    owner(member, museon)
    path = invited(app, member)
    (mail,) = mails("seat.invitation")
    assert (mail.address, mail.is_secret) == ("collega@museon.nl", True)
    assert "collega@museon.nl" in client_of(app, member).get(SEATS).texts(".seat h3")

    page = client_of(app, other_member).get(path)
    assert page.only("h1") == "Spreek namens Museon"
    assert seats_of(other_member) == []
    answer = client_of(app, other_member).post_form(path, {"is_public": "y"})

    assert (answer.status_code, answer.headers["Location"]) == (303, BASE)
    (taken,) = seats_of(other_member)
    assert (taken.role, taken.since, taken.until, taken.is_owner, taken.is_public) == (
        "educator", today(), None, False, True,
    )  # fmt: skip
    assert [mail.user_id for mail in mails("seat.changed")] == [member.id]
    assert "Anders de Ander" in client_of(app, None).get(BASE).texts(".people h3")


def test_looking_at_an_invitation_accepts_nothing(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 31: mail scanners follow every link, with GET and HEAD; and nobody is told apart by it."""
    owner(member, museon)
    path = invited(app, member)
    visitor = client_of(app, None)

    page = visitor.get(path)
    assert page.status_code == 200
    assert visitor.head(path).status_code == 200
    assert f"/account/inloggen?next={path}" in page.attributes("main a", "href")
    assert visitor.post(path, data={}).status_code in (400, 401)
    assert "no-store" in page.headers["Cache-Control"]
    assert db.session.scalars(select(Invitation)).one().is_open


def test_an_invitation_is_good_once(app: Flask, museon: Organisation, member: User, other_member: User) -> None:
    """CHECKS 15, in spirit: once, two weeks at most, void when taken back; kept as a hash only."""
    owner(member, museon)
    path = invited(app, member)
    client_of(app, other_member).post_form(path)
    third = make_user("Derde Deelnemer")

    answer = client_of(app, third).get(path)
    assert (answer.status_code, answer.tree.css("main form")) == (410, [])
    assert client_of(app, third).post(path, data={"csrf_token": _token(app, third)}).status_code in (400, 410)
    assert seats_of(third) == []
    kept = db.session.scalars(select(Invitation)).one()
    assert kept.token_hash not in path
    assert path.rpartition("/")[2] not in kept.token_hash


def test_two_who_accept_at_once_get_one_seat(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    """CHECKS 106, in spirit: whoever comes second finds it gone, also when both saw it open."""
    owner(member, museon)
    invitation = service.find_invitation(invited(app, member).rpartition("/")[2])
    assert invitation is not None
    service.accept_invitation(invitation, other_member)

    with pytest.raises(service.InvitationGone):
        service.accept_invitation(invitation, make_user("Derde Deelnemer"))


def _token(app: Flask, user: User) -> str:
    return client_of(app, user).get("/account/profiel").attributes("main [name=csrf_token]", "value")[0]


def test_an_old_or_unknown_invitation_opens_nothing(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    owner(member, museon)
    path = invited(app, member)
    with transaction():
        db.session.scalars(select(Invitation)).one().expires_at = now() - DAY

    assert client_of(app, other_member).get(path).status_code == 410
    for token in ("x", "a" * 43, "%00", "..", "1", path.rpartition("/")[2][:-1]):
        assert client_of(app, other_member).get(f"/uitnodiging/{token}").status_code in (400, 404)


def test_an_owner_takes_an_invitation_back(app: Flask, museon: Organisation, member: User, other_member: User) -> None:
    owner(member, museon)
    path = invited(app, member)
    number = db.session.scalars(select(Invitation.id)).one()
    action = f"{BASE}/uitnodigingen/{number}/intrekken"

    assert client_of(app, member).press(SEATS, action).status_code == 303
    assert client_of(app, other_member).get(path).status_code == 410
    assert client_of(app, member).get(SEATS).texts("#invitations") != []


def test_inviting_again_ends_the_older_link(app: Flask, museon: Organisation, member: User) -> None:
    owner(member, museon)
    older = invited(app, member)
    newer = invited(app, member)

    assert client_of(app, None).get(older).status_code == 410
    assert client_of(app, None).get(newer).status_code == 200


def test_a_double_submit_invites_once(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 107."""
    owner(member, museon)
    client = client_of(app, member)
    page = client.get(INVITE)
    hidden = {name: page.attributes(f"main [name={name}]", "value")[0] for name in ("csrf_token", "once")}
    for _again in range(3):
        data = {**hidden, "email": "collega@museon.nl", "role": "educator"}
        assert client.post(INVITE, data=data).status_code == 303

    assert len(mails("seat.invitation")) == 1


def test_the_answer_does_not_tell_members_from_others(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    """CHECKS 8, in spirit."""
    owner(member, museon)
    pages = []
    for email in (other_member.email, "onbekend@museon.nl"):
        client = client_of(app, member)
        client.post_form(INVITE, {"email": email, "role": "educator"})
        pages.append(client.get(SEATS).only("main").replace(email, ""))

    assert pages[0].count("uitgenodigd") == pages[1].count("uitgenodigd")
    assert {mail.user_id for mail in mails("seat.invitation")} == {None}


@pytest.mark.parametrize(
    "email", ["", "geen adres", "a@b.nl, c@d.nl", "a@b.nl\r\nBcc: c@d.nl", "<a@b.nl>", "a@b", "x" * 250 + "@b.nl"]
)
def test_one_plain_address_is_asked(app: Flask, museon: Organisation, member: User, email: str) -> None:
    """CHECKS 56."""
    owner(member, museon)
    answer = client_of(app, member).post_form(INVITE, {"email": email, "role": "educator"})

    assert answer.status_code == 422
    assert answer.tree.css_first("#email-error") is not None
    assert mails("seat.invitation") == []


def test_names_in_a_mail_cannot_add_lines_or_markup(app: Flask, member: User, other_member: User) -> None:
    """CHECKS 56, 45."""
    hostile = make_organisation("Museon\r\nBcc: x@evil.example <script>alert(1)</script>", "museon")
    with transaction():
        member.name = "Jan\u2028Bcc: y@evil.example<img src=x onerror=alert(1)>"
    owner(member, hostile)
    path = invited(app, member)
    client_of(app, other_member).post_form(path)

    for mail in (*mails("seat.invitation"), *mails("seat.changed")):
        assert len(mail.subject.splitlines()) == 1
        assert "<script" not in mail.html
        assert "<img" not in mail.html


@pytest.mark.parametrize("how", ["ended", "demoted", "disabled"])
def test_who_lost_the_rights_does_not_come_back_by_an_own_invitation(
    app: Flask, museon: Organisation, member: User, other_member: User, administrator: User, how: str
) -> None:
    """An owner invites a second address as owner, and then others end what he or she may do."""
    owner(member, museon)
    lost = owner(other_member, museon)
    path = invited(app, other_member, "tweede@elders.example", is_owner="y")
    if how == "ended":
        client_of(app, member).post_form(f"{SEATS}/{lost.id}/beeindigen", {"when": "nu"})
    elif how == "demoted":
        client_of(app, member).post_form(SEATS, form=f'form[action="{SEATS}/{lost.id}/eigenaar"]')
    else:
        client_of(app, administrator).press(
            f"/beheer/gebruikers/{other_member.id}", f"/beheer/gebruikers/{other_member.id}/uitzetten"
        )

    assert not policies.is_owner(other_member, museon) or not db.session.get_one(User, other_member.id).is_active
    second = make_user("Tweede Adres", email="tweede@elders.example")
    assert client_of(app, second).get(path).status_code == 410
    assert seats_of(second) == []


def test_changing_a_seat_over_and_over_is_too_much(app: Flask, museon: Organisation, member: User) -> None:
    mine = owner(member, museon)
    client = client_of(app, member)
    path = f"{SEATS}/{mine.id}/bewerken"
    for _number in range(100):
        limits.hit("seat-change", member.id, 100, 3600)

    assert client.post_form(path, {"role": "docent"}).status_code == 429
    assert client.post_form(SEATS, form=f'form[action^="{SEATS}/"]').status_code == 429


def test_many_invitations_a_day_are_too_many(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 1, for what mails: 429 with Retry-After and a page."""
    owner(member, museon)
    client = client_of(app, member)
    data = {"role": "educator", "csrf_token": client.get(INVITE).attributes("main [name=csrf_token]", "value")[0]}
    answers = [client.post(INVITE, data={**data, "email": f"c{number}@museon.nl"}) for number in range(31)]

    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_trio_of_seats(app: Flask, museon: Organisation, member: User, other_member: User) -> None:
    """CHECKS 35, 36, 39: of another, of nobody, of another organisation; the seats stay as they are."""
    elsewhere = make_organisation("Naturalis", "naturalis")
    mine, theirs = owner(member, museon), owner(make_user("Nelle Naturalis"), elsewhere)
    seat(other_member, elsewhere)
    paths = [f"{SEATS}/{mine.id}/{act}" for act in ("bewerken", "beeindigen", "overdragen", "eigenaar")]
    client = client_of(app, other_member)
    token = _token(app, other_member)
    for path in (SEATS, INVITE, *paths):
        for method in ("GET", "POST"):
            answer = client.open(path, method=method, data={"csrf_token": token, "when": "nu", "eigenaar": "nee"})
            assert answer.status_code in (400, 403, 404, 405), path
        assert client_of(app, None).get(path).status_code in (303, 302, 405)
        assert client_of(app, None).post(path).status_code in (400, 401, 405)
    own = client_of(app, member)
    for act in ("beeindigen", "overdragen", "bewerken"):
        assert own.get(f"{SEATS}/{theirs.id}/{act}").status_code == 404
        assert own.get(f"{SEATS}/99999/{act}").status_code == 404
        assert own.get(f"{SEATS}/99999999999/{act}").status_code == 404
    assert own.post(f"{BASE}/uitnodigingen/1/intrekken", data={"csrf_token": _token(app, member)}).status_code in (
        400,
        404,
    )
    assert seats_of(member)[0].until is None


def test_a_colleague_sees_the_seats_but_manages_none(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    first = owner(member, museon)
    invited(app, member, email="geheim@museon.nl")
    seat(other_member, museon)
    client = client_of(app, other_member)
    page = client.get(SEATS)

    assert page.status_code == 200
    assert "geheim@museon.nl" not in page.get_data(as_text=True)
    assert member.email not in page.get_data(as_text=True)
    for path in (INVITE, f"{SEATS}/{first.id}/beeindigen", f"{SEATS}/{first.id}/overdragen"):
        assert client.get(path).status_code == 403


def test_a_seat_ends_and_its_history_stays(app: Flask, museon: Organisation, member: User, other_member: User) -> None:
    owner(member, museon)
    gone = seat(other_member, museon, is_public=True)
    assert client_of(app, member).post_form(f"{SEATS}/{gone.id}/beeindigen").status_code == 303

    assert seats_of(other_member)[0].until == today() - DAY
    assert policies.organisations_of(other_member) == []
    assert client_of(app, other_member).get(SEATS).status_code == 403
    assert "Anders de Ander" not in client_of(app, None).get(BASE).get_data(as_text=True)
    assert "Anders de Ander" in client_of(app, member).get(SEATS).only("main")
    assert [mail.user_id for mail in mails("seat.changed")] == [other_member.id]
    assert db.session.scalars(select(AuditEntry.action)).all() == ["seat.ended"]


def test_a_seat_with_an_end_in_future_counts_until_its_last_day(app: Flask, museon: Organisation, member: User) -> None:
    row = seat(member, museon)
    last = today() + timedelta(days=3)
    data = {"when": "later", "last_day": last.isoformat()}
    client_of(app, member).post_form(f"{SEATS}/{row.id}/beeindigen", data)

    assert seats_of(member)[0].until == last
    assert policies.organisations_of(member) == [museon]


@pytest.mark.parametrize("day", ["", "gisteren", "2020-01-01", "2999-01-01"])
def test_a_last_day_must_make_sense(app: Flask, museon: Organisation, member: User, day: str) -> None:
    row = seat(member, museon)
    answer = client_of(app, member).post_form(f"{SEATS}/{row.id}/beeindigen", {"when": "later", "last_day": day})

    assert answer.status_code == 422
    assert answer.tree.css_first("#last_day-error") is not None


def test_the_last_owner_is_warned_before_leaving(app: Flask, museon: Organisation, member: User) -> None:
    row = owner(member, museon)
    path = f"{SEATS}/{row.id}/beeindigen"
    client = client_of(app, member)
    assert "laatste beheerder" in client.get(path).only(".notice")

    answer = client.post_form(path)
    assert answer.status_code == 422
    assert answer.tree.css_first("#leave-error") is not None
    assert seats_of(member)[0].until is None

    assert client.post_form(path, {"leave": "y"}).headers["Location"] == BASE
    assert seats_of(member)[0].has_ended


def test_the_last_owner_cannot_stop_managing(app: Flask, museon: Organisation, member: User) -> None:
    """CHECKS 44, in spirit."""
    row = owner(member, museon)
    client_of(app, member).press(SEATS, f"{SEATS}/{row.id}/eigenaar")

    assert seats_of(member)[0].is_owner


def test_a_colleague_becomes_manager_and_back(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    owner(member, museon)
    row = seat(other_member, museon)
    action = f"{SEATS}/{row.id}/eigenaar"
    client_of(app, member).press(SEATS, action)
    assert policies.may_manage(other_member, museon)

    client_of(app, member).press(SEATS, action)
    assert not policies.may_manage(other_member, museon)


def test_a_seat_is_handed_over_to_a_colleague(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    mine = owner(member, museon, role="hoofd educatie")
    seat(other_member, museon)
    last = today() + timedelta(days=10)
    data = {"successor": str(other_member.id), "when": "later", "last_day": last.isoformat()}
    client_of(app, member).post_form(f"{SEATS}/{mine.id}/overdragen", data)

    assert seats_of(member)[0].until == last
    before, after = seats_of(other_member)
    assert (before.role, before.until) == ("docent", last)
    assert (after.role, after.since, after.until, after.is_owner) == ("hoofd educatie", last + DAY, None, True)
    assert not policies.may_manage(other_member, museon)
    assert policies.may_manage(member, museon)
    assert [mail.user_id for mail in mails("seat.changed")] == [other_member.id]


def test_a_hand_over_at_once_passes_ownership_the_same_day(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    mine = owner(member, museon)
    seat(other_member, museon)
    client_of(app, member).post_form(f"{SEATS}/{mine.id}/overdragen", {"successor": str(other_member.id)})

    assert not policies.may_manage(member, museon)
    assert policies.may_manage(other_member, museon)


def test_a_hand_over_by_mail_passes_when_it_is_accepted(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    mine = owner(member, museon, role="hoofd educatie")
    data = {"successor": "mail", "email": "nieuw@museon.nl"}
    client_of(app, member).post_form(f"{SEATS}/{mine.id}/overdragen", data)
    assert policies.may_manage(member, museon)

    client_of(app, other_member).post_form(link_in(mails("seat.invitation")[0], "/uitnodiging/"))
    assert not policies.may_manage(member, museon)
    assert policies.may_manage(other_member, museon)
    assert seats_of(other_member)[0].role == "hoofd educatie"


def test_nobody_but_a_colleague_can_be_named_successor(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    """CHECKS 35: an id from elsewhere is no choice."""
    mine = owner(member, museon)
    answer = client_of(app, member).post_form(f"{SEATS}/{mine.id}/overdragen", {"successor": str(other_member.id)})

    assert answer.status_code == 422
    assert seats_of(other_member) == []


def test_a_signatory_is_who_has_a_seat_today_where_was_signed(app: Flask, signatory: User) -> None:
    row = seats_of(signatory)[0]
    assert [found.slug for found in policies.signatory_organisations(signatory)] == ["vakschool-haagse-bocht"]

    for since, until, counts in ((-9, 0, True), (-9, -1, False), (1, None, False)):
        with transaction():
            row.since = today() + timedelta(days=since)
            row.until = None if until is None else today() + timedelta(days=until)
        assert bool(policies.signatory_organisations(signatory)) is counts


def test_a_seat_elsewhere_makes_no_signatory(app: Flask, museon: Organisation, member: User, signatory: User) -> None:
    owner(member, museon)

    assert policies.signatory_organisations(member) == []


def test_only_the_holder_says_how_a_seat_is_shown(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    owner(member, museon)
    row = seat(other_member, museon)
    path = f"{SEATS}/{row.id}/bewerken"
    assert client_of(app, member).get(path).status_code == 403

    data = {"role": "gids", "bio": "Vertelt.", "is_public": "y", "is_owner": "y", "user_id": "1", "until": "2030-01-01"}
    client_of(app, other_member).post_form(path, data)
    (changed,) = seats_of(other_member)
    assert (changed.role, changed.is_public, changed.is_owner, changed.until) == ("gids", True, False, None)


@pytest.mark.parametrize("text", STORED)
def test_whatever_is_written_about_seats_stays_text(
    app: Flask, museon: Organisation, member: User, other_member: User, text: str
) -> None:
    """CHECKS 45, 46, 48, 50."""
    mine = owner(member, museon, is_public=True, bio="Gewoon", role="docent")
    path = invited(app, member)
    client = client_of(app, member)
    pages = (SEATS, BASE, path, f"{SEATS}/{mine.id}/beeindigen", f"{SEATS}/{mine.id}/overdragen")
    known = eyes.vocabulary([client.get(page).get_data(as_text=True) for page in pages])
    client.post_form(f"{SEATS}/{mine.id}/bewerken", {"role": text[:120], "bio": text[:600], "is_public": "y"})
    new = invited(app, member, role=text[:120])
    client.get(BASE)  # takes the notices along

    for page in (*pages[:2], new, *pages[3:]):
        assert eyes.faults(client.get(page).get_data(as_text=True), known) == []
    plain, hostile = mails("seat.invitation")
    assert eyes.pairs(hostile.html) <= eyes.pairs(plain.html)
    with transaction() as session:  # the rules for every mail are for texts of people who mean well
        session.delete(hostile)


CLAIM = f"{BASE}/claimen"


def test_a_claim_goes_to_the_desk_and_makes_an_owner(
    app: Flask, museon: Organisation, member: User, editor: User
) -> None:
    claimant = make_user("Claartje Claim", email="claartje@museon.nl")
    answer = client_of(app, claimant).post_form(CLAIM, {"role": "hoofd", "reason": "Bel ons."})
    assert answer.status_code == 303
    (case,) = [case for case in desk.cases() if case.kind == "claim"]
    assert (case.author, case.organisation_name, case.note) == (claimant, "Museon", "Bel ons.")
    assert "claartje@" not in str(case.facts)
    assert any(value.startswith("ja") for _label, value in case.facts)
    assert not policies.may_manage(claimant, museon)

    kind = desk.find_kind("claim")
    assert kind is not None
    assert kind.approve is not None
    with transaction():
        kind.approve(case, editor, None)
    assert policies.may_manage(claimant, museon)
    assert desk.waiting_count() == 0


@pytest.mark.parametrize(
    ("email", "proved"),
    [
        ("a@museon.nl", True),
        ("a@post.museon.nl", True),
        ("a@nepmuseon.nl", False),
        ("a@museon.nl.evil.example", False),
        ("museon.nl@evil.example", False),
    ],
)
def test_an_address_at_the_domain_is_proof(app: Flask, museon: Organisation, email: str, proved: bool) -> None:
    client_of(app, make_user("Claartje Claim", email=email)).post_form(CLAIM, {"role": "hoofd"})

    (case,) = desk.cases()
    assert any(value.startswith("ja") for _label, value in case.facts) is proved


def test_a_refused_claim_gives_nothing_and_a_second_is_the_same_row(
    app: Flask, museon: Organisation, member: User, editor: User
) -> None:
    for reason in ("Eerst", "Beter"):
        client_of(app, member).post_form(CLAIM, {"role": "hoofd", "reason": reason})
    (case,) = desk.cases()
    assert case.note == "Beter"
    kind = desk.find_kind("claim")
    assert kind is not None
    assert kind.refuse is not None
    with transaction():
        kind.refuse(case, editor, "Onbekend")

    assert db.session.scalars(select(Claim.state)).all() == [ClaimState.REFUSED]
    assert not policies.may_manage(member, museon)


def test_colleagues_see_whose_address_our_mail_came_back_from(
    app: Flask, museon: Organisation, member: User, other_member: User
) -> None:
    owner(member, museon)
    seat(other_member, museon)
    bounces.mark(other_member.email.upper(), "5.1.1")

    hers = client_of(app, member)
    assert f"Contact verouderd? Mail aan {other_member.name}" in hers.get(BASE).only(".sheet-head .notice")
    assert "Contact verouderd?" in hers.get(SEATS).only(".seat .notice")
    for stranger in (client_of(app, None), client_of(app, make_user("Vera Vreemde"))):
        assert "verouderd" not in stranger.get(BASE).get_data(as_text=True)

    bounces.clear(other_member.email)
    assert "verouderd" not in hers.get(BASE).get_data(as_text=True) + hers.get(SEATS).get_data(as_text=True)
