"""Lemmatisation: the base form of a Dutch word ("gezocht" gives "zoeken", "leden" "lid", "kringleden" "kringlid").

There are three sources, in this order: the table of irregular words (`search.language.irregular`), the word list, and
for compounds that are in neither, the base form of the last part.
"""

from portal.search.language.compounds import split
from portal.search.language.irregular import BASE_FORMS, PEOPLE
from portal.search.language.wordlist import Mark, words


def base_form(word: str) -> str:
    """Return the base form of a folded word; the word itself when it is a base form or unknown."""
    if word in BASE_FORMS:
        return BASE_FORMS[word]
    for plural, singular in PEOPLE:
        if word.endswith(plural) and word != plural and _is_word(f"{word.removesuffix(plural)}{singular}"):
            return f"{word.removesuffix(plural)}{singular}"
    known = words().base(word)
    if known is not None and known != word:
        return known
    parts = split(word)
    last = parts[-1] if parts else ""
    if not last or not word.endswith(last):
        return word
    return word.removesuffix(last) + base_form(last)


def _is_word(word: str) -> bool:
    entry = words().get(word)
    return entry is not None and bool(entry.marks & Mark.WORD)
