"""The base form of a Dutch word: of "gezocht" zoeken, of "leden" lid, of "kringleden" kringlid.

From three sources: our own short table (`search.language.irregular`), the word list, and for a compound that neither knows
the base form of its last part.
"""

from portal.search.language.compounds import split
from portal.search.language.irregular import BASE_FORMS, PEOPLE
from portal.search.language.wordlist import Mark, words


def base_form(word: str) -> str:
    """Return the base form of a folded word; itself when it is one, or not known."""
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
