"""The panel "Past hierbij" on the page of a post; importing this module registers it."""

from typing import Any, NamedTuple

from portal.accounts.models import User
from portal.board import labels as board
from portal.board import policies as board_policies
from portal.board.models import Post
from portal.community.models import Profile
from portal.core import panels
from portal.core.formatting import short_date
from portal.core.i18n import gettext as _
from portal.core.web.access import viewer
from portal.matching import policies, queries, services
from portal.matching.entries import POSTS, Group
from portal.matching.queries import Match, Matches
from portal.matching.reasons import reason
from portal.publishing.models import State

SHOWN_FOR = (State.OPEN, State.IN_CONVERSATION, State.REVIEW, State.DRAFT)
"""States of a post in which something can still come of a match."""


class Line(NamedTuple):
    """A match as the panel shows it."""

    kind: str
    row_id: int
    label: str
    tab: str
    """The kind of post, "" for what is no post."""
    title: str
    path: str
    who: str
    reason: str
    may_invite: bool
    was_invited: bool


class Lines(NamedTuple):
    """What the panel shows, and whether this reader may invite and dismiss."""

    post_id: int
    lines: list[Line]
    may_choose: bool


@panels.provide("post", "20-matching")
def of_post(post: Post) -> panels.Panel | None:
    """Return the panel with what fits a post; None when nothing can come of it any more, or nothing fits."""
    user = viewer()
    if post.state not in SHOWN_FOR:
        return None
    found = queries.list_matches(post, user)
    lines = _lines(post, user, found)
    if not lines:
        return None
    shown = Lines(post.id, lines, policies.may_choose(user, post))
    return panels.Panel("matching", _("Fits this post"), "matching/panel.html", [shown])


def _lines(post: Post, user: User | None, found: Matches) -> list[Line]:
    is_own = user is not None and board_policies.is_own(user, post)
    may_invite = policies.may_invite(user, post)
    invited = queries.invited_by_post(post) if may_invite else set()
    return [
        Line(
            match.kind,
            match.entry.id,
            *_shown(match),
            reason(found.asking, post, match.entry, match.subject, match.terms, is_own=is_own),
            may_invite=may_invite and user is not None and bool(services.who_may_be_invited(post, user, match)),
            was_invited=queries.shown_key(match.entry) in invited,
        )
        for match in found.rows
    ]


def _shown(match: Match) -> tuple[str, str, str, str, str]:
    """Return label, kind of post, title, path, and who or when, of a match."""
    subject: Any = match.subject
    if match.entry.group in POSTS:
        is_done = match.entry.group == Group.DONE
        label = _("Worked out earlier") if is_done else board.kinds()[subject.kind]
        who = subject.organisation.name if subject.organisation else subject.author.name
        return label, "" if is_done else subject.kind, subject.title, subject.path, who
    if isinstance(subject, Profile):
        return _("Member"), "", subject.user.name, subject.user.path, ""
    if match.entry.group == Group.EVENT:
        return _("Agenda"), "", subject.title, subject.path, short_date(subject.first_day)
    return _("Example"), "", subject.name, subject.path, subject.place or ""
