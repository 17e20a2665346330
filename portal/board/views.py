"""Pages of the board: the list with its filter, its feed, and a post."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request

from portal.board import forms, labels, linked_data, options, queries
from portal.board import panels as panels  # registers them
from portal.board.levels import levels_label
from portal.board.models import Post
from portal.board.reference import Reference
from portal.core import atom, freshness
from portal.core.access import public
from portal.core.locale import local
from portal.core.rendering import page, redirect_to, wants_fragment

bp = Blueprint("board", __name__)
PATH = "/vraag-en-aanbod/"
FEED = f"{PATH}feed.atom"
FEED_ENTRIES = 50
RELATED = 3


@bp.get(PATH)
@public
def index() -> Response:
    """List the posts that a filter finds; htmx gets the list and the counts only."""
    reference = queries.reference()
    wanted = forms.parse(request.args, reference)
    untidy = forms.is_untidy(request.args) and not wanted.ignored
    address = wanted.address(local(PATH), wanted.after)
    if untidy and not wants_fragment():
        return redirect_to(address)
    if wanted.words:
        freshness.do_not_keep()
    response = page("board/index.html", fragment="results", **_list(wanted, reference))
    if untidy:
        response.headers["HX-Push-Url"] = address
    return response


def _list(wanted: forms.BoardFilter, reference: Reference) -> dict[str, Any]:
    """Return what the list shows under a filter."""
    found = queries.page(wanted)
    groups = options.groups(wanted, reference, found.counts)
    path = local(PATH)
    return {
        "filter": wanted,
        "found": found,
        "groups": groups,
        "chips": options.chips(wanted, reference, path),
        "sorts": options.sorts(wanted, path),
        "path": path,
        "swapping": [group[:3] for group in groups] if wants_fragment() else None,
        "next_url": wanted.address(path, found.next_key) if found.next_key else None,
        "feed_url": wanted.address(local(FEED)),
    }


@bp.get(FEED)
@public
def feed() -> Response:
    """Publish exactly what a filter finds, newest first."""
    reference = queries.reference()
    wanted = forms.parse(request.args, reference)
    if wanted.words:
        freshness.do_not_keep()
    posts = queries.feed_posts(wanted, FEED_ENTRIES)
    return atom.feed(options.title(wanted, reference), wanted.address(FEED), map(_entry, posts))


@bp.get(f"{PATH}<int:post_id>-<slug>")
@public
def show(post_id: int, slug: str) -> Response:
    """Show a post and what resembles it; any other spelling of its address leads to the canonical one."""
    post = queries.visible_post(post_id) or abort(404)
    if request.path != post.path:
        return make_response(redirect(local(post.path), 301))
    return page(
        "board/show.html",
        post=post,
        kind_label=labels.kinds()[post.kind],
        state_label=labels.states()[post.state],
        levels=levels_label(post.levels),
        related=queries.related(post, RELATED),
        linked_data=linked_data.of_post(post),
        path=local(PATH),
    )


def _entry(post: Post) -> atom.Entry:
    assert post.published_at is not None
    return atom.Entry(
        id=f"{PATH}{post.id}",
        title=f"{labels.kinds()[post.kind]}: {post.title}",
        path=post.path,
        published=post.published_at,
        updated=max(post.updated_at, post.published_at),
        author=post.organisation.name if post.organisation else post.author.name,
        summary=post.excerpt,
        html=post.body_html,
    )
