"""Recognising web addresses in what people type."""

import re
import unicodedata

WEB_ADDRESS = re.compile(
    r"(https?://)?([^\W_][^\s/?#:@<>\"'\\]{0,252})(?::[0-9]{1,5})?(?:[/?#][^\s<>\"']*)?", re.IGNORECASE
)
LONGEST_LABEL = 63


def web_address(text: str) -> str | None:
    """Return the URL of a web address as people type it ("www.leerwerkcheque.nl"); None when it is not one.

    Hosts may be in any script ("käse.example", "пример.рф") and in punycode.
    """
    match = WEB_ADDRESS.fullmatch(text)
    if match is None or not _is_host(match[2]):
        return None
    return text if match[1] else f"https://{text}"


def _is_host(host: str) -> bool:
    """Return whether this is a host name whose top-level domain has letters only."""
    *names, top = host.split(".")
    is_top = len(top) > 1 and (top.lower().startswith("xn--") or all(_is_letter(sign) for sign in top))
    return bool(names) and is_top and all(_is_label(name) for name in (*names, top))


def _is_label(name: str) -> bool:
    return 0 < len(name) <= LONGEST_LABEL and all(sign == "-" or sign.isdecimal() or _is_letter(sign) for sign in name)


def _is_letter(sign: str) -> bool:
    """Return whether a character is a letter or a combining mark, in any script."""
    return unicodedata.category(sign)[0] in "LM"
