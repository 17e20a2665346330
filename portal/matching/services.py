"""Writes of matching: inviting, refusing invitations, and dismissing a match."""

from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.board.models import Post
from portal.community.models import Profile
from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail
from portal.matching import links, policies, queries
from portal.matching.models import MatchDismissal, MatchInvitation, MatchRefusal
from portal.matching.queries import Match
from portal.matching.reasons import reason

KIND = kinds.register(
    kinds.Kind(
        "match.invited",
        lazy_gettext("Invitations to look at a post that fits yours"),
        may_switch_off=True,
        explanation=lazy_gettext("From the owner of a post, at most a few a week."),
    )
)
MOST_A_WEEK = 3
"""Invitations that a person gets in WEEK, from whoever."""
WEEK = timedelta(days=7)


class NotPossibleNow(Exception):
    """Nobody can be invited: the post closed, or who would be invited does not want it or had enough this week."""


def invite(post: Post, actor: User, match: Match) -> None:
    """Invite who is behind a match, a member or who answers for a post, to look at a post; each gets a mail.

    Nobody is invited twice for one post. Raises NotPossibleNow when nobody can be invited.
    """
    with transaction() as session:
        session.refresh(post)
        if not policies.may_invite(actor, post):
            raise NotPossibleNow
        people = who_may_be_invited(post, actor, match)
        if not people:
            raise NotPossibleNow
        for person in people:
            kind, row_id = queries.shown_key(match.entry)
            row = MatchInvitation(post=post, user=person, invited_by=actor, kind=kind, row_id=row_id)
            session.add(row)
            session.flush()
            _mail(row, match)


def _mail(row: MatchInvitation, match: Match) -> None:
    mail.send(
        KIND.name,
        row.user,
        "matching/invitation",
        unique=f"match-invited-{row.id}",
        post=row.post,
        sender_name=row.invited_by.name,
        reason=_reason_for(row, match),
        own=match.subject if isinstance(match.subject, Post) else None,
        post_path=row.post.path,
        refuse_path=links.refuse_path(row),
    )


def _reason_for(row: MatchInvitation, match: Match) -> str:
    """Return why the post fits who is invited, from that side; "" for a member, whose profile the mail names."""
    if not isinstance(match.subject, Post):
        return ""
    return reason(match.entry, match.subject, queries.entry_of_post(row.post), row.post, match.terms, is_own=True)


def who_may_be_invited(post: Post, actor: User, match: Match) -> list[User]:
    """Return who would get an invitation for a match: not who was invited, refuses, or had MOST_A_WEEK already."""
    if isinstance(match.subject, Post):
        people = policies.people_of(match.subject) if match.subject.is_active else []
    else:
        people = [match.subject.user] if isinstance(match.subject, Profile) else []
    refusing = queries.who_refuse(people, actor)
    return [
        person
        for person in people
        if person.id != actor.id
        and person.id not in refusing
        and mail.wants(person.id, KIND)
        and queries.get_invitation(post, person) is None
        and queries.count_invitations(person, clock.now() - WEEK) < MOST_A_WEEK
    ]


def dismiss(post: Post, actor: User, match: Match) -> None:
    """Leave a match out of a post from now on.

    What was shown because of the same words counts for less on all posts of this owner, by `queries.LEARNT` for each
    time: after three dismissals a word has half its weight. Nobody else is affected.
    """
    with transaction() as session:
        kind, row_id = queries.shown_key(match.entry)
        same = (MatchDismissal.post_id == post.id, MatchDismissal.kind == kind, MatchDismissal.row_id == row_id)
        if session.scalar(select(MatchDismissal.id).where(*same)) is None:
            row = MatchDismissal(post_id=post.id, kind=kind, row_id=row_id, terms=list(match.terms), user_id=actor.id)
            session.add(row)


def refuse(invitation: MatchInvitation, *, everybody: bool) -> None:
    """Stop invitations for who got this one: those of its sender, or all of them; doing it twice changes nothing."""
    with transaction() as session:
        if everybody:
            mail.switch_off(invitation.user_id, KIND.name)
        elif session.get(MatchRefusal, (invitation.user_id, invitation.invited_by_id)) is None:
            session.add(MatchRefusal(user_id=invitation.user_id, sender_id=invitation.invited_by_id))
