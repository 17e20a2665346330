"""Why something fits a post, in one sentence: what the other side seeks or offers, and what this side does."""

from collections.abc import Iterable
from typing import Any

from portal.agenda.models import Event
from portal.board.levels import levels_label
from portal.board.models import Kind, Post
from portal.community.models import Profile
from portal.core.formatting import short_date
from portal.core.i18n import gettext as _
from portal.core.text import plain_text
from portal.examples.models import Example
from portal.matching.distances import kilometres
from portal.matching.entries import Entry, Group, levels_of
from portal.search import services as search

SOME = 2
"""Words of the subject that a sentence names."""


def reason(asking: Entry, post: Post, entry: Entry, subject: Any, terms: Iterable[str], *, is_own: bool) -> str:
    """Return why an entry fits a post, for its owner ("you offer that") or for other readers.

    `subject` is the row of the entry, `terms` what it has in common with the post.
    """
    words = _words(_text_of(entry, subject), terms)
    if isinstance(subject, Post):
        return f"{_what(subject, entry, asking, words)}; {_what_we(post, asking, entry, is_own=is_own)}."
    about = _joined(words)
    if isinstance(subject, Profile):
        return _of_member(post, about, is_own=is_own)
    if isinstance(subject, Event):
        day = short_date(subject.first_day) if subject.first_day else ""
        return _("About %(subject)s, on %(day)s.", subject=about, day=day)
    return _("Elsewhere this was done already: %(subject)s.", subject=about)


def _what(other: Post, entry: Entry, asking: Entry, words: list[str]) -> str:
    """Return what a post seeks or offers, for whom, where and about what."""
    what = _lower(other.category.label)
    if shared := levels_of(entry.levels & asking.levels):
        what = _("%(what)s for %(levels)s", what=what, levels=levels_label(shared))
    if other.municipality is not None:
        what = _("%(what)s in %(place)s", what=what, place=other.municipality.name)
    if words:
        what = _("%(what)s, around %(subject)s", what=what, subject=_joined(words))
    if entry.group == Group.DONE:
        return _("Sought and found: %(what)s", what=what) if other.kind == Kind.REQUEST else _given(what)
    return _("Seeks %(what)s", what=what) if other.kind == Kind.REQUEST else _("Offers %(what)s", what=what)


def _given(what: str) -> str:
    return _("Offered and taken: %(what)s", what=what)


def _what_we(post: Post, asking: Entry, entry: Entry, *, is_own: bool) -> str:
    """Return what the post itself does, and how far apart they are."""
    same = asking.category == entry.category
    what = (
        _("the same")
        if same and entry.group == Group(post.kind)
        else _("that")
        if same
        else _lower(post.category.label)
    )
    if post.kind == Kind.REQUEST:
        ours = _("you seek %(what)s", what=what) if is_own else _("this post seeks %(what)s", what=what)
    else:
        ours = _("you offer %(what)s", what=what) if is_own else _("this post offers %(what)s", what=what)
    if asking.municipality is None or entry.municipality is None:
        return ours
    apart = kilometres(asking.municipality, entry.municipality)
    if apart == 0:
        return _("%(what)s, in the same municipality", what=ours)
    return _("%(what)s, at %(km)s km", what=ours, km=apart) if apart is not None else ours


def _of_member(post: Post, about: str, *, is_own: bool) -> str:
    if post.kind == Kind.REQUEST:
        return (
            _("Knows about %(subject)s; you seek that.", subject=about)
            if is_own
            else _("Knows about %(subject)s; this post seeks that.", subject=about)
        )
    return (
        _("Seeks %(subject)s; you offer that.", subject=about)
        if is_own
        else _("Seeks %(subject)s; this post offers that.", subject=about)
    )


def _text_of(entry: Entry, subject: Any) -> str:
    """Return the text that was compared; of a member only what those readers may see."""
    if isinstance(subject, Post):
        return f"{subject.title}\n{plain_text(subject.body_html)}\n{subject.requirements or ''}"
    if isinstance(subject, Event):
        return f"{subject.title}\n{subject.summary}\n{plain_text(subject.body_html)}"
    if isinstance(subject, Example):
        return "\n".join([subject.name, subject.summary, *subject.sectors])
    able = entry.group in (Group.EXPERT, Group.OPEN_EXPERT)
    parts = ("offers", "expertise") if able else ("seeks",)
    shown = ("everyone",) if entry.group in (Group.OPEN_EXPERT, Group.OPEN_SEEKER) else ("everyone", "members")
    return "\n".join(getattr(subject, part) or "" for part in parts if getattr(subject, f"{part}_for") in shown)


def _words(text: str, terms: Iterable[str]) -> list[str]:
    """Return the first words of a text that have these terms, each once and none within another."""
    found: list[str] = []
    for term in terms:
        word = search.word_for(text, term)
        if word and not any(word in other or other in word for other in found):
            found.append(word)
    return found[:SOME]


def _joined(words: list[str]) -> str:
    return _("%(one)s and %(other)s", one=", ".join(words[:-1]), other=words[-1]) if len(words) > 1 else "".join(words)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
