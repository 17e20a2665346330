"""The addresses that our mails are answered to: `antwoord+<code>@<domain>`.

A code is a signature of 130 bits, a letter that names the feature, and the number of the feature's row, so nothing is
stored. It has only lower-case letters and digits, because mail servers may lower the case of addresses.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

from flask import current_app

from portal.core.config import Settings

LOCAL_PART = "antwoord"
SIGNATURE_LENGTH = 26
"""In characters of base 32, five bits each."""
CODE = re.compile(rf"\b{LOCAL_PART}\+([a-z0-9]{{1,54}})@([a-z0-9.-]{{1,253}})", re.IGNORECASE)
PARTS = re.compile(rf"([a-z2-7]{{{SIGNATURE_LENGTH}}})([a-z])([1-9][0-9]{{0,17}})")


def make_address(letter: str, number: int) -> str | None:
    """Return the address for a row of the feature with this letter; None when the portal takes no mail."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.inbound_domain is None:
        return None
    return f"{LOCAL_PART}+{_sign(letter, number)}{letter}{number}@{settings.inbound_domain}"


def read_code(code: str) -> tuple[str, int] | None:
    """Return letter and number of a code, None when its signature is not ours."""
    parts = PARTS.fullmatch(code.lower())
    if parts is None:
        return None
    letter, number = parts[2], int(parts[3])
    return (letter, number) if hmac.compare_digest(parts[1], _sign(letter, number)) else None


def find_codes(texts: Iterable[str]) -> list[str]:
    """Return the codes in address lines that are meant for us, in lower case, each once, in order; valid or not."""
    domain = current_app.config["SETTINGS"].inbound_domain
    found = (match for text in texts for match in CODE.finditer(text))
    return list(dict.fromkeys(match[1].lower() for match in found if match[2].lower() == domain))


def _sign(letter: str, number: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"mail.reply|{letter}|{number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:SIGNATURE_LENGTH]
