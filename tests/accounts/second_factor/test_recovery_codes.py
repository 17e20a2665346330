"""Codes on paper."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask

from portal.accounts import recovery_codes, second_factor
from portal.accounts.models import User
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.accounts.second_factor.conftest import CODES, QUESTION, give_app, half_signed_in
from tests.people import client_of


def test_a_code_lets_in_once_however_it_is_typed(app: Flask, member: User) -> None:
    give_app(member)
    code = recovery_codes.renew(member)[0]
    client = half_signed_in(app, member)

    assert client.post_form(QUESTION, {"code": f" {code.upper().replace('-', ' ')}"}).status_code == 303
    assert half_signed_in(app, member).post_form(QUESTION, {"code": code}).status_code == 422
    assert recovery_codes.count_left(member) == 9
    texts = db.session.scalars(db.select(MailMessage.text)).all()
    assert any("herstelcode" in text for text in texts)


def test_ten_codes_are_shown_once_and_new_ones_void_the_old(app: Flask, member: User) -> None:
    give_app(member)
    old = recovery_codes.renew(member)
    client = client_of(app, member)

    shown = client.post_form(CODES).texts(".recovery-codes code")
    assert len(set(shown)) == 10
    assert not set(shown) & set(old)
    assert not any(code in client.get(CODES).get_data(as_text=True) for code in shown)
    assert not recovery_codes.take(member, old[0])
    assert recovery_codes.take(member, shown[0])


def test_another_persons_code_is_not_good(app: Flask, member: User, other_member: User) -> None:
    give_app(member)
    theirs = recovery_codes.renew(other_member)
    assert not second_factor.accept(member, theirs[0])
    assert recovery_codes.count_left(other_member) == 10


def test_two_browsers_at_once_use_a_code_once(app: Flask, member: User) -> None:
    """CHECKS 105 for codes: taken by one conditional UPDATE."""
    code, user_id = recovery_codes.renew(member)[0], member.id

    def take() -> bool:
        with app.app_context():
            user = db.session.get(User, user_id)
            return user is not None and recovery_codes.take(user, code)

    with ThreadPoolExecutor(4) as pool:
        taken = [future.result() for future in [pool.submit(take) for _ in range(4)]]
    assert sorted(taken) == [False, False, False, True]


def test_no_code_can_be_read_from_the_data_folder(app: Flask, member: User) -> None:
    """CHECKS 26 for codes: only hashes are kept."""
    codes = recovery_codes.renew(member)
    kept = b"".join(path.read_bytes() for path in Path(app.instance_path).glob("portal.db*"))
    assert not [code for code in codes if code.encode() in kept or code.replace("-", "").encode() in kept]
