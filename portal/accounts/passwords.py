"""Password rules and hashing (Argon2id; never truncated)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.core.i18n import gettext as _
from portal.core.lazy_import import LazyImport
from portal.core.text import fold

if TYPE_CHECKING:
    import zxcvbn
else:
    zxcvbn = LazyImport("zxcvbn")

SHORTEST = 10
LONGEST = 1024
"""The maximum length: longer text is refused before hashing, which would take too long."""
LONG_ENOUGH = 32
"""From this length on, only known words are checked, not the estimated strength."""
FEWEST_GUESSES = 10**8
FEWEST_OWN_LETTERS = 4
KNOWN_TO_ALL = (
    "wachtwoord", "welkom", "geheim", "geheimpje", "toegang", "inloggen", "voetbal", "feyenoord", "ajax", "nederland",
    "haaglanden", "denhaag", "zoetermeer", "delft", "rijswijk", "westland", "school", "onderwijs", "docent", "leerling",
    "student", "stage", "techniek", "gemeente", "lente", "zomer", "herfst", "winter", "maandag", "dinsdag", "woensdag",
    "donderdag", "vrijdag", "zaterdag", "zondag", "januari", "februari", "maart", "april", "juni", "juli", "augustus",
    "september", "oktober", "november", "december", "qwerty", "azerty", "password", "portal", "portaal", "redactie",
)  # fmt: skip
"""Common Dutch choices that zxcvbn's English lists lack."""
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordRefused(ValueError):
    """A password may not be chosen; the message says why."""


def normal(password: str) -> str:
    """Return a password in Unicode NFKC, so that the same characters from another keyboard match."""
    return unicodedata.normalize("NFC", password)


def check_choice(password: str, known: Iterable[str] = ()) -> None:
    """Raise PasswordRefused for a password that is too short, too long or easily guessed.

    `known` are words that an attacker tries first: the person's name and address, the name of the site.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise PasswordRefused(_("Use at least %(count)s characters.", count=SHORTEST))
    if len(password) > LONGEST:
        raise PasswordRefused(_("Use at most %(count)s characters.", count=LONGEST))
    if _is_easily_guessed(password, _parts(known)):
        raise PasswordRefused(_("Too easy to guess. Take a few words that nobody links to you."))


def _parts(known: Iterable[str]) -> list[str]:
    """Return the words of names and addresses, whole and in parts."""
    words = [word for text in known for word in (fold(text), *re.split(r"\W+", fold(text)))]
    joined = [re.sub(r"\W+", "", word) for word in words]
    return [word for word in dict.fromkeys(words + joined) if len(word) > 2]


def _is_easily_guessed(password: str, known: list[str]) -> bool:
    if _is_made_of(fold(password), known):
        return True
    if len(password) >= LONG_ENOUGH:
        return False
    return bool(zxcvbn.zxcvbn(password, user_inputs=[*KNOWN_TO_ALL, *known])["guesses"] < FEWEST_GUESSES)


def _is_made_of(text: str, known: list[str]) -> bool:
    """Return whether a text consists almost entirely of common words."""
    letters = re.sub(r"[\W\d_]+", "", text)
    if not letters:
        return False
    for word in sorted((*known, *KNOWN_TO_ALL), key=len, reverse=True):
        letters = letters.replace(word, "")
    return len(letters) < FEWEST_OWN_LETTERS


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password; raises PasswordRefused for one that is too long."""
    if len(password) > LONGEST:
        raise PasswordRefused(_("Use at most %(count)s characters.", count=LONGEST))
    return HASHER.hash(normal(password))


def fits(kept: str | None, password: str) -> bool:
    """Return whether a password matches a hash. Without a hash (no such account) it takes the same time."""
    if len(password) > LONGEST:
        return False
    try:
        HASHER.verify(kept or _nobodys(), normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash uses old parameters and must be replaced at the next sign-in."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    """Return a dummy hash with the current parameters."""
    return HASHER.hash("nobody's")
