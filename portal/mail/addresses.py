"""Checks of mail addresses and header lines, against header injection and additional recipients."""

import re

from email_validator import EmailNotValidError, validate_email

from portal.core.text import clean

MAX_LENGTH = 254
SUSPECT = re.compile(r"[\s,;:<>()\[\]\\\"\u0000-\u0020\u007f\u0085\u2028\u2029]")
ADDRESSES = re.compile(r"[^\s@<>,;:()\"']+@([^\s@<>,;:()\"']+)")
LIKE_A_LINK = re.compile(r"[/@]|\bwww\.|\.[a-z]{2,}\b", re.IGNORECASE)


class BadAddress(ValueError):
    """The value is not a single plain e-mail address."""


def check(address: str) -> str:
    """Return an address for the SMTP envelope; raises BadAddress unless it is a single plain address."""
    if SUSPECT.search(address) or len(address) > MAX_LENGTH:
        raise BadAddress("not one plain address")
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    return f"{found.local_part}@{found.ascii_domain}"


def one_line(text: str, longest: int) -> str:
    """Return a text for a header: one line, without control characters, cut to a maximum length."""
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def mask(address: str) -> str:
    """Return a masked address: "j…@example.org"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if domain else ""


def mask_all(text: str) -> str:
    """Mask every address in a mail server's reply."""
    return ADDRESSES.sub(lambda found: mask(found[0]), text)


def greetable(name: str) -> str:
    """Return the name for a greeting, "" if it contains a link (anybody can register somebody else's address)."""
    line = one_line(name, 80)
    return "" if LIKE_A_LINK.search(line) else line
