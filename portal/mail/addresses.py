"""Addresses and header lines: what could smuggle a line or a second addressee into a mail is refused."""

import re

from email_validator import EmailNotValidError, validate_email

from portal.core.text import clean

MAX_LENGTH = 254
SUSPECT = re.compile(r"[\s,;:<>()\[\]\\\"\u0000-\u0020\u007f\u0085\u2028\u2029]")
ADDRESSES = re.compile(r"[^\s@<>,;:()\"']+@([^\s@<>,;:()\"']+)")
LIKE_A_LINK = re.compile(r"[/@]|\bwww\.|\.[a-z]{2,}\b", re.IGNORECASE)


class BadAddress(ValueError):
    """What was given is not one plain e-mail address."""


def check(address: str) -> str:
    """Return an address as it goes on the envelope; raises BadAddress unless it is one plain address."""
    if SUSPECT.search(address) or len(address) > MAX_LENGTH:
        raise BadAddress("not one plain address")
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    return f"{found.local_part}@{found.ascii_domain}"


def one_line(text: str, longest: int) -> str:
    """Return a text that fits in a header: one line, nothing invisible, not too long."""
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def mask(address: str) -> str:
    """Return an address so that its owner recognises it and others do not: "j…@example.org"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if domain else ""


def mask_all(text: str) -> str:
    """Mask every address in what a mail server said."""
    return ADDRESSES.sub(lambda found: mask(found[0]), text)


def greetable(name: str) -> str:
    """Return the name for a greeting; "" for one that carries a link: strangers' addresses can be filled in."""
    line = one_line(name, 80)
    return "" if LIKE_A_LINK.search(line) else line
