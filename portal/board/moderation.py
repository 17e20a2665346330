"""Posts on the editors' desk; importing this module registers them."""

from typing import Any

from flask import render_template
from markupsafe import Markup

from portal.accounts.models import User
from portal.board import attachments, labels, queries, services
from portal.board.levels import levels_label
from portal.board.models import Post
from portal.core import panels
from portal.core.i18n import lazy_gettext
from portal.publishing import desk
from portal.publishing import services as publishing
from portal.publishing.desk import Case
from portal.publishing.models import State

KIND = "bericht"


def as_case(post: Post) -> Case:
    """Return a post as a case of the desk."""
    return Case(
        kind=KIND,
        id=post.id,
        title=post.title,
        since=publishing.submitted_at(post),
        subject=post,
        author=post.author,
        organisation_name=post.organisation.name if post.organisation else "",
        path=post.path,
        edit_path=f"/vraag-en-aanbod/{post.id}/bewerken",
        is_waiting=post.state == State.REVIEW,
        is_public=post.is_visible,
    )


def awaiting() -> list[Case]:
    """Return the posts that await review, longest waiting first."""
    return sorted((as_case(post) for post in queries.awaiting()), key=lambda case: (case.since, case.id))


def find_case(post_id: int) -> Case | None:
    """Return a post in any state as a case; None when it does not exist."""
    post = queries.get_post(post_id)
    return as_case(post) if post else None


def approve(case: Case, editor: User, reason: str | None) -> None:
    """Publish a post and its files."""
    services.approve_post(case.subject, editor, reason)


def unpublish(case: Case, editor: User, reason: str | None) -> None:
    """Take a post off the board and return it to its author as a draft."""
    desk.unpublish_publication(case, editor, reason)
    attachments.update_file_access(case.subject)


def render(case: Case) -> Markup:
    """Return the HTML of a post as its page shows it."""
    return Markup(render_template("board/_sheet.html", **detail_context(case.subject, is_preview=True)))  # noqa: S704  # rendered by Jinja, which escapes


def detail_context(post: Post, *, is_preview: bool = False) -> dict[str, Any]:
    """Return the template variables of `board/_sheet.html`."""
    return {
        "post": post,
        "kind_label": labels.kinds()[post.kind],
        "state_label": labels.states()[post.state],
        "levels": levels_label(post.levels),
        "files": [(row.file, row.file.title) for row in post.attachments],
        "is_preview": is_preview,
        "remarks": panels.remarks_for("post", post) if post.is_open and not is_preview else [],
    }


desk.register(
    KIND,
    lazy_gettext("Offer or request"),
    awaiting,
    find_case,
    approve,
    unpublish=unpublish,
    render=render,
    count=queries.count_awaiting,
)
