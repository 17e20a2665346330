"""Public pages of the board: the filtered list, its feed, and a post."""

from typing import Any

from flask import Response, abort, make_response, redirect, request

from portal.board import (
    attachments,
    filter_options,
    forms,
    json_ld,
    labels,
    moderation,
    permissions,
    policies,
    queries,
)
from portal.board import contributions as contributions  # registers them for "My contributions"
from portal.board import following as following  # registers the board as a list to follow
from portal.board import lifecycle_views as lifecycle_views  # registers the routes for owners
from portal.board import panels as panels  # registers the panels
from portal.board import reopening_views as reopening_views  # registers the routes that reopen and copy
from portal.board import writing_views as writing_views  # registers the writing routes
from portal.board.blueprint import PATH
from portal.board.blueprint import bp as bp
from portal.board.cards import PAGE_SIZE
from portal.board.forms import BoardFilter
from portal.board.models import Post
from portal.board.reference import Reference
from portal.core.lists.filters import is_untidy
from portal.core.locale import local
from portal.core.panels import panels_for
from portal.core.web import atom, freshness
from portal.core.web.access import public, viewer
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.publishing.models import State

FEED = f"{PATH}feed.atom"
FEED_ENTRIES = 50
RELATED = 3


@bp.get(PATH)
@public
def index() -> Response:
    """List the posts that match the filter; htmx requests get the list and the counts only."""
    reference = queries.reference()
    wanted = BoardFilter.parse(request.args, forms.known(reference))
    untidy = is_untidy(request.args, BoardFilter) and not wanted.ignored
    address = wanted.address(local(PATH))
    if untidy and not wants_fragment():
        return redirect_to(address)
    if wanted.words:
        freshness.do_not_keep()
    response = page("board/index.html", fragment="results", **_list(wanted, reference))
    if untidy:
        response.headers["HX-Push-Url"] = address
    return response


def _list(wanted: BoardFilter, reference: Reference) -> dict[str, Any]:
    """Return the template variables of a filtered list."""
    found = queries.page(wanted)
    groups = filter_options.groups(wanted, reference, found.counts)
    path = local(PATH)
    return {
        "filter": wanted,
        "found": found,
        "groups": groups,
        "chips": wanted.chips(forms.known(reference), path),
        "sorts": filter_options.sorts(wanted, path),
        "path": path,
        "swapping": [(group.name, group.options, group.control) for group in groups] if wants_fragment() else None,
        "next_part": wanted.next_part(path, found.next_key, len(found.cards), PAGE_SIZE),
        "suggestions": [] if found.total else filter_options.suggestions(wanted, reference, found, path),
        "feed_url": wanted.address(local(FEED)),
    }


@bp.get(FEED)
@public
def feed() -> Response:
    """Return the posts that match the filter as an Atom feed, newest first."""
    reference = queries.reference()
    wanted = BoardFilter.parse(request.args, forms.known(reference))
    if wanted.words:
        freshness.do_not_keep()
    posts = queries.feed_posts(wanted, FEED_ENTRIES)
    return atom.feed(filter_options.title(wanted, reference), wanted.address(FEED), map(_entry, posts))


@bp.get(f"{PATH}<int:post_id>-<slug>")
@public
def show(post_id: int, slug: str) -> Response:
    """Show a post and related ones; any other spelling of its path redirects to the canonical one."""
    user = viewer()
    post = queries.get_post(post_id) or abort(404)
    if not policies.may_read(user, post):
        return _not_public(post)
    if request.path != post.path:
        return make_response(redirect(local(post.path), 301 if post.is_visible else 302))
    return page(
        "board/show.html",
        **moderation.detail_context(post),
        tools=permissions.for_user(user, post),
        related=queries.related(post, RELATED) if post.is_visible else [],
        linked_data=json_ld.describe_post(post) if post.is_visible else None,
        picture=attachments.first_picture(post),
        panels=panels_for("post", post),
        path=local(PATH),
    )


def _not_public(post: Post) -> Response:
    """Return 410 for a post that was public and is withdrawn; 404 for any other post that is not public."""
    if post.published_at is None or post.state != State.WITHDRAWN:
        abort(404)
    return page("board/edit_gone.html", status=410, path=local(PATH))


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
        picture=attachments.first_picture(post),
    )
