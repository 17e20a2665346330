"""Which passwords may be chosen, and what is kept of them."""

import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask

from portal.accounts import passwords
from portal.accounts.passwords import PasswordRefused

KNOWN = ("Jan de Vries", "jan.devries@school.nl", "Geslaagd in het vak")


@pytest.mark.parametrize(
    "password",
    [
        "wachtwoord", "Wachtwoord2026!", "Welkom2026!", "password123", "qwertyuiop", "1234567890", "iloveyou1234",
        "Geslaagd in het vak", "geslaagdinhetvak1", "jan.devries1", "JanDeVries2026", "P@ssw0rd2026", "aaaaaaaaaaaa",
        "wachtwoordwachtwoordwachtwoordwachtwoord",
    ],
)  # fmt: skip
def test_what_everybody_tries_is_refused(app: Flask, password: str) -> None:
    """CHECK 10: the breached lists, the name of the site, one's own name and address."""
    with app.test_request_context(), pytest.raises(PasswordRefused):
        passwords.check_choice(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    ["zonnebloem", "een blauwe fiets", "fietsbel en koekoek", "7391 8264 5520 9", "🦒🚲🌧️🥖🎓🧀🌷🐄🧩🪁🛶🌋", "x" * 64],
)
def test_no_composition_rules(app: Flask, password: str) -> None:
    """CHECKS 9, 10: letters alone, spaces, digits alone, emoji: all good."""
    with app.test_request_context():
        passwords.check_choice(password, KNOWN)


def test_a_short_one_and_one_longer_than_can_be_hashed_are_refused(app: Flask) -> None:
    """CHECK 11: before any hash is made."""
    with app.test_request_context():
        for password in ("paarse gi", "ab" * 600):
            with pytest.raises(PasswordRefused):
                passwords.check_choice(password)
        with pytest.raises(PasswordRefused):
            passwords.hashed("ab" * 600)


def test_nothing_is_cut_and_keyboards_do_not_matter() -> None:
    """CHECK 9: the last of a thousand characters counts; é typed as two characters is the same é."""
    kept = passwords.hashed("é 🦒" * 250)

    assert passwords.fits(kept, unicodedata.normalize("NFD", "é 🦒" * 250))
    assert not passwords.fits(kept, "é 🦒" * 249 + "é 🐄")


def test_what_is_kept_is_argon2id_with_todays_parameters() -> None:
    """CHECK 12: at least 19 MiB and two rounds."""
    assert passwords.hashed("paarse giraffe").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("paarse giraffe"))


def test_nobodys_password_opens_nothing() -> None:
    assert not passwords.fits(None, "nobody's")
    assert not passwords.fits("", "")
    assert not passwords.fits("no hash", "no hash")
