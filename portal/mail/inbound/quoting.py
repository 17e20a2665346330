"""Cutting a reply out of the text of a mail: without the quoted mail, the signature and "sent from my phone".

The library `mail-parser-reply` does the cutting. It knows Dutch, but not all that mail programs write in Dutch ("Op
dinsdag schreef Jan <…>:", "Verstuurd vanaf mijn iPhone"), and takes "Bedankt, wij komen graag" for a closing. So each
such line is first written as the library knows it, and a line that only looks like one is protected from it.
"""

import re
from collections.abc import Iterator

from mailparser_reply.parser import EmailMessage, EmailReply

LONGEST = 20_000
"""In characters: more than anybody writes, and as much as the library's patterns can read quickly."""
LONGEST_LINE = 300
"""A longer line is a paragraph, never the head of a quote or a closing."""
PROTECTION = "\u2060"
"""An invisible character before a line, which `core.text.clean` removes from what people write."""
QUOTE_HEAD, CLOSING, PHONE = "Op die dag schreef:", "Met vriendelijke groet", "Verzonden vanaf mijn telefoon"
"""Three lines that the library knows."""

_QUOTED = r"(?:> ?)*"
_FIRST = re.compile(rf"{_QUOTED}(?:Op|On|Am|Le|\d{{4}}-\d\d-\d\d|\w{{2,9}} \d{{1,2}} \w{{3,9}})\b", re.IGNORECASE)
_WROTE = re.compile(r"\b(?:schreef|geschreven|wrote|schrieb|a écrit)\b", re.IGNORECASE)
_NAMED = re.compile(rf"{_QUOTED}[^<>]{{1,100}}<[^<>\s]{{3,120}}> (?:schreef|wrote)\b", re.IGNORECASE)
_SEPARATOR = re.compile(
    rf"{_QUOTED}(?:-{{2,}} ?(?:oorspronkelijke? bericht|doorgestuurd bericht|original message|forwarded message)\b"
    r"|_{20,}$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:met )?(?:(?:heel|zeer) )?(?:(?:vriendelijke|hartelijke|warme|sportieve|zonnige) )?groet(?:en|jes)?"
    r"(?:,? ?(?:van )?(?:\S{1,30} ?){0,3})?|m\.?v\.?g\.?,?(?: \S{1,30}){0,3}|hoogachtend,?"
    r"|(?:kind|best|warm) regards,?.{0,40}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:verstuurd|verzonden|gestuurd|sent) (?:vanaf|vanuit|via|met|from)\b.{1,80}"
    r"|(?:outlook voor|get outlook for|download outlook) .{1,80}|(?:haal|download) .{1,30} voor (?:ios|android).{0,60}",
    re.IGNORECASE,
)
_ONLY_LOOKS_LIKE_A_CLOSING = re.compile(
    r"(?:bedankt|dank u|thanks|thank you|best|all the best|regards),?\s", re.IGNORECASE
)


def cut_reply(text: str) -> str:
    """Return what somebody wrote in a mail, above, below or between what is quoted; "" when there is nothing."""
    lines = list(_translated(text[:LONGEST].strip().split("\n")))
    replies = _read("\n".join(lines).strip())
    own = "" if replies[0].headers else _without_quotes(replies[0].body)
    if not own and any(line.startswith(">") for line in lines):  # the answer stands below or between what is quoted
        rest = _without_quotes("\n".join(line for line in lines if line != QUOTE_HEAD))
        own = _without_quotes(_read(rest)[0].body)
    return own.replace(PROTECTION, "").strip()


def _read(text: str) -> list[EmailReply]:
    message = EmailMessage(text=text, languages=["nl"], keep_hyphen_lists=True)
    replies: list[EmailReply] = message.read().replies
    return replies


def _without_quotes(text: str) -> str:
    kept = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _translated(lines: list[str]) -> Iterator[str]:
    """Yield lines as the library knows them; the head of a quote may be broken over two or three lines."""
    at = blank = 0
    while at < len(lines):
        line = lines[at].strip()
        blank = 0 if line else blank + 1
        taken = _lines_of_head(lines, at)
        if taken:
            yield QUOTE_HEAD
        elif blank < 3:  # longer gaps say nothing, and the library is slow in them
            yield _translate(line)
        at += max(taken, 1)


def _lines_of_head(lines: list[str], at: int) -> int:
    """Return over how many lines the head of a quote stands here, 0 when there is none."""
    first = lines[at].strip()
    if _SEPARATOR.match(first):
        return 1
    if not (_FIRST.match(first) or _NAMED.match(first)):
        return 0
    head = ""
    for taken, line in enumerate(lines[at : at + 3], 1):
        head = f"{head} {line.strip()}"
        if len(head) > LONGEST_LINE:
            return 0
        if head.endswith(":") and _WROTE.search(head):
            return taken
    return 0


def _translate(line: str) -> str:
    if len(line) > LONGEST_LINE or _ONLY_LOOKS_LIKE_A_CLOSING.match(line):
        return PROTECTION + line
    if _PHONE.fullmatch(line):
        return PHONE
    if _CLOSING.fullmatch(line):
        return CLOSING
    return line
